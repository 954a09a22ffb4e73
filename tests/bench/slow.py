"""Those beside the people of a soak: players that read streams, some of which stall; and senders that drip.

    player  a range of a stream from somewhere on, half a minute of it at once, the rest as it plays; then it goes elsewhere,
            as who skips does. Some do not read on for a while, as who pauses does, and ask for the rest if they were hung up on.
            Every byte is the one that the stream has there
    drip    a request, a byte every second or so, that never ends; hung up on, another takes its place

All of them live in one thread.
"""

import asyncio
import random
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from threading import Event

from audio.reel import Reel
from skill.server import REQUEST_S, UNREAD_S
from skill.voice.reels import Reels
from tests.bench.ledger import Ledger
from tests.bench.mortal import Cut, Mortal
from tests.bench.streams import BYTES_A_MS, ranged

BYTES_A_S = 1000 * BYTES_A_MS
AHEAD = 30 * BYTES_A_S
"""What a player fetches at once, before it goes on as it plays."""
PART = 8 * 1024
"""Bytes that are read at a time."""
BUFFER = 32 * 1024
"""Of a player's connection: without a bound, the kernel alone would hold a whole stream."""
STALLING = 0.3
"""How many of the players stall."""
STALL_S = 5.0, 1.5 * UNREAD_S
"""For how long: shorter and longer than the server waits for whoever does not read."""
LISTEN_S = 10.0, 2.5 * UNREAD_S
"""How long a player stays with a stream."""

UP_S = 0.2
"""How often whoever was cut looks whether the server is there again."""

DRIP_S = 0.5, 1.5
"""Between two bytes of a drip."""
HUNG_UP_S = 2 * REQUEST_S
"""No drip may last so long."""
HEAD = b"POST /alexa HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"
DRIPS = HEAD + b"{" + 9998 * b" ", HEAD[:-2] + b"X-Drip: " + 9999 * b"-"
"""What drips, without an end: a body, or a head."""

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Slow:
    """All of them."""

    server: Mortal
    ledger: Ledger
    reels: Reels
    """By which the bytes are checked."""
    die: random.Random
    over: Event

    def live(self, players: int, drips: int) -> None:
        """So many of each, until the soak is over."""
        asyncio.run(self._live(players, drips))

    async def _live(self, players: int, drips: int) -> None:
        each = [self.play] * players + [self.drip] * drips
        tasks = [asyncio.create_task(self.again(what)) for what in each]
        await asyncio.to_thread(self.over.wait)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def again(self, what: Callable[[], Awaitable[None]]) -> None:
        """Over and over."""
        while True:
            await asyncio.sleep(self.die.uniform(0, 1))
            try:
                await what()
            except Cut:
                continue
            except Exception:  # noqa: BLE001  # whatever it is, it is told of
                self.ledger.errors.append(traceback.format_exc(limit=-3))

    # Players

    async def play(self) -> None:
        """A stream that somebody was just told to play, from somewhere on, for a while."""
        if not self.ledger.tokens:
            return
        token = self.die.choice(list(self.ledger.tokens))
        reel = self.reels.reel(token)
        at = self.die.randrange(reel.size)
        until = asyncio.get_running_loop().time() + self.die.uniform(*LISTEN_S)
        stalls = self.die.random() < STALLING
        while at < reel.size and asyncio.get_running_loop().time() < until:
            try:
                at = await self.range(token, reel, at, until, stalls=stalls)
            except Cut:
                self.ledger.streams["cut by a kill"] += 1
            except (ConnectionError, EOFError):
                if not stalls:
                    raise
                self.ledger.streams["hung up on while they stalled"] += 1
            stalls = False

    async def range(self, token: str, reel: Reel, first: int, until: float, *, stalls: bool) -> int:
        """A stream from a byte on, as it plays; how far it came."""
        at = first
        async with self.line(BUFFER) as (reader, writer):
            writer.write(ranged(token, first))
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.ledger.streams["ranges"] += 1
            if not head.startswith("HTTP/1.1 206 ") or f"{first}-{reel.size - 1}/{reel.size}\r\n" not in head:
                raise AssertionError(f"a range from {first} of {reel.size} is answered {head[:200]}")
            while at < reel.size and asyncio.get_running_loop().time() < until:
                part = await reader.read(PART)
                if not part:
                    raise ConnectionError(f"a stream broke off at {at} of {reel.size}, begun at {first}")
                if part != reel.span(at, at + len(part)):
                    raise AssertionError(f"other bytes than the stream has, at {at}")
                at += len(part)
                self.ledger.streams["bytes"] += len(part)
                if stalls:
                    stalls = False
                    await asyncio.sleep(self.die.uniform(*STALL_S))
                if at - first > AHEAD:
                    await asyncio.sleep(len(part) / BYTES_A_S)
        return at

    # Drips

    async def drip(self) -> None:
        """One, until it is hung up on."""
        bytes_ = self.die.choice(DRIPS)
        async with self.line() as (reader, writer):
            began = asyncio.get_running_loop().time()
            ended = asyncio.create_task(reader.read())
            for byte in bytes_:
                with suppress(ConnectionError):
                    writer.write(bytes([byte]))
                done, _ = await asyncio.wait([ended], timeout=self.die.uniform(*DRIP_S))
                if done:
                    break
                if asyncio.get_running_loop().time() - began > HUNG_UP_S:
                    ended.cancel()
                    raise AssertionError(f"a drip was not hung up on in {HUNG_UP_S} s")
            with suppress(ConnectionError):
                await ended
        self.ledger.drips["hung up on"] += 1

    @asynccontextmanager
    async def line(self, buffer: int = 0) -> AsyncIterator[Line]:
        """A connection of one's own; what it holds unread is bounded, if ``buffer`` is given. Raises Cut."""
        while not self.server.up:  # noqa: ASYNC110  # which another thread says
            await asyncio.sleep(UP_S)
        with self.server.asked():
            line = socket.socket()
            line.setblocking(False)  # noqa: FBT003
            if buffer:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
            await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", self.server.port))
            reader, writer = await asyncio.open_connection(sock=line, limit=PART)
            try:
                yield reader, writer
            finally:
                writer.close()
