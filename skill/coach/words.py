"""The coach's sentences, by name, in one language.

`LINES` is the contract between the coach and the files in `content/words` and `content/safety`: every line the
coach may say, and the values it may mention. `skill.content.reader` holds the files to it, so that a missing line,
an unknown one or a wrong ``{value}`` is found when content is read, never on the floor.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

LINES: Mapping[str, frozenset[str]] = {
    name: frozenset(values.split())
    for name, values in {
        "title": "",
        "all_right": "",
        # Listing names: of two, and of more, where ``rest`` is the list of all but the first
        "list_two": "first last",
        "list_more": "first rest",
        # Meeting, beginning, ending
        "hello": "",
        "welcome_back": "place",
        "routine": "routine count",
        "routine_brief": "routine",
        "lasting": "minutes",
        "exercises_one": "",
        "exercises_many": "number",
        "minutes_one": "",
        "minutes_many": "number",
        "short_version": "",
        "have_ready": "kit",
        "finished": "count",
        "well_done": "",
        "rested": "",
        "rise_back": "",
        "rise_all_fours": "",
        "rise_seated": "",
        "rise_upright": "",
        "practised": "number",
        "goodbye": "",
        "goodbye_kept": "",
        "goodbye_plain": "",
        # Telling an exercise
        "first": "title",
        "next_up": "title",
        "on_its_own": "title",
        "dose_sets": "sets reps",
        "dose_reps": "reps unit",
        "dose_sides": "reps unit",
        "dose_rounds": "reps unit sides",
        "dose_paced": "sets seconds",
        "dose_paced_once": "seconds",
        "ready_when": "",
        # A set, second by second
        "set_start": "set reps unit",
        "one_set_start": "reps unit",
        "side_start": "side reps unit",
        "rounds_start": "unit first last",
        "paced_start": "seconds",
        "paced_set_start": "set seconds",
        "halfway": "",
        "last_one": "",
        "rejoin": "unit rep",
        "rejoin_side": "unit rep side",
        "keep_breathing": "",
        "seconds_to_go": "number",
        "set_done": "set",
        "side_done": "side",
        "rounds_done": "reps unit",
        "exercise_done": "name",
        "rest": "",
        "ten_seconds": "",
        "change_sides": "side",
        # Straight through
        "move_back": "",
        "move_upright": "",
        "rise_to_stand": "",
        "move_seated": "",
        "move_all_fours": "",
        "get_ready": "",
        "through_begins": "",
        "set_by_set": "",
        "ask_meant": "wish",
        # Short answers
        "next_is": "name",
        "next_then": "names",
        "nothing_next": "",
        "done_reps": "reps unit",
        "done_sets": "set sets",
        "done_exercises": "count",
        "done_none": "",
        "time_left": "minutes",
        "need_nothing": "",
        "cannot_see": "",
        "breathe": "",
        "history_none": "",
        "history_one": "",
        "privacy": "",
        # After they stopped for a reason
        "stopped_earlier": "",
        "easier_there": "name",
        "breathless": "",
        "paused_ask": "where",
        # Finding the place
        "place_whole": "name",
        "place_set": "set name",
        "place_side": "side name",
        "place_rep": "unit rep where",
        "place_rep_of": "unit rep where",
        "at_set": "set sets name",
        "at_rep": "unit rep reps",
        "at_rep_of_set": "unit rep reps set sets",
        "at_rep_of_side": "unit rep reps side",
        "left_at": "where",
        "left_sets": "sets name",
        "left_sides": "sides name",
        "left_reps": "reps unit name",
        "left_here": "where",
        "left_after": "count",
        "left_none_after": "",
        "back_to": "place",
        # In between
        "take_your_time": "",
        "paused_at": "where",
        "starting_over": "",
        "skipping": "name",
        "going_back": "",
        "that_is_first": "",
        "that_was_last": "",
        "easier_already": "",
        "menu": "routines",
        "which_exercise": "names",
        "which_routine": "names",
        "fixed_order": "",
        "more_if": "",
        "help_emergency": "number",
        "help": "",
        "help_through": "",
        # Questions, and what is said once if there is no answer
        "ask_begin": "",
        "again_begin": "",
        "ask_through": "",
        "again_through": "",
        "ask_ready": "",
        "ask_ready_set": "set",
        "ask_ready_side": "side",
        "ask_ready_rounds": "",
        "again_ready": "",
        "ask_tell": "",
        "again_tell": "",
        "ask_go_on": "",
        "again_go_on": "",
        "ask_welcome": "",
        "again_welcome": "",
        "ask_start_over": "",
        "again_start_over": "",
        "ask_menu": "",
        "again_menu": "",
        "ask_which": "",
        "again_which": "",
        "ask_do_it": "name",
        "again_do_it": "",
        "ask_back": "",
        "again_back": "",
        "ask_hurt": "",
        "again_hurt": "",
        "ask_forget": "",
        "again_forget": "",
        # Not understood
        "unheard_first": "",
        "unheard_second": "",
        "unheard_third": "",
        "hints_begin": "",
        "hints_set": "",
        "hints_menu": "",
        "hints_hurt": "",
        "hint_begin": "",
        "hint_set": "",
        "hint_menu": "",
        "hint_hurt": "",
        # Forgetting
        "forget_what": "",
        "forgotten": "",
        "not_forgotten": "",
        # When it goes wrong
        "not_kept": "",
        "our_fault": "",
        # Safety, in its own file
        "notice": "",
        "gently": "",
        "hurts": "",
        "hurts_again": "",
        "emergency": "number",
    }.items()
}
"""Every line, by name, and the values it may mention."""

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
