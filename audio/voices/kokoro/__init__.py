"""Kokoro: a natural voice that needs no network once its model is there. Half a second of CPU for one of speech.

Kokoro-82M (hexgrad, Apache-2.0) in the eight-bit form of kokoro-onnx, run by onnxruntime; its phonemes are spelt by
espeak-ng, in the program of its own that `audio.voices.espeak` starts. `files` names what has to be in a folder, and
fetches it; the extra ``backbeat[kokoro]`` brings the rest.

The same text at the same pace is the same bytes on the same machine, whatever was said before: one thread computes
each, and the model draws no lots. Another processor may round otherwise, which nobody hears.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from audio.voices import Pace, Pcm, VoiceError
from audio.voices.espeak import Espeak
from audio.voices.kokoro.files import MODEL, STYLES
from audio.voices.kokoro.phonemes import breaths, ids, phonemes

RATE: Final = 24_000
"""Hz."""

SPEEDS: Final = {Pace.TELL: 0.85, Pace.CUE: 1.0, Pace.COUNT: 1.0}
"""How fast each pace is, 1.0 being the speed it was trained at."""

COUNT_MS: Final = 640
"""The most ms a count may be heard: what takes longer is said faster, a `STEP` at a time, up to `FASTEST`."""

STEP, FASTEST = 0.05, 1.5

BREATH_MS: Final = 250
"""Of silence at a "…", which is no pause to Kokoro."""

LONGEST: Final = 510
"""Symbols it can take in at once; it has a row of style for each length."""

FLOOR_DB: Final = -36.0
"""Below a part's loudest ms by so much, it is silence."""

Samples = NDArray[np.float32]
"""Mono, 24 kHz, 1.0 being full scale."""

Model = Callable[[NDArray[np.int64], Samples, float], Samples]
"""Symbols as numbers (1, n), a row of style (1, 256) and a speed, to sound with 0.4 s of silence at both ends."""


class Kokoro:
    """A Voice. Threads may share it.

    Args:
        folder: where its files are.
        style: one of `STYLES`: whose voice it is.
        model: what computes the sound, if not the model in the folder.

    Raises:
        VoiceError: there is no such style; a file is missing, or another than it should be; onnxruntime is missing.
    """

    def __init__(self, folder: Path, style: str = "af_heart", *, model: Model | None = None) -> None:
        if style not in STYLES:
            raise VoiceError(style, f"kokoro has no such voice here. It has {', '.join(STYLES)}")
        self._style = style
        self._rows = np.fromfile(STYLES[style].found(folder), "<f4").reshape(LONGEST, 1, 256)
        self._model = model or onnx(MODEL.found(folder))
        self._espeak = Espeak("en-US")

    @property
    def name(self) -> str:
        """The model, whose voice it is, what spells, and its speeds. Raises VoiceError: espeak is asked for its version."""
        speeds = " ".join(f"{pace}={speed:g}" for pace, speed in SPEEDS.items())
        return f"kokoro 1.0 int8 {self._style}, {self._espeak.engine}, {speeds} {COUNT_MS} {BREATH_MS}"

    def say(self, text: str, pace: Pace) -> Pcm:
        """The text, spoken, without silence before or after. Raises VoiceError."""
        sound = self._said(text, SPEEDS[pace])
        speed = SPEEDS[pace]
        while pace is Pace.COUNT and len(sound) > COUNT_MS * RATE // 1000 and speed < FASTEST:
            speed += STEP
            sound = self._said(text, speed)
        return Pcm(RATE, np.rint(np.clip(sound, -1, 1) * 32_767).astype("<i2").tobytes())

    def _said(self, text: str, speed: float) -> Samples:
        """All of a text at a speed."""
        parts = [self._part(text, part, speed) for part in breaths(text)]
        if not parts:
            raise VoiceError(text, "there is nothing to say")
        breath = np.zeros(BREATH_MS * RATE // 1000, np.float32)
        return np.concatenate([parts[0], *(one for part in parts[1:] for one in (breath, part))])

    def _part(self, text: str, part: str, speed: float) -> Samples:
        """What is said in one breath."""
        spelt = phonemes(part, self._espeak.phonemes)
        try:
            numbers = ids(spelt)
        except KeyError as error:
            raise VoiceError(text, f"kokoro's English has no sound {error}. Write it as English is read") from error
        if not 0 < len(numbers) <= LONGEST:
            raise VoiceError(text, f"it has {len(numbers)} sounds, and {LONGEST} is the most; say it in parts")
        tokens = np.array([[0, *numbers, 0]], np.int64)
        return heard(text, self._model(tokens, self._rows[len(numbers) - 1], speed))

    def close(self) -> None:
        """Stop espeak's program. Saying something starts it again."""
        self._espeak.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def heard(text: str, sound: Samples) -> Samples:
    """A sound without the silence around it. Raises VoiceError: there is nothing else."""
    step = RATE // 1000
    whole = sound[: len(sound) // step * step].reshape(-1, step)
    loud = np.sqrt(np.mean(np.square(whole), axis=1))
    if not len(loud) or not loud.max() > 0:
        raise VoiceError(text, "nothing in it can be heard; put it in words")
    at = np.flatnonzero(loud > loud.max() * 10 ** (FLOOR_DB / 20))
    return sound[at[0] * step : (at[-1] + 1) * step]


def onnx(path: Path) -> Model:
    """The model in a file. Raises VoiceError."""
    try:
        import onnxruntime  # noqa: PLC0415  # an extra, and 78 MB
    except ImportError as error:
        raise VoiceError(path.name, 'kokoro is not installed: pip install "backbeat[kokoro]"') from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def run(tokens: NDArray[np.int64], style: Samples, speed: float) -> Samples:
        (sound,) = session.run(["audio"], {"tokens": tokens, "style": style, "speed": np.array([speed], np.float32)})
        return np.asarray(sound, np.float32)

    return run
