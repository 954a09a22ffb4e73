"""A reminder for every day, and the zone of a speaker: over the webhook, with a pretend Amazon on loopback to be called."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from skill.alexa.services import Services
from skill.alexa.verify import RequestVerifier
from skill.app import create_app
from skill.settings import Settings
from tests.alexa.signing import NOW, SKILL_ID, Amazon
from tests.alexa.test_services import Amazon as Loopback
from tests.alexa.test_services import Page, running
from tests.echo import Clock, Echo, legal, phrases

Json = dict[str, Any]
Answer = tuple[int, object]  # a status, and what is said with it
YES, NO = "AMAZON.YesIntent", "AMAZON.NoIntent"
TOKEN, DEVICE = "Atza.SECRET", "amzn1.ask.device.KITCHEN"
AT, RULE = "20:30", ["FREQ=DAILY;BYHOUR=20;BYMINUTE=30;BYSECOND=0;INTERVAL=1"]
CREATED = (201, {"alertToken": "x", "status": "ON"})
NOT_PERMITTED = (401, {"code": "INVALID_BEARER_TOKEN"})

SHALL_I = ["Shall I remind you every day at eight thirty in the evening?"]
SET = ["All right, every day at eight thirty in the evening.", "Say, Alexa, delete my reminder, to end it."]
NOT_ALLOWED = ["I'm not allowed to set reminders.", "You can change that in the Alexa app, in my settings."]
TOO_MANY = ["You have as many reminders as Alexa can keep.", "Delete one, and ask me again."]
NOT_HERE = ["This speaker has no reminders.", "Ask me on another one."]
FAILED = ["That didn't work just now.", "Ask Alexa whether it is set, or ask me again later."]
WHAT, GO_ON = ["What would you like?"], ["Shall we go on from there?"]
TWO_DAYS = ["You've practised on two days this week.", "Yesterday and today."]
SCOPES = [{"permissionScope": "alexa::alerts:reminders:skill:readwrite", "consentLevel": "ACCOUNT"}]
REQUEST = {"@type": "AskForPermissionsConsentRequest", "@version": "2", "permissionScopes": SCOPES}
ASK_FOR = {"type": "Connections.SendRequest", "name": "AskFor", "payload": REQUEST, "token": AT}
ASKING = {"directives": [ASK_FOR], "shouldEndSession": True}  # and not a word


@dataclass
class Platform:
    """Amazon, as a skill may call it: it tells the zone of a speaker, and keeps its reminders."""

    server: Loopback
    zone: Answer = (200, "Europe/Berlin")
    answer: Answer | None = CREATED  # None hangs up

    def way(self, page: Page) -> None:
        if told := self.zone if page.command == "GET" else self.answer:
            self.server.status, self.server.body = told[0], json.dumps(told[1]).encode()
            page.plain()

    @property
    def reminders(self) -> list[Json]:
        """All it was sent."""
        return [json.loads(body) for method, _, _, body in self.server.asked if method == "POST"]


class Speaker(Echo):
    """An Echo that says where Amazon is called for it; and Amazon may be asked to ask for a permission."""

    def send(self, request: Json) -> list[str]:
        envelope = self.amazon.envelope(
            self.clock.now,
            request={**request, "locale": self.locale},
            session={"new": self.attributes is None, "attributes": self.attributes or {}},
        )
        system = envelope["context"]["System"]
        system |= {"apiEndpoint": "https://pretend", "apiAccessToken": TOKEN}
        system["device"]["deviceId"] = DEVICE
        body = json.dumps(envelope).encode()
        headers = self.amazon.headers(body)
        got = self.client.post("/alexa", data=body, headers=headers, content_type="application/json")
        assert got.status_code == 200
        answer: Json = json.loads(got.data)
        self.answers.append(answer)
        response = answer["response"]
        if response != ASKING:
            legal(answer)  # without directives, and with an open microphone if and only if it asks
        self.attributes = answer["sessionAttributes"] if response.get("shouldEndSession") is False else None
        self.clock.wait(10)
        return phrases(response)

    def remind(self) -> None:
        """ "Remind me at half past eight in the evening": shall I?"""
        assert self.intend("ReminderIntent", time={"name": "time", "value": AT}) == SHALL_I
        assert self.answers[-1]["response"]["shouldEndSession"] is False

    def want(self) -> list[str]:
        """The same, and yes."""
        self.remind()
        return self.intend(YES)

    def permit(self, status: str) -> list[str]:
        """What they said to Alexa's question about the permission."""
        payload = {"permissionScopes": SCOPES, "status": status}
        return self.send({"type": "Connections.Response", "name": "AskFor", "payload": payload, "token": AT})

    def practise(self, when: str) -> None:
        """Open it, and say yes until a set is led."""
        self.clock.now = datetime.fromisoformat(when)
        said = self.launch()
        for _ in range(2):
            said = said if "Lower slowly" in said else self.intend(YES)
        assert "Lower slowly" in said
        self.end()


@pytest.fixture
def platform() -> Iterator[Platform]:
    with running() as server:
        platform = Platform(server)
        server.way = platform.way
        yield platform


@pytest.fixture
def speaker(platform: Platform, tmp_path: Path) -> Speaker:
    return a_speaker(platform, tmp_path)


def a_speaker(platform: Platform, tmp_path: Path) -> Speaker:
    amazon, clock = Amazon(), Clock()
    verifier = RequestVerifier(skill_id=SKILL_ID, roots=amazon.roots, fetch=amazon.fetch, clock=clock)
    address = {"https://pretend": platform.server.endpoint}.get
    services = Services(clock=clock, address=address, zone_seconds=10, reminder_seconds=10)
    app = create_app(Settings(tmp_path, SKILL_ID), verify=verifier.verify, services=services)
    return Speaker(app.test_client(), amazon, clock)


def test_it_is_set_at_the_time_they_said_where_they_are(speaker: Speaker, platform: Platform) -> None:
    speaker.remind()
    assert platform.reminders == []
    assert speaker.intend(YES) == SET + WHAT
    [sent] = platform.reminders
    assert sent["trigger"]["scheduledTime"] == "2026-11-02T20:30:00.000"  # it is that morning
    assert sent["trigger"]["timeZoneId"] == "Europe/Berlin"
    assert sent["trigger"]["recurrence"]["recurrenceRules"] == RULE
    text = "It's time for your back routine. Say, Alexa, open my back routine."
    assert sent["alertInfo"]["spokenInfo"]["content"] == [{"locale": "en-US", "text": text}]
    asked = [(method, path, headers["Authorization"]) for method, path, headers, _ in platform.server.asked]
    assert asked == [
        ("GET", f"/v2/devices/{DEVICE}/settings/System.timeZone", f"Bearer {TOKEN}"),  # once
        ("POST", "/v1/alerts/reminders", f"Bearer {TOKEN}"),
    ]


def test_another_process_is_told_the_zone_by_the_session(
    speaker: Speaker, platform: Platform, tmp_path: Path
) -> None:
    other = a_speaker(platform, tmp_path)
    speaker.launch()
    other.attributes, other.clock.now = speaker.attributes, speaker.clock.now
    assert other.want() == SET + GO_ON
    assert platform.reminders[0]["trigger"]["timeZoneId"] == "Europe/Berlin"
    assert [method for method, *_ in platform.server.asked] == ["GET", "POST"]


@pytest.mark.parametrize("zone", ["Europe/Berlim", "", 7, ["Europe/Berlin"], None])
def test_what_a_session_says_that_is_no_zone_is_asked_for(
    speaker: Speaker, platform: Platform, zone: object
) -> None:
    speaker.attributes = {"zone": zone}
    assert speaker.want() == SET + WHAT
    assert platform.reminders[0]["trigger"]["timeZoneId"] == "Europe/Berlin"


def test_whoever_asks_on_the_way_goes_on_from_where_they_were(speaker: Speaker, platform: Platform) -> None:
    speaker.launch()
    assert speaker.intend(YES)[-1] == "Ready?"
    assert speaker.want() == SET + GO_ON
    assert len(platform.reminders) == 1
    assert "Set one." in speaker.intend(YES)


def test_no_sets_nothing_and_the_conversation_goes_on(speaker: Speaker, platform: Platform) -> None:
    speaker.remind()
    assert speaker.intend(NO) == WHAT
    speaker.launch()
    speaker.intend(YES)
    speaker.remind()
    assert speaker.intend(NO) == GO_ON
    assert platform.reminders == []


def test_alexa_asks_for_the_permission_and_then_it_is_set(speaker: Speaker, platform: Platform) -> None:
    platform.answer = NOT_PERMITTED
    speaker.want()
    assert speaker.answers[-1]["response"] == ASKING
    platform.answer = CREATED
    assert speaker.permit("ACCEPTED") == SET + WHAT
    assert [sent["trigger"]["recurrence"]["recurrenceRules"] for sent in platform.reminders] == [RULE] * 2


@pytest.mark.parametrize("said", ["DENIED", "NOT_ANSWERED"])
def test_without_their_yes_nothing_is_set(speaker: Speaker, platform: Platform, said: str) -> None:
    platform.answer = NOT_PERMITTED
    speaker.want()
    assert speaker.permit(said) == NOT_ALLOWED + WHAT
    assert len(platform.reminders) == 1  # the one that was refused


def test_the_permission_is_asked_for_at_most_once_a_month(speaker: Speaker, platform: Platform) -> None:
    platform.answer = NOT_PERMITTED
    speaker.want()
    assert speaker.answers[-1]["response"] == ASKING
    assert speaker.permit("ACCEPTED") == NOT_ALLOWED + WHAT  # and refused all the same
    speaker.clock.now += timedelta(days=29)
    assert speaker.want() == NOT_ALLOWED + WHAT
    speaker.clock.now += timedelta(days=2)
    speaker.want()
    assert speaker.answers[-1]["response"] == ASKING


REFUSALS: dict[str, tuple[Answer | None, list[str]]] = {
    "too many": ((403, {"code": "MAX_REMINDERS_EXCEEDED"}), TOO_MANY),
    "not here": ((403, {"code": "DEVICE_NOT_SUPPORTED"}), NOT_HERE),
    "broken": ((500, {}), FAILED),
    "hung up": (None, FAILED),
}


@pytest.mark.parametrize("how", REFUSALS)
def test_why_it_is_not_set_is_told(speaker: Speaker, platform: Platform, how: str) -> None:
    platform.answer, said = REFUSALS[how]
    with capture_logs() as logs:
        assert speaker.want() == said + WHAT  # and no apology
    assert len(platform.reminders) == 1
    assert [line["event"] for line in logs] == ["turn", "alexa was asked", "turn"]  # and no fault of ours


def test_a_local_installation_sets_none(tmp_path: Path) -> None:
    client = create_app(Settings(tmp_path, local=True)).test_client()
    intent = {"name": "ReminderIntent", "slots": {"time": {"name": "time", "value": AT}}}
    unsigned = Amazon.envelope(NOW, request={"type": "IntentRequest", "intent": intent})
    said = phrases(client.post("/alexa", json=unsigned).get_json()["response"])
    assert [said[0], said[-1]] == ["I can't set one here.", *WHAT]


def test_a_day_is_a_day_where_they_are(speaker: Speaker, platform: Platform) -> None:
    platform.zone = (200, "Pacific/Auckland")
    speaker.practise("2026-12-30T19:00Z")  # eight in the morning of the 31st
    speaker.clock.now += timedelta(hours=15)  # that evening: in Greenwich it is another day
    assert speaker.intend("HistoryIntent")[:2] == ["You've practised on one day this week.", "Today."]
    speaker.practise("2026-12-31T19:00Z")  # the morning of the new year
    assert speaker.intend("HistoryIntent")[:2] == TWO_DAYS


def test_where_no_zone_is_told_it_is_that_of_their_language(speaker: Speaker, platform: Platform) -> None:
    platform.zone, speaker.locale = (500, {}), "en-AU"
    speaker.practise("2026-12-30T12:30Z")  # half past eleven in the evening, in Sydney
    speaker.practise("2026-12-30T19:00Z")  # six in the morning: the same day in Greenwich
    assert speaker.intend("HistoryIntent")[:2] == TWO_DAYS
    speaker.want()
    assert platform.reminders[0]["trigger"]["timeZoneId"] == "Australia/Sydney"


def test_no_secret_is_logged(speaker: Speaker, platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    with capture_logs() as logs:
        platform.zone = (500, {})
        for platform.answer in (NOT_PERMITTED, (500, {"text": AT}), None, CREATED):
            speaker.want()
        speaker.permit("ACCEPTED")
        speaker.permit("DENIED")
    told = [(line["what"], line["status"]) for line in logs if line["event"] == "alexa was asked"]
    assert told == [("time zone", 500), ("reminder", 401), ("reminder", 500), ("reminder", "ConnectionError")]
    assert len(platform.reminders) == 5
    everything = str(logs) + caplog.text
    assert not [secret for secret in (TOKEN, DEVICE, AT, "eight thirty") if secret in everything]
