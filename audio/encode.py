"""Speech to phrases: trimmed, levelled, encoded in three phases, checked by decoding.

The only module that makes sound, and so the only one that needs numpy and PyAV (FFmpeg's own binding); they are needed
to build a bank, never to serve one.

Loudness is what ears compare, so a count and a sentence are levelled by the same measure: ITU-R BS.1770, between
silences, as they are heard in a clip. Alexa asks for -14 LUFS and peaks below -2 dBFS; speech has taller peaks than
that leaves room for, so its pulses are spread first, and a limiter takes off the rest. Encoding makes what it is given
softer and its peaks higher, each by another measure; so what is levelled and limited is what was decoded again.
"""

import io
from collections.abc import Iterator
from functools import cache

import av
import numpy as np
from av.audio.frame import AudioFrame
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from audio.bank import Phrase, Take
from audio.errors import Unencodable
from audio.frames import (
    DELAY_SAMPLES,
    FRAME_BYTES,
    FRAME_SAMPLES,
    GRID_SAMPLES,
    LEAD,
    PHASES,
    RATE,
    lead_samples,
)
from audio.loudness import loudness, peaks_of
from audio.voices import Pcm

Samples = NDArray[np.float32]
"""Mono, 24 kHz, 1.0 being full scale."""

LOUDNESS_LUFS = -14.0
"""Of a phrase as it is decoded: what Alexa asks of a clip (platform facts, section 5)."""

MOST_DBFS = -2.3
"""Of the true peak of a phrase as it is decoded, below the -2 that Alexa allows: what is about a higher one is turned down."""

LIMIT_MS = 2
"""A peak is taken off by turning down as many ms about it."""

CLOSE_DB = 0.3
"""Near enough to the loudness."""

UNDER_DB = 0.9
"""A peak that is too high is turned down to as much below the highest there may be: the next encoding is another."""

SOFTER_DB = 0.4
"""Encoding takes about as much of the loudness of what is near its highest peak: it is given before."""

TURNS = 3
"""Limiting takes a little loudness, which the next turn gives back: after so many, the most of it is there."""

ROUNDS = 12
"""A phrase is encoded so often at most, and then it is as near as it comes. Most take one round or two."""

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
    said = trim(text, spread(resample(speech)))
    return phrase_of(text, level(said, silent, on_beat=on_beat), silent, on_beat=on_beat)


def phrase_of(text: str, samples: Samples, silent: bytes, *, on_beat: bool = True, ahead: int = 0) -> Phrase:
    """A phrase of samples as loud as they are, but for peaks that encoding makes too high. Raises Unencodable.

    Where it may stand ``on_beat`` it is encoded in three phases and at the full rate; free speech in one, and at `LESS`.
    As many samples as ``ahead``, up to `AHEAD_SAMPLES`, come before the beat.
    """
    samples, takes = _within(samples, silent, on_beat=on_beat, ahead=ahead)
    if not all(take.data for take in takes):
        raise Unencodable(text, "nothing is heard in it")
    return Phrase(text, -(-len(samples) * 1000 // RATE), takes)


def level(samples: Samples, silent: bytes, *, on_beat: bool = True) -> Samples:
    """What is decoded as loud as every other phrase, with no peak too high, if it is encoded so: see `phrase_of`."""
    for _ in range(TURNS):
        gain = 10 ** ((LOUDNESS_LUFS + SOFTER_DB - loudness(samples)) / 20)
        samples = _limited(samples * np.float32(gain), _peaks(samples, 0, len(samples)) * gain)
    return _within(samples, silent, on_beat=on_beat, levelled=True)[0]


def heard(samples: Samples, silent: bytes, ahead: int) -> list[Samples]:
    """What stands on a beat, as it is decoded in each of its phases, from where it begins to where it ends; see `phrase_of`."""
    found = []
    for phase in range(PHASES):
        take = _take(samples, phase, FULL, ahead)
        start = heard_at(take, phase, ahead)
        found.append(decoded(silent * LEAD + take.data + silent * LEAD)[start : start + len(samples)])
    return found


def _within(
    samples: Samples, silent: bytes, *, on_beat: bool, ahead: int = 0, levelled: bool = False
) -> tuple[Samples, tuple[Take, ...]]:
    """Encoded so that no peak is too high, and levelled, if it is to be; and what was encoded.

    What is to be levelled is encoded in one phase, since that takes a third of the time, and the others are as loud.
    """
    rate, phases = (FULL, 1 if levelled else PHASES) if on_beat else (LESS, 1)
    for _ in range(ROUNDS):
        takes = tuple(_take(samples, phase, rate, ahead) for phase in range(phases))
        sounds = [decoded(silent * LEAD + take.data + silent * LEAD) for take in takes]
        starts = [heard_at(take, phase, ahead) for phase, take in enumerate(takes)]
        peaks = np.max([_peaks(*one, len(samples)) for one in zip(sounds, starts, strict=True)], axis=0)
        missing = LOUDNESS_LUFS - loudness(sounds[0]) if levelled else 0.0
        gain = 1.0 if abs(missing) < CLOSE_DB else 10 ** (missing / 20)
        if gain == 1 and peaks.max() <= HIGHEST:
            return samples, takes
        samples = _limited(samples * np.float32(gain), peaks * gain)
    return samples, tuple(_take(samples, phase, rate, ahead) for phase in range(phases))


def heard_at(take: Take, phase: int, ahead: int) -> int:
    """At which sample a phrase begins, where a take is decoded after as many silent frames as `LEAD`."""
    return (LEAD - take.first) * FRAME_SAMPLES + phase * GRID_SAMPLES - ahead


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


WINDOW = RATE * LIMIT_MS // 1000 | 1
"""Samples."""

HIGHEST = 10 ** (MOST_DBFS / 20)


def _peaks(heard: Samples, start: int, length: int) -> NDArray[np.float64]:
    """How high so many samples of what is heard go, from ``start`` on, and a window's worth before and after them."""
    edge = WINDOW - 1
    return np.pad(peaks_of(heard), edge)[start : start + length + 2 * edge]


def _limited(samples: Samples, peaks: NDArray[np.float64]) -> Samples:
    """Turned down about each peak that is too high, smoothly, to well under it; see `_peaks`."""
    ceiling = HIGHEST * 10 ** (-UNDER_DB / 20)
    highest = sliding_window_view(peaks, WINDOW).max(axis=1)
    gain = np.minimum(1, ceiling / np.maximum(highest, 1e-9))
    curve = np.hanning(WINDOW + 2)[1:-1]
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
