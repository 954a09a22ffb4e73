"""What a screen shows of something that is played, each at its moment: words, ticks, and the rep that a moment belongs to.

It is a score once more, as JSON for a page, whose only clock is the one of its audio. Moments are ms of the audio file.
"""

from functools import cache
from typing import TypedDict

from audio.frames import LEAD_MS
from skill.coach.exercise import Catalogue, Ms
from skill.coach.timeline.plan import Bookmark, Piece, Plan
from skill.coach.timeline.score import Score, Section
from skill.render.transcript import told


class ShownPiece(TypedDict):
    """What a set says of itself."""

    exercise: str
    form: str
    name: str
    """ "pelvic tilt"."""
    unit: str
    """What a rep is called: "lift"."""
    set: int
    sets: int
    reps: int
    next: str
    """What follows, by its name; empty after the last."""


class Shown(TypedDict):
    """All of it."""

    lasts: Ms
    told: str
    """The sentences outside the work."""
    said: list[tuple[Ms, Ms, str]]
    """When, how long, and what."""
    counts: list[tuple[Ms, int]]
    """When a number is said, and which."""
    ticks: list[Ms]
    phases: list[tuple[Ms, Ms, int, int, str, str]]
    """When, how long, which of ``pieces``, rep, side, phase."""
    pieces: list[ShownPiece]


def shown(score: Score, plan: Plan | None, catalogue: Catalogue) -> Shown:
    """What a screen shows of a score; ``plan`` is what its reps are of, None where there are none."""
    pieces: dict[Piece, int] = {}

    @cache
    def number(exercise: str, set_: int, side: str, rep: int) -> int:
        piece = plan.piece(Bookmark("", exercise, set=set_, side=side, rep=rep)) if plan else None
        return pieces.setdefault(piece, len(pieces)) if piece else -1

    phases = [
        (
            cue.at + LEAD_MS,
            cue.lasts,
            number(what.exercise, what.set, what.side, what.rep),
            what.rep,
            what.side,
            what.phase.value,
        )
        for cue in score.cues
        if isinstance(what := cue.what, Section)
    ]
    numbers = {text: number for number, text in enumerate(catalogue.words.numbers)}
    heard = [(cue.at + LEAD_MS, cue.lasts, text) for cue, text in score.sounds()]
    return Shown(
        lasts=score.lasts + LEAD_MS,
        told=told(score),
        said=[one for one in heard if one[2]],
        counts=[(at, numbers[text]) for at, _, text in heard if text in numbers],
        ticks=[at for at, _, text in heard if not text],
        phases=phases,
        pieces=[_piece(piece, plan, catalogue) for piece in pieces] if plan else [],
    )


def _piece(piece: Piece, plan: Plan, catalogue: Catalogue) -> ShownPiece:
    form = catalogue.exercises[piece.exercise].form(piece.form)
    coming = plan.coming(piece.exercise)
    return ShownPiece(
        exercise=piece.exercise,
        form=piece.form.value,
        name=str(catalogue.exercises[piece.exercise].name),
        unit=str(form.unit[0]),
        set=piece.set,
        sets=piece.sets,
        reps=piece.reps,
        next=str(catalogue.exercises[coming[0]].name) if coming else "",
    )
