"""Text → speech → phrase → bank: what it takes to give a voice its bank.

Each phrase is spoken, trimmed to its onset, levelled, encoded in three phases, checked by decoding, and added to the
bank in one step; what is there already is left alone. So a build may be killed at any moment and taken up again.

A bank that works stays as it is meanwhile. Another voice's is made beside it, and takes its place when it holds as much
of what is wanted. In its own, what is new is added, and what is not wanted any more goes when nothing is lacking.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass
from statistics import fmean
from threading import Event, Lock

import numpy as np

from audio import encode
from audio.bank import END, HALFWAY, START, TICK, Bank, BankFile, Phrase, Take
from audio.centre import centre
from audio.errors import DamagedBank, Unencodable
from audio.frames import AHEAD_SAMPLES, FRAME_BYTES, LEAD
from audio.voices import NoVoice, Pace, Voice, VoiceError

COUNT_MS = 800
"""The shortest beat a count must fit, ms: the fastest tempo there is."""

WORKERS = min(os.cpu_count() or 1, 8)
"""Phrases in the making at once: one a core, and never more than anybody's server should be asked for at once."""

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
        NoVoice: the voice cannot be had any more. It has been asked for what was in the making, and for nothing else.
        Replaced: another build has taken what this one was making.
        OSError, sqlite3.Error: the file cannot be written.
    """
    silent = encode.silent_frame()
    works = _works(file)
    if works is not None and (works.voice, works.silent) == (voice.name, silent):
        making, held = file, works
    else:
        making = file.beside
        held = _begun(making, voice.name, silent)
    yield from _made(wanted, voice, making, held)
    made = making.read()
    if _count(made, wanted) == len(wanted):
        making.keep(wanted)
    if making is not file and _count(made, wanted) >= _count(works, wanted):
        file.become(making, voice.name)


def _works(file: BankFile) -> Bank | None:
    """The bank that is in use; None if none can be."""
    try:
        return file.read()
    except DamagedBank:
        return None


def _begun(file: BankFile, voice: str, silent: bytes) -> Bank:
    """What a build that came to no end has left for this one."""
    try:
        file.create(voice, silent)
        return file.read()
    except (DamagedBank, sqlite3.DatabaseError) as error:
        if isinstance(error, sqlite3.OperationalError):  # the disk is full, or it may not be written
            raise
        file.path.unlink(missing_ok=True)
        file.create(voice, silent)
        return file.read()


def _count(bank: Bank | None, wanted: Mapping[str, Pace]) -> int:
    """How much of what is wanted a bank holds."""
    return sum(text in bank for text in wanted) if bank else 0


def _made(wanted: Mapping[str, Pace], voice: Voice, file: BankFile, held: Bank) -> Iterator[Built]:
    """Each phrase, as soon as it and all before it are in the file."""
    adding, over = Lock(), Event()

    def made(text: str) -> Phrase | str:
        if text in held:
            return held[text]
        if over.is_set():  # whoever waits was told by what came before
            raise CancelledError
        try:
            phrase = spoken(text, wanted[text], voice, held.silent)
        except NoVoice:
            over.set()
            raise
        except (VoiceError, Unencodable) as error:
            return str(error)
        with adding:
            file.add(held.voice, phrase)
        return phrase

    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            for text, one in zip(wanted, pool.map(made, wanted), strict=True):
                yield Built(text, one if isinstance(one, str) else _late(wanted[text], one))
        finally:
            over.set()


def _late(pace: Pace, phrase: Phrase) -> str:
    """What is wrong with a count that does not fit its beat."""
    if pace is not Pace.COUNT or phrase.room_ms <= COUNT_MS:
        return ""
    return f"{phrase.text!r} takes {phrase.room_ms} ms, and its beat may be {COUNT_MS}"


def spoken(text: str, pace: Pace, voice: Voice, silent: bytes) -> Phrase:
    """A phrase as ``voice`` says it; what stands on a beat, with its centre there. Raises VoiceError, Unencodable."""
    ahead, on_beat = 0, text in TONES or pace is not Pace.TELL
    if text in TONES:
        samples = encode.tone(*TONES[text])
    else:
        said = encode.trim(text, encode.spread(encode.resample(voice.say(text, pace))))
        samples = encode.level(said, silent, on_beat=on_beat)
        if on_beat:
            about = min(centre(samples), AHEAD_SAMPLES)  # encoding moves it by some ms, and as it lies there
            ahead = round(fmean(map(centre, encode.heard(samples, silent, about))))
            if (
                pace is Pace.COUNT
            ):  # a hiss longer than may be heard early is cut: better than a number that is late
                samples = encode.later(samples, ahead - AHEAD_SAMPLES)
            ahead = min(ahead, AHEAD_SAMPLES)
    phrase = encode.phrase_of(text, samples, silent, on_beat=on_beat, ahead=ahead)
    for phase, take in enumerate(phrase.takes):
        _check(text, take, samples, silent, encode.heard_at(take, phase, ahead))
    return phrase


def _check(text: str, take: Take, samples: encode.Samples, silent: bytes, start: int) -> None:
    """Decode it between silences, and see that it is what went in, from a sample on. Raises Unencodable."""
    heard = encode.decoded(silent * LEAD + take.data + silent * LEAD)
    there = heard[start : start + len(samples)]
    likeness = float(np.corrcoef(there, samples[: len(there)])[0, 1])
    if not likeness >= MATCH or len(take.data) % FRAME_BYTES:
        raise Unencodable(text, f"it does not decode to what was said (a likeness of {likeness:.2f})")


MATCH = 0.8
"""How like the decoded phrase must be to what was said: a correlation. 48 kbit/s gives 0.97 and more, where no peak had to be taken off; 0.89
where many had."""
