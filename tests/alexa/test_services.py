"""What Alexa tells when it is asked, and what we make of it: real servers on loopback, each with its nuisance."""

import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Semaphore, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ask_sdk_model.services import reminder_management
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from skill.alexa.services import (
    MAX_ANSWER,
    Daily,
    Outcome,
    Services,
    Speaker,
    alexas,
    in_background,
    reminder,
)

NOW = datetime(
    2026, 10, 24, 18, 30, 15, 250_000, UTC
)  # the last evening of summer time in Berlin: 20:30:15.25
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
BERLIN = json.dumps("Europe/Berlin").encode()
DAILY = Daily(at="07:05", zone="Europe/Berlin", locale="en-US", text="Do your back some good.")
TOKEN, DEVICE = "Atza.secret", "amzn1.ask.device.ONE"
AMPLE = 10
"""Seconds for what needs none."""
SHORT = 0.1
"""Seconds for what never ends."""


class Amazon(ThreadingHTTPServer):
    """Answers every request alike, and remembers what it was asked."""

    daemon_threads = False  # closing it waits for its threads

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Page)
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.status, self.body = 200, b""
        self.way: Callable[[Page], None] = Page.plain
        self.came = Semaphore(0)  # once a request
        self.go = Event()  # what lets go of a request that is held, or drips

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Page(BaseHTTPRequestHandler):
    server: Amazon

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        self.server.came.release()
        with suppress(ConnectionError):
            self.server.way(self)

    do_POST = do_GET  # noqa: N815 - the name is http.server's

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def head(self, **headers: object) -> None:
        self.send_response(self.server.status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def drops(self) -> None:
        while not self.server.go.wait(0.02):
            self.wfile.write(b" ")

    def plain(self) -> None:
        self.head(Content_Length=len(self.server.body))
        self.wfile.write(self.server.body)

    def chunked(self) -> None:
        self.protocol_version = "HTTP/1.1"
        self.head(Transfer_Encoding="chunked", Connection="close")
        for byte in self.server.body:
            self.wfile.write(b"1\r\n%c\r\n" % byte)
        self.wfile.write(b"0\r\n\r\n")

    def moved(self) -> None:
        self.head(Location="/elsewhere", Content_Length=0)

    def held(self) -> None:
        self.server.go.wait(AMPLE)
        self.plain()

    def dripping(self) -> None:
        self.head()
        self.drops()

    def dripping_head(self) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Drip: ")
        self.drops()

    def cut(self) -> None:
        self.head(Content_Length=len(self.server.body) + 1)
        self.wfile.write(self.server.body)

    def nonsense(self) -> None:
        self.wfile.write(b"nonsense\r\n\r\n")

    def silent(self) -> None:
        """Hang up without a word."""


@contextmanager
def running() -> Iterator[Amazon]:
    amazon = Amazon()
    thread = Thread(target=amazon.serve_forever, kwargs={"poll_interval": 0.01})
    with amazon:
        thread.start()
        try:
            yield amazon
        finally:
            amazon.go.set()
            amazon.shutdown()
            thread.join()


@pytest.fixture
def amazon() -> Iterator[Amazon]:
    with running() as amazon:
        yield amazon


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def services(amazon: Amazon, seconds: float = AMPLE, **more: Any) -> Services:
    """Ours, which call this Amazon and no other."""
    more.setdefault("clock", lambda: NOW)
    return Services(
        address=lambda endpoint: endpoint if endpoint == amazon.endpoint else None,
        zone_seconds=seconds,
        reminder_seconds=seconds,
        **more,
    )


def speaker(amazon: Amazon, device: str = DEVICE, token: str = TOKEN) -> Speaker:
    return Speaker(endpoint=amazon.endpoint, token=token, device=device)


def warned(logs: list[Any], what: str, status: int | str) -> None:
    """One line, of nothing but this."""
    assert logs == [{"event": "alexa was asked", "log_level": "warning", "what": what, "status": status}]


# --- The zone of a speaker ------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [Page.plain, Page.chunked])
def test_a_zone_is_told_and_remembered(amazon, way):
    amazon.body, amazon.way = BERLIN, way
    ours = services(amazon)
    with capture_logs() as logs:
        assert ours.zone(speaker(amazon)) == "Europe/Berlin"
        assert ours.zone(speaker(amazon)) == "Europe/Berlin"
    assert logs == []
    [(method, path, headers, body)] = amazon.asked
    assert (method, path, body) == ("GET", f"/v2/devices/{DEVICE}/settings/System.timeZone", b"")
    assert headers["Authorization"] == f"Bearer {TOKEN}"


def test_a_zone_is_believed_for_a_day(amazon):
    amazon.body = BERLIN
    clock = Clock()
    ours = services(amazon, clock=clock)
    ours.zone(speaker(amazon))
    amazon.body = b'"America/Los_Angeles"'
    clock.now = NOW + DAY - timedelta.resolution
    assert ours.zone(speaker(amazon)) == "Europe/Berlin"
    clock.now = NOW + DAY
    assert ours.zone(speaker(amazon)) == "America/Los_Angeles"
    assert len(amazon.asked) == 2


def test_a_turn_does_not_wait_for_a_zone_and_the_next_one_knows_it(amazon):
    amazon.body = BERLIN
    clock, later = Clock(), []
    ours = services(amazon, clock=clock, behind=later.append)
    assert [ours.zone(speaker(amazon)) for _ in range(3)] == [None] * 3
    assert (len(later), amazon.asked) == (1, [])
    later.pop()()
    assert ours.zone(speaker(amazon)) == "Europe/Berlin"
    clock.now = NOW + DAY  # it is asked for again, and what was known goes on being believed meanwhile
    assert ours.zone(speaker(amazon)) == "Europe/Berlin"
    assert len(later) == 1


def test_only_so_many_wait_behind():
    busy, go, done = Event(), Event(), []
    behind = in_background(waiting=2)

    def work() -> None:
        busy.set()
        go.wait()
        done.append(1)

    for _ in range(5):
        behind(work)
    busy.wait()
    go.set()
    while len(done) < 2:
        busy.wait()
    assert len(done) == 2


def test_after_a_miss_it_is_not_asked_for_ten_minutes(amazon):
    clock = Clock()
    ours = services(amazon, clock=clock)
    amazon.status = 500
    assert ours.zone(speaker(amazon)) is None
    amazon.status, amazon.body = 200, BERLIN
    clock.now = NOW + 10 * MINUTE - timedelta.resolution
    assert ours.zone(speaker(amazon)) is None
    assert len(amazon.asked) == 1
    clock.now = NOW + 10 * MINUTE
    assert ours.zone(speaker(amazon)) == "Europe/Berlin"


def test_that_none_is_set_is_not_a_fault(amazon):
    amazon.status = 204
    with capture_logs() as logs:
        assert services(amazon).zone(speaker(amazon)) is None
    assert logs == []


@pytest.mark.parametrize("status", [201, 206, 302, 400, 401, 403, 404, 429, 500, 503])
def test_a_zone_is_only_believed_with_200(amazon, status):
    amazon.status, amazon.body = status, BERLIN
    with capture_logs() as logs:
        assert services(amazon).zone(speaker(amazon)) is None
    warned(logs, "time zone", status)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"Europe/Berlin", b'{"code": "x"}', b"null", b'"Europe/Atlantis"', b'""', b'"Europe"',
        b'"/etc/passwd"', b'"../../etc/passwd"', b'"Europe/Berlin\\u0000"', b'"\\ud800"',
        b'"' + b"x" * 4000 + b'"', b"[" * 10_000, b"\xff\xfe", '"Europe/Berlin"'.encode("utf-16"),
    ],
    ids=lambda body: repr(body[:20]),
)  # fmt: skip
def test_what_is_no_zone_is_none(amazon, body):
    amazon.body = body
    with capture_logs() as logs:
        assert services(amazon).zone(speaker(amazon)) is None
    warned(logs, "time zone", 200)


def test_a_huge_answer_is_not_read_to_its_end(amazon):
    amazon.body = BERLIN + b" " * MAX_ANSWER
    with capture_logs() as logs:
        assert services(amazon).zone(speaker(amazon)) is None
    warned(logs, "time zone", 200)


def test_a_redirect_is_not_followed(amazon):
    amazon.status, amazon.way = 302, Page.moved
    with capture_logs() as logs:
        assert services(amazon).zone(speaker(amazon)) is None
        assert services(amazon).remind(speaker(amazon), DAILY) is Outcome.FAILED
    assert [(path, line["status"]) for (_, path, _, _), line in zip(amazon.asked, logs, strict=True)] == [
        (f"/v2/devices/{DEVICE}/settings/System.timeZone", 302),
        ("/v1/alerts/reminders", 302),
    ]


@pytest.mark.parametrize("way", [Page.held, Page.dripping, Page.dripping_head])
def test_a_server_that_takes_for_ever_is_left(amazon, way):
    amazon.status, amazon.way = 400, way
    with capture_logs() as logs:
        assert services(amazon, SHORT).zone(speaker(amazon)) is None
        assert services(amazon, SHORT).remind(speaker(amazon), DAILY) is Outcome.FAILED
    assert [line["what"] for line in logs] == ["time zone", "reminder"]


@pytest.mark.parametrize("way", [Page.cut, Page.nonsense, Page.silent])
def test_a_server_that_breaks_off_is_no_answer(amazon, way):
    amazon.body, amazon.way = BERLIN, way
    with capture_logs() as logs:
        assert services(amazon).zone(speaker(amazon)) is None
    assert [set(line) for line in logs] == [{"event", "log_level", "what", "status"}]


def test_a_server_that_is_not_there_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    ours = Services(clock=lambda: NOW, address=lambda _: f"http://127.0.0.1:{port}")
    with capture_logs() as logs:
        assert ours.zone(Speaker("", TOKEN, DEVICE)) is None
    warned(logs, "time zone", "ConnectionError")


def test_proxies_of_the_environment_are_left_alone(amazon, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    amazon.body = BERLIN
    assert services(amazon).zone(speaker(amazon)) == "Europe/Berlin"


def test_whoever_comes_while_a_speaker_is_asked_for_does_not_wait(amazon):
    amazon.body, amazon.way = BERLIN, Page.held
    ours = services(amazon)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(ours.zone, speaker(amazon))
        assert amazon.came.acquire(timeout=AMPLE)
        assert ours.zone(speaker(amazon)) is None
        other = pool.submit(ours.zone, speaker(amazon, "another"))
        assert amazon.came.acquire(timeout=AMPLE)  # that one is asked for meanwhile
        assert not first.done()
        amazon.go.set()
        assert first.result(AMPLE) == other.result(AMPLE) == "Europe/Berlin"
    assert ours.zone(speaker(amazon)) == "Europe/Berlin"
    assert len(amazon.asked) == 2


def test_only_so_many_are_remembered_and_the_oldest_goes(amazon):
    amazon.body = BERLIN
    ours = services(amazon, most=2)
    for device in ("one", "two", "three"):
        assert ours.zone(speaker(amazon, device)) == "Europe/Berlin"
    assert len(ours._found) == 2
    for device in ("three", "two"):
        ours.zone(speaker(amazon, device))
    assert len(amazon.asked) == 3
    ours.zone(speaker(amazon, "one"))
    assert len(amazon.asked) == 4


def test_no_id_is_kept_and_no_secret_shown(amazon):
    amazon.body = BERLIN
    ours = services(amazon)
    ours.zone(speaker(amazon))
    assert DEVICE not in repr(ours._found)
    assert DEVICE.encode() not in b"".join(ours._found)
    shown = repr(speaker(amazon)) + repr(DAILY)
    assert not [secret for secret in (DEVICE, TOKEN, DAILY.text) if secret in shown]


@pytest.mark.parametrize(
    ("device", "path"), [("a/../b?c#d", "a%2F..%2Fb%3Fc%23d"), ("a b", "a%20b"), ("ü", "%C3%BC")]
)
def test_a_strange_id_stays_in_its_place(amazon, device, path):
    amazon.body = BERLIN
    assert services(amazon).zone(speaker(amazon, device)) == "Europe/Berlin"
    assert amazon.asked[0][1] == f"/v2/devices/{path}/settings/System.timeZone"


@pytest.mark.parametrize("device", ["", ".", ".."])
def test_an_id_that_a_path_would_lose_is_not_sent(amazon, device):
    with capture_logs() as logs:
        assert services(amazon).zone(speaker(amazon, device)) is None
    warned(logs, "time zone", "not sent")
    assert amazon.asked == []


@pytest.mark.parametrize("token", ["", "a\r\nX-Other: b", "€"])
def test_what_is_no_token_is_not_sent(amazon, token):
    ours = services(amazon)
    assert ours.zone(speaker(amazon, token=token)) is None
    assert ours.remind(speaker(amazon, token=token), DAILY) is Outcome.FAILED
    assert amazon.asked == []


# --- Which addresses are Alexa's ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("https://api.amazonalexa.com", "https://api.amazonalexa.com"),
        ("https://api.eu.amazonalexa.com/", "https://api.eu.amazonalexa.com"),
        ("HTTPS://API.FE.AmazonAlexa.com:443", "https://api.fe.amazonalexa.com"),
        ("https://amazonalexa.com", "https://amazonalexa.com"),
    ],
)
def test_an_address_of_alexas_is_called_in_its_plainest_form(endpoint, address):
    assert alexas(endpoint) == address


@pytest.mark.parametrize(
    "endpoint",
    [
        "", "api.amazonalexa.com", "http://api.amazonalexa.com", "ftp://api.amazonalexa.com",
        "https://notamazonalexa.com", "https://amazonalexa.com.example.org",
        "https://example.org/amazonalexa.com", "https://example.org?.amazonalexa.com",
        "https://example.org#.amazonalexa.com", "https://example.org\\.amazonalexa.com",
        "https://example.org%2F.amazonalexa.com", "https://amazonalexa.com@example.org",
        "https://me@api.amazonalexa.com", "https://api.amazonalexa.com:8443",
        "https://api.amazonalexa.com:x", "https://api.amazonalexa.com/v1", "https://.amazonalexa.com",
        "https://a..amazonalexa.com", "https://amazonalexa.com.", "https://[::1].amazonalexa.com",
        "https://api.amazonalexa.com\n", " https://api.amazonalexa.com",
        "https://api.\u0430mazonalexa.com", "https://127.0.0.1",
    ],
)  # fmt: skip
def test_another_address_is_not_called(endpoint):
    assert alexas(endpoint) is None


def test_nothing_is_sent_to_anybody_else(amazon):
    ours = Services(clock=lambda: NOW)
    with capture_logs() as logs:
        assert ours.zone(speaker(amazon)) is None
        assert ours.remind(speaker(amazon), DAILY) is Outcome.FAILED
    assert [(line["what"], line["status"]) for line in logs] == [
        ("time zone", "not sent"),
        ("reminder", "not sent"),
    ]
    assert amazon.asked == []


# --- A reminder -----------------------------------------------------------------------------------------------


def test_a_reminder_is_sent_whole(amazon):
    amazon.body = json.dumps({"alertToken": "x", "status": "ON", "version": "1"}).encode()
    with capture_logs() as logs:
        assert services(amazon).remind(speaker(amazon), DAILY) is Outcome.SET
    assert logs == []
    [(method, path, headers, body)] = amazon.asked
    assert (method, path) == ("POST", "/v1/alerts/reminders")
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {
        "requestTime": "2026-10-24T20:30:15.250",
        "trigger": {
            "type": "SCHEDULED_ABSOLUTE",
            "scheduledTime": "2026-10-25T07:05:00.000",
            "timeZoneId": "Europe/Berlin",
            "recurrence": {
                "startDateTime": "2026-10-25T07:05:00.000",
                "recurrenceRules": ["FREQ=DAILY;BYHOUR=7;BYMINUTE=5;BYSECOND=0;INTERVAL=1"],
            },
        },
        "alertInfo": {"spokenInfo": {"content": [{"locale": "en-US", "text": "Do your back some good."}]}},
        "pushNotification": {"status": "ENABLED"},
    }


def fits(said: Any, kind: str) -> None:
    """What is said is of a kind that Amazon's models name, and so is all within it.

    Not by the SDK's serializer: one of these models names a module that is not there.
    """
    simple: dict[str, Callable[[Any], Any]] = {"str": str, "datetime": datetime.fromisoformat}
    if kind.startswith("list["):
        for one in said:
            fits(one, kind[5:-1])
    elif kind in simple:
        assert isinstance(said, str)
        assert simple[kind](said)
    else:
        model = getattr(reminder_management, kind.rsplit(".", 1)[1])
        if issubclass(model, Enum):
            assert model(said)
        else:
            names = {wire: name for name, wire in model.attribute_map.items()}
            for wire, inner in said.items():
                fits(inner, model.deserialized_types[names[wire]])


def test_amazons_own_models_know_every_word_of_it():
    fits(reminder(DAILY, NOW), "reminder_management.ReminderRequest")


def test_amazons_own_model_of_a_refusal_has_what_is_read_of_it():
    assert reminder_management.Error.attribute_map["code"] == "code"


@given(
    now=st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis adds the zone
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    zone=st.sampled_from(
        ["Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati", "UTC"]
    ),
)
def test_the_first_is_the_next_time_their_clock_says_so(now, hour, minute, zone):
    daily = Daily(at=f"{hour:02}:{minute:02}", zone=zone, locale="en-US", text="x")
    trigger = reminder(daily, now)["trigger"]
    first = datetime.fromisoformat(trigger["scheduledTime"])
    local = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert (first.hour, first.minute, first.second, first.tzinfo) == (hour, minute, 0, None)
    assert timedelta(0) < first - local <= DAY
    assert trigger["recurrence"]["startDateTime"] == trigger["scheduledTime"]


def refusal(code: object) -> bytes:
    return json.dumps({"code": code, "message": "as may be"}).encode()


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (401, b"", Outcome.NOT_ALLOWED),
        (401, b"<html>", Outcome.NOT_ALLOWED),
        (401, refusal("UNAUTHORIZED"), Outcome.NOT_ALLOWED),
        (401, refusal("NEW"), Outcome.NOT_ALLOWED),
        (403, refusal("INVALID_BEARER_TOKEN"), Outcome.NOT_ALLOWED),
        (403, refusal("ACCESS_DENIED"), Outcome.NOT_ALLOWED),
        (403, refusal("MAX_REMINDERS_EXCEEDED"), Outcome.TOO_MANY),
        (403, refusal("DEVICE_NOT_SUPPORTED"), Outcome.NOT_HERE),
        (400, refusal("DEVICE_NOT_SUPPORTED"), Outcome.NOT_HERE),
        (400, refusal("INVALID_TRIGGER"), Outcome.FAILED),
        (403, refusal("NEW"), Outcome.FAILED),
        (403, refusal(None), Outcome.FAILED),
        (403, refusal(["DEVICE_NOT_SUPPORTED"]), Outcome.FAILED),
        (403, b'["DEVICE_NOT_SUPPORTED"]', Outcome.FAILED),
        (403, b"", Outcome.FAILED),
        (403, b"\xff", Outcome.FAILED),
        (403, b"[" * 10_000, Outcome.FAILED),
        (403, refusal("DEVICE_NOT_SUPPORTED") + b" " * MAX_ANSWER, Outcome.FAILED),
        (404, b"", Outcome.FAILED),
        (429, refusal("MAX_RATE_EXCEEDED"), Outcome.FAILED),
        (500, refusal("DEVICE_NOT_SUPPORTED"), Outcome.FAILED),
        (503, b"", Outcome.FAILED),
        (504, b"", Outcome.FAILED),
    ],
)
def test_a_reminder_that_is_not_set(amazon, status, body, outcome):
    amazon.status, amazon.body = status, body
    with capture_logs() as logs:
        assert services(amazon).remind(speaker(amazon), DAILY) is outcome
    warned(logs, "reminder", status)


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize("way", [Page.plain, Page.cut, Page.dripping])
def test_a_reminder_is_set_whatever_else_is_said(amazon, status, way):
    amazon.status, amazon.way, amazon.body = status, way, b"?" * MAX_ANSWER * 2
    assert services(amazon).remind(speaker(amazon), DAILY) is Outcome.SET


@pytest.mark.parametrize(
    "at", ["", "7:05", "24:00", "12:60", "07:05:00", "MO", "07:05\n", "\u0660\u0667:\u0660\u0665"]
)
def test_what_is_no_time_of_day_is_refused(at):
    with pytest.raises(ValueError, match="not a time of day"):
        Daily(at=at, zone="UTC", locale="en-US", text="x")


@pytest.mark.parametrize("zone", ["", "Europe", "Europe/Atlantis", "../UTC"])
def test_what_is_no_zone_is_refused(zone):
    with pytest.raises(ValueError, match="not a time zone"):
        Daily(at="07:05", zone=zone, locale="en-US", text="x")
