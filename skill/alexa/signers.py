"""Whose key may sign for Alexa? Certificates are fetched from Amazon, examined, and remembered.

The address of a certificate is the sender's choice, so strangers can have us fetch. However many addresses they name,
and for however long, whoever has a certificate that is known is not kept waiting:

- A fetch has a thread of its own, one for an address and `FETCHES` at most; a thread that outlives its time keeps its
  place until it ends. Of the threads that answer requests, `WAITING` at most wait for a fetch, and the server has as
  many more than turns need. Whoever else names an unknown address is refused at once (400, as all that was not verified);
  but it is fetched all the same if there is a place, and known when they try again.
- What was fetched in vain is not fetched again for `MISSED_FOR`, and while `MAX_MISSES` are remembered nothing new is.
- All this is so for addresses of Amazon's `USUAL` form, and once more for all others; only who waits is counted together.
  Of the usual there are no more than `MAX_MISSES`, so whoever names them all has the genuine one fetched, too.

The last one found good is kept in a file, and known again after a restart. So a genuine certificate that is not known yet, after the
first start or on the day that Amazon changes it, is let in at the first
try or the second while strangers name addresses of another form. It takes longer

- while they name usual ones: fetches of 0.3 s can take up all places for 15 s of every 30 (200 of them, four at a time);
- while they name ever new others, if Amazon should leave the usual form: then luck decides, for as long as they go on;
- after trouble on the network: a certificate that could not be fetched, and is not known, is refused for `MISSED_FOR`.

All that strangers can have us do, 400 fetches in 30 s, takes a third of a processor.
"""

import re
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import BoundedSemaphore, Lock, Thread

import certifi
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.verification import PolicyBuilder, Store

from skill.errors import Rejected

NAME = "echo-api.amazon.com"
"""Whom the certificate must name, letter for letter among its alternative names: no wildcard will do."""
USUAL = re.compile(r"https://s3\.amazonaws\.com/echo\.api/echo-api-cert(-[1-9]\d?)?(-ats)?\.pem", re.ASCII)
"""The addresses that Amazon has used so far are of this form (platform facts, section 4)."""
MIN_RSA_BITS = 2048
"""The path builder asks this of issuers only, so we ask it of the leaf."""
MAX_CHAIN = 65_536
"""Bytes of a certificate file; ours to choose. The real one is about 7 kB."""
MAX_CERTIFICATES = 8
"""Certificates in a file; ours to choose. The real one has four."""
MAX_SIGNERS = 16
"""Signers remembered at a time; ours to choose. Amazon changes its certificate about once a year."""
FETCH_SECONDS = 2.5
"""For the whole download; ours to choose. Alexa gives up on a reply after about eight seconds."""
FETCHES = 4
"""At a time, of either form; ours to choose. Each takes 25 ms of processor time (measured), most of it to read the roots."""
WAITING = 2
"""Requests that wait for a fetch at a time; ours to choose, so that two who come at once after a start are both answered.
Each is one more thread of the server's."""
MISSED_FOR = timedelta(seconds=30)
"""How long what was fetched in vain is not fetched again; ours to choose. Long enough to fetch all the usual ones; and who hears
that something went wrong, because our network or a new certificate was not there yet, tries again in about as long."""
MAX_MISSES = 200
"""Addresses remembered as fetched in vain, of either form: as many as there are of the usual. Of others it is a rate."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that may sign for Alexa."""

    key: RSAPublicKey
    since: datetime
    """UTC: from here every certificate on its path, root included, is in date ..."""
    until: datetime
    """... and up to here, this moment included."""


@dataclass(frozen=True, slots=True)
class _Miss:
    at: datetime
    why: str


@dataclass(slots=True)
class _Asked:
    """Addresses of one form that were asked for, and where no good certificate is known."""

    coming: dict[str, Future[Signer]] = field(default_factory=dict)
    """Being fetched, or being examined."""
    missed: dict[str, _Miss] = field(default_factory=dict)
    """Fetched in vain, the oldest first; fewer than `MAX_MISSES` and `FETCHES`."""

    def forget(self, now: datetime) -> None:
        """What was missed long enough ago; or later than now, where our clock was put back."""
        while self.missed:
            oldest = next(iter(self.missed))
            if timedelta() <= now - self.missed[oldest].at < MISSED_FOR:
                break
            del self.missed[oldest]


class Signers:
    """Those found good, by the URL of their certificate. One object serves every thread.

    Args:
        roots: Whom to trust; in service ``trusted_roots()``.
        fetch: From a URL to the bytes there, in a thread of its own; in service ``fetch_chain``. Whatever it raises
            is a rejection.
        kept: The file in which the last one is kept, so that after a restart nobody waits for it; None to keep none.
    """

    def __init__(
        self, roots: Sequence[x509.Certificate], fetch: Callable[[str], bytes], kept: Path | None = None
    ) -> None:
        self._store = Store(list(roots))
        self._fetch = fetch
        self._kept = kept
        self._known: dict[str, Signer] = {}  # by URL, the oldest first; each was in date when it was examined
        self._usual, self._others = _Asked(), _Asked()
        self._lock = Lock()  # around changes of all of these
        self._waiting = BoundedSemaphore(WAITING)

    def recall(self, now: datetime) -> None:
        """Know the one that was kept; examined like any other, it is no more trusted than it was when it was fetched."""
        with suppress(OSError, ValueError, Rejected), _rejecting("what was kept is no good"):
            if self._kept is not None and self._kept.stat().st_size <= MAX_CHAIN:
                url, _, pem = self._kept.read_bytes().partition(b"\n")
                self._known[url.decode("ascii")] = self._examined(pem, now)

    def at(self, url: str, now: datetime) -> Signer:
        """The signer at ``url``, in date at ``now``: from memory, or fetched and examined. Raises Rejected."""
        if (known := self._good(url, now)) is not None:
            return known
        with self._lock:
            if (known := self._good(url, now)) is not None:  # it has just come
                return known
            coming = self._sent_for(url, now)
        if not self._waiting.acquire(blocking=False):
            raise Rejected(
                "the certificate chain is still being fetched, and enough requests wait for theirs"
            )
        try:
            return coming.result(FETCH_SECONDS)
        except TimeoutError:
            raise Rejected(f"the certificate chain took over {FETCH_SECONDS} s to fetch") from None
        finally:
            self._waiting.release()

    def _good(self, url: str, now: datetime) -> Signer | None:
        known = self._known.get(url)
        return known if known is not None and known.since <= now <= known.until else None

    def _sent_for(self, url: str, now: datetime) -> Future[Signer]:
        """What is being fetched from there, if need be from now on. The lock is held."""
        asked = self._usual if USUAL.fullmatch(url) else self._others
        if url in asked.coming:
            return asked.coming[url]
        asked.forget(now)
        if url in asked.missed:
            raise Rejected(asked.missed[url].why)
        if len(asked.coming) >= FETCHES or len(asked.missed) >= MAX_MISSES:
            raise Rejected("too many unknown certificate chains are asked for; is somebody making them up?")
        coming: Future[Signer] = Future()
        with _rejecting("the certificate chain could not be fetched"):
            Thread(target=self._bring, args=(url, now, asked, coming), daemon=True).start()
        asked.coming[url] = coming
        return coming

    def _bring(self, url: str, now: datetime, asked: _Asked, coming: Future[Signer]) -> None:
        """Fetch and examine, and tell whoever waits."""
        try:
            with _rejecting("the certificate chain could not be fetched"):
                pem = self._fetch(url)
            with _rejecting("the certificate chain is no good"):
                signer = self._examined(pem, now)
        except Rejected as error:
            with self._lock:
                del asked.coming[url]
                asked.missed[url] = _Miss(now, str(error))
            coming.set_exception(error)
            return
        with self._lock:
            del asked.coming[url]
            self._known[url] = signer
            while len(self._known) > MAX_SIGNERS:
                del self._known[next(iter(self._known))]
        coming.set_result(signer)
        if self._kept is not None:
            with suppress(OSError):  # then it is fetched again
                made = self._kept.with_suffix(".new")
                made.write_bytes(f"{url}\n".encode() + pem)
                made.replace(self._kept)

    def _examined(self, pem: bytes, now: datetime) -> Signer:
        """The owner of the first certificate in ``pem``, if it names Alexa, and a path leads from it to a root we trust.

        The path is found, not assumed: the last certificate Amazon sends has been one that nobody trusts any more.
        This is the one place that knows ``x509.verification``, which its authors call unsettled.
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
        return Signer(key, since, until)


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
    """What is at ``url``: over https, without redirects, and within ``MAX_CHAIN`` and ``FETCH_SECONDS``.

    The timeout of requests starts afresh with every read, and looking up a name has none. So it may take a while longer
    to give up, and whoever waits for it leaves it to itself.
    """
    if not url.startswith("https://"):
        raise Rejected("the certificate chain is only fetched over https")
    return _download(url, FETCH_SECONDS)


def _download(url: str, seconds: float) -> bytes:
    """What is at ``url``, of whatever kind, with up to so many seconds for a read, and no read after as many."""
    end = time.monotonic() + seconds
    with requests.Session() as session:
        session.trust_env = False  # no proxy, password or certificate bundle from the environment
        session.headers["Accept-Encoding"] = "identity"  # nothing to unpack, so nothing that grows
        with session.get(url, timeout=seconds, stream=True, allow_redirects=False) as response:
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
