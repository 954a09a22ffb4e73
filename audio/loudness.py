"""How loud a sound is to the ear, and how high its waves go: ITU-R BS.1770, at our rate."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from audio.frames import RATE


def loudness(samples: NDArray[np.float32]) -> float:
    """LUFS by ITU-R BS.1770, between silences: blocks of 400 ms, each 10 ms, gated 10 dB below their mean.

    So a count, shorter than a block, is measured as it is heard in a clip of counting. A meter has a block each 100 ms, and calls a
    short word up to 1 dB louder or softer, as it happens to lie among them; this is between.
    """
    block, step = RATE * 400 // 1000, RATE * 10 // 1000
    power = np.square(_k_weighted(np.pad(samples, block)))
    total = np.concatenate([[0.0], np.cumsum(power)])
    starts = np.arange(0, len(power) - block + 1, step)
    blocks = (total[starts + block] - total[starts]) / block
    blocks = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    if not len(blocks):
        return -70.0
    return float(-0.691 + 10 * np.log10(blocks[blocks >= blocks.mean() / 10].mean()))


def true_peak(samples: NDArray[np.float32]) -> float:
    """The highest peak, between samples too, dBFS."""
    return float(20 * np.log10(peaks_of(samples).max() + 1e-9))


def peaks_of(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """How high it goes from each sample to the next: at four times the rate, as BS.1770 has it."""
    size = 1 << (len(samples) + 200).bit_length()
    finer = np.fft.irfft(np.fft.rfft(samples, size), 4 * size) * 4
    highest: NDArray[np.float64] = np.abs(finer[: 4 * len(samples)]).reshape(-1, 4).max(axis=1)
    return highest


def _k_weighted(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Through the two filters of BS.1770, at 24 kHz, by their response: a shelf for the head, a high-pass for the ear."""
    size = 1 << (len(samples) + RATE // 10 - 1).bit_length()
    return np.fft.irfft(np.fft.rfft(samples, size) * _ear(size), size)[: len(samples)]


@lru_cache(16)
def _ear(size: int) -> NDArray[np.complex128]:
    """The response of both, of so many samples; a phrase is measured up to a dozen times."""
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    return _biquad(z, *_shelf()) * _biquad(z, *_high_pass())


def _biquad(z: NDArray[np.complex128], b: tuple[float, ...], a: tuple[float, ...]) -> NDArray[np.complex128]:
    response: NDArray[np.complex128] = (b[0] + b[1] * z + b[2] * z**2) / (a[0] + a[1] * z + a[2] * z**2)
    return response


def _shelf() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The head: +4 dB above about 1.7 kHz. The analogue prototype behind BS.1770's table, at our rate."""
    k, gain, q = np.tan(np.pi * 1681.974450955533 / RATE), 10 ** (3.999843853973347 / 20), 0.7071752369554196
    mid = gain**0.4996667741545416
    a0 = 1 + k / q + k * k
    b = ((gain + mid * k / q + k * k) / a0, 2 * (k * k - gain) / a0, (gain - mid * k / q + k * k) / a0)
    return b, (1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0)


def _high_pass() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The ear: nothing below about 38 Hz. As above."""
    k, q = np.tan(np.pi * 38.13547087602444 / RATE), 0.5003270373238773
    a0 = 1 + k / q + k * k
    return (1.0, -2.0, 1.0), (1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0)
