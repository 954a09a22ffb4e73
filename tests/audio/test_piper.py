"""The piper voice without its engine: a real program, over real pipes, imports a stand-in that hums as long as a text is.

What a real voice makes of it is in the facts: the engine is under the GPL, and no voice comes with us.
"""

import array
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pytest

from audio.voices import NoVoice, Pace, Pcm, Voice, VoiceError, piper
from audio.voices.parts import BREATH_MS, COUNT_MS, FASTEST, STEP
from audio.voices.piper import LONGEST, SENTENCE_MS, SPEEDS, Piper, stopped

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "audio" / "voices" / "piper"
RATE = 16_000
LETTER_MS = 40
"""How long the stand-in hums for each letter, at the voice's own speed."""

OWN_LENGTH = 1.25
"""What the voice says of itself: how much longer than the model's is its own speed."""

STAND_IN = f"""
import array, json, math, pathlib, re
from dataclasses import dataclass

ASKED = pathlib.Path(__file__).parents[1] / "asked"

@dataclass
class SynthesisConfig:
    length_scale: float
    noise_scale: float
    noise_w_scale: float
    normalize_audio: bool

@dataclass
class PiperConfig:
    sample_rate: int
    espeak_voice: str
    length_scale: float

    @staticmethod
    def from_dict(told):
        return PiperConfig(
            told["audio"]["sample_rate"], told["espeak"]["voice"], told["inference"]["length_scale"]
        )

@dataclass
class Chunk:
    phonemes: list
    audio_int16_bytes: bytes

@dataclass
class PiperVoice:
    session: object
    config: PiperConfig

    def synthesize(self, text, wish):
        with ASKED.open("a") as asked:
            asked.write(json.dumps([text, vars(wish)]) + "\\n")
        if "unsayable" in text:
            raise RuntimeError("a shape\\nthat does not fit")
        for sentence in re.findall(r"[^.!?]*[.!?]", text):
            letters = [letter for letter in sentence if letter.isalnum()]
            each = int(len(letters) * wish.length_scale * {LETTER_MS} * self.config.sample_rate / 1000)
            loud = 0 if "mute" in sentence else 8000
            hum = [int(loud * math.sin(at / 5 + len(text))) for at in range(each)]
            edge = [0] * (self.config.sample_rate // 10)
            yield Chunk(list(sentence), array.array("h", edge + hum + edge).tobytes())
"""

RUNTIME = """
class SessionOptions:
    intra_op_num_threads = inter_op_num_threads = 0

class InferenceSession:
    def __init__(self, path, options, providers):
        assert options.intra_op_num_threads == options.inter_op_num_threads == 1
        with open(path) as file:
            if file.read() != "a model":
                raise RuntimeError("Protobuf parsing\\nfailed")

def set_default_logger_severity(_):
    pass
"""

SETTINGS = {
    "audio": {"sample_rate": RATE},
    "espeak": {"voice": "en-us"},
    "inference": {"length_scale": OWN_LENGTH},
    "language": {"family": "en"},
}


@pytest.fixture
def wheels(tmp_path, monkeypatch) -> Path:
    """A folder to import from, with the stand-ins in it."""
    folder = tmp_path / "wheels: ours"
    (folder / "piper").mkdir(parents=True)
    (folder / "piper" / "__init__.py").write_text(STAND_IN)
    (folder / "onnxruntime.py").write_text(RUNTIME)
    (folder / "piper_tts-0.9.dist-info").mkdir()
    (folder / "piper_tts-0.9.dist-info" / "METADATA").write_text("Name: piper-tts\nVersion: 0.9\n")
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.fixture
def model(tmp_path) -> Path:
    """A voice."""
    path = tmp_path / "en_US-hum.onnx"
    path.write_text("a model")
    path.with_name("en_US-hum.onnx.json").write_text(json.dumps(SETTINGS))
    return path


@pytest.fixture
def voice(wheels, model) -> Iterator[Piper]:  # noqa: ARG001  # it is imported from
    with Piper(model) as one:
        yield one


def asked(wheels: Path) -> list[str]:
    """The texts that the stand-in was given."""
    return [json.loads(line)[0] for line in (wheels / "asked").read_text().splitlines()]


def lengths(wheels: Path) -> list[float]:
    """And how long to make them."""
    return [json.loads(line)[1]["length_scale"] for line in (wheels / "asked").read_text().splitlines()]


def hums_for(letters: int, pace: Pace) -> float:
    """How many ms so many letters take."""
    return letters * LETTER_MS * OWN_LENGTH / SPEEDS[pace]


def silences(said: Pcm) -> list[int]:
    """Each silence of 20 ms and more: how long it is, ms."""
    steps = np.frombuffer(said.data, "<i2").reshape(-1, said.rate // 1000)
    loud = np.flatnonzero(np.abs(steps).max(axis=1) > 100)
    return [int(gap) - 1 for gap in np.diff(loud) if gap > 20]


def pid(of: Piper) -> int:
    """Its program."""
    assert of._program is not None
    return of._program._process.pid


# --- What it says -----------------------------------------------------------------------------------------------


def test_it_is_a_voice(voice):
    taken: Voice = voice
    assert taken.name == (
        "piper 0.9 97ff8a35544d 6cdcfc2f3bc9 tell=0.725 cue=0.9 count=1 up to 700, 250, 400"
    )
    assert set(SPEEDS) == set(Pace)


def test_its_name_tells_what_would_sound_different(voice, model, monkeypatch):
    names = {voice.name}
    settings = model.with_name(f"{model.name}.json")
    settings.write_text(json.dumps(SETTINGS | {"speaker": 2}))
    with Piper(model) as another:
        names.add(another.name)
    for pace in Pace:
        monkeypatch.setitem(SPEEDS, pace, 2.0)
        names.add(voice.name)
    assert len(names) == 2 + len(Pace)


def test_another_model_has_another_name_wherever_it_is(voice, model):
    there = model.parent / "there"
    there.mkdir()
    for file in (model, model.with_name(f"{model.name}.json")):
        shutil.copy(file, there)
    with Piper(there / model.name) as moved:
        assert moved.name == voice.name


def test_the_same_text_is_the_same_bytes_in_any_order_and_any_process(voice, model):
    texts = ["one", "Left… hold", "Lie down. Bend your knees.", "Breathe out, and let go."]
    first = {(text, pace): voice.say(text, pace) for text in texts for pace in Pace}
    turns = random.Random(1).sample(list(first) * 3, len(first) * 3)
    with Piper(model) as another, ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda turn: another.say(*turn), turns)) == [first[turn] for turn in turns]
        assert pid(another) != pid(voice)


def test_nothing_is_left_to_chance(voice, wheels):
    voice.say("one", Pace.TELL)
    [line] = (wheels / "asked").read_text().splitlines()
    _, wish = json.loads(line)
    assert wish == {
        "length_scale": pytest.approx(OWN_LENGTH / SPEEDS[Pace.TELL]),
        "noise_scale": 0.0,
        "noise_w_scale": 0.0,
        "normalize_audio": False,
    }


def test_nothing_of_the_silence_around_it_is_kept(voice):
    said = voice.say("Breathe out.", Pace.CUE)
    assert said.rate == RATE
    assert said.lasts_ms == pytest.approx(hums_for(10, Pace.CUE), abs=3)
    assert max(map(abs, array.array("h", said.data))) == pytest.approx(8000, abs=10)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("two", "two."),
        ("twenty seven", "twenty seven."),
        ("Tilt, and lift,", "Tilt, and lift."),
        ("Ready?", "Ready?"),
        ("“Rest.”", "“Rest.”"),
        ("Halfway.", "Halfway."),
    ],
)
def test_a_lone_word_is_said_with_a_full_stop(part, said):
    assert stopped(part) == said


def test_between_two_breaths_there_is_a_quarter_of_a_second(voice, wheels):
    said = voice.say("Left… hold", Pace.CUE)
    assert asked(wheels) == ["Left.", "hold."]
    assert said.lasts_ms == pytest.approx(2 * hums_for(4, Pace.CUE) + BREATH_MS, abs=5)
    assert silences(said) == [pytest.approx(BREATH_MS, abs=3)]


def test_between_two_sentences_there_is_a_longer_one(voice, wheels):
    said = voice.say("Lie down. Bend your knees", Pace.TELL)
    assert asked(wheels) == ["Lie down. Bend your knees."]
    assert silences(said) == [pytest.approx(SENTENCE_MS, abs=3)]


def test_a_count_that_is_too_long_for_its_beat_is_said_as_much_faster_as_it_takes(voice, wheels):
    said = voice.say("a count too long", Pace.COUNT)  # 13 letters: 650 ms, and 3 more
    assert said.lasts_ms == pytest.approx(650, abs=3)
    said = voice.say("and another too long", Pace.COUNT)  # 17: 850
    speeds = [OWN_LENGTH / length for length in lengths(wheels)[1:]]
    assert speeds == pytest.approx([SPEEDS[Pace.COUNT] + STEP * step for step in range(len(speeds))])
    assert said.lasts_ms <= COUNT_MS < 850 / speeds[-2]


def test_a_count_is_never_said_faster_than_anybody_can_follow(voice, wheels):
    said = voice.say("no number is ever as long as that is", Pace.COUNT)
    assert said.lasts_ms > COUNT_MS  # which the build tells
    assert OWN_LENGTH / lengths(wheels)[-1] == pytest.approx(FASTEST)


def test_what_is_not_counted_takes_its_time(voice, wheels):
    voice.say("no number is ever as long as that is", Pace.CUE)
    assert len(asked(wheels)) == 1


def test_markup_and_commands_are_only_text(voice, wheels):
    voice.say(" one\r\n\n two\x00 [[three]] [[[four]]]", Pace.TELL)
    assert asked(wheels) == ["one two [ [three]] [ [ [four]]]."]


# --- What it cannot say -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "  \n", "\x00", "\ud800", "…", "—", "“”", "!?", "mute"])
def test_nothing_is_not_said(voice, text):
    why = r"there is nothing to say|nothing in it can be heard"
    with pytest.raises(VoiceError, match=why) as caught:
        voice.say(text, Pace.TELL)
    assert not isinstance(caught.value, NoVoice)
    assert caught.value.text == text


def test_a_text_has_a_longest_length(voice):
    with pytest.raises(VoiceError, match=f"it has {LONGEST + 1} characters, and {LONGEST} is the most"):
        voice.say("a" * (LONGEST + 1), Pace.TELL)


def test_a_text_that_the_engine_fails_at_is_an_error_and_the_next_is_said(voice):
    one = voice.say("one", Pace.COUNT)
    with pytest.raises(VoiceError) as caught:
        voice.say("unsayable", Pace.TELL)
    assert not isinstance(caught.value, NoVoice)
    assert str(caught.value) == (
        "cannot say 'unsayable': piper 0.9 failed (RuntimeError: a shape that does not fit)"
    )
    assert voice.say("one", Pace.COUNT) == one


# --- What is missing --------------------------------------------------------------------------------------------


def failure(voice: Piper) -> str:
    """Why it does not speak at all."""
    with voice, pytest.raises(NoVoice) as caught:
        voice.say("one", Pace.COUNT)
    assert voice._program is None
    with voice, pytest.raises(NoVoice):
        _ = voice.name
    return str(caught.value)


def test_without_the_wheel_it_says_how_to_install_it(model, monkeypatch):
    monkeypatch.setattr(piper, "WHEEL", "piper_that_is_not_there")
    assert failure(Piper(model)) == 'piper is not installed: pip install "backbeat[piper]"'


@pytest.mark.parametrize(
    "broken", ["piper/__init__.py", "onnxruntime.py", "piper_tts-0.9.dist-info/METADATA"]
)
def test_a_broken_wheel_is_an_error(wheels, model, broken):
    if broken.endswith(".py"):
        (wheels / broken).write_text("import a_part_of_it_that_is_not_there")
    else:
        shutil.rmtree((wheels / broken).parent)
    told = failure(Piper(model))
    assert told.startswith("piper cannot be loaded (")
    assert told.endswith('): pip install --force-reinstall "backbeat[piper]" installs it anew')


@pytest.mark.parametrize("missing", ["en_US-hum.onnx", "en_US-hum.onnx.json"])
def test_a_voice_that_is_not_there_is_an_error(model, missing):
    file = model.with_name(missing)
    file.unlink()
    with pytest.raises(NoVoice) as caught:
        Piper(model)
    assert str(caught.value) == (
        f"there is no file {file}: a voice of piper's is an .onnx file with its .onnx.json beside it"
    )


@pytest.mark.usefixtures("wheels")
def test_a_model_that_is_none_is_an_error(model):
    model.write_text("something else")
    assert failure(Piper(model)) == (
        f"{model} is no voice that piper can use (RuntimeError: Protobuf parsing failed): "
        "give it the .onnx file of one, with its own .onnx.json beside it"
    )


@pytest.mark.usefixtures("wheels")
@pytest.mark.parametrize("settings", ["", "[]", "{}", '{"language": 1}'])
def test_settings_that_are_none_are_an_error(model, settings):
    model.with_name(f"{model.name}.json").write_text(settings)
    assert failure(Piper(model)).startswith(f"{model} is no voice that piper can use (")


@pytest.mark.usefixtures("wheels")
def test_a_voice_of_another_language_is_an_error(model):
    assert failure(Piper(model, "de-DE")) == (
        f"{model} speaks 'en' and not 'de': give it a voice of that language"
    )
    model.with_name(f"{model.name}.json").write_text(json.dumps(SETTINGS | {"language": {}}))
    with Piper(model, "en-GB") as british:
        assert british.say("one", Pace.COUNT)


# --- When it goes wrong on the way ------------------------------------------------------------------------------


def test_a_program_that_was_killed_is_started_again(voice):
    said = voice.say("two", Pace.COUNT)
    killed = pid(voice)
    os.kill(killed, signal.SIGKILL)
    assert voice.say("two", Pace.COUNT) == said
    assert pid(voice) != killed


@pytest.mark.usefixtures("wheels")
def test_a_program_that_does_not_answer_in_time_is_given_up_and_the_next_one_answers(model):
    with Piper(model, deadline_s=2.0) as hurried:
        said = hurried.say("two", Pace.COUNT)
        os.kill(pid(hurried), signal.SIGSTOP)
        began = time.monotonic()
        with pytest.raises(NoVoice, match=r"piper did not answer within 2 s"):
            hurried.say("two", Pace.COUNT)
        assert 2.0 <= time.monotonic() - began < 6
        assert hurried.say("two", Pace.COUNT) == said


def test_closing_stops_the_program(voice):
    voice.say("one", Pace.COUNT)
    stopped_one = pid(voice)
    voice.close()
    with pytest.raises(ProcessLookupError):
        os.kill(stopped_one, 0)


# --- At arm's length --------------------------------------------------------------------------------------------


def test_making_one_starts_nothing(model):
    assert Piper(model)._program is None


def test_the_engine_is_never_loaded_by_us(voice):
    voice.say("one", Pace.COUNT)
    assert "piper" not in sys.modules


def test_the_program_and_the_rest_do_not_import_each_other():
    program = (FOLDER / "program.py").read_text("utf-8")
    assert not any(f"{word} {room}" in program for word in ("import", "from") for room in ("audio", "skill"))
    ours = (file for room in ("audio", "skill") for file in (ROOT / room).rglob("*.py"))
    assert [file for file in ours if "piper.program" in file.read_text("utf-8")] == []


def test_where_the_source_is_travels_with_it():
    notice = " ".join((FOLDER / "NOTICE").read_text("utf-8").split())
    pinned = [line for line in (ROOT / "pyproject.toml").read_text().splitlines() if "piper-tts==" in line]
    [release] = {line.partition("piper-tts==")[2].partition('"')[0] for line in pinned}
    assert f"https://github.com/OHF-Voice/piper1-gpl, tag v{release}" in notice
    assert "No voice comes with Backbeat" in notice
    with suppress(PackageNotFoundError):  # the suite runs without it
        assert version("piper-tts") == release
