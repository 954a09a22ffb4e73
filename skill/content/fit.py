"""Does the content fit? Every piece of all content is laid out, and what runs into its neighbour is named.

Layout needs a voice: with the estimate this finds cues that are too long for any; with a measured voice, those that
are too long for it. And it needs a beat: every beat offered is looked at.
"""

from collections.abc import Iterable, Iterator

from skill.coach.exercise import Form, Ms, Order
from skill.coach.timeline.arrange import crowded
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import PIECE_MS, Piece, rep_ms
from skill.coach.timeline.score import Say, Score
from skill.coach.timeline.wishes import BEATS
from skill.content.everything import pieces


def misfits(edition: Edition, beats: Iterable[Ms] = BEATS) -> Iterator[str]:
    """A line for each phrase that does not fit its room, and each rep too long for one reply."""
    found = {line for beat in beats for piece in pieces(edition, beat) for line in _misfits(piece, edition)}
    yield from sorted(found)


def _misfits(piece: Piece, edition: Edition) -> Iterator[str]:
    at = f"exercises/{piece.exercise}.toml: {piece.form.value}: at a beat of {piece.beat} ms"
    form = edition.catalogue.exercises[piece.exercise].form(piece.form)
    for score in (edition.laid(piece).score, *_joined(piece, form, edition)):
        for cue, over in crowded(score):
            if isinstance(cue.what, Say):
                yield f"{at}: {cue.what.text!r} runs {over} ms into what follows: shorten it, or give it more time"
    if rep_ms(form, piece.beat) > PIECE_MS:
        yield f"{at}: one rep lasts longer than a reply may"


def _joined(piece: Piece, form: Form, edition: Edition) -> Iterator[Score]:
    """What is heard where it is gone on with at a rep, and is no part of the whole: only a paced stretch names its steps anew."""
    for rep in range(piece.first, piece.last + 1):
        yield edition.laid(piece, rep).score if form.order is Order.PACED else edition.lead_in(piece, rep)
