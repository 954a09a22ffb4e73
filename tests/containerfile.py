"""A Containerfile, carried out without a daemon: its steps as a script below a folder that stands for the root.

What stands for the base image is a Python of this machine, with a pip. The folders that the steps make, `/app` and such, are below the root, by
whatever name a step calls them; everything else is the machine's. Only what ours uses is known; anything else is an error.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

OURS = ("app", "data", "src")
"""The folders, right below the root, that are the container's own."""

TOLD = {"USER", "VOLUME", "EXPOSE", "LABEL", "ENTRYPOINT", "CMD", "HEALTHCHECK"}
"""The steps that do nothing, but say how it is to be run."""


def steps(text: str) -> Iterator[tuple[str, str]]:
    """Each step, by its word in capitals, and what follows it; in the order written."""
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    for step in re.split(r"(?<!\\)\n", "\n".join(lines)):
        word, _, rest = step.replace("\\\n", " ").partition(" ")
        yield word, rest.strip()


def rules(context: Path) -> list[str]:
    """The lines of a folder's ``.dockerignore``."""
    lines = (context / ".dockerignore").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def ignored(path: str, rules: list[str]) -> bool:
    """Whether a file is kept out: the last line that fits it, or a folder that it is in, decides."""
    parts, found = path.split("/"), False
    wholes = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    for rule in rules:
        pattern = rule.removeprefix("!")
        among = parts if pattern.startswith("**/") else wholes
        if any(fnmatch(one, pattern.removeprefix("**/")) for one in among):
            found = not rule.startswith("!")
    return found


@dataclass
class Container:
    """What the steps come to."""

    root: Path
    """What stands for ``/``."""
    base: Path
    """A folder with the ``python`` of the base image, and its ``pip``."""
    folder: Path = Path("/")
    """Where the steps are, in the container."""
    environ: dict[str, str] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    """Of each of `TOLD` what was told last."""

    @property
    def command(self) -> list[str]:
        """What is run."""
        return [*json.loads(self.told["ENTRYPOINT"]), *json.loads(self.told["CMD"])]

    @property
    def health(self) -> list[str]:
        """What says whether it is well."""
        return [*json.loads(self.told["HEALTHCHECK"].partition(" CMD ")[2])]

    def below(self, text: str) -> str:
        """The same, with the container's own folders where they are."""
        return re.sub(rf"(?<![\w./])/(?={'|'.join(OURS)}\b)", f"{self.root}/", text)

    def at(self, path: str) -> Path:
        """Where a path of the container is."""
        return self.root / (self.folder / path).relative_to("/")

    def environment(self) -> dict[str, str]:
        """What a program in it is given."""
        path = self.environ.get("PATH", "/usr/local/bin:/usr/bin:/bin").replace(
            "/usr/local/bin", str(self.base)
        )
        found = {name: self.below(value) for name, value in (self.environ | {"PATH": path}).items()}
        if (
            library := self.base.with_name("lib")
        ).exists():  # a copied Python looks for its own where that was
            found["LD_LIBRARY_PATH"] = str(library)
        return found

    def run(self, script: str) -> None:
        """A step of the build; it reaches a package registry as whoever runs the tests does."""
        theirs = ("BACKBEAT_", "PYTHON", "VIRTUAL_ENV")
        environ = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
        done = subprocess.run(
            ["sh", "-ec", self.below(script)],
            cwd=self.at("."),
            env=environ | self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"


def built(file: Path, folder: Path) -> Container:
    """The container of a Containerfile, below ``folder``."""
    one, stage = Container(folder / "root", interpreter(folder / "base")), ""
    for word, rest in steps(file.read_text("utf-8")):
        match word:
            case "FROM":
                if stage:  # what was built before stands aside, under its name
                    one.root.rename(folder / stage)
                one, stage = Container(folder / "root", one.base), rest.partition(" AS ")[2]
                one.root.mkdir()
            case "WORKDIR":
                one.folder = Path(rest)
                one.at(".").mkdir(parents=True)
            case "COPY":
                _copy(one, rest, file.parent)
            case "RUN":
                one.run(rest)
            case "ENV":
                one.environ |= dict(part.split("=", 1) for part in shlex.split(rest))
            case _:
                assert word in TOLD, f"{word} is not known here"
                one.told[word] = rest
    return one


def _copy(one: Container, rest: str, context: Path) -> None:
    options = dict(part.removeprefix("--").split("=", 1) for part in rest.split() if part.startswith("--"))
    *sources, to = (part for part in rest.split() if not part.startswith("--"))
    goal = one.at(to)
    for source in sources:
        if "from" in options:
            shutil.copytree(
                one.root.with_name(options["from"]) / source.removeprefix("/"), goal, symlinks=True
            )
        elif (context / source).is_dir():
            shutil.copytree(context / source, goal, ignore=_left(context))
        else:
            assert not ignored(source, rules(context)), f"{source} is kept out"
            goal.mkdir(parents=True, exist_ok=True)  # of files, ours only go to folders
            shutil.copy2(context / source, goal)
    if "chown" in options and os.getuid() == 0:
        owner, group = map(int, options["chown"].split(":"))
        for path in (goal, *goal.rglob("*")):
            os.chown(path, owner, group)


def _left(context: Path):
    """What `shutil.copytree` leaves behind, of a folder of the context."""
    kept_out = rules(context)

    def left(where: str, names: list[str]) -> set[str]:
        within = Path(where).relative_to(context)
        return {name for name in names if ignored((within / name).as_posix(), kept_out)}

    return left


def interpreter(folder: Path) -> Path:
    """A folder with a ``python`` that every user may run: a link to this one, or a copy where others may not go.

    Its ``pip`` is that of whoever runs the tests, which none but they need.
    """
    home, real = Path(sys.base_prefix), Path(sys._base_executable).resolve()
    there = folder / "bin"
    there.mkdir(parents=True)
    if all(parent.stat().st_mode & 0o001 for parent in real.parents):
        (there / "python").symlink_to(real)
    else:
        left = shutil.ignore_patterns(
            "site-packages", "test", "__pycache__", "*.a", "idlelib", "tkinter", "config-*"
        )
        shutil.copytree(home / "lib", folder / "lib", symlinks=True, ignore=left)
        shutil.copy2(real, there / real.name)
        (there / "python").symlink_to(real.name)
    (there / "pip").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pip "$@"\n')
    (there / "pip").chmod(0o755)
    return there
