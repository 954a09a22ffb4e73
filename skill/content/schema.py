"""The shape of a content file, field by field, as pydantic models.

One model a kind of file. They say what may stand where, in which unit and how long; `skill.content.reader` reads the
files through them and makes the coach's own values. A content file keeps its neutral facts at the top and
everything that is spoken in a table named for its language, so a translator adds ``[de]`` beside ``[en]``.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Generic, Literal, Self, TypeVar, get_args

from pydantic import AfterValidator, Field, model_validator

from skill.coach.exercise import FormName, Language, Order
from skill.content.poses import FigureTable
from skill.content.spoken import (
    CueText,
    Line,
    NameText,
    Remark,
    Sentence,
    SlugText,
    Spoken,
    Step,
    Synonym,
    words_in,
)
from skill.content.table import Table

TELLING_WORDS = 90
"""The most words in a long telling, about 40 s (content facts, section 9, "Length")."""

MOST_REPS = 120
"""The most reps or steps of a set."""

TEXTS = "<language>"
"""Where the tables of all languages are gathered. No author writes it, and no mistake shows it: see `Translated`."""

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
"""What a language is called: ``de``, ``pt-BR``."""

Kit = Literal["mat", "chair", "support", "towel", "cushion"]
Position = Literal["back", "all_fours", "seated", "upright"]
Side = Literal["right", "left", "both"]
Seconds = Annotated[float, Field(ge=0, le=60)]
Counts = Annotated[int, Field(ge=0, le=60)]
Locale = Annotated[str, Field(pattern=r"^[a-z]{2,3}-[A-Z]{2}$")]
Unit = tuple[NameText, NameText]
"""What a rep is called, one and many."""


T = TypeVar("T")


def _in_a_language(texts: dict[Language, T]) -> dict[Language, T]:
    if not texts:
        raise ValueError("is in no language: it needs a table for one")
    return texts


class Translated(Table, Generic[T]):
    """A file with neutral facts at its top, and a table for each language: in here, all of those are ``texts``."""

    texts: Annotated[dict[Language, T], Field(alias=TEXTS), AfterValidator(_in_a_language)]

    @classmethod
    def as_modelled(cls, written: Mapping[str, Any]) -> Mapping[str, Any]:
        """The tables that are named like a language gathered; anything else unknown is left, and found to be."""
        texts = {
            key: value
            for key, value in written.items()
            if isinstance(value, dict) and LANGUAGE.fullmatch(key) and key not in cls.model_fields
        }
        return {key: value for key, value in written.items() if key not in texts} | {TEXTS: texts}


class TempoTable(Table):
    """The phases of a move, in whole counts."""

    into: Annotated[Counts, Field(ge=1, alias="in")]
    hold: Counts = 0
    out: Counts = 0
    pause: Counts = 0


class DoseTable(Table):
    """How much; ``rest`` in seconds, between sets or between sides."""

    sets: Annotated[int, Field(ge=1, le=5)] = 1
    reps: Annotated[int, Field(ge=1, le=MOST_REPS)]
    rest: Seconds = 0


class ArticleDose(Table):
    """What the source article asks for, as [least, most]: a full routine keeps inside it."""

    sets: tuple[int, int] | None = None
    reps: tuple[int, int] | None = None


class FormTable(Table):
    """The numbers of the usual form."""

    order: Order
    tempo: TempoTable
    dose: DoseTable
    article: ArticleDose = ArticleDose()


class OtherFormTable(Table):
    """The numbers of an easier or harder form, and its position, where they differ from the usual one."""

    position: Position | None = None
    order: Order | None = None
    tempo: TempoTable | None = None
    dose: DoseTable | None = None


class MoveText(Table):
    """The words said during a move; an empty ``out`` says nothing on the way back."""

    side: Side | None = None
    into: Annotated[CueText, Field(min_length=1, alias="in")]
    short: Annotated[CueText, Field(min_length=1)]
    breath: Annotated[CueText, Field(min_length=1)]
    out: CueText


class UsualText(Table):
    """The words of the usual form."""

    moves: Annotated[tuple[MoveText, ...], Field(min_length=1, max_length=4)]


class OtherText(Table):
    """The words of an easier or harder form: how it is offered, and what differs. A routine needs its steps too."""

    offer: Sentence
    title: NameText | None = None
    """As it is announced, where it is not just the exercise's name: "the bird dog, legs only"."""
    moves: Annotated[tuple[MoveText, ...], Field(max_length=4)] = ()
    unit: Unit | None = None
    steps: tuple[Step, ...] = ()


class ExerciseText(Table):
    """All that is spoken of an exercise, in one language."""

    name: NameText
    title: NameText
    synonyms: Annotated[tuple[Synonym, ...], Field(min_length=3)]
    unit: Unit
    steps: Annotated[tuple[Step, ...], Field(min_length=3)]
    reminder: Step
    about: Annotated[tuple[Remark, ...], Field(min_length=1)]
    how: Annotated[tuple[Step, ...], Field(min_length=1, max_length=3)]
    mistakes: Annotated[tuple[Remark, ...], Field(min_length=1)]
    cautions: Annotated[tuple[Remark, ...], Field(min_length=1)]
    usual: UsualText
    easier: OtherText
    harder: OtherText

    @model_validator(mode="after")
    def _short_enough(self) -> Self:
        if (words := sum(map(words_in, self.steps))) > TELLING_WORDS:
            raise ValueError(f"the steps have {words} words: {TELLING_WORDS} at most, about forty seconds")
        return self


class ExerciseFile(Translated[ExerciseText]):
    """``exercises/*.toml``."""

    origin: Literal["article", "ours"]
    regions: Annotated[
        tuple[Literal["lower", "upper", "whole", "hip", "core", "leg"], ...], Field(min_length=1)
    ]
    position: Position
    kit: tuple[Kit, ...]
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    easier_for: tuple[SlugText, ...] = ()
    not_for: tuple[SlugText, ...] = ()
    usual: FormTable
    easier: OtherFormTable
    harder: OtherFormTable
    figure: FigureTable | None = None
    """How it looks, for those that are drawn."""


class ItemTable(Table):
    """An exercise of a routine, and its own dose where it differs."""

    exercise: SlugText
    form: FormName = FormName.USUAL
    sets: Annotated[int, Field(ge=1, le=5)] | None = None
    reps: Annotated[int, Field(ge=1, le=MOST_REPS)] | None = None


class RoutineText(Table):
    """What is spoken of a routine."""

    name: NameText
    synonyms: Annotated[tuple[Synonym, ...], Field(min_length=1)]


class RoutineFile(Translated[RoutineText]):
    """``routines/*.toml``."""

    short: bool = False
    items: Annotated[tuple[ItemTable, ...], Field(min_length=1)]


class MuddleTable(Table):
    """A word that may mean several exercises."""

    names: Annotated[tuple[Synonym, ...], Field(min_length=1)]
    exercises: Annotated[tuple[SlugText, ...], Field(min_length=2)]
    ask: Spoken


class WordsFile(Table):
    """``words/*.toml``: sentences, by the names in `skill.coach.words`, and what a language is spoken with."""

    default: bool = False
    """Whether this is the language where nobody says which."""
    locale: Locale
    """The locale where nobody says which."""
    routine: SlugText
    """The routine that somebody means who names none."""
    numbers: Annotated[tuple[Spoken, ...], Field(min_length=MOST_REPS + 1)]
    counting: dict[SlugText, dict[Spoken, Spoken]] = Field(default_factory=dict)
    """Gender → the numbers that are other words for it."""
    lines: dict[str, Line]
    kit: dict[Kit, NameText]
    sides: dict[Side, NameText]
    muddles: dict[SlugText, MuddleTable] = Field(default_factory=dict)
    weekdays: Annotated[tuple[Spoken, ...], Field(min_length=7, max_length=7)]
    """Monday first."""
    own_names: tuple[Synonym, ...] = ()
    """What somebody may call a routine of their own."""
    answers: dict[SlugText, Line] = Field(default_factory=dict)
    """Topic → the short answer to whoever speaks of it; its sentences are in ``interaction_model/sentences``."""

    @model_validator(mode="after")
    def _all_named(self) -> Self:
        for table, names in (("kit", get_args(Kit)), ("sides", get_args(Side))):
            if missing := sorted(set(names) - getattr(self, table).keys()):
                raise ValueError(f"{table}: has no word for {', '.join(missing)}")
        for gender, words in self.counting.items():
            if unknown := sorted(words.keys() - set(self.numbers)):
                raise ValueError(f"counting.{gender}: {', '.join(unknown)} is not among the numbers")
        return self


class ConcernTable(Table):
    """Something a person says of their health, and the answer. It is never stored."""

    phrases: Annotated[tuple[Synonym, ...], Field(min_length=20)]
    say: Line
    ends: bool = False
    stops: bool = True


Written = Annotated[str, Field(min_length=1)]
"""What is read, and never spoken."""


class SignsTable(Table):
    """What is heard in any words; see `skill.coach.words.Signs`."""

    words: dict[SlugText, tuple[Written, ...]] = Field(default_factory=dict)
    kinds: dict[str, tuple[Written, ...]] = Field(default_factory=dict)
    parts: tuple[SlugText, ...] = ()
    deny: tuple[Written, ...] = ()
    between: tuple[Written, ...] = ()
    over: tuple[Written, ...] = ()
    until: tuple[Written, ...] = ()

    @model_validator(mode="after")
    def _all_there(self) -> Self:
        for intent, rules in self.kinds.items():
            for rule in rules:
                names = {name.strip().removeprefix("!") for name in rule.split("+")}
                if unknown := sorted(names - self.words.keys()):
                    raise ValueError(f"kinds.{intent}: {rule!r}: there are no words {', '.join(unknown)}")
        return self


class SafetyFile(Table):
    """``safety/*.toml``: what is said when it matters most."""

    lines: dict[str, Line]
    emergency: Annotated[tuple[Synonym, ...], Field(min_length=20)]
    numbers: dict[str, Spoken]
    crisis: dict[str, Spoken]
    concerns: dict[SlugText, ConcernTable] = Field(default_factory=dict)
    signs: SignsTable = Field(default_factory=SignsTable)
