"""``python -m tests.bench.cold PYTHON FOLDER``: the cold start of a function, from nothing to its first answer.

FOLDER is what ``make aws-package`` made for the processor here, PYTHON an interpreter of its runtime. Each round is a new process
that has nothing but the package; DynamoDB and Secrets Manager are moto's, on loopback, and Alexa is a pretend one. What Lambda adds
is not in it: to fetch the package, to start a machine, and lines longer than loopback.
"""

import json
import os
import secrets
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from tests import aws
from tests.alexa.signing import SKILL_ID, Amazon, pem
from tests.deploy.gateway import HOST, event

PEOPLE = 30

BARE = Path(__file__).parent / "bare.py"


@dataclass(frozen=True)
class Site:
    """Where a function runs: a table, a key, and an Amazon to sign what it is asked."""

    dynamo: aws.Dynamo
    table: str
    secret: str
    folder: Path
    amazon: Amazon

    def environ(self) -> dict[str, str]:
        """As the template has it, and moto's address."""
        return {
            **self.dynamo.environ(),
            "AWS_EC2_METADATA_DISABLED": "true",
            "BACKBEAT_SKILL_ID": SKILL_ID,
            "BACKBEAT_PUBLIC_URL": f"https://{HOST}",
            "BACKBEAT_STORE": f"dynamodb://{self.table}?keep_days=400",
            "BACKBEAT_DATA_DIR": str(self.folder / "data"),
            "BACKBEAT_KEY_SECRET": self.secret,
        }


@contextmanager
def site() -> Iterator[Site]:
    """A site of its own."""
    with aws.serving() as dynamo, tempfile.TemporaryDirectory(prefix="backbeat-cold-") as name:
        folder, amazon = Path(name), Amazon()
        (folder / "root.pem").write_bytes(pem(amazon.root))
        (folder / "chain.pem").write_bytes(amazon.pages[amazon.url])
        yield Site(dynamo, dynamo.table(), dynamo.secret(secrets.token_hex(32)), folder, amazon)


def start(python: str, package: Path, where: Site, people: int = 2) -> dict[str, Any]:
    """One cold start: how long each step took, s, and what was said to people who come for the first time, at least two."""
    asked = []
    for _ in range(people):
        who = {"user": {"userId": f"amzn1.ask.account.{secrets.token_hex(8)}"}}
        system = Amazon.envelope(datetime.now(UTC))["context"]["System"]
        body = Amazon.body(datetime.now(UTC), context={"System": {**system, **who}}, session=who)
        asked.append(event("POST", "/alexa", body, where.amazon.headers(body)))
    (where.folder / "events.json").write_text(json.dumps(asked))
    done = subprocess.run(
        [python, "-S", str(BARE), str(time.monotonic()), str(where.folder)],
        env={
            **where.environ(),
            "PYTHONPATH": str(package),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PATH": os.defpath,
        },
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@click.command()
@click.argument("python")
@click.argument("package", type=click.Path(path_type=Path, exists=True, resolve_path=True))
@click.option("--rounds", default=10, show_default=True)
def main(python: str, package: Path, rounds: int) -> None:
    """Measure cold starts."""
    with site() as where:
        every = [start(python, package, where, PEOPLE) for _ in range(rounds + 1)][
            1:
        ]  # the first fills the disk's cache
    steps = {name: [1000 * one[name] for one in every] for name in ("python", "imports", "made")}
    for number, name in enumerate(("first answer", "second answer")):
        steps[name] = [1000 * one["answers"][number] for one in every]
    steps["to the first answer"] = [
        sum(each) for each in zip(*(steps[n] for n in list(steps)[:4]), strict=True)
    ]
    for name, took in steps.items():
        click.echo(
            f"{name:20} median {statistics.median(took):6.0f} ms   {min(took):6.0f} to {max(took):.0f}"
        )
    cpu = [1000 * one["cpu_started"] for one in every]
    click.echo(
        f"{'its processor time':20} median {statistics.median(cpu):6.0f} ms   {min(cpu):6.0f} to {max(cpu):.0f}"
    )
    later = [1000 * statistics.median(one["answers"][5:]) for one in every]
    click.echo(
        f"{'a later answer':20} median {statistics.median(later):6.1f} ms, with moto's four answers in it"
    )
    cpu = [1000 * one["cpu"] for one in every]
    click.echo(f"{'its processor time':20} median {statistics.median(cpu):6.1f} ms")
    click.echo(f"{'memory':20} {max(one['memory_mb'] for one in every):13.0f} MB")


if __name__ == "__main__":
    main()
