"""Reels by their plan: a token names one, and anybody who holds it can be given any byte of it.

A token is signed and compact: which piece, joined at which rep, and a fingerprint of what it sounds like. Whoever serves
it lays the piece out again; if content or voice have changed since, the fingerprint says so and the token is stale.
Nothing is stored, and nothing but the bank is read.
"""

import hashlib
from dataclasses import astuple, dataclass
from functools import lru_cache

from itsdangerous import BadSignature, URLSafeSerializer

from audio.bank import Bank
from audio.errors import AudioError
from audio.reel import Reel
from skill.coach.arrange import Measure, arrange
from skill.coach.exercise import Catalogue, FormName
from skill.coach.plan import Piece, Plan
from skill.coach.score import Score
from skill.errors import BackbeatError
from skill.render.phrases import placements

TOKEN_CHARS = 900
"""The longest token there may be: an AudioPlayer token takes 1,024 characters (platform facts, section 2)."""


class Forged(BackbeatError):
    """A token that is not ours."""


class Stale(BackbeatError):
    """A token of ours, for what sounds different now."""


@dataclass(frozen=True, slots=True)
class Reels:
    """Makes reels of pieces, and tokens of reels."""

    catalogue: Catalogue
    bank: Bank
    measure: Measure
    key: bytes

    def token(self, piece: Piece, first_rep: int | None) -> str | None:
        """The token of a piece's reel; None if the bank lacks a phrase of it, or a phrase has no room."""
        print_ = _fingerprint(self, piece, first_rep)
        if print_ is None:
            return None
        token = self._signer().dumps([*astuple(piece), first_rep, print_])
        text = token if isinstance(token, str) else token.decode()
        return text if len(text) <= TOKEN_CHARS else None

    def reel(self, token: str) -> Reel:
        """The reel a token names.

        Raises:
            Forged: the token is not ours.
            Stale: it is, but its piece sounds different now.
        """
        try:
            exercise, form, *numbers, first_rep, print_ = self._signer().loads(token)
            piece = Piece(exercise, FormName(form), *numbers)
        except (BadSignature, TypeError, ValueError) as error:
            raise Forged("a token that is not ours") from error
        if exercise not in self.catalogue.exercises or _fingerprint(self, piece, first_rep) != print_:
            raise Stale("a token of another time: the content or the voice has changed")
        return self.of(self.score(piece, first_rep))

    def score(self, piece: Piece, first_rep: int | None) -> Score:
        """What a piece's reel plays."""
        return arrange(Plan("", (piece,)), self.catalogue, self.measure, first_rep)

    def of(self, score: Score) -> Reel:
        """A score as a reel. Raises AudioError."""
        placed, lasts = placements(score)
        return Reel(placed, lasts, self.bank)

    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.key, salt="backbeat.reel")

    def __hash__(self) -> int:
        return id(self)


@lru_cache(maxsize=4096)
def _fingerprint(reels: Reels, piece: Piece, first_rep: int | None) -> str | None:
    """Sixteen digits that are the same as long as the reel is the same bytes; None if it cannot be made."""
    score = reels.score(piece, first_rep)
    placed, lasts = placements(score)
    try:
        Reel(placed, lasts, reels.bank)
    except AudioError:
        return None
    made = f"{reels.bank.voice}\n{lasts}\n" + "\n".join(f"{at} {text}" for at, text in placed)
    return hashlib.sha256(made.encode()).hexdigest()[:16]
