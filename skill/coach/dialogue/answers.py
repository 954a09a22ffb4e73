"""What a yes or a no means: `ANSWERS`, by the question it answers."""

from collections.abc import Callable, Mapping

from skill.coach.dialogue import requests as on
from skill.coach.dialogue import tell
from skill.coach.dialogue.here import Here, ask, ask_again, compose, end
from skill.coach.dialogue.lead import play, tell_exercise
from skill.coach.dialogue.reply import Reply, Turn
from skill.coach.dialogue.state import Question, State


def _not_from_there(here: Here) -> Turn:
    return ask(here, Question.START_OVER, here.line("all_right"))


def _what_then(here: Here) -> Turn:
    return ask(here, Question.MENU, here.line("all_right"), tell.hints(Question.MENU, here.catalogue))


def _do_it(here: Here) -> Turn:
    return on.choose(here, here.session.about)


def _not_that(here: Here) -> Turn:
    return ask(here, Question.GO_ON) if here.session.place else ask(here, Question.MENU)


def _back(here: Here) -> Turn:
    mark = here.session.place
    return (
        ask(here, Question.READY, here.line("back_to", place=tell.place(mark, here.catalogue)))
        if mark
        else on.open_up(here)
    )


def _begin_there(here: Here) -> Turn:
    return tell_exercise(here, here.session.place) if here.session.place else on.open_up(here)


def _known_already(here: Here) -> Turn:
    mark = here.session.place
    return (
        ask(here, Question.READY, *tell.telling(mark, here.catalogue, long=False))
        if mark
        else on.open_up(here)
    )


def _forget(here: Here) -> Turn:
    """Everything about them is deleted, unless it cannot be just now."""
    if not here.world.keeping:
        return end(here, here.line("not_forgotten"))
    return Turn(
        State(), Reply(compose(here, (here.line("forgotten"),)), title=here.line("title")), forget=True
    )


ANSWERS: Mapping[Question, tuple[Callable[[Here], Turn], Callable[[Here], Turn]]] = {
    #                   yes             no
    Question.BEGIN: (_begin_there, on.stop),
    Question.THROUGH: (on.straight_through, on.set_by_set),
    Question.READY: (play, on.pause),
    Question.TELL: (on.tell_it, _known_already),
    Question.GO_ON: (play, _what_then),
    Question.WELCOME: (play, _not_from_there),
    Question.START_OVER: (on.start_over, _what_then),
    Question.MENU: (on.open_up, on.stop),
    Question.WHICH: (ask_again, _what_then),
    Question.DO_IT: (_do_it, _not_that),
    Question.BACK: (_back, on.stop),
    Question.HURT: (on.choose_first, on.stop),
    Question.FORGET: (_forget, _not_that),
}
"""What yes and no mean, by the question they answer."""


def answer(here: Here, *, yes: bool) -> Turn:
    """A yes or a no, by the question it answers."""
    asked = here.session.asked
    if asked is None:
        return on.open_up(here) if yes else on.stop(here)
    return ANSWERS[asked][0 if yes else 1](here)
