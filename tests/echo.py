"""A pretend Echo: it sends signed envelopes over the webhook, speaks on a pretend clock, and holds every answer to the
platform's rules (platform facts, sections 2, 3, 5 and 10).
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

from flask.testing import FlaskClient

from tests.alexa.signing import NOW, Amazon

SESSION_LIMIT = 120_000
"""Bytes of a whole response."""


@dataclass
class Clock:
    """What time it is, for the Echo and for the server's verifier."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Echo:
    """A speaker. ``phrases`` of an answer are its words in order; quiet passes on the clock."""

    client: FlaskClient
    amazon: Amazon
    clock: Clock
    locale: str = "en-US"
    user: str = "amzn1.ask.account.SOMEONE"
    attributes: dict[str, Any] | None = None
    """Of the open session; None where none is open."""
    answers: list[dict[str, Any]] = field(default_factory=list)

    def launch(self) -> list[str]:
        """ "Alexa, open my back routine"."""
        self.attributes = None
        return self.send({"type": "LaunchRequest"})

    def intend(self, name: str, **slots: dict[str, Any]) -> list[str]:
        """Say something that Alexa understood as an intent."""
        intent = {"name": name, "confirmationStatus": "NONE", "slots": slots}
        return self.send({"type": "IntentRequest", "intent": intent, "dialogState": "COMPLETED"})

    def end(self, reason: str = "USER_INITIATED") -> list[str]:
        """The session ends without a word of ours."""
        said = self.send({"type": "SessionEndedRequest", "reason": reason})
        self.attributes = None
        return said

    def send(self, request: dict[str, Any]) -> list[str]:
        """Post a request; the phrases of the answer, spoken."""
        envelope = self.amazon.envelope(
            self.clock.now,
            request={**request, "locale": self.locale},
            session={"new": self.attributes is None, "attributes": self.attributes or {}},
        )
        for part in (envelope["session"], envelope["context"]["System"]):
            part["user"] = {"userId": self.user}
        body = json.dumps(envelope).encode()
        got = self.client.post(
            "/alexa", data=body, headers={**self.amazon.headers(body), "Content-Type": "application/json"}
        )
        assert got.status_code == 200, got.get_data(as_text=True)
        assert len(got.data) < SESSION_LIMIT
        answer: dict[str, Any] = json.loads(got.data)
        self.answers.append(answer)
        legal(answer)
        response = answer["response"]
        listening = response.get("shouldEndSession") is False
        self.attributes = answer.get("sessionAttributes", {}) if listening else None
        self.clock.wait(seconds(response) + 4)
        return phrases(response)


def legal(answer: dict[str, Any]) -> None:
    """Hold an answer to the rules."""
    assert answer["version"] == "1.0"
    response = answer["response"]
    assert "directives" not in response
    if not response:
        return
    ssml = response["outputSpeech"]["ssml"]
    assert len(ssml) <= 8000
    assert seconds(response) <= 240
    for ms in re.findall(r'<break time="(\d+)ms"/>', ssml):
        assert 0 < int(ms) <= 10_000
    words = phrases(response)
    if response["shouldEndSession"]:
        assert "reprompt" not in response
        assert not words[-1].endswith("?")
    else:
        assert words[-1].endswith("?")
        again = response["reprompt"]["outputSpeech"]["ssml"]
        assert "".join(ET.fromstring(again).itertext())
        assert len(again) <= 8000
    if card := response.get("card"):
        text = card["content" if card["type"] == "Simple" else "text"]
        assert card["title"]
        assert len(card["title"] + text) <= 8000
        assert "<" not in text
        assert all(url.startswith("https://") and len(url) <= 2000 for url in card.get("image", {}).values())


def phrases(response: dict[str, Any]) -> list[str]:
    """The words between the breaks."""
    if "outputSpeech" not in response:
        return []
    speak = ET.fromstring(response["outputSpeech"]["ssml"])
    assert speak.tag == "speak"
    tags = [child.tag for child in speak]
    assert set(tags) <= {"break", "audio"}
    assert tags.count("audio") <= 5
    return [text.strip() for text in speak.itertext() if text.strip()]


def seconds(response: dict[str, Any]) -> float:
    """About how long an answer takes: its breaks, and 0.4 s a word."""
    if "outputSpeech" not in response:
        return 0
    ssml = response["outputSpeech"]["ssml"]
    quiet = sum(int(ms) for ms in re.findall(r'<break time="(\d+)ms"/>', ssml)) / 1000
    return quiet + 0.4 * sum(len(phrase.split()) for phrase in phrases(response))
