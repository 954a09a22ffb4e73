"""``backbeat package``: what Amazon is given of us, as files."""

import os
import re
import shlex
from pathlib import Path

import click

from skill.errors import SettingsError
from skill.settings import public_url

CERTIFICATES = ("trusted", "wildcard")
"""The words of `skill.package.manifest.CERTIFICATES`, which is slow to load."""

FUNCTION = re.compile(r"arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[\w-]{1,64}(?::[\w-]{1,128})?")
"""A function of AWS, perhaps one version or alias of it."""


@click.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--url",
    metavar="https://…",
    help="Where this server is reached from the internet.  [default: BACKBEAT_PUBLIC_URL]",
)
@click.option("--certificate", type=click.Choice(CERTIFICATES), default=CERTIFICATES[0], show_default=True,
              help="What that server has: a certificate of its own name, or one for *. its domain.")  # fmt: skip
@click.option("--lambda", "function", metavar="ARN", help="Ask this function of AWS instead; --url is then only where the privacy page is.")  # fmt: skip
def package(*, folder: Path, url: str | None, certificate: str, function: str | None) -> None:
    """Write the skill package: all that Amazon asks for to make the skill, to FOLDER, or here.

    Afterwards: ask deploy, in that folder. What else is in the folder stays as it is.
    """
    from skill.package.files import RESOURCES, ZIP, package, write  # noqa: PLC0415  # slow to load
    from skill.package.manifest import CERTIFICATES as KINDS  # noqa: PLC0415  # likewise
    from skill.package.manifest import Endpoint  # noqa: PLC0415  # likewise

    site = public_url(url, "--url") if url else public_url(os.environ.get("BACKBEAT_PUBLIC_URL", ""))
    if function and not FUNCTION.fullmatch(function):
        raise SettingsError(
            f"--lambda is {function!r}, which is no function: give its ARN, like "
            "arn:aws:lambda:us-east-1:123456789012:function:backbeat"
        )
    if not site and not function:
        raise SettingsError(
            "there is no address yet for Alexa to ask: give --url https://coach.example.com, where this server is reached "
            "from the internet; or --lambda ARN, a function of AWS"
        )
    endpoint = (
        Endpoint(function, site=site) if function else Endpoint(f"{site}/alexa", KINDS[certificate], site)
    )
    written = write(package(endpoint), folder)
    for name in written:
        click.echo(f"Wrote {folder / name}")
    if RESOURCES not in written:
        click.echo(f"Left {folder / RESOURCES} as it was.")
    start = "give it to the function" if function else f"start: BACKBEAT_PUBLIC_URL={site} backbeat serve"
    click.echo(
        f"\nAlexa will ask {endpoint.uri}. Next:\n"
        f"  cd {shlex.quote(str(folder))} && ask deploy      once before: npm install -g ask-cli, and ask configure\n"
        f"  or import {ZIP} in the Alexa developer console\n"
        f"  then set BACKBEAT_SKILL_ID to the id that the skill was given, and {start}"
    )
