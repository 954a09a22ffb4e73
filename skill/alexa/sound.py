"""``GET /audio/<token>.mp3``: any byte of a reel, to whoever holds its token; and ``GET /art/…``, what a screen shows.

Ranges go by RFC 9110 to the letter, where Werkzeug's did not; the reel gives the bytes. It never changes under its token, so it may be cached
for ever.
"""

import re
from collections.abc import Callable

import structlog
from flask import Blueprint, Response, abort, request, send_from_directory
from werkzeug.datastructures import Headers

from audio.reel import Reel
from skill.alexa.pictures import ART, FIGURES, pictured
from skill.metrics import AUDIO
from skill.voice.reels import Forged, Reels, Stale

log = structlog.get_logger()

YEAR_S = 365 * 24 * 60 * 60
DAY_S = 24 * 60 * 60


ONE_RANGE = re.compile(
    r"bytes=\s*(?:(?P<first>\d{1,18})-(?P<last>\d{1,18})?|-(?P<suffix>\d{1,18}))\s*", re.IGNORECASE
)


def asked(headers: Headers, size: int, etag: str) -> tuple[int, int] | None:
    """The part ``[start, end)`` of so many bytes that is asked for; None for all of it (RFC 9110, sections 13.1.5 and 14).

    A unit or a range that nobody understands is ignored, and so are several, and one of another file: If-Range compares
    strongly. A part that begins beyond the end is given as it is.
    """
    found = ONE_RANGE.fullmatch(headers.get("Range", ""))
    only_if = headers.get("If-Range", "").strip()
    if found is None or (only_if and only_if != f'"{etag}"'):
        return None
    if found["suffix"]:
        length = int(found["suffix"])
        return (max(size - length, 0), size) if length else (size, size)
    first, last = int(found["first"]), int(found["last"] or size - 1)
    if last < first:
        return (size, size) if not found["last"] else None
    return first, min(last + 1, size)


TOO_LONG = "It is too long to be sent in one answer from here.\n"


def asked_for(reel: Reel, etag: str, most_bytes: int | None = None) -> Response:
    """The answer to whoever asks for a reel, or a part of it, that is the same as long as ``etag`` is.

    More than ``most_bytes`` is refused. RFC 9110 (section 15.3.7) would allow a part of a range, but there are players that take
    its end for the end of all.
    """
    part = asked(request.headers, reel.size, etag)
    start, end = part or (0, reel.size)
    response = Response(mimetype="audio/mpeg")
    response.set_etag(etag)
    response.headers["Accept-Ranges"] = "bytes"
    if request.if_match and not request.if_match.contains(etag):
        response.status_code = 412
    elif request.if_none_match.contains_weak(etag):
        response.status_code = 304
    elif start >= reel.size:
        response.status_code = 416
        response.headers["Content-Range"] = f"bytes */{reel.size}"
    elif most_bytes is not None and end - start > most_bytes and request.method == "GET":
        log.warning("too long to be sent in one answer", bytes=end - start)
        return Response(TOO_LONG, 503, mimetype="text/plain")
    else:
        # In one: a player that takes its time would otherwise keep a thread from everybody else, for as long as it plays.
        if request.method == "GET":
            response.set_data(reel.span(start, end))
            AUDIO.inc(end - start)
        response.content_length = end - start
        if part:
            response.status_code = 206
            response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{reel.size}"
    response.cache_control.public = True
    response.cache_control.immutable = True
    response.cache_control.max_age = YEAR_S
    return response


def sound(reels: Callable[[], Reels], most_bytes: int | None = None) -> Blueprint:
    """The routes that play reels, and show what goes with them; of sound no more than ``most_bytes`` at once."""
    blueprint = Blueprint("sound", __name__)

    @blueprint.get("/audio/<token>.mp3")
    def audio(token: str) -> Response:
        try:
            reel = reels().reel(token)
        except Forged:
            abort(404)
        except Stale:
            abort(410)
        return asked_for(reel, token[-27:], most_bytes)  # its signature

    @blueprint.get("/art/<any('icon', 'background'):name>.png")
    def art(name: str) -> Response:
        return send_from_directory(ART, f"{name}.png", max_age=DAY_S)

    @blueprint.get("/art/figures/<name>.png")
    def figure(name: str) -> Response:
        if name not in pictured():
            abort(404)
        response = send_from_directory(FIGURES, f"{name}.png", max_age=DAY_S)
        response.headers["Access-Control-Allow-Origin"] = "*"  # the Alexa app asks from a page of Amazon's
        return response

    return blueprint
