"""How sure one has to be for what."""

import pytest

from interaction_model.listen import listener as understands
from skill.coach.dialogue import events as e
from skill.content.reader import catalogue
from skill.ears import Guess
from skill.ears.judge import GENTLE, USUAL, WEIGHTY, Heard, Judge
from skill.ears.listener import Said
from skill.hearing import Ears, Hearing

CONTENT = catalogue()
JUDGE = Judge(Ears(understands(CONTENT, "en-US").hear, Hearing(CONTENT)).hear)
BELOW = 0.01


def said(text: str, certainty: float = 1.0) -> Said:
    return Said(Guess(text, certainty), 0, 1_000, -20.0)


@pytest.mark.parametrize("text", ["stop", "pause", "it hurts", "wait"])
def test_what_stops_needs_least(text: str) -> None:
    sure = JUDGE.heard(said(text)).event
    assert JUDGE.heard(said(text, GENTLE)).event == sure
    assert JUDGE.heard(said(text, GENTLE - BELOW)).event == e.Unheard()


@pytest.mark.parametrize("text", ["chest pain", "call an ambulance", "my leg is numb"])
def test_a_doubtful_emergency_is_a_pain(text: str) -> None:
    assert isinstance(JUDGE.heard(said(text, USUAL)).event, e.Emergency | e.Concerned)
    assert JUDGE.heard(said(text, USUAL - BELOW)).event == e.Hurts()
    assert JUDGE.heard(said(text, GENTLE - BELOW)).event == e.Unheard()


@pytest.mark.parametrize("text", ["yes", "forget me", "harder", "faster", "continue", "five more"])
def test_what_leads_on_needs_most(text: str) -> None:
    assert JUDGE.heard(said(text, WEIGHTY)).event != e.Unheard()
    assert JUDGE.heard(said(text, WEIGHTY - BELOW)).event == e.Unheard()


@pytest.mark.parametrize("text", ["slower", "easier", "skip", "say that again", "fewer reps"])
def test_the_rest_is_between(text: str) -> None:
    assert JUDGE.heard(said(text, USUAL)).event != e.Unheard()
    assert JUDGE.heard(said(text, USUAL - BELOW)).event == e.Unheard()


def test_it_is_gentle_before_it_is_sure() -> None:
    assert 0 < GENTLE < USUAL < WEIGHTY < 1


def test_what_the_coach_says_is_no_command() -> None:
    own = ("three", "Stop there, and rest.")
    assert JUDGE.heard(said("three"), None, own, playing=True) == Heard(None, ours=True)
    assert JUDGE.heard(said("stop there and rest"), None, own, playing=True) == Heard(None, ours=True)


def test_its_numbers_are_taken_from_what_was_said_over_them() -> None:
    assert JUDGE.heard(said("three stop four"), None, ("three", "four"), playing=True).event == e.Stopped()


def test_a_noise_over_the_coach_is_nothing_and_else_not_understood() -> None:
    assert JUDGE.heard(said("blue bottle"), None, (), playing=True) == Heard(None)
    assert JUDGE.heard(said("blue bottle")).event == e.Unheard()
