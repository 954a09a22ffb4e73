"""Reads `content/`, checks all of it, and makes the coach's catalogue.

Every file is read through its model in `skill.content.schema`; then `skill.content.agreement` holds them against one another. All mistakes
are collected, each a line of file, field and what is wrong, and raised together as one `ContentError`.

Adding an exercise: copy a file in ``content/exercises``, name it for its slug, change it until ``backbeat content
check`` is happy, add it to a routine, and run ``backbeat model write``.
"""

import json
import tomllib
from collections.abc import Iterator
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
    Move,
    Muddle,
    Routine,
    Tempo,
)
from skill.coach.words import Concern, Words
from skill.content.agreement import disagreements
from skill.content.schema import (
    DoseTable,
    ExerciseFile,
    MoveText,
    OtherFormTable,
    OtherText,
    RoutineFile,
    SafetyFile,
    Table,
    TempoTable,
    WordsFile,
)
from skill.errors import ContentError

CONTENT = Path(__file__).parent
"""The content that comes with Backbeat."""

T = TypeVar("T", bound=Table)


@cache
def catalogue() -> Catalogue:
    """Backbeat's own content, read once.

    Raises:
        ContentError: something in it is wrong.
    """
    return read(CONTENT)


def read(folder: Path) -> Catalogue:
    """The catalogue made from the files below ``folder``.

    Raises:
        ContentError: with every mistake in every file.
    """
    mistakes: list[str] = []
    exercises = _read_all(folder, "exercises", ExerciseFile, mistakes)
    routines = _read_all(folder, "routines", RoutineFile, mistakes)
    words = _read_file(folder, Path("words/en.toml"), WordsFile, mistakes)
    safety = _read_file(folder, Path("safety/en.toml"), SafetyFile, mistakes)
    known = {path.stem for path in (folder / "exercises").glob("*.toml")}
    mistakes += disagreements(exercises, routines, words, safety, known)
    if mistakes or words is None or safety is None:
        raise ContentError(tuple(mistakes))
    return Catalogue(
        exercises={slug: _exercise(slug, file) for slug, file in exercises.items()},
        routines={slug: _routine(slug, file) for slug, file in routines.items()},
        muddles={slug: Muddle(m.names, m.exercises, m.ask) for slug, m in words.muddles.items()},
        default=next(slug for slug, file in routines.items() if file.default),
        words=_words(words, safety),
        language="en",
        locale="en-US",
    )


# Reading


def _read_all(folder: Path, room: str, kind: type[T], mistakes: list[str]) -> dict[str, T]:
    paths = sorted((folder / room).glob("*.toml"))
    if not paths:
        mistakes.append(f"{room}/: no files here; is this a content folder?")
    found = {path.stem: _read_file(folder, path.relative_to(folder), kind, mistakes) for path in paths}
    return {slug: file for slug, file in found.items() if file is not None}


def _read_file(folder: Path, path: Path, kind: type[T], mistakes: list[str]) -> T | None:
    try:
        raw = tomllib.loads((folder / path).read_text("utf-8"))
        # By way of JSON, where pydantic's strict reading takes an array for a tuple but no "3" for a 3.
        return kind.model_validate_json(json.dumps(raw, default=str))
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
            field = ".".join(str(part) for part in one["loc"]) or "(the whole file)"
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


def _exercise(slug: str, file: ExerciseFile) -> Exercise:
    text, table = file.en, file.usual
    usual = Form(
        FormName.USUAL,
        _tempo(table.tempo),
        _dose(table.dose),
        table.order,
        _moves(text.usual.moves),
        text.unit,
        text.steps,
        offer="",
    )
    return Exercise(
        slug=slug,
        name=text.name,
        title=text.title,
        synonyms=text.synonyms,
        origin=file.origin,
        regions=file.regions,
        position=file.position,
        kit=file.kit,
        reminder=text.reminder,
        about=text.about,
        mistakes=text.mistakes,
        cautions=text.cautions,
        sources=file.sources,
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
        text.steps,
        text.offer,
    )


def _routine(slug: str, file: RoutineFile) -> Routine:
    items = tuple(Item(item.exercise, item.form, item.sets, item.reps) for item in file.items)
    return Routine(slug, file.en.name, file.en.synonyms, items, file.short, file.en.intro)


def _words(words: WordsFile, safety: SafetyFile) -> Words:
    return Words(
        lines=words.lines | safety.lines,
        numbers=words.numbers,
        kit={str(thing): said for thing, said in words.kit.items()},
        sides={str(side): said for side, said in words.sides.items()},
        emergency_numbers=safety.numbers,
        crisis_numbers=safety.crisis,
        emergency=safety.emergency,
        concerns={slug: Concern(one.phrases, one.say, one.ends) for slug, one in safety.concerns.items()},
    )
