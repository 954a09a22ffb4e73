"""``backbeat serve``: the application on waitress, a production WSGI server.

Chosen for whoever is slow: it reads a request in whole before a thread is taken, and lets a thread go before its answer is
sent, so that neither who sends drop by drop nor who reads so keeps anybody waiting; what is waiting to be read beyond a
little is on disk. It speaks HTTP/1.1 and nothing else. One process answers hundreds of turns a second; a bigger
installation runs more.
"""

import gc
import ipaddress
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from types import FrameType
from typing import Any

from flask import Flask
from waitress import create_server
from waitress.wasyncore import loop

from skill.alexa.signers import WAITING
from skill.alexa.verify import MAX_BODY
from skill.app import TENDING, create_app
from skill.errors import SettingsError
from skill.logs import log_libraries, log_to
from skill.settings import Settings
from skill.wire import Channel
from skill.workers import SLOW_S, Workers

THREADS = 2 + WAITING
"""Requests at once: those that wait for a certificate, one that waits for something else, and one at work."""

STOP_S, ARRIVE_S = 8, 2
"""How long it may take to finish what is in flight when it is stopped, and how long a request may still be arriving, seconds. Docker
gives a container ten before it kills it."""

LINGER_S = 0.2
"""How long whoever is connected may begin another request, seconds: its answer says that it is the last. It may be on its way already."""

REQUEST_S = 20
"""How long a request may take to arrive, seconds; ours to choose. Alexa gives up on an answer after about eight."""

HEAD_BYTES = 16 * 1024
"""Of a request's first line and headers; ours to choose. Alexa's are about 1 kB."""

CONNECTIONS = 4000
"""As many at once; ours to choose. Each that only waits takes a few kilobytes."""

READ_BYTES = 128 * 1024
"""Of an answer that is not read, so much is kept in memory, and the rest on disk."""

UNREAD_S, UNREAD_BYTES = 120, 24 * 1024 * 1024
"""How long an answer may lie unread, or nothing be asked, seconds: a player may fetch a minute ahead, and after a longer pause it asks
for the rest again. And how much of all that one connection has asked for may: two of the longest streams."""

TEND_S = 30
"""How often somebody who could not be forgotten at once is tried again, seconds; ours to choose."""

IDLE_S = 0.5
"""Between two looks around, where nothing happens, seconds."""


def serve(
    settings: Settings, host: str, port: int, *, show: Callable[[str], object] = lambda _: None
) -> None:
    """Serve until told to stop; then finish what is in flight. ``show`` is given the address of the page, if there is one.

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
    log_to(sys.stderr)
    log_libraries(sys.stderr)
    app = create_app(settings)
    server = listening(app, address, port)
    threading.Thread(target=tending, args=(app.extensions[TENDING], threading.Event()), daemon=True).start()
    stops: list[float] = []

    def stop(number: int, _: FrameType | None) -> None:
        if stops:  # somebody means it
            os._exit(128 + number)
        stops.append(time.monotonic())
        server.pull_trigger()  # it may be waiting for something to happen

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    how = "unsigned requests, from this machine only" if settings.local else "requests signed by Alexa"
    shown = f"[{address}]" if ":" in address else address
    page = f"http://{shown}:{port}/"
    talk = f"talk to your coach at {page} · " if settings.local else ""
    print(f"Backbeat is ready: {talk}POST {page}alexa ({how}). Ctrl-C stops it.", flush=True)  # noqa: T201  # the one line
    if settings.local:
        show(page)
    run(server, stops)


def tending(tend: Callable[[], None], over: threading.Event) -> None:
    """Tend to what is kept every `TEND_S`, until it is over."""
    while not over.wait(TEND_S):
        tend()


def listening(app: Flask, address: str, port: int) -> Any:
    """A server that listens, and answers nobody before it is run. Waitress has no types."""
    server = create_server(
        app,
        host=address,
        port=port,
        _dispatcher=Workers(THREADS),
        ident="",
        connection_limit=CONNECTIONS,
        channel_timeout=UNREAD_S,
        max_request_header_size=HEAD_BYTES,
        max_request_body_size=MAX_BODY + 1,
        outbuf_overflow=READ_BYTES,
        outbuf_high_watermark=sys.maxsize,  # at which a thread would wait for whoever does not read
        inbuf_overflow=READ_BYTES,
        asyncore_use_poll=True,
        clear_untrusted_proxy_headers=False,  # nothing believes them, and in the local mode one is a reason to refuse
    )
    # The kernel would keep megabytes for each who does not read.
    server.adj.socket_options = [
        *server.adj.socket_options,
        (socket.SOL_SOCKET, socket.SO_SNDBUF, READ_BYTES),
    ]
    server.channel_class, server.stopping = Channel, False
    return server


def run(server: Any, stops: list[float]) -> None:
    """Serve until there is something in ``stops``, the moment of a signal; then only what is in flight, for `STOP_S` at most."""
    began: dict[int, float] = {}
    gc.collect()
    gc.freeze()  # what was loaded stays: it need not be gone through again and again
    while not stops:
        _look(server, IDLE_S)
        _hurry(server, began)
    _close(server)
    while _busy(server, waited := time.monotonic() - stops[0]):
        _look(server, 0.02)
        if waited > LINGER_S:
            _part(server)
    server.task_dispatcher.shutdown(timeout=1)


def _look(server: Any, seconds: float) -> None:
    """Do what there is to do; wait for so many seconds at most, where there is nothing."""
    workers = server.task_dispatcher
    loop(min(seconds, SLOW_S) if workers.queue else seconds, use_poll=True, map=server._map, count=1)  # noqa: SLF001  # as its own `run` has it
    _welcome(server)
    workers.relieve()


def _welcome(server: Any) -> None:
    """Let all in who have come: waitress would let in one a look, and look at everybody in between."""
    known = -1
    while server.accepting and known < (known := len(server.active_channels)) < CONNECTIONS:
        server.handle_accept()


def _close(server: Any) -> None:
    """Let nobody in any more but those who have come; from now on each answer is the last on its connection."""
    _welcome(server)
    server.accepting = False
    server.del_channel()
    server.socket.close()
    server.stopping = True


def _busy(server: Any, waited: float) -> bool:
    """Whether somebody is still being answered, is reading an answer, has begun to ask, or may just do so, after so many seconds."""
    channels = tuple(server.active_channels.values())
    lingering = bool(channels)
    answering = any(channel.requests or channel.total_outbufs_len for channel in channels)
    asking = any(channel.request is not None for channel in channels)
    return (
        (answering and waited < STOP_S) or (asking and waited < ARRIVE_S) or (lingering and waited < LINGER_S)
    )


def _part(server: Any) -> None:
    """Hang up on whoever is connected, and wants nothing."""
    for channel in tuple(server.active_channels.values()):
        channel.will_close |= channel.idle


def _hurry(server: Any, began: dict[int, float]) -> None:
    """Hang up on whoever takes too long to send a request, ``began`` being when each was first seen to; or to read an answer."""
    now, arriving = time.monotonic(), {}
    for channel in tuple(server.active_channels.values()):
        unread, waits_s = channel.total_outbufs_len, time.time() - channel.last_activity
        if unread > UNREAD_BYTES or (unread and waits_s > UNREAD_S):
            channel.handle_close()  # what waitress only does where there is room to write
            continue
        if channel.request is not None and not channel.requests:
            arriving[id(channel)] = began.get(id(channel), now)
            if now - arriving[id(channel)] > REQUEST_S:
                channel.will_close = True
    began.clear()
    began.update(arriving)


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
