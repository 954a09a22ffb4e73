"""Kokoro without its model: how words are spelt, in what breaths and at what speed they are said, and which files are the right ones.

What the model makes of them is heard by ``python -m tests.voicecheck``, where it is.
"""

import hashlib
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from numpy.typing import NDArray

from audio.voices import NoVoice, Pace, Voice, VoiceError
from audio.voices.espeak import Espeak
from audio.voices.kokoro import LONGEST, RATE, SPEEDS, Kokoro
from audio.voices.kokoro.files import MODEL, STYLES, Pinned, Style, fetch
from audio.voices.kokoro.phonemes import IDS, ids, phonemes
from audio.voices.parts import COUNT_MS, FASTEST, STEP, Samples, breaths
from skill.content.reader import catalogue
from skill.voice.phrases import wanted

ROOT = Path(__file__).parents[2]
ROWS = np.arange(LONGEST * 256, dtype="<f4").tobytes()
"""A style: a row for each length, no two alike."""


class Hum:
    """A model that hums a little for each sound, as long as the speed lets it, between its two silences."""

    def __init__(self, ms: int = 50) -> None:
        self.ms = ms
        self.asked: list[tuple[list[int], float, float]] = []
        """The symbols, the first of the row of style, and the speed."""

    def __call__(self, tokens: NDArray[np.int64], style: Samples, speed: float) -> Samples:
        assert (tokens.dtype, style.dtype, style.shape) == (np.int64, np.float32, (1, 256))
        numbers = tokens[0].tolist()
        self.asked.append((numbers, float(style[0, 0]), speed))
        each = int(self.ms * RATE / 1000 / speed)
        hum = [0.3 * np.sin(np.arange(each) * (0.05 + number / 1000)) for number in numbers[1:-1]]
        edge = np.zeros(RATE * 2 // 5)
        return np.concatenate([edge, *hum, edge]).astype(np.float32)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Where a style is, called fake."""
    (tmp_path / "fake.bin").write_bytes(ROWS)
    pinned = Pinned("fake.bin", hashlib.sha256(ROWS).hexdigest(), "http://nowhere.example/")
    monkeypatch.setitem(STYLES, "fake", Style(pinned))
    monkeypatch.setitem(STYLES, "slow", Style(pinned, tempo=1.2))
    return tmp_path


@pytest.fixture(scope="module")
def espeak() -> Iterator[Espeak]:
    with Espeak("en-US") as one:
        yield one


def symbols(numbers: list[int]) -> str:
    """What numbers stand for, without the silence around them."""
    assert (numbers[0], numbers[-1]) == (0, 0)
    names = {number: symbol for symbol, number in IDS.items()}
    return "".join(names[number] for number in numbers[1:-1])


# --- How it is spelt --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("one", "wˈʌn"),
        ("twenty seven", "twˈɛnti sˈɛvən"),
        ("thirteen", "θˌɜɹtˈin"),
        ("thirty", "θˈɜɹTi"),
        ("seventeen", "sˌɛvəntˈin"),
        ("Eighteen to nineteen.", "ˌAtˈin tə nˌIntˈin."),
        ("Breathe out, and let go.", "bɹˈið ˈWt, ænd lˈɛt ɡˈO."),
        ("A chair; about a step", "ɐ ʧˈɛɹ; əbˌWt ɐ stˈɛp"),
        ("Twenty one.", "twˈɛnti wˈʌn."),
        ("नमस्ते", "nəmˈʌstA"),
        ("Hold for a while", "hˈOld fəɹə wˈIl"),
        ("Shall we carry on?", "ʃˌæl wi kˈæɹi ˈɔn?"),
        ("A little bottle", "ɐ lˈɪTᵊl bˈɑTᵊl"),
    ],
)
def test_words_are_spelt_as_misaki_spells_them(espeak, text, spelt):
    assert phonemes(text, espeak.phonemes) == spelt


def test_every_sound_of_all_content_has_its_number(espeak):
    texts = [text for text in wanted(catalogue()) if not text.startswith("[")]
    assert len(texts) > 1000
    assert all(ids(phonemes(part, espeak.phonemes)) for text in texts[::7] for part in breaths(text))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Left… hold", ["Left", "hold"]),
        ("Tilt, and lift… and hold", ["Tilt, and lift", "and hold"]),
        ("One... two", ["One", "two"]),
        ("…and three", ["and three"]),
        ("Halfway.", ["Halfway."]),
        ("…", []),
    ],
)
def test_a_text_is_said_in_breaths(text, parts):
    assert breaths(text) == parts


# --- How it is said ---------------------------------------------------------------------------------------------


def test_it_is_a_voice(folder):
    with Kokoro(folder, "fake", model=Hum()) as one:
        taken: Voice = one
        assert taken.name.startswith("kokoro 1.0 int8 fake, espeak-ng 1.52.0 en-us, ")


def test_its_name_tells_what_would_sound_different(folder, monkeypatch):
    with Kokoro(folder, "fake", model=Hum()) as one, Kokoro(folder, "slow", model=Hum()) as another:
        names = {one.name, another.name}
        for pace in Pace:
            monkeypatch.setitem(SPEEDS, pace, 2.0)
            names.add(one.name)
    assert len(names) == 2 + len(Pace)


def test_the_model_gets_the_symbols_a_row_for_their_number_and_the_speed(folder):
    hum = Hum()
    with Kokoro(folder, "fake", model=hum) as voice:
        voice.say("one", Pace.CUE)
        voice.say("Breathe out.", Pace.TELL)
    asked = [(symbols(numbers), row, speed) for numbers, row, speed in hum.asked]
    assert asked == [
        ("wˈʌn", 256 * 3, SPEEDS[Pace.CUE]),
        ("bɹˈið ˈWt.", 256 * 9, SPEEDS[Pace.TELL]),
    ]


def test_nothing_of_the_silence_around_it_is_kept(folder):
    with Kokoro(folder, "fake", model=Hum(50)) as voice:
        assert voice.say("one", Pace.CUE).lasts_ms == pytest.approx(4 * 50, abs=2)


def test_between_two_breaths_there_is_a_quarter_of_a_second(folder):
    hum = Hum(50)
    with Kokoro(folder, "fake", model=hum) as voice:
        said = voice.say("Left… hold", Pace.CUE)
    assert [symbols(numbers) for numbers, *_ in hum.asked] == ["lˈɛft", "hˈOld"]
    assert said.lasts_ms == pytest.approx(5 * 50 + 250 + 5 * 50, abs=4)
    samples = np.frombuffer(said.data, "<i2")
    assert not samples[RATE * 255 // 1000 : RATE * 495 // 1000].any()


def test_somebody_who_speaks_slowly_is_asked_to_be_quicker(folder):
    hum = Hum()
    with Kokoro(folder, "slow", model=hum) as voice:
        voice.say("Breathe out.", Pace.TELL)
    assert hum.asked[0][2] == pytest.approx(1.2 * SPEEDS[Pace.TELL])


def test_a_count_that_is_too_long_for_its_beat_is_said_as_much_faster_as_it_takes(folder):
    hum = Hum(57)  # 14 sounds: 798 ms
    with Kokoro(folder, "fake", model=hum) as voice:
        said = voice.say("twenty seven", Pace.COUNT)
    speeds = [speed for *_, speed in hum.asked]
    assert speeds == pytest.approx([SPEEDS[Pace.COUNT] + STEP * step for step in range(len(speeds))])
    assert said.lasts_ms <= COUNT_MS < 798 / speeds[-2]


def test_what_is_not_counted_takes_its_time(folder):
    hum = Hum(100)
    with Kokoro(folder, "fake", model=hum) as voice:
        voice.say("twenty seven", Pace.CUE)
    assert len(hum.asked) == 1


def test_a_count_is_never_said_faster_than_anybody_can_follow(folder):
    hum = Hum(200)
    with Kokoro(folder, "fake", model=hum) as voice:
        said = voice.say("twenty seven", Pace.COUNT)
    assert said.lasts_ms > COUNT_MS  # which the build tells
    assert hum.asked[-1][2] == pytest.approx(FASTEST)


TEXTS = ["one", "two", "Halfway.", "Left… hold", "Breathe out, and let go.", "Roll right… and hold"]


def test_the_same_text_is_the_same_bytes_in_any_order_and_from_any_thread(folder):
    with Kokoro(folder, "fake", model=Hum()) as voice, Kokoro(folder, "fake", model=Hum()) as another:
        first = {(text, pace): voice.say(text, pace) for text in TEXTS for pace in Pace}
        turns = random.Random(1).sample(list(first) * 4, len(first) * 4)
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(lambda turn: another.say(*turn), turns)) == [first[turn] for turn in turns]


def test_louder_than_full_scale_is_cut_off_there_and_does_not_turn_over(folder):
    def shout(*_: object) -> Samples:
        return np.tile(np.float32([1.5, -1.5]), RATE // 8)

    with Kokoro(folder, "fake", model=shout) as voice:
        samples = np.frombuffer(voice.say("one", Pace.TELL).data, "<i2")
    assert (samples[0], samples[1]) == (32767, -32767)


# --- What it cannot say -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "  ", "…", "?!", "—", "\u200b"])
def test_nothing_is_not_said(folder, text):
    with (
        Kokoro(folder, "fake", model=Hum()) as voice,
        pytest.raises(VoiceError, match=r"there is nothing to say|nothing in it can be heard") as caught,
    ):
        voice.say(text, Pace.TELL)
    assert not isinstance(caught.value, NoVoice)


def test_a_model_that_says_nothing_is_an_error(folder):
    with (
        Kokoro(folder, "fake", model=lambda *_: np.zeros(RATE, np.float32)) as voice,
        pytest.raises(VoiceError, match="'one': nothing in it can be heard"),
    ):
        voice.say("one", Pace.COUNT)


def test_a_sound_that_english_has_not_is_an_error(folder):
    with (
        Kokoro(folder, "fake", model=Hum()) as voice,
        pytest.raises(
            VoiceError, match=r"kokoro's English has no sound '.'. Write it as it is read in English"
        ),
    ):
        voice.say("ठीक है", Pace.TELL)


def test_a_text_has_a_longest_length(folder):
    with (
        Kokoro(folder, "fake", model=Hum()) as voice,
        pytest.raises(VoiceError, match=rf"it has \d+ sounds, and {LONGEST} is the most; say it in parts"),
    ):
        voice.say("a bed " * 99, Pace.TELL)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"style": "af_nobody"}, "kokoro has no voice 'af_nobody' here. It has af_heart, am_michael"),
        ({"style": "fake", "locale": "de-DE"}, "kokoro does not speak de-DE here, only English"),
    ],
)
def test_whom_it_has_not_it_says(folder, given, told):
    with pytest.raises(NoVoice) as caught:
        Kokoro(folder, model=Hum(), **given)
    assert str(caught.value).startswith(told)


def test_without_what_runs_it_it_says_how_to_install_it():
    script = (
        "import pathlib; from audio.voices.kokoro import onnx; "
        "import sys; sys.modules['onnxruntime'] = None; onnx(pathlib.Path('any'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr.splitlines()[-1] == (
        'audio.voices.NoVoice: kokoro is not installed: pip install "backbeat[kokoro]"'
    )


# --- The right files --------------------------------------------------------------------------------------------


def test_a_file_that_is_not_there_is_told_with_its_address(tmp_path):
    with pytest.raises(NoVoice) as caught:
        Kokoro(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path / 'af_heart.bin'} cannot be read (No such file or directory). "
        f"The file is at {STYLES['af_heart'].file.source}af_heart.bin"
    )


def test_another_file_than_the_pinned_one_is_refused(folder):
    (folder / "fake.bin").write_bytes(ROWS[:-1] + b"?")
    with pytest.raises(
        NoVoice, match=r"fake.bin is not the file it should be. Remove it; the right one is at http"
    ):
        Kokoro(folder, "fake", model=Hum())


def test_another_model_too(folder):
    (folder / MODEL.name).write_bytes(b"a model of somebody else's")
    with pytest.raises(NoVoice, match=r"kokoro-v1.0.int8.onnx is not the file it should be"):
        Kokoro(folder, "fake")


@pytest.mark.parametrize("pinned", [MODEL, *(style.file for style in STYLES.values())])
def test_everything_is_pinned_and_fetched_in_private(pinned):
    assert len(bytes.fromhex(pinned.sha256)) == 32
    assert pinned.source.startswith("https://")
    assert pinned.source.endswith("/")


@pytest.fixture
def shelf(tmp_path, monkeypatch) -> Iterator[Path]:
    """A folder that a server of ours has, with a model and a style in it."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    there = tmp_path / "there"
    there.mkdir()
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with HTTPServer(("127.0.0.1", 0), partial(quiet, directory=there)) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        source = f"http://127.0.0.1:{server.server_port}/"
        for name, data in {"model.onnx": b"a model", "one.bin": ROWS}.items():
            (there / name).write_bytes(data)
            pinned = Pinned(name, hashlib.sha256(data).hexdigest(), source)
            if name == "model.onnx":
                monkeypatch.setattr("audio.voices.kokoro.files.MODEL", pinned)
            else:
                monkeypatch.setitem(STYLES, "one", Style(pinned))
        yield there
        server.shutdown()


def test_files_are_fetched_once(shelf, tmp_path):
    here = tmp_path / "new" / "here"
    fetch(here, "one")
    assert sorted(path.name for path in here.iterdir()) == ["model.onnx", "one.bin"]
    assert STYLES["one"].file.found(here).read_bytes() == ROWS
    (shelf / "one.bin").unlink()
    fetch(here, "one")  # and not asked for again


@pytest.mark.usefixtures("shelf")
def test_one_that_is_wrong_is_fetched_anew(tmp_path):
    fetch(tmp_path, "one")
    (tmp_path / "one.bin").write_bytes(b"half of it")
    fetch(tmp_path, "one")
    assert STYLES["one"].file.found(tmp_path).read_bytes() == ROWS


def test_what_comes_that_is_not_the_file_is_not_kept(shelf, tmp_path):
    (shelf / "one.bin").write_bytes(ROWS[:100])
    with pytest.raises(NoVoice, match=r"one\.bin cannot be had \(.*hash.*\)\. Try again") as caught:
        fetch(tmp_path, "one")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "one.bin").exists()


def test_one_that_is_gone_is_told(shelf, tmp_path):
    (shelf / "one.bin").unlink()
    with pytest.raises(NoVoice, match=r"one\.bin cannot be had \(404 .*\)\. Try again"):
        fetch(tmp_path, "one")


@pytest.mark.usefixtures("shelf")
def test_a_server_that_is_not_there_is_told_in_a_line(tmp_path):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        source = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        pinned = Pinned("one.bin", hashlib.sha256(ROWS).hexdigest(), source)
        with pytest.raises(
            NoVoice, match=rf"{source}one.bin cannot be had \(.*refused.*\)\. Try again"
        ) as caught:
            pinned.fetch(tmp_path)
    assert "\n" not in str(caught.value)
