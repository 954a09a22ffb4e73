"""A turn of the conversation: ``step(state, event, world) -> Turn``, pure.

recall    a session that knows of no place takes up the one that was kept
catch up  was a stream playing? its speaker or the clock tell where it has got to
settle    were they interrupted? the clock and the score of what was playing tell, to the rep
match     one case an event; an answer takes its meaning from the question it answers (`ANSWERS`)
"""

from dataclasses import replace
from typing import assert_never

from skill.coach.dialogue import care, tell
from skill.coach.dialogue import events as e
from skill.coach.dialogue import requests as on
from skill.coach.dialogue.answers import answer
from skill.coach.dialogue.here import Here, after, ask_again, compose, end, piece_score
from skill.coach.dialogue.reply import Reply, Turn, World
from skill.coach.dialogue.state import Activity, Playing, Progress, Question, State
from skill.coach.dialogue.through import catch_up, over, report
from skill.coach.exercise import Ms
from skill.coach.timeline.plan import Part, canonical
from skill.coach.timeline.score import Section

DAY_MS: Ms = 24 * 60 * 60 * 1000

FOR_EVER: Ms = 1 << 60
"""Longer than anything lasts."""


def step(state: State, event: e.Event, world: World) -> Turn:
    """The coach's turn: what it says to ``event``, and the state that follows."""
    here = Here(state.session, state.progress, world)
    if isinstance(event, e.Streamed):
        return report(here, event.what, event.head)
    if world.device.mute:
        return _muted(state, _answer(here, event))
    return _answer(here, event)


def _answer(here: Here, event: e.Event) -> Turn:  # noqa: C901, PLR0912  # a case for each event
    before = State(here.session, here.progress)
    cut_short = here.session.playing and here.session.playing == here.progress.playing
    here = _recall(here)
    if not isinstance(event, e.Closed):  # which stops no stream
        here = _done(catch_up(here), event)
    here = _settle(here, event)
    if here.session.unheard and not isinstance(event, e.Unheard):
        here = here.now(unheard=0)
    match event:
        case e.Opened():
            return on.open_up(here)
        case e.Begin(routine):
            return on.begin(here, routine)
        case e.Chose(exercise):
            return on.choose(here, exercise)
        case e.Muddled(muddle):
            return on.ask_which(here, muddle)
        case e.Described(exercise):
            return on.describe(here, exercise)
        case e.Yes():
            return answer(here, yes=True)
        case e.No():
            return answer(here, yes=False)
        case e.Next():
            return on.skip(here)
        case e.Previous():
            return on.go_back(here)
        case e.Again():
            return on.repeat(here)
        case e.Paused():
            return on.pause(here)
        case e.Resumed():
            return Turn(before, Reply()) if _plays_here(here) else on.resume(here)
        case e.StartedOver():
            return on.start_over(here)
        case e.HowMany():
            return on.how_many(here)
        case e.Listed():
            return ask_again(here, *tell.menu(here.catalogue))
        case e.Helped():
            return on.give_help(here)
        case e.Stopped():
            return on.stop(here)
        case e.Hurts():
            return care.hurt(here)
        case e.Easier():
            return care.ease(here)
        case e.Emergency():
            number = here.words.emergency_number(here.world.locale)
            return end(here.known(asks_first=True), here.line("emergency", number=number))
        case e.Concerned(concern):
            return care.answer_concern(here, concern)
        case e.NotOffered():
            return _not_offered(before, here)
        case e.Unheard():
            return on.unheard(here)
        case e.StraightThrough():
            return on.straight_through(here)
        case e.SetBySet():
            return on.set_by_set(here)
        case e.ForgetMe():
            return on.forget_me(here)
        case e.Closed():
            return Turn(after(here) if cut_short else before, Reply())
        case e.Streamed():
            return report(here, event.what, event.head)
        case _:
            assert_never(event)


def _muted(before: State, turn: Turn) -> Turn:
    """A turn in which nothing may be said: what plays or stops is all of it, and without either it never was."""
    if turn.reply.player is None:
        return Turn(before, Reply())
    return replace(turn, reply=Reply(player=turn.reply.player))


def _plays_here(here: Here) -> bool:
    """Whether the very speaker that they speak to is playing."""
    head = here.world.device.playhead
    current = here.progress.streaming
    plays = head is not None and head.activity is Activity.PLAYING
    return bool(here.breaks_in and plays and current and head and head.stream.run == current.stream.run)


def _not_offered(before: State, here: Here) -> Turn:
    """A stream plays on under these words."""
    if here.breaks_in:
        return Turn(before, Reply(compose(here, (here.line("fixed_order"),)), title=here.line("title")))
    return ask_again(here, here.line("fixed_order"))


def _done(here: Here, event: e.Event) -> Here:
    """Whoever asks for something, having been in the closing words of a stream, is done with it."""
    mark = here.session.place
    if mark is None or mark.part is not Part.CLOSE or not isinstance(event, e.Opened | e.Begin | e.Chose):
        return here
    here = here.known(**over(here.progress))
    return here.now(place=here.progress.place, later=None, asked=None)


# Before: where are we?


def _recall(here: Here) -> Here:
    """A session that knows of no place takes up what was kept; the content may have changed since."""
    session, progress = here.session, here.progress
    if not (session.asked or session.place or session.playing):
        hurts = progress.hurts if here.world.now - progress.at < DAY_MS else 0
        session = replace(
            session,
            place=progress.place,
            playing=_unheard_of(progress),
            later=progress.later,
            hurts=max(session.hurts, hurts),
        )
    place, later, playing = session.place, session.later, session.playing
    now = {
        "place": place and canonical(place, here.catalogue),
        "hurts": session.hurts,
        "later": later and canonical(later, here.catalogue),
        "playing": playing and playing.marked(canonical(playing.mark, here.catalogue)),
    }
    changed = {name: value for name, value in now.items() if value != getattr(here.session, name)}
    return here.now(**changed) if changed else here


def _unheard_of(progress: Progress) -> Playing | None:
    """A piece that was playing when a session broke off, and nobody can say how far: it counts as not led to its end.

    But for the last of all, which ends a session by itself.
    """
    playing = progress.playing
    return playing and (replace(playing, lasts=FOR_EVER) if progress.place else playing)


def _settle(here: Here, event: e.Event) -> Here:
    """Whether the piece last played was heard out. If not, the place is the rep that was interrupted.

    A yes or a no is always to the question at the end, however soon it comes: not everybody waits for it.
    """
    playing = here.session.playing
    if playing is None:
        return here
    here = here.now(playing=None)
    offset = here.world.now - playing.began - here.world.lag
    if offset >= playing.lasts or isinstance(event, e.Yes | e.No):
        return here
    score = piece_score(here, playing.mark)
    section = score.place(offset)
    ahead = any(isinstance(cue.what, Section) and cue.at > offset for cue in score.cues)
    if (
        section is None and not ahead and playing.lasts < FOR_EVER
    ):  # in the closing words: nothing is left to do
        return here
    mark = replace(playing.mark, rep=section.rep) if section else playing.mark
    place = here.session.place
    left_for_it = place if place and place.routine and not mark.routine else here.session.later
    return here.now(place=mark, asked=Question.GO_ON, begun=True, later=left_for_it)
