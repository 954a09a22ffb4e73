"""What Alexa sends becomes an event, whatever is in it; and the state that it carries, or a new one."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import Request
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from interaction_model import build
from skill.alexa import inbound
from skill.alexa.models import asked
from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.state import Progress, Session
from skill.coach.timeline.plan import Bookmark
from skill.content.reader import catalogue
from skill.hearing import MUDDLE, Hearing
from skill.kept.carried import Blind, Carried, Known, written
from skill.kept.saved import dump
from tests.alexa.signing import NOW, USER_ID, Amazon
from tests.test_saved import progresses, sessions

Json = dict[str, Any]


KEY = bytes(32)
HEARING = Hearing(catalogue())


def received(**parts: Any) -> Request:
    """A request as a handler gets it."""
    return asked(DefaultSerializer(), json.loads(json.dumps(Amazon.envelope(NOW, **parts)))).request


def sent(key: bytes = KEY, **parts: Any) -> inbound.Inbound:
    """What comes in with an envelope."""
    return inbound.inbound(json.loads(json.dumps(Amazon.envelope(NOW, **parts))), key)


def heard(intent: Json | None) -> e.Event:
    """The event of an intent."""
    return inbound.spoken_event(received(request={"type": "IntentRequest", "intent": intent}), HEARING)


# --- Every intent is an event, and every event has an intent ---------------------------------------------------

MODEL = json.loads((Path(build.__file__).parent / "en-US.json").read_text("utf-8"))["interactionModel"][
    "languageModel"
]
SLOTS = {intent["name"]: {slot["name"] for slot in intent.get("slots", [])} for intent in MODEL["intents"]}
IDS = {kind["name"]: [value["id"] for value in kind["values"]] for kind in MODEL["types"]}


def amazons(names: Any) -> set[str]:
    return {name for name in names if name.startswith("AMAZON.")}


def test_every_intent_of_the_model_is_heard():
    assert SLOTS.keys() - HEARING.events.keys() == set()


def test_every_intent_that_is_heard_is_in_the_model_or_amazons():
    assert HEARING.events.keys() - SLOTS.keys() - amazons(HEARING.events) == set()


def test_every_event_can_be_said():
    said = {
        type(HEARING.event(name, slots)) for name in HEARING.events for slots in ({}, {"exercise": MUDDLE})
    }
    reported = {e.Reported} if set(inbound.REPORTS.values()) == set(e.Report) else set()
    # Requests of their own, what only ears of ours are ever unsure of, and what nobody says.
    assert set(e.Event.__args__) - said - reported == {e.Opened, e.Unsure, e.Allowed, e.Reminded}


def test_every_concern_has_its_intent():
    asked = {
        event.concern for name in HEARING.events if isinstance(event := HEARING.event(name, {}), e.Concerned)
    }
    assert asked == catalogue().words.concerns.keys()


@pytest.mark.parametrize("name", [name for name, slots in SLOTS.items() if slots == {"exercise"}])
@pytest.mark.parametrize("said", IDS["EXERCISE"])
def test_every_exercise_that_can_be_said_is_known(name, said):
    match HEARING.event(name, {"exercise": said}):
        case e.Chose(exercise) | e.Described(exercise):
            assert exercise in catalogue().exercises
        case e.Muddled(muddle):
            assert muddle in catalogue().muddles
        case event:
            pytest.fail(f"{event} is not about an exercise")


@pytest.mark.parametrize("said", IDS["ROUTINE"])
def test_every_routine_that_can_be_said_is_known(said):
    assert HEARING.event("BeginIntent", {"routine": said}).routine in catalogue().routines


# --- Slots ----------------------------------------------------------------------------------------------------


def authority(code: str, *ids: str) -> Json:
    """What one list of values makes of what was said."""
    values = [{"value": {"name": name.replace("_", " "), "id": name}} for name in ids]
    return {"authority": "amzn1.er-authority.echo-sdk.0", "status": {"code": code}, "values": values}


def slot(value: str | None, *authorities: Json) -> Json:
    said = {} if value is None else {"value": value}
    return {
        "confirmationStatus": "NONE",
        **said,
        "resolutions": {"resolutionsPerAuthority": list(authorities)},
    }


MATCH, NO_MATCH = "ER_SUCCESS_MATCH", "ER_SUCCESS_NO_MATCH"
TILT = slot("the bridges", authority(MATCH, "pelvic_tilt"))
UNLISTED = slot("pelvic_tilt", authority(NO_MATCH))
HUG = slot("hug", authority(MATCH, f"{MUDDLE}hug"))
BACK = slot("my back routine", authority(MATCH, "back_routine"))

SLOT_EVENTS = [
    # what Alexa understood                                               the event
    ("ExerciseIntent", None, e.Chose(None)),
    ("ExerciseIntent", {}, e.Chose(None)),
    ("ExerciseIntent", {"exercise": None}, e.Chose(None)),
    ("ExerciseIntent", {"exercise": {}}, e.Chose(None)),
    ("ExerciseIntent", {"exercise": slot(None)}, e.Chose(None)),
    ("ExerciseIntent", {"exercise": slot("")}, e.Chose(None)),
    ("ExerciseIntent", {"exercise": slot("?")}, e.Chose(None)),
    ("ExerciseIntent", {"exercise": {"value": "pelvic_tilt"}}, e.Chose(None)),  # its id, never the words
    ("ExerciseIntent", {"exercise": slot("pelvic_tilt")}, e.Chose(None)),
    ("ExerciseIntent", {"exercise": UNLISTED}, e.Chose(None)),
    ("ExerciseIntent", {"exercise": slot("tilt", authority("ER_ERROR_TIMEOUT"))}, e.Chose(None)),
    ("ExerciseIntent", {"exercise": slot("tilt", authority("ER_ERROR_EXCEPTION"))}, e.Chose(None)),
    ("ExerciseIntent", {"exercise": TILT}, e.Chose("pelvic_tilt")),
    ("ExerciseIntent", {"exercise": slot("bridge", authority(MATCH, "pelvic_tilt", "bird_dog"))}, e.Chose("pelvic_tilt")),
    ("ExerciseIntent", {"exercise": slot("dog", authority(NO_MATCH), authority(MATCH, "bird_dog"))}, e.Chose("bird_dog")),
    (
        "ExerciseIntent",
        {"exercise": slot("dog", authority(MATCH, "bird_dog"), authority(MATCH, "cat_camel"))},
        e.Chose("bird_dog"),
    ),
    ("ExerciseIntent", {"exercise": HUG}, e.Muddled("hug")),
    ("ExerciseIntent", {"exercise": slot("gone", authority(MATCH, "sit_ups"))}, e.Chose("sit_ups")),  # an old model
    ("ExerciseIntent", {"routine": BACK}, e.Chose(None)),
    ("DescribeIntent", {}, e.Described(None)),
    ("DescribeIntent", {"exercise": slot("")}, e.Described(None)),
    ("DescribeIntent", {"exercise": TILT}, e.Described("pelvic_tilt")),
    ("DescribeIntent", {"exercise": UNLISTED}, e.Chose(None)),
    ("DescribeIntent", {"exercise": HUG}, e.Muddled("hug")),
    ("BeginIntent", {}, e.Begin(None)),
    ("BeginIntent", {"routine": slot("")}, e.Begin(None)),
    ("BeginIntent", {"routine": slot("?")}, e.Begin("")),
    ("BeginIntent", {"routine": UNLISTED}, e.Begin("")),
    ("BeginIntent", {"routine": BACK}, e.Begin("back_routine")),
    ("AMAZON.YesIntent", {"exercise": TILT}, e.Yes()),
    ("NoSuchIntent", {"exercise": TILT}, e.Unheard()),
    ("", {}, e.Unheard()),
    (None, {}, e.Unheard()),
]  # fmt: skip


@pytest.mark.parametrize(("name", "slots", "event"), SLOT_EVENTS)
def test_slots_become_an_event(name, slots, event):
    if slots:
        slots = {key: value and {"name": key, **value} for key, value in slots.items()}
    assert heard({"name": name, "confirmationStatus": "NONE", "slots": slots}) == event


def test_no_intent_at_all_is_not_understood():
    assert heard(None) == e.Unheard()


@pytest.mark.parametrize(
    ("request_", "faulty"),
    [
        ({"reason": "USER_INITIATED"}, False),
        ({"reason": "EXCEEDED_MAX_REPROMPTS"}, False),
        ({"reason": "ERROR", "error": {"type": "INVALID_RESPONSE", "message": "…"}}, True),
        ({"reason": "ERROR"}, True),
        ({}, False),
    ],
)
def test_a_session_ends_and_a_fault_is_logged(request_, faulty):
    ended = received(request={"type": "SessionEndedRequest", **request_})
    with capture_logs() as logs:
        assert inbound.ended_event(ended) == e.Closed(refused="error" in request_)
    assert [line["event"] for line in logs] == ["session ended in error"] * faulty


# --- What is carried ------------------------------------------------------------------------------------------

CARRIED = Carried(
    Session(q.Ready(Bookmark("back_routine", "pelvic_tilt")), cautioned=True),
    Known(dump(Progress(met=True, tellings={"pelvic_tilt": 1}, at=1_793_604_600_000))),
)
GOOD = written(CARRIED)

ATTRIBUTES = {
    "missing": (None, []),
    "none": ({}, []),
    "another skill's": ({"score": 3}, []),
    "words": ("session", []),
    "a number": (3, []),
    "a list": ([GOOD], []),
    "progress alone": ({"known": GOOD["known"]}, []),
    "progress of words": ({**GOOD, "known": "met"}, ["not a saved Progress: known is no table"]),
    "a session of words": ({**GOOD, "session": "ready"}, ["not a saved Session: it has no version"]),
    "a session of nothing": ({**GOOD, "session": None}, ["not a saved Session: it has no version"]),
    "a wrong type": ({**GOOD, "session": {"v": 2, "unheard": [1]}}, ["not a saved Session: ValidationError"]),
    "an unknown question": ({**GOOD, "session": {"v": 2, "asked": {"why": {}}}}, ["not a saved Session: KeyError"]),
    "huge": ({**GOOD, "session": {"v": 2, "unheard": "9" * 100_000}}, ["the attributes have 100107 bytes"]),
    "a newer session": (
        {**GOOD, "session": {"v": 5}}, ["saved as version 5, which this Backbeat does not know yet"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("carried", "why"), ATTRIBUTES.values(), ids=ATTRIBUTES)
def test_attributes_that_are_not_ours_are_those_of_a_new_session(carried, why):
    with capture_logs() as logs:
        assert sent(session={"attributes": carried}).carried == Carried()
    assert [line["why"] for line in logs] == why


def test_without_a_session_nothing_is_carried():
    assert sent(session=None).carried == Carried()


def test_attributes_of_a_session_that_is_open_during_an_update_are_read():
    old = {"session": {"v": 1, "asked": "menu"}, "progress": {"v": 1, "met": True, "at": 7}}
    carried = sent(session={"attributes": old}).carried
    assert carried == Carried(Session(q.Menu()), Known(old["progress"]))
    del old["progress"]["at"]
    assert sent(session={"attributes": old}).carried == Carried(Session(q.Menu()), Blind(old["progress"]))


@given(sessions, progresses.map(dump), st.sampled_from([Known, Blind, None]))
def test_what_was_sent_out_comes_back(session, progress, kind):
    carried = Carried(session, kind(progress) if kind else None)
    assert sent(session={"attributes": written(carried)}).carried == carried


# --- Who, when and where --------------------------------------------------------------------------------------

KEY = bytes(32)


def somebody(name: str) -> Json:
    return {"context": {"System": {"user": {"userId": name}}}}


def test_a_person_is_a_keyed_hash_of_their_user_id():
    one = sent().person
    assert len(bytes.fromhex(one)) == 32
    assert USER_ID not in one
    assert one == sent(session=None).person
    assert one == sent(context={"System": {}}).person
    others = [
        sent(bytes([1]) * 32).person,
        sent(**somebody("another")).person,
    ]
    assert len({one, *others}) == 3


def test_who_is_not_named_is_nobody():
    assert sent(session=None, **somebody("")).person == ""


@pytest.mark.parametrize("name", ["é", "x" * 255, "\ud800"])
def test_any_user_id_is_somebody(name):
    assert len(sent(session=None, **somebody(name)).person) == 64


def test_the_moment_and_the_place_are_alexas():
    assert sent().now == NOW.timestamp() * 1000
    early = sent(request={"timestamp": "2026-11-02T08:30:00.250+01:00"}).now
    assert datetime.fromtimestamp(early / 1000, UTC) == NOW.replace(microsecond=250_000)
    assert sent().locale == "en-GB"
    assert sent(request={"locale": None}).locale == ""  # the content has its own
