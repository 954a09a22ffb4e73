"""What the page's speaker is made of, and what it plays: replies spoken by our own voice, and streams."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Generic, TypeVar

from ask_sdk_core.skill import CustomSkill

from audio.errors import AudioError
from audio.reel import Reel
from skill.coach.exercise import Catalogue, FormName, Slug
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Plan
from skill.coach.timeline.score import Score
from skill.coach.timeline.stream import Stream
from skill.errors import VoiceUnusable
from skill.figures.reader import figures
from skill.figures.svg import moving
from skill.speaker.shown import Shown, shown
from skill.speaker.speech import NotSpeech, heard
from skill.voice.reels import Forged, Named, Reels
from skill.voice.studio import Studio

SPOKEN = 64
"""Replies whose sound is kept: a page asks for each at once, and again if it lost it. A few kilobytes each: they are laid out, not rendered."""


T = TypeVar("T")


class Once(Generic[T]):
    """What is made when it is first asked for, and once, whoever asks at the same time. What fails is tried again."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make, self._turn = make, threading.Lock()
        self._made: list[T] = []

    def __call__(self) -> T:
        """It."""
        with self._turn:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]

    def again(self) -> None:
        """Let it be made anew: what it was made of has changed."""
        with self._turn:
            self._made.clear()


Gallery = Callable[[Slug, str], str | None]
"""From an exercise and the name of a form to its figure, as SVG that moves; None if it is not drawn."""


def gallery(content: Catalogue) -> Gallery:
    """The figures of a content, each drawn when it is first asked for. Raises ContentError."""
    found = figures(content)

    @cache
    def drawn(exercise: Slug, form: str) -> str | None:
        forms = found.get(exercise)
        if forms is None or form not in {*FormName}:
            return None
        of = content.exercises[exercise]
        return moving(forms[FormName(form)], str(of.form(FormName(form)).title or of.title))

    return drawn


@dataclass(frozen=True, eq=False)
class Speaker:
    """A speaker in one language."""

    skill: CustomSkill
    edition: Edition
    reels: Reels
    studio: Studio
    _spoken: OrderedDict[str, Reel] = field(default_factory=OrderedDict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def catalogue(self) -> Catalogue:
        """Its content."""
        return self.edition.catalogue

    def speak(self, ssml: str) -> tuple[str, Shown]:
        """Have a reply spoken: the name of its sound, and what a screen shows of it. Raises NotSpeech, VoiceUnusable."""
        plans: list[Plan] = []

        def clip(token: str) -> Score:
            try:
                named = self.reels.named(token)
            except Forged as error:
                raise NotSpeech("a clip that is not ours") from error
            plans.append(self._plan(named))
            return self.reels.score(named, self.catalogue.language)

        with self._turn:  # what has never been said is spoken once
            score = heard(ssml, self.studio.measure, clip, lambda text: text in self.studio.bank)
            name = sha256(ssml.encode()).hexdigest()[:24]
            try:
                self._spoken[name] = self.studio.reel(score)
            except AudioError as error:
                raise VoiceUnusable(f"a phrase has no room: {error}") from error
            self._spoken.move_to_end(name)
            while len(self._spoken) > SPOKEN:
                self._spoken.popitem(last=False)
        return name, shown(score, plans[0] if plans else None, self.catalogue)

    def spoken(self, name: str) -> Reel | None:
        """The sound of that name; None if it is not kept any more."""
        reel = self._spoken.get(name)
        return reel.again() if reel else None

    def stream(self, token: str) -> Shown:
        """What a screen shows of a stream. Raises Forged."""
        named = self.reels.named(token)
        return shown(self.reels.score(named, self.catalogue.language), self._plan(named), self.catalogue)

    def _plan(self, named: Named) -> Plan:
        if isinstance(named, Stream):
            return self.edition.stream(named).plan
        return self.edition.plan(named.place, named.wishes)
