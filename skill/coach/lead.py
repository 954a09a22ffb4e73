"""The two ways to speak of an exercise.

`tell_exercise` says how it is done and asks "Ready?"; `play` leads the piece at the session's place and asks for the
next. Neither lets anybody exercise who has not heard the safety notice.
"""

from datetime import UTC, date, datetime, timedelta

from skill.coach import tell
from skill.coach.arrange import rest
from skill.coach.exercise import FormName
from skill.coach.here import Here, Part, ask, compose, end, piece_score
from skill.coach.plan import Bookmark, Plan, plan, start, start_of
from skill.coach.reply import Turn
from skill.coach.score import silence
from skill.coach.state import Playing, Question

LONG_TELLINGS = 2
"""An exercise is told at length this often, then in one sentence."""


def tell_exercise(here: Here, mark: Bookmark, *before: Part, long: bool | None = None) -> Turn:
    """How an exercise is done, from its beginning; then "Ready?"."""
    here = here.now(place=mark, playing=None)
    if not here.progress.met:
        return notice(here)
    here, caution = short_caution(here)
    here, told = telling(here, mark, long=long)
    opens = mark.form is FormName.USUAL and mark == start_of(
        plan(mark, here.catalogue).exercises[0], mark, here.catalogue
    )
    intro = tell.intro(mark, here.catalogue) if opens and not before else ()
    return ask(here, Question.READY, *before, *caution, *intro, *told)


def telling(here: Here, mark: Bookmark, *, long: bool | None = None) -> tuple[Here, tuple[str, ...]]:
    """The sentences that tell an exercise, and the count of tellings gone up."""
    times = here.progress.told.get(mark.exercise, 0)
    at_length = times < LONG_TELLINGS if long is None else long
    if mark.form is not FormName.USUAL:
        return here, tell.telling(mark, here.catalogue, long=False)
    here = here.known(told={**here.progress.told, mark.exercise: min(times + 1, LONG_TELLINGS)})
    return here, (tell.heading(mark, here.catalogue), *tell.telling(mark, here.catalogue, long=at_length))


def play(here: Here) -> Turn:
    """Lead the piece at the session's place, and ask for what follows it."""
    mark = here.session.place
    if mark is None:
        return tell_exercise(here, start(here.catalogue.default, here.catalogue))
    if not here.progress.met:
        return notice(here)
    here, caution = short_caution(here)
    whole = plan(mark, here.catalogue)
    index = whole.index(mark)
    piece = whole.pieces[index]
    score = piece_score(here, mark)
    lead = compose(here, caution)
    playing = Playing(mark, here.world.now + lead.lasts, score.lasts)
    here = here.now(playing=playing).known(days=_days(here))
    parts: tuple[Part, ...] = (lead, score)
    if index + 1 == len(whole.pieces):
        return finish(here, whole, *parts)
    following = whole.pieces[index + 1]
    here = here.now(place=following.starts(mark.routine))
    if following.exercise == piece.exercise:
        quiet = rest(piece, following, here.words, here.world.measure)
        return ask(here, Question.READY, *parts, quiet)
    here, told = telling(here, following.starts(mark.routine))
    return ask(here, Question.READY, *parts, silence(1000), *told)


def finish(here: Here, whole: Plan, *parts: Part) -> Turn:
    """The end of a plan: back to the routine that was left for it, or goodbye."""
    later = here.session.later
    if later:
        return ask(here.now(place=later, later=None), Question.BACK, *parts)
    here = here.now(place=None)
    count = tell.exercises(len(whole.exercises), here.words)
    done = (
        here.line("finished", count=count, minutes=tell.time_of(whole, here.catalogue))
        if whole.routine
        else ""
    )
    days = here.line("practised", number=here.words.number(len(here.progress.days)))
    return end(
        here,
        *parts,
        done,
        here.line("rise"),
        days if len(here.progress.days) > 1 else "",
        here.line("goodbye"),
    )


def notice(here: Here) -> Turn:
    """First of all, once: what this is, and when not to do it."""
    here = here.now(cautioned=True).known(met=True)
    return ask(here, Question.BEGIN, here.line("hello"), here.line("notice"))


def short_caution(here: Here) -> tuple[Here, tuple[str, ...]]:
    """The short safety line, once a session."""
    if here.session.cautioned:
        return here, ()
    return here.now(cautioned=True), (here.line("gently"),)


def _days(here: Here) -> tuple[str, ...]:
    """The days of practice in the week that ends today."""
    today = datetime.fromtimestamp(here.world.now / 1000, UTC).date()
    recent = {day for day in here.progress.days if today - date.fromisoformat(day) < timedelta(days=7)}
    return tuple(sorted(recent | {today.isoformat()}))
