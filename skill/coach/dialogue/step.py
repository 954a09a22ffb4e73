"""A turn of the conversation: ``step(state, event, world) -> Turn``, pure.

1  what is remembered is brought up to date: places as the content stands now; how far a stream has got, which its
speaker or the clock tells; and how far the piece that was led last, which the clock and its score tell
2  `skill.coach.dialogue.table` names the rule for the event at this moment
3  the rule ends the turn
"""

from dataclasses import replace

from skill.coach.dialogue import events as e
from skill.coach.dialogue import guard
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import Context, World
from skill.coach.dialogue.leading import practised
from skill.coach.dialogue.reply import Reply, Turn
from skill.coach.dialogue.rules import care
from skill.coach.dialogue.sparing import laid_out_again
from skill.coach.dialogue.state import Led, State
from skill.coach.dialogue.streaming import catch_up
from skill.coach.dialogue.table import TABLE, Moment, Rest, Stream, rule_for
from skill.coach.timeline.plan import Bookmark, Part
from skill.coach.timeline.score import Section


def step(state: State, event: e.Event, world: World) -> Turn:
    """The coach's turn: what it says to ``event``, and the state that follows."""
    ctx = _up_to_date(Context(state, state.session, state.progress, world), event)
    turn = _answered(ctx, event)
    return _muted(state, turn) if world.device.mute and not isinstance(event, e.Reported) else turn


def _answered(ctx: Context, event: e.Event) -> Turn:
    """By the table; but whoever stopped for a reason chooses first, whatever word or button it was."""
    if not guard.stands_before(ctx) or isinstance(event, e.Reported | e.Closed):
        return rule_for(type(event), _moment(ctx))(ctx, event)
    if guard.is_choice(ctx, event):
        chosen = ctx.known(ctx.progress.chosen())
        return rule_for(type(event), _moment(chosen))(chosen, event)
    if isinstance(ctx.asked, guard.HARMLESS) and isinstance(event, e.Yes | e.No):
        return rule_for(type(event), _moment(ctx))(ctx, event)
    open_already = isinstance(ctx.asked, q.Hurt)
    if guard.plays(ctx, event) and not (open_already and q.Hurt in TABLE[type(event)]):
        return care.remind(ctx)
    return rule_for(type(event), q.Hurt)(
        ctx if open_already else ctx.asking(q.Hurt(ctx.progress.place)), event
    )


def _moment(ctx: Context) -> Moment:
    if ctx.streaming:
        return Stream
    return type(ctx.asked) if ctx.asked else Rest


def _muted(before: State, turn: Turn) -> Turn:
    """A turn in which nothing may be said: what plays or stops is all of it, and without either it never was."""
    if turn.reply.player is None:
        return Turn(before, Reply())
    return replace(turn, reply=Reply(player=turn.reply.player))


def _up_to_date(ctx: Context, event: e.Event) -> Context:
    if isinstance(event, e.Reported):  # which tells of a stream by itself
        return ctx
    if isinstance(ctx.asked, q.Meant) and not isinstance(
        event, e.Yes | e.No
    ):  # the question before is still open
        ctx = ctx.asking(ctx.asked.open)
    ctx = ctx.known(ctx.progress.well_again(ctx.world.now))
    wishes = ctx.progress.wishes.at(ctx.world.now)
    ctx = _as_content_stands(ctx if wishes == ctx.progress.wishes else laid_out_again(ctx, wishes))
    if not isinstance(event, e.Closed):  # which stops no stream
        ctx = _done(catch_up(ctx), event)
    ctx = _settled(ctx, event)
    if ctx.session.unheard and not isinstance(event, e.Unheard) and not _unlisted(ctx, event):
        ctx = ctx.now(replace(ctx.session, unheard=0))
    return ctx


def _unlisted(ctx: Context, event: e.Event) -> bool:
    """Whether they named something that is not there."""
    match event:
        case e.Chose(exercise):
            return exercise not in ctx.catalogue.exercises
        case e.Muddled(muddle):
            return muddle not in ctx.catalogue.muddles
        case e.Described(exercise):
            return exercise is not None and exercise not in ctx.catalogue.exercises
        case e.Begin(routine):
            return routine is not None and routine not in ctx.catalogue.routines
        case e.Ran(name) | e.Kept(name) | e.Dropped(name):
            return name == ""
    return False


def _as_content_stands(ctx: Context) -> Context:
    """The content may have changed since: each place as it is now."""
    progress, asked = ctx.progress, ctx.session.asked
    place, later, led = progress.place, progress.later, progress.led
    if place and place != (there := _there(ctx, place)):
        progress = replace(progress, place=there)
    if later and later != (there := _there(ctx, later)):
        progress = replace(progress, later=there)
    if led and led.place != (there := _there(ctx, led.place)):
        progress = replace(progress, led=replace(led, place=there))
    return ctx.asking(asked and _about(ctx, asked)).known(progress)


def _there(ctx: Context, place: Bookmark) -> Bookmark:
    return ctx.plan(place).canonical(place)


def _about(ctx: Context, asked: q.Question) -> q.Question:
    if asked.place is None or asked.place == (there := _there(ctx, asked.place)):
        return asked
    return replace(asked, place=there)


def _done(ctx: Context, event: e.Event) -> Context:
    """Whoever asks for something, having been in the closing words of a stream, is done with it."""
    place = ctx.place
    if place is None or place.part is not Part.CLOSE or not isinstance(event, e.Opened | e.Begin | e.Chose):
        return ctx
    return ctx.asking(None).known(ctx.progress.over())


def _settled(ctx: Context, event: e.Event) -> Context:
    """Whether the piece last led was heard out. If not, the place is the rep that was interrupted.

    A yes or a no is always to the question at the end, however soon it comes: not everybody waits for it.
    """
    led, ours = ctx.progress.led, _is_ours(ctx)
    if led is None or not (ours or ctx.asked is None):
        return ctx
    offset = ctx.world.now - led.began - ctx.world.lag
    ctx = ctx.now(replace(ctx.session, led=None)).known(replace(ctx.progress, led=None))
    if isinstance(event, e.Closed) and event.refused and ours:  # nothing of it was heard
        return _interrupted(ctx, led, led.place.rep)
    if ours and ctx.in_our_voice:
        ctx = ctx.known(replace(ctx.progress, unplayed=None))
    finished = ctx.known(practised(ctx, led, led.lasts))
    # Of a session that broke off nobody can say how far it got; but the last piece of all ends it by itself.
    broken_off = not ours and ctx.progress.place is not None
    if isinstance(event, e.Yes | e.No) or (offset >= led.lasts and not broken_off):
        return finished
    score = ctx.score(led.place)
    section = score.place(offset)
    ahead = any(isinstance(cue.what, Section) and cue.at > offset for cue in score.cues)
    if section is None and not ahead and not broken_off:  # in the closing words: nothing is left to do
        return replace(finished, closing=True)
    if not broken_off:
        ctx = ctx.known(practised(ctx, led, min(max(offset, 0), led.lasts - 1)))
    return _interrupted(ctx, led, section.rep if section else led.place.rep)


def _is_ours(ctx: Context) -> bool:
    """Whether the piece last led was led in this session."""
    return ctx.progress.led is not None and ctx.progress.led.began == ctx.session.led


def _interrupted(ctx: Context, led: Led, rep: int) -> Context:
    place, kept = replace(led.place, rep=rep), ctx.progress.place
    left = kept if kept and kept.routine and not place.routine else ctx.progress.later
    return ctx.asking(q.GoOn(place)).known(replace(ctx.progress, place=place, later=left))
