"""The pictures that go with what is said: stills of the figures, drawn by `make figures`."""

from functools import cache
from pathlib import Path

from skill.coach.exercise import FormName, Slug

ART = Path(__file__).parent / "art"
FIGURES = ART / "figures"

SIZE = (720, 480)
"""Pixels; a card's picture is at least 720 by 480 where it is large (Amazon, "Include a card in your skill's response")."""


@cache
def pictured() -> frozenset[str]:
    """Those there are: "pelvic_tilt.usual"."""
    return frozenset(path.stem for path in FIGURES.glob("*.png"))


def picture_of(exercise: Slug, form: FormName) -> str:
    """The path of an exercise's picture, in a form that may look like the usual one; empty if it is not drawn."""
    names = (f"{exercise}.{name.value}" for name in (form, FormName.USUAL))
    return next((f"/art/figures/{name}.png" for name in names if name in pictured()), "")
