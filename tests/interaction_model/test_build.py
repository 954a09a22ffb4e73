"""The model is what the sentences and the catalogue say, and what is committed is that model."""

import pytest

from interaction_model.build import build, committed, languages, read, text, write
from interaction_model.spoken import expand, locales, sentences
from skill.commands.voice import spoken_in
from skill.content.reader import catalogue
from skill.errors import ContentError
from skill.hearing import intent_of

LOCALE = catalogue().locale
SENTENCES = sentences(LOCALE)
LANGUAGE = languages(read(LOCALE))
INTENTS = {intent["name"]: intent for intent in LANGUAGE["intents"]}
TYPES = {kind["name"]: {value["id"]: value["name"] for value in kind["values"]} for kind in LANGUAGE["types"]}


@pytest.mark.parametrize("locale", locales())
def test_the_committed_model_is_the_one_we_build(locale):
    assert committed(locale) == text(spoken_in(locale), sentences(locale)), "run: backbeat model write"


def test_a_model_written_is_read_again(tmp_path):
    assert write(catalogue(), SENTENCES, tmp_path) == tmp_path / "en-US.json"
    assert read(LOCALE, tmp_path) == build(catalogue(), SENTENCES)


def test_a_model_that_was_never_written_is_none(tmp_path):
    assert committed(LOCALE, tmp_path) == ""


def test_the_name_and_the_sensitivity():
    assert LANGUAGE["invocationName"] == "my back routine"
    assert LANGUAGE["modelConfiguration"] == {"fallbackIntentSensitivity": {"level": "LOW"}}


def test_every_intent_there_is():
    assert list(INTENTS) == [
        "ExerciseIntent",
        "BeginIntent",
        "DescribeIntent",
        "ReadyIntent",
        "WaitIntent",
        "StraightThroughIntent",
        "SetBySetIntent",
        "HowManyIntent",
        "ListIntent",
        "HurtsIntent",
        "EasierIntent",
        "SkipIntent",
        "FinishIntent",
        "ForgetIntent",
        "SlowerIntent",
        "FasterIntent",
        "HarderIntent",
        "HoldLongerIntent",
        "HoldShorterIntent",
        "MoreIntent",
        "RepsIntent",
        "FewerIntent",
        "SetsIntent",
        "LastSetIntent",
        "RestIntent",
        "LessRestIntent",
        "NoRestIntent",
        "OneSideIntent",
        "OneOffIntent",
        "OtherSideIntent",
        "BothSidesIntent",
        "MakeRoutineIntent",
        "TogetherIntent",
        "SaveRoutineIntent",
        "MyRoutinesIntent",
        "RunRoutineIntent",
        "DeleteRoutineIntent",
        "RememberIntent",
        "EverythingIntent",
        "BalanceIntent",
        "ShoulderIntent",
        "WristsIntent",
        "TellMoreIntent",
        "NextUpIntent",
        "HowManyDoneIntent",
        "TimeIntent",
        "NeedIntent",
        "FormIntent",
        "BreatheIntent",
        "WhyIntent",
        "HistoryIntent",
        "LastTimeIntent",
        "PrivacyIntent",
        "WhoIntent",
        "DoctorIntent",
        "AuthorIntent",
        "ThanksIntent",
        "PraiseIntent",
        "GrumbleIntent",
        "DontKnowIntent",
        "WhereItHurtsIntent",
        "BetterIntent",
        "VolumeIntent",
        "MusicIntent",
        "OffTopicIntent",
        "DeviceIntent",
        "ReminderIntent",
        "BedIntent",
        "SeatedIntent",
        "NoKneelingIntent",
        "CantGetDownIntent",
        "BreathlessIntent",
        "AgainIntent",
        "NormalIntent",
        "PlanIntent",
        "OptionsIntent",
        "GoBackIntent",
        "FromStartIntent",
        "NotNowIntent",
        "EmergencyIntent",
        "PregnantIntent",
        "SurgeryIntent",
        "OsteoporosisIntent",
        "NumbIntent",
        "IsItSafeIntent",
        "CantGetUpIntent",
        "SelfHarmIntent",
        "FaintIntent",
        "HeartHealthIntent",
        "BadDiscIntent",
        "SeeDoctorIntent",
        "AMAZON.HelpIntent",
        "AMAZON.StopIntent",
        "AMAZON.CancelIntent",
        "AMAZON.NavigateHomeIntent",
        "AMAZON.FallbackIntent",
        "AMAZON.RepeatIntent",
        "AMAZON.NextIntent",
        "AMAZON.PreviousIntent",
        "AMAZON.PauseIntent",
        "AMAZON.ResumeIntent",
        "AMAZON.StartOverIntent",
        "AMAZON.YesIntent",
        "AMAZON.NoIntent",
        "AMAZON.LoopOnIntent",
        "AMAZON.LoopOffIntent",
        "AMAZON.ShuffleOnIntent",
        "AMAZON.ShuffleOffIntent",
    ]


def test_an_intent_of_alexas_own_has_no_samples():
    assert all(not intent["samples"] for name, intent in INTENTS.items() if name.startswith("AMAZON."))


def test_no_sample_is_a_phrase_alexa_has_an_intent_for():
    heard = {phrase for phrases in SENTENCES.heard.values() for phrase in phrases}
    assert not heard & {sample for intent in LANGUAGE["intents"] for sample in intent["samples"]}


def test_the_phrases_for_an_emergency_and_for_a_concern_come_from_the_catalogue():
    words = catalogue().words
    ours = sentences("en-US").verbatim
    phrases = {"EmergencyIntent": words.emergency} | {
        intent_of(slug): concern.phrases for slug, concern in words.concerns.items()
    }
    for intent, written in phrases.items():
        assert INTENTS[intent]["samples"] == list(dict.fromkeys((*written, *ours.get(intent, ()))))


def test_every_exercise_and_muddle_is_a_value():
    assert list(TYPES["EXERCISE"]) == [
        *catalogue().exercises,
        *(f"muddle_{slug}" for slug in catalogue().muddles),
    ]
    assert TYPES["EXERCISE"]["muddle_hug"] == {"value": "hug", "synonyms": ["hugs", "hugging"]}
    assert "public tilt" in TYPES["EXERCISE"]["pelvic_tilt"]["synonyms"]


def test_a_routine_goes_by_its_name_without_its_article():
    assert list(TYPES["ROUTINE"]) == list(catalogue().routines)
    assert TYPES["ROUTINE"]["back_routine"]["value"] == "back routine"
    assert "my back routine" in TYPES["ROUTINE"]["back_routine"]["synonyms"]
    assert TYPES["ROUTINE"]["desk_break"]["value"] == "desk break"


def test_a_template_is_every_sample_it_stands_for():
    assert expand("(start|do) [the] {routine}") == [
        "start the {routine}",
        "start {routine}",
        "do the {routine}",
        "do {routine}",
    ]


@pytest.mark.parametrize("template", ["(start the {routine}", "start <all> now"])
def test_what_is_no_template_is_named(template):
    with pytest.raises(ContentError, match="not a template"):
        expand(template)


@pytest.mark.parametrize(
    ("file", "mistake"),
    [
        (None, "sentences/xx-XX.toml: cannot be read"),
        ("invocation = ", "sentences/xx-XX.toml: is not TOML"),
        ('invocation = ""', "sentences/xx-XX.toml: invocation: String should have at least 1 character"),
        ('wake = "hello"', "sentences/xx-XX.toml: wake: Extra inputs are not permitted"),
    ],
)
def test_a_mistake_in_the_sentences_is_named(tmp_path, file, mistake):
    if file is not None:
        (tmp_path / "xx-XX.toml").write_text(file, "utf-8")
    with pytest.raises(ContentError) as caught:
        sentences("xx-XX", tmp_path)
    assert any(one.startswith(mistake) for one in caught.value.mistakes)


LISTS = {"launch", "connectors", "using", "owners", "small", "banned", "nots"}


def test_every_mistake_is_named(tmp_path):
    (tmp_path / "xx-XX.toml").write_text("invocation = 1\n[intents.A]\nsamples = []\n", "utf-8")
    with pytest.raises(ContentError) as caught:
        sentences("xx-XX", tmp_path)
    fields = {one.split(": ")[1] for one in caught.value.mistakes}
    assert fields == {"invocation", "intents.A.samples", "fillers", "slots", "heard", "long_forms", *LISTS}
