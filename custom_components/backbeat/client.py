"""Speaks with ``backbeat wyoming``: a connection for each request, as Home Assistant's own Wyoming integration does."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any

from homeassistant.exceptions import HomeAssistantError
from wyoming.audio import AudioChunk, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe, Info
from wyoming.tts import Synthesize

NAME = "Backbeat"
"""What its program for conversation is called."""

PATIENCE_S = 10
"""To connect, and from one event to the next, seconds. It answers within a few hundredths; ours to choose."""

MALFORMED = (ValueError, KeyError, TypeError, AttributeError)
"""What the wyoming library raises of events that are none."""


class NotReached(HomeAssistantError):
    """Nothing answers there, or it stopped in the middle."""


class NotBackbeat(HomeAssistantError):
    """What answers there is something else."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the coach answers."""

    text: str
    """Its words, and at their end the mark without sound by which its own voice knows them again: not to be changed."""
    asks: bool
    """Whether it waits for an answer."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where it listens. Each method raises NotReached or NotBackbeat."""

    host: str
    port: int

    async def info(self) -> Info:
        """Which languages and which voice it has."""
        answer = await self._answer(Describe().event(), Info)
        try:
            info = Info.from_event(answer)
        except MALFORMED as error:
            raise NotBackbeat(f"{self.host}:{self.port} does not speak Wyoming") from error
        if not any(program.name == NAME for program in info.handle):
            raise NotBackbeat(f"{self.host}:{self.port} speaks Wyoming, but is not Backbeat")
        return info

    async def say(self, text: str, language: str, context: dict[str, Any]) -> Said:
        """The answer to a sentence; ``context`` says which conversation it belongs to, and where and by whom it was said."""
        # By hand: wyoming's own Transcript leaves the context out before 1.7; Home Assistant 2025.4 has 1.5.4.
        sentence = Event("transcript", {"text": text, "language": language, "context": context})
        answer = await self._answer(sentence, Handled, NotHandled)
        told = answer.data or {}
        return Said(told.get("text") or "", asks=(told.get("context") or {}).get("asks") is True)

    async def speak(self, text: str) -> AsyncGenerator[AudioChunk]:
        """What is heard of a text, as it comes: for a reply the counted set, on its beat."""
        async with aclosing(self._events(Synthesize(text).event())) as events:
            async for event in events:
                if AudioStop.is_type(event.type):
                    return
                if Error.is_type(event.type):
                    raise NotReached(f"Backbeat has no voice for it: {Error.from_event(event).text}")
                if AudioChunk.is_type(event.type):
                    yield AudioChunk.from_event(event)

    async def _answer(self, request: Event, *kinds: type[Info | Handled | NotHandled]) -> Event:
        """The first event of one of these kinds."""
        async with aclosing(self._events(request)) as events:
            async for event in events:
                if any(kind.is_type(event.type) for kind in kinds):
                    return event
        raise AssertionError  # they end in an error only

    async def _events(self, request: Event) -> AsyncGenerator[Event]:
        """Whatever comes in answer to it, without end."""
        client = AsyncTcpClient(self.host, self.port)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await client.connect()
                await client.write_event(request)
            while True:
                async with asyncio.timeout(PATIENCE_S):
                    event = await client.read_event()
                if event is None:
                    raise NotReached(f"{self.host}:{self.port} hung up")
                yield event
        except (OSError, EOFError) as error:  # TimeoutError is an OSError
            raise NotReached(f"{self.host}:{self.port} does not answer: {error or 'too late'}") from error
        except MALFORMED as error:
            raise NotBackbeat(f"{self.host}:{self.port} does not speak Wyoming") from error
        finally:
            with suppress(OSError):
                await client.disconnect()
