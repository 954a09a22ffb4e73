"""Reels by what they play: a token names one, and anybody who holds it can be given any byte of it.

A token is signed and compact: which piece, from which rep, or which stream; and a fingerprint of what it sounds
like. Whoever serves it lays it out again; if content or voice have changed since, the fingerprint says so and the token is
stale. Nothing is stored, and nothing but the bank is read.
"""

import hashlib
from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from audio.bank import Bank
from audio.reel import Reel
from skill.coach.exercise import FormName, Ms
from skill.coach.timeline.arrange import crowded
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import BEAT_MS, Bookmark, Part
from skill.coach.timeline.score import Score
from skill.coach.timeline.stream import Stream
from skill.errors import BackbeatError
from skill.voice.phrases import placements

TOKEN_CHARS = 900
"""The longest token there may be: an AudioPlayer token takes 1,024 characters (platform facts, section 2)."""

PREFIX = "r"
"""A packed token begins with a dot, and many a proxy passes on no file whose name does."""

REELS, TOKENS, PRINTS = 256, 1024, 4096
"""How many of each are remembered: a player asks for one in many ranges."""


class Forged(BackbeatError):
    """A token that is not ours."""


class Stale(BackbeatError):
    """A token of ours, for what sounds different now."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece, led from a place: from its beginning, or counted in at a later rep."""

    place: Bookmark
    beat: Ms


Named = Excerpt | Stream
"""What a token may name."""


@dataclass(frozen=True, slots=True)
class _Signed:
    """What a token holds."""

    what: Named
    lasts: Ms
    """Of its whole timeline, as it was then."""
    fingerprint: str


@dataclass(frozen=True, eq=False)
class Reels:
    """Makes reels of pieces and of streams, and tokens of reels. Compared by identity, for its caches."""

    edition: Edition
    bank: Bank
    key: bytes

    def token(self, what: Named) -> str | None:
        """The token of its reel; None if the bank lacks a phrase of it, or a phrase has no room."""
        fingerprint = self._fingerprint(_alike(what))
        if fingerprint is None:
            return None
        token = self._signer.dumps([*_written(what), self._lasts(what), fingerprint])
        text = PREFIX + (token if isinstance(token, str) else token.decode())
        return text if len(text) <= TOKEN_CHARS else None

    def named(self, token: str) -> Named:
        """What a token names, whatever it sounds like by now. Raises Forged."""
        return self._read(token).what

    def drift(self, token: str) -> Ms:
        """How much longer or shorter a token's timeline has become since, ms: its moments may be as far from their place."""
        signed = self._read(token)
        return abs(self._lasts(signed.what) - signed.lasts)

    def reel(self, token: str) -> Reel:
        """The reel a token names.

        Raises:
            Forged: the token is not ours.
            Stale: it is, but what it names sounds different now.
        """
        return self._reel(token).again()

    def score(self, what: Named) -> Score:
        """What a reel plays."""
        if isinstance(what, Stream):
            return self.edition.stream(what).score
        return self.edition.score(what.place, what.beat)

    def _lasts(self, what: Named) -> Ms:
        return self.edition.stream(what).lasts if isinstance(what, Stream) else self.score(what).lasts

    def _loaded(self, token: str) -> _Signed:
        try:
            loaded = self._signer.loads(token.removeprefix(PREFIX))
            what, (lasts, fingerprint) = _named(loaded[:-2]), loaded[-2:]
            return _Signed(what, int(lasts), str(fingerprint))
        except BadSignature as error:
            raise Forged("a token that is not ours") from error
        except (TypeError, ValueError) as error:
            raise Forged("a token of something else, or of another time") from error

    def _made(self, token: str) -> Reel:
        signed = self._read(token)
        if self._fingerprint(_alike(signed.what)) != signed.fingerprint:
            raise Stale("a token of another time: the content or the voice has changed")
        return Reel(*placements(self.score(signed.what)), self.bank)

    def _print(self, what: Named) -> str | None:
        """Sixteen digits that are the same as long as the reel is the same bytes; None if it cannot be made."""
        if what.place.exercise not in self.edition.catalogue.exercises:
            return None
        score = self.score(what)
        placed, lasts = placements(score)
        if any(text not in self.bank for _, text in placed) or any(crowded(score)):
            return None
        made = f"{self.bank.voice}\n{lasts}\n" + "\n".join(f"{at} {text}" for at, text in placed)
        return hashlib.sha256(made.encode()).hexdigest()[:16]

    # What is remembered

    @cached_property
    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.key, salt="backbeat.reel")

    @cached_property
    def _read(self) -> Callable[[str], _Signed]:
        return lru_cache(TOKENS)(self._loaded)

    @cached_property
    def _reel(self) -> Callable[[str], Reel]:
        return lru_cache(REELS)(self._made)

    @cached_property
    def _fingerprint(self) -> Callable[[Named], str | None]:
        return lru_cache(PRINTS)(self._print)


def _alike(what: Named) -> Named:
    """The same for all streams that are of one timeline, wherever they are begun."""
    if isinstance(what, Excerpt):
        return what
    place = Bookmark(what.place.routine, what.place.exercise, what.place.form)
    return replace(what, run=0, block=0, place=place, counted=False)


def _written(what: Named) -> list[object]:
    place = astuple(what.place)
    if isinstance(what, Excerpt):
        return ["clip", what.beat, place]
    told = [what.counted, what.skipped, what.long]
    return ["stream", what.run, what.block, *told, place, what.beat, what.days]


def _named(written: list[Any]) -> Named:
    """What was written. Raises TypeError, ValueError."""
    match written:
        case ["clip", beat, place]:
            return Excerpt(_place(place), int(beat))
        case ["stream", run, block, counted, skipped, long, place, *more]:
            beat, days = more or (BEAT_MS, 1)  # as it was before a token said so
            return Stream(run, block, _place(place), counted, tuple(long), skipped, beat, days)
        case _:
            raise ValueError(written)


def _place(written: list[Any]) -> Bookmark:
    routine, exercise, form, set_, side, rep, part, sentence = written
    return Bookmark(routine, exercise, FormName(form), set_, side, rep, Part(part), sentence)
