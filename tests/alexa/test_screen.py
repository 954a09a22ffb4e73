"""What an Echo Show shows: what is sent to it, when, and how large; and what is touched on it."""

import json
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model.interfaces.audioplayer import PlayDirective, StopDirective

from audio.estimate import estimate
from skill.alexa import inbound
from skill.alexa.handlers import LAG_MS, AlexaDoor, skill
from skill.alexa.outbound import Seen, response
from skill.alexa.screen import MOST_BYTES, Screens
from skill.alexa.webhook import answer
from skill.coach.contract import SHOWN
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.reply import Passage, Reply
from skill.coach.exercise import FormName
from skill.coach.timeline.edition import Edition, Editions
from skill.coach.timeline.plan import Bookmark
from skill.coach.timeline.wishes import USUAL
from skill.content.conversation import sentences
from skill.content.reader import catalogue
from skill.conversation import Conversation
from tests.alexa.signing import NOW, Amazon
from tests.device import Device
from tests.echo import Clock
from tests.fakes import MemoryStore
from tests.player import RENDER, legal

Json = dict[str, Any]

CONTENT = catalogue()
EDITION = Edition(CONTENT, estimate)
SCREENS = Screens.of([CONTENT])
KEY = bytes(32)
TILT = Bookmark("back_routine", "pelvic_tilt")


class Skill:
    """The whole skill, without a voice of its own: with screens, unless told otherwise."""

    def __init__(self, screens: Screens | None = SCREENS) -> None:
        conversation = Conversation(Editions((EDITION,)), MemoryStore(), LAG_MS)
        self.custom, self.sent = skill(AlexaDoor(conversation, screens=screens)), list[Json]()

    def __call__(self, envelope: Json) -> Json:
        self.sent.append(envelope)
        answered: Json = json.loads(answer(self.custom, KEY, envelope))
        answered.pop("userAgent", None)
        return answered


def a_show(custom: Skill | None = None, **how: Any) -> Device:
    return Device(custom or Skill(), Clock(), **{"screen": True, **how})


def directives(device: Device) -> list[Json]:
    """Those of the last answer."""
    found: list[Json] = device.answers[-1][1]["response"].get("directives", [])
    return found


def seen(device: Device) -> Json:
    """What the last answer shows."""
    (directive,) = directives(device)
    assert directive["type"] == RENDER
    shown: Json = directive["datasources"]["shown"]
    return shown


def in_a_set(device: Device) -> Json:
    """From the launch into the first set."""
    device.launch()
    device.intend("AMAZON.YesIntent")
    device.intend("AMAZON.YesIntent")
    return seen(device)


# What is shown


def test_a_first_time_on_a_show() -> None:
    device = a_show()
    device.launch()
    assert (seen(device)["name"], seen(device)["open"]) == ("My back routine", False)
    assert seen(device)["said"].startswith("Hello. ")  # the notice, to be read
    assert seen(device)["said"].endswith("Shall we begin?")
    device.intend("AMAZON.YesIntent")  # told, and asked whether they are ready: they see what is told
    told = seen(device)
    assert (told["name"], told["set"], told["reps"], told["said"]) == (
        "Pelvic tilt",
        "Set 1 of 3",
        "Lifts 1 to 8",
        "",
    )
    assert told["steps"] == ["now", "later", "later", "later"]
    assert (told["next"], told["figure"], told["open"]) == ("Next: knee to chest stretch", True, True)
    device.intend("AMAZON.YesIntent")
    assert seen(device) == told
    device.intend("AMAZON.YesIntent")
    assert seen(device)["set"] == "Set 2 of 3"


def test_its_labels_are_the_words_of_the_language() -> None:
    shown = in_a_set(a_show())
    assert (shown["back"], shown["pause"], shown["on"]) == ("Back", "Pause", "Next")


def test_no_voice_needs_its_labels() -> None:
    spoken = set(sentences(CONTENT))
    assert CONTENT.words.line("hello") in spoken
    assert {CONTENT.words.lines[name] for name in SHOWN} & spoken == set()


def test_joined_in_the_middle_it_shows_the_reps_that_are_left() -> None:
    shown = data(led(replace(TILT, set=2, rep=5)))
    assert (shown["set"], shown["reps"]) == ("Set 2 of 3", "Lifts 5 to 8")
    assert data(led(replace(TILT, set=2, rep=8)))["reps"] == "Lift 8 of 8"


def test_a_side_that_is_done_by_itself_is_named_and_drawn() -> None:
    sided = next(
        Bookmark("", slug, side=piece.side)
        for slug in CONTENT.exercises
        for piece in EDITION.plan(Bookmark("", slug)).pieces
        if piece.side == "left"
    )
    assert data(led(sided))["side"] == "Left side"
    assert document(led(sided))["graphics"] != document(led(replace(sided, side="right")))["graphics"]


def test_the_last_words_are_shown_without_keys() -> None:
    device = a_show()
    in_a_set(device)
    device.intend("AMAZON.StopIntent")
    assert device.attributes is None
    assert (seen(device)["open"], seen(device)["figure"]) == (False, False)
    assert seen(device)["said"] == "All right. I've kept your place. See you next time."


def test_who_hurts_sees_the_words_and_no_exercise() -> None:
    device = a_show()
    in_a_set(device)
    device.intend("HurtsIntent")
    assert seen(device)["said"]
    assert not seen(device)["figure"]


# When it is sent


def test_a_device_without_a_screen_gets_the_same_to_the_byte() -> None:
    with_, without = Skill(), Skill(None)
    talks = [a_show(custom, screen=False) for custom in (with_, without)]
    for device in talks:
        in_a_talk(device)
    assert talks[0].answers == talks[1].answers
    assert not any("directives" in got["response"] for _, got in talks[0].answers)


def in_a_talk(device: Device) -> None:
    device.launch()
    for said in ("Yes", "Yes", "Next", "Pause", "Yes", "Repeat", "Help", "Previous", "Stop"):
        device.intend(f"AMAZON.{said}Intent")


def test_with_a_screen_what_is_said_is_the_same() -> None:
    show, echo = a_show(), a_show(screen=False)
    for device in (show, echo):
        in_a_talk(device)
    for (_, shown), (_, said) in zip(show.answers, echo.answers, strict=True):
        assert {**shown["response"], "directives": None} == {**said["response"], "directives": None}


VERSIONS: dict[str, tuple[object, bool]] = {
    "none": ({}, False),
    "the newest": ({"runtime": {"maxVersion": "2024.3"}}, True),
    "the oldest that knows all of it": ({"runtime": {"maxVersion": "1.4"}}, True),
    "of ten and more": ({"runtime": {"maxVersion": "1.10"}}, True),
    "too old": ({"runtime": {"maxVersion": "1.3"}}, False),
    "not said": ({}, True),
    "damaged": ({"runtime": {"maxVersion": 7}}, True),
    "no table": ("yes", True),
}


@pytest.mark.parametrize("name", VERSIONS)
def test_a_screen_is_one_that_knows_enough_of_apl(name: str) -> None:
    interface, there = VERSIONS[name]
    envelope = Amazon.envelope(NOW)
    device = {
        "deviceId": "d",
        "supportedInterfaces": {} if name == "none" else {"Alexa.Presentation.APL": interface},
    }
    envelope["context"]["System"]["device"] = device
    assert inbound.inbound(envelope, KEY).has_screen is there


def test_a_stream_brings_alexas_own_screen() -> None:
    reply = Reply(EDITION.spoken("All right."), title="Back")
    screen = SCREENS.directive(reply, USUAL, EDITION)
    play, stop = PlayDirective(), StopDirective()
    assert response(reply, None, play, seen=Seen(screen)).directives == [play]
    assert response(reply, None, stop, seen=Seen(screen)).directives == [stop, screen]
    assert response(reply, None, play, seen=Seen(screen), mute=True).directives == [play]
    assert response(Reply(), None, None, seen=Seen(screen)).directives is None
    asks = response(Reply(title="Back", permission="07:00"), None, None, seen=Seen(screen)).directives
    assert [one.object_type for one in asks or ()] == ["Connections.SendRequest"]


# How large it is

LED = [
    Bookmark(routine, slug, form)
    for slug, form in product(CONTENT.exercises, FormName)
    for routine in ("", CONTENT.default)
]


def led(place: Bookmark) -> Reply:
    """A reply that leads what is there."""
    passage = Passage(place, USUAL, 0, 1000)
    return Reply(EDITION.score(place, USUAL), asks=q.Ready(place), title="Back", passage=passage)


def directive(reply: Reply) -> Json:
    """As it is sent."""
    found: Json = DefaultSerializer().serialize(SCREENS.directive(reply, USUAL, EDITION))
    return found


def document(reply: Reply) -> Json:
    found: Json = directive(reply)["document"]
    return found


def data(reply: Reply) -> Json:
    found: Json = directive(reply)["datasources"]["shown"]
    return found


@pytest.mark.parametrize(
    "place", LED, ids=lambda place: f"{place.routine or 'alone'}-{place.exercise}-{place.form}"
)
def test_every_exercise_in_every_form_is_lawful_and_small(place: Bookmark) -> None:
    sent = directive(led(place))
    assert sent["datasources"]["shown"]["figure"]
    assert len(json.dumps(sent)) < MOST_BYTES / 2
    asked = {"outputSpeech": {"type": "SSML", "ssml": "<speak>Ready?</speak>"}, "shouldEndSession": False}
    legal("LaunchRequest", {"version": "1.0", "response": {**asked, "directives": [sent]}}, screen=True)


def test_the_document_is_the_same_for_all_but_for_its_figure() -> None:
    one, other = document(led(TILT)), document(led(Bookmark("", "bird_dog")))
    assert one["graphics"] != other["graphics"]
    assert {**one, "graphics": 0} == {**other, "graphics": 0}


def test_what_is_too_much_goes_without_its_figure_or_not_at_all() -> None:
    figure = document(led(TILT))["graphics"]["figure"]
    crowded = replace(SCREENS, document={**SCREENS.document, "description": "x" * 32_000})
    found = crowded.directive(led(TILT), USUAL, EDITION)
    assert found is not None
    assert (found.document or {})["graphics"] == {} != figure
    assert (found.datasources or {})["shown"]["figure"] is False
    full = replace(SCREENS, document={"description": "x" * MOST_BYTES})
    assert full.directive(led(TILT), USUAL, EDITION) is None


# What is touched

KEYS = {"next": "AMAZON.NextIntent", "previous": "AMAZON.PreviousIntent", "pause": "AMAZON.PauseIntent"}


@pytest.mark.parametrize("key", KEYS)
def test_a_key_does_what_its_word_does(key: str) -> None:
    touched, said = a_show(), a_show()
    for device in (touched, said):
        in_a_set(device)
        device.intend("AMAZON.NextIntent")
    assert touched.tap(key) == said.intend(KEYS[key])
    assert touched.attributes == said.attributes
    assert touched.answers[-1][1] == said.answers[-1][1]


def test_a_key_in_the_middle_of_a_set_finds_the_rep() -> None:
    device = a_show(patient=False)
    device.launch()
    device.hear_out()
    device.intend("AMAZON.YesIntent")
    device.hear_out()
    device.intend("AMAZON.YesIntent")
    device.wait(45)
    assert device.tap("pause")[0].startswith("Paused at lift ")


DAMAGED: dict[str, list[Any]] = {
    "nothing": [],
    "another word": ["sing"],
    "no word": [None],
    "a number": [1],
    "a list": [["next"]],
    "a table": [{"next": True}],
    "too many": ["next", "next"],
    "long": ["next" * 10_000],
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_no_key_of_ours_changes_nothing(name: str) -> None:
    device = a_show()
    in_a_set(device)
    before = device.attributes
    assert device.tap(*DAMAGED[name]) == []
    assert device.answers[-1][1] == {"version": "1.0", "sessionAttributes": before, "response": {}}
    assert device.intend("AMAZON.YesIntent")  # as if nothing had been


@pytest.mark.parametrize(
    "fields", [{}, {"arguments": None}, {"arguments": "next"}, {"arguments": {"0": "next"}}]
)
@pytest.mark.parametrize(
    "kind", [inbound.TOUCHED, inbound.NOT_SHOWN, "Alexa.Presentation.APL.LoadIndexListData"]
)
def test_a_damaged_request_of_a_screen_has_an_empty_answer(kind: str, fields: Json) -> None:
    custom = Skill()
    assert custom(Amazon.envelope(NOW, request={"type": kind, **fields}))["response"] == {}
    envelope = Amazon.envelope(NOW, request={"type": kind, "arguments": ["next"]})
    del envelope["session"]  # nobody says so; nothing may be said without one
    assert custom(envelope) == {"version": "1.0", "response": {}}


def test_what_a_screen_could_not_show_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    errors = [{"type": "LIST_ERROR", "reason": "INTERNAL_ERROR", "message": "of no use"}]
    request = {"type": inbound.NOT_SHOWN, "token": "backbeat", "errors": errors}
    assert inbound.inbound(Amazon.envelope(NOW, request=request), KEY).failure == "INTERNAL_ERROR"
    assert Skill()(Amazon.envelope(NOW, request=request))["response"] == {}
    assert "of no use" not in caplog.text
