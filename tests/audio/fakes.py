"""A voice of pips: quick, the same for the same text, and as long, as quiet or as stubborn as a test wants it."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock

import numpy as np

from audio import encode
from audio.bank import BankFile
from audio.voices import NoVoice, Pace, Pcm, VoiceError

RATE = 22_050
"""Hz: as espeak-ng speaks, so that what is built is resampled too."""

EDGE_MS = 30
"""Silence before and after what is heard, as any voice leaves it."""


class Pips:
    """Says a text as a few short falling tones, of pitches that the text decides.

    Args:
        name: what it is called.
        lasts_ms: how long a text is heard, where it is not ``most_ms``.
        lengths: how long others are heard, by text.
        silent: texts it says without a sound.
        stubborn: texts it refuses.

    ``said`` is what it was asked for, in order.
    """

    def __init__(
        self,
        name: str = "pips",
        *,
        lasts_ms: int = 200,
        lengths: Mapping[str, int] | None = None,
        silent: Collection[str] = (),
        stubborn: Collection[str] = (),
    ) -> None:
        self.name = name
        self.said: list[str] = []
        self._lasts_ms, self._lengths = lasts_ms, dict(lengths or {})
        self._silent, self._stubborn = silent, stubborn
        self._lock = Lock()

    def say(self, text: str, pace: Pace) -> Pcm:  # noqa: ARG002  # pips know no hurry
        with self._lock:
            self.said.append(text)
        if text in self._stubborn:
            raise VoiceError(text, "I would rather not")
        lasts_ms = self._lengths.get(text, self._lasts_ms)
        if text in self._silent:
            return Pcm(RATE, bytes(2 * (RATE * lasts_ms // 1000)))
        edge = bytes(2 * (RATE * EDGE_MS // 1000))
        return Pcm(RATE, edge + pips(text, lasts_ms) + edge)


class Tired(Pips):
    """Says so many texts, and then no more. ``asked`` is how many it was asked for."""

    def __init__(self, name: str, patience: int) -> None:
        super().__init__(name)
        self.asked, self._patience = 0, patience

    def say(self, text: str, pace: Pace) -> Pcm:
        with self._lock:
            self.asked += 1
            if self.asked > self._patience:
                raise NoVoice(text, "I have said enough")
        return super().say(text, pace)


def pips(text: str, lasts_ms: int, rate: int = RATE) -> bytes:
    """The samples: a tone about every tenth of a second, each with overtones, a quick attack and a fall."""
    notes = np.frombuffer(hashlib.sha256(text.encode()).digest(), np.uint8).astype(float)
    count = max(1, lasts_ms // 100)
    whole = rate * lasts_ms // 1000
    note, at = np.divmod(np.arange(whole), -(-whole // count))
    turns = 2 * np.pi * (150 + 2 * notes[note % len(notes)]) * at / rate
    shape = np.minimum(at / (rate * 0.003), 1) * np.exp(-at / (rate * 0.08))
    sound = shape * sum(np.sin(overtone * turns) / overtone for overtone in (1, 2, 3))
    return (9000 * sound).astype("<i2").tobytes()


def a_bank(
    path: Path, texts: Collection[str], *, name: str = "pips", lasts_ms: int = 200, afresh: bool = False
) -> Path:
    """A bank on disk in which every text is the same pips, as of a voice of that name."""
    if afresh:
        path.unlink()
    silent = encode.silent_frame()
    one = encode.phrase("pips", Pcm(RATE, pips("pips", lasts_ms)), silent)
    file = BankFile(path)
    file.create(name, silent)
    file.add(name, *(replace(one, text=text) for text in texts))
    return path
