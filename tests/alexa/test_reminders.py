"""A reminder for every day, and the zone of a speaker: over the webhook, with a pretend Amazon on loopback to be called."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from skill.alexa.services import Services
from skill.alexa.verify import RequestVerifier
from skill.app import create_app
from skill.settings import Settings
from tests.alexa.signing import SKILL_ID, Amazon
from tests.alexa.test_services import Amazon as Loopback
from tests.alexa.test_services import Page, running
from tests.echo import Clock, Echo, legal, phrases

Json = dict[str, Any]
Answer = tuple[int, object]
"""A status, and what is said with it."""
YES, NO = "AMAZON.YesIntent", "AMAZON.NoIntent"
TOKEN, DEVICE = "Atza.SECRET", "amzn1.ask.device.KITCHEN"
AT = "20:30"
DAY = 24 * 3600
CREATED = (201, {"alertToken": "x", "status": "ON"})
NOT_PERMITTED = (401, {"code": "INVALID_BEARER_TOKEN"})

SHALL_I = ["Shall I remind you every day at eight thirty in the evening?"]
SET = ["All right, every day at eight thirty in the evening.", "Say, Alexa, delete my reminder, to end it."]
NOT_ALLOWED = ["I'm not allowed to set reminders.", "You can change that in the Alexa app, in my settings."]
TOO_MANY = ["You have as many reminders as Alexa can keep.", "Delete one, and ask me again."]
NOT_HERE = ["This speaker has no reminders.", "Ask me on another one."]
FAILED = ["That didn't work just now.", "Ask Alexa whether it is set, or ask me again later."]
WHAT, GO_ON = ["What would you like?"], ["Shall we go on from there?"]
SCOPES = [{"permissionScope": "alexa::alerts:reminders:skill:readwrite", "consentLevel": "ACCOUNT"}]
REQUEST = {"@type": "AskForPermissionsConsentRequest", "@version": "2", "permissionScopes": SCOPES}
ASK_FOR = {"type": "Connections.SendRequest", "name": "AskFor", "payload": REQUEST, "token": AT}


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
        if "directives" not in self.response:
            legal(answer)
        self.attributes = answer.get("sessionAttributes", {}) if self.listens else None
        self.clock.wait(10)
        return phrases(self.response)

    @property
    def response(self) -> Json:
        """The last one."""
        response: Json = self.answers[-1]["response"]
        return response

    @property
    def listens(self) -> bool:
        return self.response.get("shouldEndSession") is False

    @property
    def is_asking(self) -> bool:
        """Whether all of the last answer was to let Alexa ask for the permission."""
        return self.response == {"directives": [ASK_FOR], "shouldEndSession": True}

    def remind(self) -> None:
        """ "Remind me at half past eight in the evening": shall I?"""
        assert self.intend("ReminderIntent", time={"name": "time", "value": AT}) == SHALL_I
        assert self.listens

    def want(self) -> list[str]:
        """The same, and yes."""
        self.remind()
        return self.intend(YES)

    def permit(self, status: str, token: str = AT) -> list[str]:
        """What they said to Alexa's question about the permission."""
        said = {"payload": {"permissionScopes": SCOPES, "status": status}, "token": token}
        return self.send(
            {"type": "Connections.Response", "name": "AskFor", "status": {"code": "200"}, **said}
        )

    def practise(self, when: datetime) -> None:
        """Open it, and say yes until a set is led."""
        self.clock.now = when
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
    assert speaker.listens
    [sent] = platform.reminders
    assert sent["trigger"]["scheduledTime"] == "2026-11-02T20:30:00.000"  # it is that morning
    assert sent["trigger"]["timeZoneId"] == "Europe/Berlin"
    assert "FREQ=DAILY;BYHOUR=20;BYMINUTE=30" in sent["trigger"]["recurrence"]["recurrenceRules"][0]
    text = "It's time for your back routine. Say, Alexa, open my back routine."
    assert sent["alertInfo"]["spokenInfo"]["content"] == [{"locale": "en-US", "text": text}]
    assert [
        (method, path, headers["Authorization"]) for method, path, headers, _ in platform.server.asked
    ] == [
        ("GET", f"/v2/devices/{DEVICE}/settings/System.timeZone", f"Bearer {TOKEN}"),  # once
        ("POST", "/v1/alerts/reminders", f"Bearer {TOKEN}"),
    ]


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
    assert speaker.listens
    assert platform.reminders == []


def test_alexa_asks_for_the_permission_and_then_it_is_set(speaker: Speaker, platform: Platform) -> None:
    platform.answer = NOT_PERMITTED
    assert speaker.want() == []
    assert speaker.is_asking
    platform.answer = CREATED
    assert speaker.permit("ACCEPTED") == SET + WHAT
    assert speaker.listens
    refused, set_ = platform.reminders
    assert set_["trigger"] == refused["trigger"]


@pytest.mark.parametrize("said", [("DENIED", AT), ("NOT_ANSWERED", AT), ("ACCEPTED", "25:99")])
def test_without_their_yes_nothing_is_set(
    speaker: Speaker, platform: Platform, said: tuple[str, str]
) -> None:
    platform.answer = NOT_PERMITTED
    speaker.want()
    assert speaker.permit(*said) == NOT_ALLOWED + WHAT
    assert len(platform.reminders) == 1  # the one that was refused


def test_the_permission_is_asked_for_at_most_once_a_month(speaker: Speaker, platform: Platform) -> None:
    platform.answer = NOT_PERMITTED
    speaker.want()
    assert speaker.is_asking
    assert speaker.permit("ACCEPTED") == NOT_ALLOWED + WHAT  # and refused all the same
    speaker.clock.wait(29 * DAY)
    assert speaker.want() == NOT_ALLOWED + WHAT
    assert "directives" not in speaker.response
    speaker.clock.wait(2 * DAY)
    assert speaker.want() == []
    assert speaker.is_asking


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
    class Nobody(Amazon):
        def headers(self, body: bytes) -> dict[str, str]:  # noqa: ARG002 - nothing is signed
            return {}

    speaker = Speaker(create_app(Settings(tmp_path, local=True)).test_client(), Nobody(), Clock())
    how = "After we finish, say, Alexa, remind me at eight to do my back routine."
    assert speaker.remind() == ["I can't set one here.", how, *WHAT]


# The zone


def test_a_day_is_a_day_where_they_are(speaker: Speaker, platform: Platform) -> None:
    platform.zone = (200, "Pacific/Auckland")
    speaker.practise(datetime(2026, 12, 30, 19, tzinfo=UTC))  # eight in the morning of the 31st
    speaker.clock.now = datetime(
        2026, 12, 31, 10, 30, tzinfo=UTC
    )  # that evening, and another day in Greenwich
    assert speaker.intend("HistoryIntent")[:2] == ["You've practised on one day this week.", "Today."]
    speaker.practise(datetime(2026, 12, 31, 19, tzinfo=UTC))  # the morning of the new year
    said = speaker.intend("HistoryIntent")
    assert said[:2] == ["You've practised on two days this week.", "Yesterday and today."]


def test_where_no_zone_is_told_it_is_that_of_their_language(speaker: Speaker, platform: Platform) -> None:
    platform.zone, speaker.locale = (500, {}), "en-AU"
    speaker.practise(datetime(2026, 12, 30, 12, 30, tzinfo=UTC))  # half past eleven in the evening, in Sydney
    speaker.practise(datetime(2026, 12, 30, 19, tzinfo=UTC))  # six in the morning: the same day in Greenwich
    said = speaker.intend("HistoryIntent")
    assert said[:2] == ["You've practised on two days this week.", "Yesterday and today."]
    speaker.want()
    assert platform.reminders[0]["trigger"]["timeZoneId"] == "Australia/Sydney"


# The log


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
