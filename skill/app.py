"""The wiring: settings in, a Flask application out. Nothing is made anywhere else, or at import."""

import os
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial

import structlog
from flask import Flask, Response

from audio.estimate import estimate
from skill.alexa.answered import Answered
from skill.alexa.directives import Directives
from skill.alexa.handlers import LAG_MS, AlexaDoor, skill
from skill.alexa.services import Services, in_background
from skill.alexa.signers import fetch_chain, trusted_roots
from skill.alexa.sound import sound
from skill.alexa.verify import MAX_BODY, RequestVerifier
from skill.alexa.webhook import Verify, unsigned, warm_up, webhook
from skill.coach.exercise import Catalogue
from skill.coach.timeline.edition import Edition, Editions
from skill.coach.timeline.wishes import BEAT_MS
from skill.content.fit import misfits
from skill.content.reader import catalogue, languages
from skill.conversation import Conversation
from skill.errors import StoreError, VoiceUnusable
from skill.kept.chosen import open_answers, open_store
from skill.kept.store import Store
from skill.local import refuse_from_elsewhere
from skill.settings import Settings, at_the_terminal, prepare
from skill.speaker.door import Door, speaker
from skill.speaker.made import Speaker, gallery, once
from skill.speaker.understanding import Understanding
from skill.terminal.talk import here
from skill.voice.ours import OurVoice, load, studio_of
from skill.voice.reels import Reels, Voiced

log = structlog.get_logger()

PAGE_LAG_MS = 500
"""From a page's request to the first sound of its answer, about: on this machine nothing travels far."""


def create_app(
    settings: Settings | None = None, *, verify: Verify | None = None, services: Services | None = None
) -> Flask:
    """The web application.

    Raises:
        BackbeatError: a setting, the content or the data folder is not as it must be; its text says what to do.
    """
    settings = settings or Settings.read(os.environ)
    key = prepare(settings.data_dir)
    store = open_store(settings)
    store.check()
    tend(store)
    spoken = [_spoken(settings, catalogue(language)) for language in languages()]
    voices = tuple(Voiced(edition, ours.bank) for edition, ours in spoken if ours)
    reels = Reels(voices, key) if voices else None
    door = AlexaDoor(
        Conversation(Editions(tuple(edition for edition, _ in spoken)), store, LAG_MS),
        Directives(reels, settings.public_url) if reels else None,
        streams=frozenset(edition.catalogue.language for edition, ours in spoken if _streams(edition, ours)),
        pause_speaks=not settings.quiet_pause,
        services=services
        or (None if settings.local else Services(clock=lambda: datetime.now(UTC), behind=in_background())),
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
            None if settings.local else Answered(open_answers(settings), key),
        )
    )

    if settings.local:
        ours = once(lambda: _speaker(settings, store, key))
        ears = once(lambda: _understanding(catalogue()))
        drawn = once(lambda: gallery(catalogue()))
        app.register_blueprint(speaker(Door(ours, ears, drawn, key, at_the_terminal("me"))))
        app.register_blueprint(sound(lambda: ours().reels))
    elif reels:
        app.register_blueprint(sound(lambda: reels))

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


def tend(store: Store) -> None:
    """What is to be done about what is kept, whether anybody comes or not; if it cannot be now, then later."""
    try:
        store.tend()
    except StoreError as error:
        log.warning("not tended now", why=str(error))


def _spoken(settings: Settings, content: Catalogue) -> tuple[Edition, OurVoice | None]:
    """The content as our own voice speaks it; else as the speaker's does, and the operator is told why."""
    try:
        ours = load(settings.data_dir, content) if settings.public_url else None
    except VoiceUnusable as error:
        log.warning("our own voice is not used", language=content.language, why=str(error))
        ours = None
    return Edition(content, ours.measure if ours else estimate), ours


def _speaker(settings: Settings, store: Store, key: bytes) -> Speaker:
    """The speaker in the browser: it has our own voice at this very address, and is where this machine is.

    Raises VoiceUnusable: there is none, or it is damaged.
    """
    content = catalogue()
    ours = load(settings.data_dir, content)
    if ours is None:
        raise VoiceUnusable("there is no voice yet: run backbeat voice build")
    edition = Edition(content, ours.measure)
    reels = Reels((Voiced(edition, ours.bank),), key)
    door = AlexaDoor(
        Conversation(Editions((edition,)), store, PAGE_LAG_MS),
        Directives(reels, ""),
        streams=frozenset({content.language} if _streams(edition, ours) else ()),
        here=here(),
    )
    studio = ExitStack().enter_context(studio_of(settings.data_dir, content, ours.bank, forgiving=True))
    return Speaker(skill(door), edition, reels, studio)


def _understanding(content: Catalogue) -> Understanding:
    return Understanding(content, content.locale)


def _streams(edition: Edition, ours: OurVoice | None) -> bool:
    """Whether everything can be played straight through; else it is set by set, and the operator is told why."""
    if ours is None:
        return False
    why = next(misfits(edition, [BEAT_MS]), "")
    if ours.lacking:
        phrases = f"{len(ours.lacking)} phrases, {ours.lacking[0]!r} first"
        why = f"the bank lacks {phrases}: run backbeat voice build"
    if why:
        log.warning("no streams", language=edition.catalogue.language, why=why)
    return not why


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
