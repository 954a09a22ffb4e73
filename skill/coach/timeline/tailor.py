"""A routine made to measure: as many minutes as somebody has, as it will be led, with tellings and rests in it.

A routine that lasts about so long is taken as it is. Else the doses of the one they would expect are made smaller or larger,
all by the same share, inside the limits of each; what that leaves over is made up rep by rep.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from skill.coach.exercise import Exercise, Item, Ms, Order, Slug
from skill.coach.timeline.block import lasting
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import plan, start
from skill.coach.timeline.wishes import Measure, Own, Wishes, made_of, range_of

MINUTE_MS: Ms = 60_000

NEAR = 0.05
"""A routine that is so near is taken as it is. Promised is a tenth; telling it, in other words, takes a little of that."""

SHORTER, LONGER = 0.45, 1.5
"""The first of the routines is made to measure, if it need not be shorter or longer than so much of itself."""

LEAST, MOST = 0.1, 5.0
"""The shares of a dose that are looked at."""

TRIED = 3
"""So many routines are made to measure, before the best of them is good enough."""

HALVINGS = 7
"""How often the share is narrowed down: to less than a rep."""

Untold = Callable[[Iterable[Slug]], tuple[Slug, ...]]
"""Those of some exercises that are still told at length."""


def fitted(
    routines: Iterable[Slug], minutes: int, wishes: Wishes, untold: Untold, edition: Edition
) -> tuple[Own | None, Slug]:
    """The routine of ``routines``, the usual one first, that lasts about so many minutes: as it is, or made so; and its name.

    What cannot be made so long, or so short, is as near to it as can be.
    """
    wanted = minutes * MINUTE_MS
    tailor = _Tailor(wanted, wishes, untold, edition)
    lasts = {slug: tailor.lasts(slug, wishes) for slug in routines}
    usual = next(iter(lasts))
    expected = SHORTER * lasts[usual] <= wanted <= LONGER * lasts[usual]

    def far(slug: Slug) -> Ms:
        return 0 if slug == usual and expected else abs(lasts[slug] - wanted)

    by_length = sorted(lasts, key=far)
    if abs(lasts[by_length[0]] - wanted) <= NEAR * wanted:
        return None, by_length[0]
    best: Own | None = None
    for slug in by_length[:TRIED]:
        own = tailor.made(slug)
        if best is None or tailor.off(own) < tailor.off(best):
            best = own
        if tailor.off(best) <= NEAR * wanted:
            break
    if best is None or tailor.off(best) >= abs(lasts[by_length[0]] - wanted):
        return None, by_length[0]
    return best, best.slug


class _Tailor:
    """Makes routines to a length, in ms."""

    def __init__(self, wanted: Ms, wishes: Wishes, untold: Untold, edition: Edition) -> None:
        self._wanted, self._wishes, self._untold, self._edition = wanted, wishes, untold, edition
        self._known: dict[Own, Ms] = {}

    def lasts(self, routine: Slug, wishes: Wishes) -> Ms:
        """How long a routine is, as it will be led."""
        catalogue = self._edition.catalogue
        whole = plan(start(routine, catalogue, wishes), catalogue, wishes)
        return lasting(whole, self._untold(whole.exercises), self._edition)

    def off(self, own: Own) -> Ms:
        """How far a routine is from what is wanted."""
        return abs(self._long(own) - self._wanted)

    def made(self, base: Slug) -> Own:
        """The routine ``base``, made to the length that is wanted, or as near as it goes."""
        low, high = LEAST, MOST
        items = self._edition.catalogue.routines[base].items
        while len(items) > 1 and self._long(self._by(base, items, LEAST)) > self._wanted:
            items = items[:-1]  # the least of everything is still too long
        best = self._by(base, items, 1.0)
        for _ in range(HALVINGS):
            share = (low + high) / 2
            own = self._by(base, items, share)
            best = min(best, own, key=self.off)
            if self._long(own) < self._wanted:
                low = share
            else:
                high = share
        return self._evened(best)

    def _long(self, own: Own) -> Ms:
        if own not in self._known:
            self._known[own] = self.lasts(own.slug, self._wishes.saving(own))
        return self._known[own]

    def _by(self, base: Slug, items: Iterable[Item], share: float) -> Own:
        """Each dose by that share, inside its limits."""
        return Own("", tuple(self._scaled(item, share) for item in items), base)

    def _scaled(self, item: Item, share: float) -> Item:
        sets, reps = self._dose(item)
        least, most = self._limits(item)
        several = range_of(self._exercise(item).form(item.form), Measure.SETS)
        total = sets * reps * share

        def far(count: int) -> tuple[float, int]:
            within = min(max(round(total / count), least), most)
            return abs(within * count - total), abs(count - sets)

        count = min({*several, sets}, key=far)
        return replace(item, sets=count, reps=self._step(item, min(max(total / count, least), most)))

    def _evened(self, own: Own) -> Own:
        """A rep more or less of one exercise after another, as long as that comes nearer."""
        for index in range(len(own.items)):
            more = 1 if self._long(own) < self._wanted else -1
            item = own.items[index]
            sets, reps = self._dose(item)
            least, most = self._limits(item)
            changed = min(max(reps + more * self._stride(item), least), most)
            items = (*own.items[:index], replace(item, sets=sets, reps=changed), *own.items[index + 1 :])
            own = min(own, replace(own, items=items), key=self.off)
        return own

    def _exercise(self, item: Item) -> Exercise:
        return self._edition.catalogue.exercises[item.exercise]

    def _dose(self, item: Item) -> tuple[int, int]:
        dose = self._exercise(item).form(item.form).dose
        return item.sets or dose.sets, item.reps or dose.reps

    def _limits(self, item: Item) -> tuple[int, int]:
        """The fewest reps and the most."""
        allowed = made_of(self._exercise(item).form(item.form))
        return min(self._dose(item)[1], allowed[0]), allowed[-1]

    def _paced(self, item: Item) -> bool:
        return self._exercise(item).form(item.form).order is Order.PACED

    def _stride(self, item: Item) -> int:
        return 10 if self._paced(item) else 1

    def _step(self, item: Item, reps: float) -> int:
        stride = self._stride(item)
        return max(round(reps / stride), 1) * stride
