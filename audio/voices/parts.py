"""What voices that are models have in common: a text in breaths, a sound without the silence around it, a count in time."""

import re
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from audio.voices import Pace, Pcm, VoiceError

COUNT_MS: Final = 700
"""The most ms a count may be heard: so it and the consonant of the next fit a beat of 800 ms. What takes longer is said faster, a
`STEP` at a time, and no faster than `FASTEST`."""

STEP, FASTEST = 0.05, 1.6

BREATH_MS: Final = 250
"""Of silence at a "…", which is no pause to a model."""

FLOOR_DB: Final = -36.0
"""Below a part's loudest ms by so much, it is silence."""

PAUSES = re.compile(r"…|\.\.\.")
"""Where a text is cut in two: this mark is no pause to a model, and what stands beside it runs together."""

Samples = NDArray[np.float32]
"""Mono, 1.0 being full scale."""


def breaths(text: str) -> list[str]:
    """The parts of a text between which there is a pause."""
    return [part.strip() for part in PAUSES.split(text) if part.strip()]


def heard(text: str, sound: Samples, rate: int) -> Samples:
    """A sound of so many Hz without the silence around it. Raises VoiceError: there is nothing else."""
    step = rate // 1000
    whole = sound[: len(sound) // step * step].reshape(-1, step)
    loud = np.sqrt(np.mean(np.square(whole), axis=1))
    if not loud.max(initial=0.0):
        raise VoiceError(text, "nothing in it can be heard; put it in words")
    at = np.flatnonzero(loud > loud.max() * 10 ** (FLOOR_DB / 20))
    return sound[at[0] * step : (at[-1] + 1) * step]


def spaced(sounds: Sequence[Samples], ms: int, rate: int) -> Samples:
    """At least one sound, one after another, so many ms of silence between two."""
    silence = np.zeros(ms * rate // 1000, np.float32)
    between = [part for sound in sounds for part in (silence, sound)]
    return np.concatenate(between[1:])


def in_time(pace: Pace, speed: float, rate: int, said: Callable[[float], Samples]) -> Samples:
    """What is said at a speed; or faster, if it is a count that would take too long."""
    sound = said(speed)
    while pace is Pace.COUNT and len(sound) > COUNT_MS * rate // 1000 and speed < FASTEST:
        speed += STEP
        sound = said(speed)
    return sound


def pcm(sound: Samples, rate: int) -> Pcm:
    """A sound as a voice hands it over; what is louder than full scale is cut off there."""
    return Pcm(rate, np.rint(np.clip(sound, -1, 1) * 32_767).astype("<i2").tobytes())
