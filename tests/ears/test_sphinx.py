"""The recogniser itself, and what is said where it is not installed."""

import builtins
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import skill.ears
from audio.voices import Pace
from audio.voices.espeak import Espeak
from interaction_model.aloud import aloud
from interaction_model.build import read
from interaction_model.listen import listener as understands
from interaction_model.spoken import sentences
from skill.content.reader import catalogue
from skill.ears import NoEars
from skill.ears.endpoint import detector
from skill.ears.engines import engine, listener
from skill.ears.judge import Judge
from skill.ears.language import pronunciations
from skill.ears.listener import Begun, Said
from skill.ears.sphinx import PEAK, Sphinx, level
from skill.hearing import Ears, Hearing
from tests.earscheck.voices import resampled

CONTENT = catalogue()
OURS = Path(skill.ears.__file__).with_name("en-us.dict")
SENTENCES = list(aloud(CONTENT, read("en-US"), sentences("en-US")))
JUDGE = Judge(Ears(understands(CONTENT, "en-US").hear, Hearing(CONTENT)).hear)


@pytest.fixture(scope="module")
def sphinx() -> Sphinx:
    return Sphinx(SENTENCES, OURS)


@pytest.fixture(scope="module")
def espeak() -> Iterator[Espeak]:
    with Espeak("en-US") as voice:
        yield voice


def spoken(espeak: Espeak, text: str) -> bytes:
    sound = resampled(espeak.say(text, Pace.TELL)).astype(float) / 3
    quiet = np.zeros(16_000)
    room = np.random.default_rng(1).normal(0, 30, len(sound) + 2 * len(quiet))
    return (np.concatenate([quiet, sound, quiet]) + room).astype("<i2").tobytes()


@pytest.mark.parametrize("text", ["it hurts", "my knee hurts", "pause", "go slower"])
def test_it_is_heard(sphinx: Sphinx, espeak: Espeak, text: str) -> None:
    ears = listener(sphinx, JUDGE)
    begun, said = ears.feed(spoken(espeak, text))
    assert isinstance(begun, Begun)
    assert isinstance(said, Said)
    assert JUDGE.heard(said).event == JUDGE.hear(text, None)


def test_the_same_is_heard_again_by_another_microphone_meanwhile(sphinx: Sphinx, espeak: Espeak) -> None:
    pcm, heard = spoken(espeak, "it hurts"), []
    threads = [
        threading.Thread(target=lambda: heard.append(listener(sphinx, JUDGE).feed(pcm))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({repr(one) for one in heard}) == 1


def test_noise_is_no_speech(sphinx: Sphinx) -> None:
    room = np.random.default_rng(2).normal(0, 30, 160_000).astype("<i2").tobytes()
    assert listener(sphinx, JUDGE).feed(room) == ()


def test_every_word_of_ours_can_be_pronounced() -> None:
    from pocketsphinx import get_model_path  # noqa: PLC0415

    theirs, ours = pronunciations(Path(get_model_path("en-us/cmudict-en-us.dict"))), pronunciations(OURS)
    words = {word for sentence in SENTENCES for word in sentence.split()}
    assert words - theirs.keys() - ours.keys() == set(), "give its phonemes in skill/ears/en-us.dict"
    assert ours.keys() & theirs.keys() == set()
    phonemes = {one for ways in theirs.values() for way in ways for one in way.split()}
    assert {one for ways in ours.values() for way in ways for one in way.split()} <= phonemes


def test_how_loud_it_was_says_nothing() -> None:
    quiet = np.array([0, 50, -100, 25], "<i2")
    assert np.frombuffer(level(quiet.tobytes()), "<i2").tolist() == [0, PEAK // 2, -PEAK, PEAK // 4]
    assert level(b"\0\0") == b"\0\0"


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def bare(name: str, *more: object) -> ModuleType:
        if name.partition(".")[0] in {"pocketsphinx", "faster_whisper"}:
            raise ModuleNotFoundError(name)
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", bare)
    for make in (lambda: engine([], "en-US"), detector):
        with pytest.raises(NoEars, match=r'pip install "backbeat\[ears\]"'):
            make()


def test_other_languages_are_not_recognised() -> None:
    with pytest.raises(NoEars, match="de-DE"):
        engine([], "de-DE")


def test_a_model_of_whispers_that_is_not_there_is_named(tmp_path: object) -> None:
    with pytest.raises(NoEars, match=r"faster-whisper|model\.bin"):
        engine([], "en-US", tmp_path)
