"""What is said of a place, an exercise or a question: sentences only. `step` decides when to say them."""

from skill.coach.dialogue.state import Question, Session
from skill.coach.exercise import Catalogue, Exercise, Order
from skill.coach.timeline.arrange import COUNT_MS
from skill.coach.timeline.plan import Bookmark, Piece, Plan, minutes, plan
from skill.coach.words import Words, capital

Sentences = tuple[str, ...]

LISTED = 4
"""How many names are listed aloud before it becomes a burden to remember them."""


def piece_at(mark: Bookmark, catalogue: Catalogue) -> Piece:
    """The piece a bookmark is in."""
    whole = plan(mark, catalogue)
    return whole.pieces[whole.index(mark)]


def exercises(count: int, words: Words) -> str:
    """Some exercises, counted: "four exercises"."""
    return (
        words.line("exercises_one")
        if count == 1
        else words.line("exercises_many", number=words.number(count))
    )


def time_of(whole: Plan, catalogue: Catalogue) -> str:
    """How long a plan takes: "nineteen minutes"."""
    words, count = catalogue.words, minutes(whole, catalogue)
    return words.line("minutes_one") if count == 1 else words.line("minutes_many", number=words.number(count))


# Tellings


def intro(mark: Bookmark, catalogue: Catalogue) -> Sentences:
    """What a routine holds, how long it takes and what to have ready. Nothing for an exercise on its own."""
    if not mark.routine:
        return ()
    words, whole, routine = catalogue.words, plan(mark, catalogue), catalogue.routines[mark.routine]
    kit = dict.fromkeys(thing for slug in whole.exercises for thing in catalogue.exercises[slug].kit)
    return (
        words.line(
            "routine",
            routine=capital(routine.name),
            count=exercises(len(whole.exercises), words),
            minutes=time_of(whole, catalogue),
        ),
        words.line("short_version") if routine.short else "",
        words.line("have_ready", kit=words.listing(tuple(words.kit[thing] for thing in kit))) if kit else "",
    )


def heading(mark: Bookmark, catalogue: Catalogue, *, coming: bool = True) -> str:
    """The exercise announced: "First, the pelvic tilt, with the hip lift."; only named, if it is not ``coming`` up."""
    title = catalogue.exercises[mark.exercise].title
    if not mark.routine or not coming:
        return catalogue.words.line("on_its_own", title=capital(title))
    line = "first" if plan(mark, catalogue).exercises[0] == mark.exercise else "next_up"
    return catalogue.words.line(line, title=title)


def telling(mark: Bookmark, catalogue: Catalogue, *, long: bool) -> Sentences:
    """How an exercise is done, at length or as one reminder, and how much of it."""
    exercise = catalogue.exercises[mark.exercise]
    form = exercise.form(mark.form)
    if long:
        return form.offer, *form.steps, dose(mark, catalogue)
    return dose(mark, catalogue), form.offer or exercise.reminder


def eased(mark: Bookmark, catalogue: Catalogue) -> Sentences:
    """The easier form, to someone who was doing the usual one."""
    return catalogue.exercises[mark.exercise].form(mark.form).offer, dose(mark, catalogue)


def dose(mark: Bookmark, catalogue: Catalogue) -> str:
    """How much of an exercise there is to do from its start."""
    exercise, words = catalogue.exercises[mark.exercise], catalogue.words
    form = exercise.form(mark.form)
    piece = plan(mark, catalogue).first_of(mark.exercise)
    sets, reps, unit = (
        words.number(piece.sets),
        words.number(piece.reps),
        exercise.form(mark.form).unit[piece.reps != 1],
    )
    match form.order:
        case Order.PACED:
            seconds = words.number(piece.reps * form.tempo.into // COUNT_MS)
            line = "dose_paced" if piece.sets > 1 else "dose_paced_once"
            return words.line(line, sets=sets, seconds=seconds)
        case Order.EACH:
            return words.line("dose_sides", reps=reps, unit=unit)
        case Order.ALTERNATE:
            sides = words.listing(tuple(words.sides[move.side or ""] for move in form.moves))
            return words.line("dose_rounds", reps=reps, unit=unit, sides=sides)
        case Order.WHOLE:
            line = "dose_sets" if piece.sets > 1 else "dose_reps"
            return words.line(line, sets=sets, reps=reps, unit=unit)


def description(exercise: Exercise, catalogue: Catalogue) -> Sentences:
    """What an exercise is, for someone who asks: what for, how, who should take care, and an easier way."""
    words = catalogue.words
    return (
        words.line("on_its_own", title=capital(exercise.title)),
        *exercise.about,
        *exercise.usual.steps,
        exercise.mistakes[0],
        *exercise.cautions,
        words.line("easier_is", offer=exercise.easier.offer),
    )


def menu(catalogue: Catalogue) -> Sentences:
    """What there is."""
    words = catalogue.words
    return (
        words.line("menu_exercises", exercises=words.listing(_exercise_names(catalogue))),
        words.line("menu_routines", routines=words.listing(_routine_names(catalogue))),
    )


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


# Places


def place(mark: Bookmark, catalogue: Catalogue) -> str:
    """Where a bookmark is: "lift five, set two of the pelvic tilt"."""
    words, piece = catalogue.words, piece_at(mark, catalogue)
    exercise = catalogue.exercises[piece.exercise]
    name = exercise.name
    line, within = "place_rep", words.line("place_whole", name=name)
    if piece.side:
        within = words.line("place_side", side=words.sides[piece.side], name=name)
    elif piece.sets > 1:
        within = words.line("place_set", set=words.number(piece.set), name=name)
    else:
        line = "place_rep_of"
    if mark.rep <= 1 or exercise.form(piece.form).order is Order.PACED:
        return within
    return words.line(line, unit=exercise.form(piece.form).unit[0], rep=words.number(mark.rep), where=within)


def at_rep(mark: Bookmark, catalogue: Catalogue) -> str:
    """Where someone is in a set: "lift five of eight, set two of three"."""
    words, piece = catalogue.words, piece_at(mark, catalogue)
    form = catalogue.exercises[piece.exercise].form(piece.form)
    sets = {"set": words.number(piece.set), "sets": words.number(piece.sets)}
    if form.order is Order.PACED:
        return words.line("at_set", **sets, name=catalogue.exercises[piece.exercise].name)
    said = {"unit": form.unit[0], "rep": words.number(mark.rep), "reps": words.number(piece.reps)}
    if piece.side:
        return words.line("at_rep_of_side", **said, side=words.sides[piece.side])
    if piece.sets > 1:
        return words.line("at_rep_of_set", **said, **sets)
    return words.line("at_rep", **said)


def left(mark: Bookmark, catalogue: Catalogue, *, inside: bool) -> Sentences:
    """What is still to do; from within a set if ``inside``."""
    words, whole = catalogue.words, plan(mark, catalogue)
    piece = whole.pieces[whole.index(mark)]
    after = len(whole.exercises) - 1 - whole.exercises.index(piece.exercise)
    here = (
        words.line("left_at", where=at_rep(mark, catalogue))
        if inside
        else _left_here(whole, piece, catalogue)
    )
    if not mark.routine:
        return (here,)
    then = words.line("left_after", count=exercises(after, words)) if after else words.line("left_none_after")
    return here, then


def _left_here(whole: Plan, piece: Piece, catalogue: Catalogue) -> str:
    """What is still to do of an exercise: sets, sides or rounds."""
    words, exercise = catalogue.words, catalogue.exercises[piece.exercise]
    sets = piece.sets - piece.set + 1
    if sets > 1:
        return words.line("left_sets", sets=words.number(sets), name=exercise.name)
    if piece.side:
        to_do = whole.pieces[whole.pieces.index(piece) :]
        sides = dict.fromkeys(words.sides[one.side] for one in to_do if one.exercise == piece.exercise)
        return words.line("left_sides", sides=words.listing(tuple(sides)), name=exercise.name)
    if piece.first > 1:
        reps, unit = piece.reps - piece.first + 1, exercise.form(piece.form).unit
        return words.line("left_reps", reps=words.number(reps), unit=unit[reps != 1], name=exercise.name)
    return words.line("left_here", where=place(piece.starts(whole.routine), catalogue))


# Questions


def question(asked: Question, session: Session, catalogue: Catalogue) -> str:
    """A question as it is asked."""
    words = catalogue.words
    if asked is Question.READY and session.place:
        return _ready(session.place, catalogue)
    if asked is Question.WHICH and session.about in catalogue.muddles:
        return catalogue.muddles[session.about].ask
    if asked is Question.DO_IT and session.about in catalogue.exercises:
        return words.line("ask_do_it", name=catalogue.exercises[session.about].name)
    return words.line(f"ask_{asked}", name="")


def _ready(mark: Bookmark, catalogue: Catalogue) -> str:
    words, whole = catalogue.words, plan(mark, catalogue)
    piece = whole.pieces[whole.index(mark)]
    if mark == whole.first_of(piece.exercise).starts(whole.routine):
        return words.line("ask_ready")
    if mark.rep > 1:
        return words.line("ask_ready_rounds")
    if piece.side:
        return words.line("ask_ready_side", side=words.sides[piece.side])
    return words.line("ask_ready_set", set=words.number(piece.set))


def reprompt(asked: Question, session: Session, catalogue: Catalogue) -> str:
    """What is said, once, if a question gets no answer."""
    if asked is Question.WHICH:
        return question(asked, session, catalogue)
    return catalogue.words.line(f"again_{asked}")


def hints(asked: Question | None, catalogue: Catalogue) -> str:
    """What may be said now."""
    return catalogue.words.line(f"hints_{_kind(asked)}")


def hint(asked: Question | None, catalogue: Catalogue) -> str:
    """The two words that are enough now."""
    return catalogue.words.line(f"hint_{_kind(asked)}")


def _kind(asked: Question | None) -> str:
    match asked:
        case Question.HURT:
            return "hurt"
        case Question.READY | Question.TELL | Question.GO_ON | Question.WELCOME:
            return "set"
        case (
            Question.BEGIN
            | Question.THROUGH
            | Question.FORGET
            | Question.START_OVER
            | Question.DO_IT
            | Question.BACK
        ):
            return "begin"
        case Question.MENU | Question.WHICH | None:
            return "menu"
