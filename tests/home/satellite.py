"""A home as Home Assistant makes one: the door's real server, and the wyoming library's own client, over TCP."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from functools import partial
from typing import Any

import numpy as np
from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event, Eventable
from wyoming.server import AsyncTcpServer
from wyoming.tts import Synthesize

from audio.bank import BankFile
from audio.encode import Samples
from interaction_model.listen import listener
from skill.coach.timeline.edition import Edition, Editions
from skill.content.reader import catalogue
from skill.conversation import Conversation
from skill.errors import VoiceUnusable
from skill.hearing import Ears, Hearing
from skill.home.conversations import Conversations
from skill.home.replies import Replies, bare
from skill.home.server import LAG_MS, info
from skill.home.visit import Home, Visit
from skill.home.voice import Voice
from skill.kept.store import Store
from skill.voice.studio import Studio
from skill.voice.voices import BANKS
from tests.fakes import MemoryStore
from tests.test_server import free_port

CONTENT = catalogue()
STUDIO_BANK = BankFile(BANKS / f"{CONTENT.language}.woman.sqlite3").read()


def nobody_speaks(*_: object) -> Any:
    """What speaks more of a voice, where nothing is installed that could."""
    raise VoiceUnusable("no voice is installed here")


@dataclass
class Wall:
    """A clock that somebody sets."""

    ms: int = 1_790_000_000_000

    def __call__(self) -> int:
        return self.ms


@dataclass
class House:
    """The door, and what is behind it."""

    store: Store = field(default_factory=MemoryStore)
    clock: Wall = field(default_factory=Wall)
    speaks: Callable[..., Any] = nobody_speaks
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        studio = Studio(STUDIO_BANK, self.speaks, forgiving=True)
        coach = Conversation(Editions((Edition(CONTENT, studio.measure),)), self.store, LAG_MS)
        ears = Ears(listener(CONTENT, CONTENT.locale).hear, Hearing(CONTENT))
        self.conversations = Conversations(
            coach, ears.hear, self.clock, locale=CONTENT.locale, zone=lambda: UTC
        )
        self.door = Home(
            info(CONTENT, "woman"),
            self.conversations,
            Replies(),
            Voice(studio),
            lambda name: name or "the household",
            CONTENT.words.line("our_fault"),
        )

    @asynccontextmanager
    async def open(self) -> AsyncIterator["House"]:
        """While it is."""
        server = AsyncTcpServer("127.0.0.1", self.port)
        await server.start(partial(Visit, self.door))
        try:
            yield self
        finally:
            await server.stop()
            visits = list(server._handlers)
            for visit in visits:
                visit.cancel()
            await asyncio.gather(*visits, return_exceptions=True)

    async def ask(self, event: Eventable) -> Event:
        """One event, as Home Assistant asks: on a connection of its own."""
        async with AsyncTcpClient("127.0.0.1", self.port) as client:
            await client.write_event(event.event())
            answer = await client.read_event()
        assert answer is not None, "it hung up"
        return answer

    async def say(self, text: str, conversation: str = "c", **context: str) -> Event:
        """A sentence."""
        return await self.ask(Transcript(text, context={"conversation_id": conversation, **context}))

    async def hears(self, text: str) -> Samples:
        """What its voice says for a text: mono, 24 kHz, full scale being 1."""
        async with AsyncTcpClient("127.0.0.1", self.port) as client:
            await client.write_event(Synthesize(text).event())
            return await sound(client)


async def sound(client: AsyncTcpClient) -> Samples:
    """All that comes until it stops."""
    pieces: list[bytes] = []
    began = await client.read_event()
    assert began is not None
    assert AudioStart.is_type(began.type), began.data
    while (event := await client.read_event()) and AudioChunk.is_type(event.type):
        chunk = AudioChunk.from_event(event)
        assert (chunk.rate, chunk.width, chunk.channels) == (24_000, 2, 1)
        pieces.append(chunk.audio)
    assert event is not None, "it hung up in mid-sound"
    assert AudioStop.is_type(event.type)
    return np.frombuffer(b"".join(pieces), "<i2").astype(np.float32) / 32768


def spoken(event: Event) -> str:
    """The words of an answer, without its mark."""
    return bare(event.data["text"])


def at_home(scenario: Callable[[House], Any], **house: Any) -> House:
    """Play a scenario in a house."""
    made = House(**house)

    async def play() -> None:
        async with made.open():
            await scenario(made)

    asyncio.run(play())
    return made
