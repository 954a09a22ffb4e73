"""The voices that say the commands: none of them is the coach's. What they said is kept, since Kokoro takes its time."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from av import AudioFrame, AudioResampler
from numpy.typing import NDArray

from audio.voices import Pace, Pcm, Voice
from audio.voices.espeak import Espeak
from audio.voices.kokoro import Kokoro
from audio.voices.kokoro.files import STYLES, Pinned, Style

RATE = 16_000
"""Hz."""

OTHERS = ("bf_emma", "am_adam")
"""Voices of Kokoro's that are not the coach's: an Englishwoman's and an American man's."""

Sound = NDArray[np.int16]
"""Samples at `RATE`, one channel."""


def resampled(pcm: Pcm) -> Sound:
    """The same at `RATE`."""
    frame = AudioFrame.from_ndarray(
        np.frombuffer(pcm.data, "<i2").reshape(1, -1), format="s16", layout="mono"
    )
    frame.rate = pcm.rate
    through = AudioResampler(format="s16", layout="mono", rate=RATE)
    parts = [one.to_ndarray().ravel() for given in (frame, None) for one in through.resample(given)]
    return np.concatenate(parts).astype(np.int16)


@contextmanager
def engine(name: str, model: Path) -> Iterator[Voice]:
    """A voice by its name, "espeak" or one of `OTHERS`; ``model`` is the folder of Kokoro's files."""
    if name == "espeak":
        with Espeak("en-US") as voice:
            yield voice
        return
    path = model / f"{name}.bin"  # whatever is there: these are only to measure with
    STYLES[name] = Style(Pinned(path.name, hashlib.sha256(path.read_bytes()).hexdigest(), ""))
    with Kokoro(model, name) as voice:
        yield voice


def said(name: str, texts: Iterable[str], cache: Path, model: Path) -> dict[str, Sound]:
    """Each text as that voice says it, kept in ``cache``."""
    folder = cache / name
    folder.mkdir(parents=True, exist_ok=True)
    paths = {text: folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.s16" for text in texts}
    if missing := [text for text, path in paths.items() if not path.exists()]:
        with engine(name, model) as voice:
            for text in missing:
                ended = text if text[-1] in ".?!" else f"{text}."
                sound = resampled(voice.say(ended[0].upper() + ended[1:], Pace.CUE))
                paths[text].write_bytes(trimmed(sound).astype("<i2").tobytes())
    return {text: np.frombuffer(path.read_bytes(), "<i2") for text, path in paths.items()}


def trimmed(sound: Sound) -> Sound:
    """Without the quiet before and after: what begins and ends 40 dB below its peak."""
    loud = np.flatnonzero(np.abs(sound.astype(np.int32)) > np.abs(sound.astype(np.int32)).max() / 100)
    return sound[loud[0] : loud[-1] + 1]
