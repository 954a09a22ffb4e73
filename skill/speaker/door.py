"""The page's routes, all under ``/speaker`` but the page itself.

    GET  /                              the page
    GET  /speaker/voices                whose voice it may be; POST: whose it is to be
    GET  /speaker/practised             what they did in the last month
    GET  /speaker/figure/<exercise>/<form>.svg
    POST /speaker/heard                 what was typed or said → the request that Alexa would send for it
    POST /speaker/ear/<microphone>      sound → whether somebody speaks, and what was said
    POST /speaker/alexa                 an envelope of Alexa's → her response, in our own voice
    POST /speaker/speech                a response's SSML → where its sound is, and what a screen shows of it
    GET  /speaker/speech/<name>.mp3     that sound
    GET  /speaker/stream/<token>.json   what a screen shows of a stream, whose sound is at /audio

Whoever may ask is the application's affair: this is for the machine it runs on alone. Nothing that was said is kept or logged.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import structlog
from flask import Blueprint, Response, abort, jsonify, render_template, request
from pydantic_core import from_json

from skill.alexa.inbound import carried
from skill.alexa.sound import asked_for
from skill.alexa.verify import parse
from skill.alexa.webhook import MIME, REFUSAL, answer
from skill.coach.dialogue import lines
from skill.coach.dialogue.questions import Meant, Question
from skill.ears import NoEars
from skill.errors import Rejected, StoreError, VoiceUnusable
from skill.speaker.choosing import Voices
from skill.speaker.made import Gallery, Speaker
from skill.speaker.microphones import Microphones
from skill.speaker.month import Month
from skill.speaker.speech import NotSpeech
from skill.speaker.understanding import Understanding
from skill.voice.reels import Forged

log = structlog.get_logger()

CONFIRMING = Meant("", "", {})
"""The question that the page itself asks, where it is not sure what was said."""

HOUR_S = 60 * 60

NAME_CHARS, SOUND_BYTES = 64, 100_000
"""Of a microphone's name; and of sound at once: three seconds."""

SAID_CHARS = 500
"""Of what is typed or said at once: more than anybody says in a breath."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "style-src 'self' 'unsafe-inline'"  # of a figure's own
    ),
    "Permissions-Policy": "microphone=(self), screen-wake-lock=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
"""Of the page: nothing on it comes from, or goes to, anywhere else (W3C, Content Security Policy)."""


@dataclass(frozen=True, slots=True)
class Door:
    """What the page asks for is answered here."""

    made: Callable[[], Speaker]
    """Made when it is first needed. May raise VoiceUnusable."""
    understanding: Callable[[], Understanding]
    gallery: Callable[[], Gallery]
    """Likewise."""
    microphones: Callable[[], Microphones]
    """Likewise. May raise NoEars."""
    month: Callable[[], Month]
    """What they did until today. May raise StoreError."""
    voices: Voices
    key: bytes
    """Hashes the user ids."""
    user: str
    """The page's."""

    def page(self) -> Response:
        """The page."""
        threading.Thread(target=self._ready, daemon=True).start()  # while the page is read
        locale = self.understanding().locale
        html = render_template(
            "speaker.html", user=self.user, locale=locale, language=locale.partition("-")[0]
        )
        return Response(html, headers=HEADERS)

    def voice(self) -> Response:
        """Which voices there are, and which is used; another, if one is named."""
        if request.method == "POST":
            self.voices.use(str(_asked().get("name", "")))
        return jsonify(voices=self.voices.names, used=self.voices.used)

    def practised(self) -> Response:
        """The month, as a plot."""
        locale = self.understanding().locale
        html = render_template("month.html", month=self.month(), language=locale.partition("-")[0])
        return Response(html, headers=HEADERS | {"Cache-Control": "no-store"})

    def _ready(self) -> None:
        with suppress(VoiceUnusable):  # which whoever asks for it is told
            self.made()

    def figure(self, exercise: str, form: str) -> Response:
        """An exercise that moves; what is not drawn is empty, and the page does without."""
        drawn = self.gallery()(exercise, form)
        response = Response(drawn or "", 200 if drawn else 204, mimetype="image/svg+xml")
        response.cache_control.max_age = HOUR_S
        return response

    def heard(self) -> Response:
        """From words to a request."""
        said = _asked()
        text = said.get("text")
        if not isinstance(text, str) or len(text) > SAID_CHARS:
            abort(400)
        asked = CONFIRMING if said.get("meant") is True else _open(said)
        understood = self.understanding().of(text, asked)
        return jsonify(request=understood.request, doubt=understood.doubt)

    def can_hear(self) -> Response:
        """Whether speech is understood here."""
        self.microphones()
        return Response(status=204)

    def ear(self, name: str) -> Response:
        """From sound to what was said in it."""
        sound = request.files.get("sound")
        pcm = sound.read(SOUND_BYTES + 1) if sound else b""
        if len(name) > NAME_CHARS or not pcm or len(pcm) > SOUND_BYTES:
            abort(400)
        told = _read(request.form.get("now", ""))
        own = [text for text in told.get("said", ()) if isinstance(text, str)]
        speaking, said = self.microphones().feed(
            name, pcm, _open(told), own, playing=told.get("playing") is True
        )
        return jsonify(speaking=speaking, utterances=[asdict(one) for one in said])

    def alexa(self) -> Response:
        """From an envelope to a response."""
        try:
            envelope = parse(request.get_data())
        except Rejected as error:
            log.warning("rejected", why=str(error))
            return Response(REFUSAL, 400, mimetype="text/plain")
        return Response(answer(self.made().skill, self.key, envelope), content_type=MIME)

    def speech(self) -> Response:
        """From a response to its sound, and what is seen meanwhile."""
        said = _asked()
        ssml, question = said.get("ssml"), _open(said)
        if not isinstance(ssml, str):
            abort(400)
        try:
            name, shown = self.made().speak(ssml)
        except NotSpeech:
            abort(400)
        hints = lines.hints(question, self.made().catalogue) if question else ""
        return jsonify(audio=f"/speaker/speech/{name}.mp3", hints=hints, **shown)

    def spoken(self, name: str) -> Response:
        """That sound."""
        reel = self.made().spoken(name)
        if reel is None:
            abort(404)
        return asked_for(reel, name)

    def stream(self, token: str) -> Response:
        """What is seen while a stream plays."""
        try:
            return jsonify(self.made().stream(token))
        except Forged:
            abort(404)


def speaker(door: Door) -> Blueprint:
    """The page and what it asks for."""
    blueprint = Blueprint(
        "speaker",
        __name__,
        static_folder="static",
        template_folder="templates",
        static_url_path="/speaker/static",
    )
    blueprint.add_url_rule("/", view_func=door.page)
    blueprint.add_url_rule("/speaker/voices", view_func=door.voice, methods=["GET", "POST"])
    blueprint.add_url_rule("/speaker/practised", view_func=door.practised)
    blueprint.add_url_rule("/speaker/figure/<exercise>/<form>.svg", view_func=door.figure)
    blueprint.add_url_rule("/speaker/heard", view_func=door.heard, methods=["POST"])
    blueprint.add_url_rule("/speaker/alexa", view_func=door.alexa, methods=["POST"])
    blueprint.add_url_rule("/speaker/speech", view_func=door.speech, methods=["POST"])
    blueprint.add_url_rule("/speaker/speech/<name>.mp3", view_func=door.spoken)
    blueprint.add_url_rule("/speaker/stream/<token>.json", view_func=door.stream)
    blueprint.add_url_rule("/speaker/ear", view_func=door.can_hear)
    blueprint.add_url_rule("/speaker/ear/<name>", view_func=door.ear, methods=["POST"])
    blueprint.register_error_handler(VoiceUnusable, voiceless)
    blueprint.register_error_handler(NoEars, deaf)
    blueprint.register_error_handler(StoreError, unkept)
    return blueprint


def voiceless(error: VoiceUnusable) -> Response:
    """There is no voice here: the page says so, and so does the log."""
    log.warning("no voice for the page", why=str(error))
    return Response(f"{error}\n", 503, mimetype="text/plain")


def deaf(error: NoEars) -> Response:
    """Nothing here understands speech: the page listens by its browser's means, or not at all."""
    log.info("no ears for the page", why=str(error))
    return Response(f"{error}\n", 501, mimetype="text/plain")


def unkept(error: StoreError) -> Response:
    """What is kept cannot be had."""
    log.warning("the month cannot be shown", why=str(error))
    return Response(f"{error}\n", 503, mimetype="text/plain")


def _read(written: str | bytes) -> dict[str, Any]:
    """A table in JSON; nothing, if it is none."""
    try:
        return _table(from_json(written))
    except ValueError:
        return {}


def _asked() -> dict[str, Any]:
    """The JSON that was posted; nothing, if it is none."""
    return _read(request.get_data())


def _open(said: dict[str, Any]) -> Question | None:
    """The question that is open, by the attributes of a session."""
    return carried(_table(said.get("attributes"))).session.asked


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
