"""Reels by what they play: a token names one, and anybody who holds it can be given any byte of it.

A token is signed and compact: which piece, from which rep, or which stream; and a fingerprint of what it sounds
like. Whoever serves it lays it out again; if content or voice have changed since, the fingerprint says so and the token is
stale. Nothing is stored, and nothing but the bank is read.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from audio.bank import Bank
from audio.reel import Reel
from skill.coach.exercise import FormName, Item, Language, Ms
from skill.coach.timeline.arrange import crowded
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark, Part
from skill.coach.timeline.score import Score
from skill.coach.timeline.stream import Stream
from skill.coach.timeline.wishes import BEAT_MS, Change, Own, Spared, Wishes
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
    wishes: Wishes


Named = Excerpt | Stream
"""What a token may name."""


@dataclass(frozen=True, slots=True)
class Voiced:
    """An edition, and the bank of the voice that speaks it."""

    edition: Edition
    bank: Bank


@dataclass(frozen=True, slots=True)
class _Signed:
    """What a token holds."""

    language: Language
    what: Named
    lasts: Ms
    """Of its whole timeline, as it was then."""
    fingerprint: str


@dataclass(frozen=True, eq=False)
class Reels:
    """Makes reels of pieces and of streams, and tokens of reels. Compared by identity, for its caches."""

    voices: tuple[Voiced, ...]
    """One a language, at least one."""
    key: bytes

    def token(self, what: Named, language: Language) -> str | None:
        """The token of its reel; None if nobody speaks the language, the bank lacks a phrase, or one has no room."""
        fingerprint = self._fingerprint(language, _alike(what))
        if fingerprint is None:
            return None
        signed = [language, *_written(what), self._lasts(language, what), fingerprint]
        token = self._signer.dumps(signed)
        text = PREFIX + (token if isinstance(token, str) else token.decode())
        return text if len(text) <= TOKEN_CHARS else None

    def named(self, token: str) -> Named:
        """What a token names, whatever it sounds like by now. Raises Forged."""
        return self._read(token).what

    def drift(self, token: str) -> Ms:
        """How much longer or shorter a token's timeline has become since, ms: its moments may be as far from their place."""
        signed = self._read(token)
        return abs(self._lasts(signed.language, signed.what) - signed.lasts)

    def reel(self, token: str) -> Reel:
        """The reel a token names.

        Raises:
            Forged: the token is not ours.
            Stale: it is, but what it names sounds different now.
        """
        return self._reel(token).again()

    def score(self, what: Named, language: Language) -> Score:
        """What a reel plays."""
        edition = self._voiced(language).edition
        return (
            edition.stream(what).score if isinstance(what, Stream) else edition.score(what.place, what.wishes)
        )

    def _voiced(self, language: Language) -> Voiced:
        """Of a language that nobody speaks any more, the first."""
        ours = (one for one in self.voices if one.edition.catalogue.language == language)
        return next(ours, self.voices[0])

    def _lasts(self, language: Language, what: Named) -> Ms:
        if isinstance(what, Stream):
            return self._voiced(language).edition.stream(what).lasts
        return self.score(what, language).lasts

    def _loaded(self, token: str) -> _Signed:
        try:
            written = self._signer.loads(token.removeprefix(PREFIX))
            language, *named = written if written[1] in KINDS else [self._first, *written]
            return _Signed(language, _named(named[:-2]), int(named[-2]), str(named[-1]))
        except BadSignature as error:
            raise Forged("a token that is not ours") from error
        except (TypeError, ValueError, LookupError) as error:
            raise Forged("a token of something else, or of another time") from error

    @property
    def _first(self) -> Language:
        """The language of a token that names none: there was but one."""
        return self.voices[0].edition.catalogue.language

    def _made(self, token: str) -> Reel:
        signed = self._read(token)
        if self._fingerprint(signed.language, _alike(signed.what)) != signed.fingerprint:
            raise Stale("a token of another time: the content or the voice has changed")
        score = self.score(signed.what, signed.language)
        return Reel(*placements(score), self._voiced(signed.language).bank)

    def _print(self, language: Language, what: Named) -> str | None:
        """Sixteen digits that are the same as long as the reel is the same bytes; None if it cannot be made."""
        voiced = self._voiced(language)
        content, bank = voiced.edition.catalogue, voiced.bank
        if content.language != language or what.place.exercise not in content.exercises:
            return None
        score = self.score(what, language)
        placed, lasts = placements(score)
        if any(text not in bank for _, text in placed) or any(crowded(score)):
            return None
        made = f"{bank.voice}\n{lasts}\n" + "\n".join(f"{at} {text}" for at, text in placed)
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
    def _fingerprint(self) -> Callable[[Language, Named], str | None]:
        return lru_cache(PRINTS)(self._print)


KINDS = ("clip", "stream")

NOT_SPARED: tuple[list[str], list[str]] = ([], [])


def _alike(what: Named) -> Named:
    """The same for all streams that are of one timeline, wherever they are begun."""
    if isinstance(what, Excerpt):
        return what
    place = Bookmark(what.place.routine, what.place.exercise, what.place.form)
    return replace(what, run=0, block=0, place=place, counted=False, whose="")


def _written(what: Named) -> list[object]:
    place, wishes = astuple(what.place), what.wishes
    if isinstance(what, Excerpt):
        return ["clip", wishes.beat, place, _changes(wishes), *_made(wishes)]
    told = [what.counted, what.left, what.long]
    return [
        "stream",
        what.run,
        what.block,
        *told,
        place,
        wishes.beat,
        what.days,
        what.whose,
        _changes(wishes),
        what.entire,
        *_made(wishes),
    ]


def _made(wishes: Wishes) -> tuple[object, object]:
    """What a plan is made of that the content alone does not have."""
    spared = [wishes.spared.out, wishes.spared.easier]
    return spared, [[own.name, own.base, [astuple(item) for item in own.items]] for own in wishes.own]


def _changes(wishes: Wishes) -> list[object]:
    return [astuple(change) for change in wishes.changes]


def _named(written: list[Any]) -> Named:
    """What was written. Raises TypeError, ValueError."""
    match written:
        case ["clip", beat, place, *more]:
            return Excerpt(_place(place), _wishes(beat, *_filled(more, [[], NOT_SPARED, []])))
        case ["stream", run, block, counted, left, long, place, *more]:
            usual = [BEAT_MS, 1, "", [], False, NOT_SPARED, []]
            beat, days, whose, changes, entire, spared, own = _filled(more, usual)
            wishes = _wishes(beat, changes, spared, own)
            out = tuple(left) if isinstance(left, list) else ()  # it was once only whether anything was
            return Stream(run, block, _place(place), counted, tuple(long), out, wishes, days, entire, whose)
        case _:
            raise ValueError(written)


def _filled(told: list[Any], usual: list[Any]) -> list[Any]:
    """What a token says, and what went without saying when it was made."""
    return [*told, *usual[len(told) :]]


def _wishes(beat: Ms, changes: Iterable[list[Any]], spared: Iterable[Any], own: Iterable[Any]) -> Wishes:
    changed = tuple(Change(*change) for change in changes)
    return Wishes(int(beat), changed, _spared(*spared), own=tuple(map(_own, own)))


def _spared(out: Iterable[str], easier: Iterable[str]) -> Spared:
    return Spared(tuple(out), tuple(easier))


def _own(written: list[Any]) -> Own:
    name, base, items = written
    return Own(name, tuple(Item(slug, FormName(form), sets, reps) for slug, form, sets, reps in items), base)


def _place(written: list[Any]) -> Bookmark:
    routine, exercise, form, set_, side, rep, part, sentence = written
    return Bookmark(routine, exercise, FormName(form), set_, side, rep, Part(part), sentence)
