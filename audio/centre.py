"""Where the beat of a spoken word is: about where its vowel begins, not where its first sound does.

Numbers spoken at equal distances, from first sound to first sound, are heard as uneven, by as much as their first
consonants differ (Morton, Marcus and Frankish 1976, "Perceptual centers", Psychological Review 83). Where each has to
be is found as Cummins and Port do ("Rhythmic constraints on stress timing in English", Journal of Phonetics 26, 1998,
appendix A, after Scott 1993): a shallow filter about 1 kHz keeps the vowels' formants, and takes off hiss and pitch;
what is left is rectified and smoothed; and the beat is in the middle of its rise, from a tenth of it to nine.
"""

import numpy as np
from numpy.typing import NDArray

from audio.frames import RATE

MIDDLE_HZ, WIDTH_HZ = 1000, 600
"""The filter, of the first order: its middle, and how wide it is 3 dB down."""

SMOOTH_HZ = 10
"""What is quicker than this is no rise of a syllable."""

RISE = (0.1, 0.9)
"""The parts of a rise between which its middle is: a slow beginning or end counts for nothing."""

LEAST = 0.5
"""A rise of less than this part of the loudest is no syllable that one would tap to: the "e" of "eleven"."""


BEFORE_MS = 150
"""Silence in which the rise of a first vowel can begin, smoothed as it is."""


def centre(samples: NDArray[np.float32]) -> int:
    """The sample at which a word is felt to be, if it is tapped to: the middle of its first great rise; 0 if it has none."""
    before = RATE * BEFORE_MS // 1000
    curve = envelope(np.pad(samples, (before, 0)))
    top = curve.max(initial=0.0)
    if not top:
        return 0
    slope = np.sign(np.diff(curve, prepend=0.0, append=0.0))
    peaks = np.flatnonzero((slope[:-1] > 0) & (slope[1:] <= 0))
    peak = next(int(at) for at in peaks if curve[at] >= LEAST * top)
    valley = peak
    while valley > 0 and curve[valley - 1] < curve[valley]:
        valley -= 1
    low, high = (curve[valley] + part * (curve[peak] - curve[valley]) for part in RISE)
    rise = curve[valley : peak + 1]
    middle = valley + int(np.searchsorted(rise, low) + np.searchsorted(rise, high)) // 2
    return max(middle - before, 0)


def envelope(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """How loud the formants are at each sample, smoothed; neither filter makes it late."""
    size = 1 << (len(samples) + RATE // 2).bit_length()
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    off = np.divide(MIDDLE_HZ, hertz, out=np.full_like(hertz, np.inf), where=hertz > 0) - hertz / MIDDLE_HZ
    formants = np.fft.irfft(np.fft.rfft(samples, size) / np.hypot(1, off * MIDDLE_HZ / WIDTH_HZ), size)
    smooth = np.exp(-0.5 * (hertz / SMOOTH_HZ) ** 2 * np.log(2))
    return np.fft.irfft(np.fft.rfft(np.abs(formants)) * smooth, size)[: len(samples)]
