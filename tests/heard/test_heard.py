"""Are people understood? Figures over sentences, floors under the figures, and what must never happen."""

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from audio.estimate import estimate
from interaction_model import build, classifier, train
from interaction_model.spoken import sentences
from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import World
from skill.coach.dialogue.reply import Play, Turn
from skill.coach.dialogue.state import Progress, Session, State
from skill.coach.dialogue.step import step
from skill.coach.timeline.edition import Edition
from skill.content.reader import catalogue, read
from skill.hearing import Ears, Hearing
from tests.german import german_content
from tests.heard import trial
from tests.heard.composed import calm, phrases
from tests.heard.trial import ASKED, PLACE, Said

CONTENT = catalogue()
GERMAN = Path(__file__).parent.parent / "german" / "sentences"
EDITION = Edition(CONTENT, estimate)
NOW = 1_793_604_600_000
KNOWN = Progress(met=True, tellings=dict.fromkeys(CONTENT.exercises, 2), place=PLACE, at=NOW - 60_000)
GO_ON = (q.Ready, q.GoOn, q.Welcome, q.Begin, q.Tell, q.Through, q.StartOver, q.Back, q.DoIt)


@cache
def ears() -> Ears:
    return Ears(trial.whole().hear, Hearing(CONTENT))


def turn(event: e.Event, asked: q.Question | None, progress: Progress = KNOWN) -> Turn:
    return step(State(Session(asked, cautioned=True), progress), event, World(EDITION, NOW))


def test_nine_in_ten_of_the_unseen_half_are_understood_and_hardly_any_is_done_that_was_not_wished():
    for half in trial.halves():
        fit, _, missed = trial.figures(trial.whole(), half)
        assert fit / len(half) >= 0.92
        assert sum(one.harmed(heard) for one, heard in missed) <= len(half) // 100


def test_from_the_samples_alone_most_of_it_is_understood():
    """The trained ears alone stand in for Alexa's, who generalises from the same samples."""
    for half in trial.halves():
        assert trial.figures(trial.alone(), half)[0] / len(half) >= 0.85


def test_nine_in_ten_of_what_others_say_are_understood():
    fit, _, missed = trial.figures(trial.whole(), trial.wishes())
    assert fit / len(trial.wishes()) >= 0.9
    assert sum(one.harmed(heard) for one, heard in missed) / len(trial.wishes()) <= 0.01
    assert trial.figures(trial.alone(), trial.wishes())[0] / len(trial.wishes()) >= 0.9


def test_whatever_others_say_of_their_body_stops_and_is_never_followed_by_going_on():
    """Whoever is only out of breath has quiet first, and then is asked."""
    asked = q.GoOn(PLACE)
    for kind, said in trial.body():
        heard = ears().hear(said, asked)
        made = turn(heard, asked)
        stopped = made.state.progress.asks_first(NOW) and not isinstance(made.reply.asks, GO_ON)
        assert stopped or (kind == "breathless" and heard == e.Breathless()), said


def test_what_others_say_that_is_not_about_their_health_hardly_ever_stops_anything():
    """A third of it was written to look like illness: other people's, of long ago, denied, in songs."""
    asked, said = q.GoOn(PLACE), trial.calm()
    stopped = [one for one in said if turn(ears().hear(one, asked), asked).state.progress.asks_first(NOW)]
    assert len(stopped) / len(said) <= 0.03, stopped


def test_there_are_enough_sentences_of_every_manner():
    assert len(trial.every()) >= 300
    assert len({one.manner for one in trial.every()}) >= 5
    assert len(dict.fromkeys(phrases())) >= 250
    assert len(dict.fromkeys(calm())) >= 500


@pytest.mark.parametrize("kind", ["pain", "nerve", "chest", "legs", "faint", "fall"])
def test_whatever_they_say_of_their_body_stops_and_is_never_followed_by_going_on(kind):
    for asked in (q.GoOn(PLACE), q.Ready(PLACE), None, q.Hurt(PLACE)):
        for said in [one for what, one in phrases() if what == kind]:
            made = turn(ears().hear(said, asked), asked)
            assert not isinstance(made.reply.asks, GO_ON), said
            assert made.state.progress.asks_first(NOW), said
            assert made.state.progress.led is None, said


@pytest.mark.parametrize("kind", ["chest", "legs", "fall"])
def test_what_may_be_an_emergency_is_answered_as_one(kind):
    for said in [one for what, one in phrases() if what == kind]:
        assert ears().hear(said) == e.Emergency(), said


def test_what_is_not_about_their_health_hardly_ever_stops_anything():
    said = list(dict.fromkeys(calm()))
    stopped = [one for one in said if isinstance(ears().hear(one, q.GoOn(PLACE)), e.Hurts | e.Emergency)]
    assert len(stopped) / len(said) <= 0.02, stopped


# Misheard

HOMOPHONES = {
    "two": "too", "to": "two", "for": "four", "knee": "need", "hear": "here", "right": "write", "weight": "wait", "sore": "saw",
    "know": "no", "back": "bag", "lift": "left", "set": "sat", "pause": "paws", "rest": "wrest", "slower": "slow her", "feet": "feat",
}  # fmt: skip
SMALL = frozenset({"the", "a", "an", "to", "of", "it", "is", "my", "please", "do", "i"})


def garbled(said: str, die: random.Random) -> str:
    """As a speech recogniser may mishear it: a homophone, a small word lost, two words run together, or a letter wrong."""
    words = said.split()
    at = die.randrange(len(words))
    match die.randrange(4):
        case 0:
            return " ".join(HOMOPHONES.get(word, word) for word in words)
        case 1:
            kept = [word for word in words if word not in SMALL or die.random() < 0.5]
            return " ".join(kept or words)
        case 2 if at + 1 < len(words):
            return " ".join([*words[:at], words[at] + words[at + 1], *words[at + 2 :]])
    letter = die.randrange(len(words[at]))
    words[at] = words[at][:letter] + die.choice("aeiourstn") + words[at][letter + 1 :]
    return " ".join(words)


def test_a_misheard_sentence_is_mostly_still_understood():
    die, (_, unseen) = random.Random(3), trial.halves()
    heard = [(one, ears().match(garbled(one.sentence, die), ASKED[one.moment])) for one in unseen]
    assert sum(one.fits(found) for one, found in heard) / len(heard) >= 0.75
    assert sum(one.harmed(found) for one, found in heard) / len(heard) <= 0.05


GOING_ON = e.Yes | e.Resumed | e.StraightThrough | e.Next | e.Again


def test_no_pain_word_however_misheard_turns_into_going_on():
    die = random.Random(5)
    for _, said in phrases():
        misheard = garbled(said, die)
        assert not isinstance(ears().hear(misheard, q.GoOn(PLACE)), GOING_ON), misheard


# What differs by a word

PAIRS = """
    the easier one           EasierIntent           the harder one           HarderIntent
    make it easier           EasierIntent           make it harder           HarderIntent
    a bit slower             SlowerIntent           a bit faster             FasterIntent
    you're too slow          FasterIntent           you're too fast          SlowerIntent
    a few more               MoreIntent             a few less               FewerIntent
    can i do more            MoreIntent             can i do fewer           FewerIntent
    i'm down now             ReadyIntent            i'm done now             FinishIntent
    this one                 nothing                next one                 AMAZON.NextIntent
    do this set again        AgainIntent            start the next set       ReadyIntent
    start this set again     AgainIntent            start the routine again  FromStartIntent
    start counting           ReadyIntent            stop counting            FinishIntent
    i can do it              nothing                i can't do it            EasierIntent
    i can breathe            BetterIntent           i can't breathe          EmergencyIntent
    i can feel my legs       BetterIntent           i can't feel my legs     EmergencyIntent
    only the left side       OneSideIntent          how many left            HowManyIntent
    hold it longer           HoldLongerIntent       hold it shorter          HoldShorterIntent
    keep going               ReadyIntent            just keep going          StraightThroughIntent
    go straight through      StraightThroughIntent  don't go straight through  SetBySetIntent
    it hurts                 HurtsIntent            it doesn't hurt          BetterIntent
    it's sore                HurtsIntent            it's not sore            BetterIntent
    ready                    ReadyIntent            not ready                WaitIntent
    yes                      AMAZON.YesIntent       no                       AMAZON.NoIntent
    louder                   VolumeIntent           slower                   SlowerIntent
    next                     AMAZON.NextIntent      what's next              NextUpIntent
    stop                     AMAZON.StopIntent      stop asking me           StraightThroughIntent
    stop talking             FinishIntent           stop between sets        SetBySetIntent
    stop walking             FinishIntent           stop for a moment        WaitIntent
    knee to chest            ExerciseIntent         my chest hurts           EmergencyIntent
    forget it                AMAZON.CancelIntent    forget me                ForgetIntent
"""
"""Pairs that differ by a word or a letter, and mean something else."""

COLUMNS = [[cell.strip() for cell in row.split("  ") if cell.strip()] for row in PAIRS.strip().splitlines()]


def pairs() -> Iterator[tuple[str, str]]:
    for one, means, other, other_means in COLUMNS:
        yield one, means
        yield other, other_means


@pytest.mark.parametrize(("said", "means"), list(pairs()))
def test_what_differs_by_a_word_is_not_confused(said, means):
    heard = ears().match(said, q.GoOn(PLACE))
    sure = heard.intent if heard and not heard.doubt else "nothing"
    assert sure == means


@pytest.mark.parametrize("opposites", [set(pair) for pair in sentences("en-US").opposites], ids=sorted)
def test_no_wish_is_ever_reversed(opposites):
    for one in trial.every():
        means = {
            intent
            for intent in opposites
            if one.category in trial.FITTING and intent in trial.FITTING[one.category].split()
        }
        heard = ears().match(one.sentence, ASKED[one.moment])
        if means and heard and not heard.doubt and heard.intent in opposites:
            assert heard.intent in means, one


STOPS = """
    stop | stop talking | stop walking | quit talking | stop stop stop | no stop | ok stop | stop counting | i can't go on | please stop
    stop it now | oh stop | stop please stop | that's it stop
"""


@pytest.mark.parametrize("said", [one.strip() for one in STOPS.replace("\n", "|").split("|") if one.strip()])
def test_stop_means_stop(said):
    assert ears().hear(said, q.GoOn(PLACE)) == e.Stopped()


@pytest.mark.parametrize(
    "said", ["ouch stop it hurts", "stop my back", "stop that hurts", "no stop it's sore"]
)
def test_where_pain_is_in_it_it_is_pain(said):
    assert ears().hear(said, q.GoOn(PLACE)) == e.Hurts()


AFTER = """
    ready   i'm down now     Yes
    ready   nearly           Paused
    ready   same again       Yes
    between not really       Paused
    hurt    my lower back    Asked
    hurt    on the left      Asked
    hurt    i don't know     Asked
    hurt    nothing          Asked
    hurt    the next one     Next
    paused  where were we    Yes
"""


@pytest.mark.parametrize("row", [row.strip() for row in AFTER.strip().splitlines()])
def test_some_things_mean_something_only_after_their_question(row):
    moment, rest = row.split(maxsplit=1)
    said, means = (part.strip() for part in rest.rsplit("  ", 1))
    assert type(ears().hear(said, ASKED[moment])).__name__ == means


# Not quite sure


def test_a_yes_to_what_it_may_have_been_does_it_and_a_no_asks_again():
    asked = turn(e.Unsure("SkipIntent", "skip this one"), q.Ready(PLACE))
    meant = asked.reply.asks
    assert isinstance(meant, q.Meant)
    assert ears().hear("yes", meant) == e.Next()
    refused = step(asked.state, ears().hear("no", meant), World(EDITION, NOW))
    assert refused.reply.asks == q.Ready(PLACE)
    other = step(asked.state, ears().hear("how many left", meant), World(EDITION, NOW))
    assert other.reply.asks == q.Ready(PLACE)


def test_a_likeness_never_ends_or_deletes_anything():
    ending = {"ForgetIntent", "FinishIntent", "AMAZON.StopIntent", "FromStartIntent"}
    for one in trial.every():
        heard = ears().match(one.sentence, q.GoOn(PLACE))
        if one.category not in {"stop", "no", "startover", "forget"}:
            assert heard is None or heard.doubt or heard.intent not in ending, one


# Trained


def test_the_same_sentences_always_make_the_same_ears(tmp_path):
    """Of a small language, which takes a second; that ours were trained on ours, `backbeat model check` tells."""
    content, said = read(german_content(tmp_path / "all"), "de"), sentences("de-DE", GERMAN)
    model = build.build(content, said)
    once, again = train.train(content, model, said), train.train(content, model, said)
    assert once == again
    ears = classifier.load(once)
    assert ears.digest == train.digest(content, model, said)
    lessons = [one for one in train.lessons(content, model, said) if one.weight == 1]
    likely = [ears.likely(one.said) for one in lessons]
    right = sum(max(each, key=each.get) == one.intent for each, one in zip(likely, lessons, strict=True))
    assert right / len(lessons) > 0.9


def said_of(wish: str) -> list[Said]:
    return [one for one in trial.every() if one.category == wish]


def test_they_can_be_led_by_voice_alone_however_they_say_yes():
    for one in said_of("yes"):
        heard = ears().hear(one.sentence, ASKED[one.moment])
        made = turn(heard, q.Ready(PLACE))
        assert (
            made.state.progress.led
            or isinstance(made.reply.player, Play)
            or isinstance(heard, e.Unsure | e.Unheard)
        )


OWN = [
    line.split("\t")
    for line in (Path(__file__).parent / "others" / "own.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def test_what_others_say_of_their_own_routines_waits_and_sides_is_mostly_heard_and_deletes_nothing_unasked():
    """As it was first heard: 109 of 150, written by somebody who had not seen our sentences."""
    asked = {"WaitIntent", "OtherSideIntent", "OneSideIntent", "RememberIntent"}
    heard = [
        (intent, said, trial.whole().hear(said, q.Ready(PLACE) if intent in asked else None))
        for intent, said in OWN
    ]
    right = [one for one in heard if one[2] and one[2].intent == one[0]]
    assert len(right) / len(heard) > 0.7
    deleting = {"DeleteRoutineIntent", "ForgetIntent", "EverythingIntent"}
    assert [
        one for one in heard if one[2] and one[2].intent in deleting - {one[0]} and not one[2].doubt
    ] == []
