"""Text → speech → phrase → bank: what it takes to give a voice its bank.

Each phrase is spoken, trimmed to its onset, levelled, encoded in three phases, checked by decoding, and added to the
bank in one step; what is there already is left alone. So a build may be killed at any moment and taken up again.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from audio import encode
from audio.bank import END, HALFWAY, START, TICK, BankFile, Phrase, Take
from audio.errors import DamagedBank, Unencodable
from audio.frames import FRAME_BYTES, FRAME_SAMPLES, GRID_SAMPLES, LEAD
from audio.voices import Pace, Voice, VoiceError

COUNT_MS = 800
"""The shortest beat a count must fit, ms: the fastest tempo there is."""

TONES = {TICK: (880.0, 90), START: (1320.0, 140), HALFWAY: (1100.0, 140), END: (660.0, 200)}
"""Each tone's pitch, Hz, and how long it is heard, ms. All are over in half a second, and none is like another."""


@dataclass(frozen=True, slots=True)
class Built:
    """What became of one phrase."""

    text: str
    problem: str = ""
    """Empty if all is well. A count that is too long for its beat is in the bank; anything else is not."""


def build(wanted: Mapping[str, Pace], voice: Voice, file: BankFile) -> Iterator[Built]:
    """Make the bank of ``voice`` hold every phrase of ``wanted``, and nothing else; a result for each, as it is done.

    Raises:
        OSError, sqlite3.Error: the file cannot be written.
    """
    silent = encode.silent_frame()
    try:
        file.create(voice.name, silent)
        file.keep(wanted)
        held = file.read()
    except (DamagedBank, sqlite3.DatabaseError) as error:
        if isinstance(error, sqlite3.OperationalError):  # the disk is full, or it may not be written
            raise
        file.path.unlink(missing_ok=True)
        file.create(voice.name, silent)
        held = file.read()

    def made(text: str) -> Phrase | str:
        try:
            return held[text] if text in held else spoken(text, wanted[text], voice, silent)
        except (VoiceError, Unencodable) as error:
            return str(error)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for text, one in zip(wanted, pool.map(made, wanted), strict=True):
            if isinstance(one, str):
                yield Built(text, one)
                continue
            if text not in held:
                file.add(one)
            late = wanted[text] is Pace.COUNT and one.room_ms > COUNT_MS
            yield Built(
                text, f"{text!r} takes {one.room_ms} ms, and its beat may be {COUNT_MS}" if late else ""
            )


def spoken(text: str, pace: Pace, voice: Voice, silent: bytes) -> Phrase:
    """A phrase as ``voice`` says it. Raises VoiceError, Unencodable."""
    if text in TONES:
        samples = encode.tone(*TONES[text])
    else:
        samples = encode.level(encode.trim(text, encode.spread(encode.resample(voice.say(text, pace)))))
    phrase = encode.phrase_of(text, samples, silent)
    for phase, take in enumerate(phrase.takes):
        _check(text, phase, take, samples, silent)
    return phrase


def _check(text: str, phase: int, take: Take, samples: encode.Samples, silent: bytes) -> None:
    """Decode it between silences, and see that it is what went in, on its onset. Raises Unencodable."""
    heard = encode.decoded(silent * LEAD + take.data + silent * LEAD)
    start = (LEAD - take.first) * FRAME_SAMPLES + phase * GRID_SAMPLES
    there = heard[start : start + len(samples)]
    likeness = float(np.corrcoef(there, samples[: len(there)])[0, 1])
    if not likeness >= MATCH or len(take.data) % FRAME_BYTES:
        raise Unencodable(text, f"it does not decode to what was said (a likeness of {likeness:.2f})")


MATCH = 0.9
"""How like the decoded phrase must be to what was said: a correlation. 48 kbit/s gives 0.97 and more."""
