"""Do the content files agree?

What no file can be wrong about alone: names used twice, doses cut without a word, a routine told in a language that
its exercises are not told in. Each disagreement is a line of file, field and what is wrong. What the sentences of a
language ask of its names is in `skill.content.wording`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from skill.coach.exercise import FormName, Language, Order
from skill.content.schema import (
    MOST_REPS,
    ExerciseFile,
    ExerciseText,
    ItemTable,
    RoutineFile,
    SafetyFile,
    WordsFile,
)


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a content folder: those that could be read, by their stems; and the stems of all."""

    exercises: Mapping[str, ExerciseFile]
    routines: Mapping[str, RoutineFile]
    words: Mapping[Language, WordsFile]
    safety: Mapping[Language, SafetyFile]
    stems: Mapping[str, frozenset[str]]
    """Folder → every file there is in it: what could not be read is no mistake twice."""

    @property
    def languages(self) -> tuple[Language, ...]:
        """Those whose words could be read, the default first."""
        return tuple(sorted(self.words, key=lambda language: (not self.words[language].default, language)))


def disagreements(files: Files) -> Iterator[str]:
    """A line for each."""
    yield from _about_languages(files)
    for language in sorted({language for file in files.exercises.values() for language in file.texts}):
        yield from _about_names(files, language)
    for slug, exercise in files.exercises.items():
        yield from _about_exercise(f"exercises/{slug}.toml", exercise, files.languages)
    for slug, routine in files.routines.items():
        yield from _about_routine(f"routines/{slug}.toml", routine, files)


def _about_languages(files: Files) -> Iterator[str]:
    """Whatever is told is told in a language with words, and one of these is the default."""
    told = [(f"safety/{stem}.toml", stem) for stem in sorted(files.stems["safety"])]
    for slug, exercise in files.exercises.items():
        told += ((f"exercises/{slug}.toml: {language}", language) for language in exercise.texts)
    for slug, routine in files.routines.items():
        told += ((f"routines/{slug}.toml: {language}", language) for language in routine.texts)
    worded = files.stems["words"]
    for at, language in told:
        if worded and language not in worded:
            yield f"{at}: there are no words for this language: words/{language}.toml"
    defaults = sorted(language for language, words in files.words.items() if words.default)
    if worded and worded == files.words.keys() and len(defaults) != 1:
        yield f"words/: default: exactly one language is the default, not {defaults or 'none'}"
    for language, words in files.words.items():
        if words.locale.partition("-")[0] != language.partition("-")[0]:
            yield f"words/{language}.toml: locale: {words.locale!r} is not of this language"


def _about_names(files: Files, language: Language) -> Iterator[str]:
    """A name means one thing: a slot value that stands under two ids is a coin toss on the floor."""
    exercises = [
        (f"exercises/{slug}.toml: {language}", (text.name.lower(), *text.synonyms))
        for slug, file in files.exercises.items()
        if (text := file.texts.get(language))
    ]
    words = files.words.get(language)
    muddles = [
        (f"words/{language}.toml: muddles.{slug}", muddle.names)
        for slug, muddle in (words.muddles if words else {}).items()
    ]
    routines = [
        (f"routines/{slug}.toml: {language}", file.texts[language].synonyms)
        for slug, file in files.routines.items()
        if language in file.texts
    ]
    for group in (exercises + muddles, routines):
        uses = Counter(name for _, names in group for name in names)
        for place, names in group:
            for name in sorted({name for name in names if uses[name] > 1}):
                yield f"{place}: {name!r} is used more than once; a word for two things is a muddle"


def _about_exercise(at: str, exercise: ExerciseFile, languages: tuple[Language, ...]) -> Iterator[str]:
    usual = exercise.usual
    # Every language moves as the first does: a bookmark names a side, and finds it in all of them.
    first = min(exercise.texts, key=lambda one: languages.index(one) if one in languages else len(languages))
    for language, text in exercise.texts.items():
        for form, order in _orders(exercise).items():
            moves, same = _moves(text, form), _moves(exercise.texts[first], form)
            field = f"{at}: {language}.{form.value}.moves"
            if any((order is Order.WHOLE) is not (side is None) for side in moves):
                yield f"{field}: sides and the order {order.value!r} do not fit"
            elif moves != same:
                yield f"{field}: {_listed(moves)}; but {_listed(same)} in {first}"
    for dosed in ("sets", "reps"):
        dose: int = getattr(usual.dose, dosed)
        least, most = getattr(usual.article, dosed) or (dose, dose)
        if not least <= dose <= most:
            yield f"{at}: usual.dose.{dosed}: {dose} is not the article's {least} to {most}"


def _orders(exercise: ExerciseFile) -> Mapping[FormName, Order]:
    usual = exercise.usual.order
    return {
        FormName.USUAL: usual,
        FormName.EASIER: exercise.easier.order or usual,
        FormName.HARDER: exercise.harder.order or usual,
    }


def _moves(text: ExerciseText, form: FormName) -> list[str | None]:
    """The sides of a form's own moves; of another form that moves as the usual one, none."""
    own = {
        FormName.USUAL: text.usual.moves,
        FormName.EASIER: text.easier.moves,
        FormName.HARDER: text.harder.moves,
    }
    return [move.side for move in own[form]]


def _listed(sides: list[str | None]) -> str:
    return ", ".join(side or "no side" for side in sides) or "none"


def _about_routine(at: str, routine: RoutineFile, files: Files) -> Iterator[str]:
    uses = Counter(item.exercise for item in routine.items)
    for number, item in enumerate(routine.items):
        field = f"{at}: items.{number}"
        if item.exercise not in files.stems["exercises"]:
            yield f"{field}.exercise: there is no exercise {item.exercise!r}"
        if uses[item.exercise] > 1:  # a bookmark names its exercise
            yield f"{field}.exercise: {item.exercise!r} stands more than once"
        if exercise := files.exercises.get(item.exercise):
            for language in routine.texts:
                yield from _about_telling(field, item, exercise, language)
            yield from _about_item(field, item, exercise, short=routine.short)


def _about_telling(at: str, item: ItemTable, exercise: ExerciseFile, language: Language) -> Iterator[str]:
    """An item can be told in the language of its routine."""
    if (text := exercise.texts.get(language)) is None:
        yield f"{at}.exercise: {item.exercise!r} is not told in {language}, and the routine is"
    elif not _steps_of(text, item.form):
        yield f"{at}.form: {item.exercise!r} has no steps in {language} to tell its {item.form.value} form by"


def _steps_of(text: ExerciseText, form: FormName) -> tuple[str, ...]:
    return {
        FormName.USUAL: text.steps,
        FormName.EASIER: text.easier.steps,
        FormName.HARDER: text.harder.steps,
    }[form]


def _about_item(at: str, item: ItemTable, exercise: ExerciseFile, *, short: bool) -> Iterator[str]:
    """An item has a full dose unless its routine says that it is short."""
    if item.form is not FormName.USUAL and not short:
        yield f"{at}.form: a full routine is done in the usual form; say short = true, or leave it out"
    for field, own in (("sets", item.sets), ("reps", item.reps)):
        full: int = getattr(exercise.usual.dose, field)
        least, most = getattr(exercise.usual.article, field) or (full, MOST_REPS)
        if own is not None and not short and not least <= own <= most:
            allowed = f"{least} to {most}" if getattr(exercise.usual.article, field) else f"{least} or more"
            yield f"{at}.{field}: {own} is not a full dose ({allowed}); say short = true, or give it"
