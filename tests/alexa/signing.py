"""A pretend Amazon: it has a certificate, sends requests, and signs them the way the real one does.

    amazon = Amazon()
    verifier = RequestVerifier(skill_id=SKILL_ID, roots=amazon.roots, fetch=amazon.fetch, clock=lambda: NOW)
    body = amazon.body(NOW, request={"type": "IntentRequest", "intent": {"name": "AMAZON.HelpIntent"}})
    verifier.verify(amazon.headers(body), body)

``amazon.pages`` is its web server, a dict from URL to bytes, and ``amazon.asked`` lists the URLs somebody fetched.
For a request that is not quite right, alter what ``envelope``, ``body`` or ``headers`` give, or put something else
on a page. Keys are slow to make, so each is made when first asked for and kept until the tests are over; Amazons
are quick, and every test can have its own.
"""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Dates = tuple[datetime, datetime]
"""UTC: the first and the last moment of a certificate."""

NAME = "echo-api.amazon.com"
URL = "https://s3.amazonaws.com/echo.api/echo-api-cert-12.pem"
SKILL_ID = "amzn1.ask.skill.00000000-0000-4000-8000-000000000000"
USER_ID = "amzn1.ask.account.SOMEBODY-PRIVATE"
"""In every envelope, and in nothing that an operator may read."""
NOW = datetime(2026, 11, 2, 7, 30, tzinfo=UTC)
"""A morning on which every certificate here is in date."""
DATES = datetime(2020, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)


@cache
def rsa_key(whose: str, bits: int = 2048) -> rsa.RSAPrivateKey:  # noqa: ARG001 - the cache goes by it
    """The key that ``whose`` owns: the same one every time."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    """A key of the other kind, on the curve P-256."""
    return ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True)
class Holder:
    """Somebody with a certificate, and the key that belongs to it."""

    certificate: x509.Certificate
    key: Key


def issue(  # noqa: PLR0913 - a certificate is all of this
    name: str,
    key: Key,
    *,
    by: Holder | None = None,
    ca: bool = False,
    dns: Sequence[str] = (),
    dates: Dates = DATES,
) -> Holder:
    """A certificate for ``name``, issued ``by`` another holder or else by itself.

    With ``ca`` it may issue others; ``dns`` are its alternative names, and with none it has no such extension.
    """
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, issuer_key = (by.certificate.subject, by.key) if by else (subject, key)
    usage = x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    issuer_identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dates[0])
        .not_valid_after(dates[1])
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(identifier, critical=False)  # without this and the next, no path is found
        .add_extension(issuer_identifier, critical=False)
    )
    if dns:
        names = x509.SubjectAlternativeName([x509.DNSName(each) for each in dns])
        builder = builder.add_extension(names, critical=False)
    return Holder(builder.sign(issuer_key, SHA256()), key)


@cache
def root(name: str = "Pretend Root") -> Holder:
    """A certificate that nobody but its owner vouches for."""
    return issue(name, rsa_key(name), ca=True)


def pem(*holders: Holder) -> bytes:
    """Their certificates in one file, in this order."""
    return b"".join(holder.certificate.public_bytes(Encoding.PEM) for holder in holders)


class Amazon:
    """A pretend Amazon. Left alone, everything about it is in order.

    Args:
        dns: The alternative names of the leaf; with none it has no such extension.
        key: The leaf's.
        anchor: The root of its chain.
        leaf_dates: When the leaf is in date.
        intermediate_dates: When the certificate between root and leaf is.
    """

    def __init__(
        self,
        *,
        dns: Sequence[str] = (NAME,),
        key: Key | None = None,
        anchor: Holder | None = None,
        leaf_dates: Dates = DATES,
        intermediate_dates: Dates = DATES,
    ) -> None:
        self.url = URL
        self.root = anchor or root()
        between = "Pretend Intermediate"
        self.intermediate = issue(between, rsa_key(between), by=self.root, ca=True, dates=intermediate_dates)
        self.leaf = issue(NAME, key or rsa_key("Alexa"), by=self.intermediate, dns=dns, dates=leaf_dates)
        self.roots = [self.root.certificate]
        self.pages = {URL: pem(self.leaf, self.intermediate)}
        self.asked: list[str] = []

    def fetch(self, url: str) -> bytes:
        """The page at ``url``; where there is none, the line is dead."""
        self.asked.append(url)
        if url not in self.pages:
            raise ConnectionError(url)
        return self.pages[url]

    def headers(self, body: bytes) -> dict[str, str]:
        """What goes over the wire with ``body``: where the certificate is, and both signatures, old and new."""
        return {
            "Content-Type": "application/json; charset=utf-8",
            "SignatureCertChainUrl": self.url,
            "Signature": signature(body, self.leaf.key, SHA1()),
            "Signature-256": signature(body, self.leaf.key),
        }

    @staticmethod
    def envelope(now: datetime, **parts: dict[str, Any] | None) -> dict[str, Any]:
        """A LaunchRequest sent at ``now``.

        Each of ``parts`` is laid over the part of that name, so ``request={"type": "SessionEndedRequest"}`` keeps
        the time and the locale; ``None`` takes the part away, as in ``session=None``.
        """
        application = {"applicationId": SKILL_ID}
        user = {"userId": USER_ID}
        whole: dict[str, Any] = {
            "version": "1.0",
            "session": {
                "new": True,
                "sessionId": "amzn1.echo-api.session.0",
                "application": application,
                "attributes": {},
                "user": user,
            },
            "context": {
                "System": {
                    "application": application,
                    "user": user,
                    "device": {"deviceId": "amzn1.ask.device.0", "supportedInterfaces": {}},
                    "apiEndpoint": "https://api.amazonalexa.com",
                    "apiAccessToken": "pretend",
                },
            },
            "request": {
                "type": "LaunchRequest",
                "requestId": "amzn1.echo-api.request.0",
                "timestamp": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "locale": "en-GB",
            },
        }
        for name, changes in parts.items():
            if changes is None:
                del whole[name]
            else:
                whole[name] = {**whole.get(name, {}), **changes}
        return whole

    @staticmethod
    def body(now: datetime, **parts: dict[str, Any] | None) -> bytes:
        """The same as bytes."""
        return json.dumps(Amazon.envelope(now, **parts)).encode()


def signature(body: bytes, key: Key, digest: HashAlgorithm | None = None) -> str:
    """``body`` signed with ``key``, in base64; with SHA-256, unless another ``digest`` is given."""
    digest = digest or SHA256()
    if isinstance(key, rsa.RSAPrivateKey):
        return b64encode(key.sign(body, PKCS1v15(), digest)).decode()
    return b64encode(key.sign(body, ec.ECDSA(digest))).decode()
