"""The sentences of `said.tsv`, what would be fitting for each, and how many are heard fittingly. ``python -m tests.heard.trial``.

A fixed seed halves them: one half to work with, whose misses are listed; of the other only figures, by category. It says the
same of the trained ears alone, which stand in for Alexa's: she too has only the samples to go by.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from interaction_model.build import read
from interaction_model.classifier import Classifier, committed
from interaction_model.guess import meant, together
from interaction_model.listen import Listener, listener
from interaction_model.match import Heard, Matcher
from interaction_model.slots import Filler
from interaction_model.spoken import sentences
from skill.coach.dialogue import questions as q
from skill.coach.timeline.plan import Bookmark
from skill.content.reader import catalogue

SEED = 9
PLACE = Bookmark("back_routine", "pelvic_tilt", set=2)
ASKED: dict[str, q.Question | None] = {
    "idle": None,
    "begin": q.Begin(PLACE),
    "ready": q.Ready(PLACE),
    "mid": q.GoOn(PLACE),
    "between": q.Ready(PLACE),
    "hurt": q.Hurt(PLACE),
    "paused": q.GoOn(PLACE),
}
FITTING = {
    "yes": "AMAZON.YesIntent ReadyIntent AMAZON.ResumeIntent",
    "no": "AMAZON.NoIntent NotNowIntent",
    "stop": "AMAZON.StopIntent FinishIntent AMAZON.CancelIntent",
    "pause": "WaitIntent AMAZON.PauseIntent RestIntent",
    "resume": "AMAZON.ResumeIntent ReadyIntent AMAZON.YesIntent",
    "repeat": "AMAZON.RepeatIntent AgainIntent DescribeIntent",
    "next": "AMAZON.NextIntent SkipIntent",
    "previous": "AMAZON.PreviousIntent GoBackIntent",
    "startover": "AMAZON.StartOverIntent FromStartIntent",
    "help": "AMAZON.HelpIntent OptionsIntent",
    "list": "ListIntent",
    "forget": "ForgetIntent",
    "begin": "BeginIntent LaunchRequest AMAZON.YesIntent ReadyIntent",
    "straight_through": "StraightThroughIntent",
    "set_by_set": "SetBySetIntent",
    "how_many": "HowManyIntent",
    "how_many_done": "HowManyDoneIntent HowManyIntent",
    "time": "TimeIntent",
    "next_up": "NextUpIntent",
    "where": "HowManyIntent HowManyDoneIntent ReadyIntent",
    "need": "NeedIntent",
    "form": "FormIntent DescribeIntent",
    "breathe": "BreatheIntent",
    "why": "WhyIntent DescribeIntent",
    "history": "HistoryIntent",
    "privacy": "PrivacyIntent",
    "who": "WhoIntent DoctorIntent",
    "doctor": "DoctorIntent",
    "author": "AuthorIntent",
    "thanks": "ThanksIntent PraiseIntent",
    "praise": "PraiseIntent ThanksIntent",
    "grumble": "GrumbleIntent",
    "slower": "SlowerIntent",
    "faster": "FasterIntent",
    "easier": "EasierIntent",
    "harder": "HarderIntent",
    "hold_longer": "HoldLongerIntent",
    "hold_shorter": "HoldShorterIntent",
    "more": "MoreIntent RepsIntent",
    "fewer": "FewerIntent RepsIntent",
    "sets": "SetsIntent LastSetIntent",
    "rest": "RestIntent LessRestIntent NoRestIntent",
    "one_side": "OneSideIntent OneOffIntent OtherSideIntent BothSidesIntent",
    "own_routine": "MakeRoutineIntent TogetherIntent SaveRoutineIntent MyRoutinesIntent RunRoutineIntent DeleteRoutineIntent",
    "bed": "BedIntent",
    "seated": "SeatedIntent",
    "no_kneeling": "NoKneelingIntent",
    "cant_get_down": "CantGetDownIntent CantGetUpIntent",
    "volume": "VolumeIntent",
    "music": "MusicIntent",
    "offtopic": "OffTopicIntent",
    "device": "DeviceIntent",
    "reminder": "ReminderIntent",
    "dont_know": "DontKnowIntent",
    "where_it_hurts": "WhereItHurtsIntent HurtsIntent",
    "better": "BetterIntent",
    "breathless": "BreathlessIntent WaitIntent",
    "pain": "HurtsIntent",
    "nerve": "NumbIntent HurtsIntent EmergencyIntent",
    "emergency": "EmergencyIntent",
    "faint": "FaintIntent EmergencyIntent",
    "health": "HeartHealthIntent BadDiscIntent SurgeryIntent OsteoporosisIntent PregnantIntent SeeDoctorIntent IsItSafeIntent",
    "cant_get_up": "CantGetUpIntent EmergencyIntent",
    "self_harm": "SelfHarmIntent",
}
"""Wish → the intents that answer it."""

HARM = frozenset(
    [
        "AMAZON.StopIntent",
        "FinishIntent",
        "AMAZON.CancelIntent",
        "AMAZON.StartOverIntent",
        "FromStartIntent",
        "ForgetIntent",
        "AMAZON.NextIntent",
        "SkipIntent",
        "AMAZON.PreviousIntent",
        "GoBackIntent",
        "AMAZON.YesIntent",
        "ReadyIntent",
        "AMAZON.ResumeIntent",
        "StraightThroughIntent",
        "SetBySetIntent",
        "BeginIntent",
        "ExerciseIntent",
        "AMAZON.NoIntent",
        "NotNowIntent",
    ]
)
"""What does something: to do it where it was not wished is a wrong action. A short answer to another question is only unfitting."""


@dataclass(frozen=True)
class Said:
    """A sentence, when it is said, and what it wants."""

    moment: str
    manner: str
    wish: str
    sentence: str

    @property
    def category(self) -> str:
        """Of its wish, without the slot."""
        return self.wish.partition(":")[0]

    def fits(self, heard: Heard | None) -> bool:
        """Whether what was heard answers it."""
        if heard is None:
            return False
        wish, _, value = self.wish.partition(":")
        if wish in {"exercise", "describe"}:
            intents = {"ExerciseIntent", "DescribeIntent"} if wish == "describe" else {"ExerciseIntent"}
            named = heard.slots.get("exercise")
            return heard.intent in intents and (named == value if value != "this" else not named)
        if wish == "begin" and value == "minutes":
            return heard.intent == "BeginIntent" and "minutes" in heard.slots
        if wish == "begin" and value:
            return heard.intent == "BeginIntent" and value.split("_")[0] in str(heard.slots.get("routine"))
        return heard.intent in FITTING[wish].split()

    def harmed(self, heard: Heard | None) -> bool:
        """Whether something was done that was not wished."""
        return heard is not None and not heard.doubt and heard.intent in HARM and not self.fits(heard)


@cache
def every() -> tuple[Said, ...]:
    """All of them, in the order of the file."""
    return _read(Path(__file__).parent / "said.tsv")


def _read(path: Path) -> tuple[Said, ...]:
    lines = path.read_text("utf-8").splitlines()
    return tuple(Said(*line.split("\t")) for line in lines if not line.startswith("#"))


OTHERS = Path(__file__).parent / "others"
"""What others wrote, who had seen none of it: wishes as above; what they say of their body, by kind; and what is calm."""


@cache
def wishes() -> tuple[Said, ...]:
    """Theirs, in order; every one was a figure first, and only then looked at."""
    return _read(OTHERS / "wishes.tsv")


@cache
def body() -> tuple[tuple[str, str], ...]:
    """Kind and sentence: pain, nerve, emergency, faint, breathless."""
    lines = (OTHERS / "body.tsv").read_text("utf-8").splitlines()
    return tuple((kind, said) for kind, said in (line.split("\t") for line in lines))


@cache
def calm() -> tuple[str, ...]:
    """What says nothing of one's own health now."""
    return tuple((OTHERS / "calm.txt").read_text("utf-8").splitlines())


@cache
def halves() -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    """The half to work with, and the other."""
    shuffled = random.Random(SEED).sample(every(), len(every()))
    return tuple(shuffled[::2]), tuple(shuffled[1::2])


class Alone:
    """The trained ears alone: the likeliest intent, whatever the moment. It stands in for Alexa's own ears."""

    def __init__(self, whole: Listener, ears: Classifier, slots: Filler) -> None:
        self._whole, self._ears, self._slots = whole, ears, slots

    def hear(self, sentence: str, _: q.Question | None = None) -> Heard | None:
        """The likeliest intent and its slots."""
        said, _opened = self._whole.opened(sentence)
        every = self._ears.likely(said)
        likely = together(every)
        return self._slots.filled(max(likely, key=lambda name: likely[name]), said, meant(every))


def whole() -> Listener:
    """The ears as they are."""
    return listener(catalogue(), "en-US")


@cache
def alone() -> Alone:
    """The trained part of them alone."""
    ears = committed("en-US")
    assert ears is not None
    content = catalogue()
    return Alone(whole(), ears, Filler(Matcher(content, read("en-US"), sentences("en-US"))))


def figures(
    ears: Listener | Alone, said: tuple[Said, ...]
) -> tuple[int, int, list[tuple[Said, Heard | None]]]:
    """How many fit, how many of those were asked for, and what does not."""
    heard = [(one, ears.hear(one.sentence, ASKED[one.moment])) for one in said]
    fit = [(one, found) for one, found in heard if one.fits(found)]
    return (
        len(fit),
        sum(bool(found and found.doubt) for _, found in fit),
        [pair for pair in heard if pair not in fit],
    )


def _report() -> Iterator[str]:
    for name, half in zip(("worked with", "unseen", "by others"), (*halves(), wishes()), strict=True):
        fit, asked, missed = figures(whole(), half)
        wrong = [(one, found) for one, found in missed if one.harmed(found)]
        yield f"{name}: {fit} of {len(half)} fit ({fit / len(half):.1%}), {asked} of them asked for; {len(wrong)} wrong actions"
        fit_alone, _, _ = figures(alone(), half)
        yield f"    from samples alone: {fit_alone / len(half):.1%}"
        misses = Counter(one.category for one, _ in missed)
        yield f"    misses by category: {dict(misses)}"
        for one, found in missed if name == "worked with" else wrong:
            yield f"    {one.moment:8} {one.wish:20} {one.sentence[:60]:60} {found and (found.intent, dict(found.slots), found.doubt)}"


if __name__ == "__main__":
    for line in _report():
        print(line)  # noqa: T201  # it is a command
