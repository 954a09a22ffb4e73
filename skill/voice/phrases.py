"""A score as phrases at times, for a reel; and every phrase the content can ask for, for a bank.

`placements` is a fold like any other renderer; tones are phrases with a name in brackets. `wanted` lays out everything
that can be streamed once, and gathers what was said; `everything` is that, and the conversation.
"""

from functools import lru_cache

from audio.bank import END, HALFWAY, START, TICK
from audio.frames import GRID_MS, LEAD_MS
from audio.reel import Placement
from audio.voices import Pace
from skill.coach.exercise import Catalogue, Ms
from skill.coach.timeline import telling as tell
from skill.coach.timeline.arrange import around, rep_name
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.score import Say, Score, Section, Sound
from skill.coach.timeline.wishes import BEATS
from skill.content.conversation import sentences
from skill.content.everything import any_routine, blocks, by_the_beat, cuts, doses, pieces, plans, practised

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
        if not isinstance(cue.what, Section)
    ]
    return placed, score.lasts + LEAD_MS


COUNTED = 60
"""The highest number that is ever said alone, and so has to fit the fastest beat."""


CATALOGUES = 4
"""Of so many contents what is wanted is remembered: laying all of one out takes most of a second."""


def wanted(catalogue: Catalogue) -> dict[str, Pace]:
    """Every phrase of everything the state can ask for, and how fast it is spoken; of a set, at every beat offered."""
    return dict(_wanted(catalogue))


def everything(catalogue: Catalogue) -> dict[str, Pace]:
    """The same, and what is said between the sets: all that a bank is to hold. It takes seconds to find."""
    return dict(_everything(catalogue))


@lru_cache(CATALOGUES)
def _everything(catalogue: Catalogue) -> dict[str, Pace]:
    found = wanted(catalogue)
    for text in sentences(catalogue):
        found.setdefault(text, Pace.TELL)
    return found


@lru_cache(CATALOGUES)
def _wanted(catalogue: Catalogue) -> dict[str, Pace]:
    edition = Edition(catalogue, len)  # only the words matter here, not how long they take
    numbers = catalogue.words.numbers[: COUNTED + 1]
    found: dict[str, Pace] = dict.fromkeys((*TONES.values(), *numbers), Pace.COUNT)
    for piece in pieces(edition):
        for rep in range(piece.first, piece.last + 1):
            for turn in ("", *piece.turns):  # the rep's name, and three, two, one
                found |= dict.fromkeys(edition.lead_in(piece, rep, turn).texts(), Pace.TELL)
        form = catalogue.exercises[piece.exercise].form(piece.form)
        # Every cue of every side: a fast beat may leave room for the short one only, and one side may be done alone.
        cues = (cue for move in form.moves for cue in (move.into, move.short, move.breath, move.out) if cue)
        found |= dict.fromkeys((*edition.laid(piece).work.texts(), *cues), Pace.CUE)
    for text in _told(edition):
        found.setdefault(text, Pace.TELL)
    return dict(sorted((found | dict.fromkeys(numbers, Pace.COUNT)).items()))


def _told(edition: Edition) -> list[str]:
    """What is said outside the work."""
    catalogue = edition.catalogue
    scores = [stretch.score for block in blocks(edition) for stretch in block.stretches]
    once = {id(score): score for score in scores}  # a piece is laid out once, and in many blocks
    texts = [text for score in once.values() for text in score.texts()]
    for whole in doses(edition):  # of which the work sounds as ever
        dosed = [tell.dose(whole.pieces[0], catalogue), tell.held(whole.pieces[0], catalogue)]
        for piece in whole.pieces:
            names = (rep_name(piece, piece.last, catalogue, turn) for turn in ("", *piece.turns))
            dosed += (*around(piece, catalogue), *names)
        texts += (text for one in dosed if one for text in edition.spoken(one).texts())
    texts += (
        text
        for piece in cuts(edition)
        for one in around(piece, catalogue)
        for text in edition.spoken(one).texts()
    )
    texts += practised(catalogue)
    texts += (text for told in any_routine(catalogue) for text in edition.spoken(told).texts())
    texts += (tell.lasting(count, catalogue.words) for count in range(1, tell.LONGEST + 1))
    for beat in BEATS:
        for laid in map(edition.laid, by_the_beat(edition, beat)):
            texts += (*laid.opening.texts(), *laid.closing.texts())
    for whole in plans(edition):
        for slug in whole.exercises:
            first = whole.first_of(slug)
            said = (tell.heading(whole, first, catalogue, coming=False), catalogue.words.line("ready_when"))
            texts += [text for one in said for text in edition.spoken(one).texts()]
    return texts
