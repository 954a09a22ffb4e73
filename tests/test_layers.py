"""Who may import whom, and that importing does nothing."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("audio", "skill", "interaction_model")
LONGEST = 350
"""Lines of a file that can be read in one sitting."""

NOTHING: frozenset[str] = frozenset()
ONE = {"audio", "skill.errors", "skill.coach"}
TWO = {
    "skill.content",
    "skill.ears",
    "skill.figures",
    "skill.kept",
    "skill.metrics",
    "skill.render",
    "skill.settings",
    "skill.voice",
}
THREE = {"skill.conversation", "skill.hearing"}
FOUR = {"skill.alexa", "interaction_model"}
FIVE = {
    "skill.app",
    "skill.aws",
    "skill.doctor",
    "skill.home",
    "skill.local",
    "skill.logs",
    "skill.package",
    "skill.page",
    "skill.scrape",
    "skill.server",
    "skill.speaker",
    "skill.wire",
    "skill.workers",
    "skill.commands",
    "skill.terminal",
}

MAY_IMPORT = {  # of our own code, besides itself
    "skill": NOTHING,
    # 1  the ground floor
    "audio": NOTHING,
    "skill.errors": NOTHING,
    "skill.coach": NOTHING,  # and of the rest, only what is pure in the standard library
    # 2  content, memory and media
    **dict.fromkeys(TWO, ONE | TWO),
    # 3  the one use-case
    **dict.fromkeys(THREE, ONE | TWO),
    # 4  the ways in
    "skill.alexa": ONE | TWO | THREE,
    "interaction_model": {"skill.content", "skill.errors", "skill.coach", "skill.hearing"},
    # 5  the wiring
    **dict.fromkeys(FIVE, ONE | TWO | THREE | FOUR | FIVE),
}

PURE = {
    "abc", "bisect", "collections", "dataclasses", "datetime", "enum", "functools", "heapq", "itertools", "math",
    "operator", "re", "string", "typing",
}  # fmt: skip
"""What the coach needs of the standard library: nothing here has a clock, a file, a network or a die."""


def module(path: Path) -> str:
    """``skill/coach/step.py`` → ``skill.coach.dialogue.step``."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


FILES = {module(path): path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))}


def imports(name: str) -> set[str]:
    """Every module that one of ours imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(FILES[name].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: import it by its whole name"
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {one for one in whole if one in FILES} or {str(node.module)}
    return found


def inside(name: str, rooms: set[str] | frozenset[str]) -> bool:
    """Whether a module is in one of the rooms."""
    return any(f"{name}.".startswith(f"{room}.") for room in rooms)


def room_of(name: str) -> str:
    """The room a module is in: the longest name in the table that it begins with."""
    rooms = [room for room in MAY_IMPORT if inside(name, {room}) and room != "skill"]
    assert rooms or name == "skill", f"{name} has no room yet: give it one in MAY_IMPORT"
    return max(rooms, key=len, default="skill")


@pytest.mark.parametrize("name", FILES)
def test_every_import_is_from_a_floor_below(name):
    room = room_of(name)
    allowed = {room, *MAY_IMPORT[room]}
    ours = {one for one in imports(name) if inside(one, set(PACKAGES))}
    assert {one for one in ours if not inside(one, allowed)} == set()


@pytest.mark.parametrize("name", [name for name in FILES if inside(name, {"skill.coach"})])
def test_the_coach_is_pure(name):
    assert {one for one in imports(name) if not inside(one, PURE | {"skill.coach"})} == set()


@pytest.mark.parametrize("name", [name for name in FILES if inside(name, {"skill.coach.dialogue.rules"})])
def test_no_rule_knows_of_another(name):
    assert {one for one in imports(name) if inside(one, {"skill.coach.dialogue.rules"})} == set()


@pytest.mark.parametrize("name", FILES)
def test_a_file_can_be_read_in_one_sitting(name):
    assert len(FILES[name].read_text("utf-8").splitlines()) <= LONGEST


WATCHED_IMPORTS = """
import importlib, json, os, sys, threading
EXPECTED = (sys.prefix, sys.base_prefix)
seen = []

def watch(event, args):
    if event == "open" and not isinstance(args[0], int):
        path = os.fsdecode(args[0])
        if not path.endswith((".py", ".pyc", ".so")) and not path.startswith(EXPECTED):
            seen.append(f"{name} opened {path}")
    elif event in {"sqlite3.connect", "socket.connect", "subprocess.Popen", "os.mkdir", "os.putenv"}:
        seen.append(f"{name} did {event}")

import numpy  # sets a variable for its own threads when it is imported
import prometheus_client  # reads what the system says of this process

sys.addaudithook(watch)
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
    if threading.active_count() > 1:
        seen.append(f"{name} started a thread")
print(json.dumps(seen))
"""


def test_importing_does_nothing():
    command = [sys.executable, "-B", "-c", WATCHED_IMPORTS, json.dumps(list(FILES))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
