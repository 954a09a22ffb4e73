"""The page in the browser, put together: part of what `skill.app.create_app` does, for a local installation.

Each part is made when somebody first asks for it, and once: most who serve Alexa locally never open the page.
"""

from contextlib import ExitStack
from datetime import datetime

from flask import Blueprint

from interaction_model.aloud import aloud
from interaction_model.build import read
from interaction_model.listen import listener
from interaction_model.spoken import sentences
from skill.alexa.directives import Directives
from skill.alexa.handlers import AlexaDoor, skill
from skill.alexa.sound import sound
from skill.coach.timeline.edition import Edition, Editions
from skill.content.reader import catalogue
from skill.conversation import Conversation
from skill.ears.engines import engine
from skill.ears.judge import Judge
from skill.errors import VoiceUnusable
from skill.hearing import Ears, Hearing
from skill.kept.store import Store
from skill.settings import Settings, at_the_terminal, person
from skill.speaker.choosing import Voices
from skill.speaker.door import Door, speaker
from skill.speaker.made import Once, Speaker, gallery
from skill.speaker.microphones import Microphones
from skill.speaker.month import Month, month
from skill.speaker.understanding import Understanding
from skill.terminal.talk import here
from skill.voice.ours import load, streams, studio_of
from skill.voice.reels import Reels, Voiced

LAG_MS = 500
"""From a request of the page to the first sound of its answer, about: on this machine nothing travels far."""

USER = at_the_terminal("me")
"""Whose place it is: the same as of whoever talks in the terminal."""


def page(settings: Settings, store: Store, key: bytes) -> tuple[Blueprint, ...]:
    """The page and the sound that it plays."""
    made = Once(lambda: _speaker(settings, store, key))
    door = Door(
        made,
        Once(lambda: Understanding(catalogue(), catalogue().locale)),
        Once(lambda: gallery(catalogue())),
        Once(lambda: _microphones(settings)),
        lambda: _month(store, person(key, USER)),
        Voices(settings.data_dir, catalogue, made.again),
        key,
        USER,
    )
    return speaker(door), sound(lambda: made().reels)


def _speaker(settings: Settings, store: Store, key: bytes) -> Speaker:
    """The speaker in the browser: it has our own voice at this very address, and is where this machine is.

    Raises VoiceUnusable: there is none, or it is damaged.
    """
    content = catalogue()
    ours = load(settings.data_dir, content)
    if ours is None:
        raise VoiceUnusable("there is no voice yet: run backbeat voice build")
    edition = Edition(content, ours.measure)
    reels = Reels((Voiced(edition, ours.bank),), key)
    door = AlexaDoor(
        Conversation(Editions((edition,)), store, LAG_MS),
        Directives(reels, ""),
        streams=frozenset({content.language} if streams(edition, ours) else ()),
        here=here(),
    )
    studio = ExitStack().enter_context(studio_of(settings.data_dir, content, ours.bank, forgiving=True))
    return Speaker(skill(door), edition, reels, studio)


def _month(store: Store, whose: str) -> Month:
    progress, today = store.load(whose).progress, datetime.now(here()).date()
    return month(progress.days if progress else (), today, catalogue())


def _microphones(settings: Settings) -> Microphones:
    """What hears on this machine. Raises NoEars."""
    content = catalogue()
    locale = content.locale
    hears = engine(aloud(content, read(locale), sentences(locale)), locale, settings.whisper)
    return Microphones(hears, Judge(Ears(listener(content, locale).hear, Hearing(content)).hear))
