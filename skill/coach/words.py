"""The coach's sentences, by name, in one language.

Which there are is said in `skill.coach.contract`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

NAMES = frozenset({"name", "title", "unit", "side", "routine"})
"""The values that are names: a line may ask for one in a form, ``{name:of_the}``."""

GENDER = "gender"
"""The form of a unit that is never said: which numbers count it, by the keys of `Words.counting`."""


class Name(str):
    """A name, and the other forms of it that sentences need: ``{name}`` says it as it is, ``{name:of_the}`` so.

    Which forms there are is up to a language's files; English does without. To everything but a format it is plain
    text, and equal to that text: a name is looked up, sorted and joined as it is.
    """

    __slots__ = ("_forms",)

    _forms: tuple[tuple[str, str], ...]

    def __new__(cls, plain: str, forms: Mapping[str, str] | None = None) -> Self:
        """The plain form, and the others by what they are called."""
        self = super().__new__(cls, plain)
        self._forms = tuple((forms or {}).items())
        return self

    @property
    def forms(self) -> Mapping[str, str]:
        """The forms besides the plain one, by what they are called: ``of_the`` → "des Beckenkippens"."""
        return dict(self._forms)

    @property
    def gender(self) -> str:
        """Which numbers count it; empty where all are the same."""
        return self.forms.get(GENDER, "")

    def __format__(self, form: str) -> str:
        if not form:
            return str(self)
        if form not in self.forms:
            raise ValueError(f"{str(self)!r} has no form {form!r}")
        return self.forms[form]

    def __reduce__(self) -> tuple[type[Self], tuple[str, Mapping[str, str]]]:
        return type(self), (str(self), self.forms)


@dataclass(frozen=True, slots=True)
class Concern:
    """Something a person says of their health, and what they are told. Never stored."""

    phrases: tuple[str, ...]
    """What they may say."""
    say: str
    """The answer; it may mention ``{number}`` and ``{crisis}``, the numbers to call."""
    ends: bool
    """Whether that ends the session."""
    stops: bool = True
    """Whether nothing is played that day before they have chosen; a mere question stops nothing."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What somebody says of their body, in any words: classes of words, and the rules of what they mean together."""

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Class → its phrases; "numb*" is any word that begins so."""
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Intent → its rules, "numb + leg + !one_side"; the first kind that fits is heard."""
    parts: tuple[str, ...] = ()
    """The classes that no denial takes back, such as the parts of the body."""
    deny: tuple[str, ...] = ()
    """What denies the words after it: "no pain"."""
    between: tuple[str, ...] = ()
    """What may stand between a denial and what it denies: "not really in any pain"."""
    over: tuple[str, ...] = ()
    """What ends the words before it: "the pain is gone"."""
    until: tuple[str, ...] = ()
    """What may stand between those."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language's sentences and names."""

    lines: Mapping[str, str]
    numbers: tuple[str, ...]
    """The words for zero, one, two and so on."""
    counting: Mapping[str, Mapping[str, str]]
    """Gender of what is counted → the numbers that are other words then: ``f`` → "eins" → "eine"."""
    kit: Mapping[str, Name]
    sides: Mapping[str, Name]
    """``right`` → "right", as it is named aloud."""
    emergency_numbers: Mapping[str, str]
    """Region of a locale ("US") → the number, digit by digit; "" holds what to say elsewhere."""
    crisis_numbers: Mapping[str, str]
    """As ``emergency_numbers``, for someone who thinks of harming themselves."""
    emergency: tuple[str, ...]
    """What a person may say in an emergency."""
    concerns: Mapping[str, Concern]
    signs: Signs = field(default_factory=Signs)
    """How their body is spoken of in other words than those of ``emergency`` and ``concerns``."""
    weekdays: tuple[str, ...] = ()
    """Monday first."""
    own_names: tuple[str, ...] = ()
    """What somebody may call a routine of their own: names that Alexa can hear, and no two alike."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Topic → the short answer to whoever speaks of it."""

    def line(self, name: str, /, **values: str) -> str:
        """The line of that name with its values filled in."""
        return self.lines[name].format_map(values)

    def number(self, count: int, gender: str = "") -> str:
        """A number as it is spoken of something of that gender; digits past the end of the list."""
        said = self.numbers[count] if 0 <= count < len(self.numbers) else str(count)
        return self.counting.get(gender, {}).get(said, said)

    def listing(self, names: Sequence[str]) -> str:
        """Names as they are listed aloud: "one, two and three"."""
        if len(names) <= 1:
            return "".join(names)
        first, *rest = names
        if len(rest) == 1:
            return self.line("list_two", first=first, last=rest[0])
        return self.line("list_more", first=first, rest=self.listing(rest))

    def emergency_number(self, locale: str) -> str:
        """The number to call in a locale's region ("en-GB" → GB)."""
        return _of_region(self.emergency_numbers, locale)

    def crisis_number(self, locale: str) -> str:
        """The number of someone to talk to, in a locale's region."""
        return _of_region(self.crisis_numbers, locale)


def _of_region(numbers: Mapping[str, str], locale: str) -> str:
    return numbers.get(locale.rpartition("-")[2].upper(), numbers[""])


def capital(text: str) -> str:
    """The text as a sentence begins: only its first letter changed. A name stays one, and so begins in any form."""
    begun = text[:1].upper() + text[1:]
    if isinstance(text, Name):
        return Name(begun, {form: capital(said) for form, said in text.forms.items()})
    return begun
