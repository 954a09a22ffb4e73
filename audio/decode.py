"""Any sound file's bytes to plain samples.

The bytes come from strangers: from the network, from a telephone's recorder. So only formats that hold their sound
themselves are opened (FFmpeg also reads playlists, which name other files), what is damaged is refused rather
than patched up, and nothing much longer than a phrase is read to its end.
"""

from array import array
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from audio.errors import AudioError
from audio.voices import Pcm

if TYPE_CHECKING:
    from av import AudioFrame, AudioResampler

RATE = 24_000
"""Hz: what everything is decoded to."""

LONGEST_S = 60.0
"""Seconds: no phrase is so long, and no file is read further."""

MAX_RATE, MAX_CHANNELS = 192_000, 8
"""A file that claims more is damaged, or meant to fill the memory."""

FORMATS = ("mp3", "wav", "w64", "ogg", "flac", "aac", "mov", "matroska", "webm", "aiff", "caf", "amr", "asf")
"""FFmpeg's names for what recorders write. "mov" is also .m4a, .mp4 and .3gp; "ogg" is also Opus; "asf" is .wma."""

_FULL_SCALE = 32_767


class Undecodable(AudioError):
    """These bytes cannot be heard. ``why`` says what is wrong with them."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Sound:
    """What a file holds."""

    pcm: Pcm
    """Mixed to one channel, at RATE."""
    flat: int
    """The longest run of samples at full scale in any one channel, before mixing and resampling smooth it over.
    A loud but sound recording has one or two."""


def decode(data: bytes, *, longest_s: float = LONGEST_S, formats: Collection[str] = FORMATS) -> Pcm:
    """A sound file's samples, mixed to one channel, at RATE. Raises Undecodable."""
    return listen(data, longest_s=longest_s, formats=formats).pcm


def listen(data: bytes, *, longest_s: float = LONGEST_S, formats: Collection[str] = FORMATS) -> Sound:
    """A sound file's samples, and whether they were clipped. Raises Undecodable."""
    # Here and not above: FFmpeg takes 70 ms and 18 MB, and only whoever makes or checks a voice needs it.
    from av import AudioResampler  # noqa: PLC0415
    from av.error import FFmpegError  # noqa: PLC0415

    try:
        # Packed, one channel's sample after another's: PyAV 18.1 crashes on frames of eight planes.
        recorded = list(_through(AudioResampler(format="s16"), _frames(data, longest_s, formats)))
        packed = array("h", b"".join(map(_samples, recorded)))
        channels = recorded[0].layout.nb_channels if recorded else 0
        mixed = _through(AudioResampler(format="s16", layout="mono", rate=RATE), recorded)
        pcm = b"".join(map(_samples, mixed))
    except (FFmpegError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Undecodable(f"not a sound file, or a damaged one ({reason})") from error
    if not pcm:
        raise Undecodable("there is no sound in it")
    return Sound(Pcm(RATE, pcm), max(_longest_flat(packed[channel::channels]) for channel in range(channels)))


def _frames(data: bytes, longest_s: float, formats: Collection[str]) -> "Iterator[AudioFrame]":
    """What is decoded, a frame at a time."""
    import av  # noqa: PLC0415  # as above

    if not data:
        raise Undecodable("it is empty")
    # Tags are often in a local alphabet: they are not ours to be strict about.
    options = {"format_whitelist": ",".join(formats)}
    with av.open(BytesIO(data), "r", options=options, metadata_errors="replace") as file:
        if not file.streams.audio:
            raise Undecodable("there is no sound in it")
        seconds, kinds = 0.0, set()
        for frame in file.decode(file.streams.audio[0]):
            rate, channels = frame.sample_rate, frame.layout.nb_channels
            kinds.add((rate, channels, frame.format.name))
            if rate > MAX_RATE or channels > MAX_CHANNELS:
                raise Undecodable(f"no recorder writes {channels} channels at {rate} Hz")
            if len(kinds) > 1:
                raise Undecodable("it changes its format on the way")
            seconds += frame.samples / rate
            if seconds > longest_s:  # before resampling: a header may claim a sample a second
                raise Undecodable(f"it lasts longer than {longest_s:g} s")
            yield frame


def _through(resampler: "AudioResampler", frames: "Iterable[AudioFrame]") -> "Iterator[AudioFrame]":
    """What comes out of it when all has gone in."""
    for frame in frames:
        yield from resampler.resample(frame)
    yield from resampler.resample(None)


def _samples(frame: "AudioFrame") -> bytes:
    """A packed s16 frame's samples, without the room that FFmpeg leaves behind them."""
    return bytes(frame.planes[0])[: frame.samples * frame.layout.nb_channels * 2]


def _longest_flat(channel: "array[int]") -> int:
    """The longest run at full scale."""
    import numpy as np  # noqa: PLC0415  # as above

    full = np.abs(np.asarray(channel, np.int32)) >= _FULL_SCALE
    edges = np.flatnonzero(np.diff(full, prepend=False, append=False))
    return int(np.max(edges[1::2] - edges[::2], initial=0))
