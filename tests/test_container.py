"""The container: its steps carried out, and its command run as a container would. There is no daemon here: see `tests.containerfile`.

Where the tests run as root and may have mounts of their own, all of the root file system is read-only to it but /data and /tmp, it is
nobody, and has no capability. Elsewhere it is an ordinary process.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from skill.alexa.webhook import REFUSAL
from skill.settings import DATABASE
from tests.containerfile import Container, built, ignored, rules, steps
from tests.test_proxies import block
from tests.test_server import PATIENCE_S, Server, free_port, until_open

pytestmark = pytest.mark.alone

ROOT = Path(__file__).parent.parent
FILE = ROOT / "Containerfile"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES = COMPOSE["services"]
COACH = SERVICES["backbeat"]

ID = "amzn1.ask.skill.00000000-0000-4000-8000-000000000000"
NAMED = {"BACKBEAT_SKILL_ID": ID, "BACKBEAT_PUBLIC_URL": "https://coach.example.com"}

SEALED = """
mount --bind "$1" "$1" && mount --bind "$2" "$1/data" && mount -t tmpfs none "$1/tmp"
mount -o remount,bind,ro "$1" && mount -o remount,bind,ro /
user=$3; shift 3
exec setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
"""
"""As compose.yaml has it run: the root ($1) read-only, a volume ($2) at /data, as that user ($3), without a capability."""


@pytest.fixture(scope="module")
def container() -> Iterator[Container]:
    """What the steps make. Below /tmp itself: another user has to come to it."""
    folder = Path(tempfile.mkdtemp(prefix="backbeat-container-"))
    folder.chmod(0o755)
    try:
        yield built(FILE, folder)
    finally:
        shutil.rmtree(folder)


def sealable() -> bool:
    """Whether we may have mounts of our own, and be somebody else."""
    tried = ["unshare", "--mount", "mount", "-o", "remount,bind,ro", "/"]
    return os.getuid() == 0 and subprocess.run(tried, capture_output=True, check=False).returncode == 0


@dataclass(frozen=True)
class Started(Server):
    container: Container

    def healthy(self) -> bool:
        """What the health check says; a container's is run within it."""
        check = [word.replace("5005", str(self.port)) for word in self.container.health]
        environ = self.container.environment()
        return (
            subprocess.run(
                check, env=environ, capture_output=True, timeout=PATIENCE_S, check=False
            ).returncode
            == 0
        )


@contextmanager
def started(container: Container, volume: Path, **environ: str) -> Iterator[Started]:
    """The container's own command, on a port that is free."""
    port, log = free_port(), volume.with_name(f"{volume.name}.log")
    command = [*container.command, "--port", str(port)]
    volume.mkdir(mode=0o700)
    if sealable():
        user = int(container.told["USER"].partition(":")[0])
        os.chown(volume, user, user)
        (container.root / "tmp").mkdir(exist_ok=True)
        command = [
            "unshare",
            "--mount",
            "sh",
            "-ec",
            SEALED,
            "sh",
            str(container.root),
            str(volume),
            str(user),
            *command,
        ]
        environ |= {"TMPDIR": str(container.root / "tmp")}
    else:
        environ |= {"BACKBEAT_DATA_DIR": str(volume)}
    with (
        log.open("w") as stderr,
        subprocess.Popen(
            command, env=container.environment() | environ, stdout=subprocess.PIPE, stderr=stderr, text=True
        ) as process,
    ):
        try:
            assert process.stdout
            assert f":{port}/alexa" in process.stdout.readline(), log.read_text()
            until_open(port)
            yield Started(process, port, volume, log, container)
        finally:
            process.kill()


def test_it_serves_as_nobody_from_files_that_it_cannot_write_to(container: Container):
    volume = container.root.parent / "volume"
    before = inside(container.root)
    with started(container, volume, **NAMED, PYTHONVERBOSE="1", PYTHONDONTWRITEBYTECODE="1") as coach:
        assert coach.healthy()
        status = dict(
            re.findall(r"^(\w+):\t(.*)$", Path(f"/proc/{coach.process.pid}/status").read_text(), re.MULTILINE)
        )
        if sealable():
            assert status["Uid"].split() == status["Gid"].split() == ["10001"] * 4
            assert {status[caps] for caps in ("CapEff", "CapPrm", "CapInh", "CapBnd")} == {"0" * 16}
            assert status["NoNewPrivs"] == "1"
        assert coach.ask("POST", "/alexa", b"{}") == (400, REFUSAL.encode())  # which nobody signed
        assert (
            coach.ask("GET", "/art/icon.png")[0] == 200
        )  # which is only shown where there is a voice of our own
        assert coach.ask("GET", "/privacy")[0] == 200
        assert coach.ask("POST", "/alexa", b" " * 200_000)[0] == 413
        assert coach.stop(signal.SIGTERM) == 0
        assert not coach.healthy()
    told = coach.log.read_text().splitlines()
    assert [
        line for line in told if line.startswith("{") and "voice" in line
    ] == []  # of one that is not used
    assert [
        line for line in told if re.match(r"# code object from .*/app/.*\.py'", line)
    ] == []  # all was compiled when it was built
    assert {path.name for path in volume.iterdir()} >= {"key", DATABASE}
    assert inside(container.root) == before


def inside(folder: Path) -> set[Path]:
    """All that is there, but where it may write."""
    return {path for path in folder.rglob("*") if path.relative_to(folder).parts[0] not in {"data", "tmp"}}


def test_without_a_skill_id_it_says_what_to_set(container: Container):
    done = subprocess.run(
        [*container.command],
        env=container.environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("BACKBEAT_SKILL_ID is not set")
    assert done.stderr.count("\n") == 1


def test_what_only_building_needs_is_left_behind(container: Container):
    [packages] = (container.root / "app/lib").glob("python3*/site-packages")
    there = {path.name.partition("-")[0].lower() for path in packages.iterdir()}
    assert {"flask", "skill", "audio", "interaction_model", "wyoming", "zeroconf", "miniaudio"} <= there
    assert there & {"pip", "setuptools", "hatchling", "wheel", "numpy", "av", "pytest"} == set()
    assert {path.name for path in (packages / "skill/voice/banks").glob("*.sqlite3")} == {
        "en.man.sqlite3",
        "en.woman.sqlite3",
    }
    assert {path.name for path in container.root.iterdir()} <= {"app", "data", "tmp"}  # no source, no tools


def test_it_is_never_root_and_names_its_port_its_volume_and_a_health_check(container: Container):
    assert re.fullmatch(
        r"[1-9]\d{3,}:[1-9]\d{3,}", container.told["USER"]
    )  # in digits, as an orchestrator wants it
    assert (container.told["EXPOSE"], container.told["VOLUME"]) == ("5005", "/data")
    assert container.environ["BACKBEAT_DATA_DIR"] == "/data"
    assert container.health[0] == "python"  # there is no curl


def test_only_what_is_needed_goes_in():
    assert all(
        ignored(path, rules(ROOT))
        for path in (".git/config", ".env", ".venv/bin/python", "tests/aws.py", "skill/__pycache__/app.pyc")
    )
    copied = [
        words
        for word, rest in steps(FILE.read_text("utf-8"))
        if word == "COPY" and "--from" not in rest
        for words in rest.split()[:-1]
    ]
    assert {"audio", "skill", "interaction_model", "pyproject.toml", "locks/run.txt"} <= set(copied)
    assert not any(ignored(path, rules(ROOT)) for path in copied)


# Compose


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_shut_in(name: str):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["tmpfs"] == ["/tmp"]
    assert service["restart"] == "unless-stopped"
    assert not service.get("privileged")
    named = {volume.partition(":")[0] for volume in service["volumes"] if not volume.startswith("./")}
    assert named <= set(COMPOSE["volumes"])


def test_the_coach_is_built_here_and_only_caddy_is_reached_from_outside():
    assert (ROOT / COACH["build"]["context"] / COACH["build"]["dockerfile"]) == FILE
    assert {name for name in SERVICES if "ports" in SERVICES[name]} == {"caddy"}
    assert SERVICES["caddy"]["environment"]["BACKBEAT_SERVER"] == "backbeat:5005"
    assert SERVICES["caddy"]["depends_on"] == {"backbeat": {"condition": "service_healthy"}}
    assert "backbeat:/data" in COACH["volumes"]


def test_what_somebody_sets_is_what_backbeat_and_caddy_read():
    told = (ROOT / "compose.yaml").read_text("utf-8") + (ROOT / "deploy/Caddyfile").read_text("utf-8")
    set_ = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text("utf-8")))
    assert set_ == {"BACKBEAT_SKILL_ID", "BACKBEAT_DOMAIN"}
    assert all(name in block(STARTS) for name in set_)
    assert "{$BACKBEAT_DOMAIN:" in told
    assert "{$BACKBEAT_SERVER:" in told


STARTS = "echo BACKBEAT_DOMAIN=coach.example.com > .env"


def test_the_commands_of_the_readme_name_what_there_is(tmp_path: Path):
    """All but docker's own: what they set, and the services that they start."""
    *settings, up, home = block(STARTS).strip().splitlines()
    subprocess.run(["sh", "-ec", "\n".join(settings)], cwd=tmp_path, check=True)
    assert dict(line.split("=") for line in (tmp_path / ".env").read_text().splitlines()).keys() == {
        "BACKBEAT_DOMAIN",
        "BACKBEAT_SKILL_ID",
    }
    assert up.split("  ")[0] == "docker compose up -d"
    assert home.split("  ")[0].removeprefix("docker compose up -d ") in {
        name for name in SERVICES if "profiles" in SERVICES[name]
    }
