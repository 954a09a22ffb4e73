"""``backbeat serve``: the application on granian, a production WSGI server.

Chosen by measurement: of those that finish the requests in flight on SIGTERM it used the least CPU a request (see
``make bench`` and CONTRIBUTING). One process answers hundreds of turns a second; a bigger installation runs more.
"""

import ipaddress
from functools import partial

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from skill.app import create_app, log_to
from skill.errors import SettingsError
from skill.settings import Settings

THREADS = 2
"""Requests at work at once. A turn is a few hundred microseconds of Python and one small transaction."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until told to stop; then finish what is in flight.

    Raises:
        SettingsError: a local installation may only be bound to loopback.
        BackbeatError: as `create_app`.
    """
    if settings.local and not is_loopback(host):
        raise SettingsError(
            f"--local answers requests that nobody signed, so it cannot listen on {host}: leave --host out, or set "
            "BACKBEAT_SKILL_ID and leave --local out"
        )
    create_app(settings)  # what is wrong is said here, before anything listens
    server = Granian(
        "backbeat",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=partial(_worker, settings, f"http://{host}:{port}/alexa"), wrap_loader=False)


def _worker(settings: Settings, url: str) -> Flask:
    """The application, in the process that serves it."""
    log_to(None)
    app = create_app(settings)
    how = "unsigned requests, from this machine only" if settings.local else "requests signed by Alexa"
    print(f"Backbeat is ready: POST {url} ({how}). Ctrl-C stops it.", flush=True)  # noqa: T201  # the one line
    return app
