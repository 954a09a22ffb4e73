"""Ears for sound: from a microphone's samples to words, on this machine alone.

    listener    samples in, as they come; out comes that speech has begun, and what was said in the end
    endpoint    where speech begins and ends, also over the coach's own counting
    sphinx      the recogniser that needs no model of its own to be fetched: PocketSphinx, and a language model of our sentences
    whisper     the one that hears better, for whoever has its model
    language    that language model, and how our words are pronounced
    judge       whether what was heard is sure enough to be acted upon

What was said is handed on as a value, and nothing of it is logged or kept.
"""

from dataclasses import dataclass
from typing import Protocol

from skill.errors import BackbeatError

RATE = 16_000
"""Hz: of all sound in here; one channel, signed 16-bit little-endian."""

INSTALL = 'pip install "backbeat[ears]"'
"""What brings what this needs."""


class NoEars(BackbeatError):
    """There is no recognising speech here; the message says what to install or to set."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What a recogniser takes a stretch of sound for."""

    text: str
    """Words, in lower case; empty if there are none."""
    certainty: float
    """How sure it is, from 0 to 1. What that is worth depends on the recogniser; see `skill.ears.judge`."""


class Recogniser(Protocol):
    """Turns a stretch of speech into words. Several threads may ask at once."""

    def recognise(self, pcm: bytes) -> Guess:
        """The words of an utterance, whole, with a little silence before and after."""
