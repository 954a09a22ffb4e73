"""Reads `content/`, checks all of it, and makes the coach's catalogue.

Every file is read through its model in `skill.schema`; then the files are held against one another. All mistakes
are collected, each a line of file, field and what is wrong, and raised together as one `ContentError`.

Adding an exercise: copy a file in ``content/exercises``, name it for its slug, change it until ``backbeat content
check`` is happy, add it to a routine, and run ``backbeat model write``.
"""

import json
import string
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
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
    Order,
    Routine,
    Tempo,
)
from skill.coach.words import LINES, Concern, Words
from skill.errors import ContentError
from skill.schema import (
    MOST_REPS,
    DoseTable,
    ExerciseFile,
    ItemTable,
    MoveText,
    OtherFormTable,
    OtherText,
    RoutineFile,
    SafetyFile,
    Table,
    TempoTable,
    WordsFile,
)

CONTENT = Path(__file__).parent / "content"
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
    mistakes += _about_names(exercises, routines, words)
    mistakes += _about_routines(exercises, routines, known)
    mistakes += _about_words(words, safety, known)
    if mistakes or words is None or safety is None:
        raise ContentError(tuple(mistakes))
    return Catalogue(
        exercises={slug: _exercise(slug, file) for slug, file in exercises.items()},
        routines={slug: _routine(slug, file) for slug, file in routines.items()},
        muddles={slug: Muddle(m.names, m.exercises, m.ask) for slug, m in words.muddles.items()},
        default=next(slug for slug, file in routines.items() if file.default),
        words=_words(words, safety),
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
    except tomllib.TOMLDecodeError as error:
        mistakes.append(f"{path.as_posix()}: is not TOML: {error}")
    except ValidationError as error:
        for one in error.errors(include_url=False):
            field = ".".join(str(part) for part in one["loc"]) or "(the whole file)"
            mistakes.append(f"{path.as_posix()}: {field}: {one['msg'].removeprefix('Value error, ')}")
    return None


# Holding the files against one another


def _about_names(
    exercises: Mapping[str, ExerciseFile], routines: Mapping[str, RoutineFile], words: WordsFile | None
) -> Iterator[str]:
    """A name means one thing: a slot value that stands under two ids is a coin toss on the floor."""
    muddles = words.muddles if words else {}
    exercise_names = [
        (f"exercises/{slug}.toml", (f.en.name, *f.en.synonyms)) for slug, f in exercises.items()
    ]
    muddle_names = [(f"words/en.toml: muddles.{slug}", m.names) for slug, m in muddles.items()]
    routine_names = [(f"routines/{slug}.toml", f.en.synonyms) for slug, f in routines.items()]
    for group in (exercise_names + muddle_names, routine_names):
        uses = Counter(name for _, names in group for name in names)
        for place, names in group:
            for name in sorted({name for name in names if uses[name] > 1}):
                yield f"{place}: en.synonyms: {name!r} is used more than once; a word for two things is a muddle"


def _about_routines(
    exercises: Mapping[str, ExerciseFile], routines: Mapping[str, RoutineFile], known: set[str]
) -> Iterator[str]:
    defaults = sorted(slug for slug, file in routines.items() if file.default)
    if routines and len(defaults) != 1:
        yield f"routines/: default: exactly one routine is the default, not {defaults or 'none'}"
    for slug, routine in routines.items():
        uses = Counter(item.exercise for item in routine.items)
        for number, item in enumerate(routine.items):
            at = f"routines/{slug}.toml: items.{number}"
            if item.exercise not in known:
                yield f"{at}.exercise: there is no exercise {item.exercise!r}"
            if uses[item.exercise] > 1:  # a bookmark names its exercise
                yield f"{at}.exercise: {item.exercise!r} stands more than once"
            if item.exercise in exercises:
                yield from _about_item(at, item, exercises[item.exercise], short=routine.short)
    for slug, exercise in exercises.items():
        moves = exercise.en.usual.moves
        if (exercise.usual.order is Order.WHOLE) is not (moves[0].side is None):
            yield f"exercises/{slug}.toml: en.usual.moves: sides and the order {exercise.usual.order.value!r} do not fit"


def _about_item(at: str, item: ItemTable, exercise: ExerciseFile, *, short: bool) -> Iterator[str]:
    """An item can be told, and has a full dose unless its routine says that it is short."""
    if not _steps_of(exercise, item.form):
        yield f"{at}.form: {item.exercise!r} has no steps to tell its {item.form.value} form by"
    for field, own in (("sets", item.sets), ("reps", item.reps)):
        full: int = getattr(exercise.usual.dose, field)
        least, most = getattr(exercise.usual.article, field) or (full, MOST_REPS)
        if not short and not least <= (own or full) <= most:
            yield f"{at}.{field}: {own} is not a full dose ({least} or more); say short = true, or give it"


def _steps_of(exercise: ExerciseFile, form: FormName) -> tuple[str, ...]:
    text = exercise.en
    return {
        FormName.USUAL: text.steps,
        FormName.EASIER: text.easier.steps,
        FormName.HARDER: text.harder.steps,
    }[form]


def _about_words(words: WordsFile | None, safety: SafetyFile | None, known: set[str]) -> Iterator[str]:
    if words is None or safety is None:
        return
    rooms = (("words/en.toml", words.lines), ("safety/en.toml", safety.lines))
    for name in sorted(LINES.keys() - words.lines.keys() - safety.lines.keys()):
        yield f"words/en.toml: lines.{name}: is missing"
    for room, name, text in ((room, *line) for room, lines in rooms for line in lines.items()):
        at = f"{room}: lines.{name}"
        yield from _about_values(at, text, LINES[name]) if name in LINES else (f"{at}: is not a line we say",)
    for slug, concern in safety.concerns.items():
        yield from _about_values(f"safety/en.toml: concerns.{slug}.say", concern.say, {"number", "crisis"})
    for slug, exercise in (
        (slug, name) for slug, muddle in words.muddles.items() for name in muddle.exercises
    ):
        if exercise not in known:
            yield f"words/en.toml: muddles.{slug}.exercises: there is no exercise {exercise!r}"
    for table, numbers in (("numbers", safety.numbers), ("crisis", safety.crisis)):
        if "" not in numbers:
            yield f'safety/en.toml: {table}: needs an entry "" for regions not listed'


def _about_values(at: str, text: str, may: Collection[str]) -> Iterator[str]:
    """A line mentions only the values it is given."""
    try:
        used = {value for _, value, _, _ in string.Formatter().parse(text) if value is not None}
    except ValueError as error:
        yield f"{at}: {error}"
        return
    for value in sorted(used.difference(may)):
        yield f"{at}: has no {{{value}}} to mention; it may mention {', '.join(sorted(may)) or 'nothing'}"


# Making the coach's values


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _tempo(table: TempoTable) -> Tempo:
    return Tempo(_ms(table.into), _ms(table.hold), _ms(table.out), _ms(table.pause))


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
        kit=words.kit,
        sides=words.sides,
        emergency_numbers=safety.numbers,
        crisis_numbers=safety.crisis,
        emergency=safety.emergency,
        concerns={slug: Concern(one.phrases, one.say, one.ends) for slug, one in safety.concerns.items()},
    )
