"""Is this request from Alexa, just now, and for this skill?

Anyone can post to our address, so nothing in a request is believed until four questions have been answered,
the cheap ones first and each only after the one before:

1. *Where is the certificate?* The URL must point into Amazon's own bucket. We fetch a URL put together again from
   the parts that were checked, never the text of the header.
2. *Whose certificate is it?* It must be one that `Signers` finds good. Nothing is fetched for a body that does not so
   much as name our skill: whoever does not know its id cannot have us fetch anything. (It is no secret, though: a
   published skill's is in its links.)
3. *Did its owner sign these bytes?* The raw bytes, before anything has read them as JSON.
4. *When, and for whom?* A genuine request, recorded and sent again, is too old; one for another skill is not ours.

Rules and limits are those of Amazon, "Host a custom skill as a web service", unless said otherwise. Whatever the
sender does, the answer is the envelope or ``Rejected``, whose text never repeats a word of the body.
"""

import json
import posixpath
import re
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from skill.alexa.signers import Signers
from skill.errors import Rejected

HOST, FOLDER = "s3.amazonaws.com", "/echo.api/"
"""Where Amazon keeps the certificates; capitals matter in the folder and not in the host."""
MAX_URL = 512
"""Characters; ours to choose, as addresses are remembered. Amazon's has 54."""
TOLERANCE = timedelta(seconds=150)
"""How far a request's time may be from ours, either way."""
EVENT_TOLERANCE = timedelta(hours=1)
"""The same for skill events, such as that somebody has disabled the skill: Amazon sends them when it can."""
MAX_BODY = 131_072
"""Bytes of a request; ours to choose. Amazon's are a few kB."""
ANOTHERS = "the request is for another skill; is the skill id in the settings right?"


def parse(body: bytes) -> dict[str, Any]:
    """The envelope in a request's bytes: it has a context, and a request with a type and a time.

    All that can be asked of a request nobody signed (the local mode), and the last step of ``verify``.
    """
    _bounded(body)
    try:
        envelope: dict[str, Any] = json.loads(body.decode())  # json.loads alone would take UTF-16 too
    except (ValueError, RecursionError):
        raise Rejected("the body is not JSON in UTF-8") from None  # a cause would quote the body
    match envelope:
        case {"context": dict(), "request": {"type": str(), "timestamp": str() | int()}}:
            said_at(envelope)
            return envelope
    raise Rejected("the body is no envelope with a context, and a request with a type and a timestamp")


SOONEST_MS = 10**12
"""2001, in ms since 1970: a smaller number counts something else."""


def said_at(envelope: Mapping[str, Any]) -> datetime:
    """When Alexa sent this envelope (one that ``parse`` gave), in UTC."""
    told = envelope["request"]["timestamp"]
    try:
        if type(told) is int and told >= SOONEST_MS:  # as the console's older test page sends it
            return datetime.fromtimestamp(told / 1000, UTC)
        moment = datetime.fromisoformat(told)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        raise Rejected("request.timestamp is not an ISO 8601 time") from None
    raise Rejected("request.timestamp has no time zone")


class RequestVerifier:
    """Lets through what Alexa sent to one skill. One object serves every thread.

    Args:
        skill_id: The skill's own, as in ``amzn1.ask.skill.…``.
        roots: Whom to trust; in service ``trusted_roots()``.
        fetch: From a URL to the bytes there, in a thread of its own; in service ``fetch_chain``. Whatever it raises
            is a rejection.
        clock: The time now, in UTC with its zone.
        kept: The file in which the last certificate found good is kept; None to keep none.
    """

    def __init__(
        self,
        *,
        skill_id: str,
        roots: Sequence[x509.Certificate],
        fetch: Callable[[str], bytes],
        clock: Callable[[], datetime],
        kept: Path | None = None,
    ) -> None:
        self._skill_id = skill_id
        self._signers = Signers(roots, fetch, kept)
        self._signers.recall(clock())
        self._clock = clock

    def verify(self, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """The envelope in ``body``, or ``Rejected``. Header names may be written in any case."""
        now = self._clock()
        _bounded(body)
        url = chain_url(_header(headers, "signaturecertchainurl"))
        signature = _signature(_header(headers, "signature-256"))  # before the fetch, which costs more
        if self._skill_id.encode() not in body:
            raise Rejected(ANOTHERS)
        try:
            self._signers.at(url, now).key.verify(signature, body, PKCS1v15(), SHA256())
        except InvalidSignature:
            raise Rejected("the signature does not fit the body") from None
        envelope = parse(body)
        event = str(envelope["request"]["type"]).startswith("AlexaSkillEvent.")
        tolerance = EVENT_TOLERANCE if event else TOLERANCE
        if abs(said_at(envelope) - now) > tolerance:
            raise Rejected(f"request.timestamp is over {tolerance.seconds} s from now; is our clock right?")
        # The context names the skill in every request; the session is missing from those of the audio player.
        match envelope["context"]:
            case {"System": {"application": {"applicationId": str(skill_id)}}} if skill_id == self._skill_id:
                return envelope
        raise Rejected(ANOTHERS)


@lru_cache(maxsize=64)
def chain_url(given: str) -> str:
    """The URL of the certificate chain in its plainest form, if ``given`` leads into Amazon's folder.

    Stricter than Amazon asks: user info, query, fragment, escapes and whatever is not visible ASCII are refused
    outright, since programs disagree on what they mean (``urlsplit`` drops a line break without a word).
    """
    if not re.fullmatch(rf"[!-~]{{1,{MAX_URL}}}", given) or set(given) & set("@?#%\\"):
        raise Rejected("SignatureCertChainUrl is missing, too long, or has characters it should not have")
    try:
        parts = urlsplit(given)
        origin = parts.scheme, parts.hostname, parts.port in (None, 443)
    except ValueError:
        raise Rejected("SignatureCertChainUrl is not a URL") from None
    path = posixpath.normpath(parts.path)
    if origin != ("https", HOST, True) or not path.startswith(FOLDER):
        raise Rejected(f"SignatureCertChainUrl is not in https://{HOST}{FOLDER}")
    return f"https://{HOST}{path}"


def _bounded(body: bytes) -> None:
    if len(body) > MAX_BODY:
        raise Rejected(f"the body is over {MAX_BODY} bytes")


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _signature(text: str) -> bytes:
    """The bytes of ``Signature-256``. The older ``Signature`` is SHA-1, and no substitute."""
    try:
        signature = b64decode(text, validate=True)
    except ValueError:
        raise Rejected("Signature-256 is not base64") from None
    if not signature:
        raise Rejected("Signature-256 is missing")
    return signature
