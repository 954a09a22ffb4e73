"""``backbeat voice …`` and ``backbeat hear``: giving the coach a voice, and hearing it without a speaker."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audio.bank import BankFile
from audio.errors import AudioError
from audio.frames import LEAD_MS
from audio.voices import Pace, Voice, VoiceError
from skill.coach.dialogue import lines
from skill.coach.exercise import Catalogue
from skill.coach.timeline.arrange import rest
from skill.coach.timeline.block import RUN_UP_MS, Telling
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark, start
from skill.coach.timeline.score import Score, sequence
from skill.content.reader import catalogue, languages
from skill.errors import SettingsError, VoiceUnusable
from skill.render.captions import captions
from skill.settings import data_dir
from skill.voice.engines import KOKORO, NAMES, engine
from skill.voice.ours import studio_of
from skill.voice.phrases import everything, wanted
from skill.voice.studio import Studio
from skill.voice.voices import STYLES, YOURS, bank_file, in_use, named, there_are, use

if TYPE_CHECKING:
    from skill.terminal.loudspeaker import Loudspeaker


@click.group()
def voice() -> None:
    """Our own voice, which counts on the exact beat."""


@voice.command("build")
@click.option("--voice", "name", type=click.Choice(NAMES), default="espeak", show_default=True,
              help="espeak is quick and plain; kokoro sounds natural, and takes half an hour; piper is between; gtts asks Google for each phrase.")  # fmt: skip
@click.option("--style", type=click.Choice([*STYLES]), default=next(iter(STYLES)), show_default=True, help="Whose voice kokoro's is.")  # fmt: skip
@click.option("--model", type=click.Path(path_type=Path), metavar="PATH",
              help="The folder of kokoro's files, 93 MB: what is missing is fetched.  [default: in the data folder]  Or the .onnx file of a piper voice.")  # fmt: skip
@click.option("--recordings", type=click.Path(path_type=Path, file_okay=False, exists=True), metavar="FOLDER",
              help="A person's own voice: a folder of recordings, by the numbers of backbeat voice script.")  # fmt: skip
@click.option(
    "--locale",
    metavar="LOCALE",
    help="The language it speaks, and where from: de-DE.  [default: the content's own]",
)
@click.option("--bank", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write it there, and use the voice that is used now.")  # fmt: skip
def build_voice(  # noqa: PLR0913  # each is an option
    *,
    name: str,
    style: str,
    model: Path | None,
    recordings: Path | None,
    locale: str | None,
    bank: Path | None,
) -> None:
    """Give the coach a voice: make, or complete, the bank of all its phrases.

    It may be interrupted, and goes on where it was. A voice that works is used until the new one is complete.
    """
    try:
        from audio.build import build  # noqa: PLC0415  # only here are numpy and PyAV needed
    except ImportError as error:
        extra = "voice" if recordings else name
        raise VoiceUnusable(f'no voice can be built here: pip install "backbeat[{extra}]"') from error

    if name == "piper" and model is None:
        raise click.UsageError(
            "--voice piper needs --model FILE: the .onnx file of a voice, its .onnx.json beside it."
        )
    content = spoken_in(locale)
    # Each phrase of a person's own, or of Google's, costs them something: what is said between the sets is left to others.
    phrases = wanted(content) if recordings or name == "gtts" else everything(content)
    folder = data_dir(os.environ)
    file = BankFile(bank) if bank else bank_file(folder, content.language)
    try:
        file.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with ExitStack() as stack:
            speaker = (
                _recording(recordings, phrases)
                if recordings
                else stack.enter_context(
                    engine(name, locale or content.locale, model or folder / KOKORO, STYLES[style])
                )
            )
            made = build(phrases, speaker, file)
            with click.progressbar(
                made, len(phrases), "Building the voice", show_pos=True, file=sys.stderr
            ) as bar:
                problems = [one.problem for one in bar if one.problem]
            in_use = file.read().voice == speaker.name
    except (OSError, sqlite3.Error, VoiceError, AudioError) as error:
        kept = "What is spoken is kept for the next try"
        if file.path.exists():
            kept += ", and the voice you had is as it was"
        raise VoiceUnusable(f"the voice could not be built in {file.path.parent}: {error}. {kept}") from error
    if problems:
        until_then = "" if in_use else " Until then the voice you had is used."
        raise VoiceUnusable("\n".join((*problems, f"{len(problems)} phrases need attention.{until_then}")))
    if bank:
        click.echo(f"The voice is ready: {len(phrases)} phrases, in {bank}.")
        return
    use(folder, YOURS)
    click.echo(f"The voice is ready, and in use: {len(phrases)} phrases.")


@voice.command("list")
def list_voices() -> None:
    """The voices there are, and which one is used."""
    data, content = data_dir(os.environ), catalogue()
    used = in_use(data, content.language)
    if used is None:
        click.echo("There is none yet: run backbeat voice build.")
    for one in there_are(data, content.language):
        mark = "▸" if used and one.name == used.name else " "
        try:
            told = one.file.read().voice if one.name == YOURS else f"Kokoro-82M, {STYLES[one.name]}"
        except AudioError as error:
            told = str(error)
        click.echo(f"{mark} {one.name:8}{told}")


@voice.command("use")
@click.argument("name")
def use_voice(name: str) -> None:
    """Have the coach speak in another voice: one of backbeat voice list."""
    data = data_dir(os.environ)
    named(data, catalogue().language, name)
    use(data, name)
    click.echo(
        f"The coach speaks in this voice from now on: {name}. A server that runs does when it is started again."
    )


def spoken_in(locale: str | None) -> Catalogue:
    """The content in the language of a locale; in its own, if none is given. Raises SettingsError."""
    if locale is None:
        return catalogue()
    for language in languages():
        if language in {locale, locale.partition("-")[0]}:
            return catalogue(language)
    raise SettingsError(f"there is no content for {locale}, only in: {', '.join(languages())}")


@voice.command("script")
def script() -> None:
    """The numbered phrases to read aloud, for a voice of your own: record one file a number, "001.wav"."""
    from audio.voices.recording import script as lines  # noqa: PLC0415  # only here

    click.echo("\n".join(lines(_readable(wanted(catalogue())))))


def _readable(phrases: dict[str, Pace]) -> list[str]:
    return [text for text in phrases if not text.startswith("[")]


def _recording(folder: Path, phrases: dict[str, Pace]) -> Voice:
    """A person's own voice. Raises VoiceUnusable."""
    from audio.voices.recording import Recording  # noqa: PLC0415  # only here

    found = Recording(folder, _readable(phrases), phrases)
    if problems := found.problems():
        raise VoiceUnusable("\n".join(problems))
    return found


@contextmanager
def aloud(
    data: Path, content: Catalogue, *, wished: bool | None
) -> Iterator[tuple["Loudspeaker | None", Studio | None]]:
    """This machine's speakers, and the studio that makes what they play, in the installation's voice.

    ``wished`` is whether they are to be used; None is for if there are any, and else a line says why not. Raises VoiceUnusable.
    """
    if wished is False:
        yield None, None
        return
    with ExitStack() as stack:
        speaker, studio = None, None
        try:
            from skill.terminal.loudspeaker import Loudspeaker as Speakers  # noqa: PLC0415  # only here: it needs the extra

            studio = stack.enter_context(studio_of(data, content, forgiving=True))
            speaker = stack.enter_context(Speakers(studio))
        except ImportError as error:
            if wished:
                raise VoiceUnusable('nothing here can play sound: pip install "backbeat[aloud]"') from error
        except VoiceUnusable as error:
            if wished:
                raise
            click.echo(f"Not aloud: {error}", err=True)
        yield (speaker, studio) if speaker else (None, None)


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
    with studio_of(data_dir(os.environ), content) as studio:
        score = _score(_place(what, content), number, Edition(content, studio.measure))
        reel = studio.reel(score)
    output.write_bytes(reel.read())
    lasts = score.lasts + LEAD_MS
    click.echo(f"Wrote {output}: {lasts // 60_000} minutes {lasts // 1000 % 60} seconds.")
    if with_captions:
        beside = output.with_suffix(".vtt")
        beside.write_text(captions(score, LEAD_MS), "utf-8")
        click.echo(f"Wrote {beside}.")


def _place(what: str, content: Catalogue) -> Bookmark:
    """What was asked for, by the words one would say to the coach."""
    from interaction_model.listen import listener  # noqa: PLC0415  # slow to load

    for said in (f"the {what}", what, f"start {what}"):
        heard = listener(content, content.locale).hear(said)
        if heard and (exercise := heard.slots.get("exercise", "")) in content.exercises:
            return Bookmark("", exercise)
        if heard and (routine := heard.slots.get("routine", "")) in content.routines:
            return start(routine, content)
    raise SettingsError(
        f"there is no exercise or routine called {what!r}; try: {lines.some_exercises(content)}"
    )


def _score(place: Bookmark, number: int | None, edition: Edition) -> Score:
    """All of it, as it would be streamed; or one set."""
    whole = edition.plan(place)
    if number is None:
        told = Telling(whole.exercises)
        played = (edition.block(whole, i, told).score for i, _ in enumerate(edition.blocks(whole)))
        return sequence(one.window(RUN_UP_MS, one.lasts) for one in played)
    pieces = [piece for piece in whole.pieces if piece.exercise == place.exercise and piece.set == number]
    if not pieces:
        raise SettingsError(f"there is no set {number} of that")
    words, scores = edition.catalogue.words, [edition.laid(pieces[0]).score]
    for before, piece in pairwise(pieces):
        scores += [rest(before, piece, words, edition.measure), edition.laid(piece).score]
    return sequence(scores)
