"""What Home Assistant reads of our integration agrees with what it speaks with. With real Home Assistant it is tried by `make test-ha`."""

import json
import re
import struct
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from skill.content.reader import catalogue
from skill.home.announced import KIND
from skill.home.server import info

ROOT = Path(__file__).parents[2]
OURS = ROOT / "custom_components" / "backbeat"
MANIFEST = json.loads((OURS / "manifest.json").read_text("utf-8"))
README = (ROOT / "README.md").read_text("utf-8")


def constant(file: str, name: str) -> str:
    """What a name stands for in a file that takes Home Assistant to import."""
    found = re.search(rf"^{name} = (.*)$", (OURS / file).read_text("utf-8"), re.MULTILINE)
    assert found
    return found[1].strip('"')


def test_it_looks_for_what_the_server_says_that_it_is():
    (program,) = info(catalogue(), "woman").handle
    assert program.name == constant("client.py", "NAME")


def test_it_finds_what_the_server_announces():
    (kind,) = MANIFEST["zeroconf"]
    assert kind["type"] == KIND
    said = re.search(r'announced\(host, port, "(\w+)"\)', (ROOT / "skill/home/server.py").read_text("utf-8"))
    assert said
    assert fnmatchcase(f"{said[1]} cellar.{KIND}".lower(), kind["name"])


def test_its_version_is_ours():
    assert f'version = "{MANIFEST["version"]}"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_readme_names_the_home_assistant_that_it_takes_and_that_it_was_tried_in():
    takes = json.loads((ROOT / "hacs.json").read_text("utf-8"))["homeassistant"]
    assert f"Before {takes.removesuffix('.0')} " in README
    tried = re.search(r"Home Assistant (\S+)\.\d+,", (ROOT / "tests/ha/requirements.txt").read_text("utf-8"))
    assert tried
    assert f"tried in Home Assistant {tried[1]}" in README
    assert f"min_version: {takes}\n" in (ROOT / "blueprints/automation/backbeat/reminder.yaml").read_text(
        "utf-8"
    )


def leaves(words: Any, path: str = "") -> dict[str, str]:
    if isinstance(words, str):
        return {path: words}
    return {key: leaf for name, part in words.items() for key, leaf in leaves(part, f"{path}.{name}").items()}


@pytest.mark.parametrize("language", ["de"])
def test_each_of_its_languages_says_all_of_it(language):
    english, other = (
        leaves(json.loads((OURS / "translations" / f"{one}.json").read_text("utf-8")))
        for one in ("en", language)
    )
    assert english.keys() == other.keys()
    assert all(other.values())


@pytest.mark.parametrize(("name", "side"), [("icon.png", 256), ("icon@2x.png", 512)])
def test_its_picture_has_the_size_that_home_assistant_wants(name, side):
    assert struct.unpack(">II", (OURS / "brand" / name).read_bytes()[16:24]) == (side, side)
