"""How long an answer is: nobody lies there to be read to."""

from dataclasses import replace
from itertools import pairwise

import pytest

from audio.estimate import estimate
from skill.coach.dialogue import events as e
from skill.coach.dialogue import lines
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import World
from skill.coach.dialogue.events import Report
from skill.coach.dialogue.reply import Device, Play
from skill.coach.dialogue.run import Activity, Position
from skill.coach.dialogue.state import DAY_MS, LONG_TELLINGS, Mode, Progress, Session, State
from skill.coach.dialogue.step import step
from skill.coach.exercise import FormName
from skill.coach.timeline import telling as tell
from skill.coach.timeline.block import RUN_UP_MS, SETTLE_MS, Telling
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark, Piece, start
from skill.coach.timeline.score import sequence
from skill.coach.words import capital
from skill.content.reader import catalogue
from skill.render.transcript import told

CONTENT = catalogue()
EDITION = Edition(CONTENT, estimate)


def seconds(sentences: tuple[str, ...]) -> float:
    return sequence(EDITION.spoken(one) for one in sentences if one).lasts / 1000


@pytest.mark.parametrize("slug", CONTENT.exercises)
def test_a_description_is_short_and_the_rest_is_had_by_asking(slug: str) -> None:
    exercise = CONTENT.exercises[slug]
    assert seconds(tell.description(exercise, CONTENT)) <= 25
    assert seconds(tell.more(exercise, CONTENT)) <= 45
    assert set(exercise.how) <= set(tell.description(exercise, CONTENT))
    assert {*exercise.usual.steps, *exercise.cautions} <= set(tell.more(exercise, CONTENT))
    for text in (*tell.description(exercise, CONTENT), *tell.more(exercise, CONTENT)):
        assert all(len(cue.what.text.split()) <= 12 for cue, _ in EDITION.spoken(text).sounds())


def test_the_menu_is_no_list_of_everything() -> None:
    assert len(" ".join(lines.menu(CONTENT)).split()) <= 30


@pytest.mark.parametrize("topic", CONTENT.words.answers)
def test_a_short_answer_is_short(topic: str) -> None:
    assert seconds((CONTENT.words.answers[topic],)) <= 8


def test_no_remark_of_an_editor_is_spoken() -> None:
    for exercise in CONTENT.exercises.values():
        for text in (*exercise.about, *exercise.usual.steps, *exercise.mistakes, *exercise.cautions):
            assert "article" not in text
            assert "leaflet" not in text
            assert "ours" not in text.split()


def test_whoever_has_heard_it_all_hears_only_name_and_minutes() -> None:
    whole = EDITION.plan(start(CONTENT.default, CONTENT))
    assert (
        " ".join(tell.intro(whole, 19, CONTENT, brief=True))
        == "Your back routine. It takes about nineteen minutes."
    )


def test_the_easier_tilt_is_not_announced_with_the_hip_lift() -> None:
    whole = EDITION.plan(start("quick_ease", CONTENT))
    tilt = whole.first_of("pelvic_tilt")
    assert tell.heading(whole, tilt, CONTENT) == "Next, the pelvic tilt, without the lift."


@pytest.mark.parametrize("slug", CONTENT.exercises)
def test_a_form_is_announced_by_its_own_title_or_the_plain_name(slug: str) -> None:
    exercise = CONTENT.exercises[slug]
    for name in FormName:
        whole = EDITION.plan(Bookmark("", slug, name))
        title = exercise.form(name).title or f"the {exercise.name}"
        assert tell.heading(whole, whole.pieces[0], CONTENT) == f"{capital(title)}."


UP = "Slowly roll to your side, push up with your arms, and stand."
"""How to get up from one's back."""


def first_of(slug: str, form: FormName = FormName.USUAL) -> Piece:
    return EDITION.plan(Bookmark("", slug, form)).pieces[0]


@pytest.mark.parametrize("long", [True, False], ids=["at length", "in short"])
def test_only_who_is_down_is_told_how_to_get_up(*, long: bool) -> None:
    lying, kneeling = first_of("knee_to_chest"), first_of("cat_camel")
    standing, sitting = first_of("hamstring_stretch"), first_of("upper_body_twist")
    assert tell.moving(lying, standing, CONTENT, long=long) == UP
    assert tell.moving(lying, sitting, CONTENT, long=long).startswith(UP)
    for low in (kneeling, sitting):
        assert tell.moving(low, standing, CONTENT, long=long).startswith("Come up slowly")
    assert tell.moving(standing, first_of("exaggerated_walk"), CONTENT, long=long) == ""


def test_an_easier_form_may_be_done_somewhere_else() -> None:
    sitting, kneeling = first_of("cat_camel", FormName.EASIER), first_of("bird_dog")
    assert tell.moving(sitting, kneeling, CONTENT, long=False) == "Come onto your hands and knees."
    assert tell.moving(first_of("upper_body_twist"), sitting, CONTENT, long=False) == ""


ENDS = {
    "back": "Roll to your side. Push up with your arms",
    "all_fours": "Sit back on your heels",
    "seated": "Get up slowly",
    "upright": "Stand easy",
}


@pytest.mark.parametrize("slug", CONTENT.exercises)
def test_the_end_gets_nobody_up_who_stands(slug: str) -> None:
    for form in FormName:
        whole = EDITION.plan(Bookmark("", slug, form))
        said = " ".join(tell.ending(whole, CONTENT, left=(), done=(), days=1))
        last = CONTENT.exercises[slug].form(form).position
        assert {one for one, words in ENDS.items() if words in said} == {last}


@pytest.mark.parametrize("event", [e.Yes(), e.Next()], ids=str)
@pytest.mark.parametrize("told", [0, 2], ids=["at length", "in short"])
@pytest.mark.parametrize("set_", [1, 3])
def test_set_by_set_too_who_gets_up_is_told_how_and_has_time(event: e.Event, told: int, set_: int) -> None:
    """From the knee to chest stretch, in two pieces or in one, to the hamstring stretch."""
    rep = 6 if set_ > 1 else 1
    routine = "back_routine" if set_ > 1 else "short_back_routine"
    place = Bookmark(routine, "knee_to_chest", rep=rep)
    known = Progress(met=True, tellings=dict.fromkeys(CONTENT.exercises, told), place=place)
    turn = step(State(Session(q.Ready(place), cautioned=True), known), event, World(EDITION, 0))
    sounds = list(turn.reply.speech.sounds())
    said = [text for _, text in sounds]
    assert said.count(UP) == 1
    assert isinstance(turn.reply.asks, q.Ready | q.Tell)
    assert turn.reply.asks.place is not None
    assert turn.reply.asks.place.exercise == "hamstring_stretch"
    after = [cue for cue, _ in sounds[said.index(UP) :]]
    assert max(following.at - cue.ends for cue, following in pairwise(after)) >= SETTLE_MS


def test_nobody_who_just_came_is_told_to_get_up() -> None:
    place = Bookmark("back_routine", "knee_to_chest", rep=6)
    known = Progress(met=True, place=place)
    for asked in (q.Welcome(place), None):
        turn = step(State(Session(asked), known), e.Next(), World(EDITION, 0))
        assert UP not in [text for _, text in turn.reply.speech.sounds()]


TEN_DAYS, MINUTE_MS, HOUR_MS = 10, 60_000, 3_600_000


@pytest.mark.parametrize("mode", Mode)
def test_on_ten_days_the_introduction_is_long_twice_and_then_only_name_and_minutes(mode: Mode) -> None:
    long, brief = "Your back routine. It has four exercises", "Your back routine. It takes about"
    now, progress, heard = 0, Progress(met=True, mode=mode), []
    for _ in range(TEN_DAYS):
        device = Device(streams=mode is Mode.THROUGH)
        turn = step(State(Session(), progress), e.Begin("back_routine"), World(EDITION, now, device=device))
        said = told(turn.reply.speech)
        if play := turn.reply.player:
            assert isinstance(play, Play)
            said += told(EDITION.stream(play.stream).score)
        heard.append(
            "".join(word for word, line in (("k", "You'll need"), ("l", long), ("b", brief)) if line in said)
        )
        progress = _done(turn.state, now, device)
        now += DAY_MS
    assert heard == ["kl"] * LONG_TELLINGS + ["b"] * (TEN_DAYS - LONG_TELLINGS)


def _done(state: State, now: int, device: Device) -> Progress:
    """The routine done to its end, set by set or as a stream."""
    if run := state.progress.run:
        ends = Position(run.stream, EDITION.stream(run.stream).lasts, Activity.FINISHED)
        world = World(EDITION, now + HOUR_MS, device=replace(device, position=ends))
        return step(State(Session(), state.progress), e.Reported(Report.FINISHED, ends), world).state.progress
    while state.session.asked:
        now += MINUTE_MS
        state = step(state, e.Yes(), World(EDITION, now, device=device)).state
    return state.progress


@pytest.mark.parametrize("slug", CONTENT.routines)
@pytest.mark.parametrize("long", [True, False], ids=["at length", "in short"])
def test_the_minutes_that_are_told_are_those_it_is_led_for(slug: str, *, long: bool) -> None:
    """Every block of it from its first word to its last, but for the run-up nobody hears."""
    whole = EDITION.plan(start(slug, CONTENT))
    told = Telling(whole.exercises if long else ())
    blocks = [EDITION.block(whole, number, told) for number in range(len(EDITION.blocks(whole)))]
    heard = sum(block.score.lasts - RUN_UP_MS for block in blocks) / 60_000
    assert EDITION.minutes(whole, told.long) == pytest.approx(heard, abs=0.6)
