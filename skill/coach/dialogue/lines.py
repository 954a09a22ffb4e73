"""What is said of a question: how it is asked, once more if there is no answer, and what may be said to it."""

from collections.abc import Callable

from skill.coach.dialogue import questions as q
from skill.coach.dialogue.questions import Question, name_of
from skill.coach.exercise import Catalogue
from skill.coach.timeline.plan import Bookmark, Plan
from skill.coach.words import Words

Plans = Callable[[Bookmark], Plan]
"""The plan that a place is in."""

LISTED = 4
"""How many names are listed aloud before it becomes a burden to remember them."""


def question(asked: Question, plans: Plans, catalogue: Catalogue) -> str:
    """A question as it is asked."""
    words = catalogue.words
    match asked:
        case q.Ready(place):
            return _ready(place, plans(place), catalogue)
        case q.Which(muddle) if muddle in catalogue.muddles:
            return catalogue.muddles[muddle].ask
        case q.DoIt(exercise) if exercise in catalogue.exercises:
            return words.line("ask_do_it", name=catalogue.exercises[exercise].name)
        case q.Meant(name=name):
            return words.line("ask_meant", wish=name)
        case q.Delete(name):
            return words.line("ask_delete", name=name)
        case q.Remind(at):
            return words.line("ask_remind", time=clock(at, words))
        case q.DoIt():  # which is gone from the content
            return words.line("ask_menu")
        case _:
            return words.line(f"ask_{name_of(type(asked))}")


def _ready(place: Bookmark, whole: Plan, catalogue: Catalogue) -> str:
    words, piece = catalogue.words, whole.piece(place)
    if place == whole.start_of(piece.exercise):
        return words.line("ask_ready")
    if place.rep > 1:
        return words.line("ask_ready_rounds")
    if piece.side:
        return words.line("ask_ready_side", side=words.sides[piece.side])
    return words.line("ask_ready_set", set=words.number(piece.set))


def reprompt(asked: Question, plans: Plans, catalogue: Catalogue) -> str:
    """What is said, once, if a question gets no answer."""
    if isinstance(asked, q.Which | q.Meant | q.Delete | q.Remind):
        return question(asked, plans, catalogue)
    return catalogue.words.line(f"again_{name_of(type(asked))}")


def hints(asked: Question | None, catalogue: Catalogue) -> str:
    """What may be said now."""
    return catalogue.words.line(f"hints_{_kind(asked)}")


def hint(asked: Question | None, catalogue: Catalogue) -> str:
    """The two words that are enough now."""
    return catalogue.words.line(f"hint_{_kind(asked)}")


def _kind(asked: Question | None) -> str:
    match asked:
        case q.Hurt():
            return "hurt"
        case q.Ready() | q.Tell() | q.GoOn() | q.Welcome():
            return "set"
        case (
            q.Meant()
            | q.Begin()
            | q.Through()
            | q.Forget()
            | q.StartOver()
            | q.DoIt()
            | q.Back()
            | q.Delete()
            | q.Remind()
        ):
            return "begin"
        case q.Menu() | q.Which() | None:
            return "menu"


NOON, EVENING, HALF_DAY = 12, 18, 12
"""Hours."""


def clock(at: str, words: Words) -> str:
    """A time by the clock, "20:30", as it is said: "eight thirty in the evening"."""
    hour, minute = map(int, at.split(":"))
    half = words.line("morning" if hour < NOON else "afternoon" if hour < EVENING else "evening")
    told = words.number(hour % HALF_DAY or HALF_DAY)
    if minute:
        return words.line("clock", hour=told, minute=words.number(minute), half=half)
    return words.line("clock_whole", hour=told, half=half)


# What there is


def menu(catalogue: Catalogue) -> tuple[str, ...]:
    """A few of it: a list of everything is no help to anybody who cannot see it."""
    return (catalogue.words.line("menu", routines=some_routines(catalogue)),)


def some_exercises(catalogue: Catalogue) -> str:
    """A few names to choose from."""
    return catalogue.words.listing(_exercise_names(catalogue)[:LISTED])


def some_routines(catalogue: Catalogue) -> str:
    """A few names to choose from, the usual one first."""
    return catalogue.words.listing(_routine_names(catalogue)[:LISTED])


def _exercise_names(catalogue: Catalogue) -> tuple[str, ...]:
    """Those of the usual routine first."""
    usual = (item.exercise for item in catalogue.routines[catalogue.default].items)
    return tuple(catalogue.exercises[slug].name for slug in dict.fromkeys((*usual, *catalogue.exercises)))


def _routine_names(catalogue: Catalogue) -> tuple[str, ...]:
    """The usual one first."""
    slugs = sorted(catalogue.routines, key=lambda slug: slug != catalogue.default)
    return tuple(catalogue.routines[slug].name for slug in slugs)
