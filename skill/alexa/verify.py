"""Is this request from Alexa, just now, and for this skill?

Anyone can post to our address, so nothing in a request is believed until four questions have been answered,
the cheap ones first and each only after the one before:

1. *Where is the certificate?* The URL must point into Amazon's own bucket. We fetch a URL put together again from
   the parts that were checked, never the text of the header.
2. *Whose certificate is it?* It must name Alexa, and a path must lead from it to a root we trust. The path is
   found, not assumed: the last certificate Amazon sends has been one that nobody trusts any more.
3. *Did its owner sign these bytes?* The raw bytes, before anything has read them as JSON.
4. *When, and for whom?* A genuine request, recorded and sent again, is too old; one for another skill is not ours.

Rules and limits are those of Amazon, "Host a custom skill as a web service", unless said otherwise. Whatever the
sender does, the answer is the envelope or ``Rejected``, whose text never repeats a word of the body.
"""

import json
import posixpath
import re
import time
import warnings
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit

import certifi
import requests
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.verification import PolicyBuilder, Store

from skill.errors import Rejected

NAME = "echo-api.amazon.com"
"""Whom the certificate must name, letter for letter among its alternative names: no wildcard will do."""
HOST, FOLDER = "s3.amazonaws.com", "/echo.api/"
"""Where Amazon keeps the certificates; capitals matter in the folder and not in the host."""
TOLERANCE = timedelta(seconds=150)
"""How far a request's time may be from ours, either way."""
EVENT_TOLERANCE = timedelta(hours=1)
"""The same for skill events, such as that somebody has disabled the skill: Amazon sends them when it can."""
MIN_RSA_BITS = 2048
"""The path builder asks this of issuers only, so we ask it of the leaf."""
MAX_BODY = 131_072
"""Bytes of a request; ours to choose. Amazon's are a few kB."""
MAX_CHAIN = 65_536
"""Bytes of a certificate file; ours to choose. The real one is about 7 kB."""
MAX_CERTIFICATES = 8
"""Certificates in a file; ours to choose. The real one has four."""
MAX_SIGNERS = 16
"""Signers remembered at a time; ours to choose. Amazon changes its certificate about once a year."""
FETCH_SECONDS = 2.5
"""For the whole download; ours to choose. Alexa gives up on a reply after about eight seconds."""


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


@dataclass(frozen=True, slots=True)
class _Signer:
    """A key that may sign for Alexa."""

    key: RSAPublicKey
    since: datetime
    """UTC: from here every certificate on its path, root included, is in date ..."""
    until: datetime
    """... and up to here, this moment included."""


class RequestVerifier:
    """Lets through what Alexa sent to one skill. One object serves every thread.

    Args:
        skill_id: The skill's own, as in ``amzn1.ask.skill.…``.
        roots: Whom to trust; in service ``trusted_roots()``.
        fetch: From a URL to the bytes there; in service ``fetch_chain``. Whatever it raises is a rejection.
        clock: The time now, in UTC with its zone.
    """

    def __init__(
        self,
        *,
        skill_id: str,
        roots: Sequence[x509.Certificate],
        fetch: Callable[[str], bytes],
        clock: Callable[[], datetime],
    ) -> None:
        self._skill_id = skill_id
        self._store = Store(list(roots))
        self._fetch = fetch
        self._clock = clock
        self._signers: dict[str, _Signer] = {}  # by URL, the oldest first; only those found good
        self._lock = Lock()  # around changes of _signers

    def verify(self, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """The envelope in ``body``, or ``Rejected``. Header names may be written in any case."""
        now = self._clock()
        _bounded(body)
        url = chain_url(_header(headers, "signaturecertchainurl"))
        signature = _signature(_header(headers, "signature-256"))  # before the fetch, which costs more
        try:
            self._signer(url, now).key.verify(signature, body, PKCS1v15(), SHA256())
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
        raise Rejected("the request is for another skill; is the skill id in the settings right?")

    def _signer(self, url: str, now: datetime) -> _Signer:
        """The signer at ``url``: from memory while in date, and otherwise fetched and examined."""
        known = self._signers.get(url)
        if known is not None and known.since <= now <= known.until:
            return known
        with self._lock:
            self._signers.pop(url, None)
        with _rejecting("the certificate chain could not be fetched"):
            pem = self._fetch(url)
        with _rejecting("the certificate chain is no good"):
            signer = self._examined(pem, now)
        with self._lock:
            self._signers[url] = signer
            while len(self._signers) > MAX_SIGNERS:
                del self._signers[next(iter(self._signers))]
        return signer

    def _examined(self, pem: bytes, now: datetime) -> _Signer:
        """The owner of the first certificate in ``pem``, if all is well with it and its path to a root.

        The one place that knows ``x509.verification``, which its authors call unsettled.
        """
        if len(pem) > MAX_CHAIN:
            raise Rejected(f"the certificate chain is over {MAX_CHAIN} bytes")
        leaf, *others = x509.load_pem_x509_certificates(pem)
        if len(others) >= MAX_CERTIFICATES:
            raise Rejected(f"the certificate chain has over {MAX_CERTIFICATES} certificates")
        policy = PolicyBuilder().store(self._store).time(now)
        path = policy.build_server_verifier(x509.DNSName(NAME)).verify(leaf, others)
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        if NAME not in names.get_values_for_type(x509.DNSName):
            raise Rejected(f"the certificate does not name {NAME} itself")
        key = leaf.public_key()
        if not isinstance(key, RSAPublicKey) or key.key_size < MIN_RSA_BITS:
            raise Rejected(f"the certificate's key is not RSA of {MIN_RSA_BITS} bits or more")
        since = max(certificate.not_valid_before_utc for certificate in path)
        until = min(certificate.not_valid_after_utc for certificate in path)
        return _Signer(key, since, until)


@lru_cache(maxsize=64)
def chain_url(given: str) -> str:
    """The URL of the certificate chain in its plainest form, if ``given`` leads into Amazon's folder.

    Stricter than Amazon asks: user info, query, fragment, escapes and whatever is not visible ASCII are refused
    outright, since programs disagree on what they mean (``urlsplit`` drops a line break without a word).
    """
    if not re.fullmatch(r"[!-~]+", given) or set(given) & set("@?#%\\"):
        raise Rejected("SignatureCertChainUrl is missing, or has characters it should not have")
    try:
        parts = urlsplit(given)
        origin = parts.scheme, parts.hostname, parts.port in (None, 443)
    except ValueError:
        raise Rejected("SignatureCertChainUrl is not a URL") from None
    path = posixpath.normpath(parts.path)
    if origin != ("https", HOST, True) or not path.startswith(FOLDER):
        raise Rejected(f"SignatureCertChainUrl is not in https://{HOST}{FOLDER}")
    return f"https://{HOST}{path}"


def trusted_roots() -> list[x509.Certificate]:
    """The roots certifi collects, but for the few that ``cryptography`` cannot read, or only under protest."""
    roots = []
    with warnings.catch_warnings():
        warnings.simplefilter("error", CryptographyDeprecationWarning)
        for pem in re.findall(r"-----BEGIN CERT.+?-----END CERTIFICATE-----", certifi.contents(), re.DOTALL):
            with suppress(ValueError, CryptographyDeprecationWarning):
                roots.append(x509.load_pem_x509_certificate(pem.encode()))
    return roots


def fetch_chain(url: str) -> bytes:
    """What is at ``url``: over https, without redirects, and within ``MAX_CHAIN`` and ``FETCH_SECONDS``."""
    if not url.startswith("https://"):
        raise Rejected("the certificate chain is only fetched over https")
    return _download(url, FETCH_SECONDS)


def _download(url: str, seconds: float) -> bytes:
    """What is at ``url``, of whatever kind, within so many seconds.

    The timeout of requests starts afresh with every read, and looking up a name has none. So a thread does the
    work, and after ``seconds`` we leave it to itself: it ends with the read it is at.
    """
    answer: Future[bytes] = Future()
    end = time.monotonic() + seconds

    def work() -> None:
        try:
            answer.set_result(_read(url, seconds, end))
        except Exception as error:  # noqa: BLE001 - raised again below, in the thread that asked
            answer.set_exception(error)

    Thread(target=work, daemon=True).start()
    with _rejecting("the certificate chain could not be fetched"):
        return answer.result(timeout=seconds)


def _read(url: str, pause: float, end: float) -> bytes:
    """What is at ``url``, with up to ``pause`` seconds for a read, and no read after ``end`` (monotonic)."""
    with requests.Session() as session:
        session.trust_env = False  # no proxy, password or certificate bundle from the environment
        session.headers["Accept-Encoding"] = "identity"  # nothing to unpack, so nothing that grows
        with session.get(url, timeout=pause, stream=True, allow_redirects=False) as response:
            if response.status_code != requests.codes.ok:
                raise Rejected(f"the certificate chain could not be fetched: status {response.status_code}")
            received = b""
            while len(received) <= MAX_CHAIN and time.monotonic() < end:
                part = response.raw.read1(MAX_CHAIN, decode_content=False)
                if not part:
                    return received
                received += part
    raise Rejected(f"the certificate chain is over {MAX_CHAIN} bytes, or too slow")


@contextmanager
def _rejecting(complaint: str) -> Iterator[None]:
    """Whatever goes wrong inside, and libraries know dozens of ways, is a rejection."""
    try:
        yield
    except Rejected:
        raise
    except Exception as error:
        raise Rejected(f"{complaint}: {type(error).__name__}") from error


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
