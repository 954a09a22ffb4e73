"""Who they are: what is left out and what is made easier for somebody, by the table of the content (facts, section 5).

It holds until the end of their day; for good only after "remember that", and then only the exercises, never why.
"""

from dataclasses import replace

from skill.coach.dialogue.context import Context
from skill.coach.dialogue.leading import tell_exercise
from skill.coach.dialogue.questions import Question
from skill.coach.dialogue.reply import Turn
from skill.coach.exercise import FormName, Slug
from skill.coach.timeline.plan import Bookmark
from skill.coach.timeline.wishes import Wishes


def spare(ctx: Context, topic: Slug) -> tuple[Context, tuple[str, ...]]:
    """What is spared whoever speaks of that, and what is said of it; nothing of what changes nothing."""
    every = ctx.catalogue.exercises
    out = tuple(slug for slug, one in every.items() if topic in one.not_for)
    easier = tuple(slug for slug, one in every.items() if topic in one.easier_for)
    before = ctx.progress.wishes
    wishes = before.sparing(out, easier, ctx.tonight)
    if wishes.spared == before.spared:
        return ctx, ()
    at_hand = _at_hand(ctx)
    changes = (
        _named(ctx, "leaving_out", [slug for slug in wishes.spared.out if slug in at_hand]),
        _named(ctx, "making_easier", [slug for slug in wishes.spared.easier if slug in at_hand]),
    )
    said = (*changes, ctx.line("remember_if")) if any(changes) else (ctx.line("nothing_left_out"),)
    return laid_out_again(ctx, wishes), said


def tell_anew(ctx: Context, before: Context, *said: str) -> Turn | None:
    """How the exercise at hand is done, if it is another than it was, or in another form; else nothing."""
    place, old = ctx.place, before.place
    if place is None or old is None or (place.exercise, place.form) == (old.exercise, old.form):
        return None
    return tell_exercise(ctx, place, *said, coming=False)


def _at_hand(ctx: Context) -> frozenset[Slug]:
    """The exercises of the routine at hand; all there are, where none is."""
    place = ctx.place
    return frozenset(ctx.plan(place).exercises if place and place.routine else ctx.catalogue.exercises)


def _named(ctx: Context, line: str, slugs: list[Slug]) -> str:
    names = tuple(ctx.line("place_whole", name=ctx.catalogue.exercises[slug].name) for slug in slugs)
    return ctx.line(line, names=ctx.words.listing(names)) if names else ""


def laid_out_again(ctx: Context, wishes: Wishes) -> Context:
    """With other wishes; each place that is gone with them moves on to what is left after it."""
    before, ctx = ctx.plan, ctx.wishing(wishes)

    gently = frozenset(ctx.before.progress.wishes.spared.easier) - frozenset(wishes.spared.easier)

    def there(place: Bookmark | None) -> Bookmark | None:
        if place is None:
            return None
        eased = place.exercise in gently and place.form is FormName.EASIER  # only because it was to be
        now = Bookmark(place.routine, place.exercise) if eased else place
        return ctx.plan(now).moved(now, before(place))

    progress, asked = ctx.progress, ctx.asked
    progress = replace(progress, place=there(progress.place), later=there(progress.later), led=None)
    return ctx.asking(asked and _about(asked, there(asked.place))).known(progress)


def _about(asked: Question, place: Bookmark | None) -> Question:
    return replace(asked, place=place) if place else asked
