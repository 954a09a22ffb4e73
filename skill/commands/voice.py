"""``backbeat voice …`` and ``backbeat hear``: giving the coach a voice, and hearing it without a speaker."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audio.errors import AudioError
from audio.reel import Reel
from audio.voices import Pace, Voice, VoiceError
from interaction_model.match import matcher
from skill.coach.dialogue import tell
from skill.coach.exercise import Catalogue
from skill.coach.timeline.arrange import Measure, arrange
from skill.coach.timeline.block import RUN_UP_MS, Telling, block, blocks
from skill.coach.timeline.plan import Bookmark, Plan, plan, start
from skill.coach.timeline.score import Score, joined
from skill.content.reader import catalogue
from skill.errors import SettingsError, VoiceUnusable
from skill.render.captions import captions
from skill.settings import data_dir
from skill.voice.ours import bank_file, load
from skill.voice.phrases import placements, wanted

if TYPE_CHECKING:
    from skill.terminal.loudspeaker import Loudspeaker


@click.group()
def voice() -> None:
    """Our own voice, which counts on the exact beat."""


@voice.command("build")
@click.option("--voice", "kind", type=click.Choice(["espeak", "gtts"]), default="espeak", show_default=True,
              help="espeak needs no network; gtts sounds natural, and asks Google for each phrase.")  # fmt: skip
@click.option("--recordings", type=click.Path(path_type=Path, file_okay=False, exists=True), metavar="FOLDER",
              help="A person's own voice: a folder of recordings, by the numbers of backbeat voice script.")  # fmt: skip
@click.option("--locale", default="en-US", show_default=True)
def build_voice(kind: str, recordings: Path | None, locale: str) -> None:
    """Give the coach a voice: make, or complete, the bank of all its phrases.

    It may be interrupted, and goes on where it was.
    """
    from audio.build import build  # noqa: PLC0415  # only here are numpy and PyAV needed

    phrases = wanted(catalogue())
    folder = data_dir(os.environ)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with ExitStack() as stack:
            speaker = _speaker(kind, recordings, locale, phrases, stack)
            made = build(phrases, speaker, bank_file(folder))
            with click.progressbar(
                made, len(phrases), "Building the voice", show_pos=True, file=sys.stderr
            ) as bar:
                problems = [one.problem for one in bar if one.problem]
    except (OSError, sqlite3.Error, VoiceError, AudioError) as error:
        raise VoiceUnusable(
            f"the voice could not be built in {folder}: {error}. What is finished is kept"
        ) from error
    if problems:
        raise VoiceUnusable("\n".join((*problems, f"{len(problems)} phrases need attention.")))
    click.echo(f"The voice is ready: {len(phrases)} phrases.")


@voice.command("script")
def script() -> None:
    """The numbered phrases to read aloud, for a voice of your own: record one file a number, "001.wav"."""
    from audio.voices.recording import script as lines  # noqa: PLC0415  # only here

    click.echo("\n".join(lines(_readable(wanted(catalogue())))))


def _readable(phrases: dict[str, Pace]) -> list[str]:
    return [text for text in phrases if not text.startswith("[")]


def _speaker(
    kind: str, recordings: Path | None, locale: str, phrases: dict[str, Pace], stack: ExitStack
) -> Voice:
    """The voice that was asked for. Only its own module is loaded: each needs what others do not."""
    if recordings:
        from audio.voices.recording import Recording  # noqa: PLC0415  # as above

        found = Recording(recordings, _readable(phrases), phrases)
        if problems := found.problems():
            raise VoiceUnusable("\n".join(problems))
        return found
    if kind == "gtts":
        from audio.voices.gtts import Gtts  # noqa: PLC0415  # as above

        return Gtts(locale)
    from audio.voices.espeak import Espeak  # noqa: PLC0415  # as above

    return stack.enter_context(Espeak(locale))


@contextmanager
def loudspeaker(data: Path) -> Iterator["Loudspeaker"]:
    """This machine's speakers, with its own voice. Raises VoiceUnusable."""
    try:
        from audio.voices.espeak import Espeak  # noqa: PLC0415  # only here: they need the extras
        from skill.terminal.loudspeaker import Loudspeaker  # noqa: PLC0415  # as above
    except ImportError as error:
        raise VoiceUnusable('nothing here can play sound: pip install "backbeat[aloud]"') from error
    ours = load(data, catalogue())
    if ours is None:
        raise VoiceUnusable("there is no voice yet: run backbeat voice build")
    with Espeak() as espeak, Loudspeaker(ours.bank, espeak) as speaker:
        yield speaker


@click.command()
@click.argument("what")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default="clip.mp3", show_default=True
)
@click.option("--set", "number", type=click.IntRange(1), help="One set of an exercise, instead of all of it.")
@click.option("--captions", "with_captions", is_flag=True, help="Write captions beside it, as WebVTT.")
def hear(what: str, output: Path, number: int | None, *, with_captions: bool) -> None:
    """Write an exercise or a routine as an ordinary MP3: backbeat hear "pelvic tilt" -o clip.mp3."""
    content = catalogue()
    ours = load(data_dir(os.environ), content)
    if ours is None:
        raise VoiceUnusable("there is no voice yet: run backbeat voice build")
    score = _score(_mark(what, content), number, content, ours.measure)
    placed, lasts = placements(score)
    reel = Reel(placed, lasts, ours.bank)
    output.write_bytes(reel.read())
    click.echo(f"Wrote {output}: {lasts // 60_000} minutes {lasts // 1000 % 60} seconds.")
    if with_captions:
        beside = output.with_suffix(".vtt")
        beside.write_text(captions(score, lasts - score.lasts), "utf-8")
        click.echo(f"Wrote {beside}.")


def _mark(what: str, content: Catalogue) -> Bookmark:
    """What was asked for, by the words one would say to the coach."""
    for said in (f"the {what}", what, f"start {what}"):
        heard = matcher().match(said)
        if heard and (exercise := heard.slots.get("exercise", "")) in content.exercises:
            return Bookmark("", exercise)
        if heard and (routine := heard.slots.get("routine", "")) in content.routines:
            return start(routine, content)
    raise SettingsError(
        f"there is no exercise or routine called {what!r}; try: {tell.some_exercises(content)}"
    )


def _score(mark: Bookmark, number: int | None, content: Catalogue, measure: Measure) -> Score:
    whole = plan(mark, content)
    if number is not None:
        pieces = tuple(
            piece for piece in whole.pieces if piece.exercise == mark.exercise and piece.set == number
        )
        if not pieces:
            raise SettingsError(f"there is no set {number} of that")
        return arrange(Plan("", pieces), content, measure)
    told = Telling(whole.exercises, skipped=False)
    played = (
        block(whole, i, told, content, measure).score for i, _ in enumerate(blocks(whole, content, measure))
    )
    return joined(one.window(RUN_UP_MS, one.lasts) for one in played)
