"""The table of answers is complete, and what is drawn from it is what is committed."""

import ast
import inspect
import pkgutil
from importlib import import_module
from types import FunctionType

import pytest

from audio.estimate import estimate
from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue import rules
from skill.coach.dialogue.context import World
from skill.coach.dialogue.reply import Turn
from skill.coach.dialogue.run import PHASES, Phase, Sign
from skill.coach.dialogue.state import Progress, Session, State
from skill.coach.dialogue.step import step
from skill.coach.dialogue.table import ELSE, MOMENTS, TABLE, rule_for
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark
from skill.coach.timeline.wishes import Measure
from skill.content.reader import catalogue
from tests.drawings import DRAWN, FOLDER

EDITION = Edition(catalogue(), estimate)
TILT = Bookmark("back_routine", "pelvic_tilt", set=2)


def test_every_event_has_a_row_and_no_other_thing_has():
    assert set(TABLE) == set(e.Event.__args__)


def test_every_class_of_an_event_is_in_the_union():
    rooms = {e.__name__, e.Report.__module__}
    classes = {one for _, one in inspect.getmembers(e, inspect.isclass) if one.__module__ in rooms}
    assert classes - {e.Report, e.Outcome} == set(e.Event.__args__)


@pytest.mark.parametrize("event", TABLE, ids=lambda event: event.__name__)
def test_every_row_has_a_rule_for_every_moment(event):
    row = TABLE[event]
    assert ELSE in row or set(row) == set(MOMENTS)
    assert set(row) <= {ELSE, *MOMENTS}
    for moment in MOMENTS:
        assert callable(rule_for(event, moment))


@pytest.mark.parametrize("event", TABLE, ids=lambda event: event.__name__)
def test_no_row_says_the_same_twice(event):
    """A moment that has the rule of all others need not be named."""
    row = TABLE[event]
    assert row.get(ELSE) not in [rule for moment, rule in row.items() if moment is not ELSE]


def test_every_rule_is_in_the_table_or_used_by_one_that_is():
    """A rule that nothing leads to is dead."""
    reached = {rule.__name__ for row in TABLE.values() for rule in row.values()}
    used = {
        node.id
        for module in pkgutil.iter_modules(rules.__path__)
        for node in ast.walk(ast.parse(inspect.getsource(import_module(f"{rules.__name__}.{module.name}"))))
        if isinstance(node, ast.Name)
    }
    for module in pkgutil.iter_modules(rules.__path__):
        for name, one in vars(import_module(f"{rules.__name__}.{module.name}")).items():
            if isinstance(one, FunctionType) and one.__module__ == f"{rules.__name__}.{module.name}":
                assert name in reached | used, f"{module.name}.{name}"


def asked(kind: type[q.Question]) -> q.Question:
    if kind is q.Meant:
        return q.Meant("SlowerIntent", "slower", {}, "ready", TILT)
    if kind is q.Remind:
        return q.Remind("20:30", TILT)
    return kind("hug", TILT) if kind in {q.Which, q.DoIt, q.Delete} else kind(TILT)


def given(kind: type[e.Event]) -> e.Event:
    if kind is e.Dosed:
        return e.Dosed(Measure.REPS, 1)
    if kind in {e.Paced, e.Paused, e.Sided}:
        return {e.Paced: e.Paced(1), e.Paused: e.Paused(120_000), e.Sided: e.Sided("right")}[kind]
    if kind in {e.Remind, e.Reminded, e.Allowed}:
        return {
            e.Remind: e.Remind("20:30"),
            e.Reminded: e.Reminded("20:30", e.Outcome.SET),
            e.Allowed: e.Allowed("20:30", granted=False),
        }[kind]
    if kind is e.Together:
        return e.Together(("pelvic_tilt", "cat_camel"))
    fields = kind.__dataclass_fields__
    return kind(*["pelvic_tilt"] * len(fields))


@pytest.mark.parametrize(
    "question", [None, *q.QUESTIONS], ids=lambda kind: kind.__name__ if kind else "at rest"
)
@pytest.mark.parametrize(
    "event", [one for one in TABLE if one is not e.Reported], ids=lambda event: event.__name__
)
def test_every_event_at_every_moment_is_answered(event, question):
    session = Session(asked(question)) if question else Session()
    turn = step(
        State(session, Progress(met=True, place=TILT, at=1)), given(event), World(EDITION, 1_793_604_600_000)
    )
    assert isinstance(turn, Turn)
    assert turn.reply.speech.cues or turn.reply.remind or event is e.Closed
    assert turn.state.session.asked == turn.reply.asks or turn.reply.remind or event is e.Closed


def test_every_phase_obeys_only_signs_there_are_and_leads_to_phases_there_are():
    assert set(PHASES) == set(Phase)
    for phase in Phase:
        assert set(PHASES[phase]) <= set(Sign)
        assert set(PHASES[phase].values()) <= set(Phase)


def test_a_second_attempt_is_never_a_first_again_but_by_what_follows_or_by_hand():
    for phase in Phase:
        if phase.again:
            assert {sign for sign, then in PHASES[phase].items() if not then.again} == {
                Sign.STOPPED,
                Sign.FOLLOWS,
            }


@pytest.mark.parametrize("name", DRAWN)
def test_what_is_drawn_from_it_is_what_is_committed(name):
    assert (FOLDER / name).read_text("utf-8") == DRAWN[name](), "run python -m tests.drawings"
