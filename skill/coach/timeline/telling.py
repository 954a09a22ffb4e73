"""What is said of a plan, an exercise or a place: sentences, as data of the language fills them in."""

from collections.abc import Sequence

from skill.coach.exercise import Catalogue, Exercise, Form, Ms, Order, Slug
from skill.coach.timeline.plan import FLOOR, Bookmark, Piece, Plan, position
from skill.coach.words import Name, Words, capital

Sentences = tuple[str, ...]

MINUTE_MS: Ms = 60_000

LONGEST = 60
"""The most minutes that are ever told: what is longer is "about sixty minutes"."""


def exercises(count: int, words: Words) -> str:
    """Some exercises, counted: "four exercises"."""
    if count == 1:
        return words.line("exercises_one")
    return words.line("exercises_many", number=words.number(count))


def minutes(count: int, words: Words) -> str:
    """A time, counted: "nineteen minutes"."""
    if count == 1:
        return words.line("minutes_one")
    return words.line("minutes_many", number=words.number(count))


def time(lasts: Ms, words: Words) -> str:
    """A time: "thirty seconds", "two minutes"."""
    if lasts % MINUTE_MS:
        return words.line("seconds_many", number=words.number(lasts // 1000))
    return minutes(lasts // MINUTE_MS, words)


def lasting(count: int, words: Words) -> str:
    """How many minutes a plan takes, as a sentence of its own: it is the only one that depends on them."""
    return words.line("lasting", minutes=minutes(min(count, LONGEST), words))


def intro(whole: Plan, lasts: int, catalogue: Catalogue, *, brief: bool = False) -> Sentences:
    """What a routine holds, the minutes that it ``lasts`` and what to have ready; ``brief`` for whoever has heard it.

    Nothing for an exercise on its own.
    """
    if not whole.routine:
        return ()
    words, routine = catalogue.words, catalogue.routines.get(whole.routine)
    name = words.line("routine", routine=capital(whole.name))
    if brief:
        return name, lasting(lasts, words)
    return (
        name,
        words.line("holds", count=exercises(len(whole.exercises), words)),
        lasting(lasts, words),
        words.line("short_version") if routine and routine.short else "",
        ready(whole, catalogue),
    )


def ready(whole: Plan, catalogue: Catalogue) -> str:
    """What to have ready, always in one order, so that there are few such sentences; nothing, if nothing is needed."""
    words = catalogue.words
    needed = {thing for slug in whole.exercises for thing in catalogue.exercises[slug].kit}
    kit = tuple(said for thing, said in words.kit.items() if thing in needed)
    return words.line("have_ready", kit=words.listing(kit)) if kit else ""


def ending(
    whole: Plan, catalogue: Catalogue, *, left: Sequence[Slug], done: Sentences, days: int
) -> Sentences:
    """The last words of a plan: what was ``done`` and what was ``left`` out; and on how many days of this week."""
    words = catalogue.words
    out = [slug for slug in left if slug in whole.exercises]
    count = len(whole.exercises) - len(out)
    counted = whole.routine and count > 0
    return (
        words.line("finished", count=exercises(count, words)) if counted else words.line("well_done"),
        *(done if whole.routine else ()),
        left_out(out, catalogue),
        words.line(f"rise_{position(whole.pieces[-1], catalogue)}"),
        practised(days, words),
        words.line("goodbye"),
    )


def left_out(slugs: Sequence[Slug], catalogue: Catalogue) -> str:
    """What was left out: by its name, or how many; nothing, if nothing was."""
    words = catalogue.words
    if not slugs:
        return ""
    if len(slugs) > 1:
        return words.line("left_out_many", number=words.number(len(slugs)))
    return words.line("left_out_one", name=catalogue.exercises[slugs[0]].name)


MOST_SETS = 30
"""The most sets that are ever told."""


def done(sets: int, lasts: int, words: Words) -> Sentences:
    """How much was done: sets, and whole minutes of moving; nothing, if it was next to nothing."""
    if not 0 < sets <= MOST_SETS:
        return ()
    line = "did_set" if sets == 1 else "did_sets"
    return words.line(line, number=words.number(sets)), words.line(
        "moved", minutes=minutes(min(lasts, LONGEST), words)
    )


def practised(days: int, words: Words) -> str:
    """On how many days of the week that ends today they practised; nothing, if it is the first."""
    return words.line("practised", number=words.number(days)) if days > 1 else ""


def heading(whole: Plan, piece: Piece, catalogue: Catalogue, *, coming: bool = True) -> str:
    """The exercise announced: "First, the pelvic tilt, with the hip lift."; only named, if it is not ``coming`` up."""
    exercise = catalogue.exercises[piece.exercise]
    line = "first" if whole.exercises[0] == piece.exercise else "next_up"
    alone = not whole.routine or not coming
    return announced("on_its_own" if alone else line, exercise, exercise.form(piece.form), catalogue.words)


def announced(line: str, exercise: Exercise, form: Form, words: Words) -> str:
    """An exercise in a form, announced with that line."""
    title = form.title or Name(words.line("place_whole", name=exercise.name))
    return words.line(line, title=capital(title) if line == "on_its_own" else title)


def telling(first: Piece, catalogue: Catalogue, *, long: bool) -> Sentences:
    """How an exercise is done, at length or as one reminder, and how much of it. ``first`` is its first piece."""
    exercise = catalogue.exercises[first.exercise]
    form = exercise.form(first.form)
    if long:
        return form.offer, *form.steps, dose(first, catalogue), held(first, catalogue)
    return dose(first, catalogue), form.offer or exercise.reminder


def planned(first: Piece, catalogue: Catalogue) -> str:
    """An exercise and how much of it: "Pelvic tilt, three sets of eight."."""
    form, words = first.form_in(catalogue), catalogue.words
    unit = form.unit[first.reps != 1]
    name, sets, reps = (
        catalogue.exercises[first.exercise].name,
        words.number(first.sets),
        words.number(first.reps, unit.gender),
    )
    match form.order:
        case _ if first.only:
            said = words.line("plan_side", name=name, reps=reps, side=words.sides[first.only])
        case Order.EACH:
            said = words.line("plan_sides", name=name, reps=reps)
        case _ if first.sets > 1:
            said = words.line("plan_sets", name=name, sets=sets, reps=reps)
        case _:
            said = words.line("plan_once", name=name, reps=reps, unit=unit)
    return capital(said)


def held(first: Piece, catalogue: Catalogue) -> str:
    """How long it is held, if that is other than the steps say."""
    same = catalogue.exercises[first.exercise].form(first.form).tempo.hold == first.hold
    return "" if same else catalogue.words.line("dose_hold", number=catalogue.words.number(first.hold))


def eased(first: Piece, catalogue: Catalogue) -> Sentences:
    """The easier form, to someone who was doing the usual one."""
    return catalogue.exercises[first.exercise].form(first.form).offer, dose(first, catalogue)


def dose(first: Piece, catalogue: Catalogue) -> str:
    """How much of an exercise there is to do from its start."""
    form, words = first.form_in(catalogue), catalogue.words
    unit = form.unit[first.reps != 1]
    sets, reps = words.number(first.sets), words.number(first.reps, unit.gender)
    match form.order:
        case _ if first.only:
            return words.line("dose_side", reps=reps, side=words.sides[first.only])
        case Order.PACED:
            line = "dose_paced" if first.sets > 1 else "dose_reps"
            return words.line(line, sets=sets, reps=reps, unit=unit)
        case Order.EACH:
            return words.line("dose_sides", reps=reps, unit=unit)
        case Order.ALTERNATE:
            sides = words.listing(tuple(words.sides[move.side or ""] for move in form.moves))
            return words.line("dose_rounds", reps=reps, unit=unit, sides=sides)
        case Order.WHOLE:
            line = "dose_sets" if first.sets > 1 else "dose_reps"
            return words.line(line, sets=sets, reps=reps, unit=unit)


def rises(before: Piece | None, piece: Piece, catalogue: Catalogue) -> bool:
    """Whether one has to get up from the floor for it."""
    return (
        before is not None
        and position(before, catalogue) in FLOOR
        and position(piece, catalogue) not in FLOOR
    )


def moving(before: Piece | None, piece: Piece, catalogue: Catalogue, *, long: bool) -> str:
    """How to get from where one is to where an exercise is done; nothing, if that is the same, or its telling says it.

    Nobody is left to find out how to get up from the floor.
    """
    there, words = position(piece, catalogue), catalogue.words
    here = position(before, catalogue) if before else ""
    if here == there:
        return ""
    to = "" if long else words.line(f"move_{there}")
    if rises(before, piece, catalogue):
        up = words.line("rise_to_stand" if here == "back" else "move_upright")
        return f"{up} {to}".strip() if there == "seated" else up
    return words.line("move_upright") if here and there == "upright" else to


def description(exercise: Exercise, catalogue: Catalogue) -> Sentences:
    """What an exercise is, for someone who asks: what it is good for, how it goes in short, and how to hear more."""
    words = catalogue.words
    return (
        words.line("on_its_own", title=capital(exercise.title)),
        *exercise.about[:2],
        *exercise.how,
        words.line("more_if"),
    )


def more(exercise: Exercise, catalogue: Catalogue) -> Sentences:  # noqa: ARG001  # it is called as `description` is
    """The rest of it: every step, the first mistake, and all who should take care: nobody's own caution is left out."""
    return (*exercise.usual.steps, exercise.mistakes[0], *exercise.cautions)


# Places


def where(place: Bookmark, piece: Piece, catalogue: Catalogue) -> str:
    """Where a place is, within its piece: "lift five, set two of the pelvic tilt"."""
    words, exercise = catalogue.words, catalogue.exercises[piece.exercise]
    form, name = exercise.form(piece.form), exercise.name
    line, within = "place_rep", words.line("place_whole", name=name)
    if piece.side:
        within = words.line("place_side", side=words.sides[piece.side], name=name)
    elif piece.sets > 1:
        within = words.line("place_set", set=words.number(piece.set), name=name)
    else:
        line = "place_rep_of"
    if place.rep <= 1 or form.order is Order.PACED:
        return within
    return words.line(line, unit=form.unit[0], rep=words.number(place.rep), where=within)


def at_rep(place: Bookmark, piece: Piece, catalogue: Catalogue) -> str:
    """Where someone is in a set: "lift five of eight, set two of three"."""
    words, exercise = catalogue.words, catalogue.exercises[piece.exercise]
    form = exercise.form(piece.form)
    sets = {"set": words.number(piece.set), "sets": words.number(piece.sets)}
    if form.order is Order.PACED:
        return words.line("at_set", **sets, name=exercise.name)
    said = {"unit": form.unit[0], "rep": words.number(place.rep), "reps": words.number(piece.reps)}
    if piece.side:
        return words.line("at_rep_of_side", **said, side=words.sides[piece.side])
    if piece.sets > 1:
        return words.line("at_rep_of_set", **said, **sets)
    return words.line("at_rep", **said)


def left(place: Bookmark, whole: Plan, catalogue: Catalogue, *, inside: bool) -> Sentences:
    """What is still to do; from within a set if ``inside``."""
    words, piece = catalogue.words, whole.piece(place)
    after = len(whole.coming(piece.exercise))
    here = (
        words.line("left_at", where=at_rep(place, piece, catalogue))
        if inside
        else _left_of(piece, whole, catalogue)
    )
    if not whole.routine:
        return (here,)
    then = words.line("left_after", count=exercises(after, words)) if after else words.line("left_none_after")
    return here, then


def _left_of(piece: Piece, whole: Plan, catalogue: Catalogue) -> str:
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
        count = piece.reps - piece.first + 1
        unit = exercise.form(piece.form).unit[count != 1]
        reps = words.number(count, unit.gender)
        return words.line("left_reps", reps=reps, unit=unit, name=exercise.name)
    return words.line("left_here", where=where(piece.starts(whole.routine), piece, catalogue))
