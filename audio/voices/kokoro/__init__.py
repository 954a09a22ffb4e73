"""Kokoro: a natural voice that needs no network once its model is there. Half a second of CPU, or one, for one of speech.

Kokoro-82M (hexgrad, Apache-2.0) in the eight-bit form of kokoro-onnx, run by onnxruntime; its phonemes are spelt by
espeak-ng, in the program of its own that `audio.voices.espeak` starts. `files` names what has to be in a folder, and
fetches it; the extra ``backbeat[kokoro]`` brings the rest.

The same text at the same pace is the same bytes on the same machine, whatever was said before: one thread computes
each, and the model draws no lots. Another processor may round otherwise, which nobody hears.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from audio.voices import NoVoice, Pace, Pcm, VoiceError
from audio.voices.espeak import Espeak
from audio.voices.kokoro.files import MODEL, STYLES, Style
from audio.voices.kokoro.phonemes import MARKS, ids, phonemes
from audio.voices.parts import BREATH_MS, COUNT_MS, Samples, breaths, heard, in_time, pcm, spaced

RATE: Final = 24_000
"""Hz."""

SPEEDS: Final = {Pace.TELL: 0.8, Pace.CUE: 1.0, Pace.COUNT: 1.0}
"""How fast each pace is; 1.0 is the speed that af_heart was trained at, and a `Style.tempo` makes others as fast."""

LONGEST: Final = 510
"""Symbols it can take in at once; it has a row of style for each length."""

LANGUAGE: Final = "en"
"""The styles that are here are American."""

Model = Callable[[NDArray[np.int64], Samples, float], Samples]
"""Symbols as numbers (1, n), a row of style (1, 256) and a speed, to sound with 0.4 s of silence at both ends."""


class Kokoro:
    """A Voice. Threads may share it.

    Args:
        folder: where its files are.
        style: one of `STYLES`: whose voice it is.
        locale: the language that is to be spoken.
        model: what computes the sound, if not the model in the folder.

    Raises:
        NoVoice: there is no such style, or it does not speak that; a file is missing, or is another; onnxruntime is missing.
    """

    def __init__(
        self, folder: Path, style: str = "af_heart", locale: str = "en-US", *, model: Model | None = None
    ) -> None:
        if style not in STYLES:
            raise NoVoice(style, f"kokoro has no voice {style!r} here. It has {', '.join(STYLES)}")
        if locale.partition("-")[0] != LANGUAGE:
            raise NoVoice(locale, f"kokoro does not speak {locale} here, only English")
        self._style: Style = STYLES[style]
        self._rows = np.fromfile(self._style.file.found(folder), "<f4").reshape(LONGEST, 1, 256)
        self._model = model or onnx(MODEL.found(folder))
        self._espeak = Espeak("en-US")
        self._named = style

    @property
    def name(self) -> str:
        """The model, whose voice, what spells, and the speeds. espeak is asked for its version, so this can raise NoVoice."""
        speeds = " ".join(f"{pace}={self._speed(pace):g}" for pace in SPEEDS)
        return f"kokoro 1.0 int8 {self._named}, {self._espeak.engine}, {speeds} up to {COUNT_MS}, {BREATH_MS}"

    def say(self, text: str, pace: Pace) -> Pcm:
        """The text, spoken, without silence before or after. Raises VoiceError."""
        spelt = [self._spelt(text, part) for part in breaths(text)]
        if not spelt:
            raise VoiceError(text, "there is nothing to say")
        return pcm(in_time(pace, self._speed(pace), RATE, partial(self._said, text, spelt)), RATE)

    def _speed(self, pace: Pace) -> float:
        return round(SPEEDS[pace] * self._style.tempo, 3)

    def _spelt(self, text: str, part: str) -> list[int]:
        """What is said in one breath, as numbers."""
        spelt = phonemes(part, self._espeak.phonemes)
        if not spelt.strip(f"{MARKS} "):
            raise VoiceError(text, "nothing in it can be heard; put it in words")
        try:
            numbers = ids(spelt)
        except KeyError as error:
            raise VoiceError(
                text, f"kokoro's English has no sound {error}. Write it as it is read in English"
            ) from error
        if len(numbers) > LONGEST:
            raise VoiceError(
                text, f"it has {len(numbers)} sounds, and {LONGEST} is the most; say it in parts"
            )
        return numbers

    def _said(self, text: str, spelt: list[list[int]], speed: float) -> Samples:
        """All of a text at a speed, a breath between its parts."""
        sounds = []
        for numbers in spelt:
            tokens = np.array([[0, *numbers, 0]], np.int64)
            sounds.append(heard(text, self._model(tokens, self._rows[len(numbers) - 1], speed), RATE))
        return spaced(sounds, BREATH_MS, RATE)

    def close(self) -> None:
        """Stop espeak's program. Saying something starts it again."""
        self._espeak.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def onnx(path: Path) -> Model:
    """The model in a file. Raises NoVoice."""
    try:
        import onnxruntime  # noqa: PLC0415  # an extra, and 78 MB
    except ImportError as error:
        raise NoVoice(path.name, 'kokoro is not installed: pip install "backbeat[kokoro]"') from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(tokens: NDArray[np.int64], style: Samples, speed: float) -> Samples:
        given = {"tokens": tokens, "style": style, "speed": np.array([speed], np.float32)}
        (sound,) = session.run(["audio"], given)
        return np.asarray(sound, np.float32)

    return run
