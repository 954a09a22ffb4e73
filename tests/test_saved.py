"""What is written is what is read, and whatever else is read leads to a sensible place."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audio.estimate import estimate
from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import World
from skill.coach.dialogue.days import Day
from skill.coach.dialogue.questions import name_of
from skill.coach.dialogue.reply import Device, Halt, Play, Reply
from skill.coach.dialogue.run import Activity, Phase, Position, Run
from skill.coach.dialogue.state import Led, Mode, Progress, Session, State, Unwell
from skill.coach.dialogue.step import step
from skill.coach.exercise import FormName, Item, Order
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark, Part
from skill.coach.timeline.stream import Stream
from skill.coach.timeline.wishes import BEATS, USUAL, Change, Measure, Own, Spared, Wishes
from skill.content.reader import catalogue
from skill.errors import Damaged, Newer
from skill.kept.saved import VERSION, dump, load
from skill.kept.upgrades import UPGRADES

EDITION = Edition(catalogue(), estimate)
TILT = Bookmark("back_routine", "pelvic_tilt", FormName.EASIER, 2, "", 5)
BEND = Bookmark("", "hamstring_stretch", side="left", rep=10)

STREAM = Stream(
    1_793_604_600_000,
    1,
    TILT,
    counted=True,
    long=("pelvic_tilt",),
    left=("bird_dog",),
    wishes=Wishes(1104),
    days=1,
)
PLACE = {"routine": "back_routine", "exercise": "pelvic_tilt", "form": "easier", "set": 2, "rep": 5}

WISHES = replace(
    Wishes().on_side("hamstring_stretch", "left").sparing(["bird_dog"], ["cat_camel"], 1_793_604_600_000),
    own=(Own("evening", (Item("cat_camel"), Item("knee_rolls", reps=4))),),
)

CASES = [  # the value, and how it is saved: what is at its default is left out
    (Session(), {"v": 4}),
    (Session(q.Menu()), {"v": 4, "asked": {"menu": {}}}),
    (Session(q.GoOn(TILT)), {"v": 4, "asked": {"go_on": {"place": PLACE}}}),
    (Session(q.Which("hug")), {"v": 4, "asked": {"which": {"muddle": "hug"}}}),
    (Session(q.DoIt("cat_camel", TILT)), {"v": 4, "asked": {"do_it": {"exercise": "cat_camel", "place": PLACE}}}),
    (
        Session(led=1_793_604_600_000, unheard=2, cautioned=True, warned=True),
        {"v": 4, "led": 1_793_604_600_000, "unheard": 2, "cautioned": True, "warned": True},
    ),
    (Progress(), {"v": 4}),
    (Progress(met=True, tellings={"pelvic_tilt": 2}), {"v": 4, "met": True, "tellings": {"pelvic_tilt": 2}}),
    (
        Progress(days=(Day(date(2026, 11, 1)), Day(date(2026, 11, 2), 300_000, 4))),
        {"v": 4, "days": [{"on": "2026-11-01"}, {"on": "2026-11-02", "ms": 300_000, "sets": 4}]},
    ),
    (
        Progress(wishes=WISHES),
        {
            "v": 4,
            "wishes": {
                "changes": [{"exercise": "hamstring_stretch", "side": "left"}],
                "spared": {"out": ["bird_dog"], "easier": ["cat_camel"]},
                "until": 1_793_604_600_000,
                "own": [{"name": "evening", "items": [{"exercise": "cat_camel"}, {"exercise": "knee_rolls", "reps": 4}]}],
            },
        },
    ),
    (
        Progress(place=Bookmark("back_routine", "knee_to_chest", rep=6), at=1_793_604_600_000),
        {"v": 4, "place": {"routine": "back_routine", "exercise": "knee_to_chest", "rep": 6}, "at": 1_793_604_600_000},
    ),
    (Progress(later=Bookmark("upper_back", "cat_camel")), {"v": 4, "later": {"routine": "upper_back", "exercise": "cat_camel"}}),
    (
        Progress(led=Led(BEND, began=1_793_604_600_000, lasts=90_000)),
        {
            "v": 4,
            "led": {
                "place": {"routine": "", "exercise": "hamstring_stretch", "side": "left", "rep": 10},
                "began": 1_793_604_600_000,
                "lasts": 90_000,
            },
        },
    ),
    (Progress(unwell=Unwell(1, 1_793_604_600_000)), {"v": 4, "unwell": {"times": 1, "at": 1_793_604_600_000}}),
    (
        Progress(run=Run(STREAM, 60_000, 1_793_604_660_000, Phase.PLAYING_AGAIN)),
        {
            "v": 4,
            "run": {
                "stream": {
                    "run": 1_793_604_600_000,
                    "block": 1,
                    "place": PLACE,
                    "counted": True,
                    "long": ["pelvic_tilt"],
                    "left": ["bird_dog"],
                    "wishes": {"beat": 1104},
                    "days": 1,
                },
                "offset": 60_000,
                "at": 1_793_604_660_000,
                "phase": "playing again",
            },
        },
    ),
]  # fmt: skip


def test_every_kind_of_question_is_written_by_its_name():
    assert len({name_of(kind) for kind in q.QUESTIONS}) == len(q.QUESTIONS)


@pytest.mark.parametrize(("value", "saved"), CASES)
def test_what_is_written_is_what_is_read(value, saved):
    assert dump(value) == saved
    assert load(type(value), saved) == value


# How each version wrote it, and what that is today. Frozen: somebody's progress is written like this. Never change one;
# add one for each version.

AT = 1_793_604_600_000
STRETCH = Bookmark("back_routine", "hamstring_stretch", side="left")
KNEES = Bookmark("back_routine", "knee_to_chest", rep=6)
SETTLING = Bookmark("full_back_routine", "bird_dog", part=Part.SETTLING)

SAMPLES = {
    1: [
        (
            """{"v":1,"met":true,"told":{"pelvic_tilt":2,"knee_to_chest":1},
            "place":{"routine":"back_routine","exercise":"hamstring_stretch","side":"left","rep":4},
            "playing":{"mark":{"routine":"back_routine","exercise":"hamstring_stretch","side":"left"},
            "began":1793604600000,"lasts":93000},"days":["2026-11-02"],"at":1793604600000}""",
            Progress(
                met=True,
                tellings={"pelvic_tilt": 2, "knee_to_chest": 1},
                place=replace(STRETCH, rep=4),
                led=Led(STRETCH, AT, 93_000),
                days=(Day(date(2026, 11, 2)),),
                at=AT,
            ),
        ),
        (
            """{"v":1,"met":true,"skipped":true,"hurts":1,"asks_first":true,"mode":"through",
            "later":{"routine":"back_routine","exercise":"knee_to_chest","rep":6},
            "streaming":{"stream":{"run":1793604600000,"block":1,"joined":{"routine":"full_back_routine",
            "exercise":"bird_dog","part":"telling","sentence":999},"counted":true,"long":["bird_dog"]},
            "offset":61000,"at":1793604661000,"begun":true,"retried":true},"at":1793604661000}""",
            Progress(
                met=True,
                unwell=Unwell(1, AT + 61_000),
                mode=Mode.THROUGH,
                later=KNEES,
                run=Run(
                    Stream(AT, 1, SETTLING, counted=True, long=("bird_dog",), left=(), wishes=USUAL, days=1),
                    61_000,
                    AT + 61_000,
                    Phase.PLAYING_AGAIN,
                ),
                at=AT + 61_000,
            ),
        ),
        (
            """{"v":1,"met":true,"hurts":2,"rested":"2026-11-02","asks_first":true,"mode":"sets",
            "streaming":{"stream":{"run":1793604600000,"block":0,"joined":{"routine":"back_routine",
            "exercise":"knee_to_chest","rep":6},"counted":false,"long":[],"skipped":true},
            "offset":61000,"at":1793604661000,"playing":false},"at":1793604661000}""",
            Progress(
                met=True,
                unwell=Unwell(2, 1_793_620_800_000),  # noon of that day
                mode=Mode.SETS,
                run=Run(
                    Stream(AT, 0, KNEES, counted=False, long=(), left=(), wishes=USUAL, days=1),
                    61_000,
                    AT + 61_000,
                    Phase.STILL,
                ),
                at=AT + 61_000,
            ),
        ),
        (
            """{"v":1,"asked":"ready","place":{"routine":"","exercise":"pelvic_tilt","form":"easier","set":1},
            "later":{"routine":"back_routine","exercise":"knee_to_chest","rep":6},"about":"hug","hurts":1,"cautioned":true}""",
            Session(q.Ready(Bookmark("", "pelvic_tilt", FormName.EASIER)), cautioned=True),
        ),
        (
            """{"v":1,"asked":"which","about":"hug","place":{"routine":"back_routine","exercise":"knee_to_chest","rep":6},
            "unheard":1,"warned":true}""",
            Session(q.Which("hug", KNEES), unheard=1, warned=True),
        ),
        ("""{"v":1,"asked":"do_it","about":"bird_dog"}""", Session(q.DoIt("bird_dog"))),
        ("""{"v":1,"asked":"ready"}""", Session()),
        (
            """{"v":1,"asked":"go_on","begun":true,"place":{"routine":"back_routine","exercise":"knee_to_chest","rep":6},
            "playing":{"mark":{"routine":"back_routine","exercise":"knee_to_chest","rep":6},"began":1793604600000,"lasts":93000}}""",
            Session(q.GoOn(KNEES), led=AT),
        ),
    ],
    2: [
        (
            """{"v":2,"met":true,"tellings":{"pelvic_tilt":1},"place":{"routine":"back_routine","exercise":"knee_to_chest","rep":6},
            "mode":"through","run":{"stream":{"run":1793604600000,"block":1,"place":{"routine":"full_back_routine",
            "exercise":"bird_dog","part":"settling"},"counted":true,"long":["bird_dog"],"skipped":false,"beat":1104,"days":3},
            "offset":61000,"at":1793604661000,"phase":"playing"},"days":["2026-11-02"],"at":1793604661000}""",
            Progress(
                met=True,
                tellings={"pelvic_tilt": 1},
                place=KNEES,
                mode=Mode.THROUGH,
                run=Run(
                    Stream(
                        AT,
                        1,
                        SETTLING,
                        counted=True,
                        long=("bird_dog",),
                        left=(),
                        wishes=Wishes(1104),
                        days=3,
                    ),
                    61_000,
                    AT + 61_000,
                    Phase.PLAYING,
                ),
                days=(Day(date(2026, 11, 2)),),
                at=AT + 61_000,
            ),
        ),
        (
            """{"v":2,"asked":{"ready":{"place":{"routine":"back_routine","exercise":"knee_to_chest","rep":6}}},"cautioned":true}""",
            Session(q.Ready(KNEES), cautioned=True),
        ),
    ],
    3: [
        (
            """{"v":3,"met":true,"skipped":true,"wishes":{"beat":1200,"changes":[{"exercise":"pelvic_tilt","reps":5}]},
            "run":{"stream":{"run":1793604600000,"block":1,"place":{"routine":"full_back_routine","exercise":"bird_dog",
            "part":"settling"},"counted":true,"long":[],"skipped":true,"wishes":{"beat":1200},"days":3},"offset":61000,
            "at":1793604661000,"phase":"still"},"days":["2026-11-01","2026-11-02"],"at":1793604661000}""",
            Progress(
                met=True,
                wishes=Wishes(1200).changed("pelvic_tilt", Measure.REPS, 5),
                run=Run(
                    Stream(AT, 1, SETTLING, counted=True, long=(), left=(), wishes=Wishes(1200), days=3),
                    61_000,
                    AT + 61_000,
                    Phase.STILL,
                ),
                days=(Day(date(2026, 11, 1)), Day(date(2026, 11, 2))),
                at=AT + 61_000,
            ),
        ),
        (
            """{"v":3,"asked":{"ready":{"place":{"routine":"back_routine","exercise":"knee_to_chest","rep":6}}},"cautioned":true}""",
            Session(q.Ready(KNEES), cautioned=True),
        ),
    ],
}


def test_every_older_version_has_its_samples():
    assert SAMPLES.keys() == UPGRADES.keys() == set(range(1, VERSION))
    for samples in SAMPLES.values():
        assert {type(value) for _, value in samples} == {Session, Progress}


@pytest.mark.parametrize(("saved", "value"), [sample for samples in SAMPLES.values() for sample in samples])
def test_what_an_older_backbeat_saved_is_still_read(saved, value):
    assert load(type(value), json.loads(saved)) == value


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
    "a wrong type": ({"v": 1, "asked": "ready", "place": "pelvic_tilt"}, Damaged),
    "half a bookmark": ({"v": 1, "asked": "ready", "place": {"routine": "back_routine"}}, Damaged),
    "an unknown form": (
        {"v": 1, "asked": "ready", "place": {"routine": "", "exercise": "", "form": "fast"}},
        Damaged,
    ),
    "an unknown question": ({"v": 4, "asked": {"dance": {}}}, Damaged),
    "a question in a word": ({"v": 4, "asked": "ready"}, Damaged),
    "a question about nothing": ({"v": 4, "asked": {"ready": {}}}, Damaged),
    "two questions": ({"v": 4, "asked": {"menu": {}, "forget": {}}}, Damaged),
    "no number": (
        {"v": 1, "asked": "ready", "place": {"routine": "", "exercise": "", "rep": "two"}},
        Damaged,
    ),
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
few = st.none() | st.integers(1, 8)
changes = st.builds(
    Change, st.sampled_from([*catalogue().exercises]), few, few, few, st.none() | st.integers(0, 90)
)
some = st.lists(slugs, max_size=2).map(tuple)
wishes = st.builds(
    Wishes,
    st.sampled_from(BEATS),
    st.lists(changes, max_size=3, unique_by=lambda one: one.exercise).map(tuple),
    st.builds(Spared, some, some),
    st.builds(Spared, some, some),
    times,
    st.lists(
        st.builds(Own, slugs, st.lists(st.builds(Item, slugs), min_size=1, max_size=1).map(tuple), slugs),
        max_size=2,
    ).map(tuple),
)
streams = st.builds(
    Stream,
    times,
    numbers,
    bookmarks,
    st.booleans(),
    st.lists(slugs).map(tuple),
    st.lists(slugs).map(tuple),
    wishes,
    st.integers(1, 7),
    st.booleans(),
)
runs = st.builds(Run, streams, numbers, times, st.sampled_from(Phase))
positions = st.builds(Position, streams, numbers, st.sampled_from(Activity))
leds = st.builds(Led, bookmarks, times, st.integers(0, 240_000) | st.integers())
placed = st.one_of(
    *(st.builds(kind, bookmarks) for kind in q.QUESTIONS if kind not in q.SUBJECTS),
    st.builds(q.Menu),
    st.builds(q.Hurt),
    st.builds(q.Forget),
    st.builds(q.Which, slugs, st.none() | bookmarks),
    st.builds(q.DoIt, slugs, st.none() | bookmarks),
    st.builds(
        q.Meant,
        st.just("SlowerIntent"),
        st.just("slower"),
        st.dictionaries(slugs, slugs),
        st.sampled_from([None, *map(q.name_of, q.QUESTIONS)]),
        st.none() | bookmarks,
    ),
)
sessions = st.builds(
    Session,
    asked=st.none() | placed,
    led=st.none() | times,
    unheard=numbers,
    cautioned=st.booleans(),
    warned=st.booleans(),
)
progresses = st.builds(
    Progress,
    met=st.sampled_from([True, True, True, False]),
    tellings=st.dictionaries(slugs, numbers),
    place=st.none() | bookmarks,
    later=st.none() | bookmarks,
    led=st.none() | leds,
    left=st.lists(slugs).map(tuple),
    unwell=st.none() | st.builds(Unwell, numbers, times, st.booleans()),
    days=st.lists(st.builds(Day, st.dates(), numbers, numbers)).map(tuple),
    mode=st.none() | st.sampled_from(Mode),
    run=st.none() | runs,
    wishes=wishes,
    at=times,
)
states = st.builds(State, sessions, progresses)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.text() | st.sampled_from(["v", "place", "asked", "days", "streaming", "rested"]), inner
        )
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
    place = EDITION.plan(mark).canonical(mark)
    whole = EDITION.plan(place)
    piece = whole.piece(place)
    assert place.routine == whole.routine
    assert (place.exercise, place.form) == (piece.exercise, piece.form)
    assert place.set == piece.set
    form = catalogue().exercises[piece.exercise].form(piece.form)
    assert place.side in (
        {move.side for move in form.moves} | {""} if form.order is Order.ALTERNATE else {piece.side}
    )
    assert piece.first <= place.rep <= piece.last
    assert whole.canonical(place) == place


@given(bookmarks)
def test_a_bookmark_of_a_place_that_is_there_stays_where_it_is(mark):
    place = EDITION.plan(mark).canonical(mark)
    for piece in EDITION.plan(place).pieces:
        for rep in (piece.first, piece.last):
            there = replace(piece.starts(place.routine), rep=rep)
            assert EDITION.plan(there).canonical(there) == there


NAMED = {e.Begin, e.Chose, e.Muddled, e.Described, e.Concerned, e.Asked, e.Kept, e.Ran, e.Dropped}
"""The events that come with a name."""


@given(
    state=states,
    name=slugs,
    now=st.integers(0, 4 * 10**12),
    keeping=st.booleans(),
    device=st.builds(Device, st.booleans(), st.booleans(), st.booleans(), st.none() | positions),
    report=st.tuples(st.sampled_from(e.Report), positions),
    dosed=st.tuples(
        st.sampled_from(Measure), st.sampled_from([-1, 0, 1]), st.none() | numbers, st.booleans()
    ),
)
@settings(
    max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)  # states are deep, and a machine may be busy
def test_every_event_has_an_answer_in_every_state(state, name, now, keeping, device, report, dosed):  # noqa: PLR0913, PLR0917  # all there is to a turn
    world = World(EDITION, now, lag=3000, keeping=keeping, device=device)
    all_given = {
        e.Reported: report,
        e.Unsure: ("SlowerIntent", "slower"),
        e.Paced: dosed[1:2],
        e.Dosed: dosed,
        e.Remind: ("20:30",),
        e.Reminded: ("20:30", e.Outcome.FAILED),
        e.Allowed: ("20:30", dosed[3]),
        e.Together: ((name, "cat_camel"),),
        e.Sided: ("right", dosed[3]),
        e.Paused: (dosed[2],),
        e.Closed: (dosed[3],),
    }
    for kind in e.Event.__args__:
        given = all_given.get(kind, (name,) if kind in NAMED else ())
        reply = (turn := step(state, kind(*given), world)).reply
        if device.mute or kind in {e.Reported, e.Closed}:
            assert reply == Reply(player=reply.player, passage=reply.passage)  # not a word
        else:
            assert (
                reply.speech.cues
                or kind in {e.Paused, e.Resumed}
                or reply.player
                or reply.remind
                or reply.permission
            )
            assert turn.state.session.asked is reply.asks or reply.asks is None
        assert not reply.reprompt or reply.asks
        assert reply.asks is None or not isinstance(reply.player, Play)
        assert isinstance(reply.player, Halt | None) or device.streams or kind is e.Reported
        for value in (turn.state.session, turn.state.progress):
            assert load(type(value), json.loads(json.dumps(dump(value)))) == value
