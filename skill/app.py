"""The wiring: settings in, a Flask application out. Nothing is made anywhere else, or at import."""

import os
from datetime import UTC, datetime

import structlog
from flask import Flask, Response

from audio.estimate import estimate
from skill.alexa.directives import Directives
from skill.alexa.handlers import LAG_MS, AlexaDoor, skill
from skill.alexa.sound import sound
from skill.alexa.verify import MAX_BODY, RequestVerifier, fetch_chain, trusted_roots
from skill.alexa.webhook import Verify, unsigned, warm_up, webhook
from skill.coach.exercise import Catalogue
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import BEAT_MS
from skill.content.fit import misfits
from skill.content.reader import catalogue
from skill.conversation import Conversation
from skill.errors import StoreError, VoiceUnusable
from skill.kept.chosen import open_store
from skill.settings import Settings, prepare
from skill.voice.ours import OurVoice, load
from skill.voice.reels import Reels


def create_app(settings: Settings | None = None, *, verify: Verify | None = None) -> Flask:
    """The web application.

    Raises:
        BackbeatError: a setting, the content or the data folder is not as it must be; its text says what to do.
    """
    settings = settings or Settings.read(os.environ)
    key = prepare(settings.data_dir)
    store = open_store(settings)
    store.check()
    content = catalogue()
    ours = our_voice(settings, content)
    edition = Edition(content, ours.measure if ours else estimate)
    reels = Reels(edition, ours.bank, key) if ours else None
    directives = Directives(reels, settings.public_url) if reels else None
    door = AlexaDoor(
        Conversation(edition, store, LAG_MS),
        directives,
        streams=ours is not None and can_stream(ours, edition),
        pause_speaks=not settings.quiet_pause,
    )
    custom = skill(door)

    app = Flask("backbeat")
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    if settings.local:  # a page in a browser must not reach it by a name of its own
        app.config["TRUSTED_HOSTS"] = ["localhost", "127.0.0.1", "[::1]"]
    app.register_blueprint(
        webhook(custom, key, verify or (unsigned if settings.local else signed(settings.skill_id)))
    )

    if reels:
        app.register_blueprint(sound(reels))

    @app.get("/healthz")
    def healthz() -> Response:
        try:
            store.check()
        except StoreError as error:
            return Response(f"{error}\n", 503, mimetype="text/plain")
        return Response("ok\n", mimetype="text/plain")

    warm_up(custom)
    return app


def our_voice(settings: Settings, content: Catalogue) -> OurVoice | None:
    """Our own voice, where it can be had: without it the speaker's own does, and the operator is told why."""
    if not settings.public_url:
        return None
    try:
        return load(settings.data_dir, content)
    except VoiceUnusable as error:
        structlog.get_logger().warning("our own voice is not used", why=str(error))
        return None


def can_stream(ours: OurVoice, edition: Edition) -> bool:
    """Whether everything can be played straight through; else it is set by set, and the operator is told why."""
    why = next(misfits(edition, [BEAT_MS]), "")
    if ours.lacking:
        why = (
            f"the bank lacks {len(ours.lacking)} phrases, {ours.lacking[0]!r} first: run backbeat voice build"
        )
    if why:
        structlog.get_logger().warning("no streams", why=why)
    return not why


def signed(skill_id: str) -> Verify:
    """Verification of every request, as Amazon asks for it."""
    return RequestVerifier(
        skill_id=skill_id, roots=trusted_roots(), fetch=fetch_chain, clock=lambda: datetime.now(UTC)
    ).verify
