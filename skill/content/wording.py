"""Do the sentences of a language agree with what it has to say them of?

Every line the coach says is there, and mentions the values it is given and no others. Where a line asks for a form of a
name, ``{name:of_the}``, every such name of the language has that form. Each mistake is a line of file, field and what
is wrong.
"""

import string
from collections.abc import Collection, Iterator

from skill.coach.contract import LINES
from skill.coach.exercise import Language
from skill.coach.words import GENDER, NAMES, Name
from skill.content.agreement import Files
from skill.content.schema import SafetyFile, WordsFile

Placed = tuple[str, Name]
"""A name, and where it is written: file and field."""


def misworded(files: Files) -> Iterator[str]:
    """A line for each mistake."""
    for language, words in files.words.items():
        at = f"words/{language}.toml"
        names = _names(files, language, words)
        yield from _about_references(at, language, words, files)
        yield from _about_genders(at, words, names)
        if safety := files.safety.get(language):
            yield from _about_lines(at, words, f"safety/{language}.toml", safety)
            yield from _about_forms(_asked(at, words, f"safety/{language}.toml", safety), names)
            yield from _about_safety(f"safety/{language}.toml", safety, files)


def _about_references(at: str, language: Language, words: WordsFile, files: Files) -> Iterator[str]:
    """The exercises and the routine that a language's words name are told in it."""
    for slug, muddle in words.muddles.items():
        for exercise in muddle.exercises:
            field = f"{at}: muddles.{slug}.exercises"
            if exercise not in files.stems["exercises"]:
                yield f"{field}: there is no exercise {exercise!r}"
            elif (file := files.exercises.get(exercise)) and language not in file.texts:
                yield f"{field}: {exercise!r} is not told in {language}"
    routine = files.routines.get(words.routine)
    if words.routine not in files.stems["routines"]:
        yield f"{at}: routine: there is no routine {words.routine!r}"
    elif routine and language not in routine.texts:
        yield f"{at}: routine: {words.routine!r} is not told in {language}"


def _about_safety(at: str, safety: SafetyFile, files: Files) -> Iterator[str]:
    """Whatever is heard of somebody's health in one language is heard in all."""
    heard = {slug for file in files.safety.values() for slug in file.concerns}
    for slug in sorted(heard - safety.concerns.keys()):
        yield f"{at}: concerns.{slug}: is missing; it is heard in another language"
    for table, numbers in (("numbers", safety.numbers), ("crisis", safety.crisis)):
        if "" not in numbers:
            yield f'{at}: {table}: needs an entry "" for regions not listed'


# Lines and their values


def _about_lines(at: str, words: WordsFile, safe: str, safety: SafetyFile) -> Iterator[str]:
    for name in sorted(LINES.keys() - words.lines.keys() - safety.lines.keys()):
        yield f"{at}: lines.{name}: is missing"
    for room, lines in ((at, words.lines), (safe, safety.lines)):
        for name, text in lines.items():
            field = f"{room}: lines.{name}"
            if name in LINES:
                yield from _about_values(field, text, LINES[name])
            else:
                yield f"{field}: is not a line we say"
    for slug, concern in safety.concerns.items():
        yield from _about_values(f"{safe}: concerns.{slug}.say", concern.say, {"number", "crisis"})


def _about_values(at: str, text: str, may: Collection[str]) -> Iterator[str]:
    """A line mentions only the values it is given, and in forms only those that are names."""
    try:
        parts = [part for part in string.Formatter().parse(text) if part[1] is not None]
    except ValueError as error:
        yield f"{at}: {error}"
        return
    for _, value, form, conversion in parts:
        if conversion or (form and value not in NAMES):
            yield f"{at}: {{{value}}} is mentioned as it is, without a format"
        if value not in may:
            yield f"{at}: has no {{{value}}} to mention; it may mention {', '.join(sorted(may)) or 'nothing'}"


# Names and their forms


def _names(files: Files, language: Language, words: WordsFile) -> dict[str, list[Placed]]:
    """Every name of a language, by the value it is mentioned as."""
    found: dict[str, list[Placed]] = {value: [] for value in NAMES}
    found["side"] = [(f"words/{language}.toml: sides.{side}", name) for side, name in words.sides.items()]
    for slug, routine in files.routines.items():
        if told := routine.texts.get(language):
            found["routine"].append((f"routines/{slug}.toml: {language}.name", told.name))
    for slug, exercise in files.exercises.items():
        if text := exercise.texts.get(language):
            at = f"exercises/{slug}.toml: {language}"
            found["name"].append((f"{at}.name", text.name))
            for field, title in (
                ("title", text.title),
                ("easier.title", text.easier.title),
                ("harder.title", text.harder.title),
            ):
                found["title"] += [(f"{at}.{field}", title)] if title else []
            for field, unit in (
                ("unit", text.unit),
                ("easier.unit", text.easier.unit),
                ("harder.unit", text.harder.unit),
            ):
                found["unit"] += [(f"{at}.{field}.{i}", name) for i, name in enumerate(unit or ())]
    return found


def _asked(at: str, words: WordsFile, safe: str, safety: SafetyFile) -> dict[tuple[str, str], str]:
    """The forms that lines ask for, of which value; and the first line that does."""
    asked: dict[tuple[str, str], str] = {}
    for room, lines in ((at, words.lines), (safe, safety.lines)):
        for name, text in lines.items():
            for value, form in _mentions(text):
                asked.setdefault((value, form), f"{room}: lines.{name}")
    return asked


def _mentions(text: str) -> Iterator[tuple[str, str]]:
    """The names that a line asks for in a form."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:  # a mistake, and named as one
        return
    yield from ((value, form) for _, value, form, _ in parts if form and value in NAMES)


def _about_forms(asked: dict[tuple[str, str], str], names: dict[str, list[Placed]]) -> Iterator[str]:
    for (value, form), line in asked.items():
        without = [at for at, name in names[value] if form == GENDER or form not in name.forms]
        if without and len(without) == len(names[value]):  # the line is what is wrong
            yield f"{line}: no {{{value}}} has the form {form!r}"
        else:
            yield from (f"{at}: has no form {form!r}, which {line} asks for" for at in without)


def _about_genders(at: str, words: WordsFile, names: dict[str, list[Placed]]) -> Iterator[str]:
    """A gender says which numbers count a unit; so there are some."""
    for place, name in names["unit"]:
        gender = name.forms.get(GENDER, "")
        if gender and gender not in words.counting:
            yield f"{place}.{GENDER}: {at} has no numbers for it: counting.{gender}"
