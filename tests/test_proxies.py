"""Behind the real nginx and the real Caddy, set up as the README says, but for the ports and the certificate. `make test` sees to both."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from waitress.wasyncore import close_all

from skill.alexa.services import Services
from skill.alexa.verify import MAX_BODY, RequestVerifier
from skill.app import create_app
from skill.content.reader import catalogue
from skill.server import listening, run
from skill.settings import Settings
from skill.voice.phrases import wanted
from skill.voice.voices import FILE
from tests.alexa.signing import SKILL_ID, Amazon
from tests.audio.fakes import a_bank
from tests.test_server import PATIENCE_S, free_port, serving, until_open

pytestmark = pytest.mark.alone

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
NGINX = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/none;
    uwsgi_temp_path {folder}/none;
    scgi_temp_path {folder}/none;
{server}
}}
"""
CADDY = """
{
    admin off
    auto_https disable_redirects
    default_bind 127.0.0.1
}
"""


def block(first: str) -> str:
    """The block of the README that begins with that line, perhaps within a list."""
    (found,) = re.finditer(rf"^( {{4,7}}){re.escape(first)}\n(?:\1.*\n|\n(?=\1))*", README, re.MULTILINE)
    return dedent(found[0])


BELOW = "/back"
"""The path of the README's, where the coach is not all of a site."""


def program(name: str) -> str:
    """Where it is: in the system's place, or in that of the Makefile."""
    unpacked = f"{sys.prefix}/proxies/usr"
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:{unpacked}/sbin:{unpacked}/bin")
    assert found, f"there is no {name}: run make .venv/proxies, or install it"
    return found


def nginx(folder: Path, port: int, behind: int, below: str = "") -> list[str]:
    """The command that runs it."""
    server = re.sub(r" *(ssl_certificate|ssl_certificate_key) .*\n", "", block("server {"))
    server = server.replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    return set_up_nginx(folder, server, behind, below)


def set_up_nginx(folder: Path, server: str, behind: int, below: str) -> list[str]:
    if below:
        server = re.sub(r" *location / \{\n[^}]*\}\n", block(f"location {below}/ {{"), server)
    server = server.replace(":5005", f":{behind}")
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, server=server))
    return [program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]


def caddy(folder: Path, port: int, behind: int, below: str = "") -> list[str]:
    """The command that runs it."""
    site = block("coach.example.com {").replace("coach.example.com", f"http://coach.example.com:{port}", 1)
    return set_up_caddy(folder, site, behind, below)


def set_up_caddy(folder: Path, site: str, behind: int, below: str) -> list[str]:
    if below:
        site = re.sub(r" *reverse_proxy .*\n", block(f"handle_path {below}/* {{"), site)
    (folder / "Caddyfile").write_text(CADDY + site.replace(":5005", f":{behind}"))
    return [program("caddy"), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


PROXIES = {"nginx": nginx, "caddy": caddy}


def test_the_readme_lets_neither_pass_more_on_than_is_taken():
    assert f"client_max_body_size {MAX_BODY // 1024}k;" in block("server {")
    assert f"max_size {MAX_BODY // 1024}KiB" in block("coach.example.com {")


@dataclass(frozen=True)
class Coach:
    """A server that asks for signatures, with a voice of its own."""

    port: int
    amazon: Amazon

    folder: Path


@contextmanager
def coaching(folder: Path, address: str) -> Iterator[Coach]:
    """Such a server, which Alexa finds at this address."""
    amazon, stops, port = Amazon(), [], free_port()
    a_bank(folder / FILE, wanted(catalogue()))
    app = create_app(
        Settings(folder, SKILL_ID, public_url=address),
        verify=RequestVerifier(
            skill_id=SKILL_ID, roots=amazon.roots, fetch=amazon.fetch, clock=lambda: datetime.now(UTC)
        ).verify,
        services=Services(clock=lambda: datetime.now(UTC), address=lambda _: None),
    )
    server = listening(app, "127.0.0.1", port)
    thread = Thread(target=run, args=(server, stops))
    thread.start()
    try:
        yield Coach(port, amazon, folder)
    finally:
        stops.append(time.monotonic())
        thread.join()
        close_all(server._map)


@pytest.fixture(scope="module")
def coach(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coach]:
    with coaching(tmp_path_factory.mktemp("coach"), "https://coach.example.com") as found:
        yield found


@pytest.fixture(scope="module", params=PROXIES)
def proxy(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, coach: Coach
) -> Iterator[int]:
    """The port of one of them, before the coach."""
    folder, port = tmp_path_factory.mktemp(request.param), free_port()
    with running(folder, PROXIES[request.param](folder, port, coach.port), port):
        yield port


@contextmanager
def running(folder: Path, command: list[str], port: int) -> Iterator[None]:
    """One of them, until it is no longer needed."""
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env={"PATH": os.environ["PATH"], "HOME": str(folder)}
        )
    try:
        until_open(port)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def ask(
    port: int, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, http.client.HTTPMessage, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)) as line:
        line.request(method, path, body, {"Host": "coach.example.com", **(headers or {})})
        answer = line.getresponse()
        return answer.status, answer.headers, answer.read()


def signed(coach: Coach, port: int, below: str = "", **parts: Any) -> dict[str, Any]:
    """What Alexa is answered."""
    body = coach.amazon.body(datetime.now(UTC), **parts)
    status, _, said = ask(port, "POST", f"{below}/alexa", body, coach.amazon.headers(body))
    assert status == 200
    return json.loads(said)


def audio(coach: Coach, port: int, below: str = "") -> str:
    """The path of what somebody is played, who has said yes twice."""
    device = {"deviceId": "amzn1.ask.device.0", "supportedInterfaces": {"AudioPlayer": {}}}
    application = {"applicationId": SKILL_ID}
    system = {"application": application, "user": {"userId": f"amzn1.ask.account.{port}"}, "device": device}
    yes = {"type": "IntentRequest", "intent": {"name": "AMAZON.YesIntent"}}
    answer = signed(coach, port, below, context={"System": system})
    for _ in range(2):
        session = {"new": False, "attributes": answer["sessionAttributes"]}
        answer = signed(coach, port, below, context={"System": system}, request=yes, session=session)
    [directive] = answer["response"]["directives"]
    return urlsplit(directive["audioItem"]["stream"]["url"]).path


def test_what_alexa_signed_arrives_as_it_was_signed(coach: Coach, proxy: int):
    assert signed(coach, proxy)["response"]["outputSpeech"]


def test_what_nobody_signed_is_turned_away(coach: Coach, proxy: int):
    body = coach.amazon.body(datetime.now(UTC))
    assert ask(proxy, "POST", "/alexa", body, {"Content-Type": "application/json"})[0] == 400
    assert ask(proxy, "POST", "/alexa", body + b" ", coach.amazon.headers(body))[0] == 400
    assert ask(proxy, "GET", "/alexa")[0] == 405


def test_audio_is_played_from_anywhere_in_it(coach: Coach, proxy: int):
    path = audio(coach, proxy)
    status, headers, whole = ask(proxy, "GET", path)
    assert (status, headers["Accept-Ranges"], len(whole)) == (200, "bytes", int(headers["Content-Length"]))
    for asked, first, end in (
        ("0-999", 0, 1000),
        ("1000-", 1000, len(whole)),
        ("-7", len(whole) - 7, len(whole)),
    ):
        status, headers, part = ask(proxy, "GET", path, headers={"Range": f"bytes={asked}"})
        assert (status, part) == (206, whole[first:end])
        assert headers["Content-Range"] == f"bytes {first}-{end - 1}/{len(whole)}"
    status, headers, nothing = ask(proxy, "HEAD", path)
    assert (status, headers["Content-Length"], nothing) == (200, str(len(whole)), b"")
    assert ask(proxy, "GET", path, headers={"Range": f"bytes={len(whole)}-"})[0] == 416
    assert ask(proxy, "GET", path, headers={"If-None-Match": headers["ETag"]})[0] == 304


@pytest.mark.parametrize(
    "body", [b" " * (MAX_BODY + 1), [b" " * (MAX_BODY + 1)]], ids=["with its length", "in chunks"]
)
def test_too_much_is_turned_away(proxy: int, body: bytes | list[bytes]):
    """Caddy 2.6 may say 502, if we hang up while it is still sending."""
    with closing(http.client.HTTPConnection("127.0.0.1", proxy, timeout=PATIENCE_S)) as line:
        line.request(
            "POST", "/alexa", body, {"Host": "coach.example.com", "Content-Type": "application/json"}
        )
        assert line.getresponse().status in {413, 502}


SLOW = 50


def test_whoever_sends_drop_by_drop_keeps_nobody_waiting(coach: Coach, proxy: int):
    body = coach.amazon.body(datetime.now(UTC))
    fields = {**coach.amazon.headers(body), "Host": "coach.example.com", "Content-Length": str(len(body))}
    head = (
        "POST /alexa HTTP/1.1\r\n"
        + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        + "\r\n"
    )
    with ExitStack() as stack:
        lines = [
            stack.enter_context(socket.create_connection(("127.0.0.1", proxy), PATIENCE_S))
            for _ in range(SLOW)
        ]
        for line in lines:
            line.sendall(head.encode())
        for drop in range(20):
            for line in lines:
                line.sendall(body[drop : drop + 1])
            assert signed(coach, proxy)["response"]["outputSpeech"]
        for line in lines:  # and whoever comes to an end is answered too
            line.sendall(body[20:])
            answer = http.client.HTTPResponse(line)
            answer.begin()
            assert (answer.status, b"<speak>" in answer.read()) == (200, True)


def test_whoever_does_not_read_keeps_nobody_waiting(coach: Coach, proxy: int):
    path = audio(coach, proxy)
    with ExitStack() as stack:
        for _ in range(SLOW):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", proxy), PATIENCE_S))
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: coach.example.com\r\n\r\n".encode())
            assert line.recv(12) == b"HTTP/1.1 200"
        for _ in range(20):
            assert signed(coach, proxy)["response"]["outputSpeech"]


@pytest.mark.parametrize("name", PROXIES)
def test_a_local_server_behind_it_refuses(tmp_path: Path, name: str):
    with serving(tmp_path, "--local") as local:
        port = free_port()
        with running(tmp_path, PROXIES[name](tmp_path, port, local.port), port):
            body, headers = Amazon.body(datetime.now(UTC)), {"Content-Type": "application/json"}
            assert ask(port, "POST", "/alexa", body, headers)[0] == 400
        (line,) = local.log.read_text().splitlines()
    assert json.loads(line)["event"] == "refused"


DEPLOY = Path(__file__).parent.parent / "deploy"


def test_the_readme_shows_their_files_as_they_are():
    caddy, nginx = ((DEPLOY / name).read_text("utf-8") for name in ("Caddyfile", "nginx.conf"))
    assert re.sub(r"\{\$\w+:([^}]*)\}", r"\1", caddy) == block("coach.example.com {")
    assert nginx.partition("\n")[2] == block("server {")
