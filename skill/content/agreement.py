"""Do the content files agree?

What no file can be wrong about alone: names used twice, doses cut without a word, lines that nobody says. Each
disagreement is a line of file, field and what is wrong.
"""

import string
from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from skill.coach.exercise import FormName, Order
from skill.coach.words import LINES
from skill.content.schema import MOST_REPS, ExerciseFile, ItemTable, RoutineFile, SafetyFile, WordsFile


def disagreements(
    exercises: Mapping[str, ExerciseFile],
    routines: Mapping[str, RoutineFile],
    words: WordsFile | None,
    safety: SafetyFile | None,
    known: Collection[str],
) -> Iterator[str]:
    """A line for each. ``known`` are the slugs of all exercise files, also of those that could not be read."""
    yield from _about_names(exercises, routines, words)
    yield from _about_exercises(exercises)
    yield from _about_routines(exercises, routines, known)
    yield from _about_words(words, safety, known)


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
                yield f"{place}: {name!r} is used more than once; a word for two things is a muddle"


def _about_routines(
    exercises: Mapping[str, ExerciseFile], routines: Mapping[str, RoutineFile], known: Collection[str]
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


def _about_exercises(exercises: Mapping[str, ExerciseFile]) -> Iterator[str]:
    for slug, exercise in exercises.items():
        usual, moves = exercise.usual, exercise.en.usual.moves
        if (usual.order is Order.WHOLE) is not (moves[0].side is None):
            yield f"exercises/{slug}.toml: en.usual.moves: sides and the order {usual.order.value!r} do not fit"
        for field in ("sets", "reps"):
            dose: int = getattr(usual.dose, field)
            least, most = getattr(usual.article, field) or (dose, dose)
            if not least <= dose <= most:
                yield f"exercises/{slug}.toml: usual.dose.{field}: {dose} is not the article's {least} to {most}"


def _about_item(at: str, item: ItemTable, exercise: ExerciseFile, *, short: bool) -> Iterator[str]:
    """An item can be told, and has a full dose unless its routine says that it is short."""
    if not _steps_of(exercise, item.form):
        yield f"{at}.form: {item.exercise!r} has no steps to tell its {item.form.value} form by"
    if item.form is not FormName.USUAL and not short:
        yield f"{at}.form: a full routine is done in the usual form; say short = true, or leave it out"
    for field, own in (("sets", item.sets), ("reps", item.reps)):
        full: int = getattr(exercise.usual.dose, field)
        least, most = getattr(exercise.usual.article, field) or (full, MOST_REPS)
        if own is not None and not short and not least <= own <= most:
            allowed = f"{least} to {most}" if getattr(exercise.usual.article, field) else f"{least} or more"
            yield f"{at}.{field}: {own} is not a full dose ({allowed}); say short = true, or give it"


def _steps_of(exercise: ExerciseFile, form: FormName) -> tuple[str, ...]:
    text = exercise.en
    return {
        FormName.USUAL: text.steps,
        FormName.EASIER: text.easier.steps,
        FormName.HARDER: text.harder.steps,
    }[form]


def _about_words(words: WordsFile | None, safety: SafetyFile | None, known: Collection[str]) -> Iterator[str]:
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
        parts = [part for part in string.Formatter().parse(text) if part[1] is not None]
    except ValueError as error:
        yield f"{at}: {error}"
        return
    for _, value, spec, conversion in parts:
        if spec or conversion:
            yield f"{at}: {{{value}}} is mentioned as it is, without a format"
        if value not in may:
            yield f"{at}: has no {{{value}}} to mention; it may mention {', '.join(sorted(may)) or 'nothing'}"
