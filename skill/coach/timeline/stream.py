"""A stream: a block joined somewhere, and led in by a spoken count of three.

Its timeline is the block's, wherever it is joined, so that an offset always means the same; only what is before that
place is left out, and the count stands there instead.
"""

from dataclasses import replace
from functools import lru_cache

from skill.coach.dialogue.state import Stream
from skill.coach.exercise import Catalogue, Ms, Slug
from skill.coach.timeline.arrange import Measure, lead_in, rep_name
from skill.coach.timeline.block import Block, Telling, block, blocks
from skill.coach.timeline.plan import Bookmark, Part, canonical, plan
from skill.coach.timeline.score import Score

QUIET_MS: Ms = 400
"""A stream is begun so much before its first sound: a player need not be exact."""


def played(stream: Stream, catalogue: Catalogue, measure: Measure) -> Block:
    """The block that a stream plays, whole."""
    whole = plan(stream.joined, catalogue)
    told = Telling(stream.long, stream.skipped)
    return block(whole, _number(stream, catalogue, measure), told, catalogue, measure)


def begins(stream: Stream, catalogue: Catalogue, measure: Measure) -> Ms:
    """Where in its timeline a stream is begun: a little before its count of three, or its first word."""
    at, lead = _joined(stream, catalogue, measure)
    return max(at - lead.lasts - QUIET_MS, 0)


def score(stream: Stream, catalogue: Catalogue, measure: Measure) -> Score:
    """What a stream plays: its block's timeline from where it is joined, with the count of three before."""
    at, lead = _joined(stream, catalogue, measure)
    whole = played(stream, catalogue, measure).score
    before = lead.shift(at - lead.lasts).cues
    return Score((*before, *(cue for cue in whole.cues if cue.at >= at)), whole.lasts)


def lasts(stream: Stream, catalogue: Catalogue, measure: Measure) -> Ms:
    """The offset at which a stream ends."""
    return played(stream, catalogue, measure).score.lasts


def mark_at(stream: Stream, offset: Ms, catalogue: Catalogue, measure: Measure) -> Bookmark:
    """The place of a moment of a stream; up to its first word, where it is joined."""
    at, _ = _joined(stream, catalogue, measure)
    found = played(stream, catalogue, measure).mark(offset) if offset > at else stream.joined
    return canonical(found, catalogue)


def following(stream: Stream, catalogue: Catalogue, measure: Measure) -> Stream | None:
    """The stream that follows by itself; None after a plan's last block."""
    whole, number = plan(stream.joined, catalogue), _number(stream, catalogue, measure) + 1
    cut = blocks(whole, catalogue, measure)
    if number == len(cut):
        return None
    start = replace(whole.first_of(cut[number][0]).starts(whole.routine), part=Part.TELLING)
    return replace(stream, block=stream.block + 1, joined=start, counted=False)


def told(stream: Stream, since: Ms, until: Ms, catalogue: Catalogue, measure: Measure) -> tuple[Slug, ...]:
    """The exercises whose telling, from its beginning, is heard out within those offsets."""
    at, _ = _joined(stream, catalogue, measure)
    ends = {
        stretch.mark.exercise: stretch.at + stretch.score.lasts
        for stretch in played(stream, catalogue, measure).stretches
        if stretch.mark.part is Part.TELLING and stretch.at >= at
    }
    return tuple(slug for slug, end in ends.items() if since < end <= until)


def _number(stream: Stream, catalogue: Catalogue, measure: Measure) -> int:
    """Which block of its plan it is; the first, if its exercise is gone."""
    cut = blocks(plan(stream.joined, catalogue), catalogue, measure)
    return next((i for i, some in enumerate(cut) if stream.joined.exercise in some), 0)


@lru_cache(maxsize=1024)
def _joined(stream: Stream, catalogue: Catalogue, measure: Measure) -> tuple[Ms, Score]:
    """The moment at which a stream is joined, and what is counted before it."""
    at = played(stream, catalogue, measure).find(stream.joined)
    if not stream.counted:
        return at, Score()
    mark, whole = stream.joined, plan(stream.joined, catalogue)
    piece = whole.pieces[whole.index(mark)]
    name = rep_name(piece, mark.rep, catalogue) if mark.part is Part.WORK else ""
    return at, lead_in(catalogue.words, measure, name)
