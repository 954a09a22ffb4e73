"""How the doctor reaches others: names, connections, https; each with an end.

All of it is in a value, so that a test can have the public address answered on loopback.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass

import certifi

PATIENCE_S = 5.0
"""How long one step may take, seconds; ours to choose. Alexa gives up on an answer after about eight (platform facts, section 4)."""

MOST = 256 * 1024
"""Bytes of an answer that are read; ours to choose."""

HTTPS = 443
"""The port that Alexa asks at."""


def addresses(host: str) -> list[str]:
    """Where a name leads, each once. Raises OSError."""
    found = socket.getaddrinfo(host, HTTPS, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_, where in found))


def connected(host: str, port: int, patience_s: float) -> socket.socket:
    """A connection. Raises OSError."""
    return socket.create_connection((host, port), patience_s)


@dataclass(frozen=True, slots=True)
class Network:
    """The ways out of this machine."""

    resolve: Callable[[str], list[str]] = addresses
    connect: Callable[[str, int, float], socket.socket] = connected
    """From a name, a port and how long it may take, seconds, to a connection. Raises OSError."""
    roots: str = certifi.where()
    """The file with the roots that are trusted: Mozilla's."""
    clock: Callable[[], float] = time.time
    """Seconds since 1970."""
    patience_s: float = PATIENCE_S

    def secured(self, host: str, *, trusting: bool = True) -> ssl.SSLSocket:
        """A TLS connection to port 443, as Alexa makes it; not ``trusting``, it takes any certificate. Raises OSError.

        It is TLS 1.2 and no other: where only 1.3 was spoken, Alexa failed (platform facts, section 4).
        """
        context = ssl.create_default_context(cafile=self.roots)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # which Python 3.13 asks for, and few others do
        context.hostname_checks_common_name = False  # the name must be among the alternative ones
        if not trusting:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        plain = self.connect(host, HTTPS, self.patience_s)
        try:
            plain.settimeout(self.patience_s)
            return context.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def ask(self, host: str, method: str, path: str, sent: "Sent | None" = None) -> "Answer":
        """One https request, redirects not followed. Raises OSError, HTTPException."""
        return _asked(http.client.HTTPConnection(host), self.secured(host), method, path, sent or Sent())

    def ask_here(self, port: int, method: str, path: str, sent: "Sent | None" = None) -> "Answer":
        """One plain request to this machine. Raises OSError, HTTPException."""
        line = socket.create_connection(("127.0.0.1", port), self.patience_s)
        return _asked(http.client.HTTPConnection("127.0.0.1", port), line, method, path, sent or Sent())


@dataclass(frozen=True, slots=True)
class Sent:
    """What goes with a request."""

    headers: Mapping[str, str] | None = None
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    """Its first `MOST` bytes."""


def _asked(
    line: http.client.HTTPConnection, over: socket.socket, method: str, path: str, sent: Sent
) -> Answer:
    line.sock = over
    over.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    )  # or a body waits until its head is acknowledged
    with closing(line):
        line.request(method, path, sent.body, dict(sent.headers or {}))
        answer = line.getresponse()
        return Answer(answer.status, answer.headers, answer.read(MOST))


def why(error: Exception, patience_s: float) -> str:
    """What became of it, in words."""
    if isinstance(error, TimeoutError):
        return f"nothing was answered in {patience_s:g} s"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there"
    if isinstance(error, ConnectionError | ssl.SSLEOFError | http.client.RemoteDisconnected):
        return "it hung up"
    if isinstance(error, http.client.HTTPException):
        return "what answers speaks no HTTP"
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
