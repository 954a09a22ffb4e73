"""A second language from its files to the ear: a counted set, the model, the terminal, and Alexa."""

import io
import json
from pathlib import Path

import pytest

from audio.bank import Bank, BankFile
from audio.decode import decode
from audio.estimate import estimate
from audio.voices.espeak import Espeak
from interaction_model import build, check
from interaction_model.listen import Listener
from interaction_model.match import Matcher
from interaction_model.spoken import sentences
from skill.alexa.handlers import AlexaDoor, skill
from skill.alexa.webhook import answer
from skill.coach.dialogue.answering import TOPICS
from skill.coach.exercise import Catalogue
from skill.coach.timeline.arrange import crowded
from skill.coach.timeline.edition import Edition, Editions
from skill.coach.timeline.plan import Bookmark
from skill.coach.timeline.score import Section
from skill.coach.timeline.wishes import USUAL
from skill.content.reader import catalogue, read
from skill.conversation import Conversation
from skill.hearing import Ears, Hearing, intent_of
from skill.render.transcript import lines
from skill.terminal.talk import FastClock, Said, Terminal
from skill.voice.phrases import wanted
from skill.voice.reels import Excerpt, Reels, Voiced
from tests.alexa.signing import NOW, Amazon
from tests.audio.fakes import a_bank
from tests.fakes import MemoryStore
from tests.german import german_content

SENTENCES = sentences("de-DE", Path(__file__).parent / "german" / "sentences")


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return read(german_content(tmp_path_factory.mktemp("content") / "all"), "de")


@pytest.fixture(scope="module")
def ears(german: Catalogue) -> Ears:
    return Ears(Listener(Matcher(german, build.build(german, SENTENCES), SENTENCES)).hear, Hearing(german))


def test_three_exercises_and_a_routine(german: Catalogue) -> None:
    assert set(german.exercises) == {"pelvic_tilt", "hamstring_stretch", "knee_rolls"}
    assert (german.language, german.locale, set(german.routines)) == ("de", "de-DE", {"kurz"})


def test_a_set_is_counted_in_german_second_by_second(german: Catalogue) -> None:
    score = Edition(german, estimate).score(Bookmark("kurz", "pelvic_tilt"))
    first_beat = next(cue.at for cue in score.cues if isinstance(cue.what, Section))
    heard = [((at - first_beat) // 1000, text) for at, text in lines(score) if 3000 <= at - first_beat < 7000]
    assert heard == [(3, "eins"), (4, "zwei"), (5, "drei"), (6, "vier")]
    assert list(crowded(score)) == []


def test_espeak_speaks_it_and_it_can_be_played(german: Catalogue, tmp_path: Path) -> None:
    place = Bookmark("kurz", "pelvic_tilt")
    with Espeak(german.locale) as espeak:
        assert espeak.say("eins", wanted(german)["eins"]).lasts_ms > 100
    bank = _read(a_bank(tmp_path / "bank", wanted(german)))
    edition = Edition(german, lambda text: bank.measure(text) if text in bank else estimate(text))
    reels = Reels((Voiced(edition, bank),), bytes(32))
    token = reels.token(Excerpt(place, USUAL), "de")
    assert token is not None
    assert decode(reels.reel(token).read(), longest_s=300).lasts_ms >= edition.score(place).lasts
    assert reels.token(Excerpt(place, USUAL), "en") is None  # which nobody speaks there


def _read(path: Path) -> Bank:
    return BankFile(path).read()


BENDING = {
    *(
        "SlowerIntent",
        "FasterIntent",
        "NormalIntent",
        "HarderIntent",
        "MoreIntent",
        "RepsIntent",
        "FewerIntent",
    ),
    *(
        "SetsIntent",
        "LastSetIntent",
        "HoldLongerIntent",
        "HoldShorterIntent",
        "RestIntent",
        "LessRestIntent",
        "NoRestIntent",
    ),
    *(
        "OneSideIntent",
        "OneOffIntent",
        "OtherSideIntent",
        "BothSidesIntent",
        "RememberIntent",
        "EverythingIntent",
    ),
    *("ReminderIntent", "TogetherIntent", "SaveRoutineIntent", "RunRoutineIntent", "DeleteRoutineIntent"),
}


def test_its_model_keeps_every_rule(german: Catalogue) -> None:
    model = build.build(german, SENTENCES)
    assert check.mistakes(model, SENTENCES) == []
    ours = {intent["name"] for intent in build.languages(build.read(catalogue().locale))["intents"]}
    found = {intent["name"] for intent in build.languages(model)["intents"]}
    small_talk = {intent_of(topic) for topic in (*TOPICS, *catalogue().words.answers)}
    others = {
        "AgainIntent",
        "OptionsIntent",
        "GoBackIntent",
        "FromStartIntent",
        "NotNowIntent",
        "BreathlessIntent",
        *BENDING,
    }  # said otherwise, too
    assert ours - found == small_talk | others
    assert found <= ours


UNDERSTOOD = """
    öffne mein rückenprogramm            LaunchRequest
    starte mein kurzes rückenprogramm    BeginIntent routine=kurz
    mach das beckenkippen                ExerciseIntent exercise=pelvic_tilt
    was ist das kniependeln              DescribeIntent exercise=knee_rolls
    Ja, gerne!                           AMAZON.YesIntent
    nee                                  AMAZON.NoIntent
    bereit                               ReadyIntent
    gib mir bitte eine minute            WaitIntent
    wie viele noch?                      HowManyIntent
    es tut weh                           HurtsIntent
    aua                                  HurtsIntent
    etwas leichter                       EasierIntent
    lass das weg                         SkipIntent
    am stück                             StraightThroughIntent
    nicht am stück                       SetBySetIntent
    noch einmal                          AMAZON.RepeatIntent
    von vorn                             AMAZON.StartOverIntent
    das reicht für heute                 FinishIntent
    vergiss mich                         ForgetIntent
    wiederhole dass                      AMAZON.RepeatIntent
    lila affe                            nothing
"""


@pytest.mark.parametrize("row", [row.strip() for row in UNDERSTOOD.splitlines() if row.strip()])
def test_what_is_said_in_german_is_heard(german: Catalogue, row: str) -> None:
    said, heard = row.split("  ", 1)
    found = Listener(Matcher(german, build.build(german, SENTENCES), SENTENCES)).hear(said)
    written = (
        [found.intent, *(f"{slot}={value}" for slot, value in found.slots.items())] if found else ["nothing"]
    )
    assert " ".join(written) == heard.strip()


def test_an_emergency_is_heard_inside_anything(german: Catalogue, ears: Ears) -> None:
    for phrase in german.words.emergency:
        assert type(ears.hear(f"oh nein, {phrase} gerade")).__name__ == "Emergency", phrase


def test_the_terminal_leads_a_set_in_german(german: Catalogue, ears: Ears) -> None:
    typed, out = io.StringIO("ja\nbereit\nes tut weh\nleichter\nstopp\n"), io.StringIO()
    conversation = Conversation(Editions((Edition(german, estimate),)), MemoryStore())
    Terminal(conversation, ears.hear, FastClock(), Said(typed), out).run("me", german.locale)
    said = out.getvalue()
    assert "eins  zwei  drei  vier" in said
    line = german.words.line
    for name in ("hello", "hurts", "goodbye_kept"):
        assert line(name).split(". ")[0] in said, name
    for english in ("Ready?", "Set one.", "Rest.", "one  two"):
        assert english not in said


@pytest.mark.parametrize(
    ("locale", "language"), [("de-DE", "de"), ("de-AT", "de"), ("en-GB", "en"), ("fr-FR", "en"), (None, "en")]
)
def test_alexa_is_answered_in_the_language_of_her_locale(
    german: Catalogue, locale: str | None, language: str
) -> None:
    editions = Editions((Edition(catalogue(), estimate), Edition(german, estimate)))
    custom = skill(AlexaDoor(Conversation(editions, MemoryStore())))
    request = {"type": "LaunchRequest", "locale": locale}
    said = json.loads(answer(custom, bytes(32), Amazon.envelope(NOW, request=request)))
    notice = {"de": german, "en": catalogue()}[language].words.line("ask_begin")
    assert notice in said["response"]["outputSpeech"]["ssml"]


def test_the_number_to_call_is_that_of_the_region(german: Catalogue) -> None:
    assert german.words.emergency_number("de-DE") != catalogue().words.emergency_number("en-US")
