"""A score as SSML, in the speaker's own voice: words, and breaks as long as the quiet between them.

The score has the moments, whatever voice it was laid out for. How long the words take here is the estimate of a speaker's
voice, so a count is about a second, and the break before its onset takes up what is left. Tones have no sound here: they are
quiet.

Limits (platform facts, sections 2 and 5), each an `OverLimit` when the reply is made rather than silence on a device:
pieces are cut so that none is reached, and ``tests/render`` shows it for every piece of all content.
"""

import re
from functools import lru_cache
from xml.sax.saxutils import escape

from audio.estimate import estimate
from skill.coach.exercise import Ms
from skill.coach.timeline.score import Score
from skill.errors import OverLimit

SSML_CHARS = 8000
"""outputSpeech, tags included."""

SPEECH_MS: Ms = 240_000
"""All sound of a reply. Worded for audio files; whether speech and breaks count is not stated, so they do."""

BREAK_MS: Ms = 10_000
"""One ``<break>``; longer quiet is several."""

LEAST_BREAK_MS: Ms = 50
"""Quiet not worth a tag."""

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd]")


def ssml(score: Score) -> str:
    """The whole ``<speak>`` element.

    Raises:
        OverLimit: it would be longer than the platform takes.
    """
    if score.lasts > SPEECH_MS:
        raise OverLimit("speech in ms", score.lasts, SPEECH_MS)
    return whole(inside(score))


def ssml_text(text: str) -> str:
    """A plain sentence as SSML. Raises OverLimit."""
    return whole(_text(text))


def inside(score: Score) -> str:
    """The words of a score with the quiet between them, without the element around."""
    parts: list[str] = []
    clock = 0
    for cue, text in score.sounds():
        if text:
            parts += (_quiet(cue.at - clock), _text(text))
            clock = cue.at + estimate(text)
    return "".join(parts)


def whole(content: str) -> str:
    """The element around what is inside it. Raises OverLimit."""
    element = f"<speak>{content.strip()}</speak>"
    if len(element) > SSML_CHARS:
        raise OverLimit("SSML in characters", len(element), SSML_CHARS)
    return element


@lru_cache(maxsize=4096)
def _quiet(lasts: Ms) -> str:
    whole, rest = divmod(max(lasts, 0), BREAK_MS)
    breaks = [BREAK_MS] * whole + [rest] * (rest >= LEAST_BREAK_MS)
    return "".join(f'<break time="{ms}ms"/>' for ms in breaks) or " "


@lru_cache(maxsize=4096)  # a set says the same few phrases over and over
def _text(text: str) -> str:
    return escape(_NOT_XML.sub("", text))
