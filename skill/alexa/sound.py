"""``GET /audio/<token>.mp3``: any byte of a reel, to whoever holds its token.

Ranges, HEAD and ETags are Werkzeug's; the reel gives the bytes. It never changes under its token, so it may be cached
for ever.
"""

from typing import IO, cast

from flask import Blueprint, Response, abort, request
from werkzeug.wsgi import wrap_file

from skill.alexa.outbound import Clips
from skill.coach.reply import Led
from skill.reels import Forged, Reels, Stale
from skill.render.clip import Clip

CLIP_MS = 240_000
"""The longest clip Alexa plays within a reply (platform facts, section 2)."""

YEAR_S = 365 * 24 * 60 * 60


def sound(reels: Reels) -> Blueprint:
    """The route that plays reels."""
    blueprint = Blueprint("sound", __name__)

    @blueprint.get("/audio/<token>.mp3")
    def audio(token: str) -> Response:
        try:
            reel = reels.reel(token)
        except Forged:
            abort(404)
        except Stale:
            abort(410)
        response = Response(
            wrap_file(request.environ, cast(IO[bytes], reel)), mimetype="audio/mpeg", direct_passthrough=True
        )
        response.content_length = reel.size
        response.set_etag(token[-27:])  # its signature
        response.cache_control.public = True
        response.cache_control.immutable = True
        response.cache_control.max_age = YEAR_S
        response.make_conditional(request.environ, accept_ranges=True, complete_length=reel.size)
        return response

    return blueprint


def clips(reels: Reels, public_url: str) -> Clips:
    """The clips of an installation that Alexa finds at ``public_url``."""

    def clip(led: Led) -> Clip | None:
        token = reels.token(led.piece, led.first_rep)
        if token is None or led.lasts > CLIP_MS:
            return None
        return Clip(f"{public_url}/audio/{token}.mp3", led.at, led.lasts)

    return clip
