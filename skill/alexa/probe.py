"""Did a request arrive as it was sent? `backbeat doctor` asks through whatever is in front, and the server says.

Alexa signs the raw bytes of a request, so nothing in front may change one of them. The doctor is no Alexa, but shares the
key in the data folder with the server: it seals its probe with that, and a probe whose seal fits is told that it
arrived. Nothing of a probe is read, and nothing else is done about it. Whoever has no key learns as much as from any
other request that Alexa did not sign; whoever sends a probe again, which they overheard, hears the same again.
"""

import hashlib
import hmac
from collections.abc import Mapping

HEADER = "Backbeat-Probe"
"""The header that the seal is in."""

ARRIVED = "It arrived as it was sent.\n"
"""The answer to a probe whose seal fits."""

SEALED = ("SignatureCertChainUrl", "Signature", "Signature-256")
"""The headers that Alexa's signature needs: they are sealed with the body."""


def seal(key: bytes, headers: Mapping[str, str], body: bytes) -> str:
    """The seal of a probe: HMAC-SHA256, 64 hexadecimal digits. A header that is not there is sealed as empty."""
    lines = ["backbeat.probe", *(headers.get(name, "") for name in SEALED)]
    head = "\n".join(lines).encode("utf-8", "surrogatepass")
    return hmac.new(key, head + b"\n\n" + body, hashlib.sha256).hexdigest()


def arrived(key: bytes, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a request is a probe of somebody who has the key, and is as it was sent. Compares in constant time."""
    told = headers.get(HEADER, "").encode("utf-8", "surrogatepass")
    return bool(told) and hmac.compare_digest(told, seal(key, headers, body).encode())
