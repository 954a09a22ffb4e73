"""The commands. Each says what is wrong in one line, and what to do about it."""

import io
import os
import secrets
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import click

from audio.estimate import estimate
from skill.coach.exercise import Catalogue
from skill.coach.timeline.edition import Edition, Editions
from skill.commands.package import package
from skill.commands.people import backup, bring, export, forget
from skill.commands.voice import aloud as speakers
from skill.commands.voice import hear as hear_it
from skill.commands.voice import spoken_in, voice
from skill.content.fit import misfits
from skill.content.reader import CONTENT, read_all
from skill.conversation import Conversation
from skill.errors import BackbeatError, ContentError, SettingsError, StoreError
from skill.figures.reader import misdrawn
from skill.hearing import Ears, Hearing
from skill.kept.chosen import open_store
from skill.logs import log_to
from skill.settings import KEY_BYTES, Settings, at_the_terminal, person, prepare
from skill.terminal.talk import FastClock, RealClock, Said, Terminal
from skill.voice.ours import spoken_by

EVERYWHERE = "0.0.0.0"  # noqa: S104  # the home network: who comes from elsewhere is refused
"""All addresses of this machine."""


METRICS = click.option(
    "--metrics",
    metavar="[HOST:]PORT",
    help="Metrics for Prometheus on a port of their own, too: of this machine's alone, if no HOST is given.",
)


class Plain(click.Group):
    """A group whose commands say what is wrong in a line, never in a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an error of ours is a line on stderr, and exit 1."""
        try:
            return super().invoke(ctx)
        except BackbeatError as error:
            click.echo(str(error), err=True)
            ctx.exit(1)


@click.group(cls=Plain, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="backbeat")
def main() -> None:
    """Backbeat, a voice coach for the back."""


@main.command()
@click.option("--fast", is_flag=True, help="Do not wait: print the counts at once.")
@click.option(
    "--aloud/--silent",
    default=None,
    help="Through this machine's speakers, too.  [default: if there are any, and it is not fast]",
)
@click.option("--user", default="me", show_default=True, metavar="NAME", help="Whose place is kept.")
@click.option("--locale", metavar="LOCALE", help="In which language.  [default: the content's own]")
def talk(*, fast: bool, aloud: bool | None, user: str, locale: str | None) -> None:
    """Talk with the coach here: type what you would say.

    Try: yes · next · repeat · how many left · it hurts · stop. A line typed while it counts interrupts it.
    """
    log_to(sys.stderr, quiet=True)
    settings = Settings.read(os.environ, local=True)
    folder = settings.data_dir
    try:
        key = prepare(folder)
    except SettingsError as error:
        click.echo(f"Your place will not be kept: {error}", err=True)
        key = secrets.token_bytes(KEY_BYTES)
        settings = replace(settings, store="")  # what is kept under such a key, nobody finds again
    content = spoken_in(locale)
    ears = ears_for(content, locale or content.locale)  # made now, not while somebody waits for an answer
    store, clock = open_store(settings), FastClock() if fast else RealClock()
    with suppress(StoreError):  # which the first turn speaks of
        store.tend()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that knows no "◂" is no reason to stop
    wished = False if fast and aloud is None else aloud
    with speakers(folder, content, wished=wished) as (speaker, studio):
        edition = Edition(content, studio.measure if studio else estimate)
        conversation = Conversation(Editions((edition,)), store)
        terminal = Terminal(conversation, ears.hear, clock, Said(sys.stdin), sys.stdout, speaker)
        terminal.run(person(key, at_the_terminal(user)), locale or content.locale)


def ears_for(content: Catalogue, locale: str) -> Ears:
    """What understands words in a locale. Raises SettingsError."""
    from interaction_model.listen import listener  # noqa: PLC0415  # slow to load, and few commands listen
    from interaction_model.spoken import locales  # noqa: PLC0415

    if locale not in locales():
        raise SettingsError(f"nothing is understood in {locale} yet, only in: {', '.join(locales())}")
    return Ears(listener(content, locale).hear, Hearing(content))


@main.command()
@click.option("--local", is_flag=True, help="For trying it out: unsigned requests, from this machine only.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=5005, show_default=True, type=click.IntRange(1, 65535), help="Its port.")
@click.option("--open", "show", is_flag=True, help="With --local: open the page in the browser.")
@METRICS
def serve(*, local: bool, host: str, port: int, show: bool, metrics: str | None) -> None:
    """Serve the skill to Alexa: POST /alexa, and GET /healthz.

    Needs BACKBEAT_SKILL_ID, and in front of it something that speaks https, on port 443, with a trusted certificate. With --local
    it needs neither, and a page at / is a speaker in your browser.
    """
    from skill.server import serve as run  # noqa: PLC0415  # the server is only needed here, and slow to load

    if show and not local:
        raise click.UsageError("--open shows the page of a server for this machine: say --local too.")
    log_to(sys.stderr)
    settings = Settings.read(os.environ, local=local)
    with scraped(metrics):
        run(settings, host, port, show=in_browser if show else lambda _: None)


@contextmanager
def scraped(where: str | None) -> Iterator[None]:
    """While this is served, have metrics on a port of their own, if one is given."""
    from skill.scrape import serve_metrics  # noqa: PLC0415  # only what serves needs it

    server = serve_metrics(where) if where else None
    try:
        yield
    finally:
        if server:
            server.shutdown()
            server.server_close()


@main.command()
@click.option(
    "--port", default=5005, show_default=True, type=click.IntRange(1, 65535), help="Where backbeat serve is."
)
def doctor(port: int) -> None:
    """Walk from this machine to Alexa, link by link: what is seen of each, and what to do where it is broken.

    Run it with the settings that backbeat serve has, while that runs. What is not set up is no fault.
    """
    from skill.doctor.finding import Health  # noqa: PLC0415  # what it looks with is slow to load
    from skill.doctor.walk import walk  # noqa: PLC0415  # likewise

    log_to(sys.stderr, quiet=True)
    ill = 0
    for found in walk(os.environ, port):
        click.echo(str(found))
        ill += found.health is Health.BROKEN
    if ill:
        raise click.exceptions.Exit(1)


@main.command()
@click.option(
    "--host", default=EVERYWHERE, show_default=True, help="The address to listen on; this is all of them."
)
@click.option("--port", default=10400, show_default=True, type=click.IntRange(1, 65535), help="Its port.")
@click.option(
    "--user",
    default="me",
    show_default=True,
    metavar="NAME",
    help="Whose place is kept: a household has one.",
)
@click.option(
    "--announce/--no-announce", default=True, help="Whether Home Assistant is to find it by itself."
)
@METRICS
def wyoming(*, host: str, port: int, user: str, announce: bool, metrics: str | None) -> None:
    """Serve the coach to Home Assistant: an agent to talk with, and its voice, by the Wyoming protocol.

    It answers this machine and the home network, and nobody else: nothing tells one who speaks from another. Home Assistant finds it, or
    is given its address: Settings, Devices & services, Add integration, Wyoming Protocol.
    """
    try:
        from skill.home.server import serve as run  # noqa: PLC0415  # needs its extra, and is slow to load
    except ModuleNotFoundError as error:
        raise SettingsError(f'there is no {error.name} here: pip install "backbeat[wyoming]"') from error

    log_to(sys.stderr)
    settings = Settings.read(os.environ, local=True)
    with scraped(metrics):
        run(settings, host, port, user, announce=announce)


def in_browser(address: str) -> None:
    """Open a page where somebody can see it. Where there is no screen, they read its address."""
    if sys.platform != "linux" or {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        webbrowser.open(address)


@main.group()
def content() -> None:
    """The exercises, the routines and the words."""


@content.command("check")
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@click.option("--voice", "bank", type=click.Path(path_type=Path, dir_okay=False), metavar="BANK",
              help="Whether every phrase fits as this voice speaks it: a file that backbeat voice build made.")  # fmt: skip
def content_check(folder: Path | None, bank: Path | None) -> None:
    """Check content files: every mistake at once, with its file and field. Backbeat's own, if no DIR is given."""
    found = read_all(folder or CONTENT)
    first = next(iter(found))
    mistakes: list[str] = []
    for language, one in found.items():  # a bank is of the default language
        measure = spoken_by(bank) if bank and language == first else estimate
        mistakes += (f"{language}: {line}" for line in misfits(Edition(one, measure)))
    figures = (line for one in found.values() for line in misdrawn(one, folder or CONTENT))
    mistakes += dict.fromkeys(figures)  # which are of no language
    if mistakes:
        raise ContentError(tuple(mistakes))
    for language, one in found.items():
        click.echo(
            f"{language}: {len(one.exercises)} exercises and {len(one.routines)} routines: all is well."
        )


@main.group()
def model() -> None:
    """The interaction model: what Alexa listens for."""


@model.command("write")
def model_write() -> None:
    """Regenerate the model of every locale from its sentences and the content."""
    from skill.commands import models  # noqa: PLC0415  # slow to load, and few commands need it

    models.write()


@model.command("train")
def model_train() -> None:
    """Train the ears of every language on its model's sentences. Half a minute; needs scikit-learn (make test sets it up)."""
    from skill.commands import models  # noqa: PLC0415  # likewise

    models.learn()


@model.command("check")
def model_check() -> None:
    """Check the models against Alexa's rules, and against the content they were made from."""
    from skill.commands import models  # noqa: PLC0415  # likewise

    models.check_all()


for about_people in (backup, bring, export, forget):
    main.add_command(about_people)
main.add_command(package)
main.add_command(voice)
main.add_command(hear_it)
