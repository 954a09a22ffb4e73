"""``backbeat wyoming`` as whoever runs it meets it: a real process, found on the network, stopped in mid-set."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from wyoming.asr import Transcript
from wyoming.client import AsyncTcpClient
from zeroconf import IPVersion, ServiceListener
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from skill.home.announced import KIND, addresses, announced
from tests.test_server import BACKBEAT, PATIENCE_S, environment, free_port

pytestmark = pytest.mark.alone


@contextmanager
def running(data: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The command, until it is no longer needed, and its port."""
    port = free_port()
    command = [BACKBEAT, "wyoming", "--host", "127.0.0.1", "--port", str(port), *options]
    environ = environment(BACKBEAT_DATA_DIR=str(data))
    with subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            assert f"tcp://127.0.0.1:{port}" in process.stdout.readline()
            yield process, port
        finally:
            process.kill()


def say(port: int, *texts: str) -> str:
    """Sentences, and the answer to the last."""

    async def said() -> str:
        for text in texts:
            async with AsyncTcpClient("127.0.0.1", port) as client:
                await client.write_event(Transcript(text, context={"conversation_id": "c"}).event())
                answer = await client.read_event()
                assert answer
        return str(answer.data["text"])

    return asyncio.run(said())


def test_stopped_in_mid_set_it_ends_at_once_and_the_place_is_kept(tmp_path):
    with running(tmp_path, "--no-announce") as (process, port):
        assert say(port, "start my back routine", "yes", "yes").startswith("Set one.")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
        assert process.stderr
        assert "rror" not in process.stderr.read()
    with running(tmp_path, "--no-announce") as (_, port):
        assert "You were on" in say(port, "start my back routine")


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[tuple[Path, int]]:
    """A server for those who leave it running: its data, and its port."""
    data = tmp_path_factory.mktemp("home")
    with running(data, "--no-announce") as (_, port):
        yield data, port


def test_it_is_the_same_person_as_in_the_terminal(server):
    data, port = server
    say(port, "start my back routine", "yes", "yes")
    talk = subprocess.run(
        [BACKBEAT, "talk", "--fast", "--silent"],
        env=environment(BACKBEAT_DATA_DIR=str(data)),
        input="stop\n",
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    assert "Welcome back" in talk.stdout


def test_a_port_that_is_taken_is_said_in_a_line(server, tmp_path):
    _, port = server
    again = subprocess.run(
        [BACKBEAT, "wyoming", "--host", "127.0.0.1", "--port", str(port), "--no-announce"],
        env=environment(BACKBEAT_DATA_DIR=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert again.returncode == 1
    assert again.stderr.count("\n") == 1
    assert f"port {port}" in again.stderr


def test_without_its_library_it_says_what_to_install(tmp_path):
    blocked = (
        "import sys; sys.modules['wyoming'] = None; from skill.commands.main import main; main(['wyoming'])"
    )
    run = subprocess.run(
        [sys.executable, "-c", blocked],
        env=environment(BACKBEAT_DATA_DIR=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert run.returncode == 1
    assert 'pip install "backbeat[wyoming]"' in run.stderr


class Found(ServiceListener):
    """What Home Assistant would find."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.came, self.went = asyncio.Event(), asyncio.Event()

    def add_service(self, _, __, name):
        self.names.append(name)
        self.came.set()

    def update_service(self, *_):
        pass

    def remove_service(self, *_):
        self.went.set()


def test_home_assistant_finds_it_and_knows_when_it_is_gone():
    async def scenario():
        home = AsyncZeroconf(ip_version=IPVersion.V4Only)
        found = Found()
        try:
            async with asyncio.timeout(PATIENCE_S):
                browser = AsyncServiceBrowser(home.zeroconf, KIND, found)
                async with announced("127.0.0.1", 10400, "Backbeat"):
                    await found.came.wait()
                    told = AsyncServiceInfo(KIND, found.names[0])
                    assert await told.async_request(home.zeroconf, 3000)
                    assert told.port == 10400
                    assert told.parsed_addresses() == ["127.0.0.1"]
                await found.went.wait()
                await browser.async_cancel()
        finally:
            await home.async_close()

    asyncio.run(scenario())


def test_where_it_cannot_be_announced_whoever_runs_it_learns_what_to_do(monkeypatch, capsys):
    def broken(*_, **__):
        raise OSError("no network")

    monkeypatch.setattr("zeroconf.asyncio.AsyncZeroconf", broken)

    async def scenario():
        async with announced("127.0.0.1", 10400, "Backbeat"):
            pass

    asyncio.run(scenario())
    assert "add the Wyoming integration by hand" in capsys.readouterr().out


def test_all_addresses_are_those_that_others_can_reach():
    assert addresses("192.168.1.7") == ["192.168.1.7"]
    assert addresses("0.0.0.0")
    assert len(addresses("0.0.0.0")) == 1 or "127.0.0.1" not in addresses("0.0.0.0")
