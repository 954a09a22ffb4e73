"""What was answered a moment ago, for all processes of one store: in files beside it, or in its table.

They are sealed before they come here, so that what is left of them on a disk tells nothing.
"""

import errno
import os
import secrets
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from skill.errors import StoreError

KEPT_S = 310
"""Twice as long as a timestamp is valid either way (150 s; platform facts, section 4), and a little."""

SUFFIX = "-answers"
"""A file's name is the store's, and this, and its number."""


class Answers(Protocol):
    """Sealed answers by their names. All of it raises StoreError."""

    def begin(self, name: str) -> bytes | None:
        """None: it is ours to answer, from now on. Else its answer; empty while somebody is at it."""

    def keep(self, name: str, sealed: bytes) -> None:
        """What was answered; empty to leave it to whoever asks next."""


_RECORD = struct.Struct("<4s32sQII")
"""Of a record in the file: a mark, the name, whose it is, how many bytes are sealed, and a checksum of them and of the rest."""

_MARK, _LEFT = b"bbA1", 0xFFFFFFFF
"""Begins each record; and the length that says a claim is given up."""

READ_BYTES = 1 << 20
"""At once; more than any record has."""


@dataclass(slots=True)
class _Part:
    """A file of the answers of `KEPT_S` seconds, and what of it has been read."""

    number: int
    file: int
    read: int = 0
    """Bytes."""
    torn: bool = False
    known: dict[bytes, tuple[int, int, int]] = field(default_factory=dict)
    """By name: whose it is, and where the answer is in the file, bytes; a length of 0 while there is none."""

    def take(self, name: bytes, whose: int, length: int, start: int) -> None:
        """Know what a record says."""
        if length == _LEFT:
            self.known.pop(name, None)
        elif length:
            self.known[name] = (whose, start, length)
        else:
            self.known.setdefault(name, (whose, 0, 0))


class FileAnswers:
    """Answers in files beside the store's, one for every `KEPT_S` seconds, to which all processes append.

    Whose claim to a request is first in the file is first: appending is atomic. A turn takes two small writes, about 20 µs; in
    a database it was 150. What a power cut takes is over by the time the power is back, so nothing is synchronised.
    """

    def __init__(self, beside: Path, clock: Callable[[], float] = time.time) -> None:
        """``clock`` gives seconds since 1970."""
        self._beside, self._clock = beside, clock
        self._lock = threading.Lock()
        self._parts: list[_Part] = []
        """That of now and the one before, the newest first."""

    def begin(self, name: str) -> bytes | None:
        """See `Answers`."""
        with self._lock, self._failing():
            known = bytes.fromhex(name)
            mine = secrets.randbits(64)
            part, claimed = self._found(known)
            if claimed is None:
                part = self._parts[0]
                self._append(part, known, mine)
                claimed = part.known.get(known, (mine, 0, 0))
                if claimed[0] == mine:
                    return None
            _, start, length = claimed
            return os.pread(part.file, length, start)

    def keep(self, name: str, sealed: bytes) -> None:
        """See `Answers`."""
        with self._lock, self._failing():
            part, _ = self._found(bytes.fromhex(name))
            self._append(part, bytes.fromhex(name), 0, sealed, left=not sealed)

    def close(self) -> None:
        """Close what is open."""
        with self._lock:
            self._turn_to(-1)

    def _found(self, name: bytes) -> tuple[_Part, tuple[int, int, int] | None]:
        """The file that a name is in, and what is known of it; the newest file if it is in none."""
        self._turn_to(int(self._clock() // KEPT_S))
        for part in self._parts:
            self._read_on(part)
            if name in part.known:
                return part, part.known[name]
        return self._parts[0], None

    def _turn_to(self, number: int) -> None:
        """Have the files of this time and the one before open, and no other; what is older is removed by whoever comes first."""
        if self._parts and self._parts[0].number == number:
            return
        wanted = (number, number - 1) if number >= 0 else ()
        before = {part.number: part for part in self._parts}
        self._parts = []
        for old in before.keys() - {*wanted}:
            os.close(before[old].file)
        for which in wanted:
            self._parts.append(before.get(which) or self._opened(which))
        for path in self._beside.parent.glob(f"{self._beside.name}{SUFFIX}-*") if wanted else ():
            if path.suffix or path.name.rpartition("-")[2] not in {str(which) for which in wanted}:
                path.unlink(missing_ok=True)

    def _opened(self, number: int) -> _Part:
        path = self._beside.with_name(f"{self._beside.name}{SUFFIX}-{number}")
        return _Part(number, os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600))

    def _append(
        self, part: _Part, name: bytes, whose: int, sealed: bytes = b"", *, left: bool = False
    ) -> None:
        length = _LEFT if left else len(sealed)
        record = _RECORD.pack(_MARK, name, whose, length, _check(name, whose, sealed)) + sealed
        if os.write(part.file, record) != len(record):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if os.lseek(part.file, 0, os.SEEK_CUR) == part.read + len(
            record
        ):  # nobody else has written meanwhile
            part.take(name, whose, length, part.read + _RECORD.size)
            part.read += len(record)
        else:
            self._read_on(part)

    def _read_on(self, part: _Part) -> None:
        """Take in what has been appended since. Behind a record that is torn, as a full disk tears it, a file is not read."""
        while not part.torn and (size := os.fstat(part.file).st_size) > part.read:
            new, at = os.pread(part.file, min(size - part.read, READ_BYTES), part.read), 0
            while at + _RECORD.size <= len(new):
                mark, name, whose, length, check = _RECORD.unpack_from(new, at)
                start = at + _RECORD.size
                end = start + (0 if length == _LEFT else length)
                if mark != _MARK:
                    part.torn = True
                if part.torn or end > len(new):
                    break
                if check != _check(name, whose, new[start:end]):
                    part.torn = True
                    break
                part.take(name, whose, length, part.read + start)
                at = end
            part.read += at
            if not at:  # somebody is at it
                break

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"answers cannot be kept beside {self._beside} ({error.strerror}), so a request that is sent twice may be "
                "answered twice: see that the disk has room and the folder can be written to"
            ) from error


def _check(name: bytes, whose: int, sealed: bytes) -> int:
    return zlib.crc32(sealed, zlib.crc32(name, whose & 0xFFFFFFFF))
