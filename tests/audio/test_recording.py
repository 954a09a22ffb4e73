"""A person's own voice: which file is which phrase, and everything that can be wrong with one.

And underneath it, the sound files: whatever a recorder writes is heard, and whatever is not sound is refused.
"""

import random
import unicodedata
import wave
from collections.abc import Mapping
from io import BytesIO
from itertools import starmap

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.decode import MAX_CHANNELS, RATE, Undecodable, decode, listen
from audio.voices import Pace, Pcm, Voice, VoiceError
from audio.voices.recording import Recording, plain, script
from tests.audio.google import encoded, mp3, s16, silence, tone

PHRASES = ["one", "two", "Lower, slowly.", "Don't hold your breath!", "Über-gently", "5 times"]
PACES = {"one": Pace.COUNT, "two": Pace.COUNT}


def wav(*channels, rate=24_000) -> bytes:
    """A WAV file, as Python writes it."""
    return encoded(*channels, format="wav", codec="pcm_s16le", rate=rate)


GOOD = wav(tone(500))


def recorded(folder, files: Mapping[str, bytes]) -> Recording:
    """A voice with these files in its folder."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return Recording(folder, PHRASES, PACES)


def refused(voice: Voice, text: str, pace: Pace = Pace.TELL) -> str:
    """Why it was not said, in a line."""
    with pytest.raises(VoiceError) as caught:
        voice.say(text, pace)
    assert caught.value.text == text
    assert "\n" not in caught.value.why
    return caught.value.why


# --- The script -----------------------------------------------------------------------------------------------


def test_the_script_is_numbered_lines():
    assert script(PHRASES) == [
        "001 one",
        "002 two",
        "003 Lower, slowly.",
        "004 Don't hold your breath!",
        "005 Über-gently",
        "006 5 times",
    ]


def test_a_phrase_that_comes_twice_is_read_once():
    assert script(["in", "out", "in", "rest"]) == ["001 in", "002 out", "003 rest"]


def test_a_long_script_goes_on():
    assert script([f"line {n}" for n in range(1, 1001)])[-1] == "1000 line 1000"


# --- Which file is which phrase ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("001.wav", "one"),
        ("1.wav", "one"),
        ("01.WAV", "one"),
        ("0001.wav", "one"),
        ("001 one.wav", "one"),
        ("001_One.wav", "one"),
        ("1. one.wav", "one"),
        ("one.wav", "one"),
        ("ONE.wav", "one"),
        ("003.wav", "Lower, slowly."),
        ("003 lower.wav", "Lower, slowly."),
        ("003 - Lower, slow.wav", "Lower, slowly."),
        ("lower slowly.wav", "Lower, slowly."),
        ("Lower_slowly.wav", "Lower, slowly."),
        ("dont hold your breath.wav", "Don't hold your breath!"),
        ("Don\N{RIGHT SINGLE QUOTATION MARK}t hold your breath.wav", "Don't hold your breath!"),
        ("über gently.wav", "Über-gently"),
        (unicodedata.normalize("NFD", "über gently.wav"), "Über-gently"),
        ("5 times.wav", "5 times"),
        ("006 5 times.wav", "5 times"),
    ],
)
def test_a_file_is_its_phrase_by_number_or_by_words(tmp_path, name, phrase):
    voice = recorded(tmp_path, {name: GOOD})
    assert voice.say(phrase, Pace.COUNT).lasts_ms == 500
    assert len(voice.problems()) == len(PHRASES) - 1


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("seven.wav", "it is no line of the script"),
        ("lower.wav", "it is no line of the script"),
        ("000.wav", "the script has lines 1 to 6"),
        ("007.wav", "the script has lines 1 to 6"),
        ("001 two.wav", "line 1 of the script is 'one'"),
        ("001 take 2.wav", "line 1 of the script is 'one'"),
        ("1-2.wav", "line 1 of the script is 'one'"),
    ],
)
def test_a_file_that_is_no_phrase_is_told(tmp_path, name, told):
    voice = recorded(tmp_path, {name: GOOD})
    assert refused(voice, "one")
    assert (
        voice.problems()[-1] == f"{name}: {told}. Give it the number of its line in the script, or remove it"
    )
    assert len(voice.problems()) == len(PHRASES) + 1


def test_a_number_that_is_also_words_is_told(tmp_path):
    (tmp_path / "2.wav").write_bytes(GOOD)
    voice = Recording(tmp_path, ["2", "1"])
    assert voice.problems()[-1] == (
        "2.wav: by its number it is '1', by its words '2'. Put the right number in front of the words"
    )
    assert len(voice.problems()) == 3


def test_words_that_two_phrases_share_are_recorded_once(tmp_path):
    (tmp_path / "breathe in.wav").write_bytes(GOOD)
    assert Recording(tmp_path, ["Breathe in.", "Breathe in …"]).problems() == []


@pytest.mark.parametrize("name", ["script.txt", "cover.jpg", ".DS_Store", "._001.wav", "Thumbs.db", "notes"])
def test_what_else_lies_about_is_no_matter(tmp_path, name):
    assert len(recorded(tmp_path, {name: b"?"}).problems()) == len(PHRASES)


def test_folders_inside_are_not_looked_into(tmp_path):
    (tmp_path / "old takes.wav").mkdir()
    assert len(recorded(tmp_path, {}).problems()) == len(PHRASES)


def test_a_file_without_a_word_is_no_phrase_without_a_word(tmp_path):
    (tmp_path / "!.wav").write_bytes(GOOD)
    (tmp_path / "002.wav").write_bytes(GOOD)
    assert [problem[:7] for problem in Recording(tmp_path, ["?", "…"]).problems()] == ["001 ?: ", "!.wav: "]


def test_plain_words():
    assert plain("  Don't stop - Straße/ÉTÉ_2!  ") == "dont stop strasse été 2"
    assert plain("…") == ""


# --- What is wrong --------------------------------------------------------------------------------------------


def clipped(ms: int = 500, *, rate: int = 24_000):
    """A tone three times as loud as there is room for."""
    return tone(ms, rate=rate, loud=3)


FAULTS = {
    "silent": (wav(silence(500)), Pace.COUNT, "is silent: look at the microphone, and record it again"),
    "next to silent": (wav(tone(500, loud=0.003)), Pace.COUNT, "is silent"),
    "clipped": (wav(clipped()), Pace.COUNT, "is clipped ("),
    "clipped in one channel": (
        wav(tone(500, rate=44_100, loud=0.1), clipped(rate=44_100), rate=44_100),
        Pace.COUNT,
        "samples in a row at full scale): record it again from further away",
    ),
    "clipped, then made MP3": (encoded(clipped()), Pace.COUNT, "is clipped ("),
    "clipped once": (wav([*tone(300), *[1.0] * 4, *tone(100)]), Pace.COUNT, "is clipped (4 samples in a row"),
    "long for a count": (wav(tone(770)), Pace.COUNT, "is too long (770 ms; 760 ms at most): say it faster"),
    "long for a sentence": (wav(tone(30_010)), Pace.TELL, "is too long (30010 ms; 30000 ms at most)"),
    "long for anything": (wav(silence(60_010)), Pace.TELL, "cannot be heard: it lasts longer than 60 s"),
    "two faults": (wav(clipped(900)), Pace.COUNT, "at full scale): record it again from further away, and is too long"),
    "no sound file": (b"I am a text", Pace.TELL, "cannot be heard: not a sound file, or a damaged one"),
    "empty": (b"", Pace.TELL, "cannot be heard: it is empty"),
    "cut off in its head": (GOOD[:30], Pace.TELL, "cannot be heard"),
    "cut off before its sound": (GOOD[:78], Pace.TELL, "cannot be heard: there is no sound in it"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "pace", "told"), FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_with_a_file_is_told(tmp_path, data, pace, told):
    why = refused(recorded(tmp_path, {"001 one.wav": data}), "one", pace)
    assert why.startswith("001 one.wav ")
    assert told in why


def test_a_missing_recording_is_told_by_its_number(tmp_path):
    assert refused(recorded(tmp_path, {}), "two") == "there is no recording of it. Record it as 002.wav"


def test_two_recordings_of_a_phrase_are_told(tmp_path):
    voice = recorded(tmp_path, {"one.wav": GOOD, "001.mp3": mp3()})
    assert refused(voice, "one") == "there are 2 recordings of it, 001.mp3 and one.wav. Keep one"


def test_a_phrase_that_is_not_in_the_script_is_told(tmp_path):
    assert "not in the script" in refused(recorded(tmp_path, {"001.wav": GOOD}), "One")


def test_a_recording_that_has_gone_is_told(tmp_path):
    voice = recorded(tmp_path, {"001.wav": GOOD})
    (tmp_path / "001.wav").unlink()
    assert refused(voice, "one") == "001.wav cannot be read (No such file or directory)"
    assert voice.name.startswith("recording ")


@pytest.mark.parametrize("name", ["nowhere", "a file"])
def test_a_folder_that_is_none_is_told(tmp_path, name):
    (tmp_path / "a file").touch()
    with pytest.raises(VoiceError, match="the folder of recordings cannot be read"):
        Recording(tmp_path / name, PHRASES)


def test_all_problems_are_told_at_once(tmp_path):
    voice = recorded(
        tmp_path,
        {
            "001.wav": wav(tone(800)),
            "003 lower.wav": wav(silence(100)),
            "lower slowly.mp3": mp3(),
            "004.ogg": b"",
            "005.wav": GOOD,
            "7.wav": GOOD,
            "eight.wav": GOOD,
        },
    )
    assert voice.problems() == [
        "001 one: 001.wav is too long (800 ms; 760 ms at most): say it faster",
        "002 two: there is no recording of it. Record it as 002.wav",
        "003 Lower, slowly.: there are 2 recordings of it, 003 lower.wav and lower slowly.mp3. Keep one",
        "004 Don't hold your breath!: 004.ogg cannot be heard: it is empty. Record it again, as WAV or MP3",
        "006 5 times: there is no recording of it. Record it as 006.wav",
        "7.wav: the script has lines 1 to 6. Give it the number of its line in the script, or remove it",
        "eight.wav: it is no line of the script. Give it the number of its line in the script, or remove it",
    ]


# --- What is right --------------------------------------------------------------------------------------------


def test_a_whole_folder_is_a_voice(tmp_path):
    voice = recorded(tmp_path, {f"{number}.mp3": mp3() for number in range(1, len(PHRASES) + 1)})
    assert voice.problems() == []
    assert {voice.say(phrase, Pace.COUNT).lasts_ms for phrase in PHRASES} == {500}


FINE = {
    "a count as long as may be": (wav(tone(760)), 760),
    "silence around it is not counted": (wav([*silence(900), *tone(760), *silence(900)]), 2560),
    "nor is a room's hum, 40 dB below": (wav([*tone(900, loud=0.004, hz=50), *tone(700, loud=0.5)]), 1600),
    "loud, and just not clipped": (wav([*tone(300), *[1.0] * 3, *tone(100)]), 401),
    "a low hum at full scale": (wav(tone(500, loud=1, hz=60)), 500),
    "quiet, and still heard": (wav(tone(500, loud=0.005)), 500),
    "eight bits": (encoded(tone(500), format="wav", codec="pcm_u8"), 500),
}


@pytest.mark.parametrize(("data", "lasts_ms"), FINE.values(), ids=FINE)
def test_what_is_near_a_limit_is_fine(tmp_path, data, lasts_ms):
    assert recorded(tmp_path, {"1.wav": data}).say("one", Pace.COUNT).lasts_ms == lasts_ms


def test_the_same_recordings_have_the_same_name_and_another_take_another(tmp_path):
    names = []
    for folder, files in {
        "a": {"001.wav": GOOD, "two.wav": GOOD},
        "the same, by other names": {"one.wav": GOOD, "002 two.wav": GOOD, "script.txt": b"", "x.wav": GOOD},
        "another take": {"001.wav": wav(tone(501)), "002.wav": GOOD},
        "another phrase": {"001.wav": GOOD, "003.wav": GOOD},
        "nothing": {},
    }.items():
        (tmp_path / folder).mkdir()
        names.append(recorded(tmp_path / folder, files).name)
    assert names[0] == names[1]
    assert len(set(names)) == 4
    assert all(name.startswith("recording ") for name in names)


# --- Sound files ----------------------------------------------------------------------------------------------


KINDS = {
    "mp3": ("mp3", "libmp3lame"),
    "wav": ("wav", "pcm_s16le"),
    "wav, 24 bits": ("wav", "pcm_s24le"),
    "wav, floating": ("wav", "pcm_f32le"),
    "w64": ("w64", "pcm_s16le"),
    "flac": ("flac", "flac"),
    "ogg": ("ogg", "libopus"),
    "webm": ("webm", "libopus"),
    "aac": ("adts", "aac"),
    "m4a": ("ipod", "aac"),
    "mov": ("mov", "pcm_s16le"),
    "aiff": ("aiff", "pcm_s16be"),
    "caf": ("caf", "pcm_s16be"),
}


def level(pcm: Pcm) -> float:
    """How loud the middle is: the root of the mean square, of 1."""
    middle = memoryview(pcm.data).cast("h")[RATE // 10 : -RATE // 10]
    return (sum(one * one for one in middle) / len(middle)) ** 0.5 / 32_768


@pytest.mark.parametrize("rate", [24_000, 48_000])
@pytest.mark.parametrize(("format", "codec"), KINDS.values(), ids=KINDS)
def test_whatever_a_recorder_writes_is_heard(format, codec, rate):  # noqa: A002  # as PyAV
    both = [tone(500, rate=rate)] * 2
    sound = listen(encoded(*both, format=format, codec=codec, rate=rate))
    assert sound.pcm.rate == RATE
    assert sound.flat == 0
    assert 500 <= sound.pcm.lasts_ms <= 560  # AAC is padded to whole blocks
    assert level(sound.pcm) == pytest.approx(0.5 / 2**0.5, rel=0.06)  # LAME takes 5 % off


@pytest.mark.parametrize("rate", [8000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000])
def test_any_rate_is_as_long(rate):
    assert len(decode(wav(tone(700, rate=rate), rate=rate)).data) == pytest.approx(RATE * 2 * 0.7, abs=4)


def test_what_needs_no_work_is_untouched():
    assert decode(GOOD) == Pcm(RATE, s16(tone(500)))
    assert decode(encoded(tone(500), format="flac", codec="flac")) == Pcm(RATE, s16(tone(500)))


def test_two_channels_are_mixed():
    silent_right = decode(wav(tone(500, loud=0.8), silence(500)))
    assert level(silent_right) == pytest.approx(0.4 / 2**0.5, rel=0.01)
    opposite = decode(wav(tone(500), [-one for one in tone(500)]))
    assert level(opposite) == pytest.approx(0, abs=0.001)


@pytest.mark.parametrize("channels", range(1, 10))
def test_as_many_channels_as_there_are_are_heard_or_refused(tmp_path, channels):
    with wave.open(str(tmp_path / "x.wav"), "wb") as file:
        file.setparams((channels, 2, 16_000, 0, "NONE", ""))
        file.writeframes(s16(*[tone(250, rate=16_000)] * channels))
    data = (tmp_path / "x.wav").read_bytes()
    if channels <= MAX_CHANNELS:
        assert decode(data).lasts_ms == 250
    else:
        with pytest.raises(Undecodable, match="no recorder writes 9 channels at 16000 Hz"):
            decode(data)


def test_a_file_that_changes_on_the_way_is_refused():
    frames = [encoded(tone(200), *more, format="adts", codec="aac") for more in ([], [tone(200)])]
    assert decode(frames[0]).lasts_ms >= 200
    assert decode(frames[1]).lasts_ms >= 200
    with pytest.raises(Undecodable, match="it changes its format on the way"):
        decode(frames[0] + frames[1])


def test_two_files_in_one_are_heard_as_one():
    frames = encoded(tone(200), format="adts", codec="aac")
    assert decode(frames * 2).lasts_ms >= 400


def test_tags_are_no_matter():
    assert decode(mp3() + b"TAG".ljust(128, b"x")).lasts_ms == 500
    artist = b"LIST\x0e\0\0\0INFOIART\x02\0\0\0\xc4\xe9"  # in Latin-1, as many a recorder writes it
    assert decode(GOOD[:36] + artist + GOOD[36:]).lasts_ms == 500


def test_a_limit_is_the_callers():
    assert decode(GOOD, longest_s=0.5).lasts_ms == 500
    with pytest.raises(Undecodable, match=r"it lasts longer than 0\.4 s"):
        decode(GOOD, longest_s=0.4)


def test_a_sample_a_second_is_not_believed():
    slow = bytearray(GOOD)
    slow[24:28] = (1).to_bytes(4, "little")
    with pytest.raises(Undecodable, match="longer than 60 s"):
        decode(bytes(slow))


def test_only_formats_of_sound_are_opened(tmp_path):
    (tmp_path / "secret.wav").write_bytes(GOOD)
    playlist = f"ffconcat version 1.0\nfile {tmp_path}/secret.wav\n"
    hls = f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{tmp_path}/secret.wav\n#EXT-X-ENDLIST\n"
    for data in (playlist, hls):
        with pytest.raises(Undecodable):
            decode(data.encode())
    with pytest.raises(Undecodable):
        decode(GOOD, formats=("mp3",))


def film() -> bytes:
    """A film with nothing to hear: two small grey frames."""
    out = BytesIO()
    with av.open(out, "w", format="mov") as file:
        stream = file.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for _ in range(2):
            file.mux(stream.encode(av.VideoFrame(32, 32, "yuv420p")))
        file.mux(stream.encode(None))
    return out.getvalue()


NOT_SOUND = {
    "a silent film": film(),
    "nothing": b"",
    "zeros": bytes(20_000),
    "noise": random.Random(1).randbytes(20_000),
    "text": b"one two three " * 500,
    "a web page": b"<!doctype html><html><body>" * 500,
    "an MP3's first bytes": mp3()[:200],
    "an MP3 with a hole in it": mp3()[:1500] + random.Random(3).randbytes(1000) + mp3()[1500:],
}


@pytest.mark.parametrize("data", NOT_SOUND.values(), ids=NOT_SOUND)
def test_what_is_no_sound_is_refused(data):
    with pytest.raises(Undecodable) as caught:
        decode(data)
    assert caught.value.why.isprintable()


FILES = [mp3(100), *starmap(lambda f, c: encoded(tone(100), format=f, codec=c), KINDS.values())]


@given(file=st.sampled_from(FILES), changes=st.data())
@settings(max_examples=200, deadline=None)
def test_a_damaged_file_is_heard_or_refused(file, changes):
    data = bytearray(file)
    for _ in range(changes.draw(st.integers(1, 6))):
        data[changes.draw(st.integers(0, len(data) - 1))] = changes.draw(st.integers(0, 255))
    del data[changes.draw(st.integers(0, len(data))) :]
    try:
        assert 0 < decode(bytes(data)).lasts_ms <= 60_000
    except Undecodable as error:
        assert error.why  # noqa: PT017  # either is right


def test_nothing_is_written_to_the_terminal(capfd):
    for data in NOT_SOUND.values():
        with pytest.raises(Undecodable):
            decode(data)
    assert capfd.readouterr() == ("", "")
