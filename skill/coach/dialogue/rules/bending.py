"""It bends: the pace, and how much of an exercise, as they wish it. A word of assent, and on at the same rep."""

from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import Context, ask, ask_again
from skill.coach.dialogue.leading import at_place, play
from skill.coach.dialogue.reply import Turn
from skill.coach.exercise import Order
from skill.coach.timeline.arrange import BOTH
from skill.coach.timeline.plan import Bookmark, Piece
from skill.coach.timeline.wishes import STEPS, Measure, range_of
from skill.coach.words import capital

FEW = 2
"""So many fewer, or less, is a step; more than that is how many they want: "two fewer", "just five"."""


def pace(ctx: Context, event: e.Paced) -> Turn:
    """A tenth slower or faster, from here on; at the end of the range it is said."""
    wishes = ctx.progress.wishes.paced(event.by)
    if wishes == ctx.progress.wishes:
        return _on(ctx, ctx.line("slowest" if event.by > 0 else "fastest"))
    return _on(ctx.wishing(wishes), ctx.line("slower" if event.by > 0 else "faster"))


@at_place
def dose(ctx: Context, place: Bookmark, event: e.Dosed) -> Turn:
    """So much of the exercise at hand from now on; what is out of range is answered with the range."""
    piece, measure = ctx.plan(place).piece(place), event.measure
    allowed = range_of(ctx.catalogue.exercises[piece.exercise].form(piece.form), measure)
    if len(allowed) < FEW:
        return _on(ctx, ctx.line(f"no_{measure.value}"))
    amount = _amount(piece, place, event)
    if event.amount is None or measure is Measure.SETS:
        amount = min(max(amount, allowed[0]), allowed[-1])
    if amount not in allowed:
        number = ctx.words.number
        return _on(ctx, ctx.line("out_of_range", least=number(allowed[0]), most=number(allowed[-1])))
    wishes = ctx.progress.wishes.changed(piece.exercise, measure, amount)
    return _on(ctx.wishing(wishes), _assent(ctx, piece, measure, amount))


@at_place
def side(ctx: Context, place: Bookmark, event: e.Sided) -> Turn:
    """On one side only, on the other, or on all of them; the exercise at hand, from the start of that side."""
    whole = ctx.plan(place)
    piece, wishes = whole.piece(place), ctx.progress.wishes
    moves = ctx.catalogue.exercises[piece.exercise].form(piece.form).moves
    sides = tuple(move.side for move in moves if move.side and move.side != BOTH)
    if len(sides) < FEW or piece.form_in(ctx.catalogue).order is Order.PACED:
        return _on(ctx, ctx.line("no_sides"))
    here = piece.only or piece.side
    wanted = event.side
    if event.other:
        if not here:
            return _on(ctx, ctx.line("sides_in_turn"))
        wanted = next(side for side in sides if side != here)
        if not piece.only:  # the other one of this very set, which comes anyway
            there = next(one for one in whole.pieces if _same_set(one, piece) and one.side == wanted)
            return ask(ctx, q.Ready(there.starts(place.routine)), ctx.line("all_right"))
    if wanted is None or (wanted and wanted not in sides):
        return ask_again(ctx, ctx.line("which_side"))
    ctx = ctx.wishing(wishes.on_side(piece.exercise, wanted))
    said = ctx.line("one_side", side=ctx.words.sides[wanted]) if wanted else ctx.line("both_sides")
    if here == wanted or not (wanted or piece.only):
        return _on(ctx, said)
    return ask(ctx, q.Ready(ctx.plan(place).start_of(piece.exercise)), said)


def _same_set(one: Piece, other: Piece) -> bool:
    return (one.exercise, one.set) == (other.exercise, other.set)


def _on(ctx: Context, said: str) -> Turn:
    """Some words, and on from the very rep, if they spoke in the middle of a set; else what was asked is asked again."""
    inside = ctx.streaming or isinstance(ctx.asked, q.GoOn)
    if inside and ctx.place is not None and ctx.progress.met:
        return play(ctx, said)
    return ask_again(ctx, said)


def _amount(piece: Piece, place: Bookmark, event: e.Dosed) -> int:
    """How much it shall be: "twelve", "two more", "just five", "one more set and that's it"."""
    now = {
        Measure.REPS: piece.reps,
        Measure.SETS: piece.sets,
        Measure.HOLD: piece.hold,
        Measure.REST: piece.rest // 1000,
    }[event.measure]
    if event.last:
        return place.set
    if event.amount is None:
        return now + event.by * STEPS[event.measure]
    if event.measure is Measure.SETS:
        return max(event.amount, place.set)
    if event.measure is Measure.REPS and event.by > 0:
        return now + event.amount
    if event.measure is Measure.REPS and event.by < 0 and event.amount <= FEW:
        return now - event.amount
    return event.amount


def _assent(ctx: Context, piece: Piece, measure: Measure, amount: int) -> str:
    words, form = ctx.words, piece.form_in(ctx.catalogue)
    match measure:
        case Measure.REPS:
            unit = form.unit[amount != 1]
            return capital(ctx.line("dosed_reps", number=words.number(amount, unit.gender), unit=unit))
        case Measure.SETS if amount == piece.set:
            return ctx.line("last_set")
        case Measure.SETS:
            return capital(ctx.line("dosed_sets", number=words.number(amount)))
        case Measure.HOLD:
            return ctx.line("dosed_hold", number=words.number(amount))
        case Measure.REST:
            return (
                capital(ctx.line("dosed_rest", number=words.number(amount)))
                if amount
                else ctx.line("no_rest")
            )
