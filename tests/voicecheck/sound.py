"""One phrase as it is decoded: do its edges click or break off, and how loud is it? By FFmpeg's meter, which is not ours."""

from dataclasses import dataclass

import numpy as np

from audio import encode
from audio.bank import Bank
from audio.encode import Samples
from audio.frames import AHEAD_SAMPLES, FRAME_MS, LEAD_MS, RATE
from audio.loudness import true_peak
from audio.reel import Reel
from tests.audio.meter import ebur128

MS = RATE // 1000
"""Samples."""

BEFORE_MS, EARLY_MS, AFTER_MS, FADE_MS = 60, 8, 120, 30
"""Looked at before its first sound, but for what the encoder itself is early with a hard one, which the sound hides; and after its
last, but for the time in which that may die away."""

BEFORE_DB, AFTER_DB, CUT_DB, PEAK_DBFS = -45.0, -35.0, -20.0, -1.0
"""No louder is anything before, or after, nor the very first and the very last of it; nor, of full scale, any of it. All but the
peak are beside its loudest 10 ms."""

CUT_MS = 2
"""So much of a phrase is its very first and its very last."""


@dataclass(frozen=True, slots=True)
class Edges:
    """How loud it is beside its loudest 10 ms, dB, and its true peak, dBFS."""

    before: float
    first: float
    last: float
    after: float
    peak: float

    @property
    def over(self) -> dict[str, float]:
        """What is louder than it may be, and by how much."""
        limits = (
            ("heard before it begins", self.before - BEFORE_DB),
            ("begins in mid-sound", self.first - CUT_DB),
            ("ends in mid-sound", self.last - CUT_DB),
            ("heard after its end", self.after - AFTER_DB),
            ("peaks too high", self.peak - PEAK_DBFS),
        )
        return {what: by for what, by in limits if by > 0}


def edges(samples: Samples, begins: int, ends: int) -> Edges:
    """Of a phrase that is heard from one sample to the other, with silence about it."""
    top = max(_loudest(samples, 10), 1e-9)

    def beside(start: int, end: int, over_ms: int) -> float:
        part = samples[max(start, 0) : max(end, 0)]
        return float(20 * np.log10(max(_loudest(part, over_ms), 1e-9) / top))

    return Edges(
        beside(begins - BEFORE_MS * MS, begins - EARLY_MS * MS, 10),
        beside(begins, begins + CUT_MS * MS, CUT_MS),
        beside(ends - CUT_MS * MS, ends, CUT_MS),
        beside(ends + FADE_MS * MS, ends + AFTER_MS * MS, 10),
        true_peak(samples),
    )


def _loudest(samples: Samples, over_ms: int) -> float:
    """The loudest so many ms, as a root of the mean square; they begin at every millisecond."""
    step = min(over_ms * MS, len(samples))
    if not step:
        return 0.0
    power = np.concatenate([[0.0], np.cumsum(np.square(samples, dtype=np.float64))])
    return float(np.sqrt(max((power[step:] - power[:-step])[::MS].max(), 0.0) / step))


def heard(bank: Bank, text: str) -> Samples:
    """The phrase alone, decoded, after as much silence as any needs, and with some after it."""
    lasts = LEAD_MS + bank.measure(text) + AFTER_MS + 2 * FRAME_MS
    return encode.decoded(Reel([(LEAD_MS, text)], lasts, bank).read())


def onset(samples: Samples, beat: int, earliest: int = 0) -> int:
    """Where a phrase begins whose centre is on a beat, which a bank does not say: the first ms that is heard, as it is trimmed."""
    start = max(beat - AHEAD_SAMPLES, earliest)
    floor = _loudest(samples[start : beat + RATE // 2], 1) * 10 ** (encode.SPEECH_FLOOR_DB / 20)
    steps = range(start, beat, MS)
    return next((at for at in steps if _loudest(samples[at : at + MS], 1) > floor), beat)


def loudness(samples: Samples) -> float:
    """LUFS, integrated, by FFmpeg's ebur128; between silences, so that a word shorter than its 400 ms is measured as it is heard."""
    lufs, _ = ebur128(np.pad(samples, RATE * 2 // 5))
    return lufs
