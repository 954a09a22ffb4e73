"""Piper: a natural voice that needs no network, in some thirty languages. A tenth of a second of CPU for one of speech.

piper-tts is under the GPL, so it is never loaded here. ``program.py`` is a separate program that loads it; it is started at
first use, and they talk over pipes. The same text at the same pace is the same bytes on the same machine, whatever was
said before. Another processor may round otherwise, which nobody hears.

No voice comes with it: whoever uses it gives the path of one, an ``.onnx`` file with its ``.onnx.json`` beside it. The extra
``backbeat[piper]`` brings the engine. NOTICE in this folder travels with it, and says what to look at before a voice is used.
"""

import hashlib
import json
import re
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np

from audio.voices import NoVoice, Pace, Pcm, VoiceError
from audio.voices.apart import Apart, Program, speakable
from audio.voices.parts import BREATH_MS, COUNT_MS, Samples, breaths, heard, in_time, pcm, spaced

SPEEDS: Final = {Pace.TELL: 0.725, Pace.CUE: 0.9, Pace.COUNT: 1.0}
"""How fast each pace is; 1.0 is as fast as a voice speaks by itself. Measured with en_US-joe-medium, whose instructions are then
told at 146 words a minute, with a breath between sentences. Others are a little faster or slower."""

SENTENCE_MS: Final = 400
"""Of silence between two sentences. Piper itself leaves about 230, which is no breath."""

LONGEST: Final = 600
"""Characters of a text: not quite a minute."""

DEADLINE_S: Final = 60.0
"""For what is said in one breath at one speed, and for starting the program before it, on a small machine."""

WHEEL = "piper"

_INSTEAD_OF_A_STOP = " ,;:—-"
_STOPPED = re.compile(r"[.!?。।؟][\"'”»)\]]*$")
_RAW = re.compile(r"\[(?=\[)")
"""Piper takes what is in [[ ]] for phonemes."""


class Piper(Apart):
    """A Voice. Threads may share it: they are answered one at a time.

    Args:
        model: the voice, an .onnx file, with its .onnx.json beside it.
        locale: the language that is to be spoken.
        deadline_s: for what is said in one breath, and for starting the program before it.

    Raises:
        NoVoice: a file is missing.
    """

    def __init__(self, model: Path, locale: str = "en-US", *, deadline_s: float = DEADLINE_S) -> None:
        super().__init__("piper", deadline_s)  # its program says itself what to do
        self._model = model.absolute()
        self._settings = self._model.with_name(f"{model.name}.json")
        self._language = locale.partition("-")[0]
        self._sums = ""
        for file in (self._model, self._settings):
            if not file.is_file():
                raise NoVoice(
                    locale,
                    f"there is no file {file}: a voice of piper's is an .onnx file with its .onnx.json beside it",
                )

    @property
    def name(self) -> str:
        """The engine, what the voice's two files are, the speeds and the pauses. Raises NoVoice."""
        with self._lock:
            greeting = self._greeting or self._ask("", None)[0]
            self._sums = self._sums or f"{_sum(self._model)} {_sum(self._settings)}"
        speeds = " ".join(f"{pace}={speed:g}" for pace, speed in SPEEDS.items())
        return (
            f"piper {greeting['version']} {self._sums} {speeds} up to {COUNT_MS}, {BREATH_MS}, {SENTENCE_MS}"
        )

    def say(self, text: str, pace: Pace) -> Pcm:
        """The text, spoken, without silence before or after.

        Raises:
            NoVoice: its program cannot be started, or keeps ending.
            VoiceError: it was not said.
        """
        parts = [stopped(part) for part in breaths(_RAW.sub("[ ", speakable(text, LONGEST)))]
        with self._lock:
            rate = int(self._ask(text, None)[0]["hz"])
            return pcm(in_time(pace, SPEEDS[pace], rate, partial(self._said, text, parts, rate)), rate)

    def _said(self, text: str, parts: list[str], rate: int, speed: float) -> Samples:
        """All of a text at a speed, a breath between its parts. Raises VoiceError."""
        said = [self._sentences(text, part, rate, speed) for part in parts]
        sounds = [spaced(sentences, SENTENCE_MS, rate) for sentences in said if sentences]
        if not sounds:
            raise VoiceError(text, "nothing in it can be heard; put it in words")
        return spaced(sounds, BREATH_MS, rate)

    def _sentences(self, text: str, part: str, rate: int, speed: float) -> list[Samples]:
        """Each sentence of what is said in one breath."""
        line, told = self._ask(text, {"text": part, "speed": round(speed, 3)})
        samples = np.frombuffer(told, "=i2").astype(np.float32) / np.float32(32_767)
        ends = np.cumsum([size // 2 for size in line["sentences"]])
        return [heard(text, sound, rate) for sound in np.split(samples, ends[:-1]) if len(sound)]

    def _begun(self, text: str) -> Program:
        wheel = find_spec(WHEEL)
        if wheel is None or not wheel.submodule_search_locations:
            raise NoVoice(text, 'piper is not installed: pip install "backbeat[piper]"')
        folders = json.dumps([folder for folder in sys.path if folder])
        path = Path(__file__).with_name("program.py")
        return Program(path, folders, str(self._model), self._language, called="piper")


def stopped(part: str) -> str:
    """What is said in one breath, as a sentence: without a full stop Piper clips its last word."""
    return part if _STOPPED.search(part) else f"{part.rstrip(_INSTEAD_OF_A_STOP)}."


def _sum(file: Path) -> str:
    """Twelve digits for what is in a file. Raises NoVoice."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()[:12]
    except OSError as error:
        raise NoVoice(file.name, f"{file} cannot be read ({error.strerror}): put it back") from error
