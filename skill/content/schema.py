"""The shape of a content file, field by field, as pydantic models.

One model a kind of file. They say what may stand where, in which unit and how long; `skill.content.reader` reads the
files through them and makes the coach's own values. A content file keeps its neutral facts at the top and
everything that is spoken in a table named for its language, so a translator adds ``[de]`` beside ``[en]``.
"""

import re
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from skill.coach.exercise import FormName, Order

SENTENCE_WORDS = 12
"""The most words in one step: one action a sentence (content facts, section 9, "Our text")."""

TELLING_WORDS = 90
"""The most words in a long telling, about 40 s (content facts, section 9, "Length")."""

MOST_REPS = 120
"""The most reps or steps of a set."""

_UNSPEAKABLE = re.compile(r"[0-9<>&*_#\[\]{}]")
_VALUE = re.compile(r"\{[^{}]*\}")
_NOT_A_NAME = re.compile(r"[^a-zà-ÿ' .-]")


def _words(text: str) -> int:
    return len(text.split())


def _spoken(text: str) -> str:
    if found := _UNSPEAKABLE.search(text):
        raise ValueError(f"{found[0]!r} cannot be spoken: write numbers as words, and no markup")
    if text != text.strip():
        raise ValueError("has a space at an end")
    return text


def _line(text: str) -> str:
    """A line may hold {values}; what stands in the braces is held against `LINES`."""
    _spoken(_VALUE.sub("", text).replace("{", "").replace("}", "").strip())
    return text


def _sentence(text: str) -> str:
    if text[-1:] not in {".", "?", "!", "…"}:
        raise ValueError("a sentence ends in a full stop")
    return text


def _step(text: str) -> str:
    if (words := _words(text)) > SENTENCE_WORDS:
        raise ValueError(f"{words} words: one action a sentence, {SENTENCE_WORDS} words at most")
    return text


def _synonym(text: str) -> str:
    if found := _NOT_A_NAME.search(text):
        raise ValueError(f"{found[0]!r} cannot stand in a sample: lower-case words only")
    return _spoken(text)


Spoken = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_spoken)]
Sentence = Annotated[Spoken, AfterValidator(_sentence)]
Step = Annotated[Sentence, AfterValidator(_step)]
Line = Annotated[str, Field(min_length=1, max_length=800), AfterValidator(_line)]
CueText = Annotated[str, Field(max_length=60), AfterValidator(_spoken)]
Synonym = Annotated[str, Field(min_length=2, max_length=140), AfterValidator(_synonym)]
SlugText = Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$")]
Kit = Literal["mat", "chair", "support", "towel", "cushion"]
Side = Literal["right", "left", "both"]
Seconds = Annotated[float, Field(ge=0, le=60)]
Counts = Annotated[int, Field(ge=0, le=60)]


class Table(BaseModel):
    """A table of a content file: nothing unknown in it, and nothing guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


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
    """The numbers of an easier or harder form, where they differ from the usual one."""

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
    moves: Annotated[tuple[MoveText, ...], Field(max_length=4)] = ()
    unit: tuple[Spoken, Spoken] | None = None
    steps: tuple[Step, ...] = ()


class ExerciseText(Table):
    """All that is spoken of an exercise, in one language."""

    name: Spoken
    title: Spoken
    synonyms: Annotated[tuple[Synonym, ...], Field(min_length=3)]
    unit: tuple[Spoken, Spoken]
    steps: Annotated[tuple[Step, ...], Field(min_length=3)]
    reminder: Step
    about: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    mistakes: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    cautions: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    usual: UsualText
    easier: OtherText
    harder: OtherText

    @model_validator(mode="after")
    def _short_enough(self) -> Self:
        if (words := sum(map(_words, self.steps))) > TELLING_WORDS:
            raise ValueError(f"the steps have {words} words: {TELLING_WORDS} at most, about forty seconds")
        return self


class ExerciseFile(Table):
    """``exercises/*.toml``."""

    origin: Literal["article", "ours"]
    regions: Annotated[
        tuple[Literal["lower", "upper", "whole", "hip", "core", "leg"], ...], Field(min_length=1)
    ]
    position: Literal["back", "upright", "all_fours"]
    kit: tuple[Kit, ...]
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    usual: FormTable
    easier: OtherFormTable
    harder: OtherFormTable
    en: ExerciseText


class ItemTable(Table):
    """An exercise of a routine, and its own dose where it differs."""

    exercise: SlugText
    form: FormName = FormName.USUAL
    sets: Annotated[int, Field(ge=1, le=5)] | None = None
    reps: Annotated[int, Field(ge=1, le=MOST_REPS)] | None = None


class RoutineText(Table):
    """What is spoken of a routine."""

    name: Spoken
    synonyms: Annotated[tuple[Synonym, ...], Field(min_length=1)]
    intro: Sentence


class RoutineFile(Table):
    """``routines/*.toml``."""

    default: bool = False
    short: bool = False
    items: Annotated[tuple[ItemTable, ...], Field(min_length=1)]
    en: RoutineText


class MuddleTable(Table):
    """A word that may mean several exercises."""

    names: Annotated[tuple[Synonym, ...], Field(min_length=1)]
    exercises: Annotated[tuple[SlugText, ...], Field(min_length=2)]
    ask: Spoken


class WordsFile(Table):
    """``words/*.toml``: sentences, by the names in `skill.coach.words`."""

    numbers: Annotated[tuple[Spoken, ...], Field(min_length=61)]
    lines: dict[str, Line]
    kit: dict[Kit, Spoken]
    sides: dict[Side, Spoken]

    @model_validator(mode="after")
    def _all_named(self) -> Self:
        for table, names in (("kit", get_args(Kit)), ("sides", get_args(Side))):
            if missing := sorted(set(names) - getattr(self, table).keys()):
                raise ValueError(f"{table}: has no word for {', '.join(missing)}")
        return self

    muddles: dict[SlugText, MuddleTable] = Field(default_factory=dict)


class ConcernTable(Table):
    """Something a person says of their health, and the answer. It is never stored."""

    phrases: Annotated[tuple[Synonym, ...], Field(min_length=20)]
    say: Line
    ends: bool = False


class SafetyFile(Table):
    """``safety/*.toml``: what is said when it matters most."""

    lines: dict[str, Line]
    emergency: Annotated[tuple[Synonym, ...], Field(min_length=20)]
    numbers: dict[str, Spoken]
    crisis: dict[str, Spoken]
    concerns: dict[SlugText, ConcernTable] = Field(default_factory=dict)
