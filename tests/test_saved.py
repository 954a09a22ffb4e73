"""What is written is what is read, and whatever else is read leads to a sensible place."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.estimate import estimate
from skill.coach.dialogue import events as e
from skill.coach.dialogue.reply import Device, Halt, Play, Reply, World
from skill.coach.dialogue.state import (
    Activity,
    Mode,
    Playhead,
    Playing,
    Progress,
    Question,
    Session,
    State,
    Stream,
    Streaming,
)
from skill.coach.dialogue.step import step
from skill.coach.exercise import FormName, Order
from skill.coach.timeline.plan import Bookmark, Part, canonical, plan
from skill.content.reader import catalogue
from skill.errors import Damaged, Newer
from skill.kept.saved import VERSION, dump, load

TILT = Bookmark("back_routine", "pelvic_tilt", FormName.EASIER, 2, "", 5)
BEND = Bookmark("", "hamstring_stretch", side="left", rep=10)

CASES = [  # the value, and how it is saved: what is at its default is left out
    (Session(), {"v": 1}),
    (Session(asked=Question.GO_ON), {"v": 1, "asked": "go_on"}),
    (
        Session(place=TILT),
        {"v": 1, "place": {"routine": "back_routine", "exercise": "pelvic_tilt", "form": "easier", "set": 2, "rep": 5}},
    ),
    (
        Session(playing=Playing(BEND, began=1_793_604_600_000, lasts=90_000)),
        {
            "v": 1,
            "playing": {
                "mark": {"routine": "", "exercise": "hamstring_stretch", "side": "left", "rep": 10},
                "began": 1_793_604_600_000,
                "lasts": 90_000,
            },
        },
    ),
    (
        Session(asked=Question.WHICH, about="hug", hurts=1, unheard=2, cautioned=True, warned=True),
        {"v": 1, "asked": "which", "about": "hug", "hurts": 1, "unheard": 2, "cautioned": True, "warned": True},
    ),
    (Session(later=Bookmark("upper_back", "cat_camel")), {"v": 1, "later": {"routine": "upper_back", "exercise": "cat_camel"}}),
    (Progress(), {"v": 1}),
    (Progress(met=True, told={"pelvic_tilt": 2}), {"v": 1, "met": True, "told": {"pelvic_tilt": 2}}),
    (Progress(days=(date(2026, 11, 1), date(2026, 11, 2))), {"v": 1, "days": ["2026-11-01", "2026-11-02"]}),
    (
        Progress(place=Bookmark("back_routine", "knee_to_chest", rep=6), at=1_793_604_600_000),
        {"v": 1, "place": {"routine": "back_routine", "exercise": "knee_to_chest", "rep": 6}, "at": 1_793_604_600_000},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("value", "saved"), CASES)
def test_what_is_written_is_what_is_read(value, saved):
    assert dump(value) == saved
    assert load(type(value), saved) == value


PROGRESS_1 = """
{"v":1,"met":true,"told":{"pelvic_tilt":2,"knee_to_chest":1},
"place":{"routine":"back_routine","exercise":"hamstring_stretch","side":"left","rep":4},
"playing":{"mark":{"routine":"back_routine","exercise":"hamstring_stretch","side":"left"},
"began":1793604600000,"lasts":93000},"days":["2026-11-02"],"at":1793604600000}
"""
SESSION_1 = """
{"v":1,"asked":"ready","place":{"routine":"","exercise":"pelvic_tilt","form":"easier","set":1},
"later":{"routine":"back_routine","exercise":"knee_to_chest","rep":6},"about":"hug","hurts":1,"cautioned":true}
"""
SAMPLES = {1: (PROGRESS_1, SESSION_1)}
"""By version, and frozen: somebody's progress is written like this. Never change one; add one for each version."""


def test_every_version_has_its_sample():
    assert SAMPLES.keys() == set(range(1, VERSION + 1))


@pytest.mark.parametrize(("progress", "session"), SAMPLES.values(), ids=SAMPLES)
def test_what_an_older_backbeat_saved_is_still_read(progress, session):
    stretch = Bookmark("back_routine", "hamstring_stretch", side="left")
    assert load(Progress, json.loads(progress)) == Progress(
        met=True,
        told={"pelvic_tilt": 2, "knee_to_chest": 1},
        place=replace(stretch, rep=4),
        playing=Playing(stretch, 1_793_604_600_000, 93_000),
        days=(date(2026, 11, 2),),
        at=1_793_604_600_000,
    )
    assert load(Session, json.loads(session)) == Session(
        asked=Question.READY,
        place=Bookmark("", "pelvic_tilt", FormName.EASIER),
        about="hug",
        later=Bookmark("back_routine", "knee_to_chest", rep=6),
        hurts=1,
        cautioned=True,
    )


UNREADABLE = {  # what was saved, and what it is
    "nothing": (None, Damaged),
    "words": ("progress", Damaged),
    "a number": (1, Damaged),
    "a list": ([{"v": 1}], Damaged),
    "no version": ({}, Damaged),
    "a version in words": ({"v": "1"}, Damaged),
    "a version of yes": ({"v": True}, Damaged),
    "a version before the first": ({"v": 0}, Damaged),
    "a negative version": ({"v": -1}, Damaged),
    "a later version": ({"v": VERSION + 1}, Newer),
    "a later version of another shape": ({"v": 99, "place": 3}, Newer),
    "a wrong type": ({"v": 1, "place": "pelvic_tilt"}, Damaged),
    "half a bookmark": ({"v": 1, "place": {"routine": "back_routine"}}, Damaged),
    "an unknown form": ({"v": 1, "place": {"routine": "", "exercise": "", "form": "fast"}}, Damaged),
    "no number": ({"v": 1, "place": {"routine": "", "exercise": "", "rep": "two"}}, Damaged),
}


@pytest.mark.parametrize("kind", [Session, Progress])
@pytest.mark.parametrize(("saved", "error"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_we_did_not_write_is_refused(kind, saved, error):
    with pytest.raises(Damaged) as caught:
        load(kind, saved)
    assert caught.type is error


# --- Laws -----------------------------------------------------------------------------------------------------

text = st.text(st.characters(codec="utf-8"))  # a lone surrogate is no text, and is refused
slugs = st.sampled_from([*catalogue().exercises, *catalogue().routines, *catalogue().muddles]) | text
numbers = st.integers(-3, 15) | st.integers()
times = st.integers(-(10**9), 10**9).map(lambda ms: 1_793_604_600_000 + ms) | st.integers()
sides = st.sampled_from(["", "right", "left", "both"]) | text
bookmarks = st.builds(
    Bookmark, slugs, slugs, st.sampled_from(FormName), numbers, sides, numbers, st.sampled_from(Part), numbers
)
streams = st.builds(
    Stream, times, numbers, bookmarks, st.booleans(), st.lists(slugs).map(tuple), st.booleans()
)
streamings = st.builds(Streaming, streams, numbers, times, st.booleans(), st.booleans(), st.booleans())
playheads = st.builds(Playhead, streams, numbers, st.sampled_from(Activity))
playings = st.builds(Playing, bookmarks, times, st.integers(0, 240_000) | st.integers())
sessions = st.builds(
    Session,
    asked=st.none() | st.sampled_from(Question),
    place=st.none() | bookmarks,
    playing=st.none() | playings,
    about=slugs,
    later=st.none() | bookmarks,
    hurts=numbers,
    unheard=numbers,
    cautioned=st.booleans(),
    warned=st.booleans(),
)
progresses = st.builds(
    Progress,
    met=st.sampled_from([True, True, True, False]),
    told=st.dictionaries(slugs, numbers),
    place=st.none() | bookmarks,
    playing=st.none() | playings,
    days=st.lists(st.dates()).map(tuple),
    hurts=numbers,
    asks_first=st.booleans(),
    mode=st.none() | st.sampled_from(Mode),
    streaming=st.none() | streamings,
    at=times,
)
states = st.builds(State, sessions, progresses)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["v", "place", "asked", "days"]), inner)
    ),
)


@given(sessions | progresses)
def test_load_undoes_dump(value):
    assert load(type(value), json.loads(json.dumps(dump(value)))) == value


@given(st.sampled_from([Session, Progress]), json_values, st.none() | numbers)
def test_anything_at_all_is_read_or_refused(kind, saved, version):
    if isinstance(saved, dict) and version is not None:
        saved["v"] = version
    with suppress(Damaged):
        assert isinstance(load(kind, saved), kind)


@given(bookmarks)
def test_every_bookmark_finds_a_place(mark):
    place = canonical(mark, catalogue())
    whole = plan(place, catalogue())
    piece = whole.pieces[whole.index(place)]
    assert place.routine == whole.routine
    assert (place.exercise, place.form) == (piece.exercise, piece.form)
    assert place.set == piece.set
    form = catalogue().exercises[piece.exercise].form(piece.form)
    assert place.side in (
        {move.side for move in form.moves} | {""} if form.order is Order.ALTERNATE else {piece.side}
    )
    assert piece.first <= place.rep <= piece.last
    assert canonical(place, catalogue()) == place


@given(bookmarks)
def test_a_bookmark_of_a_place_that_is_there_stays_where_it_is(mark):
    place = canonical(mark, catalogue())
    for piece in plan(place, catalogue()).pieces:
        for rep in (piece.first, piece.last):
            there = replace(piece.starts(place.routine), rep=rep)
            assert canonical(there, catalogue()) == there


NAMED = {e.Begin, e.Chose, e.Muddled, e.Described, e.Concerned}
"""The events that come with a name."""


@pytest.mark.parametrize("kind", e.Event.__args__)
@given(
    state=states,
    name=slugs,
    now=st.integers(0, 4 * 10**12),
    keeping=st.booleans(),
    device=st.builds(Device, st.booleans(), st.booleans(), st.booleans(), st.none() | playheads),
    report=st.tuples(st.sampled_from(e.Playback), playheads),
)
@settings(max_examples=25)
def test_every_event_has_an_answer_in_every_state(kind, state, name, now, keeping, device, report):  # noqa: PLR0913, PLR0917  # all there is to a turn
    world = World(catalogue(), estimate, now, lag=3000, keeping=keeping, device=device)
    given = (name,) if kind in NAMED else report if kind is e.Streamed else ()
    reply = (turn := step(state, kind(*given), world)).reply
    if device.mute or kind in {e.Streamed, e.Closed}:
        assert reply == Reply(player=reply.player)  # not a word
    else:
        assert reply.speech.cues or kind in {e.Paused, e.Resumed} or reply.player
        assert turn.state.session.asked is reply.asks or reply.asks is None
    assert not reply.reprompt or reply.asks
    assert reply.asks is None or not isinstance(reply.player, Play)
    assert isinstance(reply.player, Halt | None) or device.streams or kind is e.Streamed
    for value in (turn.state.session, turn.state.progress):
        assert load(type(value), json.loads(json.dumps(dump(value)))) == value
