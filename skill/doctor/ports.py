"""The ports of this machine: who answers at that of ``backbeat serve``, and at that of ``backbeat wyoming``."""

import socket
from contextlib import closing
from http.client import HTTPException
from typing import BinaryIO, cast

from skill.alexa.probe import ARRIVED, HEADER, seal
from skill.alexa.webhook import REFUSAL
from skill.doctor.finding import Finding, broken, quoted, unseen, well
from skill.doctor.network import Network, Sent, why
from skill.doctor.through import TYPE

WYOMING = 10400
"""The port of ``backbeat wyoming``."""


def server(network: Network, port: int, key: bytes) -> Finding:
    """Who answers at the port of ``backbeat serve``: ours, nobody, or somebody else."""
    link, another = f"Port {port}", "stop it, or give backbeat serve and backbeat doctor another --port"
    sent = Sent({**TYPE, HEADER: seal(key, {}, b"{}")}, b"{}")
    try:
        health = network.ask_here(port, "GET", "/healthz")
        answer = network.ask_here(port, "POST", "/alexa", sent)
    except ConnectionRefusedError:
        return unseen(link, "free: backbeat serve is not running here, or has another --port")
    except (OSError, HTTPException) as error:
        return broken(link, f"somebody else has it ({why(error, network.patience_s)})", another)
    if answer.body == REFUSAL.encode():
        return broken(
            link,
            "a Backbeat of another data folder answers, or one that was not started since an update",
            "give both the same BACKBEAT_DATA_DIR, and start backbeat serve again",
        )
    if answer.body != ARRIVED.encode():
        return broken(link, f"somebody else answers ({answer.status})", another)
    if health.body != b"ok\n":
        return broken(
            link,
            f"Backbeat answers, and is not well ({quoted(health.body.decode(errors='replace').strip())})",
        )
    return well(link, "Backbeat answers, and is well")


def wyoming(network: Network, port: int = WYOMING) -> Finding:
    """Whether Home Assistant finds us. It is no fault where it does not."""
    link, idle = "Wyoming", "not running: only needed for Home Assistant (backbeat wyoming)"
    try:
        from wyoming.event import Event, read_event, write_event  # noqa: PLC0415  # an extra
    except ImportError:
        return unseen(link, "not installed: only needed for Home Assistant (pip install 'backbeat[wyoming]')")
    try:
        with (
            closing(socket.create_connection(("127.0.0.1", port), network.patience_s)) as line,
            closing(line.makefile("rwb")) as both,
        ):
            write_event(Event("describe"), cast("BinaryIO", both))
            event = read_event(cast("BinaryIO", both))
    except ConnectionRefusedError:
        return unseen(link, idle)
    except OSError as error:
        return unseen(link, f"somebody else has port {port} ({why(error, network.patience_s)}): {idle}")
    except (AttributeError, LookupError, TypeError):  # the library takes any JSON for an event
        event = None
    if event is None or event.type != "info" or "backbeat" not in str(event.data).lower():
        return unseen(link, f"somebody else has port {port}: {idle}")
    return well(link, f"Home Assistant finds Backbeat at port {port}")
