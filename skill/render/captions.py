"""A score as captions: WebVTT, a cue for each thing said (W3C, WebVTT: The Web Video Text Tracks Format)."""

from collections.abc import Iterator

from skill.coach.exercise import Ms
from skill.coach.timeline.score import Score

LEAST_MS: Ms = 300
"""How long a caption stays at least."""


def captions(score: Score, later: Ms = 0) -> str:
    """The whole file; ``later`` is how much later than the score its sound begins, ms."""
    return "\n".join(("WEBVTT", "", *_cues(score, later)))


def _cues(score: Score, later: Ms) -> Iterator[str]:
    said = [(cue, text) for cue, text in score.sounds() if text]
    for (cue, text), following in zip(said, [*(cue.at for cue, _ in said[1:]), score.lasts], strict=True):
        ends = min(max(cue.ends, cue.at + LEAST_MS), max(following, cue.at + 1))
        yield f"{_time(cue.at + later)} --> {_time(ends + later)}"
        yield text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        yield ""


def _time(ms: Ms) -> str:
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"
