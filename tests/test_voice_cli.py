"""Giving the coach a voice, and hearing it: the commands, and the loudspeaker on a device that makes no sound."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import miniaudio
import pytest
from click.testing import CliRunner, Result

from audio.bank import BankFile
from audio.decode import decode
from audio.encode import resample, spread, trim
from audio.estimate import estimate
from audio.frames import RATE
from audio.voices.espeak import Espeak
from skill.coach.timeline.arrange import spoken
from skill.coach.timeline.edition import Edition, Editions
from skill.commands.main import ears_for, main
from skill.content.fit import misfits
from skill.content.reader import catalogue
from skill.conversation import Conversation
from skill.errors import VoiceUnusable
from skill.kept.sqlite import SqliteStore
from skill.render.captions import captions
from skill.terminal.loudspeaker import Loudspeaker
from skill.terminal.talk import FastClock, Said, Terminal
from skill.voice import voices
from skill.voice.ours import speaking
from skill.voice.phrases import everything, wanted
from skill.voice.studio import Studio
from skill.voice.voices import FILE, YOURS, Chosen
from tests.audio.fakes import a_bank


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_bank(tmp_path_factory.mktemp("bank") / FILE, wanted(catalogue()))


@pytest.fixture
def folder(tmp_path: Path, bank: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / FILE).write_bytes(bank.read_bytes())
    monkeypatch.setenv("BACKBEAT_DATA_DIR", str(tmp_path))
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def test_hear_an_exercise_with_its_captions(folder: Path) -> None:
    clip = folder / "clip.mp3"
    got = run("hear", "pelvic tilt", "-o", str(clip), "--captions")
    assert got.exit_code == 0, got.output
    sound = decode(clip.read_bytes(), longest_s=900)
    assert sound.rate == RATE
    assert f"{sound.lasts_ms // 60_000} minutes" in got.output
    vtt = clip.with_suffix(".vtt").read_text("utf-8")
    assert vtt.startswith("WEBVTT\n\n00:00:00.240 --> ")
    assert vtt.count("\nfour\n") >= 3 * 8  # a hold of four, and the fourth rep's number


def test_hear_one_set_is_shorter_than_all_of_it(folder: Path) -> None:
    whole, one = folder / "whole.mp3", folder / "one.mp3"
    assert run("hear", "pelvic tilt", "-o", str(whole)).exit_code == 0
    assert run("hear", "pelvic tilt", "--set", "2", "-o", str(one)).exit_code == 0
    assert 2 * one.stat().st_size < whole.stat().st_size


def test_hear_a_routine(folder: Path) -> None:
    got = run("hear", "quick ease", "-o", str(folder / "routine.mp3"))
    assert got.exit_code == 0, got.output


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("purple monkey",), "there is no exercise or routine called 'purple monkey'"),
        (("pelvic tilt", "--set", "9"), "there is no set 9 of that"),
    ],
)
def test_what_cannot_be_heard_is_said(folder: Path, words: tuple[str, ...], complaint: str) -> None:
    got = run("hear", *words, "-o", str(folder / "x.mp3"))
    assert got.exit_code == 1
    assert complaint in got.output
    assert not (folder / "x.mp3").exists()


def test_hear_without_a_voice_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKBEAT_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(voices, "BANKS", tmp_path / "none that ships")
    got = run("hear", "pelvic tilt", "-o", str(tmp_path / "x.mp3"))
    assert got.exit_code == 1
    assert "there is no voice yet: run backbeat voice build" in got.output


def test_the_script_is_numbered_and_holds_every_phrase_once() -> None:
    got = run("voice", "script")
    lines = got.output.splitlines()
    phrases = [text for text in wanted(catalogue()) if not text.startswith("[")]
    assert len(lines) == len(phrases)
    assert lines[0].startswith("001 ")
    assert {line.split(" ", 1)[1] for line in lines} == set(phrases)


def test_building_the_voice_twice_takes_up_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKBEAT_DATA_DIR", str(tmp_path))
    phrases = everything(catalogue())
    last = [text for i, text in enumerate(phrases) if i % 150]  # a few of each kind take long enough
    with Espeak() as espeak:
        name = espeak.name
    a_bank(tmp_path / FILE, last, name=name)
    kept = BankFile(tmp_path / FILE).read()
    got = run("voice", "build")
    assert got.exit_code == 0, got.output
    assert "The voice is ready" in got.output
    built = BankFile(tmp_path / FILE).read()
    assert len(built) == len(phrases)
    assert all(built[text] == kept[text] for text in last)
    assert all(built[text].room_ms <= built[text].lasts_ms + ROOM_MS for text in phrases)
    assert run("content", "check", "--voice", str(tmp_path / FILE)).exit_code == 0


ROOM_MS = 144
"""What a phrase needs beyond what is heard of it: its first and last frame, and the encoder's own delay."""


def test_every_phrase_fits_its_beat_as_espeak_says_it() -> None:
    with Espeak() as espeak:
        phrases = wanted(catalogue())

        @cache
        def lasts_ms(text: str) -> int:
            samples = trim(text, spread(resample(espeak.say(text, phrases[text]))))
            return len(samples) * 1000 // RATE + ROOM_MS

        assert list(misfits(Edition(catalogue(), lasts_ms))) == []


def test_recordings_that_are_missing_are_all_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKBEAT_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "recordings").mkdir()
    got = run("voice", "build", "--recordings", str(tmp_path / "recordings"))
    assert got.exit_code == 1
    spoken_phrases = [text for text in wanted(catalogue()) if not text.startswith("[")]
    assert len(got.output.splitlines()) >= len(spoken_phrases)
    assert "Traceback" not in got.output


def test_content_that_does_not_fit_a_voice_is_reported(folder: Path) -> None:
    file = BankFile(folder / FILE)
    bank = file.read()
    slow = a_bank(folder / "slow.sqlite3", ["Lower slowly"], lasts_ms=4500)
    file.add(bank.voice, BankFile(slow).read()["Lower slowly"])
    assert bank.measure("Lower slowly") < 1000
    got = run("content", "check", "--voice", str(folder / FILE))
    assert got.exit_code == 1
    assert "en: exercises/pelvic_tilt.toml: usual: at a beat of 1000 ms: 'Lower slowly' runs " in got.output


def test_captions_of_a_few_words() -> None:
    assert captions(spoken("Ready? Lift & hold.", estimate), later=96) == (
        "WEBVTT\n\n00:00:00.096 --> 00:00:00.586\nReady?\n\n00:00:01.096 --> 00:00:01.611\nLift &amp; hold.\n"
    )


@contextmanager
def speakers(folder: Path, backend: miniaudio.Backend) -> Iterator[tuple[Loudspeaker, Studio]]:
    """A loudspeaker, and a studio for an espeak bank in the folder, in which the notice is too."""
    words = catalogue().words
    notice = [text for line in ("hello", "notice") for _, text in spoken(words.line(line), estimate).sounds()]
    with Espeak() as espeak:
        a_bank(folder / FILE, [*wanted(catalogue()), *notice], afresh=True, name=espeak.name)
    bank = BankFile(folder / FILE).read()
    with speaking(Chosen(YOURS, BankFile(folder / FILE)), bank, catalogue().locale) as speak:
        studio = Studio(bank, speak, BankFile(folder / FILE))
        with Loudspeaker(studio, [backend]) as speaker:
            yield speaker, studio


def test_talking_aloud_plays_every_reply_and_says_what_is_not_in_the_bank(folder: Path) -> None:
    content = catalogue()
    store, out = SqliteStore(folder / "progress.sqlite3"), io.StringIO()
    typed = io.StringIO("yes\nyes\nhow many left\nstop\n")
    with speakers(folder, miniaudio.Backend.NULL) as (speaker, studio):
        assert "I've kept your place." not in studio.bank
        conversation = Conversation(Editions((Edition(content, studio.measure),)), store)
        ears = ears_for(content, content.locale)
        Terminal(conversation, ears.hear, FastClock(), Said(typed), out, speaker).run("me", content.locale)
        assert studio.measure("I've kept your place.") > 500
    assert "You have two sets of the pelvic tilt to go." in out.getvalue()
    assert "I've kept your place." in out.getvalue()
    assert "I've kept your place." in BankFile(folder / FILE).read()  # and need not be spoken again


def test_no_speakers_is_one_clear_line(folder: Path) -> None:
    with (
        pytest.raises(VoiceUnusable, match="no speakers were found here") as caught,
        speakers(folder, miniaudio.Backend.COREAUDIO),
    ):
        pass
    assert "leave --aloud out" in str(caught.value)


def test_what_looks_for_speakers_says_nothing_of_its_own(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """ALSA does, twenty lines of it, where there is no sound card."""
    with suppress(VoiceUnusable), speakers(folder, miniaudio.Backend.ALSA):
        pass
    assert capfd.readouterr() == ("", "")


def test_a_bank_of_another_voice_is_not_added_to(folder: Path) -> None:
    bank = BankFile(folder / FILE).read()
    with (
        pytest.raises(VoiceUnusable, match="which is not installed here"),
        speaking(Chosen(YOURS, BankFile(folder / FILE)), bank, "en-US"),
    ):
        pass
