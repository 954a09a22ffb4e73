"""What an operator is told: the metrics, to whom they are shown, and a page that holds every line of the log."""

import ast
import json
import re
import urllib.request
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from audio.estimate import estimate
from skill.app import create_app
from skill.coach.dialogue import events as e
from skill.coach.exercise import Ms
from skill.coach.timeline.edition import Edition, Editions
from skill.content.reader import catalogue
from skill.conversation import Conversation
from skill.errors import Conflict, SettingsError
from skill.kept.carried import Carried
from skill.scrape import serve_metrics
from skill.settings import Settings
from tests.alexa.signing import NOW, SKILL_ID, Amazon
from tests.fakes import BrokenStore, MemoryStore
from tests.test_server import free_port

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")
HERE = {"Host": "localhost:5005"}


@pytest.fixture
def client(tmp_path):
    return create_app(Settings(tmp_path, SKILL_ID), verify=lambda _, body: json.loads(body)).test_client()


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def scraped(client) -> dict[str, float]:
    """Every sample of ours that the page shows: its name and labels, and its value."""
    answer = client.get("/metrics", headers=HERE)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {f"{one.name}{one.labels or ''}": one.value for family in families for one in family.samples}


def ask(client, **parts) -> int:
    body = Amazon.body(NOW, **parts)
    return client.post("/alexa", data=body, content_type="application/json").status_code


def test_a_turn_is_counted_by_its_kind_and_its_time(client):
    before = scraped(client)
    assert ask(client) == 200
    after = scraped(client)

    def more(name: str) -> float:
        return after.get(name, 0.0) - before.get(name, 0.0)

    assert more("backbeat_turns_total{'kind': 'LaunchRequest'}") == 1
    assert more("backbeat_turn_seconds_count{'door': 'alexa'}") == 1
    assert after["process_resident_memory_bytes"] > 1_000_000


def test_strangers_make_no_series_of_their_own(client):
    before = counted("backbeat_turns_total", kind="other")
    for number in range(20):
        ask(
            client,
            request={
                "type": f"Made.Up{number}",
                "requestId": "r",
                "timestamp": NOW.isoformat(),
                "locale": "en-US",
            },
        )
    assert counted("backbeat_turns_total", kind="other") == before + 20
    assert "Made.Up" not in client.get("/metrics", headers=HERE).text


def test_what_is_refused_is_counted(client):
    before = counted("backbeat_rejected_total")
    assert client.post("/alexa", data=b"{}", content_type="text/plain").status_code == 400
    assert counted("backbeat_rejected_total") == before + 1


class Contested(MemoryStore):
    """In which another speaker of the same person is faster, twice."""

    left = 2

    def save(self, person, saved, revision):
        if self.left:
            self.left -= 1
            raise Conflict
        super().save(person, saved, revision)


@pytest.mark.parametrize(
    ("store", "name", "more"),
    [
        (Contested(), "backbeat_store_conflicts_total", 2),
        (BrokenStore("save"), "backbeat_store_failures_total", 1),
    ],
)
def test_what_a_store_does_is_counted(store, name, more):
    now: Ms = 1_790_000_000_000
    before = counted(name)
    Conversation(Editions((Edition(catalogue(), estimate),)), store).turn(
        "p", e.Begin(None), Carried(), now=now
    )
    assert counted(name) == before + more


@pytest.mark.parametrize(
    ("headers", "from_", "status"),
    [
        ({"Host": "127.0.0.1:5005"}, "127.0.0.1", 200),
        ({"Host": "[::1]:5005"}, "::1", 200),
        ({"Host": "coach.example.com"}, "127.0.0.1", 404),  # through nginx, as the README has it
        ({"Host": "localhost", "X-Forwarded-For": "8.8.8.8"}, "127.0.0.1", 404),  # through Caddy
        ({"Host": "localhost"}, "192.168.1.20", 404),  # from the network, under a name that is not its own
        ({"Host": "localhost"}, "", 404),
    ],
)
def test_metrics_are_for_this_machine_alone(client, headers, from_, status):
    answer = client.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": from_})
    assert answer.status_code == status


def test_and_for_whoever_is_told_a_port_of_their_own():
    port = free_port()
    server = serve_metrics(str(port))
    try:
        assert server.server_address[0] == "127.0.0.1"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            assert b"backbeat_turns_total" in answer.read()
        with pytest.raises(SettingsError, match=f"port {port}"):
            serve_metrics(f"127.0.0.1:{port}")
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("where", ["", "metrics", "0", "70000", "127.0.0.1", "1:2:3:"])
def test_what_is_no_port_is_said(where):
    with pytest.raises(SettingsError, match=r"\[HOST:\]PORT"):
        serve_metrics(where)


def logged() -> dict[str, set[str]]:
    """Every line of the log that the code can write, and its fields."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "skill").rglob("*.py")):
        text = path.read_text("utf-8")
        if "structlog.get_logger" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            match node:
                case ast.Call(ast.Attribute(ast.Name("log"), _), [ast.Constant(str(event)), *_], keywords):
                    found.setdefault(event, set()).update(str(one.arg) for one in keywords)
    return found


def test_every_line_of_the_log_is_told_of_and_no_other():
    rows = re.findall(r"^\| (`.*?) \|(.*?)\| .+ \|$", PAGE.partition("## Metrics")[0], re.MULTILINE)
    told: dict[str, set[str]] = {}
    for events, fields in rows:
        for event in re.findall(r"`([^`]+)`", events):
            if event != "event":
                told[event] = set(re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", fields))) - {"exception"}
    assert told == {event: fields - {"exc_info"} for event, fields in logged().items()}


def test_every_metric_is_told_of_and_no_other(client):
    told = set(re.findall(r"^\| `(backbeat_\w+)`", PAGE, re.MULTILINE))
    shown = set(
        re.findall(
            r"^# TYPE (backbeat_\w+) (?:counter|histogram)$",
            client.get("/metrics", headers=HERE).text,
            re.MULTILINE,
        )
    )
    assert shown
    assert told == shown
