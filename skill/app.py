"""The wiring: settings in, a Flask application out. Nothing is made anywhere else, or at import."""

import os
from datetime import UTC, datetime
from functools import partial

import structlog
from flask import Flask, Response

from audio.estimate import estimate
from skill.alexa.answered import Answered
from skill.alexa.directives import Directives
from skill.alexa.handlers import LAG_MS, AlexaDoor, skill
from skill.alexa.screen import Screens
from skill.alexa.services import Services, at_once, in_background
from skill.alexa.signers import fetch_chain, trusted_roots
from skill.alexa.sound import sound
from skill.alexa.verify import MAX_BODY, RequestVerifier
from skill.alexa.webhook import Verify, unsigned, warm_up, webhook
from skill.coach.exercise import Catalogue
from skill.coach.timeline.edition import Edition, Editions
from skill.content.reader import catalogue, languages
from skill.conversation import Conversation
from skill.errors import StoreError, VoiceUnusable
from skill.kept.chosen import opened, tend
from skill.local import refuse_from_elsewhere
from skill.package.page import privacy
from skill.scrape import metrics
from skill.settings import Settings, prepare
from skill.voice.ours import OurVoice, load, streams
from skill.voice.reels import Reels, Voiced

log = structlog.get_logger()


def create_app(
    settings: Settings | None = None, *, verify: Verify | None = None, services: Services | None = None
) -> Flask:
    """The web application.

    Raises:
        BackbeatError: a setting, the content or the data folder is not as it must be; its text says what to do.
    """
    settings = settings or Settings.read(os.environ)
    key = prepare(settings.data_dir)
    store, answers = opened(settings)
    store.check()
    tend(store)
    contents = [catalogue(language) for language in languages()]
    spoken = [_spoken(settings, content) for content in contents]
    voices = tuple(Voiced(edition, ours.bank) for edition, ours in spoken if ours)
    reels = Reels(voices, key) if voices else None
    screens = Screens.of(contents)
    if not settings.function:  # which is as likely to end before it meets a screen
        _ = screens.figures
    door = AlexaDoor(
        Conversation(Editions(tuple(edition for edition, _ in spoken)), store, LAG_MS),
        Directives(reels, settings.public_url) if reels else None,
        streams=frozenset(
            edition.catalogue.language
            for edition, ours in spoken
            if (settings.function and ours)
            or streams(edition, ours)  # of a function's, its package was made sure
        ),
        pause_speaks=not settings.quiet_pause,
        screens=screens,
        services=services
        or (
            None
            if settings.local
            else Services(
                clock=lambda: datetime.now(UTC), behind=at_once if settings.function else in_background()
            )
        ),
    )
    custom = skill(door)

    app = Flask("backbeat")
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    if settings.local:
        app.before_request(refuse_from_elsewhere)
    app.register_blueprint(
        webhook(
            custom,
            key,
            verify or (unsigned if settings.local else signed(settings)),
            None if settings.local else Answered(answers, key),
        )
    )

    if settings.local:
        from skill.page import page  # noqa: PLC0415  # what listens is slow to load

        for blueprint in page(settings, store, key):
            app.register_blueprint(blueprint)
    elif reels:
        app.register_blueprint(sound(lambda: reels, settings.most_bytes))

    app.register_blueprint(privacy())
    app.register_blueprint(metrics())

    @app.get("/healthz")
    def healthz() -> Response:
        try:
            store.check()
        except StoreError as error:
            return Response(f"{error}\n", 503, mimetype="text/plain")
        return Response("ok\n", mimetype="text/plain")

    warm_up(custom)
    app.extensions[TENDING] = partial(tend, store)
    return app


TENDING = "backbeat.tending"
"""Of an application's extensions, what whoever runs it is to call now and then."""


def _spoken(settings: Settings, content: Catalogue) -> tuple[Edition, OurVoice | None]:
    """The content as our own voice speaks it; else as the speaker's does, and the operator is told why."""
    try:
        ours = load(settings.data_dir, content, checked=settings.function) if settings.public_url else None
    except VoiceUnusable as error:
        log.warning("our own voice is not used", language=content.language, why=str(error))
        ours = None
    return Edition(content, ours.measure if ours else estimate, settings.longest), ours


CERTIFICATE = "certificate.pem"
"""The file in the data folder that the last certificate found good is kept in."""


def signed(settings: Settings) -> Verify:
    """Verification of every request, as Amazon asks for it."""
    return RequestVerifier(
        skill_id=settings.skill_id,
        roots=trusted_roots(),
        fetch=fetch_chain,
        clock=lambda: datetime.now(UTC),
        kept=settings.data_dir / CERTIFICATE,
    ).verify
