"""Reads `content/`, checks all of it, and makes the coach's catalogues, one for each language.

Every file is read through its model in `skill.content.schema`; then `skill.content.agreement` holds them against one
another, and `skill.content.wording` the sentences against the names. All mistakes, of every language, are collected,
each a line of file, field and what is wrong, and raised together as one `ContentError`.

Adding an exercise: copy a file in ``content/exercises``, name it for its slug, change it until ``backbeat content
check`` is happy, add it to a routine, and run ``backbeat model write``.

Adding a language, say ``de``:

1. Copy ``words/en.toml`` to ``words/de.toml``, and say everything in it as one would say it: its ``locale``, the
   numbers, the lines, the things and the sides. The ``default`` line stays behind.
2. Where a sentence needs another form of a name, ask for it, ``{name:of_the}``, and write such names as tables:
   ``name = { plain = "Beckenkippen", of_the = "des Beckenkippens" }``. Where numbers go by what they count, give units
   the form ``gender``, and that gender its numbers: ``[counting.f]``.
3. Copy ``safety/en.toml`` to ``safety/de.toml``: the same concerns, in the words of people who are in need. Have it
   read by somebody who would know.
4. Give a few exercises a table ``[de]``, and a routine of these one too; name that ``routine`` in the words. A language
   begins with one routine, and has the exercises and routines that have its table.
5. Run ``backbeat content check`` until it is happy, and read all of it aloud.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from skill.coach.exercise import (
    Catalogue,
    Dose,
    Exercise,
    Form,
    FormName,
    Item,
    Language,
    Move,
    Muddle,
    Routine,
    Slug,
    Tempo,
)
from skill.coach.words import Concern, Name, Signs, Words
from skill.content.agreement import Files, disagreements
from skill.content.poses import FigureTable
from skill.content.schema import (
    TEXTS,
    DoseTable,
    ExerciseFile,
    ExerciseText,
    MoveText,
    OtherFormTable,
    OtherText,
    RoutineFile,
    RoutineText,
    SafetyFile,
    TempoTable,
    WordsFile,
)
from skill.content.table import Table
from skill.content.wording import misworded
from skill.errors import ContentError

CONTENT = Path(__file__).parent
"""The content that comes with Backbeat."""

ROOMS = ("exercises", "routines", "words", "safety")
"""The folders of a content folder; in the last two, a file a language."""

T = TypeVar("T", bound=Table)


def languages(folder: Path = CONTENT) -> tuple[Language, ...]:
    """The languages there are words for, the default first.

    Raises:
        ContentError: something in the content is wrong.
    """
    return tuple(_ours() if folder == CONTENT else read_all(folder))


def catalogue(language: Language = "") -> Catalogue:
    """Backbeat's own content in a language, or in the default one; read once.

    Raises:
        ContentError: something in it is wrong, or there is no such language.
    """
    return _in(language, _ours())


@cache
def _ours() -> Mapping[Language, Catalogue]:
    return read_all(CONTENT)


def read(folder: Path, language: Language = "") -> Catalogue:
    """The catalogue of a language, or of the default one, made from the files below ``folder``.

    Raises:
        ContentError: with every mistake in every file, or there is no such language.
    """
    return _in(language, read_all(folder))


def _in(language: Language, found: Mapping[Language, Catalogue]) -> Catalogue:
    if language and language not in found:
        raise ContentError((f"words/{language}.toml: there are no words for this language",))
    return found[language or next(iter(found))]


def read_all(folder: Path) -> dict[Language, Catalogue]:
    """The catalogues of all languages made from the files below ``folder``, that of the default first.

    Raises:
        ContentError: with every mistake in every file.
    """
    mistakes: list[str] = []
    exercises = _read_room(folder, "exercises", ExerciseFile, mistakes)
    routines = _read_room(folder, "routines", RoutineFile, mistakes)
    words = _read_room(folder, "words", WordsFile, mistakes)
    stems = {room: frozenset(path.stem for path in _files(folder, room)) for room in ROOMS}
    told = [Path("safety", path.name) for path in _files(folder, "words")]
    safety = _read(folder, told, SafetyFile, mistakes)
    files = Files(exercises, routines, words, safety, stems)
    mistakes += (*disagreements(files), *misworded(files))
    if mistakes:
        raise ContentError(tuple(mistakes))
    return {language: _catalogue(language, files) for language in files.languages}


def figure_tables(folder: Path = CONTENT) -> dict[Slug, FigureTable]:
    """How the exercises below ``folder`` look, for those that say so.

    Raises:
        ContentError: with every mistake in their files.
    """
    mistakes: list[str] = []
    exercises = _read_room(folder, "exercises", ExerciseFile, mistakes)
    if mistakes:
        raise ContentError(tuple(mistakes))
    return {slug: file.figure for slug, file in exercises.items() if file.figure}


# Reading


def _files(folder: Path, room: str) -> list[Path]:
    return sorted((folder / room).glob("*.toml"))


def _read_room(folder: Path, room: str, kind: type[T], mistakes: list[str]) -> dict[str, T]:
    paths = [path.relative_to(folder) for path in _files(folder, room)]
    if not paths:
        mistakes.append(f"{room}/: no files here; is this a content folder?")
    return _read(folder, paths, kind, mistakes)


def _read(folder: Path, paths: list[Path], kind: type[T], mistakes: list[str]) -> dict[str, T]:
    """Those that can be read, by their stems."""
    found = {path.stem: _read_file(folder, path, kind, mistakes) for path in paths}
    return {stem: file for stem, file in found.items() if file is not None}


def _read_file(folder: Path, path: Path, kind: type[T], mistakes: list[str]) -> T | None:
    try:
        written = tomllib.loads((folder / path).read_text("utf-8"))
        # By way of JSON, where pydantic's strict reading takes an array for a tuple but no "3" for a 3.
        return kind.model_validate_json(json.dumps(kind.as_modelled(written), default=str))
    except OSError as error:
        mistakes.append(f"{path.as_posix()}: cannot be read ({error.strerror})")
    except UnicodeDecodeError:
        mistakes.append(f"{path.as_posix()}: is not UTF-8 text")
    except ValidationError as error:
        mistakes += (f"{path.as_posix()}: {line}" for line in _about_fields(error))
    except (ValueError, RecursionError) as error:  # a TOMLDecodeError, or what tomllib does not catch
        mistakes.append(f"{path.as_posix()}: is not TOML: {error}")
    return None


def _about_fields(error: ValidationError) -> Iterator[str]:
    """A line a field. A list is also called too short when only one of its items is wrong: not worth a line."""
    found = error.errors(include_url=False)
    for one in found:
        inside = any(other["loc"][: len(one["loc"])] == one["loc"] for other in found if other is not one)
        if not (one["type"] == "too_short" and inside):
            field = ".".join(str(part) for part in one["loc"] if part != TEXTS) or "(the whole file)"
            yield f"{field}: {one['msg'].removeprefix('Value error, ')}"


# Making the coach's values


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _tempo(table: TempoTable) -> Tempo:
    return Tempo(table.into, table.hold, table.out, table.pause)


def _dose(table: DoseTable) -> Dose:
    return Dose(table.sets, table.reps, _ms(table.rest))


def _moves(texts: tuple[MoveText, ...]) -> tuple[Move, ...]:
    return tuple(Move(text.side, text.into, text.short, text.breath, text.out) for text in texts)


def _catalogue(language: Language, files: Files) -> Catalogue:
    """What is told in a language, of all that has been read."""
    words = files.words[language]
    return Catalogue(
        language=language,
        locale=words.locale,
        exercises={
            slug: _exercise(slug, file, file.texts[language])
            for slug, file in files.exercises.items()
            if language in file.texts
        },
        routines={
            slug: _routine(slug, file, file.texts[language])
            for slug, file in files.routines.items()
            if language in file.texts
        },
        muddles={slug: Muddle(m.names, m.exercises, m.ask) for slug, m in words.muddles.items()},
        default=words.routine,
        words=_words(words, files.safety[language]),
    )


def _exercise(slug: str, file: ExerciseFile, text: ExerciseText) -> Exercise:
    table = file.usual
    usual = Form(
        FormName.USUAL,
        _tempo(table.tempo),
        _dose(table.dose),
        table.order,
        _moves(text.usual.moves),
        text.unit,
        file.position,
        text.steps,
        offer="",
        title=text.title,
    )
    return Exercise(
        slug=slug,
        name=text.name,
        title=text.title,
        synonyms=text.synonyms,
        kit=file.kit,
        reminder=text.reminder,
        about=text.about,
        how=text.how,
        mistakes=text.mistakes,
        cautions=text.cautions,
        easier_for=file.easier_for,
        not_for=file.not_for,
        usual=usual,
        easier=_other(FormName.EASIER, usual, file.easier, text.easier),
        harder=_other(FormName.HARDER, usual, file.harder, text.harder),
    )


def _other(name: FormName, usual: Form, table: OtherFormTable, text: OtherText) -> Form:
    """Another form of an exercise: the usual one, and what differs."""
    return Form(
        name,
        _tempo(table.tempo) if table.tempo else usual.tempo,
        _dose(table.dose) if table.dose else usual.dose,
        table.order or usual.order,
        _moves(text.moves) or usual.moves,
        text.unit or usual.unit,
        table.position or usual.position,
        text.steps,
        text.offer,
        text.title or Name(""),
    )


def _routine(slug: str, file: RoutineFile, text: RoutineText) -> Routine:
    items = tuple(Item(item.exercise, item.form, item.sets, item.reps) for item in file.items)
    return Routine(slug, text.name, text.synonyms, items, file.short)


def _words(words: WordsFile, safety: SafetyFile) -> Words:
    return Words(
        lines=words.lines | safety.lines,
        numbers=words.numbers,
        counting=words.counting,
        kit={str(thing): said for thing, said in words.kit.items()},
        sides={str(side): said for side, said in words.sides.items()},
        emergency_numbers=safety.numbers,
        crisis_numbers=safety.crisis,
        emergency=safety.emergency,
        concerns={
            slug: Concern(one.phrases, one.say, one.ends, one.stops) for slug, one in safety.concerns.items()
        },
        signs=Signs(**safety.signs.model_dump()),
        weekdays=words.weekdays,
        own_names=words.own_names,
        answers=words.answers,
    )
