"""Does the content fit? Every form of every exercise is laid out, and what runs into its neighbour is named.

Layout needs a voice: with the estimate this finds cues that are too long for any; with a measured voice, those that
are too long for it.
"""

from collections.abc import Iterator

from skill.coach.exercise import Catalogue, FormName, Item
from skill.coach.timeline.arrange import Measure, arrange, crowded
from skill.coach.timeline.plan import PIECE_MS, Plan, pieces, rep_ms
from skill.coach.timeline.score import Say


def misfits(catalogue: Catalogue, measure: Measure) -> Iterator[str]:
    """A line for each phrase that does not fit its room, and each rep too long for one reply."""
    for slug, exercise in catalogue.exercises.items():
        for form in FormName:
            at = f"exercises/{slug}.toml: {form.value}"
            cut = pieces(Item(slug, form), exercise)
            joins = ((piece, rep) for piece in cut for rep in (None, *range(piece.first, piece.last + 1)))
            scores = [arrange(Plan("", (piece,)), catalogue, measure, rep) for piece, rep in joins]
            found = {(cue.what, over) for score in scores for cue, over in crowded(score)}
            for what, over in sorted(found, key=str):
                if isinstance(what, Say):
                    yield f"{at}: {what.text!r} runs {over} ms into what follows: shorten it, or give it more time"
            if rep_ms(exercise.form(form)) > PIECE_MS:
                yield f"{at}: one rep lasts longer than a reply may"
