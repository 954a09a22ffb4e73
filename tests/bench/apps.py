"""What is measured: ``python -m tests.bench.apps NAME SERVER PORT FOLDER`` serves one of `APPS` on one of `SERVERS`.

The folder holds ``root.pem`` and ``chain.pem`` of the pretend Amazon; progress is kept in it. A line on stdout says
that the app is there.
"""

import signal
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import RequestEnvelope, Response
from cryptography import x509
from flask import Flask, jsonify, request
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from skill.alexa.services import Services
from skill.alexa.verify import RequestVerifier
from skill.alexa.webhook import Verify
from skill.app import CERTIFICATE, TENDING, create_app
from skill.logs import log_libraries, log_to
from skill.server import THREADS, listening, run, tending
from skill.settings import Settings
from tests.alexa.signing import SKILL_ID

CONSTANT = {"version": "1.0", "response": {"outputSpeech": {"type": "PlainText", "text": "hello"}}}

URL = "https://coach.example"
"""Where Alexa would find our app's sound."""

SLOW = "X-Bench-Slow"
"""A header: the request with it is in flight for `SLOW_S`."""
SLOW_S = 1.0


UNASKED = Services(clock=lambda: datetime.now(UTC), address=lambda _: None)
"""Alexa herself is not measured."""


def verifier(folder: Path) -> Verify:
    """Verification as it is in service, with a pretend Amazon's root and its certificates at hand."""
    chain = (folder / "chain.pem").read_bytes()
    roots = x509.load_pem_x509_certificates((folder / "root.pem").read_bytes())
    return RequestVerifier(
        skill_id=SKILL_ID,
        roots=roots,
        fetch=lambda _: chain,
        clock=lambda: datetime.now(UTC),
        kept=folder / CERTIFICATE,
    ).verify


def turn(folder: Path) -> Flask:
    """Our app, whole."""
    return create_app(Settings(folder / "data", SKILL_ID), verify=verifier(folder), services=UNASKED)


def streams(folder: Path) -> Flask:
    """Our app, whole, with a voice of its own: its bank is in the folder already."""
    return create_app(Settings(folder / "data", SKILL_ID, URL), verify=verifier(folder), services=UNASKED)


def slow(folder: Path) -> Flask:
    """Our app, which on request takes its time: to be stopped meanwhile."""
    verify = verifier(folder)

    def dawdling(headers: Mapping[str, str], body: bytes) -> Mapping[str, Any]:
        if SLOW in headers:
            tell("in flight")
            time.sleep(SLOW_S)
        return verify(headers, body)

    return create_app(Settings(folder / "data", SKILL_ID), verify=dawdling, services=UNASKED)


def one_handler(_: Path) -> Flask:
    """The smallest skill ask-sdk-core makes: no verification, no store, one word."""

    class Hello(AbstractRequestHandler):
        def can_handle(self, handler_input: HandlerInput) -> bool:  # noqa: ARG002  # the SDK calls by this name
            return True

        def handle(self, handler_input: HandlerInput) -> Response:
            return handler_input.response_builder.speak("hello").response

    builder = SkillBuilder()
    builder.add_request_handler(Hello())
    custom = builder.create()
    app = Flask("one handler")

    @app.post("/alexa")
    def alexa():
        envelope = custom.serializer.deserialize(request.get_data(as_text=True), RequestEnvelope)
        return jsonify(custom.serializer.serialize(custom.invoke(envelope, None)))

    return app


def bare(_: Path) -> Flask:
    """A Flask route that reads the body and says a word."""
    app = Flask("bare")

    @app.post("/alexa")
    def alexa():
        request.get_data()
        return jsonify(CONSTANT)

    return app


APPS: Mapping[str, Callable[[Path], Flask]] = {
    "turn": turn,
    "streams": streams,
    "slow": slow,
    "one handler": one_handler,
    "bare": bare,
}


def loaded(name: str, folder: Path) -> Flask:
    """The app, in the process that serves it."""
    log_to(sys.stderr)
    log_libraries(sys.stderr)
    app = APPS[name](folder)
    tell("ready")
    return app


def tell(word: str) -> None:
    """Whoever started us reads it."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def on_granian(name: str, port: int, folder: Path) -> None:
    """The quickest; and it waits for whoever is slow."""
    Granian(
        name,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
    ).serve(target_loader=partial(loaded, name, folder), wrap_loader=False)


def on_gunicorn(name: str, port: int, folder: Path) -> None:
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415  # not in our lock

    class Application(BaseApplication):
        def load_config(self) -> None:
            given = {"bind": f"127.0.0.1:{port}", "worker_class": "gthread", "threads": THREADS}
            for setting, value in (given | {"loglevel": "warning", "control_socket_disable": True}).items():
                if setting in self.cfg.settings:
                    self.cfg.set(setting, value)

        def load(self) -> Flask:
            return loaded(name, folder)

    Application().run()


def on_waitress(name: str, port: int, folder: Path) -> None:
    """As `skill.server.serve` has it."""
    stops: list[float] = []
    signal.signal(signal.SIGTERM, lambda *_: stops.append(time.monotonic()))
    app = loaded(name, folder)
    if tend := app.extensions.get(TENDING):
        Thread(target=tending, args=(tend, Event()), daemon=True).start()
    run(listening(app, "127.0.0.1", port), stops)


SERVERS: Mapping[str, Callable[[str, int, Path], None]] = {
    "granian": on_granian,
    "gunicorn": on_gunicorn,
    "waitress": on_waitress,
}


if __name__ == "__main__":
    app_name, server, at, where = sys.argv[1:]
    SERVERS[server](app_name, int(at), Path(where))
