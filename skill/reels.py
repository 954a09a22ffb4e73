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
from skill.coach import stream as of
from skill.coach.arrange import Measure, arrange
from skill.coach.exercise import Catalogue, FormName
from skill.coach.plan import Bookmark, Part, Piece, Plan
from skill.coach.score import Score
from skill.coach.state import Stream
from skill.errors import BackbeatError
from skill.render.phrases import Placements, placements

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
        token = self._signer().dumps([*_written(what), print_])
        text = PREFIX + (token if isinstance(token, str) else token.decode())
        return text if len(text) <= TOKEN_CHARS else None

    def named(self, token: str) -> Played:
        """What a token names, whatever it sounds like by now. Raises Forged."""
        return _read(self._loaded(token))

    def reel(self, token: str) -> Reel:
        """The reel a token names.

        Raises:
            Forged: the token is not ours.
            Stale: it is, but what it names sounds different now.
        """
        return Reel(*_placed(self, token), self.bank)

    def score(self, what: Played) -> Score:
        """What a reel plays."""
        if isinstance(what, Stream):
            return of.score(what, self.catalogue, self.measure)
        return arrange(Plan("", (what.piece,)), self.catalogue, self.measure, what.first_rep)

    def of(self, score: Score) -> Reel:
        """A score as a reel. Raises AudioError."""
        placed, lasts = placements(score)
        return Reel(placed, lasts, self.bank)

    def _loaded(self, token: str) -> list[Any]:
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
            case ["piece", first_rep, [exercise, form, *numbers], _]:
                return Joined(Piece(exercise, FormName(form), *numbers), first_rep)
            case [
                "stream",
                run,
                block,
                counted,
                skipped,
                long,
                [routine, exercise, form, *place, part, line],
                _,
            ]:
                set_, side, rep = place
                mark = Bookmark(routine, exercise, FormName(form), set_, side, rep, Part(part), line)
                return Stream(run, block, mark, counted, tuple(long), skipped)
            case _:
                raise Forged("a token of another time")
    except (TypeError, ValueError) as error:
        raise Forged("a token of another time") from error


@lru_cache(maxsize=64)
def _placed(reels: Reels, token: str) -> Placements:
    """What is where in a token's reel. A player asks for it in many small ranges."""
    loaded = reels._loaded(token)  # noqa: SLF001  # a cache of its own, of a method of its
    what = _read(loaded)
    exercise = what.piece.exercise if isinstance(what, Joined) else what.joined.exercise
    if exercise not in reels.catalogue.exercises or _fingerprint(reels, _alike(what)) != loaded[-1]:
        raise Stale("a token of another time: the content or the voice has changed")
    return placements(reels.score(what))


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
