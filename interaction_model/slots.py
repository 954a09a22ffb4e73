"""What is named in free speech: an exercise, a routine, by one of its names."""

import re
from collections.abc import Mapping
from itertools import pairwise

from rapidfuzz import fuzz, process

from interaction_model.match import Heard, Matcher
from interaction_model.near import LETTERS
from interaction_model.signs import anywhere
from skill.hearing import MUDDLE

NEAR = 86.0
"""The least likeness of a misheard name, in percent of letters in common, spaces left out."""

NAME_WORDS = 4
"""A name has so many words at most; what is longer describes, and is heard to the letter."""


MORE = ("duration", "time", "side", "own")
"""The slots whose values are found anywhere in what was said."""

TOGETHER, SEVERAL, SEVERAL_SLOTS = "TogetherIntent", 2, ("exercise", "second", "third")
"""The intent of several exercises, how many that is at least, and its slots."""


class Names:
    """The values of a slot, found within longer speech."""

    def __init__(self, sayings: Mapping[str, str]) -> None:
        """``sayings`` are plain: saying → id."""
        self._sayings = sayings
        longest = sorted(sayings, key=len, reverse=True)
        self._anywhere = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})\b") if longest else None
        self._names = {
            saying.replace(" ", ""): name
            for saying, name in sayings.items()
            if len(saying) >= LETTERS and saying.count(" ") < NAME_WORDS
        }
        self._joined = list(self._names)

    def find(self, said: str) -> str | None:
        """The id of the longest name that is in it, to the letter."""
        found = [one[0] for one in self._anywhere.finditer(said)] if self._anywhere else []
        return self._sayings[max(found, key=len)] if found else None

    def all(self, said: str) -> list[re.Match[str]]:
        """Every name that is in it, to the letter, one after another."""
        return list(self._anywhere.finditer(said)) if self._anywhere else []

    def id(self, found: re.Match[str]) -> str:
        """The id of what was found."""
        return self._sayings[found[0]]

    def nearly(self, said: str) -> str | None:
        """The id of what is nearly named in it."""
        words = said.split()
        best, found = NEAR, None
        for start in range(len(words)):
            for end in range(start + 1, min(start + NAME_WORDS + 1, len(words)) + 1):
                window = "".join(words[start:end])
                if len(window) >= LETTERS and (
                    near := process.extractOne(window, self._joined, scorer=fuzz.ratio, score_cutoff=best)
                ):
                    saying, best, _ = near
                    found = self._names[saying]
        return found


class Filler:
    """Fills the slots of an intent from free speech."""

    def __init__(self, matcher: Matcher) -> None:
        said, words = matcher.sentences, matcher.plain
        self._matcher = matcher
        self._exercises, self._routines = (
            Names(matcher.values.get(slot, {})) for slot in ("exercise", "routine")
        )
        self._minutes = matcher.values.get("minutes", {})
        self._more = {slot: Names(matcher.values[slot]) for slot in MORE if slot in matcher.values}
        self._then = anywhere(map(words, said.then)) if said.then else None
        self._slots = {name: table.slots for name, table in said.intents.items()}
        several = [word for word, number in self._minutes.items() if int(number) > 1]
        self._number_words = anywhere(several)
        self._needs = [(slug, anywhere(map(words, phrases))) for slug, phrases in said.needs.items()]

    def filled(self, intent: str, said: str, meant: str = "") -> Heard | None:
        """With what fills its slots; None if it needs one and there is none. ``meant`` is the exercise it sounds like."""
        match intent:
            case "ExerciseIntent" | "DescribeIntent":
                named = self.exercise(said)
                found = named or meant or self._exercises.nearly(said) or self._exercises.find(said)
                if found:
                    return Heard(intent, {"exercise": found})
                return self.unlisted(said) or (Heard(intent) if intent == "DescribeIntent" else None)
            case "BeginIntent":
                found = self.routine(said)
                if number := self._number(said):
                    return Heard(intent, {"minutes": number, **({"routine": found} if found else {})})
                if found in {None, self._matcher.content.default} and (ours := self.unlisted(said)):
                    return ours
                return Heard(intent, {"routine": found} if found else {})
        return Heard(intent)

    def unlisted(self, said: str) -> Heard | None:
        """Something that we do not list, not even nearly, asked for by its name."""
        unlisted = self._matcher.unlisted(said)
        near = unlisted and (self._exercises.nearly(said) or self._routines.nearly(said))
        return None if near and near != self._matcher.content.default else unlisted

    def exercise(self, said: str) -> str:
        """The exercise that is named in it; nothing, if it might be several."""
        named = self._exercises.find(said) or ""
        return "" if named.startswith(MUDDLE) else named

    def routine(self, said: str) -> str | None:
        """The routine that is named in it, or that they need who say so: "since eight this morning, at my desk"."""
        named = self._routines.find(said) or self._routines.nearly(said)
        needed = self.needed(said)
        return named if needed is None or (named or "").startswith(needed) else needed

    def needed(self, said: str) -> str | None:
        """The routine for whoever says so."""
        return next((slug for slug, need in self._needs if need.search(said)), None)

    def together(self, said: str) -> Heard | None:
        """Several exercises, one after another; None if they are not named so."""
        named = self._exercises.all(said)
        if self._then is None or len(named) < SEVERAL:
            return None
        between = (said[one.end() : other.start()] for one, other in pairwise(named))
        if not any(self._then.search(words) for words in between):
            return None
        return Heard(
            TOGETHER, dict(zip(SEVERAL_SLOTS, dict.fromkeys(map(self._exercises.id, named)), strict=False))
        )

    def more(self, intent: str, said: str) -> Mapping[str, str]:
        """What fills the other slots of an intent: an amount, a length of time, a side, a name."""
        slots = self._slots.get(intent, ())
        found = {slot: self._more[slot].find(said) for slot in slots if slot in self._more}
        if "amount" in slots and (number := self._number_words.search(said)):  # "this one" is none
            found["amount"] = self._minutes[number[0]]
        return {slot: value for slot, value in found.items() if value}

    def _number(self, said: str) -> str:
        """The minutes that are spoken of, in digits."""
        if "minute" not in said:
            return ""
        found = [number for word, number in self._minutes.items() if f" {word} " in f" {said} "]
        return max(found, key=len, default="")
