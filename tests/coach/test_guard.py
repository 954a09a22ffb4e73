"""After they stopped for their health: nothing plays, and nobody asks whether to go on, before they have chosen in words."""

from dataclasses import replace
from itertools import pairwise

import pytest

from audio.estimate import estimate
from interaction_model.build import languages, read
from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import World
from skill.coach.dialogue.reply import Device, Play, Turn
from skill.coach.dialogue.state import Mode, Progress, Session, State
from skill.coach.dialogue.step import step
from skill.coach.dialogue.table import TABLE
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark
from skill.content.reader import catalogue
from skill.hearing import EVENTS, Hearing
from skill.render.transcript import told
from tests.coach.test_table import asked, given

CONTENT = catalogue()
EDITION = Edition(CONTENT, estimate)
NOW = 1_793_604_600_000
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
KNEE = Bookmark("back_routine", "knee_to_chest", rep=3)
KNOWN = Progress(met=True, tellings=dict.fromkeys(CONTENT.exercises, 2), place=KNEE, at=NOW - MINUTE)
ONWARD = (q.GoOn, q.Welcome, q.Ready, q.Begin, q.Tell, q.Through, q.StartOver, q.Back, q.DoIt)
HEALTH = [
    e.Hurts(),
    e.Emergency(),
    *(e.Concerned(slug) for slug, one in CONTENT.words.concerns.items() if one.stops),
]
CHOICES = {e.Easier, e.Next, e.Previous, e.Chose, e.Begin, e.Muddled}


def say(state: State, event: e.Event, now: int = NOW, *, streams: bool = False) -> Turn:
    return step(state, event, World(EDITION, now, device=Device(streams=streams)))


def stopped(event: e.Event, mode: Mode) -> Progress:
    return say(State(Session(), replace(KNOWN, mode=mode)), event).state.progress


def plays(turn: Turn) -> bool:
    return isinstance(turn.reply.player, Play) or turn.state.progress.led is not None


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("reason", HEALTH, ids=str)
@pytest.mark.parametrize("later", [MINUTE, HOUR, DAY - MINUTE], ids=["a minute", "an hour", "most of a day"])
def test_whatever_is_said_or_pressed_in_a_new_session_nothing_plays_and_nothing_asks_to_go_on(
    mode, reason, later
):
    progress = stopped(reason, mode)
    for kind in [kind for kind in TABLE if kind is not e.Reported]:
        for streams in (False, True):
            made = say(State(Session(), progress), given(kind), NOW + later, streams=streams)
            assert not plays(made), kind
            assert kind is e.Easier or not isinstance(made.reply.asks, ONWARD), kind


@pytest.mark.parametrize("question", q.QUESTIONS, ids=lambda kind: kind.__name__)
def test_nor_in_the_session_whatever_had_been_asked(question):
    progress = stopped(e.Hurts(), Mode.THROUGH)
    for kind in [kind for kind in TABLE if kind is not e.Reported]:
        made = say(State(Session(asked(question)), progress), given(kind), NOW + MINUTE, streams=True)
        if not (question in {q.Hurt, q.Which} and kind in CHOICES) and kind is not e.Easier:
            assert not plays(made), kind
            assert not isinstance(made.reply.asks, ONWARD), kind


@pytest.mark.parametrize(
    "choice", [e.Easier(), e.Next(), e.Previous(), e.Chose("bird_dog"), e.Begin("quick_ease")], ids=str
)
def test_a_choice_in_words_once_they_were_asked_goes_on(choice):
    first = say(State(Session(), stopped(e.Hurts(), Mode.SETS)), e.Opened(), NOW + HOUR)
    assert isinstance(first.reply.asks, q.Hurt)
    chosen = say(first.state, choice, NOW + HOUR + MINUTE)
    assert isinstance(chosen.reply.asks, q.Ready)
    assert plays(say(chosen.state, e.Yes(), NOW + HOUR + 2 * MINUTE))


def test_a_bare_yes_is_none_however_often():
    state = State(Session(), stopped(e.Emergency(), Mode.THROUGH))
    for minutes in range(1, 6):
        made = say(state, e.Yes(), NOW + minutes * MINUTE, streams=True)
        assert isinstance(made.reply.asks, q.Hurt)
        state = made.state


def test_the_usual_routine_by_name_is_none():
    first = say(State(Session(), stopped(e.Hurts(), Mode.SETS)), e.Opened(), NOW + HOUR)
    for event in (e.Begin(), e.Begin(CONTENT.default)):
        assert isinstance(say(first.state, event, NOW + HOUR).reply.asks, q.Hurt)


def test_a_day_later_it_is_over():
    made = say(State(Session(), stopped(e.Hurts(), Mode.SETS)), e.Opened(), NOW + DAY + MINUTE)
    assert isinstance(made.reply.asks, q.Welcome)


def test_two_hurts_before_the_first_rep_count_as_two():
    first = say(State(Session(), Progress()), e.Hurts())
    second = say(first.state, e.Hurts(), NOW + MINUTE)
    assert second.state.progress.hurts(NOW + MINUTE) == 2
    assert second.reply.asks is None


@pytest.mark.parametrize(
    "event", [e.Next(), e.Resumed(), e.Again(), e.Previous(), e.StartedOver(), e.Paused()], ids=str
)
@pytest.mark.parametrize("mode", Mode)
def test_an_hour_after_the_end_of_all_a_transport_word_starts_nothing(event, mode):
    made = say(State(Session(), replace(KNOWN, place=None, mode=mode)), event, streams=True)
    assert not plays(made)
    assert isinstance(made.reply.asks, q.Menu)


# A misheard word costs nothing

MISHEARD = [
    e.Chose(None),
    e.Chose("handstand"),
    e.Described("handstand"),
    e.Begin(""),
    e.Begin("purple"),
    e.Muddled("nothing"),
]


@pytest.mark.parametrize("event", MISHEARD, ids=str)
@pytest.mark.parametrize("question", [q.Ready(KNEE), q.GoOn(KNEE), q.Welcome(KNEE), q.Hurt(KNEE)], ids=str)
def test_what_is_not_there_is_asked_again_and_the_place_stays(event, question):
    state, said = State(Session(question), KNOWN), ""
    for time in range(3):
        made, before = say(state, event, NOW + time), said
        said = told(made.reply.speech)
        assert said != before  # never the same twice running
        assert made.state.progress.place == KNEE
        assert made.reply.asks == (question if time < 2 else None)  # three in a row end kindly
        state = made.state


# Every intent at every state

STATES = [
    State(Session(question), replace(KNOWN, mode=mode))
    for question in (None, *(asked(kind) for kind in q.QUESTIONS))
    for mode in Mode
] + [State(), State(Session(), stopped(e.Hurts(), Mode.SETS))]
SLOTS = [{}, {"exercise": ""}, {"exercise": "bird_dog"}, {"exercise": "muddle_hug"}, {"exercise": "plank"}, {"routine": ""}, {"routine": "desk_break"},
         {"minutes": "10"}, {"minutes": "?"}, {"amount": ""}, {"amount": "?"}, {"amount": "5"}, {"amount": "999"}]  # fmt: skip


def test_every_intent_with_its_slots_filled_well_or_badly_at_every_state_is_answered():
    hearing, pairs = Hearing(CONTENT), 0
    names = [name for name in hearing.events if name != "AMAZON.NavigateHomeIntent"]
    slotted = {one["name"] for one in languages(read("en-US"))["intents"] if one.get("slots")}
    for name in names:
        for slots in SLOTS if name in slotted else SLOTS[:1]:
            for state in STATES:
                made, pairs = say(state, hearing.event(name, slots)), pairs + 1
                if made.reply.remind:  # whoever leads the conversation sets it first
                    continue
                assert made.reply.speech.cues
                assert not made.reply.reprompt or made.reply.asks
                assert made.state.session.asked == made.reply.asks
                heard = [text for _, text in made.reply.speech.sounds() if text]
                assert all(one != following for one, following in pairwise(heard)), heard
    assert set(EVENTS) <= set(hearing.events)
    assert pairs > 7000
