"""One connection of somebody who speaks the Wyoming protocol: what they ask, and what they are answered.

    describe                                  → info: a `handle` program, the coach; and a `tts` program, our voice
    transcript (context: conversation_id,     → handled, or not-handled: the reply's words; in its context, whether the coach
                device_id, person)               asks, so that whoever wants to may keep the microphone open
    synthesize, or the text in chunks         → audio-start, audio-chunk …, audio-stop: the reply of these words, on its beat
    ping                                      → pong

What is no event of these is passed over; what is none at all ends the connection, and nothing else.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, TypeVar

import structlog
from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, async_read_event
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe, Info
from wyoming.ping import Ping, Pong
from wyoming.server import AsyncEventHandler
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop, SynthesizeStopped

from audio.frames import RATE
from audio.reel import Reel
from skill.errors import VoiceUnusable
from skill.home.conversations import Conversations, Who
from skill.home.replies import Replies
from skill.home.voice import CHANNELS, TEXT_CHARS, WIDTH, Voice, pcm
from skill.metrics import FAULTS, turned

log = structlog.get_logger()

EVENT_BYTES = 64 * 1024
"""Of an event's text, or of what comes with it; ours to choose. The longest that we are sent is a reply of a few kilobytes."""

IDLE_S = 600
"""How long a connection may be silent, seconds. Home Assistant opens one for each request."""

AT_ONCE = 200
"""Connections; ours to choose. Home Assistant opens one for each request."""

NAME_CHARS = 200
"""Of an id or a name."""


@dataclass(frozen=True, slots=True)
class Home:
    """What a visit is answered from."""

    info: Info
    conversations: Conversations
    replies: Replies
    voice: Voice
    whose: Callable[[str], str]
    """From the name that a request gives, empty if none, to whom progress is kept for."""
    sorry: str
    """What is said where a fault of ours is the answer."""
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    """For how many more there is."""

    def who(self, context: object) -> Who:
        """Where a sentence comes from, by its context.

        Whoever names no conversation has one for each person: wyoming leaves contexts out before 1.7, as Home Assistant had it in 2025.4.
        """
        told: Mapping[str, Any] = context if isinstance(context, dict) else {}

        def name(*keys: str) -> str:
            found = (told.get(key) for key in keys)
            return next((one[:NAME_CHARS] for one in found if isinstance(one, str) and one), "")

        person = self.whose(name("person"))
        return Who(name("conversation_id") or person, person, name("satellite_id", "device_id"))

    def answer(self, transcript: Transcript) -> Event:
        """The reply to a sentence. What goes wrong on the way is ours to be sorry for, and the operator's to read."""
        began, who = perf_counter(), self.who(transcript.context)
        context = {"conversation_id": who.conversation} if who.conversation != who.person else {}
        try:
            said = self.conversations.say(transcript.text, who)
        except Exception as error:  # never a stack trace on the floor, nor silence
            FAULTS.labels("home").inc()
            log.exception("fault", request="transcript", kind=type(error).__name__)
            return NotHandled(self.sorry, {**context, "asks": False}).event()
        text = self.replies.keep(said.speech, who.conversation)
        turned("home", Transcript.__name__, {Transcript.__name__}, perf_counter() - began)
        kind = Handled if said.meant else NotHandled
        return kind(text, {**context, "asks": said.asks}).event()

    def sound(self, text: str) -> tuple[Reel, str]:
        """What is heard for a text, and the conversation it is a reply of, if it is one. Raises VoiceUnusable."""
        spoken = self.replies.find(text)
        return (self.voice.reel(spoken.score), spoken.conversation) if spoken else (self.voice.read(text), "")


class Bounded:
    """A connection to be read from that gives nobody more memory than `EVENT_BYTES`."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def readline(self) -> bytes:
        """A line. Raises ValueError if it is too long, TimeoutError if none comes."""
        async with asyncio.timeout(IDLE_S):
            return await self._reader.readline()

    async def readexactly(self, n: int) -> bytes:
        """So many bytes. Raises ValueError if that is too many, TimeoutError, IncompleteReadError."""
        if not isinstance(n, int) or n > EVENT_BYTES:
            raise ValueError("more than any event has")
        async with asyncio.timeout(IDLE_S):
            return await self._reader.readexactly(n)


class Visit(AsyncEventHandler):
    """A connection, until it ends."""

    def __init__(self, home: Home, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__(reader, writer)
        self._home, self._heard = home, Bounded(reader)
        if connection := writer.get_extra_info("socket"):  # the kernel would take half a set at once
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, EVENT_BYTES)
        self._text: list[str] | None = None
        """What has come of a text that is sent in chunks."""

    async def run(self) -> None:
        """Answer, one event after another. Whatever goes wrong ends this connection, and no other."""
        why = _why_not(self.writer, self._home.room)
        try:
            if why:
                log.warning("refused", why=why)
                return
            async with self._home.room:
                while (event := await async_read_event(self._heard)) and await self.handle_event(event):  # type: ignore[arg-type]  # it reads as a stream does
                    pass
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.CancelledError):
            self.writer.transport.abort()  # they hung up or fell asleep, or we stop: nobody reads what is left
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            log.warning("not an event of Wyoming's", kind=type(error).__name__)
        finally:
            self.writer.close()

    async def handle_event(self, event: Event) -> bool:
        """Answer an event. Whether there may be more."""
        if Describe.is_type(event.type):
            await self.write_event(self._home.info.event())
        elif Transcript.is_type(event.type):
            await self.write_event(
                await asyncio.to_thread(self._home.answer, _heard(Transcript.from_event(event)))
            )
        elif Synthesize.is_type(event.type):
            if self._text is None:  # of a text in chunks it is sent in one, too, for whoever takes no chunks
                await self._speak(_heard(Synthesize.from_event(event)).text)
        elif SynthesizeStart.is_type(event.type):
            self._text = []
        elif SynthesizeChunk.is_type(event.type):
            self._more(_heard(SynthesizeChunk.from_event(event)).text)
        elif SynthesizeStop.is_type(event.type):
            text, self._text = "".join(self._text or ()), None
            await self._speak(text)
            await self.write_event(SynthesizeStopped().event())
        elif Ping.is_type(event.type):
            await self.write_event(Pong(text=Ping.from_event(event).text).event())
        return True

    def _more(self, text: str) -> None:
        if self._text is None or sum(map(len, self._text)) + len(text) > TEXT_CHARS:
            raise ValueError("a chunk of no text, or of too long a one")
        self._text.append(text)

    async def _speak(self, text: str) -> None:
        """Say it: as fast as it is taken, and no faster."""
        try:
            reel, conversation = await asyncio.to_thread(self._home.sound, text)
        except VoiceUnusable as error:
            log.warning("not said", why=str(error))
            await self.write_event(Error(str(error), "voice").event())
            return
        except Exception as error:  # whoever waits for a sound learns that there is none
            FAULTS.labels("home").inc()
            log.exception("fault", request="synthesize", kind=type(error).__name__)
            await self.write_event(Error(self._home.sorry, "fault").event())
            return
        form = {"rate": RATE, "width": WIDTH, "channels": CHANNELS}
        try:
            await self.write_event(AudioStart(**form).event())
            for piece in pcm(reel):
                await self.write_event(AudioChunk(audio=piece, **form).event())
                await asyncio.sleep(0)  # whoever waits for a first piece goes before our next
            await self.write_event(AudioStop().event())
        except OSError:
            await asyncio.to_thread(self._home.conversations.cut, conversation)
            raise


T = TypeVar("T", Transcript, Synthesize, SynthesizeChunk)


def _heard(event: T) -> T:
    """An event that has a text. Raises TypeError: it has something else."""
    if not isinstance(event.text, str):
        raise TypeError("no text")
    return event


def _why_not(writer: asyncio.StreamWriter, room: asyncio.Semaphore) -> str:
    """Why somebody is not let in: nothing tells one who speaks from another, so they have to be of this machine or a home network."""
    if room.locked():
        return f"{AT_ONCE} are connected already"
    peer = writer.get_extra_info("peername")
    try:
        address = ipaddress.ip_address(str(peer[0]).partition("%")[0])
    except (TypeError, IndexError, ValueError):
        return "nobody knows where it comes from"
    address = getattr(address, "ipv4_mapped", None) or address
    return (
        "it does not come from a home network: only Home Assistant is to reach this"
        if address.is_global
        else ""
    )
