"""Where the beat of a spoken word is: about where its vowel begins, not where its first sound does.

Numbers spoken at equal distances, from first sound to first sound, are heard as uneven, by as much as their first
consonants differ (Morton, Marcus and Frankish 1976, "Perceptual centers", Psychological Review 83). Where each has to
be is found as Cummins and Port do ("Rhythmic constraints on stress timing in English", Journal of Phonetics 26, 1998,
appendix A, after Scott 1993): a shallow filter about 1 kHz keeps the vowels' formants, and takes off hiss and pitch;
what is left is rectified and smoothed; and the beat is in the middle of its rise.
"""

import numpy as np
from numpy.typing import NDArray

from audio.frames import RATE

MIDDLE_HZ, WIDTH_HZ = 1000, 600
"""The filter, of the first order: its middle, and how wide it is 3 dB down."""

SMOOTH_HZ = 10
"""What is quicker than this is no rise of a syllable."""

RISE = (0.3, 0.9)
"""The parts of a peak between which the middle of its rise is. Theirs are a tenth and nine of a rise from its valley; but what bursts before
a vowel, the "t" of "twelve", is up to a sixth of it, and its valley is here today and gone tomorrow; so is that of "eleven", at a quarter of it.
From three tenths on nothing of them counts."""

LEAST, WITHIN_MS = 0.6, 300
"""A rise of less than this part of the loudest so soon after the onset is no syllable that one would tap to: the "e" of "eleven". What
is louder later is another word: the "one" of "fifty one"."""

DIP = 0.85
"""Where a curve falls to no less than this part of a peak before it rises above it, it is one rise, not two."""


BEFORE_MS = 150
"""Silence in which the rise of a first vowel can begin, smoothed as it is."""


def centre(samples: NDArray[np.float32]) -> int:
    """The sample at which a word is felt to be, if it is tapped to: the middle of its first great rise; 0 if it has none."""
    before = RATE * BEFORE_MS // 1000
    curve = envelope(np.pad(samples, (before, 0)))
    top = curve[: before + RATE * WITHIN_MS // 1000].max(initial=0.0)
    if not top:
        return 0
    peak = _peak(curve, LEAST * top)
    low, high = (part * curve[peak] for part in RISE)
    middle = int(np.flatnonzero(curve[:peak] <= low)[-1] + np.flatnonzero(curve[: peak + 1] >= high)[0]) // 2
    return max(middle - before, 0)


def _peak(curve: NDArray[np.float64], least: float) -> int:
    """The first peak that is high enough, past such dips as are none."""
    peak = int(np.argmax(curve >= least))
    for at in range(peak, len(curve)):
        if curve[at] > curve[peak]:
            peak = at
        elif curve[at] < DIP * curve[peak]:
            break
    return peak


def envelope(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """How loud the formants are at each sample, smoothed; neither filter makes it late."""
    size = 1 << (len(samples) + RATE // 2).bit_length()
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    off = np.divide(MIDDLE_HZ, hertz, out=np.full_like(hertz, np.inf), where=hertz > 0) - hertz / MIDDLE_HZ
    formants = np.fft.irfft(np.fft.rfft(samples, size) / np.hypot(1, off * MIDDLE_HZ / WIDTH_HZ), size)
    smooth = np.exp(-0.5 * (hertz / SMOOTH_HZ) ** 2 * np.log(2))
    return np.fft.irfft(np.fft.rfft(np.abs(formants)) * smooth, size)[: len(samples)]
