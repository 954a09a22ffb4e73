"""What each request leads to: a function of `Here` for each.

Two kinds of reply: a telling or a piece (`skill.coach.dialogue.lead`), or a few sentences and the question again.
"""

from dataclasses import replace

from skill.coach.dialogue import tell
from skill.coach.dialogue.here import Here, ask, ask_again, end, kept_place, today
from skill.coach.dialogue.lead import (
    finish,
    notice,
    play,
    short_caution,
    tell_exercise,
    telling,
)
from skill.coach.dialogue.reply import Turn
from skill.coach.dialogue.state import Mode, Question
from skill.coach.dialogue.through import pause as pause_stream
from skill.coach.dialogue.through import straight_on, stream_from, through
from skill.coach.exercise import Ms, Slug
from skill.coach.timeline.plan import Bookmark, Part, begins_exercise, begins_piece, plan, start, start_of
from skill.coach.timeline.score import silence

WAIT_MS: Ms = 60_000
"""The quiet after "give me a minute"."""

IN_THE_MIDDLE = {
    Question.BEGIN,
    Question.THROUGH,
    Question.READY,
    Question.TELL,
    Question.GO_ON,
    Question.HURT,
}
"""Questions that wait for an answer while something else is explained; after any other, what was explained is offered."""

UNHEARD_ENOUGH = 3
"""Not understood this often in a row: the place is kept, and that is all."""


# Asking for something


def open_up(here: Here) -> Turn:
    """Back to the place that was kept, or the usual routine from its start."""
    mark = here.session.place
    if mark is None or here.session.asked is Question.MENU:
        return begin(here, None)
    if here.progress.rested == today(here):
        return ask(here, Question.MENU, here.line("rested"))
    if not here.progress.met:
        return notice(here)
    here, caution = short_caution(here)
    return ask(
        here, Question.WELCOME, here.line("welcome_back", place=tell.place(mark, here.catalogue)), *caution
    )


def begin(here: Here, routine: Slug | None) -> Turn:
    """A routine from its start; one they are in the middle of is offered from there."""
    slug = here.catalogue.default if routine is None else routine
    if slug not in here.catalogue.routines:
        return ask(here, Question.MENU, here.line("which_routine", names=tell.some_routines(here.catalogue)))
    mark = here.session.place
    if mark and mark.routine == slug and (here.breaks_in or here.session.asked is None):
        return open_up(here)  # nothing is lost by asking for it by name
    return tell_exercise(here.now(later=None).known(skipped=False), start(slug, here.catalogue))


def choose(here: Here, exercise: Slug | None) -> Turn:
    """An exercise: within the routine if it is in it, else on its own, and the routine is kept for later."""
    if exercise is None or exercise not in here.catalogue.exercises:
        return ask(
            here, Question.MENU, here.line("which_exercise", names=tell.some_exercises(here.catalogue))
        )
    mark = here.session.place
    if mark and mark.routine and exercise in plan(mark, here.catalogue).exercises:
        return tell_exercise(
            here.known(skipped=True), start_of(exercise, mark, here.catalogue), here.line("all_right")
        )
    later = mark if mark and mark.routine else here.session.later
    return tell_exercise(here.now(later=later), start_of(exercise, Bookmark("", exercise), here.catalogue))


def ask_which(here: Here, muddle: Slug) -> Turn:
    """A word that may mean several exercises: which one?"""
    if muddle not in here.catalogue.muddles:
        return choose(here, None)
    return ask(here.now(about=muddle), Question.WHICH)


def describe(here: Here, exercise: Slug | None) -> Turn:
    """All about an exercise, then on with what was asked."""
    mark = here.session.place
    slug = exercise or (mark.exercise if mark else "")
    if slug not in here.catalogue.exercises:
        return choose(here, None)
    told = tell.description(here.catalogue.exercises[slug], here.catalogue)
    if here.session.asked not in IN_THE_MIDDLE:
        return ask(here.now(about=slug), Question.DO_IT, *told)
    return ask_again(here, *told)


def skip(here: Here) -> Turn:
    """The next exercise."""
    mark = here.session.place
    if mark is None:
        return open_up(here)
    whole = plan(mark, here.catalogue)
    following = whole.exercises.index(mark.exercise) + 1
    if mark.part is Part.REST and begins_exercise(
        mark, here.catalogue
    ):  # in the closing words of the one before
        return tell_exercise(here, mark)
    if following == len(whole.exercises):
        if here.session.later:
            return finish(here, whole)
        return end(
            here.now(place=None).known(skipped=False), here.line("that_was_last"), here.line("goodbye")
        )
    name = here.catalogue.exercises[mark.exercise].name
    to = start_of(whole.exercises[following], mark, here.catalogue)
    return tell_exercise(here.known(skipped=True), to, here.line("skipping", name=name))


def go_back(here: Here) -> Turn:
    """The exercise before."""
    mark = here.session.place
    if mark is None:
        return open_up(here)
    whole = plan(mark, here.catalogue)
    before = whole.exercises.index(mark.exercise) - 1
    if before < 0 and here.session.asked is Question.HURT:
        return choose_first(here)
    line = "going_back" if before >= 0 else "that_is_first"
    return tell_exercise(
        here, start_of(whole.exercises[max(before, 0)], mark, here.catalogue), here.line(line), coming=False
    )


def repeat(here: Here) -> Turn:
    """That again: the set they are in the middle of, from its start; else how the exercise is done."""
    mark = here.session.place
    if mark is None or not here.progress.met:
        return open_up(here)
    if mark.part is Part.TELLING:
        return tell_exercise(here, mark, coming=False)
    asked = here.session.asked
    if asked is None and through(here) and here.progress.streaming:
        asked = Question.GO_ON  # a stream that was paused
    match asked:
        case None:
            return open_up(here)
        case Question.GO_ON:
            set_ = tell.piece_at(mark, here.catalogue).starts(mark.routine)
            return play(here.now(place=set_, asked=Question.READY))
        case Question.READY | Question.THROUGH:
            here, told = telling(here, mark, coming=False, again=True)
            return ask_again(here, *told)
        case Question.TELL:
            return tell_it(here)
        case Question.BEGIN:
            return notice(here)
        case Question.HURT:
            return ask(here, Question.HURT, here.line("hurts"))
        case _:
            return ask_again(here)


def choose_first(here: Here) -> Turn:
    """Neither yes nor no: one of those that were named."""
    return ask_again(here, tell.hint(here.session.asked, here.catalogue))


def tell_it(here: Here) -> Turn:
    """How the exercise at hand is done."""
    return tell_exercise(here, here.session.place, coming=False) if here.session.place else open_up(here)


def resume(here: Here) -> Turn:
    """On with it; but never with what has just hurt."""
    mark = here.session.place
    if here.session.asked is Question.HURT:
        return choose_first(here)
    if here.progress.asks_first and here.session.asked is None:
        return open_up(here)
    if mark and through(here) and here.progress.met and here.session.asked in {None, Question.GO_ON}:
        return stream_from(here, mark, counted=True)  # without a word: they are lying there
    return play(here) if mark else open_up(here)


def pause(here: Here) -> Turn:
    """A minute of quiet, and the question again."""
    mark, asked = here.session.place, here.session.asked
    if here.breaks_in or (asked is None and through(here) and here.progress.streaming):
        return pause_stream(here)
    if asked is None:
        return open_up(here)
    if mark and asked is Question.GO_ON and mark.part is Part.WORK:
        where = here.line("paused_at", where=tell.at_rep(mark, here.catalogue))
        return ask(here, Question.GO_ON, where, silence(WAIT_MS))
    return ask_again(here, here.line("take_your_time"), silence(WAIT_MS))


def start_over(here: Here) -> Turn:
    """From the beginning of the routine."""
    mark = here.session.place
    if mark is None:
        return open_up(here)
    whole = plan(mark, here.catalogue)
    return tell_exercise(
        here, start_of(whole.exercises[0], mark, here.catalogue), here.line("starting_over"), coming=False
    )


def how_many(here: Here) -> Turn:
    """What is left, and on."""
    mark = here.session.place
    if mark is None:
        return open_up(here)
    if mark.part is Part.CLOSE:
        return end(here, here.line("that_was_last"))
    inside = here.session.asked is Question.GO_ON and mark.part is Part.WORK
    return ask_again(here, *tell.left(mark, here.catalogue, inside=inside))


def give_help(here: Here) -> Turn:
    """The emergency line first, then what can be said."""
    number = here.words.emergency_number(here.world.locale)
    hints = tell.hints(here.session.asked, here.catalogue)
    how = here.line("help_through") if here.world.device.streams else ""
    return ask_again(here, here.line("help_emergency", number=number), here.line("help"), how, hints)


def stop(here: Here) -> Turn:
    """Goodbye; the place is kept."""
    return end(
        here, here.line("goodbye_kept" if kept_place(here) and here.world.keeping else "goodbye_plain")
    )


# How to be led


def straight_through(here: Here) -> Turn:
    """Without a question between sets, from here on; where that cannot be, it is only remembered."""
    asked, mark = here.session.asked, here.session.place
    here = here.known(mode=Mode.THROUGH)
    if asked in {Question.BEGIN, Question.HURT}:
        return ask_again(here, here.line("all_right"))
    if mark is None or not here.progress.met:
        return open_up(here)
    if not through(here):
        return play(here) if asked in {Question.THROUGH, Question.READY, Question.GO_ON} else ask_again(here)
    here, caution = short_caution(here)
    parts = (here.line("all_right"), *caution, here.line("through_begins"))
    if asked is Question.TELL:
        return tell_exercise(here, mark, *parts)
    if asked is Question.THROUGH:
        return straight_on(here, *parts)
    if asked is Question.READY and begins_piece(mark, here.catalogue):
        return stream_from(here, replace(mark, part=Part.OPENING), *parts, counted=False)
    return stream_from(here, mark, *parts, counted=True)


def set_by_set(here: Here) -> Turn:
    """A question after each set, from here on."""
    said, asked = here.line("set_by_set"), here.session.asked
    here = here.known(mode=Mode.SETS)
    return ask(here, Question.READY, said) if asked is Question.THROUGH else ask_again(here, said)


# Forgetting


def forget_me(here: Here) -> Turn:
    """What there is to forget, and whether to."""
    return ask(here, Question.FORGET, here.line("forget_what"))


# Not understood


def unheard(here: Here) -> Turn:
    """Something not understood: a hint, a shorter hint, and a kind end."""
    times = here.session.unheard + 1
    here = here.now(unheard=times)
    asked = here.session.asked
    if times >= UNHEARD_ENOUGH:
        return end(here, here.line("unheard_third"))
    if times == 1:
        return ask_again(here, here.line("unheard_first"), tell.hints(asked, here.catalogue))
    return ask_again(here, here.line("unheard_second"), tell.hint(asked, here.catalogue))
