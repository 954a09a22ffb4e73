"""Voices: text in, speech out. Each is one module; all of them look like `Voice`.

Adding a voice: a module with a class that has `name` and `say`; a line in the command that chooses one; a test beside the
others'. What one text cannot be said for is a `VoiceError`; what would fail any text is `NoVoice`, and ends a build.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Pace(StrEnum):
    """How fast a phrase is spoken."""

    COUNT = "count"
    """A number on the beat: fast enough for a beat of 0.8 s."""
    CUE = "cue"
    """What is said while somebody moves: quicker than a sentence, so that it is over in time."""
    TELL = "tell"
    """A sentence: 140 words a minute."""


@dataclass(frozen=True, slots=True)
class Pcm:
    """Speech: signed 16-bit little-endian mono samples."""

    rate: int
    """Hz."""
    data: bytes
    """Two bytes a sample."""

    @property
    def lasts_ms(self) -> int:
        """How long it lasts, in whole ms, rounded up."""
        return -(-len(self.data) // 2 * 1000 // self.rate)


class VoiceError(Exception):
    """A voice could not say something. ``text`` is what; the message says why and what to do."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"cannot say {text[:60]!r}: {why}")
        self.text = text
        self.why = why


class NoVoice(VoiceError):
    """There is no speaking with this voice here and now, whatever the text: nobody need ask it for the next."""

    def __str__(self) -> str:
        return self.why


class Voice(Protocol):
    """Says things."""

    @property
    def name(self) -> str:
        """What it is, and whatever would make it sound different: the same name means the same sound. Raises NoVoice."""

    def say(self, text: str, pace: Pace) -> Pcm:
        """The text, spoken. Several threads may ask at once. Raises VoiceError."""
