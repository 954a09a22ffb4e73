"""A score written down.

`lines` is everything at its moment, for a terminal. `brief` is for people to read and correct: the sentences as they
are spoken, with the work between them as one note in brackets and longer quiet in seconds. `told` is the sentences
alone, for a card.
"""

from collections.abc import Iterator

from skill.coach.exercise import Ms
from skill.coach.timeline.score import Say, Score, Section

QUIET_MS: Ms = 5000
"""Quiet that is worth a note."""

TICK = "·"
"""A tick, written down."""


def lines(score: Score) -> Iterator[tuple[Ms, str]]:
    """What is heard, each at its moment in ms."""
    for cue, text in score.sounds():
        yield cue.at, text or TICK


def told(score: Score) -> str:
    """The sentences outside the work."""
    said: list[str] = []
    work_ends: Ms = 0
    for cue in score.cues:
        match cue.what:
            case Section():
                work_ends = max(work_ends, cue.ends)
            case Say(text) if cue.at >= work_ends:
                said.append(text)
            case _:
                pass
    return " ".join(said)


def brief(score: Score) -> str:
    """The sentences, the work and the longer quiet, on one line."""
    spans = _work(score)
    parts: list[str] = []
    clock: Ms = 0
    for cue, text in score.sounds():
        for start, end in spans:
            if clock <= start <= cue.at:
                parts.append(_note(score, start, end))
                clock = end
        if any(start <= cue.at < end for start, end in spans) or not text:
            continue
        if cue.at - clock >= QUIET_MS:
            parts.append(f"({round((cue.at - clock) / 1000)} s)")
        parts.append(text)
        clock = cue.ends
    return " ".join(parts)


def _work(score: Score) -> list[tuple[Ms, Ms]]:
    """The stretches of time that belong to reps, run together."""
    spans: list[tuple[Ms, Ms]] = []
    for cue in score.cues:
        if isinstance(cue.what, Section):
            if spans and cue.at <= spans[-1][1]:
                spans[-1] = spans[-1][0], max(spans[-1][1], cue.ends)
            else:
                spans.append((cue.at, cue.ends))
    return spans


def _note(score: Score, start: Ms, end: Ms) -> str:
    reps = [cue.what for cue in score.cues if isinstance(cue.what, Section) and start <= cue.at < end]
    first, last = reps[0], reps[-1]
    sides = {section.side for section in reps}
    side = f", {first.side}" if len(sides) == 1 and first.side else ""
    return f"[{first.exercise}, set {first.set}{side}: reps {first.rep} to {last.rep}, {round((end - start) / 1000)} s]"
