"""Does the content fit? Every form of every exercise is laid out, and what runs into its neighbour is named.

Layout needs a voice: with the estimate this finds cues that are too long for any; with a measured voice, those that
are too long for it.
"""

from collections.abc import Iterator

from skill.coach.arrange import Measure, arrange, crowded
from skill.coach.exercise import Catalogue, FormName, Item
from skill.coach.plan import PIECE_MS, Plan, pieces
from skill.coach.score import Say


def misfits(catalogue: Catalogue, measure: Measure) -> Iterator[str]:
    """A line for each phrase that does not fit its room, and each rep too long for one reply."""
    for slug, exercise in catalogue.exercises.items():
        for form in FormName:
            at = f"exercises/{slug}.toml: {form.value}"
            cut = pieces(Item(slug, form), exercise)
            score = arrange(Plan("", cut), catalogue, measure)
            found = {(cue.what, over) for cue, over in crowded(score)}
            for what, over in sorted(found, key=str):
                if isinstance(what, Say):
                    yield f"{at}: {what.text!r} runs {over} ms into what follows: shorten it, or give it more time"
            for piece in cut:
                work = (
                    (piece.last - piece.first + 1)
                    * score.lasts
                    // max(sum(p.last - p.first + 1 for p in cut), 1)
                )
                if work > PIECE_MS:
                    yield f"{at}: one rep lasts longer than a reply may"
                    break
