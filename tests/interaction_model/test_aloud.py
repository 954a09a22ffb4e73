"""The sentences a recogniser listens for."""

from collections import Counter

from interaction_model.aloud import OFTENER, aloud
from interaction_model.build import read
from interaction_model.spoken import sentences
from skill.content.reader import catalogue

CONTENT, SAID = catalogue(), sentences("en-US")
EVERY = Counter(aloud(CONTENT, read("en-US"), SAID))


def test_every_emergency_is_in_it_as_it_is_said() -> None:
    assert {"i can't breathe", "chest pain", "call nine one one"} <= EVERY.keys()


def test_what_must_be_heard_first_is_likeliest() -> None:
    assert all(EVERY[one] >= OFTENER for one in ("stop", "pause", "wait", "it hurts"))
    assert max(EVERY[one] for one in ("yes", "harder", "faster", "forget me")) < OFTENER / 2


def test_slots_are_filled_and_nothing_is_written_as_nobody_says_it() -> None:
    assert all(set("{}[]|,.?!0123456789").isdisjoint(one) for one in EVERY)
    assert "pelvic tilt" in EVERY


def test_it_is_the_same_every_time() -> None:
    assert Counter(aloud(CONTENT, read("en-US"), SAID)) == EVERY
