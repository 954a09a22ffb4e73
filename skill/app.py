"""The wiring: settings in, a Flask application out. Nothing is made anywhere else, or at import."""

import os
import re
from datetime import UTC, datetime
from functools import partial

import structlog
from flask import Flask, Response, request

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
from skill.settings import Settings, prepare
from skill.voice.ours import OurVoice, load
from skill.voice.reels import Reels, Voiced

log = structlog.get_logger()

LOOPBACK = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d*)?", re.IGNORECASE)
"""The names of this machine to itself, as a Host header has them."""

PASSED_ON = re.compile(r"x-.*|forwarded|via|cdn-loop|cf-.*|.*-ip|tailscale-.*|signature.*", re.IGNORECASE)
"""Headers of a request that was passed on: what proxies, tunnels and content networks add, and Alexa's own. Few of them have an agreed
name; most begin with X-, or end in -IP."""

ONLY_HERE = "This server answers this machine alone. Its log says why.\n"


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


def refuse_from_elsewhere() -> Response | None:
    """In the local mode: the answer to a request that did not come from this machine, as far as that can be seen; the operator is told why.

    It may have come through a proxy or a tunnel that runs here, or from a page in a browser, by a name of the page's own (DNS
    rebinding; Werkzeug's TRUSTED_HOSTS would do, but that it takes no IPv6 address).
    """
    passed = next((name for name in request.headers.keys() if PASSED_ON.fullmatch(name)), "")  # noqa: SIM118  # pairs otherwise
    if passed:
        why = f"it was passed on, as its {passed[:40]} says"
    elif request.environ["SERVER_PROTOCOL"] == "HTTP/1.0":
        why = "it is HTTP/1.0, as an older nginx speaks to what is behind it, and hardly anybody else"
    elif not LOOPBACK.fullmatch(request.headers.get("Host", "")):
        why = "its Host is not this machine"
    else:
        return None
    log.warning(
        "refused",
        why=f"{why}: --local only answers what is sent on this machine, to localhost",
        instead="set BACKBEAT_SKILL_ID, and leave --local out",
    )
    return Response(ONLY_HERE, 400, mimetype="text/plain")


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
