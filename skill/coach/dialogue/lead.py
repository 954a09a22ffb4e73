"""The two ways to speak of an exercise, set by set.

`tell_exercise` says how it is done and asks "Ready?"; `play` leads the piece at the session's place and asks for the
next. Whoever likes it straight through gets a stream instead (`skill.coach.dialogue.through`). Neither lets anybody exercise
who has not heard the safety notice.
"""

from dataclasses import replace

from skill.coach.dialogue import tell
from skill.coach.dialogue.here import Here, Part, ask, compose, days, end, piece_score
from skill.coach.dialogue.reply import Turn
from skill.coach.dialogue.state import Mode, Playing, Question
from skill.coach.dialogue.through import LONG_TELLINGS, may_offer, stream_from, through
from skill.coach.exercise import Ms
from skill.coach.timeline.arrange import rest
from skill.coach.timeline.plan import Bookmark, Plan, beginning, begins_piece, plan, start, worked
from skill.coach.timeline.plan import Part as Where
from skill.coach.timeline.score import joined, silence

REPLY_MS: Ms = 200_000
"""A reply longer than this leaves the telling of the next exercise to the next one: about as much as is wise on
Alexa, whose 240 s may or may not count speech (platform facts, section 3)."""


def tell_eased(here: Here, mark: Bookmark) -> Turn:
    """The easier form of the exercise they were doing; then "Ready?"."""
    return ask(here.now(place=mark, playing=None), Question.READY, *tell.eased(mark, here.catalogue))


def tell_exercise(here: Here, mark: Bookmark, *before: Part, coming: bool = True) -> Turn:
    """How an exercise is done, from its beginning; then "Ready?". A routine's first brings its introduction.

    ``coming`` is whether it is next in the routine, rather than told again.
    """
    mark = worked(mark)
    here = here.now(place=mark, playing=None)
    if not here.progress.met:
        return notice(here)
    here, caution = short_caution(here)
    opens = coming and not before and mark == beginning(mark, here.catalogue)
    if through(here):
        begins = (here.line("through_begins"),) if opens else ()
        return stream_from(here, replace(mark, part=Where.TELLING), *before, *caution, *begins, counted=False)
    here, told = telling(here, mark, coming=coming)
    opening = tell.intro(mark, here.catalogue) if opens else ()
    asked = Question.READY
    if may_offer(here):
        here, asked, told = (
            here.known(mode=Mode.SETS),
            Question.THROUGH,
            told[:-1],
        )  # a "go" would be a choice
    return ask(here, asked, *before, *caution, *opening, *told)


def telling(
    here: Here, mark: Bookmark, *, coming: bool = True, again: bool = False
) -> tuple[Here, tuple[str, ...]]:
    """The sentences that tell an exercise, and the count of tellings gone up. ``again`` tells it at length."""
    times = here.progress.told.get(mark.exercise, 0)
    here = here.known(told={**here.progress.told, mark.exercise: min(times + 1, LONG_TELLINGS)})
    heading = tell.heading(mark, here.catalogue, coming=coming)
    long = again or times < LONG_TELLINGS
    when = here.line("ready_when") if long else ""
    return here, (heading, *tell.telling(mark, here.catalogue, long=long), when)


def play(here: Here) -> Turn:
    """Lead the piece at the session's place, and ask for what follows it."""
    mark = here.session.place
    if mark is None:
        return tell_exercise(here, start(here.catalogue.default, here.catalogue))
    if not here.progress.met:
        return notice(here)
    if through(here):
        return _play_through(here, mark)
    if mark.part is Where.TELLING:
        return tell_exercise(here, mark)
    here, caution = short_caution(here)
    mark, whole = worked(mark), plan(mark, here.catalogue)
    index = whole.index(mark)
    piece = whole.pieces[index]
    here = here.now(place=mark)
    score = piece_score(here, mark)
    lead = compose(here, caution)
    playing = Playing(mark, here.world.now + lead.lasts, score.lasts)
    here = here.known(days=days(here), asks_first=False)
    parts: tuple[Part, ...] = (lead, score)
    if index + 1 == len(whole.pieces):
        return finish(here.now(playing=playing, begun=True), whole, *parts)
    following = whole.pieces[index + 1]
    here = here.now(playing=playing, begun=True, place=following.starts(mark.routine))
    if following.exercise == piece.exercise:
        quiet = rest(piece, following, here.words, here.world.measure)
        return ask(here, Question.READY, *parts, quiet)
    told_here, told = telling(here, following.starts(mark.routine))
    change = compose(here, (silence(1000), *told))
    if joined((lead, score, change)).lasts > REPLY_MS:  # get up first, then hear how it goes on
        return ask(here, Question.TELL, *parts, tell.heading(following.starts(mark.routine), here.catalogue))
    return ask(told_here, Question.READY, *parts, change)


def _play_through(here: Here, mark: Bookmark) -> Turn:
    """The stream from a place: a set they said they are ready for, from its opening; else counted in."""
    here, caution = short_caution(here)
    if here.session.asked is Question.READY and begins_piece(mark, here.catalogue):
        return stream_from(here, replace(mark, part=Where.OPENING), *caution, counted=False)
    return stream_from(here, mark, *caution, counted=True)


def finish(here: Here, whole: Plan, *parts: Part) -> Turn:
    """The end of a plan: back to the routine that was left for it, or goodbye."""
    later = here.session.later
    if later:
        return ask(here.now(place=later, later=None), Question.BACK, *parts)
    count = tell.exercises(len(whole.exercises), here.words)
    done = here.line("finished", count=count, minutes=tell.time_of(whole, here.catalogue))
    here = here.now(place=None)
    days = here.line("practised", number=here.words.number(len(here.progress.days)))
    return end(
        here.known(skipped=False),
        *parts,
        done if whole.routine and not here.progress.skipped else here.line("well_done"),
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
