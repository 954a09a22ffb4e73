"""Building a bank: what is there is left alone, what is killed is taken up again, what cannot be is told."""

import io
import os
import signal
import subprocess
import sys
import wave
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from audio import encode
from audio.bank import TICK, Bank, BankFile, Phrase
from audio.build import COUNT_MS, Built, build
from audio.errors import Replaced
from audio.frames import LEAD_MS
from audio.reel import Reel
from audio.voices import NoVoice, Pace, Pcm
from audio.voices.recording import Recording
from tests.audio.fakes import Pips, Tired, pips

ROOT = Path(__file__).parents[2]
WANTED = {TICK: Pace.COUNT, "one": Pace.COUNT, "Halfway.": Pace.CUE, "Lie on your back.": Pace.TELL}


@pytest.fixture
def file(tmp_path) -> BankFile:
    return BankFile(tmp_path / "bank")


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> BankFile:
    """What the pips make of it: built once."""
    file = BankFile(tmp_path_factory.mktemp("built") / "bank")
    assert list(build(WANTED, Pips(), file)) == [Built(text) for text in WANTED]
    return file


@pytest.fixture
def works(file, built) -> BankFile:
    """A bank that is in use."""
    file.path.write_bytes(built.path.read_bytes())
    return file


def test_a_bank_is_built(file):
    voice = Pips()
    assert list(build(WANTED, voice, file)) == [Built(text) for text in WANTED]
    bank = file.read()
    assert (len(bank), bank.voice) == (len(WANTED), "pips")
    assert sorted(voice.said) == sorted(WANTED.keys() - {TICK})
    assert all(text in bank for text in WANTED)


def test_the_second_time_nobody_is_asked(works):
    before, voice = works.path.read_bytes(), Pips()
    assert list(build(WANTED, voice, works)) == [Built(text) for text in WANTED]
    assert voice.said == []
    assert works.path.read_bytes() == before


def test_what_is_new_is_said_and_what_is_not_wanted_any_more_goes(works):
    voice = Pips()
    wanted = {"one": Pace.COUNT, "two": Pace.COUNT}
    list(build(wanted, voice, works))
    assert voice.said == ["two"]
    assert held(works.read(), WANTED | wanted) == {"one", "two"}


def test_another_voice_says_all_of_it_again(works):
    voice = Pips("other pips")
    list(build(WANTED, voice, works))
    assert sorted(voice.said) == sorted(WANTED.keys() - {TICK})
    assert works.read().voice == "other pips"


def test_building_twice_gives_the_same_bank(file, built):
    list(build(WANTED, Pips(), file))
    assert contents(file.read(), WANTED) == contents(built.read(), WANTED)


def test_a_build_that_is_given_up_keeps_what_was_done(file):
    building = build(WANTED, Pips(), file)
    assert [next(building).text, next(building).text] == [TICK, "one"]
    building.close()
    assert held(file.beside.read(), WANTED) >= {TICK, "one"}
    assert not file.path.exists()


def test_a_build_that_is_given_up_says_no_more(file):
    wanted, voice = {f"number {number}": Pace.TELL for number in range(400)}, Pips()
    building = build(wanted, voice, file)
    next(building)
    building.close()
    assert len(voice.said) < len(wanted)


MANY = {f"number {number}": Pace.TELL for number in range(40)}
"""Free speech, since one of it is encoded once, and a count six times."""
BUILDING = f"""
import sys
from pathlib import Path
from audio.bank import BankFile
from audio.build import build
from audio.voices import Pace
from tests.audio.fakes import Pips

for built in build(dict.fromkeys({[*MANY]}, Pace.TELL), Pips(), BankFile(Path(sys.argv[1]))):
    print(built.text, flush=True)
"""


def test_killed_and_taken_up_again_it_is_the_bank_it_would_have_been(tmp_path):
    file, whole = BankFile(tmp_path / "killed"), BankFile(tmp_path / "whole")
    for count in (1, 7, 12):
        building = subprocess.Popen(
            [sys.executable, "-c", BUILDING, str(file.path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        with building:
            told = {building.stdout.readline().strip() for _ in range(count)}
            os.kill(building.pid, signal.SIGKILL)
        assert held(file.beside.read(), MANY) >= told
        assert not file.path.exists()
    done, voice = held(file.beside.read(), MANY), Pips()
    list(build(MANY, voice, file))
    assert set(voice.said) == MANY.keys() - done
    list(build(MANY, Pips(), whole))
    assert contents(file.read(), MANY) == contents(whole.read(), MANY)


# --- Beside the one that works ----------------------------------------------------------------------------------


def says_it_all(file: BankFile) -> bool:
    """Whether the voice that worked is as it was."""
    bank = file.read()
    return bank.voice == "pips" and held(bank, WANTED) == WANTED.keys()


def test_another_voice_takes_the_place_when_it_has_said_all_of_it(works):
    building = build(WANTED, Pips("other pips"), works)
    for _ in WANTED:
        next(building)
        assert says_it_all(works)
    assert list(building) == []
    assert (works.read().voice, held(works.read(), WANTED)) == ("other pips", WANTED.keys())
    assert not works.beside.path.exists()


def test_killed_another_voice_leaves_what_works_and_is_taken_up_again(works):
    building = subprocess.Popen(
        [sys.executable, "-c", BUILDING.replace("Pips()", "Pips('other pips')"), str(works.path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with building:
        told = {building.stdout.readline().strip() for _ in range(5)}
        os.kill(building.pid, signal.SIGKILL)
    assert says_it_all(works)
    voice = Pips("other pips")
    list(build(MANY, voice, works))
    assert told & set(voice.said) == set()
    assert (works.read().voice, held(works.read(), MANY)) == ("other pips", MANY.keys())


@pytest.mark.parametrize("workers", [1, 2, 8])
@pytest.mark.parametrize("patience", [0, 5])
def test_a_voice_that_is_gone_ends_it_and_is_asked_for_no_more(works, monkeypatch, workers, patience):
    monkeypatch.setattr("audio.build.WORKERS", workers)
    voice = Tired("other pips", patience)
    with pytest.raises(NoVoice, match="I have said enough"):
        list(build(MANY, voice, works))
    assert voice.asked <= patience + workers
    assert says_it_all(works)
    assert held(works.beside.read(), MANY) == set(voice.said)  # for the next try


def test_what_it_said_before_it_was_gone_is_not_asked_for_again(works):
    first, again = Tired("other pips", 2), Pips("other pips")
    with pytest.raises(NoVoice):
        list(build(WANTED, first, works))
    list(build(WANTED, again, works))
    assert sorted(first.said + again.said) == sorted(WANTED.keys() - {TICK})
    assert (works.read().voice, held(works.read(), WANTED)) == ("other pips", WANTED.keys())


def test_its_own_voice_gone_it_holds_no_less_than_before(works):
    """The content has changed: what is said no more goes when the rest is there, and not before."""
    wanted = {"one": Pace.COUNT, "two": Pace.COUNT, "three": Pace.COUNT}
    with pytest.raises(NoVoice):
        list(build(wanted, Tired("pips", 0), works))
    assert says_it_all(works)
    assert [built for built in build(wanted, Pips(stubborn={"two"}), works) if built.problem]
    assert says_it_all(works)
    assert "three" in works.read()
    list(build(wanted, Pips(), works))
    assert held(works.read(), WANTED | wanted) == wanted.keys()


def test_another_voice_that_lacks_something_waits_until_it_lacks_no_more_than_what_works(works):
    [problem] = [
        built for built in build(WANTED, Pips("other pips", stubborn={"one"}), works) if built.problem
    ]
    assert problem.text == "one"
    assert says_it_all(works)
    more = WANTED | {"two": Pace.COUNT, "three": Pace.COUNT}  # which neither has
    assert [built for built in build(more, Pips("other pips", stubborn={"one"}), works) if built.problem]
    assert (works.read().voice, held(works.read(), more)) == ("other pips", more.keys() - {"one"})


def test_two_builds_of_two_voices_at_once_spoil_nothing(works):
    one, other = build(MANY, Pips("one"), works), build(MANY, Pips("other"), works)
    next(one)
    next(other)
    with pytest.raises(Replaced, match="is not that of 'one' any more"):
        list(one)
    assert says_it_all(works)
    list(other)
    assert (works.read().voice, held(works.read(), MANY)) == ("other", MANY.keys())


# --- What cannot be ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("voice", "told"),
    [
        (Pips(stubborn={"one"}), "cannot say 'one': I would rather not"),
        (Pips(silent={"one"}), "'one': nothing is heard in it"),
        (Pips(lengths={"one": 0}), "'one': nothing is heard in it"),
    ],
)
def test_what_cannot_be_said_is_told_and_the_rest_is_built(file, voice, told):
    problems = {built.text: built.problem for built in build(WANTED, voice, file)}
    assert problems == dict.fromkeys(WANTED, "") | {"one": told}
    assert held(file.read(), WANTED) == WANTED.keys() - {"one"}
    assert [built for built in build(WANTED, Pips(), file) if built.problem] == []


@pytest.mark.parametrize(
    "data", [b"", b"\0", bytes(1), pips("one", 100)[:-1]], ids=["none", "half", "0", "odd"]
)
def test_what_is_no_sound_is_told(file, data):
    class Odd(Pips):
        def say(self, text: str, pace: Pace) -> Pcm:
            return Pcm(22_050, data) if text == "one" else super().say(text, pace)

    problems = [built.text for built in build(WANTED, Odd(), file) if built.problem]
    assert problems in ([], ["one"])
    assert held(file.read(), WANTED) == WANTED.keys() - set(problems)


def test_a_count_that_is_too_long_for_its_beat_is_told_each_time(file):
    wanted = {"one": Pace.COUNT, "two": Pace.COUNT, "A sentence may be long.": Pace.TELL}
    voice = Pips(lengths=dict.fromkeys(["two", "A sentence may be long."], 1500))
    for _ in range(2):
        (late,) = [built for built in build(wanted, voice, file) if built.problem]
        room = file.read()["two"].room_ms
        assert late == Built("two", f"'two' takes {room} ms, and its beat may be {COUNT_MS}")
    assert len(file.read()) == 3


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda path, whole: path.write_bytes(whole[: len(whole) // 2]), id="truncated"),
        pytest.param(
            lambda path, whole: path.write_bytes(whole[:-5000] + b"?" * 99 + whole[-4901:]), id="damaged"
        ),
        pytest.param(lambda path, _: path.write_bytes(b"no bank at all" * 999), id="something else"),
        pytest.param(lambda path, _: path.write_bytes(b""), id="empty"),
    ],
)
def test_a_damaged_bank_is_built_again(works, spoil):
    before = contents(works.read(), WANTED)
    spoil(works.path, works.path.read_bytes())
    assert [built for built in build(WANTED, Pips(), works) if built.problem] == []
    assert contents(works.read(), WANTED) == before


def recording(rate: int, *channels: bytes) -> bytes:
    """A WAV file; a channel as `pips` gives it."""
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.stack([np.frombuffer(each, "<i2") for each in channels], axis=1).tobytes())
    return data.getvalue()


def test_recordings_in_stereo_at_44_1_khz_sound_as_they_were(tmp_path, file):
    wanted = {"one": Pace.COUNT, "Halfway.": Pace.CUE, "Lie on your back.": Pace.TELL}
    lengths = {"one": 300, "Halfway.": 600, "Lie on your back.": 1500}
    edge = bytes(2 * 4410)
    for text, lasts_ms in lengths.items():
        said = edge + pips(text, lasts_ms, 44_100) + edge
        (tmp_path / f"{text.strip('.')}.wav").write_bytes(recording(44_100, said, said))
    assert [b for b in build(wanted, Recording(tmp_path, [*wanted], wanted), file) if b.problem] == []
    bank = file.read()
    for text, lasts_ms in lengths.items():
        assert bank[text].lasts_ms == pytest.approx(lasts_ms, abs=60)
        heard = encode.decoded(Reel([(LEAD_MS, text)], 3000, bank).read())[LEAD_MS * 24 :]
        meant = np.frombuffer(pips(text, lasts_ms, 24_000), "<i2").astype(np.float32)
        # Levelling and spreading move the waves about, but not the pitches.
        pitches = [np.abs(np.fft.rfft(sound[: bank[text].lasts_ms * 24], 2**16)) for sound in (heard, meant)]
        assert np.corrcoef(*pitches)[0, 1] > 0.85


def test_recordings_that_cannot_be_used_are_told(tmp_path, file):
    wanted = dict.fromkeys(["still", "clipped", "slow", "gone", "good"], Pace.COUNT)
    good = pips("good", 300, 44_100)
    clipped = np.clip(np.frombuffer(good, "<i2").astype(int) * 20, -32768, 32767).astype("<i2").tobytes()
    sounds = {"still": bytes(44_100), "clipped": clipped, "slow": pips("slow", 1200, 44_100), "good": good}
    for text, data in sounds.items():
        (tmp_path / f"{text}.wav").write_bytes(recording(44_100, data))
    problems = {
        built.text: built.problem for built in build(wanted, Recording(tmp_path, [*wanted], wanted), file)
    }
    tells = {
        "still": "is silent",
        "clipped": "is clipped",
        "slow": "is too long",
        "gone": "there is no recording",
    }
    assert problems.keys() == tells.keys() | {"good"}
    assert all(tell in problems[text] for text, tell in tells.items())
    assert held(file.read(), wanted) == {"good"}


def contents(bank: Bank, texts: Iterable[str]) -> tuple[str, bytes, list[Phrase]]:
    """Every byte that can be heard of it."""
    assert len(bank) == len(list(texts))
    return bank.voice, bank.silent, [bank[text] for text in texts]


def held(bank: Bank, texts: Iterable[str]) -> set[str]:
    return {text for text in texts if text in bank}
