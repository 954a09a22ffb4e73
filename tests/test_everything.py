"""The one enumeration of all content: whatever the state can ask for can be made, shown over all combinations."""

from collections.abc import Iterator
from functools import cache
from random import Random

import pytest

from audio.bank import BankFile
from audio.estimate import estimate
from skill.coach.dialogue.state import WEEK
from skill.coach.exercise import FormName, Item
from skill.coach.timeline.arrange import crowded
from skill.coach.timeline.block import Telling
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark, Part, Plan, start
from skill.coach.timeline.score import Score
from skill.coach.timeline.stream import Stream
from skill.coach.timeline.tailor import fitted
from skill.coach.timeline.wishes import BEATS, USUAL, Measure, Own, Wishes, range_of
from skill.content.everything import blocks, pieces, places, plans
from skill.content.reader import catalogue
from skill.voice.ours import measure
from skill.voice.phrases import wanted
from skill.voice.reels import TOKEN_CHARS, Reels, Voiced
from skill.voice.voices import FILE
from tests.audio.fakes import a_bank

CONTENT = catalogue()


@cache
def edition() -> Edition:
    return Edition(CONTENT, estimate)


def asked_for() -> Iterator[Bookmark]:
    """A place in everything that can be asked for, written out by hand: no use is made of the enumeration."""
    for slug, routine in CONTENT.routines.items():
        for item in routine.items:
            yield Bookmark(slug, item.exercise, item.form)
            for form in FormName:
                yield Bookmark(slug, item.exercise, form)
    for slug in CONTENT.exercises:
        for form in FormName:
            yield Bookmark("", slug, form)


def told_how(whole: Plan) -> Iterator[Telling]:
    """Any exercise at length, or none, or all; all of it or with one left out; on each number of days."""
    for long in {(), whole.exercises, *((slug,) for slug in whole.exercises)}:
        for left in ((), whole.exercises[:1]):
            yield Telling(long, left, entire=not left, days=1 + len(long) % WEEK)


@cache
def combinations() -> list[tuple[Bookmark, Telling]]:
    return [(place, told) for place in dict.fromkeys(asked_for()) for told in told_how(edition().plan(place))]


def test_there_are_as_many_combinations_as_that():
    """A reviewer counted 2,752 of (routine, forms, told, skipped), of which 458 could not be made."""
    assert len(combinations()) > 2752


def test_no_plan_is_missing_from_the_enumeration():
    assert {edition().plan(place) for place in asked_for()} == set(plans(edition()))
    assert {edition().plan(place) for place in places(CONTENT)} == set(plans(edition()))
    everything = {piece for whole in plans(edition()) for piece in whole.pieces}
    assert everything == set(pieces(edition()))


def test_every_piece_gone_on_with_at_any_rep_is_wanted_of_a_voice_at_every_beat():
    lacking, known = set(), wanted(CONTENT)
    for beat in BEATS:
        for piece in pieces(edition(), beat):
            for rep in (None, piece.first, *range(piece.first + 1, piece.last + 1)):
                laid = edition().laid(piece, rep)
                for part in (laid.opening, laid.work, laid.closing):
                    lacking |= {text for text in part.texts() if text not in known}
    assert lacking == set()


@pytest.fixture(scope="module")
def reels(tmp_path_factory: pytest.TempPathFactory) -> Reels:
    """With a bank of just what is wanted."""
    bank = BankFile(a_bank(tmp_path_factory.mktemp("bank") / FILE, wanted(CONTENT))).read()
    return Reels((Voiced(Edition(CONTENT, measure(bank)), bank),), bytes(32))


def test_every_stream_that_can_be_asked_for_can_be_made_and_all_its_phrases_are_wanted_of_a_voice(
    reels: Reels,
):
    ours, known = reels.voices[0].edition, wanted(CONTENT)
    refused, lacking = [], set()
    heard: dict[int, Score] = {}  # a piece is laid out once, and in many plans
    for place, told in combinations():
        whole = ours.plan(place)
        for number, some in enumerate(ours.blocks(whole)):
            scores = [stretch.score for stretch in ours.block(whole, number, told).stretches]
            new = {id(score): score for score in scores if id(score) not in heard}
            lacking |= {text for score in new.values() for text in score.texts() if text not in known}
            heard |= new
            begins = whole.start_of(some[0]).at(Part.TELLING)
            for where in (begins, Bookmark(place.routine, place.exercise, place.form)):
                stream = Stream(
                    0,
                    0,
                    where,
                    counted=False,
                    long=told.long,
                    left=told.left,
                    entire=told.entire,
                    wishes=USUAL,
                    days=told.days,
                )
                if reels.token(stream, CONTENT.language) is None:
                    refused.append(stream)
    assert refused == []
    assert lacking == set()


def test_nothing_runs_into_anything_in_all_of_it():
    assert [one for block in blocks(edition()) for one in crowded(block.score)] == []


def anything_wished(die: Random) -> tuple[Bookmark, Wishes]:
    """A routine of their own, or one of ours, as somebody may wish it: any pace, dose and side, something spared."""
    wishes = Wishes(die.choice(BEATS))
    for slug, exercise in CONTENT.exercises.items():
        form = exercise.form(die.choice(list(FormName)))
        for what in Measure:
            if die.random() < 0.3 and (allowed := range_of(form, what)):
                wishes = wishes.changed(slug, what, die.choice(allowed))
        if die.random() < 0.3:
            wishes = wishes.on_side(slug, die.choice(["right", "left"]))
    every = list(CONTENT.exercises)
    wishes = wishes.sparing(die.sample(every, die.randrange(3)), die.sample(every, die.randrange(4)), 1)
    items = tuple(Item(slug, die.choice(list(FormName))) for slug in die.sample(every, die.randrange(1, 11)))
    wishes = wishes.saving(Own(die.choice(["", *CONTENT.words.own_names]), items))
    if die.random() < 0.3:
        own, _ = fitted(list(CONTENT.routines)[:3], die.randrange(5, 41), wishes, tuple, edition())
        wishes = wishes.saving(own) if own else wishes
    routine = die.choice([wishes.own[0].slug, wishes.own[0].slug, *CONTENT.routines])
    return start(routine, CONTENT, wishes), wishes.about(routine)


WISHED = 60
"""Plans drawn at random, each told at length and not."""


def test_whatever_is_wished_can_be_streamed(reels: Reels):
    ours, known, die = reels.voices[0].edition, wanted(CONTENT), Random(10)
    lacking, refused, longest = set(), [], 0
    for _ in range(WISHED):
        place, wishes = anything_wished(die)
        whole = ours.plan(place, wishes)
        left = whole.exercises[: die.randrange(3)]
        for number, _ in enumerate(ours.blocks(whole)):
            told = Telling(die.choice([(), whole.exercises]), left, entire=not left, days=die.randrange(1, 8))
            for stretch in ours.block(whole, number, told).stretches:
                lacking |= {text for _, text in stretch.score.sounds() if text and text not in known}
        stream = Stream(
            1_793_604_600_000,
            0,
            place.at(Part.TELLING),
            counted=False,
            long=whole.exercises,
            left=left,
            wishes=wishes,
            days=7,
        )
        token = reels.token(stream, CONTENT.language)
        longest = max(longest, len(token or ""))
        refused += [stream] if token is None else []
    assert lacking == set()
    assert refused == []
    assert longest < TOKEN_CHARS


MINUTES = (5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40)


@pytest.mark.parametrize("beat", BEATS[::2])
def test_what_is_made_to_minutes_can_be_streamed(reels: Reels, beat: int):
    """It may have fewer reps than anybody may wish of one exercise: "Three lifts." """
    ours, refused, usual = reels.voices[0].edition, [], [CONTENT.default, *CONTENT.routines]
    for minutes in MINUTES:
        wishes = Wishes(beat)
        own, routine = fitted(dict.fromkeys(usual), minutes, wishes, lambda _: (), ours)
        wishes = wishes.saving(own) if own else wishes
        place = start(routine, CONTENT, wishes).at(Part.TELLING)
        stream = Stream(0, 0, place, counted=False, long=(), left=(), wishes=wishes, days=1)
        refused += [] if reels.token(stream, CONTENT.language) else [(minutes, own)]
    assert refused == []
