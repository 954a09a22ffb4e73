"""``backbeat wyoming``: the wiring of the home door, and its server."""

import asyncio
import signal
from contextlib import ExitStack, nullcontext
from functools import partial
from typing import TypedDict

from wyoming.info import Attribution, HandleModel, HandleProgram, Info, TtsProgram, TtsVoice
from wyoming.server import AsyncTcpServer

from interaction_model.listen import listener
from interaction_model.spoken import locales
from skill.coach.exercise import Catalogue
from skill.coach.timeline.edition import Edition, Editions
from skill.content.reader import catalogue
from skill.conversation import Conversation
from skill.errors import SettingsError, VoiceUnusable
from skill.hearing import Ears, Hearing
from skill.home.announced import announced
from skill.home.conversations import Conversations
from skill.home.replies import Replies
from skill.home.visit import Home, Visit
from skill.home.voice import Voice
from skill.kept.chosen import open_store, tend
from skill.kept.store import Store
from skill.settings import Settings, at_the_terminal, person, prepare
from skill.terminal.talk import RealClock, here
from skill.voice.ours import load, studio_of
from skill.voice.voices import in_use

LAG_MS = 700
"""From a sentence to the first sound of its answer, about: Home Assistant fetches the sound, and a speaker in another room begins to
play it."""

TEND_S = 30
"""How often those who have left are looked for, seconds; ours to choose."""

VERSION = "1"
"""Of what we tell of ourselves."""


def home(settings: Settings, store: Store, key: bytes, user: str, stack: ExitStack) -> Home:
    """What visits are answered from; ``user`` is whose place it is where nobody says.

    Raises:
        BackbeatError: there is no voice, or it or the content is damaged.
    """
    content = catalogue()
    ours = load(settings.data_dir, content)
    if ours is None:
        raise VoiceUnusable("there is no voice yet: run backbeat voice build")
    studio = stack.enter_context(studio_of(settings.data_dir, content, ours.bank, forgiving=True))
    coach = Conversation(Editions((Edition(content, studio.measure),)), store, LAG_MS)
    ears = Ears(listener(content, content.locale).hear, Hearing(content))
    return Home(
        info(content, getattr(in_use(settings.data_dir, content.language), "name", "")),
        Conversations(coach, ears.hear, RealClock().now, locale=content.locale, zone=here),
        Replies(),
        Voice(studio),
        lambda name: person(key, at_the_terminal(name or user)),
        content.words.line("our_fault"),
    )


COACH = "A voice coach for the back"


class _Ours(TypedDict):
    """What all that we tell of has."""

    attribution: Attribution
    installed: bool
    version: str | None


def info(content: Catalogue, voice: str) -> Info:
    """What there is here. One voice: the one that was chosen, since what is laid out for it fits no other."""
    languages = [content.language, *(one for one in locales() if one.startswith(f"{content.language}-"))]
    us: _Ours = {"attribution": Attribution(name="Backbeat", url=""), "installed": True, "version": VERSION}
    coach = HandleModel(name="backbeat", description=COACH, languages=languages, **us)
    spoken = TtsVoice(name=f"backbeat-{voice}", description=f"Backbeat, {voice}", languages=languages, **us)
    return Info(
        handle=[HandleProgram(name="Backbeat", description=COACH, models=[coach], **us)],
        tts=[
            TtsProgram(
                name="Backbeat",
                description="The coach's own voice, on the beat",
                voices=[spoken],
                supports_synthesize_streaming=True,
                **us,
            )
        ],
    )


def serve(settings: Settings, host: str, port: int, user: str, *, announce: bool = True) -> None:
    """Serve until told to stop; then everybody is at the rep that they have heard.

    Raises:
        SettingsError: the host or the port cannot be had.
        BackbeatError: as `home`, and as the data folder and the store.
    """
    key = prepare(settings.data_dir)
    store = open_store(settings)
    store.check()
    tend(store)
    with ExitStack() as stack:
        made = home(settings, store, key, user, stack)
        try:
            asyncio.run(_serve(made, store, host, port, announce=announce))
        finally:
            made.conversations.close()


async def _serve(made: Home, store: Store, host: str, port: int, *, announce: bool) -> None:
    server, told = AsyncTcpServer(host, port), asyncio.Event()
    try:
        await server.start(partial(Visit, made))
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {host}, port {port} ({error.strerror}): choose another"
        ) from error
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    async with announced(host, port, "Backbeat") if announce else nullcontext():
        print(f"Backbeat is ready for Home Assistant at tcp://{host}:{port}. Ctrl-C stops it.", flush=True)  # noqa: T201  # the one line
        tending = asyncio.create_task(_tend(made, store))
        await told.wait()
        tending.cancel()
    await server.stop()


async def _tend(made: Home, store: Store) -> None:
    while True:
        await asyncio.sleep(TEND_S)
        await asyncio.to_thread(made.conversations.tend)
        await asyncio.to_thread(tend, store)
