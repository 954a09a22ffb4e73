"""``GET /audio/<token>.mp3``: any byte of a reel, to whoever holds its token; and ``GET /art/…``, what a screen shows.

Ranges, HEAD and ETags are Werkzeug's; the reel gives the bytes. It never changes under its token, so it may be cached
for ever.
"""

from pathlib import Path
from typing import IO, cast

from flask import Blueprint, Response, abort, request, send_from_directory
from werkzeug.wsgi import wrap_file

from skill.voice.reels import Forged, Reels, Stale

YEAR_S = 365 * 24 * 60 * 60
DAY_S = 24 * 60 * 60

ART = Path(__file__).parent / "art"


def sound(reels: Reels) -> Blueprint:
    """The routes that play reels, and show what goes with them."""
    blueprint = Blueprint("sound", __name__)

    @blueprint.get("/audio/<token>.mp3")
    def audio(token: str) -> Response:
        try:
            reel = reels.reel(token)
        except Forged:
            abort(404)
        except Stale:
            abort(410)
        file = wrap_file(request.environ, cast(IO[bytes], reel), asked(reel.size))
        response = Response(file, mimetype="audio/mpeg", direct_passthrough=True)
        response.content_length = reel.size
        response.set_etag(token[-27:])  # its signature
        response.cache_control.public = True
        response.cache_control.immutable = True
        response.cache_control.max_age = YEAR_S
        response.make_conditional(request.environ, accept_ranges=True, complete_length=reel.size)
        return response

    def asked(size: int) -> int:
        """How many bytes of so many are asked for.

        They are handed to the server in one: a player that takes its time would otherwise keep a thread from everybody
        else, for as long as it plays.
        """
        part = request.range.range_for_length(size) if request.range else None
        return max(part[1] - part[0] if part else size, 1)

    @blueprint.get("/art/<any('icon', 'background'):name>.png")
    def art(name: str) -> Response:
        return send_from_directory(ART, f"{name}.png", max_age=DAY_S)

    return blueprint
