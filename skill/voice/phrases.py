"""A score as phrases at times, for a reel; and every phrase the content can ask for, for a bank.

`placements` is a fold like any other renderer; tones are phrases with a name in brackets. `wanted` lays out everything
there is once, and gathers what was said.
"""

from collections.abc import Iterator

from audio.bank import END, HALFWAY, START, TICK
from audio.frames import GRID_MS, LEAD_MS
from audio.reel import Placement
from audio.voices import Pace
from skill.coach.dialogue import tell
from skill.coach.exercise import Catalogue, FormName, Item, Ms
from skill.coach.timeline.arrange import arrange, spoken
from skill.coach.timeline.block import Telling, block, blocks
from skill.coach.timeline.plan import Bookmark, Plan, pieces, plan, start
from skill.coach.timeline.score import Say, Score, Sound, Tone

TONES = {Sound.TICK: TICK, Sound.START: START, Sound.HALFWAY: HALFWAY, Sound.END: END}
"""What a bank calls them."""

Placements = tuple[list[Placement], Ms]
"""Phrases at times on the grid, and how long it all lasts, ms."""


def placements(score: Score) -> Placements:
    """The score for a reel: everything as much later as the first phrase needs to begin."""
    placed = [
        (
            round(cue.at / GRID_MS) * GRID_MS + LEAD_MS,
            cue.what.text if isinstance(cue.what, Say) else TONES[cue.what.name],
        )
        for cue in score.cues
        if isinstance(cue.what, Say | Tone)
    ]
    return placed, score.lasts + LEAD_MS


def wanted(catalogue: Catalogue) -> dict[str, Pace]:
    """Every phrase of every exercise, form and routine, and how fast it is spoken."""
    found: dict[str, Pace] = dict.fromkeys(TONES.values(), Pace.COUNT)
    for score, joined in _scores(catalogue):
        for cue, text in score.sounds():
            if text and score.place(cue.at) is not None:
                found[text] = Pace.CUE
            elif text and joined and cue.at < LEAD_IN_MS:
                found[text] = Pace.COUNT
            elif text:
                found.setdefault(text, Pace.TELL)
    found |= dict.fromkeys(catalogue.words.numbers, Pace.COUNT)
    return dict(sorted(found.items()))


LEAD_IN_MS: Ms = 4000
"""Three, two, one and the rep: what a joined piece begins with, each in its second."""


def _any(text: str) -> Ms:
    """A measure, where only the words matter."""
    return len(text)


def _scores(catalogue: Catalogue) -> Iterator[tuple[Score, bool]]:
    """Everything laid out, and whether it is a piece that was joined."""
    plans = [plan(start(slug, catalogue), catalogue) for slug in catalogue.routines]
    for slug, exercise in catalogue.exercises.items():
        plans += [Plan("", pieces(Item(slug, form), exercise)) for form in FormName]
    for whole in plans:
        for long in (), whole.exercises:
            for skipped in (False, True):
                for number, _ in enumerate(blocks(whole, catalogue, _any)):
                    laid = block(whole, number, Telling(long, skipped), catalogue, _any)
                    yield from ((stretch.score, False) for stretch in laid.stretches)
        for mark in (whole.first_of(slug).starts(whole.routine) for slug in whole.exercises):
            for score in _told(mark, catalogue):
                yield score, False
    for piece in {piece for whole in plans for piece in whole.pieces}:
        for rep in range(piece.first, piece.last + 1):
            yield arrange(Plan("", (piece,)), catalogue, _any, rep), True


def _told(mark: Bookmark, catalogue: Catalogue) -> Iterator[Score]:
    said = (
        *tell.intro(mark, catalogue),
        *tell.telling(mark, catalogue, long=True),
        *tell.telling(mark, catalogue, long=False),
        tell.heading(mark, catalogue),
        tell.heading(mark, catalogue, coming=False),
        catalogue.words.line("ready_when"),
    )
    for text in said:
        yield spoken(text, _any)
