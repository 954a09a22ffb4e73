"""Where `skill.metrics` are read: ``GET /metrics`` from this machine, and a port of their own for whoever wants one elsewhere."""

import ipaddress
from wsgiref.simple_server import WSGIServer

from flask import Blueprint, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest, start_http_server

from skill.errors import SettingsError
from skill.local import passed_on

PORT = 9464
"""A port that is free for it, and in the example: as OpenTelemetry's Prometheus exporter has it."""


def metrics() -> Blueprint:
    """``GET /metrics``, for this machine alone: from elsewhere, or through a proxy, there is no such page."""
    blueprint = Blueprint("metrics", __name__)

    @blueprint.get("/metrics")
    def shown() -> Response:
        if not _from_here():
            abort(404)
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    return blueprint


def _from_here() -> bool:
    try:
        near = ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        near = False
    return near and not passed_on()


def serve_metrics(where: str) -> WSGIServer:
    """Serve metrics on a port of their own, ``[HOST:]PORT``; on loopback, if no host is given.

    Raises:
        SettingsError: that is no such thing, or it cannot be had.
    """
    host, _, port = where.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 1 << 16):
        raise SettingsError(f"--metrics {where} is not [HOST:]PORT, such as {PORT}, or 0.0.0.0:{PORT}")
    try:
        server, _ = start_http_server(int(port), host)
    except OSError as error:
        raise SettingsError(
            f"cannot serve metrics on {host}, port {port} ({error.strerror}): choose another"
        ) from error
    return server
