"""A voice's phrases, ready-encoded: look up, add, check.

On disk a bank is one SQLite file, a row a phrase, so that adding is one atomic step and a build that is killed loses
nothing that was finished. Opened to play, it is read whole into memory, each row against its checksum: a phrase is a
few kilobytes, and then nothing is between a placement and its frames.

A bank is made beside the one that works, and takes its place in one step. That step is SQLite's, and not a renaming:
a journal that somebody who was killed left of the file before would be played back into the one that has its name.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from struct import iter_unpack

from audio.errors import DamagedBank, Missing, Replaced
from audio.frames import AHEAD, EARLIEST, FRAME_BYTES, FRAME_MS, GRID_MS, PHASES

VERSION = 4
"""Of the file, and of the way phrases are made: change it, and banks are built again."""

PATIENCE_S = 60
"""How long to wait for somebody else, s. Copying a whole bank, 44 MB, was measured at 0.8 s; a slow card takes longer."""

TICK, START, HALFWAY, END = "[tick]", "[start]", "[halfway]", "[end]"
"""The phrases that are not words: tones, made by ourselves."""


@dataclass(frozen=True, slots=True)
class Take:
    """A phrase encoded at one phase: the frames in which anything is heard."""

    first: int
    """The first of them, counted from the frame that stands on the beat: negative, down to -`EARLIEST`, and by `AHEAD` more where
    a consonant comes before the beat."""
    data: bytes
    """144 bytes each."""

    @property
    def end(self) -> int:
        """The frame after the last, counted likewise."""
        return self.first + len(self.data) // FRAME_BYTES


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase: in three phases if it may stand on a beat, else in one."""

    text: str
    lasts_ms: int
    """How long it is heard, ms."""
    takes: tuple[Take, ...]
    """By how many steps of the grid the onset comes after the beginning of its frame. Where there is but one, of no step, it waits
    for the next frame: 16 ms, at most."""

    @property
    def room_ms(self) -> int:
        """From where it stands to the earliest place for another after it, ms: its frames, and the lead of another's onset."""
        late = len(self.takes) < PHASES
        return (max(take.end for take in self.takes) + EARLIEST + late) * FRAME_MS

    def at(self, ms: int) -> tuple[int, bytes]:
        """The first of its frames, and all of them, to begin at ``ms``, on the grid."""
        frame, step = divmod(ms // GRID_MS, PHASES)
        if len(self.takes) < PHASES:
            frame, step = frame + (step > 0), 0
        take = self.takes[step]
        return frame + take.first, take.data


class Bank:
    """Phrases by their text, in memory."""

    def __init__(self, voice: str, silent: bytes, phrases: Mapping[str, Phrase]) -> None:
        self.voice = voice
        """What spoke it; a bank of the same name sounds the same."""
        self.silent = silent
        """The frame in which nothing is heard, 144 bytes."""
        self._phrases = phrases

    def __contains__(self, text: object) -> bool:
        return text in self._phrases

    def __len__(self) -> int:
        return len(self._phrases)

    def __getitem__(self, text: str) -> Phrase:
        try:
            return self._phrases[text]
        except KeyError:
            raise Missing(text) from None

    def measure(self, text: str) -> int:
        """How much room the phrase takes, in ms. Raises Missing."""
        return self[text].room_ms

    def with_all_of(self, other: "Bank") -> "Bank":
        """The same with what another of the same voice has and this one lacks; of any other voice, nothing."""
        same = (self.voice, self.silent) == (other.voice, other.silent)
        return Bank(self.voice, self.silent, {**other._phrases, **self._phrases}) if same else self  # noqa: SLF001  # of its own kind

    def plus(self, phrase: Phrase) -> "Bank":
        """The same with one phrase more, or that one anew."""
        return Bank(self.voice, self.silent, {**self._phrases, phrase.text: phrase})


TABLES = {
    "head": "version integer, voice text, silent blob, checksum integer",
    "phrase": "text text primary key, checksum integer, lasts_ms integer, firsts text, frame_bytes integer, data blob",
}
"""A phrase's data is last, so that the rest of it is found without reading through that. Of each frame only the first
``frame_bytes`` are kept: a phrase that was encoded at less than the full rate has nothing but zeros behind them."""

PAGE_BYTES = 1024
"""Of the file: a phrase takes whole pages, and with larger ones a tenth of it would be air."""

_COLUMNS = "text, lasts_ms, firsts, frame_bytes, data, checksum"


class BankFile:
    """A bank on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def beside(self) -> "BankFile":
        """Where one that may take its place is made."""
        return BankFile(self.path.with_name(f"{self.path.name}.building"))

    def create(self, voice: str, silent: bytes) -> None:
        """Make it for ``voice``; one that was made for another is emptied first. Raises sqlite3.Error."""
        with closing(_connect(self.path)) as db, db:
            db.execute(f"pragma page_size = {PAGE_BYTES}")
            db.execute("begin immediate")
            if _head(db) == (VERSION, voice, silent):
                return
            for table, columns in TABLES.items():
                db.execute(f"drop table if exists {table}")
                db.execute(f"create table {table} ({columns})")
            db.execute("insert into head values (?, ?, ?, 0)", (VERSION, voice, silent))
            _seal(db)

    def add(self, voice: str, *phrases: Phrase) -> None:
        """Add what ``voice`` said, all in one step.

        Raises:
            Replaced: it is another's bank by now.
            sqlite3.Error: it cannot be written.
        """
        with closing(_connect(self.path)) as db, db:
            db.execute("begin immediate")
            _see_whose(self.path, db, voice)
            db.executemany(
                f"insert or replace into phrase ({_COLUMNS}) values (?, ?, ?, ?, ?, ?)",  # noqa: S608  # our own words
                map(_row, phrases),
            )
            _seal(db)

    def keep(self, texts: Iterable[str]) -> None:
        """Drop every phrase that is not one of ``texts``. Raises sqlite3.Error."""
        wanted = set(texts)
        with closing(_connect(self.path)) as db, db:
            held = {text for (text,) in db.execute("select text from phrase")}
            db.executemany("delete from phrase where text = ?", [(text,) for text in held - wanted])
            if held - wanted:
                _seal(db)

    def become(self, other: "BankFile", voice: str) -> None:
        """Hold what ``other`` does, and nothing else, in one step; of ``other`` nothing is left.

        Raises:
            Replaced: ``other`` is not ``voice``'s any more.
            sqlite3.Error: it cannot be written.
        """
        with closing(_connect(other.path)) as made:
            made.execute("begin")  # from here on it stays as it is
            _see_whose(other.path, made, voice)
            try:
                self._copy(made)
            except sqlite3.OperationalError:  # the disk is full, or it may not be written
                raise
            except sqlite3.DatabaseError:  # what is there is no database
                self.path.unlink()
                self._copy(made)
        other.path.unlink()

    def _copy(self, made: sqlite3.Connection) -> None:
        with closing(_connect(self.path)) as db:
            made.backup(db)

    def read(self) -> Bank:
        """The whole of it, checked.

        Raises:
            DamagedBank: it is missing, or not as it was written.
        """
        if not self.path.is_file():
            raise DamagedBank(self.path, "there is none")
        try:
            with closing(_connect(self.path)) as db:
                db.execute("begin")  # all of it as it was at one moment, whoever adds to it
                version, voice, silent, checksum = db.execute("select * from head").fetchone()
                if version != VERSION:
                    raise DamagedBank(self.path, f"it is of version {version}, not {VERSION}")
                if checksum != _total(db):
                    raise DamagedBank(self.path, "it is not as it was written")
                rows = db.execute(f"select {_COLUMNS} from phrase").fetchall()  # noqa: S608  # our own words
                return Bank(voice, silent, {row[0]: self._phrase(*row) for row in rows})
        except (sqlite3.Error, TypeError, ValueError) as error:
            raise DamagedBank(self.path, str(error)) from error

    def _phrase(  # noqa: PLR0913, PLR0917  # the columns of a row
        self, text: str, lasts_ms: int, firsts: str, frame_bytes: int, data: bytes, checksum: int
    ) -> Phrase:
        if checksum != _checksum(text, lasts_ms, firsts, frame_bytes, data):
            raise DamagedBank(self.path, f"{text!r} is not as it was written")
        takes: list[Take] = []
        start = 0
        for span in firsts.split():
            first, end = map(int, span.split(":"))
            stop = start + (end - first) * frame_bytes
            takes.append(Take(first, _filled(data[start:stop], frame_bytes)))
            start = stop
        if (
            len(takes) not in {1, PHASES}
            or start != len(data)
            or any(take.first < -EARLIEST - AHEAD for take in takes)
        ):
            raise DamagedBank(self.path, f"{text!r} is not in three phases, nor in one")
        return Phrase(text, lasts_ms, tuple(takes))


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=PATIENCE_S)


def _see_whose(path: Path, db: sqlite3.Connection, voice: str) -> None:
    """Raise Replaced if it is not the bank of ``voice``."""
    head = _head(db)
    if head is None or head[1] != voice:
        raise Replaced(path, voice)


def _head(db: sqlite3.Connection) -> tuple[int, str, bytes] | None:
    """Version, voice and silent frame; None if it has none, or one of another version's shape."""
    try:
        head: tuple[int, str, bytes] | None = db.execute("select version, voice, silent from head").fetchone()
    except sqlite3.OperationalError:
        return None
    return head


def _seal(db: sqlite3.Connection) -> None:
    """Write down what is in it, in the step that changes it: nothing can go unseen."""
    db.execute("update head set checksum = ?", (_total(db),))


def _total(db: sqlite3.Connection) -> int:
    """A checksum over the head, and over what phrases there are."""
    rows = db.execute("select text, checksum from phrase order by text").fetchall()
    return zlib.crc32(repr((_head(db), rows)).encode())


def _row(phrase: Phrase) -> tuple[str, int, str, int, bytes, int]:
    whole = b"".join(take.data for take in phrase.takes)
    frames = [whole[at : at + FRAME_BYTES] for at in range(0, len(whole), FRAME_BYTES)]
    frame_bytes = max(len(frame.rstrip(b"\0")) for frame in frames)
    data = b"".join(frame[:frame_bytes] for frame in frames)
    firsts = " ".join(f"{take.first}:{take.end}" for take in phrase.takes)
    checksum = _checksum(phrase.text, phrase.lasts_ms, firsts, frame_bytes, data)
    return phrase.text, phrase.lasts_ms, firsts, frame_bytes, data, checksum


def _filled(data: bytes, frame_bytes: int) -> bytes:
    """Whole frames again."""
    rest = bytes(FRAME_BYTES - frame_bytes)
    return b"".join([rest.join([frame for (frame,) in iter_unpack(f"{frame_bytes}s", data)]), rest])


def _checksum(text: str, lasts_ms: int, firsts: str, frame_bytes: int, data: bytes) -> int:
    return zlib.crc32(data, zlib.crc32(f"{text}\n{lasts_ms}\n{firsts}\n{frame_bytes}".encode()))
