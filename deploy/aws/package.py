"""``make aws-package``: the folder that Lambda runs, and the template that names it, in ``build/aws``.

    build/aws/template.yaml     deploy/aws/template.yaml
    build/aws/function/         function.py, ours as in a wheel, and what locks/aws.txt names, for another machine's processor

What of it is not ours is left as it came, but for the services of AWS that are never called: of botocore's 25 MB they are all but one
and a half. Compiled beforehand, since a function cannot write beside its code, and would compile everything at every start.
"""  # noqa: INP001

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from skill.coach.timeline.edition import Edition
from skill.content.reader import catalogue, languages
from skill.errors import BackbeatError, VoiceUnusable
from skill.voice.ours import load, streams

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

RUNTIME = "python3.13"
"""The template's."""

PROCESSORS = {"arm64": "aarch64", "x86_64": "x86_64"}
"""As Lambda calls them, and as wheels do."""

GLIBCS = ("manylinux2014", "manylinux_2_28", "manylinux_2_34")
"""Wheels that run on Amazon Linux 2023, whose glibc is 2.34 (AWS, "Lambda runtimes": from python3.12 on)."""

CALLED = {"dynamodb", "secretsmanager"}
"""The services of AWS that are called."""

MOST_BYTES = 250 * 1024 * 1024
"""Of a function, unpacked (AWS, "Lambda quotas")."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the package, and say how big it is."""
    asked = argparse.ArgumentParser(prog="make aws-package", description=main.__doc__)
    asked.add_argument("--to", type=Path, default=ROOT / "build" / "aws")
    asked.add_argument("--processor", choices=PROCESSORS, default="arm64", help="arm64 is the template's")
    asked.add_argument("--runtime", default=RUNTIME, help="the template's, or one to try it here by")
    given = asked.parse_args(arguments)
    try:
        whole_voices()
    except BackbeatError as error:
        sys.exit(str(error))
    folder = given.to / "function"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    fill(folder, given.processor, given.runtime.removeprefix("python"))
    shutil.copy(HERE / "template.yaml", given.to)
    compiled = compile_all(folder, given.runtime)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if size > MOST_BYTES:
        sys.exit(f"{folder} has {size >> 20} MB, and Lambda takes {MOST_BYTES >> 20}")
    told = f"{folder}: {size >> 20} MB, for {given.runtime} on {given.processor}"
    if not compiled:
        told += f"\nNo {given.runtime} is here to compile it, so it starts seconds later: install that, and do this again."
    sys.stdout.write(f"{told}\n")


def whole_voices() -> None:
    """Make sure of what a function never looks for: that the voice lacks nothing of the content, and all of it fits.

    Raises:
        VoiceUnusable: it does not.
    """
    with tempfile.TemporaryDirectory() as none:
        for content in map(catalogue, languages()):
            ours = load(Path(none), content)
            if ours and not streams(Edition(content, ours.measure), ours):
                raise VoiceUnusable(
                    f"the voice does not fit the content of {content.language}, as the line above says"
                )


def fill(folder: Path, processor: str, version: str) -> None:
    """Install all that runs, as pip does for a machine that is not this one."""
    wheels = [f"--platform={glibc}_{PROCESSORS[processor]}" for glibc in GLIBCS]
    target: list[str | Path] = [
        "--target",
        folder,
        "--no-compile",
        "--implementation=cp",
        f"--python-version={version}",
        "--only-binary=:all:",
    ]
    with tempfile.TemporaryDirectory() as made:
        _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", made, ROOT)
        _pip("install", *target, *wheels, "--no-deps", "--require-hashes", "-r", ROOT / "locks" / "aws.txt")
        _pip("install", *target, *wheels, "--no-deps", *Path(made).iterdir())
    shutil.rmtree(folder / "bin", ignore_errors=True)
    leave_out(folder / "botocore" / "data")
    shutil.copy(HERE / "function.py", folder)


def leave_out(data: Path) -> None:
    """Leave out of botocore's data whatever is of services that are never called."""
    for service in data.iterdir():
        if service.is_dir() and service.name not in CALLED:
            shutil.rmtree(service)
    where = data / "endpoints.json"  # read in whole, twice, at every start
    world = json.loads(where.read_text("utf-8"))
    for partition in world["partitions"]:
        partition["services"] = {
            name: partition["services"][name] for name in CALLED & partition["services"].keys()
        }
    where.write_text(json.dumps(world), "utf-8")


def compile_all(folder: Path, runtime: str) -> bool:
    """Compile everything in place, if there is something to do it with. What is compiled is never compared with its source."""
    here = f"python{sys.version_info.major}.{sys.version_info.minor}"
    command = sys.executable if runtime == here else shutil.which(runtime)
    if command is None:
        return False
    options: list[str | Path] = [
        "-q",
        "-q",
        "--invalidation-mode",
        "unchecked-hash",
        "-s",
        folder,
        "-p",
        "/var/task",
    ]
    done = subprocess.run([command, "-W", "ignore", "-m", "compileall", *options, folder], check=False)  # noqa: S603
    return done.returncode == 0


def _pip(*arguments: str | Path) -> None:
    quiet = ("--quiet", "--quiet", "--disable-pip-version-check")
    done = subprocess.run([sys.executable, "-m", "pip", arguments[0], *quiet, *arguments[1:]], check=False)  # noqa: S603
    if done.returncode:
        sys.exit("pip could not install what the function needs: its own words are above")


if __name__ == "__main__":
    main()
