"""Speech to phrases: trimmed, levelled, encoded in three phases, checked by decoding.

The only module that makes sound, and so the only one that needs numpy and PyAV (FFmpeg's own binding); they are needed
to build a bank, never to serve one.

Loudness is what ears compare, so a count and a sentence are levelled by the same measure: ITU-R BS.1770, between
silences, as they are heard in a clip. Alexa asks for -14 LUFS and peaks below -2 dBFS; speech has taller peaks than
that leaves room for, so its pulses are spread first, and a limiter takes off the rest.
"""

import io
from collections.abc import Iterator
from functools import cache, lru_cache

import av
import numpy as np
from av.audio.frame import AudioFrame
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from audio.bank import Phrase, Take
from audio.errors import Unencodable
from audio.frames import DELAY_SAMPLES, FRAME_BYTES, FRAME_SAMPLES, LEAD, PHASES, RATE, lead_samples
from audio.voices import Pcm

Samples = NDArray[np.float32]
"""Mono, 24 kHz, 1.0 being full scale."""

LOUDNESS_LUFS = -13.7
"""A little above the -14 that Alexa asks of a clip (platform facts, section 5): encoding takes some."""

CEILING = 10 ** (-3.5 / 20)
"""The limiter's, -3.5 dBFS: below the -2 that Alexa allows, for what encoding and the waves between samples add."""

MOST_DBFS = -2.3
"""Of the true peak of a phrase as it is decoded: where encoding makes it higher, what is about it is turned down."""

LIMIT_MS = 2
"""A peak is taken off by turning down as many ms about it."""

CLOSE_DB = 0.1
"""Near enough to the loudness, or so far below a peak that is to be passed."""

SPREAD_MS = 8
"""A voice's pulses, many harmonics at once, are spread over as many ms: the same to the ear, with lower peaks."""

SPEECH_FLOOR_DB = -36.0
"""Below its own loudest moment by so much, a phrase is silence: it is trimmed to its onset and its end."""

FULL, LESS = 48_000, 32_000
"""Bits a second: of what stands on a beat, and of free speech. At 32 kbit/s a voice keeps all below 8.5 kHz, at 24 it ends at 6, and an
"s" is dull: the mean spectra of 36 phrases, measured."""

FADE_SAMPLES = RATE * 10 // 1000
"""Of a hiss that is cut at its beginning."""

TAIL_FRAMES = 3
"""Frames of silence encoded after a phrase, in which the last of it dies away."""


def silent_frame() -> bytes:
    """The frame in which nothing is heard, as this encoder makes it: 144 bytes."""
    return _silent(FULL)


def phrase(text: str, speech: Pcm, silent: bytes, *, on_beat: bool = True) -> Phrase:
    """The phrase ``text``, spoken as ``speech``; see `phrase_of`.

    Raises:
        Unencodable: nothing is heard in it.
    """
    return phrase_of(text, level(trim(text, spread(resample(speech)))), silent, on_beat=on_beat)


def phrase_of(text: str, samples: Samples, silent: bytes, *, on_beat: bool = True, ahead: int = 0) -> Phrase:
    """A phrase of samples as they are. Raises Unencodable.

    Where it may stand ``on_beat`` it is encoded in three phases and at the full rate; free speech in one, and at `LESS`.
    As many samples as ``ahead``, up to `AHEAD_SAMPLES`, come before the beat.
    """
    samples, takes = _within(samples, silent, on_beat=on_beat, ahead=ahead)
    if not all(take.data for take in takes):
        raise Unencodable(text, "nothing is heard in it")
    return Phrase(text, -(-len(samples) * 1000 // RATE), takes)


def tame(samples: Samples, silent: bytes) -> Samples:
    """What is to stand on a beat, with such peaks taken off as encoding would make too high: as it will be heard."""
    return _within(samples, silent, on_beat=True, ahead=0)[0]


def _within(
    samples: Samples, silent: bytes, *, on_beat: bool, ahead: int
) -> tuple[Samples, tuple[Take, ...]]:
    """Encoded so that no peak is too high, and what was encoded."""
    takes: tuple[Take, ...] = ()
    ceiling = float(np.abs(samples).max(initial=0.0))
    for _ in range(5):
        takes = tuple(
            _take(samples, phase, FULL if on_beat else LESS, ahead)
            for phase in range(PHASES if on_beat else 1)
        )
        peaks = (true_peak(decoded(silent * LEAD + take.data + silent * LEAD)) for take in takes)
        if (over := max(peaks) - MOST_DBFS) <= 0:
            break
        ceiling *= 10 ** (-(over + CLOSE_DB) / 20)
        samples = _limited(samples, ceiling)
    return samples, takes


def resample(speech: Pcm) -> Samples:
    """At 24 kHz."""
    said = np.frombuffer(speech.data[: len(speech.data) // 2 * 2], "<i2")
    if not len(said):
        return np.zeros(0, np.float32)
    frame = AudioFrame.from_ndarray(said[np.newaxis, :], "s16", "mono")
    frame.sample_rate = speech.rate
    resampler = av.AudioResampler("fltp", "mono", RATE)
    parts = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([part.to_ndarray()[0] for part in parts]) if parts else np.zeros(0, np.float32)


def trim(text: str, samples: Samples) -> Samples:
    """From the onset to the end of what is heard, with a few milliseconds of fade at the cuts.

    Raises:
        Unencodable: nothing is.
    """
    step = RATE // 1000
    whole = samples[: len(samples) // step * step]
    loud = np.sqrt(np.mean(np.square(whole.reshape(-1, step)), axis=1)) if len(whole) else np.zeros(0)
    if not len(loud) or loud.max() < 10 ** (-50 / 20):
        raise Unencodable(text, "nothing is heard in it")
    heard = np.flatnonzero(loud > loud.max() * 10 ** (SPEECH_FLOOR_DB / 20))
    cut = samples[heard[0] * step : (heard[-1] + 1) * step].copy()
    fade = np.linspace(0, 1, min(5 * step, len(cut)), dtype=np.float32)
    cut[-len(fade) :] *= fade[::-1]
    return cut


def later(samples: Samples, cut: int) -> Samples:
    """Without so many samples at its beginning, if any, faded in there."""
    if cut <= 0:
        return samples
    rest = samples[cut:].copy()
    fade = np.linspace(0, 1, min(FADE_SAMPLES, len(rest)), dtype=np.float32)
    rest[: len(fade)] *= fade
    return rest


def spread(samples: Samples) -> Samples:
    """The same sound with lower peaks: low tones a little later than high ones (broadcasters' phase rotation).

    Also without what is below a voice and only costs room: below 100 Hz.
    """
    longer = RATE * SPREAD_MS // 1000
    size = 1 << (len(samples) + longer + RATE // 10).bit_length()
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    late = np.interp(np.log(np.maximum(hertz, 1)), np.log([100, 4000]), [SPREAD_MS / 1000, 0])
    turn = np.exp(-2j * np.pi * np.cumsum(late) * hertz[1])
    voice = (hertz / 100) ** 2 / np.sqrt(1 + (hertz / 100) ** 4)
    found = np.fft.irfft(np.fft.rfft(samples, size) * turn * voice, size)
    return found[: len(samples) + longer].astype(np.float32)


def level(samples: Samples) -> Samples:
    """As loud as every other phrase, and no sample above the ceiling."""
    for _ in range(12):  # limiting takes a little loudness, which the next round gives back
        missing = LOUDNESS_LUFS - loudness(samples)
        if abs(missing) < CLOSE_DB:
            break
        samples = _limited(samples * np.float32(10 ** (missing / 20)), CEILING)
    return samples


def loudness(samples: Samples) -> float:
    """LUFS by ITU-R BS.1770, between silences: blocks of 400 ms, each 100 ms, gated 10 dB below their mean.

    So a count, shorter than a block, is measured as it is heard in a clip of counting.
    """
    block, step = RATE * 400 // 1000, RATE * 100 // 1000
    power = np.square(_k_weighted(np.pad(samples, block)))
    total = np.concatenate([[0.0], np.cumsum(power)])
    starts = np.arange(0, len(power) - block + 1, step)
    blocks = (total[starts + block] - total[starts]) / block
    blocks = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    if not len(blocks):
        return -70.0
    return float(-0.691 + 10 * np.log10(blocks[blocks >= blocks.mean() / 10].mean()))


def true_peak(samples: Samples) -> float:
    """The highest peak, between samples too, dBFS: at four times the rate."""
    size = 1 << (len(samples) + 200).bit_length()
    finer = np.fft.irfft(np.fft.rfft(samples, size), 4 * size) * 4
    return float(20 * np.log10(np.abs(finer).max() + 1e-9))


def tone(hertz: float, ms: int) -> Samples:
    """A soft tick: a sine with a quick attack and a long fall, 10 dB below the voice's peaks."""
    time = np.arange(RATE * ms // 1000, dtype=np.float32) / RATE
    shape = np.minimum(time / 0.002, 1) * np.exp(-time * 40)
    sound: Samples = (0.22 * np.sin(2 * np.pi * hertz * time) * shape).astype(np.float32)
    return sound


def decoded(data: bytes) -> Samples:
    """An MP3's samples, 1105 late, as any decoder gives them."""
    with av.open(io.BytesIO(data), "r", format="mp3") as container:
        parts = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def _k_weighted(samples: Samples) -> NDArray[np.float64]:
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


def _limited(samples: Samples, ceiling: float) -> Samples:
    """Turned down about each peak above the ceiling, smoothly, and by no more than it takes."""
    window = RATE * LIMIT_MS // 1000 | 1
    peaks = sliding_window_view(np.pad(np.abs(samples), window - 1), window).max(axis=1)
    gain = np.minimum(1, ceiling / np.maximum(peaks, 1e-9))
    curve = np.hanning(window + 2)[1:-1]
    smooth = np.convolve(gain, curve / curve.sum(), "valid")
    return (samples * smooth).astype(np.float32)


@cache
def _silent(rate: int) -> bytes:
    return _encoded(np.zeros(20 * FRAME_SAMPLES, np.float32), rate)[10]


def _take(samples: Samples, phase: int, rate: int, ahead: int) -> Take:
    before = np.zeros(lead_samples(phase) - ahead, np.float32)
    after = np.zeros(TAIL_FRAMES * FRAME_SAMPLES + DELAY_SAMPLES, np.float32)
    frames = _encoded(np.concatenate([before, samples, after]), rate)
    heard = [index for index, frame in enumerate(frames) if frame != _silent(rate)]
    if not heard:
        return Take(0, b"")
    return Take(heard[0] - LEAD, b"".join(frames[heard[0] : heard[-1] + 1]))


def _encoded(samples: Samples, rate: int) -> list[bytes]:
    """The frames of an MP3 of its own: constant, the reservoir off, no headers.

    All are of 144 bytes and say that they are of 48 kbit/s. What was encoded at less has zeros behind it, which every decoder
    passes over: with the reservoir off, nothing of a frame is in the next.
    """
    out = io.BytesIO()
    with av.open(out, "w", format="mp3", options={"write_xing": "0", "id3v2_version": "0"}) as container:
        stream = container.add_stream("libmp3lame", rate=RATE, options={"reservoir": "0"})
        stream.bit_rate = rate
        stream.layout = "mono"
        stream.format = "fltp"
        for packet in _packets(stream, samples):
            container.mux(packet)
    data = out.getvalue()
    size = FRAME_BYTES * rate // FULL
    return [_full(data[at : at + size]) for at in range(0, len(data), size)]


def _full(frame: bytes) -> bytes:
    """A frame that says it is of 48 kbit/s, and is as long: the rate is four bits of its third byte, 6 for 48 (ISO 13818-3, 2.4.2.3)."""
    return frame[:2] + bytes((frame[2] & 0x0F | 6 << 4,)) + frame[3:] + bytes(FRAME_BYTES - len(frame))


def _packets(stream: av.AudioStream, samples: Samples) -> Iterator["av.Packet[av.AudioStream]"]:
    size = stream.codec_context.frame_size or FRAME_SAMPLES
    for at in range(0, len(samples), size):
        part = samples[at : at + size]
        frame = AudioFrame.from_ndarray(np.pad(part, (0, size - len(part)))[np.newaxis, :], "fltp", "mono")
        frame.sample_rate = RATE
        frame.pts = at
        yield from stream.encode(frame)
    yield from stream.encode(None)
