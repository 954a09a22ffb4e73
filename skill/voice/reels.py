"""Reels by their plan: a token names one, and anybody who holds it can be given any byte of it.

A token is signed and compact: which piece, joined at which rep, or which stream; and a fingerprint of what it sounds
like. Whoever serves it lays it out again; if content or voice have changed since, the fingerprint says so and the token is
stale. Nothing is stored, and nothing but the bank is read.
"""

import hashlib
from dataclasses import astuple, dataclass, replace
from functools import lru_cache
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from audio.bank import Bank
from audio.errors import AudioError
from audio.reel import Reel
from skill.coach.dialogue.state import Stream
from skill.coach.exercise import Catalogue, FormName, Ms
from skill.coach.timeline import stream as of
from skill.coach.timeline.arrange import Measure, arrange
from skill.coach.timeline.plan import Bookmark, Part, Piece, Plan
from skill.coach.timeline.score import Score
from skill.errors import BackbeatError
from skill.voice.phrases import placements

TOKEN_CHARS = 900
"""The longest token there may be: an AudioPlayer token takes 1,024 characters (platform facts, section 2)."""


PREFIX = "r"
"""A packed token begins with a dot, and many a proxy passes on no file whose name does."""


class Forged(BackbeatError):
    """A token that is not ours."""


class Stale(BackbeatError):
    """A token of ours, for what sounds different now."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A piece, joined at a rep."""

    piece: Piece
    first_rep: int | None
    """None: from its beginning."""


Played = Joined | Stream
"""What a token may name."""


@dataclass(frozen=True, slots=True)
class Reels:
    """Makes reels of pieces and of streams, and tokens of reels."""

    catalogue: Catalogue
    bank: Bank
    measure: Measure
    key: bytes

    def token(self, what: Played) -> str | None:
        """The token of its reel; None if the bank lacks a phrase of it, or a phrase has no room."""
        print_ = _fingerprint(self, _alike(what))
        if print_ is None:
            return None
        token = self._signer().dumps([*_written(what), self._lasts(what), print_])
        text = PREFIX + (token if isinstance(token, str) else token.decode())
        return text if len(text) <= TOKEN_CHARS else None

    def named(self, token: str) -> Played:
        """What a token names, whatever it sounds like by now. Raises Forged."""
        return _named(self, token).what

    def drift(self, token: str) -> Ms:
        """How much longer or shorter a token's timeline has become since, ms: its moments may be as far from their place."""
        named = _named(self, token)
        return abs(self._lasts(named.what) - named.lasts)

    def _lasts(self, what: Played) -> Ms:
        return of.lasts(what, self.catalogue, self.measure) if isinstance(what, Stream) else 0

    def reel(self, token: str) -> Reel:
        """The reel a token names.

        Raises:
            Forged: the token is not ours.
            Stale: it is, but what it names sounds different now.
        """
        return _reel(self, token).again()

    def score(self, what: Played) -> Score:
        """What a reel plays."""
        if isinstance(what, Stream):
            return of.score(what, self.catalogue, self.measure)
        return arrange(Plan("", (what.piece,)), self.catalogue, self.measure, what.first_rep)

    def of(self, score: Score) -> Reel:
        """A score as a reel. Raises AudioError."""
        placed, lasts = placements(score)
        return Reel(placed, lasts, self.bank)

    def loaded(self, token: str) -> list[Any]:
        """What was signed. Raises Forged."""
        try:
            loaded = self._signer().loads(token.removeprefix(PREFIX))
        except BadSignature as error:
            raise Forged("a token that is not ours") from error
        if not isinstance(loaded, list):
            raise Forged("a token of something else")
        return loaded

    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.key, salt="backbeat.reel")

    def __hash__(self) -> int:
        return id(self)


def _written(what: Played) -> list[object]:
    if isinstance(what, Joined):
        return ["piece", what.first_rep, astuple(what.piece)]
    return ["stream", what.run, what.block, what.counted, what.skipped, what.long, astuple(what.joined)]


def _read(written: list[Any]) -> Played:
    try:
        match written:
            case ["piece", first_rep, [exercise, form, *numbers], 0, _]:
                return Joined(Piece(exercise, FormName(form), *numbers), first_rep)
            case [
                "stream",
                run,
                block,
                counted,
                skipped,
                long,
                [routine, exercise, form, *place, part, line],
                *_,
            ]:
                set_, side, rep = place
                mark = Bookmark(routine, exercise, FormName(form), set_, side, rep, Part(part), line)
                return Stream(run, block, mark, counted, tuple(long), skipped)
            case _:
                raise Forged("a token of another time")
    except (TypeError, ValueError) as error:
        raise Forged("a token of another time") from error


@dataclass(frozen=True, slots=True)
class _Named:
    """What was signed."""

    what: Played
    lasts: Ms
    """Of a stream, its whole timeline, as it was then."""
    fingerprint: str


@lru_cache(maxsize=1024)
def _named(reels: Reels, token: str) -> _Named:
    """What a token names, read once."""
    loaded = reels.loaded(token)
    return _Named(_read(loaded), int(loaded[-2]), str(loaded[-1]))


@lru_cache(maxsize=256)
def _reel(reels: Reels, token: str) -> Reel:
    """A token's reel, laid out. A player asks for it in many ranges."""
    named = _named(reels, token)
    what = named.what
    exercise = what.piece.exercise if isinstance(what, Joined) else what.joined.exercise
    if exercise not in reels.catalogue.exercises or _fingerprint(reels, _alike(what)) != named.fingerprint:
        raise Stale("a token of another time: the content or the voice has changed")
    return reels.of(reels.score(what))


def _alike(what: Played) -> Played:
    """The same for all streams that are of one timeline, wherever they are joined."""
    if isinstance(what, Joined):
        return what
    mark = Bookmark(what.joined.routine, what.joined.exercise, what.joined.form)
    return replace(what, run=0, block=0, joined=mark, counted=False)


@lru_cache(maxsize=4096)
def _fingerprint(reels: Reels, what: Played) -> str | None:
    """Sixteen digits that are the same as long as the reel is the same bytes; None if it cannot be made."""
    placed, lasts = placements(reels.score(what))
    try:
        Reel(placed, lasts, reels.bank)
    except AudioError:
        return None
    made = f"{reels.bank.voice}\n{lasts}\n" + "\n".join(f"{at} {text}" for at, text in placed)
    return hashlib.sha256(made.encode()).hexdigest()[:16]
