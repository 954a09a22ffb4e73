"""The espeak voice, with its real program: it repeats itself exactly, keeps up, recovers, and leaves nothing behind."""

import array
import os
import random
import signal
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

import pytest

from audio.voices import NoVoice, Pace, Pcm, Voice, VoiceError, espeak
from audio.voices.espeak import LONGEST, RATES, VOICES, Espeak

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "audio" / "voices" / "espeak"
NUMBERS = tomllib.loads((ROOT / "skill/content/words/en.toml").read_text("utf-8"))["numbers"][:61]
TEXTS = (
    "one",
    "two",
    "twenty seven",
    "Halfway.",
    "Rest.",
    "Change sides. The left side is next.",
    "Ready for set two?",
    "Breathe out, and let your knees sink to the side.",
    "I've kept your place.",
    "You're on rep twelve of the pelvic tilt.",
)
MINUTES = "日" * LONGEST
"""What takes espeak longest, about 0.2 s: it says "Chinese letter" each time."""

MOST_MS = 704.5
"""A count, from its first sound to its last: in whole frames, and before the next one's lead, that is 792 of 800 ms."""

SILENT = 327
"""Of 32768: 40 dB below the loudest."""


@pytest.fixture(scope="module")
def voice() -> Iterator[Espeak]:
    with Espeak() as one:
        yield one


@pytest.fixture
def own() -> Iterator[Espeak]:
    """One for a test that is rough with it."""
    with Espeak() as one:
        yield one


def pid(of: Espeak) -> int:
    """Its program."""
    assert of._program is not None
    return of._program._process.pid


def alive(process: int) -> bool:
    """Whether a process still runs: one that waits to be reaped does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


def forks(process: int) -> list[int]:
    """The children of a process."""
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def until(true: Callable[[], object], seconds: float = 5.0) -> bool:
    """Whether something becomes true in time."""
    ends = time.monotonic() + seconds
    while not true():
        if time.monotonic() > ends:
            return False
        time.sleep(0.001)
    return True


def sounds_for(said: Pcm) -> float:
    """How many ms pass from the first sound to the last."""
    samples = array.array("h", said.data)
    loud = [at for at, sample in enumerate(samples) if abs(sample) > SILENT]
    return (loud[-1] + 1 - loud[0]) * 1000 / said.rate


# --- What it says ---------------------------------------------------------------------------------------------


def test_it_is_a_voice(voice):
    taken: Voice = voice
    assert taken.name.startswith("espeak-ng 1.52.0 en-us ")
    assert set(RATES) == set(Pace)


def test_its_name_tells_what_would_sound_different(voice, monkeypatch):
    with Espeak("en-GB") as british:
        names = {voice.name, british.name}
    for pace in Pace:
        monkeypatch.setitem(RATES, pace, 160)
        names.add(voice.name)
    assert len(names) == 2 + len(Pace)


def test_it_speaks_22050_samples_a_second_16_bits_mono(voice):
    said = voice.say("Breathe out.", Pace.TELL)
    assert said.rate == 22050
    assert len(said.data) % 2 == 0
    samples = array.array("h", said.data)
    assert 8_000 < max(map(abs, samples)) <= 32767  # neither whispered nor read with the wrong byte first
    assert 600 < said.lasts_ms < 1200


def test_the_same_text_is_the_same_bytes_in_any_order(voice):
    first = {text: voice.say(text, Pace.TELL) for text in TEXTS}
    with Espeak() as another:
        for turn in range(10):
            texts = random.Random(turn).sample(TEXTS, len(TEXTS))
            assert {text: voice.say(text, Pace.TELL) for text in texts} == first
            assert {text: another.say(text, Pace.TELL) for text in texts} == first


def test_without_fork_the_same_bytes_come_from_a_program_for_each(own, voice, monkeypatch):
    monkeypatch.setattr(espeak, "FORKS", False)
    assert own.name == voice.name
    seen = set()
    for text in (*TEXTS, *TEXTS):
        if own._program is not None:
            seen.add(pid(own))
        assert own.say(text, Pace.TELL) == voice.say(text, Pace.TELL)
        assert own._program is None
    assert [alive(process) for process in seen] == [False]  # the one that told the name


def test_the_faster_the_pace_the_shorter(voice):
    lasts = [voice.say(TEXTS[-1], pace).lasts_ms for pace in sorted(Pace, key=lambda pace: RATES[pace])]
    assert lasts == sorted(lasts, reverse=True)
    assert lasts[-1] < 0.8 * lasts[0]


@pytest.mark.parametrize("locale", ["en-US", "en-GB"])
def test_every_number_fits_its_beat(locale):
    with Espeak(locale) as counting:
        lasts = {number: sounds_for(counting.say(number, Pace.COUNT)) for number in NUMBERS}
    assert len(lasts) == 61
    assert {number: ms for number, ms in lasts.items() if ms > MOST_MS} == {}


@pytest.mark.parametrize(
    "text",
    [
        "…and three",
        "it's",
        "Café, naïve, Ölçü, e\u0301",
        "back & side",
        "1 < 2 > 0",
        "<speak>two</speak>",
        "&amp; &lt;",
        "[[h@l'oU]]",
        "“Rest” — said she",
        "-v de",
        "a\ud800b",
        "100 %",
        "日本",
        "😀",
        "!?",
        "Lie on your back, with your knees bent. " * 8,
        "no " * (LONGEST // 3),
    ],
)
def test_odd_texts_are_heard(voice, text):
    assert sounds_for(voice.say(text, Pace.TELL)) > 100


def test_it_spells_a_text_without_saying_it(voice):
    assert voice.phonemes("Lie down, and hold.") == "lˈa^ɪ dˈa^ʊn ænd hˈo^ʊld"
    assert voice.phonemes("“Rest”\n<x>\x01") == voice.phonemes("rest x")


def test_what_it_spells_and_what_it_says_do_not_depend_on_each_other(own, voice):
    said = {text: own.say(text, Pace.TELL) for text in TEXTS}
    spelt = {text: own.phonemes(text) for text in TEXTS}
    for text in reversed(TEXTS):
        assert (voice.phonemes(text), voice.say(text, Pace.TELL)) == (spelt[text], said[text])


@pytest.mark.parametrize("text", ["", " ", "\x00"])
def test_nothing_is_not_spelt(voice, text):
    with pytest.raises(VoiceError, match="there is nothing to say"):
        voice.phonemes(text)


def test_markup_and_commands_are_only_text(voice):
    hurried = voice.say("\x01300S one two three", Pace.TELL)
    assert hurried == voice.say("300S one two three", Pace.TELL)
    plain, marked = (voice.say(text, Pace.TELL).lasts_ms for text in ("two", "<emphasis>two</emphasis>"))
    assert marked > 2 * plain


def test_line_ends_and_spaces_make_no_difference(voice):
    assert voice.say(" one\r\n\n two\x00", Pace.COUNT) == voice.say("one two", Pace.COUNT)


@pytest.mark.parametrize("locale", VOICES)
def test_every_language_speaks(locale):
    with Espeak(locale) as local:
        assert f" {VOICES[locale]} " in local.name
        assert sounds_for(local.say("1 2 3", Pace.TELL)) > 400


# --- What it cannot say ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "  \n", "\x00", "\ud800"])
def test_nothing_is_not_said(text):
    nobody = Espeak()
    with pytest.raises(VoiceError, match="there is nothing to say") as caught:
        nobody.say(text, Pace.TELL)
    assert caught.value.text == text
    assert nobody._program is None


@pytest.mark.parametrize("text", ["…", ".", "..", "—", "“”", "'", "\u200b"])
def test_what_cannot_be_heard_is_an_error(voice, text):
    with pytest.raises(VoiceError, match="nothing in it can be heard"):
        voice.say(text, Pace.COUNT)


def test_a_text_has_a_longest_length(voice):
    assert voice.say(MINUTES, Pace.TELL).lasts_ms > 200_000
    with pytest.raises(VoiceError, match=f"it has {LONGEST + 1} characters, and {LONGEST} is the most"):
        voice.say("a" * (LONGEST + 1), Pace.TELL)


def test_an_unknown_language_is_an_error():
    with pytest.raises(NoVoice, match=r"espeak does not speak 'tlh'\. It speaks de-DE, en-AU, "):
        Espeak("tlh")


def test_a_voice_espeak_does_not_have_is_an_error(own):
    own._voice = "en-gb"
    with pytest.raises(
        NoVoice, match=r"espeak-ng 1\.52\.0 has no voice 'en-gb'\. Install it anew: pip install "
    ):
        own.say("one", Pace.COUNT)


def test_without_the_wheel_it_says_how_to_install_it():
    script = "from audio.voices import Pace; from audio.voices.espeak import Espeak; Espeak().say('one', Pace.TELL)"
    done = subprocess.run(  # -S: without site-packages
        [sys.executable, "-S", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr.splitlines()[-1] == (
        'audio.voices.NoVoice: espeak is not installed: pip install "backbeat[espeak]"'
    )


def test_a_library_that_does_not_load_is_an_error(own, tmp_path, monkeypatch):
    (tmp_path / "espeakng_loader").mkdir()
    (tmp_path / "espeakng_loader" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(NoVoice, match=r"libespeak-ng.*\. Install it anew: pip install "):
        own.say("one", Pace.COUNT)


def test_data_that_is_not_there_is_an_error(own, tmp_path, monkeypatch, capfd):
    (tmp_path / "espeakng_loader").mkdir()
    (tmp_path / "espeakng_loader" / "__init__.py").touch()
    wheel = find_spec("espeakng_loader")
    assert wheel is not None
    library = Path(str(wheel.origin)).with_name("libespeak-ng.so")
    (tmp_path / "espeakng_loader" / library.name).symlink_to(library)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(NoVoice, match=r"espeak-ng 1\.52\.0 cannot use its data in "):
        own.say("one", Pace.COUNT)
    assert "No such file" in capfd.readouterr().err  # espeak's own complaint


def test_a_long_path_to_the_wheel_is_no_matter(own, voice, tmp_path, monkeypatch):
    wheel = find_spec("espeakng_loader")
    assert wheel is not None
    far = tmp_path / ("d" * 100) / ("é" * 100)
    far.mkdir(parents=True)
    (far / "espeakng_loader").symlink_to(Path(str(wheel.origin)).parent)
    monkeypatch.syspath_prepend(far)
    assert own.say("one", Pace.COUNT) == voice.say("one", Pace.COUNT)
    assert str(far) in Path(f"/proc/{pid(own)}/cmdline").read_text()


def test_an_interpreter_that_is_not_there_is_an_error(own, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(NoVoice, match="espeak's program does not start"):
        own.say("one", Pace.COUNT)


# --- When it goes wrong on the way ----------------------------------------------------------------------------


def test_a_program_that_was_killed_is_started_again(own, voice):
    own.say("one", Pace.COUNT)
    killed = pid(own)
    os.kill(killed, signal.SIGKILL)
    assert own.say("two", Pace.COUNT) == voice.say("two", Pace.COUNT)
    assert pid(own) != killed


def test_a_program_killed_while_we_wait_for_it_is_started_again(own, voice):
    own.say("one", Pace.COUNT)
    os.kill(pid(own), signal.SIGSTOP)
    with ThreadPoolExecutor() as pool:
        saying = pool.submit(own.say, "two", Pace.COUNT)
        time.sleep(0.05)
        assert not saying.done()
        os.kill(pid(own), signal.SIGKILL)
        assert saying.result() == voice.say("two", Pace.COUNT)


def test_a_fork_killed_in_the_middle_of_a_text_is_no_matter(own, voice, capfd):
    own.say("one", Pace.COUNT)
    program = pid(own)
    with ThreadPoolExecutor() as pool:
        assert until(lambda: not forks(program))  # the last one's
        saying = pool.submit(own.say, MINUTES, Pace.TELL)
        assert until(lambda: forks(program))
        os.kill(forks(program)[0], signal.SIGKILL)
        assert saying.result() == voice.say(MINUTES, Pace.TELL)
    assert pid(own) != program
    assert capfd.readouterr().err == "espeak-ng: a fork failed\n"


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ("", "it said nothing"),
        ("printf 'espeak: oops\\n'", "Expecting value"),
        ("printf '{\"bytes\": 10}\\nhalf'", "it said half its answer"),
    ],
)
def test_a_program_that_answers_badly_is_an_error(own, tmp_path, monkeypatch, answers, why):
    babbler = tmp_path / "python"
    babbler.write_text(f"""#!/bin/sh\necho '{{"version": "0", "hz": 22050}}'\nread wish\n{answers}\n""")
    babbler.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(babbler))
    with pytest.raises(NoVoice, match=f"^espeak's program ended, twice: {why}.*Try again$"):
        own.say("one", Pace.COUNT)


def test_a_program_that_keeps_ending_is_an_error_and_then_forgotten(own, voice):
    own.say("one", Pace.COUNT)
    enough = threading.Event()

    def keep_killing() -> None:
        while not enough.is_set():
            if (program := own._program) is not None:
                program._kill()

    killing = threading.Thread(target=keep_killing)
    killing.start()
    try:
        with pytest.raises(NoVoice, match="espeak's program ended, twice: "):
            own.say("two", Pace.COUNT)
    finally:
        enough.set()
        killing.join()
    assert own.say("two", Pace.COUNT) == voice.say("two", Pace.COUNT)


def test_a_program_that_does_not_answer_in_time_is_given_up_and_the_next_one_answers(voice):
    with Espeak(deadline_s=1.0) as hurried:
        hurried.say("one", Pace.COUNT)
        stuck = pid(hurried)
        os.kill(stuck, signal.SIGSTOP)
        began = time.monotonic()
        with pytest.raises(NoVoice, match=r"espeak did not answer within 1 s"):
            hurried.say("two", Pace.COUNT)
        assert 1.0 <= time.monotonic() - began < 5
        assert not alive(stuck)
        assert hurried.say("two", Pace.COUNT) == voice.say("two", Pace.COUNT)


def test_a_fork_that_is_stuck_ends_with_its_program():
    with Espeak(deadline_s=1.0) as hurried, ThreadPoolExecutor() as pool:
        hurried.say("one", Pace.COUNT)
        program = pid(hurried)
        assert until(lambda: not forks(program))
        saying = pool.submit(hurried.say, MINUTES, Pace.TELL)
        assert until(lambda: forks(program))
        fork = forks(program)[0]
        os.kill(fork, signal.SIGSTOP)
        with pytest.raises(NoVoice, match=r"within 1 s"):
            saying.result()
        assert until(lambda: not alive(program) and not alive(fork))


def test_the_deadline_holds_for_starting_too():
    with Espeak(deadline_s=0.001) as hasty, pytest.raises(NoVoice, match=r"within 0\.001 s"):
        hasty.say("one", Pace.COUNT)


def test_an_interrupted_text_is_not_the_next_answer(own, voice):
    class Interrupted(Exception): ...

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise Interrupted

    own.say("one", Pace.COUNT)
    os.kill(pid(own), signal.SIGSTOP)
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(Interrupted):
            own.say("one", Pace.COUNT)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert own.say("two", Pace.COUNT) == voice.say("two", Pace.COUNT)


# --- Among others ---------------------------------------------------------------------------------------------


def test_many_threads_are_each_told_their_own(own, voice):
    wanted = [(text, pace) for text in TEXTS for pace in Pace] * 8
    expected = {(text, pace): voice.say(text, pace) for text, pace in wanted}
    with ThreadPoolExecutor(16) as pool:
        said = list(pool.map(lambda one: own.say(*one), wanted))
    assert said == [expected[one] for one in wanted]


def test_a_fork_of_ours_starts_its_own_program():
    script = """
import os
from audio.voices import Pace
from audio.voices.espeak import Espeak

with Espeak() as voice:
    one, two = voice.say("one", Pace.COUNT), voice.say("two", Pace.COUNT)
    program = voice._program._process.pid
    for _ in range(4):
        if not os.fork():
            with voice:
                same = all(voice.say("one", Pace.COUNT) == one for _ in range(20))
                other = voice._program._process.pid != program
            os._exit(not (same and other))
    same = all(voice.say("two", Pace.COUNT) == two for _ in range(20))
    print([os.wait()[1] for _ in range(4)], same, voice._program._process.pid == program)
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("[0, 0, 0, 0] True True\n", "")


def test_importing_and_making_one_starts_nothing():
    assert Espeak()._program is None


def test_closing_stops_the_program_and_saying_starts_it_again(own, voice):
    own.close()
    own.say("one", Pace.COUNT)
    first = pid(own)
    assert alive(first)
    own.close()
    own.close()
    assert not alive(first)
    assert own.say("one", Pace.COUNT) == voice.say("one", Pace.COUNT)
    assert pid(own) != first


@pytest.mark.parametrize("how", ["killed", "left"])
def test_no_program_outlives_us(how):
    script = """
import sys, time
from audio.voices import Pace
from audio.voices.espeak import Espeak

voice = Espeak()
voice.say("one", Pace.COUNT)
print(voice._program._process.pid, flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdin is not None
        program = int(parent.stdout.readline())
        assert alive(program)
        if how == "killed":
            parent.kill()
        else:
            parent.stdin.close()
        parent.wait(5)
    assert until(lambda: not alive(program))


# --- At arm's length ------------------------------------------------------------------------------------------


def test_the_library_is_never_loaded_by_us(voice):
    voice.say("one", Pace.COUNT)
    assert "libespeak-ng" in Path(f"/proc/{pid(voice)}/maps").read_text()
    assert "espeak" not in Path("/proc/self/maps").read_text()
    assert "espeakng_loader" not in sys.modules


def test_the_program_and_the_rest_do_not_import_each_other():
    program = (FOLDER / "program.py").read_text("utf-8")
    assert not any(f"{word} {room}" in program for word in ("import", "from") for room in ("audio", "skill"))
    ours = (file for room in ("audio", "skill") for file in (ROOT / room).rglob("*.py"))
    assert [file for file in ours if "espeak.program" in file.read_text("utf-8")] == []


def test_the_licence_and_where_the_source_is_travel_with_it(voice):
    assert (FOLDER / "COPYING").read_text("utf-8").split()[:4] == ["GNU", "GENERAL", "PUBLIC", "LICENSE"]
    _, version, *_ = voice.name.split()
    assert f"https://github.com/espeak-ng/espeak-ng, tag {version}" in (FOLDER / "NOTICE").read_text("utf-8")
