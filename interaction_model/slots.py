"""What is named in free speech: an exercise, a routine, by one of its names."""

import re
from collections.abc import Mapping

from rapidfuzz import fuzz, process

from interaction_model.match import Heard, Matcher
from interaction_model.near import LETTERS
from interaction_model.signs import anywhere
from skill.hearing import MUDDLE

NEAR = 86.0
"""The least likeness of a misheard name, in percent of letters in common, spaces left out."""

NAME_WORDS = 4
"""A name has so many words at most; what is longer describes, and is heard to the letter."""


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
        self._amounts = {name for name, table in said.intents.items() if "amount" in table.slots}
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
                if number := self._number(said):
                    return Heard(intent, {"minutes": number})
                found = self.routine(said)
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

    def amount(self, intent: str, said: str) -> str:
        """The first number that is spoken of, in digits, if the intent takes one; "this one" is none."""
        found = self._number_words.search(said) if intent in self._amounts else None
        return self._minutes[found[0]] if found else ""

    def _number(self, said: str) -> str:
        """The minutes that are spoken of, in digits."""
        if "minute" not in said:
            return ""
        found = [number for word, number in self._minutes.items() if f" {word} " in f" {said} "]
        return max(found, key=len, default="")
