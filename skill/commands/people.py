"""The commands about what is kept of people: take it along, bring it in, back it up, delete it."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click

from skill.coach.dialogue.state import Progress
from skill.errors import BackbeatError, Conflict, Damaged, Newer, SettingsError, StoreError
from skill.kept.backup import back_up
from skill.kept.chosen import open_store
from skill.kept.saved import dump
from skill.kept.store import Store
from skill.kept.taken import MOST, brought, taken
from skill.settings import KEY, Settings, at_the_terminal, for_us_alone, person, prepare


def _about_somebody(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say whom a command is about."""
    user = click.option("--user", metavar="NAME", help="Whose: a name given to backbeat talk.  [default: me]")
    alexa = click.option(
        "--alexa", metavar="USER_ID", help="Or somebody's at a speaker: as Alexa's requests name them."
    )
    return user(alexa(command))


@contextmanager
def _kept_of(user: str | None, alexa: str | None) -> Iterator[tuple[Store, str]]:
    """The store, and how they are called in it. Raises UsageError, SettingsError, StoreError."""
    if alexa is not None and (user is not None or not alexa.strip()):
        raise click.UsageError("Give --user NAME, or --alexa USER_ID.")
    name = at_the_terminal("me" if user is None else user) if alexa is None else alexa.strip()
    settings = Settings.read(os.environ, local=True)
    key = prepare(settings.data_dir)
    with closing(open_store(settings)) as store:
        store.check()
        yield store, person(key, name)


@click.command()
@_about_somebody
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(*, user: str | None, alexa: str | None, yes: bool) -> None:
    """Delete everything that is kept about somebody. It cannot be brought back."""
    with _kept_of(user, alexa) as (store, them):
        if not yes and not click.confirm("Delete everything that is kept about them?"):
            click.echo("It is kept as it was.")
            return
        found = store.forget(them)
    click.echo("Everything about them is deleted." if found else "Nothing was kept about them.")


@click.command()
@_about_somebody
@click.option("-o", "--output", "file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Where to.  [default: it is shown]")  # fmt: skip
def export(*, user: str | None, alexa: str | None, file: Path | None) -> None:
    """Write down all that is kept about somebody, as JSON, to be taken along.

    It names nobody. backbeat import brings it into another installation.
    """
    with _kept_of(user, alexa) as (store, them):
        progress = store.load(them).progress
    if progress is None:
        raise StoreError("nothing is kept about them")
    if file is None:
        click.echo(taken(progress).decode(), nl=False)
        return
    try:
        with for_us_alone(file, "wb") as written:
            written.write(taken(progress))
    except OSError as error:
        raise BackbeatError(f"cannot write {file} ({error.strerror}): choose another") from error
    click.echo(f"All that is kept about them is in {file}.")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@_about_somebody
@click.option("--yes", is_flag=True, help="Do not ask, where something is kept about them.")
def bring(*, file: Path, user: str | None, alexa: str | None, yes: bool) -> None:
    """Bring in what backbeat export wrote, in place of all that is kept about somebody here.

    Have them say "stop" first: a session that is open goes on from its own place.
    """
    progress = _read(file)
    with _kept_of(user, alexa) as (store, them):
        kept = store.load(them)
        if (
            kept.progress is not None
            and not yes
            and not click.confirm("Something is kept about them. Replace all of it?")
        ):
            click.echo("It is kept as it was.")
            return
        try:
            store.save(them, dump(progress), kept.revision)
        except Conflict:
            raise StoreError(
                "they were coached in this moment, and nothing was brought in: have them stop, and try again"
            ) from None
    click.echo("It is brought in.")


def _read(file: Path) -> Progress:
    """What a file holds. Raises BackbeatError."""
    try:
        with file.open("rb") as written:
            return brought(written.read(MOST + 1))
    except OSError as error:
        raise BackbeatError(
            f"cannot read {file} ({error.strerror}): give what backbeat export wrote"
        ) from error
    except Newer as error:
        raise BackbeatError(f"{file} was {error}: update this Backbeat") from error
    except Damaged as error:
        raise BackbeatError(f"{file} cannot be brought in, as it is {error}: export it once more") from error


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER")
def backup(folder: Path) -> None:
    """Copy everybody's progress and the key into a new folder, also while the server runs.

    Whoever is forgotten later is still in it: delete old backups.
    """
    settings = Settings.read(os.environ, local=True)
    place = settings.kept_in()
    if not isinstance(place, Path):
        raise SettingsError(
            f"progress is kept in a table of DynamoDB, which backs itself up: aws dynamodb update-continuous-backups --table-name "
            f"{place.name} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true; and copy {settings.data_dir / KEY}"
        )
    if not place.exists():
        raise StoreError(f"nothing is kept in {place} yet")
    key = prepare(settings.data_dir)
    with closing(open_store(settings)) as store:
        store.check()
        store.tend()  # whoever wished to be forgotten is not in it
    back_up(place, key, folder)
    click.echo(
        f"Everybody's progress and the key are in {folder}. Whoever is forgotten later is still in it."
    )
