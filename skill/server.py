"""``backbeat serve``: the application on granian, a production WSGI server.

Chosen by measurement: of those that finish the requests in flight on SIGTERM it used the least CPU a request (see
``make bench`` and CONTRIBUTING). One process answers hundreds of turns a second; a bigger installation runs more.
"""

import ipaddress
import signal
import socket
import sys
import threading
import time
from contextlib import closing
from functools import partial

from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from skill.app import create_app
from skill.errors import SettingsError
from skill.logs import log_to
from skill.settings import Settings

THREADS = 2
"""Requests at work at once. A turn is a few hundred microseconds of Python and one small transaction; more threads only
wait for one another."""

STOP_S = 10
"""How long a worker may take to finish what is in flight, seconds: a sender that never ends its request is not waited for."""

POLL_S = 0.005
"""Between two looks at whether the server listens yet, seconds."""


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until told to stop; then finish what is in flight.

    Raises:
        SettingsError: the host or the port cannot be had, or is not loopback in a local installation.
        BackbeatError: as `create_app`.
    """
    address = _address(host, port)
    if settings.local and not ipaddress.ip_address(address).is_loopback:
        raise SettingsError(
            f"--local answers requests that nobody signed, so it cannot listen on {host}: leave --host out, or set "
            "BACKBEAT_SKILL_ID and leave --local out"
        )
    create_app(settings)  # what is wrong is said here, before anything listens
    server = Granian(
        "backbeat",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,  # over HTTP/2 two unfinished bodies, hung up, made both threads spin for good
        blocking_threads=THREADS,
        workers_kill_timeout=STOP_S,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=partial(_worker, settings, address, port), wrap_loader=False)


def _address(host: str, port: int) -> str:
    """The address of ``host``, having seen that it can be listened on."""
    try:
        family, kind, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {host}, port {port} ({error.strerror}): choose another"
        ) from error
    return str(where[0])


def _worker(settings: Settings, address: str, port: int) -> Flask:
    """The application, in the process that serves it."""
    # Until the server has handlers of its own: those of its parent hang.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    log_to(sys.stderr)
    app = create_app(settings)
    how = "unsigned requests, from this machine only" if settings.local else "requests signed by Alexa"
    threading.Thread(target=_announce, args=(address, port, how), daemon=True).start()
    return app


def _announce(address: str, port: int, how: str) -> None:
    """Say that we are ready, once we are: the server listens only after it has been given the application."""
    while True:
        try:
            socket.create_connection((address, port)).close()
            break
        except OSError:
            time.sleep(POLL_S)
    shown = f"[{address}]" if ":" in address else address
    print(f"Backbeat is ready: POST http://{shown}:{port}/alexa ({how}). Ctrl-C stops it.", flush=True)  # noqa: T201  # the one line
