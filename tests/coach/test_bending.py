"""Pace and dose as they wish: what is laid out, what is said, and that no place is lost by it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.estimate import estimate
from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import World
from skill.coach.dialogue.reply import Device, Play, Turn
from skill.coach.dialogue.run import Activity, Phase, Position, Run
from skill.coach.dialogue.state import Mode, Progress, Session, State
from skill.coach.dialogue.step import step
from skill.coach.exercise import FormName
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark, Part, start
from skill.coach.timeline.stream import Stream
from skill.coach.timeline.wishes import BEATS, USUAL, Change, Measure, Wishes, range_of
from skill.content.reader import catalogue
from skill.render.transcript import told

CONTENT = catalogue()
EDITION = Edition(CONTENT, estimate)
NOW = 1_793_604_600_000
TILT = Bookmark("back_routine", "pelvic_tilt", set=2, rep=5)
KNOWN = Progress(met=True, mode=Mode.SETS, tellings=dict.fromkeys(CONTENT.exercises, 2), place=TILT)


def turn(event: e.Event, asked: q.Question | None, wishes: Wishes = USUAL, place: Bookmark = TILT) -> Turn:
    progress = replace(KNOWN, wishes=wishes, place=place)
    return step(State(Session(asked, cautioned=True), progress), event, World(EDITION, NOW))


def said(made: Turn) -> str:
    return told(made.reply.speech)


# The wishes

wishes = st.builds(
    Wishes,
    st.sampled_from(BEATS),
    st.lists(
        st.builds(
            Change,
            st.sampled_from([*CONTENT.exercises]),
            *[st.none() | st.integers(0, 30)] * 3,
            st.none() | st.integers(0, 90),
        ),
        unique_by=lambda one: one.exercise,
    ).map(tuple),
)


@given(st.sampled_from([*CONTENT.routines]), wishes)
def test_a_place_is_found_again_after_any_change(routine: str, wished: Wishes):
    """The same rep; where it is no more, one that comes later, and never one before."""
    usual, other = EDITION.plan(start(routine, CONTENT)), EDITION.plan(start(routine, CONTENT), wished)
    assert other.exercises == usual.exercises
    for piece in usual.pieces:
        place = piece.starts(routine)
        there = other.canonical(place)
        same = (place.exercise, place.form, place.set, place.side, place.rep)
        here = [
            one for one in other.pieces if (one.exercise, one.set, one.side) == (same[0], same[2], same[3])
        ]
        if any(one.first <= place.rep <= one.last for one in here):
            assert (there.exercise, there.form, there.set, there.side, there.rep) == same
        elif there.part is not Part.CLOSE:
            assert other.exercises.index(there.exercise) >= other.exercises.index(place.exercise)
            assert there.exercise != place.exercise or (there.set, there.rep) > (place.set, 0)
        assert other.canonical(there) == there


@given(wishes)
def test_what_is_out_of_range_changes_nothing(wished: Wishes):
    for slug, exercise in CONTENT.exercises.items():
        piece = EDITION.plan(Bookmark("", slug), wished).pieces[0]
        for measure, amount in ((Measure.REPS, piece.reps), (Measure.SETS, piece.sets)):
            dose = exercise.usual.dose.reps if measure is Measure.REPS else exercise.usual.dose.sets
            assert amount == dose or amount in range_of(exercise.usual, measure)


@pytest.mark.parametrize("form", FormName)
@pytest.mark.parametrize("slug", CONTENT.exercises)
def test_the_dose_of_the_content_is_within_its_range(slug: str, form: FormName):
    one = CONTENT.exercises[slug].form(form)
    assert one.dose.reps in range_of(one, Measure.REPS)
    assert one.dose.sets in range_of(one, Measure.SETS)
    assert one.tempo.hold in range_of(one, Measure.HOLD) or not one.tempo.hold
    assert one.dose.rest // 1000 in range_of(one, Measure.REST)


@pytest.mark.parametrize("bad", [{"beat": 10}, {"beat": 0}, {"beat": 10**9}], ids=str)
def test_a_beat_that_is_not_offered_is_no_wish(bad: dict[str, int]):
    with pytest.raises(ValueError, match=r"\d"):
        Wishes(**bad)


# The pace


def test_a_step_is_about_a_tenth_and_ends_at_the_slowest_and_the_fastest():
    wished, beats = USUAL, []
    for _ in range(8):
        wished = wished.paced(1)
        beats.append(wished.beat)
    assert beats == [1104, 1200, 1304, 1400, 1504, 1504, 1504, 1504]
    assert USUAL.paced(-9).beat == BEATS[0]
    assert said(turn(e.Paced(1), q.Ready(TILT), Wishes(BEATS[-1]))).startswith("That's as slow as I count.")
    assert said(turn(e.Paced(-1), q.Ready(TILT), Wishes(BEATS[0]))).startswith("That's as fast as I count.")


def test_in_the_middle_of_a_set_it_is_a_word_and_on_at_the_same_rep_at_the_new_tempo():
    made = turn(e.Paced(1), q.GoOn(TILT))
    assert said(made).startswith("A little slower. From lift five. three two one")
    led = made.state.progress.led
    assert led is not None
    assert led.place == TILT
    assert made.state.progress.wishes.beat == 1104
    assert led.lasts == EDITION.score(TILT, Wishes(1104)).lasts > EDITION.score(TILT).lasts


def streaming(place: Bookmark) -> tuple[Progress, World]:
    """Somebody who is led straight through, and is at that place."""
    stream = Stream(NOW - 60_000, 0, place, counted=True, long=(), left=(), wishes=USUAL, days=1)
    at = EDITION.stream(stream).at + 100
    progress = replace(KNOWN, mode=Mode.THROUGH, place=place, run=Run(stream, at, NOW - 1000, Phase.PLAYING))
    device = Device(streams=True, position=Position(stream, at, Activity.PLAYING))
    return progress, World(EDITION, NOW, device=device)


@pytest.mark.parametrize(
    "event", [e.Paced(1), e.Paced(-1), e.Dosed(Measure.REPS, 1), e.Dosed(Measure.HOLD, -1)], ids=str
)
def test_a_stream_is_laid_out_anew_from_the_same_rep(event: e.Event):
    progress, world = streaming(TILT)
    made = step(State(Session(cautioned=True), progress), event, world)
    player = made.reply.player
    assert isinstance(player, Play)
    assert player.stream.wishes == made.state.progress.wishes != USUAL
    assert (player.stream.place.set, player.stream.place.rep) == (TILT.set, TILT.rep)
    assert player.stream.counted


# The dose

CASES = [  # what they ask for, what is said, and what it is from now on
    (e.Dosed(Measure.REPS, 0, 12), "Twelve lifts, then.", Change("pelvic_tilt", reps=12)),
    (e.Dosed(Measure.REPS, 1), "Ten lifts, then.", Change("pelvic_tilt", reps=10)),
    (e.Dosed(Measure.REPS, 1, 3), "Eleven lifts, then.", Change("pelvic_tilt", reps=11)),
    (e.Dosed(Measure.REPS, -1, 2), "Six lifts, then.", Change("pelvic_tilt", reps=6)),
    (e.Dosed(Measure.REPS, -1, 5), "Five lifts, then.", Change("pelvic_tilt", reps=5)),
    (e.Dosed(Measure.SETS, 1), "Four sets, then.", Change("pelvic_tilt", sets=4)),
    (e.Dosed(Measure.SETS, 1, 1), "This set is the last, then.", Change("pelvic_tilt", sets=2)),
    (e.Dosed(Measure.SETS, last=True), "This set is the last, then.", Change("pelvic_tilt", sets=2)),
    (e.Dosed(Measure.HOLD, 1, 6), "Holds of six, then.", Change("pelvic_tilt", hold=6)),
    (e.Dosed(Measure.HOLD, -1), "Holds of two, then.", Change("pelvic_tilt", hold=2)),
    (e.Dosed(Measure.REST, 1), "Forty five seconds of rest, then.", Change("pelvic_tilt", rest=45)),
    (e.Dosed(Measure.REST, amount=0), "No rests, then.", Change("pelvic_tilt", rest=0)),
    (e.Dosed(Measure.REPS, 0, 50), "I can do four to twelve here.", None),
    (e.Dosed(Measure.HOLD, 1, 30), "I can do two to eight here.", None),
]


@pytest.mark.parametrize(("event", "words", "change"), CASES, ids=lambda one: str(one)[:40])
def test_a_dose_is_changed_within_its_range_and_kept(event: e.Dosed, words: str, change: Change | None):
    made = turn(event, q.Ready(TILT))
    assert said(made).startswith(words)
    assert made.state.progress.wishes == Wishes(changes=(change,) if change else ())
    assert isinstance(made.reply.asks, q.Ready)


def test_it_holds_for_this_exercise_alone_until_back_to_normal():
    wished = turn(e.Dosed(Measure.REPS, 0, 12), q.Ready(TILT)).state.progress.wishes
    plan = EDITION.plan(TILT, wished)
    assert [plan.first_of(slug).reps for slug in plan.exercises] == [12, 10, 10, 60]
    made = turn(e.AsUsual(), q.Ready(TILT), wished)
    assert said(made).startswith("Back to the usual.")
    assert made.state.progress.wishes == USUAL


def test_a_march_has_no_hold_and_a_stretch_of_each_side_no_sets():
    walk = Bookmark("back_routine", "exaggerated_walk")
    assert said(turn(e.Dosed(Measure.HOLD, 1), q.Ready(walk), place=walk)).startswith(
        "There's no hold in this one."
    )
    bend = Bookmark("back_routine", "hamstring_stretch", side="right")
    assert said(turn(e.Dosed(Measure.SETS, 1), q.Ready(bend), place=bend)).startswith(
        "This one is a single set."
    )


# The forms


def test_harder_and_easier_are_a_step_each_and_the_usual_comes_back():
    made = turn(e.Harder(), q.Ready(TILT))
    assert "The same lift, with a hold of six." in said(made)
    hard = made.state.session.asked
    assert hard is not None
    assert hard.place is not None
    assert hard.place.form is FormName.HARDER
    assert said(turn(e.Harder(), hard, place=hard.place)).startswith("That's the hardest way I know.")
    for event in (e.Easier(), e.AsUsual()):
        back = turn(event, hard, place=hard.place)
        assert "The usual way, then." in said(back)
        assert back.state.session.asked == q.Ready(Bookmark("back_routine", "pelvic_tilt"))


def test_who_hurts_is_given_the_gentlest_form_from_whatever_form():
    hard = replace(TILT, form=FormName.HARDER)
    made = turn(e.Easier(), q.Hurt(hard), place=hard)
    assert isinstance(made.reply.asks, q.Ready)
    assert made.reply.asks.place.form is FormName.EASIER
