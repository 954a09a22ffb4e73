"""What each request leads to: a function of `Here` for each, and `ANSWERS`, which gives a yes or a no its meaning.

Two kinds of reply: a telling or a piece (`skill.coach.lead`), or a few sentences and the question again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from skill.coach import tell
from skill.coach.exercise import FormName, Ms, Slug
from skill.coach.here import Here, ask, ask_again, end, kept_place, today
from skill.coach.lead import (
    finish,
    notice,
    play,
    short_caution,
    tell_eased,
    tell_exercise,
    telling,
)
from skill.coach.plan import Bookmark, plan, start, start_of
from skill.coach.reply import Turn
from skill.coach.score import silence
from skill.coach.state import Question

WAIT_MS: Ms = 60_000
"""The quiet after "give me a minute"."""

HURTS_ENOUGH = 2
"""It hurt this often in a session: enough for today."""

IN_THE_MIDDLE = {Question.BEGIN, Question.READY, Question.TELL, Question.GO_ON, Question.HURT}
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
    if (
        mark and mark.routine == slug and here.session.asked is None
    ):  # nothing is lost by asking for it by name
        return open_up(here)
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
        return _choose_first(here)
    line = "going_back" if before >= 0 else "that_is_first"
    return tell_exercise(
        here, start_of(whole.exercises[max(before, 0)], mark, here.catalogue), here.line(line), coming=False
    )


def repeat(here: Here) -> Turn:
    """That again: the set they are in the middle of, from its start; else how the exercise is done."""
    mark = here.session.place
    if mark is None or not here.progress.met:
        return open_up(here)
    match here.session.asked:
        case Question.GO_ON:
            return play(here.now(place=tell.piece_at(mark, here.catalogue).starts(mark.routine)))
        case Question.READY:
            here, told = telling(here, mark, coming=False, again=True)
            return ask(here, Question.READY, *told)
        case Question.TELL:
            return _tell_it(here)
        case Question.BEGIN:
            return notice(here)
        case Question.HURT:
            return ask(here, Question.HURT, here.line("hurts"))
        case _:
            return ask_again(here)


def resume(here: Here) -> Turn:
    """On with it; but never with what has just hurt."""
    if here.session.asked is Question.HURT:
        return _choose_first(here)
    return play(here) if here.session.place else open_up(here)


def pause(here: Here) -> Turn:
    """A minute of quiet, and the question again."""
    mark, asked = here.session.place, here.session.asked
    if asked is None:
        return open_up(here)
    if mark and asked is Question.GO_ON:
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
    inside = here.session.asked is Question.GO_ON
    return ask_again(here, *tell.left(mark, here.catalogue, inside=inside))


def give_help(here: Here) -> Turn:
    """The emergency line first, then what can be said."""
    number = here.words.emergency_number(here.world.locale)
    hints = tell.hints(here.session.asked, here.catalogue)
    return ask_again(here, here.line("help_emergency", number=number), here.line("help"), hints)


def stop(here: Here) -> Turn:
    """Goodbye; the place is kept."""
    return end(
        here, here.line("goodbye_kept" if kept_place(here) and here.world.keeping else "goodbye_plain")
    )


# When it hurts


def hurt(here: Here) -> Turn:
    """Stop. Easier, skip or finish; the second time, finish."""
    here = here.now(hurts=here.session.hurts + 1)
    if here.session.hurts >= HURTS_ENOUGH:
        return end(here.known(rested=today(here)), here.line("hurts_again"))
    return ask(here, Question.HURT, here.line("hurts"))


def ease(here: Here) -> Turn:
    """The easier form of the exercise at hand."""
    mark = here.session.place
    if mark is None:
        return open_up(here)
    if mark.form is FormName.EASIER:
        return ask_again(here, here.line("easier_already"))
    eased = replace(mark, form=FormName.EASIER, set=1, side="", rep=1)
    first = plan(eased, here.catalogue).first_of(mark.exercise)
    return tell_eased(here.known(skipped=True), first.starts(mark.routine))


def answer_concern(here: Here, concern: Slug | None) -> Turn:
    """What there is to say to something about their health. Nothing of it is kept."""
    answer = here.words.concerns.get(concern or "")
    if answer is None:
        return unheard(here)
    number = here.words.emergency_number(here.world.locale)
    crisis = here.words.crisis_number(here.world.locale)
    said = answer.say.format_map({"number": number, "crisis": crisis})
    return end(here, said) if answer.ends else ask_again(here, said)


# Answers


def _not_from_there(here: Here) -> Turn:
    return ask(here, Question.START_OVER, here.line("all_right"))


def _what_then(here: Here) -> Turn:
    return ask(here, Question.MENU, here.line("all_right"), tell.hints(Question.MENU, here.catalogue))


def _do_it(here: Here) -> Turn:
    return choose(here, here.session.about)


def _not_that(here: Here) -> Turn:
    return ask(here, Question.GO_ON) if here.session.place else ask(here, Question.MENU)


def _back(here: Here) -> Turn:
    mark = here.session.place
    return (
        ask(here, Question.READY, here.line("back_to", place=tell.place(mark, here.catalogue)))
        if mark
        else open_up(here)
    )


def _begin_there(here: Here) -> Turn:
    return tell_exercise(here, here.session.place) if here.session.place else open_up(here)


def _tell_it(here: Here) -> Turn:
    return tell_exercise(here, here.session.place, coming=False) if here.session.place else open_up(here)


def _choose_first(here: Here) -> Turn:
    return ask_again(here, tell.hint(here.session.asked, here.catalogue))


def _known_already(here: Here) -> Turn:
    mark = here.session.place
    return (
        ask(here, Question.READY, *tell.telling(mark, here.catalogue, long=False)) if mark else open_up(here)
    )


ANSWERS: Mapping[Question, tuple[Callable[[Here], Turn], Callable[[Here], Turn]]] = {
    #                   yes             no
    Question.BEGIN: (_begin_there, stop),
    Question.READY: (play, pause),
    Question.TELL: (_tell_it, _known_already),
    Question.GO_ON: (play, _what_then),
    Question.WELCOME: (play, _not_from_there),
    Question.START_OVER: (start_over, _what_then),
    Question.MENU: (open_up, stop),
    Question.WHICH: (ask_again, _what_then),
    Question.DO_IT: (_do_it, _not_that),
    Question.BACK: (_back, stop),
    Question.HURT: (_choose_first, stop),
}
"""What yes and no mean, by the question they answer."""


def answer(here: Here, *, yes: bool) -> Turn:
    """A yes or a no, by the question it answers."""
    asked = here.session.asked
    if asked is None:
        return open_up(here) if yes else stop(here)
    return ANSWERS[asked][0 if yes else 1](here)


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
