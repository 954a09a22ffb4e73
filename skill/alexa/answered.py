"""What was answered a moment ago: the same request, sent again, gets the same answer, and nothing happens twice.

A signed request can be sent again by whoever saw it, for as long as its timestamp is valid; and Alexa's own network may deliver
one twice, even at once, and to two processes. Known by all of its bytes, it is answered by whoever was first.

An answer is kept under a name, and sealed with a key, that are both drawn from the whole request and our own key. So whoever has
the request can be given its answer again, and to everybody else, who finds it on a disk, it is noise.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from skill.errors import StoreError
from skill.kept.answers import Answers

log = structlog.get_logger()

PATIENCE_S, LOOK_S = 3.0, 0.02
"""How long the second of two waits for the first, and how often it looks, seconds. A turn takes milliseconds; whoever is not
done by then was killed, and Alexa still waits for an answer."""


NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Seal:
    """What a request's answer is kept under, and with."""

    name: str
    """64 hexadecimal digits."""
    _key: bytes

    @classmethod
    def of(cls, request: bytes, key: bytes) -> "Seal":
        """Both drawn from the request, so that only who has it, and is us, can open it."""
        drawn = hashlib.blake2b(request, key=key).digest()
        return cls(drawn[:32].hex(), drawn[32:])

    def close(self, answer: bytes) -> bytes:
        """Sealed: 28 bytes more."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self._key).encrypt(nonce, answer, None)

    def open(self, sealed: bytes) -> bytes:
        """What was sealed. Raises StoreError: it was not, by us."""
        try:
            return AESGCM(self._key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
        except (InvalidTag, ValueError) as error:
            raise StoreError("an answer that was kept is damaged") from error


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers of all processes of one store."""

    answers: Answers
    key: bytes
    """Seals them."""
    wait: Callable[[float], object] = Event().wait

    def once(self, body: bytes, answer: Callable[[], bytes]) -> bytes:
        """The answer to a request that was let in. What goes wrong is not kept: whoever asks again is answered anew."""
        seal = Seal.of(body, self.key)
        try:
            if (before := self._before(seal)) is not None:
                return before
        except StoreError as error:
            log.warning("answered without a look at what was answered", why=str(error))
            return answer()
        said = b""
        try:
            said = answer()
        finally:
            self._keep(seal, said)
        return said

    def _before(self, seal: Seal) -> bytes | None:
        """What was answered; None if nobody has, and it is ours to do."""
        for _ in range(round(PATIENCE_S / LOOK_S)):
            sealed = self.answers.begin(seal.name)
            if sealed is None:
                return None
            if sealed:
                return seal.open(sealed)
            self.wait(LOOK_S)
        return None

    def _keep(self, seal: Seal, said: bytes) -> None:
        try:
            self.answers.keep(seal.name, seal.close(said) if said else b"")
        except StoreError as error:
            log.warning("an answer is not kept", why=str(error))
