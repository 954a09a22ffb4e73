"""What is kept of somebody, for the tests of the stores: here, since processes that they start need no more than this."""

from dataclasses import replace

from skill.coach.dialogue.state import Progress
from skill.coach.timeline.plan import Bookmark
from skill.conversation import ATTEMPTS
from skill.errors import Conflict
from skill.kept.saved import dump
from skill.kept.store import Store

ME, YOU = "0" * 64, "1" * 64
SOME = Progress(
    met=True, tellings={"pelvic_tilt": 2}, place=Bookmark("back_routine", "pelvic_tilt", rep=5), at=7
)
TOO_MUCH = Progress(tellings={f"{'exercise' * 10}_{i}": 1 for i in range(5000)})
"""About half a megabyte."""


def keep(store: Store, progress: Progress, person: str = ME) -> None:
    """Keep just this, whatever was kept."""
    store.save(person, dump(progress), store.load(person).revision)


def add_one(store: Store) -> int:
    """Add one to `Progress.at` as a conversation does; in how many attempts."""
    for attempt in range(1, ATTEMPTS + 1):
        kept = store.load(ME)
        progress = kept.progress or Progress()
        try:
            store.save(ME, dump(replace(progress, at=progress.at + 1)), kept.revision)
        except Conflict:
            continue
        return attempt
    raise AssertionError
