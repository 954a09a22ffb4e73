"""What is exercised: exercises, their forms and doses, and the routines made of them.

An **exercise** can be done in up to three **forms** (usual, easier, harder). A form has a **tempo**, a **dose**
and its **moves**: one move, or one for each side. How the sides are gone through is its **order**:

    whole        one move a rep                                 pelvic tilt
    alternate    every move in each rep, one after another      knee to chest: right, left, both
    each         all reps of one side, then all of the next     hamstring stretch
    paced        a step a rep, the moves in turn, by the clock  exaggerated walk

These are plain values. `skill.content.reader` makes them from the files in `skill/content/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from skill.coach.words import Name, Words

Ms = int
"""A length or a moment of time, in whole milliseconds."""

Slug = str
"""The name of an exercise or a routine in data: ``pelvic_tilt``. It is the stem of its file."""

Language = str
"""A language there is content in: ``de``. It is the stem of its files of words and of safety."""


class FormName(StrEnum):
    """Which way of doing an exercise."""

    USUAL = "usual"
    EASIER = "easier"
    HARDER = "harder"


class Order(StrEnum):
    """How the moves of a form follow one another; see the module's table."""

    WHOLE = "whole"
    ALTERNATE = "alternate"
    EACH = "each"
    PACED = "paced"


@dataclass(frozen=True, slots=True)
class Tempo:
    """The four phases of one move, in whole counts. A paced move is all ``into``: one step.

    How long a count lasts is the plan's beat.
    """

    into: int
    hold: int
    out: int
    pause: int

    @property
    def counts(self) -> int:
        """The whole move, in counts."""
        return self.into + self.hold + self.out + self.pause


@dataclass(frozen=True, slots=True)
class Dose:
    """How much: ``sets`` of ``reps`` (of each side, where there are sides; steps, where paced)."""

    sets: int
    reps: int
    rest: Ms
    """Between sets, and between sides that are finished one at a time; ms."""


@dataclass(frozen=True, slots=True)
class Move:
    """What is said during one move. ``side`` is None where there are no sides."""

    side: str | None
    into: str
    """The cue for the first reps: "Tilt, and lift… and hold"."""
    short: str
    """The cue once it is known, from the fourth rep: "Up… hold"."""
    breath: str
    """The cue with the breath in it, said three times a set: "Breathe out, and lift"."""
    out: str
    """The cue on the way back: "Lower slowly". May be empty."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way of doing an exercise."""

    name: FormName
    tempo: Tempo
    dose: Dose
    order: Order
    moves: tuple[Move, ...]
    unit: tuple[Name, Name]
    """What a rep is called, one and many: ``("lift", "lifts")``."""
    position: str
    """The position it starts in: ``back``, ``all_fours``, ``seated`` or ``upright``."""
    steps: tuple[str, ...]
    """The long telling, a sentence each. Empty in a form that is only ever offered to someone who knows the usual."""
    offer: str
    """What is said when this form is taken up: "Just the tilt; your hips stay on the floor." Empty if usual."""
    title: Name
    """As it is announced: "the pelvic tilt, without the lift". Empty where the exercise's name says enough."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise, and everything said of it."""

    slug: Slug
    name: Name
    """Plain, as in "set two of the …": "pelvic tilt"."""
    title: Name
    """In full, with its article, as its usual form is announced: "the pelvic tilt, with the hip lift"."""
    synonyms: tuple[str, ...]
    """Other names a person may use, likely mishearings among them."""
    kit: tuple[str, ...]
    """What it needs, by the keys of `Words.kit`."""
    reminder: str
    """The short telling: one thing to remember."""
    about: tuple[str, ...]
    """What it is for, in plain words, for someone who asks. No claim to treat."""
    how: tuple[str, ...]
    """How it goes, in two sentences or so, for someone who asks."""
    mistakes: tuple[str, ...]
    """What to watch for, for someone who asks."""
    cautions: tuple[str, ...]
    """Who should take care and how, for someone who asks."""
    usual: Form
    easier: Form
    harder: Form
    easier_for: tuple[Slug, ...] = ()
    """Who does it in its easier form: by the concern or the topic that they speak of (content facts, section 5)."""
    not_for: tuple[Slug, ...] = ()
    """For whom it is left out."""

    def form(self, name: FormName) -> Form:
        """The form of that name."""
        match name:
            case FormName.USUAL:
                return self.usual
            case FormName.EASIER:
                return self.easier
            case FormName.HARDER:
                return self.harder


@dataclass(frozen=True, slots=True)
class Item:
    """An exercise in a routine. ``sets`` and ``reps`` are its own dose, where it is not the form's."""

    exercise: Slug
    form: FormName = FormName.USUAL
    sets: int | None = None
    reps: int | None = None


@dataclass(frozen=True, slots=True)
class Routine:
    """Exercises in order."""

    slug: Slug
    name: Name
    """With its article or owner, as it is said: "your back routine"."""
    synonyms: tuple[str, ...]
    items: tuple[Item, ...]
    short: bool
    """Whether its doses are cut, which is then said."""


@dataclass(frozen=True, slots=True)
class Muddle:
    """A word that may mean several exercises, and the question that tells them apart."""

    names: tuple[str, ...]
    exercises: tuple[Slug, ...]
    ask: str


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """All the content of one language, read and checked. Compared by identity: there is one of each reading."""

    language: Language
    locale: str
    """Where it is spoken, if nobody says: "en-US". Its region tells which number to call in an emergency."""
    exercises: Mapping[Slug, Exercise]
    routines: Mapping[Slug, Routine]
    muddles: Mapping[Slug, Muddle]
    default: Slug
    """The routine that "start my back routine" means."""
    words: Words
