"""Real Home Assistant, in this process, and the real Backbeat, in one of its own: `make test-ha`.

Whoever runs the other tests has no Home Assistant, and meets none of these.
"""

import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import custom_components  # noqa: F401  # ours, before Home Assistant comes upon its test kit's

collect_ignore_glob = [] if find_spec("homeassistant") else ["test_*.py"]

ROOT = Path(__file__).parent.parent.parent

PYTHON = os.environ.get("BACKBEAT_PYTHON", ".venv/bin/python")
"""The one that Backbeat is installed for: another than this."""

PATIENCE_S = 20
"""For what takes a moment; longer, and it is broken."""


@dataclass(frozen=True)
class Backbeat:
    """``backbeat wyoming``, running."""

    process: subprocess.Popen[str]
    port: int

    @property
    def where(self) -> dict[str, str | int]:
        return {"host": "127.0.0.1", "port": self.port}

    def stop(self) -> None:
        self.process.terminate()
        assert self.process.wait(PATIENCE_S) == 0


@pytest.fixture
def backbeat(tmp_path: Path) -> Iterator[Backbeat]:
    """One that nobody has spoken with."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BACKBEAT_")}
    command = (Path(PYTHON).with_name("backbeat"), "wyoming", "--host", "127.0.0.1", "--port", str(port))
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(
            (*command, "--no-announce"),
            env={**environment, "BACKBEAT_DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout
            assert "is ready" in process.stdout.readline(), (tmp_path / "log").read_text("utf-8")
            yield Backbeat(process, port)
        finally:
            process.kill()


@pytest.fixture(autouse=True)
def kept(hass: Any, tmp_path: Path) -> None:
    """What Home Assistant keeps, the sound of replies among it, it keeps here."""
    hass.config.config_dir = str(tmp_path / "config")
    (tmp_path / "config").mkdir()
