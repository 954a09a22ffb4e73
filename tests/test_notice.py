"""What NOTICE says of licences is so, and it travels with the package."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path
from zipfile import ZipFile

import pytest

from skill.content.reader import catalogue
from skill.voice.phrases import wanted
from skill.voice.voices import FILE
from tests.audio.fakes import a_bank

ROOT = Path(__file__).parent.parent
NOTICE = (ROOT / "NOTICE").read_text("utf-8")
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]


def name_of(requirement: str) -> str:
    found = re.match(r"[\w-]+", requirement)
    assert found
    return found[0]


BROUGHT = sorted(
    {name_of(one) for extra, all_ in EXTRAS.items() if extra != "dev" for one in all_} - {"backbeat"}
)
"""What an extra brings to whoever uses Backbeat."""


SERVING = """
import json, sys
from pathlib import Path
from skill.app import create_app
from skill.settings import Settings

app = create_app(Settings(Path(sys.argv[1]), "amzn1.ask.skill.one", "https://coach.example"))
assert any(rule.endpoint.startswith("sound") for rule in app.url_map.iter_rules())  # it has its own voice
maps = Path("/proc/self/maps")
mapped = maps.read_text() if maps.exists() else ""
print(json.dumps([sorted(sys.modules), [line.split()[-1] for line in mapped.splitlines() if ".so" in line]]))
"""


@pytest.mark.alone
def test_serving_loads_nothing_that_only_building_needs(tmp_path: Path) -> None:
    a_bank(tmp_path / FILE, wanted(catalogue()))
    command = [sys.executable, "-c", SERVING, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    modules, mapped = json.loads(done.stdout.splitlines()[-1])
    loaded = {name.partition(".")[0] for name in modules}
    assert "flask" in loaded
    assert loaded & {"av", "numpy", "gtts", "tenacity", "espeakng_loader", "miniaudio"} == set()
    assert [one for one in modules if re.match(r"audio\.(build|encode|decode|voices\.\w)", one)] == []
    assert [path for path in mapped if re.search(r"x26[45]|libav|espeak|mp3lame", path)] == []


def licence(name: str) -> str:
    """All that a package says of its licence."""
    told = metadata(name)
    classed = [one for one in told.get_all("Classifier") or () if one.startswith("License")]
    return " ".join([told.get("License-Expression") or "", told.get("License") or "", *classed])


def needed(name: str, seen: set[str]) -> set[str]:
    """A package, and all that it needs, without its extras."""
    for requirement in requires(name) or ():
        other = name_of(requirement).lower()
        if "extra ==" in requirement or other in seen:
            continue
        try:
            version(other)
        except PackageNotFoundError:  # for another system
            continue
        seen |= {other}
        needed(other, seen)
    return seen


def test_nothing_that_serving_needs_is_under_a_gpl() -> None:
    names = needed("backbeat", set())
    assert {"flask", "werkzeug", "ask-sdk-model", "pyyaml"} <= names
    assert names & {"av", "numpy", "gtts"} == set()
    assert [name for name in sorted(names) if re.search("GPL|General Public", licence(name))] == []
    assert [name for name in sorted(names) if "MPL" in licence(name)] == ["certifi"]


@pytest.mark.parametrize("name", BROUGHT)
def test_whatever_an_extra_brings_is_told_of(name: str) -> None:
    assert re.search(rf"\b{name}\b", NOTICE)


@pytest.mark.parametrize("name", ["av", "espeakng-loader"])
def test_what_is_told_of_a_wheel_is_told_of_the_one_that_is_used(name: str) -> None:
    assert f"{name} {version(name)}" in NOTICE


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("av", "BSD-3-Clause"),
        ("numpy", "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0"),
        ("gtts", "MIT"),
        ("tenacity", "Apache-2.0"),
        ("miniaudio", "MIT"),
        ("boto3", "Apache-2.0"),
        ("apig-wsgi", "MIT"),
        ("wyoming", "MIT"),
        ("zeroconf", "LGPL-2.1-or-later"),
        ("ifaddr", "MIT"),
        ("certifi", "MPL-2.0"),
        ("waitress", "ZPL 2.1"),
    ],
)
def test_a_package_says_the_same_of_itself(name: str, told: str) -> None:
    assert told in licence(name)


def test_the_package_carries_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    [wheel] = tmp_path.iterdir()
    held = " ".join(ZipFile(wheel).namelist())
    for one in ("licenses/LICENSE", "licenses/NOTICE", "espeak/NOTICE", "espeak/COPYING", "piper/NOTICE"):
        assert one in held
