"""The local mode: unsigned requests, from this machine alone."""

import re
from urllib.parse import urlsplit

import structlog
from flask import Response, request

log = structlog.get_logger()

LOOPBACK = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d*)?", re.IGNORECASE)
"""The names of this machine to itself, as a Host header has them."""

PASSED_ON = re.compile(r"x-.*|forwarded|via|cdn-loop|cf-.*|.*-ip|tailscale-.*|signature.*", re.IGNORECASE)
"""Headers of a request that was passed on: what proxies, tunnels and content networks add, and Alexa's own. Few of them have an agreed
name; most begin with X-, or end in -IP."""

OURS = {"", "same-origin", "none"}
"""Who may ask, as a browser tells it: our own page, or whoever typed the address (W3C, Fetch Metadata)."""

ONLY_HERE = "This server answers this machine alone. Its log says why.\n"


def refuse_from_elsewhere() -> Response | None:
    """The answer to a request that did not come from this machine, as far as that can be seen; the operator is told why.

    It may have come through a proxy or a tunnel that runs here; or from a page in a browser, by a name of the page's own (DNS
    rebinding; Werkzeug's TRUSTED_HOSTS would do, but that it takes no IPv6 address), or by ours.
    """
    why = _why_not()
    if not why:
        return None
    log.warning(
        "refused",
        why=f"{why}: --local only answers what is sent on this machine, to localhost",
        instead="set BACKBEAT_SKILL_ID, and leave --local out",
    )
    return Response(ONLY_HERE, 400, mimetype="text/plain")


def passed_on() -> str:
    """How it can be seen that a request came through a proxy or a tunnel, or by another name than this machine's; empty if it cannot."""
    headers = request.headers
    passed = next((name for name in headers.keys() if PASSED_ON.fullmatch(name)), "")  # noqa: SIM118  # pairs otherwise
    if passed:
        return f"it was passed on, as its {passed[:40]} says"
    if request.environ["SERVER_PROTOCOL"] == "HTTP/1.0":
        return "it is HTTP/1.0, as an older nginx speaks to what is behind it, and hardly anybody else"
    return "" if LOOPBACK.fullmatch(headers.get("Host", "")) else "its Host is not this machine"


def _why_not() -> str:
    if why := passed_on():
        return why
    headers, host = request.headers, request.headers.get("Host", "")
    followed = request.method == "GET" and headers.get("Sec-Fetch-Mode") == "navigate"  # a link to our page
    another = headers.get("Sec-Fetch-Site", "") not in OURS and not followed
    if (
        another
        or urlsplit(headers.get("Origin", "")).netloc not in {"", host}
        or headers.get("Origin") == "null"
    ):
        return "a page of another site asked for it"
    return ""
