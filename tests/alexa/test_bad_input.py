"""Whatever a request holds, it is answered within the platform's rules, or turned away with 400; never a 500.

The rules: platform facts, sections 1, 2, 3, 5 and 10.
"""

import json
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.app import create_app
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.questions import name_of
from skill.coach.dialogue.state import Led, Progress, Session
from skill.coach.timeline.plan import Bookmark
from skill.content.reader import catalogue
from skill.hearing import Hearing
from skill.kept.carried import Carried, Known, written
from skill.kept.saved import dump
from skill.settings import Settings
from tests.alexa.signing import NOW, Amazon

Json = Any
SORRY = catalogue().words.line("our_fault")
QUICK = settings(max_examples=75)


@pytest.fixture(scope="module")
def client(tmp_path_factory) -> FlaskClient:
    return create_app(Settings(tmp_path_factory.mktemp("data"), local=True)).test_client()


def post(client: FlaskClient, **parts: Json) -> Json:
    """The response to an envelope so changed; None if it was turned away."""
    answer = client.post("/alexa", json=Amazon.envelope(NOW, **parts))
    if answer.status_code == 400:
        return None
    assert answer.status_code == 200
    assert answer.content_type == "application/json;charset=UTF-8"
    assert len(answer.data) < 120_000
    whole = json.loads(answer.data)
    legal(whole)
    return whole["response"]


def intent(name: str, **more: Json) -> Json:
    return {"type": "IntentRequest", "intent": {"name": name, "confirmationStatus": "NONE"}, **more}


def legal(whole: Json) -> None:
    """An answer keeps every rule, and is not an apology for a fault of ours."""
    assert whole["version"] == "1.0"
    response = whole["response"]
    if not response:
        return
    said = spoken(response["outputSpeech"])
    assert SORRY not in said
    card = response["card"]
    assert card["title"]
    assert len(card["title"] + card["content"]) <= 8000
    assert "<" not in card["content"]
    if response["shouldEndSession"]:
        assert "reprompt" not in response
        assert not said.endswith("?")
    else:
        assert said.endswith("?")
        assert spoken(response["reprompt"]["outputSpeech"])


def spoken(speech: Json) -> str:
    """The words of an output speech, which keeps the rules of SSML."""
    assert speech["type"] == "SSML"
    assert len(speech["ssml"]) <= 8000
    speak = ET.fromstring(speech["ssml"])
    assert speak.tag == "speak"
    assert {child.tag for child in speak} <= {"break"}
    breaks = [re.fullmatch(r"(\d+)ms", tag.attrib["time"]) for tag in speak]
    assert all(0 < int(found[1]) <= 10_000 for found in breaks)
    assert sum(int(found[1]) for found in breaks) <= 240_000
    return " ".join(text.strip() for text in speak.itertext() if text.strip())


# --- Alexa's own intents, at any time ---------------------------------------------------------------------------

TILT = Bookmark("back_routine", "pelvic_tilt", set=2)
BEGAN = round(NOW.timestamp() * 1000) - 30_000
KNOWN = Progress(met=True, tellings={"pelvic_tilt": 2}, place=TILT)
IN_A_SET = replace(KNOWN, led=Led(TILT, BEGAN, 90_000))
ASKED = {
    **{name_of(kind): kind(TILT) for kind in q.QUESTIONS if kind not in q.SUBJECTS},
    **{name_of(kind): kind("hug", TILT) for kind in (q.Which, q.DoIt)},
    "meant": q.Meant("SlowerIntent", "slower", {}, "ready", TILT),
}


def session(asked: q.Question | None, progress: Progress, led: int | None = None) -> Json:
    carried = Carried(Session(asked, led), Known(dump(progress)))
    return {"new": False, "attributes": written(carried)}


SESSIONS = {
    "no session": None,
    "a new session": {"new": True, "attributes": {}},
    "a session without attributes": {"attributes": None},
    **{f"asked {name}": session(asked, KNOWN) for name, asked in ASKED.items()},
    "asked, with no place": session(q.Menu(), Progress(met=True)),
    "in a set": session(q.Ready(TILT), IN_A_SET, BEGAN),
}


@pytest.mark.parametrize("carried", SESSIONS.values(), ids=SESSIONS)
def test_every_intent_is_answered_in_any_session_and_out_of_one(client, carried):
    for name in (*Hearing(catalogue()).events, "NoSuchIntent"):
        response = post(client, request=intent(name), session=carried)
        assert response or name == "AMAZON.NavigateHomeIntent", name


@pytest.mark.parametrize("carried", SESSIONS.values(), ids=SESSIONS)
@pytest.mark.parametrize(
    "request_", [{"type": "LaunchRequest"}, {"type": "LaunchRequest", "task": {"name": "x"}}]
)
def test_opening_the_skill_is_always_answered(client, request_, carried):
    assert post(client, request=request_, session=carried)["shouldEndSession"] is False


@pytest.mark.parametrize("name", ["AMAZON.StopIntent", "AMAZON.CancelIntent"])
@pytest.mark.parametrize("carried", SESSIONS.values(), ids=SESSIONS)
def test_stop_always_stops(client, name, carried):
    assert post(client, request=intent(name), session=carried)["shouldEndSession"] is True


@pytest.mark.parametrize("carried", SESSIONS.values(), ids=SESSIONS)
def test_help_always_helps_and_an_emergency_always_comes_first(client, carried):
    assert post(client, request=intent("AMAZON.HelpIntent"), session=carried)["shouldEndSession"] is False
    emergency = post(client, request=intent("EmergencyIntent"), session=carried)
    assert emergency["shouldEndSession"] is True
    assert spoken(emergency["outputSpeech"]).startswith("Stop exercising. This may be an emergency.")


# --- Requests that may not be answered --------------------------------------------------------------------------

ERROR = {"type": "MEDIA_ERROR_UNKNOWN", "message": "…"}
TRACK = {"token": "t", "offsetInMilliseconds": 5}
QUIET = [
    {"type": "AudioPlayer.PlaybackStarted", **TRACK},
    {"type": "AudioPlayer.PlaybackFinished", **TRACK},
    {"type": "AudioPlayer.PlaybackStopped", **TRACK},
    {"type": "AudioPlayer.PlaybackNearlyFinished", **TRACK},
    {"type": "AudioPlayer.PlaybackFailed", "token": "t", "error": ERROR, "currentPlaybackState": {"playerActivity": "IDLE"}},
    {"type": "PlaybackController.PlayCommandIssued"},
    {"type": "PlaybackController.PauseCommandIssued"},
    {"type": "PlaybackController.NextCommandIssued"},
    {"type": "PlaybackController.PreviousCommandIssued"},
    {"type": "System.ExceptionEncountered", "error": {"type": "INVALID_RESPONSE", "message": "…"}, "cause": {"requestId": "r"}},
    {"type": "System.ExceptionEncountered"},
    {"type": "SessionEndedRequest", "reason": "USER_INITIATED"},
    {"type": "SessionEndedRequest", "reason": "EXCEEDED_MAX_REPROMPTS"},
    {"type": "SessionEndedRequest", "reason": "ERROR", "error": {"type": "ENDPOINT_TIMEOUT", "message": "…"}},
    # what the SDK cannot read: Amazon adds types and values unannounced
    {"type": "Input.Text"},
    {"type": ""},
    {"type": "SessionEndedRequest", "reason": "BORED"},
    {"type": "SessionEndedRequest", "reason": "ERROR", "error": {"type": "NEW_ERROR"}},
    {"type": "AudioPlayer.PlaybackFailed", "error": {"type": "NEW_ERROR"}},
    {"type": "IntentRequest", "intent": ["AMAZON.YesIntent"]},
]  # fmt: skip


@pytest.mark.parametrize("carried", [None, {"new": True}], ids=["no session", "a session"])
@pytest.mark.parametrize("request_", QUIET)
def test_what_may_not_be_answered_gets_an_empty_answer(client, request_, carried):
    assert post(client, request=request_, session=carried) == {}


# --- Values we never look at ------------------------------------------------------------------------------------

CORNERS = {
    "a new player activity": {"AudioPlayer": {"playerActivity": "JUGGLING"}},
    "a new viewport": {"Viewport": {"mode": "HOLOGRAM", "shape": "CUBE", "video": {"codecs": ["H_999"]}}},
    "new viewports": {"Viewports": [{"type": "CUBE", "id": "main"}]},
    "a new interface": {"System": {"device": {"supportedInterfaces": {"Telepathy": {"maxVersion": 3}}}}},
    "a corner of another shape": {"Alexa.Presentation.APL": [1, "two", None]},
    "no system": {"System": None},
    "a system of words": {"System": "system"},
    "a user of numbers": {"System": {"user": 3}},
    "an empty context": {"System": {}},
}


NEW = {
    "a new state of a dialogue": intent("AMAZON.YesIntent", dialogState="WONDERING"),
    "a new way to confirm": {
        "type": "IntentRequest",
        "intent": {"name": "AMAZON.YesIntent", "confirmationStatus": "PERHAPS"},
    },
}


@pytest.mark.parametrize("request_", NEW.values(), ids=NEW)
def test_what_is_new_beside_an_intent_changes_nothing(client, request_):
    assert post(client, request=request_, session={"new": True})["outputSpeech"]["ssml"]


@pytest.mark.parametrize("context", CORNERS.values(), ids=CORNERS)
def test_what_is_new_where_we_never_look_changes_nothing(client, context):
    assert (
        post(client, context=context, session={"user": {"userId": str(context)}})["shouldEndSession"] is False
    )


# --- Anything at all --------------------------------------------------------------------------------------------

keys = st.sampled_from([
    "v", "session", "known", "blind", "place", "asked", "ready", "led", "run", "stream", "days", "tellings", "routine", "exercise", "name",
    "value", "resolutions", "resolutionsPerAuthority", "values", "id", "status", "code", "System", "user", "userId",
    "application", "applicationId", "device", "AudioPlayer", "Viewport",
]) | st.text(max_size=5)  # fmt: skip
words = st.sampled_from(
    ["pelvic_tilt", "back_routine", "muddle_hug", "ER_SUCCESS_MATCH", "ready", "?", "\ud800"]
)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | words | st.text(max_size=5)
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4)
)
tables = st.dictionaries(keys, anything, max_size=4)
names = st.sampled_from(
    ["ExerciseIntent", "BeginIntent", "DescribeIntent", "AMAZON.YesIntent", "AMAZON.NextIntent"]
)


@given(carried=anything, name=names)
@QUICK
def test_anything_may_be_carried(client, carried, name):
    assert post(client, request=intent(name), session={"attributes": carried})


@given(progress=tables, place=tables, name=names)
@QUICK
def test_anything_may_be_carried_as_ours(client, progress, place, name):
    carried = {
        "session": {"v": 2, "asked": {"ready": {"place": place}}},
        "known": {"v": 2, "met": True, **progress},
    }
    old = {"session": {"v": 1, "asked": "ready", "place": place}, "progress": {"v": 1, "at": 1, **progress}}
    assert post(client, request=intent(name), session={"attributes": old})
    assert post(client, request=intent(name), session={"attributes": carried})


@given(said=anything, name=names)
@QUICK
def test_anything_may_be_in_a_slot(client, said, name):
    for slots in (
        said,
        {"exercise": said},
        {"exercise": {"name": "exercise", "value": "x", "resolutions": said}},
    ):
        whole = intent(name)
        whole["intent"]["slots"] = slots
        post(client, request=whole)


@given(context=tables, name=names)
@QUICK
def test_anything_may_be_in_the_context(client, context, name):
    post(client, request=intent(name), context=context)


@given(request=tables, session=tables)
@QUICK
def test_anything_may_be_in_a_request_and_its_session(client, request, session):
    post(client, request=request, session=session)
    post(client, request={"type": "IntentRequest", "intent": request}, session=session)


NESTS = {
    "the attributes": {"session": {"attributes": {"session": "NEST"}}},
    "an intent": {"request": intent("ExerciseIntent", slots="NEST")},
    "the context": {"context": {"AudioPlayer": "NEST"}},
}


@pytest.mark.parametrize("parts", NESTS.values(), ids=NESTS)
def test_anything_may_be_nested_as_deeply_as_it_likes(client, parts):
    body = json.dumps(Amazon.envelope(NOW, **parts))
    statuses = {}
    for depth in range(50, 1500, 25):
        deep = body.replace('"NEST"', "[" * depth + "]" * depth)
        statuses[depth] = client.post("/alexa", data=deep, content_type="application/json").status_code
    assert {depth: status for depth, status in statuses.items() if status not in {200, 400}} == {}
