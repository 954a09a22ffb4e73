"""What is sent: many people, each with a short conversation, all at about this moment.

    launch · yes · yes (counts a set) · how many are left · help · yes (that set again)

The conversation is held once with our own app, so that every request carries the session attributes our server gave;
then everybody gets it with their own name, and a signature made beforehand.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from skill.app import create_app
from skill.settings import Settings
from tests.alexa.signing import SKILL_ID, Amazon, signature

CONVERSATION = (
    ("launch", None),
    ("yes", "AMAZON.YesIntent"),
    ("yes, a set", "AMAZON.YesIntent"),
    ("how many", "HowManyIntent"),
    ("help", "AMAZON.HelpIntent"),
    ("yes, a set", "AMAZON.YesIntent"),
)
"""What is said, and its intent."""

PACE = timedelta(seconds=8)
"""From one to the next. All of it is within the 150 s in which a request is believed, for the next minute and more."""

CODECS = {"codecs": ["H_264_42", "H_264_41"]}
SHOW = {
    "Viewports": [
        {
            "type": "APL",
            "id": "main",
            "shape": "RECTANGLE",
            "dpi": 213,
            "presentationType": "STANDARD",
            "canRotate": False,
            "configuration": {
                "current": {
                    "mode": "HUB",
                    "video": CODECS,
                    "size": {"type": "DISCRETE", "pixelWidth": 1280, "pixelHeight": 800},
                }
            },
        }
    ],
    "Viewport": {
        "experiences": [
            {"arcMinuteWidth": 346, "arcMinuteHeight": 216, "canRotate": False, "canResize": False}
        ],
        "mode": "HUB",
        "shape": "RECTANGLE",
        "pixelWidth": 1280,
        "pixelHeight": 800,
        "dpi": 213,
        "currentPixelWidth": 1280,
        "currentPixelHeight": 800,
        "touch": ["SINGLE"],
        "video": CODECS,
    },
    "Extensions": {"available": {"aplext:backstack:10": {}}},
    "AudioPlayer": {"playerActivity": "IDLE"},
}
"""What an Echo Show tells of itself (platform facts, section 1)."""

INTERFACES = {  # but for APL: most speakers have no screen, and the picture for one is a third of a millisecond more
    "AudioPlayer": {},
    "Alexa.Presentation.HTML": {"runtime": {"maxVersion": "1.1"}},
}

Json = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """A step of the conversation: the intent, the attributes that ride with it, and when."""

    name: str
    request: Json
    attributes: Json
    at: datetime


@dataclass(frozen=True)
class Signed:
    """A request to be sent."""

    name: str
    headers: dict[str, str]
    body: bytes

    @property
    def raw(self) -> bytes:
        """All of it, as it goes over the wire."""
        head = {"Host": "127.0.0.1", **self.headers, "Content-Length": str(len(self.body))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        return f"POST /alexa HTTP/1.1\r\n{lines}\r\n".encode() + self.body


def conversation(folder: Path, now: datetime) -> list[Step]:
    """The conversation as our app leads it, ending at ``now``."""
    client = create_app(Settings(folder, local=True)).test_client()
    steps: list[Step] = []
    attributes: Json = {}
    for i, (name, intent) in enumerate(CONVERSATION):
        at = now - PACE * (len(CONVERSATION) - 1 - i)
        request = {"type": "LaunchRequest"}
        if intent:
            asked = {"name": intent, "confirmationStatus": "NONE", "slots": {}}
            request = {"type": "IntentRequest", "intent": asked, "dialogState": "STARTED"}
        step = Step(name, request, attributes, at)
        steps.append(step)
        answer = client.post("/alexa", data=body(step, "rehearsal"), content_type="application/json").json
        assert answer["response"]["outputSpeech"]["ssml"], f"{name}: nothing is said"
        attributes = answer["sessionAttributes"]
    return steps


def body(step: Step, user: str) -> bytes:
    """The envelope, as an Echo Show of this user sends it."""
    who = {"userId": f"amzn1.ask.account.{user:A>120}"}
    application = {"applicationId": SKILL_ID}
    device = {"deviceId": f"amzn1.ask.device.{user:D>100}", "supportedInterfaces": INTERFACES}
    envelope = Amazon.envelope(
        step.at,
        session={"new": not step.attributes, "attributes": step.attributes, "user": who},
        request=step.request | {"requestId": f"amzn1.echo-api.request.{user}"},
        context=SHOW
        | {
            "System": {
                "application": application,
                "user": who,
                "device": device,
                "apiEndpoint": "https://api.eu.amazonalexa.com",
                "apiAccessToken": f"{user:T>300}",
            }
        },
    )
    return json.dumps(envelope).encode()


def signed(step: Step, user: str, amazon: Amazon) -> Signed:
    """The request. Signing takes as long as a turn, so it is done before the clock starts."""
    return sealed(step.name, body(step, user), amazon)


def sealed(name: str, sent: bytes, amazon: Amazon) -> Signed:
    """An envelope with a signature, and all else that comes with it."""
    mark = signature(sent, amazon.leaf.key)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Accept": "application/json",
        "Accept-Charset": "utf-8",
        "User-Agent": "Apache-HttpClient/UNAVAILABLE (Java/17.0.9)",
        "SignatureCertChainUrl": amazon.url,
        "Signature": mark,  # of the older kind, which nobody reads
        "Signature-256": mark,
    }
    return Signed(name, headers, sent)


def lanes(
    steps: Sequence[Step], amazon: Amazon, people: Sequence[str], connections: int
) -> list[list[bytes]]:
    """Everybody's conversation, dealt out to so many connections; nobody talks on two."""
    return [
        [signed(step, user, amazon).raw for user in people[i::connections] for step in steps]
        for i in range(connections)
    ]


def now() -> datetime:
    """This moment, in whole seconds as Alexa writes it."""
    return datetime.now(UTC).replace(microsecond=0)
