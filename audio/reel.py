"""A reel: an MP3 that is never rendered. A function of a span of bytes, over placements, a length and a bank.

Any range can be read first, last or twice, and is the same bytes; the length is known before a byte is made, and a
read costs only what it reads.
"""

import io
from bisect import bisect_right
from collections.abc import Iterable
from typing import TYPE_CHECKING

from audio.bank import Bank
from audio.errors import OffGrid, Outside, Overlap
from audio.frames import EARLIEST, FRAME_BYTES, FRAME_MS, GRID_MS, frames

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Placement = tuple[int, str]
"""When, in ms on the grid, and which phrase."""


class Reel(io.RawIOBase):
    """A readable, seekable file of ``frames(length_ms)`` frames, with each phrase on its beat.

    Raises:
        OffGrid, Overlap, Outside: a placement cannot be; it carries the phrase and its time.
        Missing: a phrase is not in the bank.
    """

    def __init__(self, placements: Iterable[Placement], length_ms: int, bank: Bank) -> None:
        super().__init__()
        self.size = frames(length_ms) * FRAME_BYTES
        """Bytes."""
        self._silent = bank.silent
        self._position = 0
        self._starts: list[int] = []
        self._data: list[bytes] = []
        free, before, before_at = 0, "", 0
        for at_ms, text in sorted(placements):
            if at_ms % GRID_MS:
                raise OffGrid(text, at_ms)
            start, data = bank[text].at(at_ms)
            if start < 0 or (start * FRAME_BYTES + len(data)) > self.size:
                raise Outside(text, at_ms)
            if (over := free - start) > 0:
                # A consonant before the beat begins when there is room for it: half a hiss is better than none of the word.
                ahead = max(at_ms // FRAME_MS - EARLIEST - start, 0)
                if over > ahead:
                    raise Overlap(before, before_at, text, (over - ahead) * FRAME_MS)
                start, data = free, data[over * FRAME_BYTES :]
            self._starts.append(start * FRAME_BYTES)
            self._data.append(data)
            free, before, before_at = start + len(data) // FRAME_BYTES, text, at_ms

    def again(self) -> "Reel":
        """The same file, opened again from its start. Nothing is laid out anew."""
        other = Reel((), 0, Bank("", self._silent, {}))
        other.size, other._starts, other._data = self.size, self._starts, self._data
        return other

    def span(self, start: int, end: int) -> bytes:
        """The bytes ``[start, end)``, as far as there are any."""
        start, end = max(start, 0), min(end, self.size)
        parts: list[bytes] = []
        index = max(bisect_right(self._starts, start) - 1, 0)
        while start < end:
            while index < len(self._starts) and self._starts[index] + len(self._data[index]) <= start:
                index += 1
            here = self._starts[index] if index < len(self._starts) else self.size
            if start < here:
                stop = min(here, end)
                parts.append(self._silence(start, stop))
            else:
                stop = min(here + len(self._data[index]), end)
                parts.append(self._data[index][start - here : stop - here])
            start = stop
        return b"".join(parts)

    def _silence(self, start: int, end: int) -> bytes:
        first = start // FRAME_BYTES
        whole = self._silent * (-(-end // FRAME_BYTES) - first)
        return whole[start - first * FRAME_BYTES : end - first * FRAME_BYTES]

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Where the next read begins, in bytes."""
        self._open()
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to ``offset`` from the start, the position or the end; never before the start."""
        self._open()
        bases = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}
        if whence not in bases:
            raise ValueError(f"cannot seek from {whence}")
        base = bases[whence]
        if base + offset < 0:
            raise ValueError(f"cannot seek to {base + offset}")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read as much as fits into ``buffer``; the number of bytes, 0 at the end."""
        self._open()
        view = memoryview(buffer).cast("B")
        found = self.span(self._position, self._position + len(view))
        view[: len(found)] = found
        self._position += len(found)
        return len(found)

    def _open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file")
