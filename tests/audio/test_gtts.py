"""gTTS, wrapped, with a pretend Google that has every bad habit of the real one, and some more."""

import socket
import subprocess
import sys
import threading
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.voices import NoVoice, Pace, Pcm, Voice, VoiceError
from audio.voices.gtts import LOCALES, Gtts, Patience
from tests.audio.google import (
    Google,
    drips,
    drips_before_the_page,
    encoded,
    hangs_up,
    mp3,
    never,
    no_audio,
    nothing,
    page,
    resets,
    says,
    sent_to_a_page,
    speech,
    status,
    stops_half_way,
    tone,
)

AMPLE = Patience(deadline_s=30, tries=3, back_off_s=0.01)
SHORT = Patience(deadline_s=0.4, tries=3, back_off_s=0.01)
HALF_A_SECOND = 24_000
"""Bytes of what the pretend Google says."""

WORDLESS = ["", " ", "\n", "…", "?!", ". . ."]
LONG = "Lie on your back with your knees bent. " * 6


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """GTTS asks through whatever proxy is set, and asks it for this machine too."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def gtts(google: Google, patience: Patience = AMPLE) -> Voice:
    return Gtts(patience=patience, endpoint=google.url)


def refused(voice: Voice, text: str = "one", kind: type[VoiceError] = VoiceError) -> str:
    """Why it was not said: in a line, and with something to do about it."""
    with pytest.raises(VoiceError) as caught:
        voice.say(text, Pace.TELL)
    assert caught.type is kind
    assert caught.value.text == text
    assert "\n" not in caught.value.why
    return caught.value.why


# --- Speech ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pace", Pace)
def test_a_phrase_is_said(pace):
    with Google(speech) as google:
        assert gtts(google).say("one", pace).lasts_ms == 500
    assert google.asked == ["one"]


def test_a_long_text_is_said_whole():
    with Google(speech) as google:
        said = gtts(google).say(LONG, Pace.TELL)
    parts = len(google.asked)
    assert parts > 2
    assert len(said.data) == parts * HALF_A_SECOND
    assert " ".join(google.asked).replace(".", "").split() == LONG.replace(".", "").split()


def test_phrases_are_said_side_by_side():
    with Google(speech) as google, ThreadPoolExecutor(8) as pool:
        voice = gtts(google)
        said = list(pool.map(lambda n: voice.say(f"number {n}", Pace.TELL), range(24)))
    assert {len(one.data) for one in said} == {HALF_A_SECOND}
    assert sorted(google.asked) == sorted(f"number {n}" for n in range(24))


@given(text=st.text(max_size=250))
@settings(max_examples=40, deadline=None)
def test_any_text_is_said_or_refused(text):
    with Google(speech) as google:
        try:
            assert isinstance(gtts(google).say(text, Pace.TELL), Pcm)
        except VoiceError as error:
            assert error.text == text  # noqa: PT017  # either is right
            assert google.asked == []


# --- No speech: each row of our notes on gTTS, and what the person is told --------------------------------------


NO_SPEECH = {
    "403": (status(403), "newer", 1),
    "404": (status(404), "newer", 1),
    "429": (status(429), "asked too much (429)", 1),
    "500": (status(500), "out of order (500)", 3),
    "503": (status(503), "out of order (503)", 3),
    "a page that asks for consent": (page, "consent", 1),
    "sent on to such a page": (sent_to_a_page, "consent", 1),
    "no audio in the answer": (no_audio, "without speech", 1),
    "an empty answer": (nothing, "consent", 1),
    "empty audio": (says(b""), "consent", 1),
    "bad base 64": (says(b"A"), "garbled", 1),
    "letters that are not in base 64": (says("é".encode()), "garbled", 1),
    "not UTF-8": (says(b"\xff\xfe"), "garbled", 1),
    "not MP3": (says(b64encode(b"I am not an MP3. " * 99)), "cannot be heard", 1),
    "WAV": (says(b64encode(encoded(tone(99), format="wav", codec="pcm_s16le"))), "cannot be heard", 1),
    "an MP3 of nothing": (says(b64encode(mp3()[:100])), "cannot be heard", 1),
    "a playlist": (says(b64encode(b"ffconcat version 1.0\nfile /etc/passwd\n")), "cannot be heard", 1),
    "a reset": (resets, "keeps breaking", 3),
    "hung up": (hangs_up, "keeps breaking", 3),
    "half an answer": (stops_half_way, "keeps breaking", 3),
}


FOR_ALL = {"429", "a reset", "hung up", "half an answer"}
"""What is so whatever the text."""


@pytest.mark.parametrize("name", NO_SPEECH)
def test_what_is_no_speech_is_refused(name):
    answer, told, times = NO_SPEECH[name]
    with Google(answer) as google:
        why = refused(gtts(google), kind=NoVoice if name in FOR_ALL else VoiceError)
    assert told in why
    assert "--voice espeak" in why
    assert len(google.asked) == times


@pytest.mark.parametrize("answer", [status(500), status(503), resets, hangs_up, stops_half_way])
def test_what_passes_is_waited_for(answer):
    with Google(answer, answer, speech) as google:
        assert gtts(google).say("one", Pace.TELL).lasts_ms == 500
    assert google.asked == ["one"] * 3


@pytest.mark.parametrize("answer", [page, nothing, says(b"")])
def test_a_text_said_in_part_is_refused(answer):
    with Google(speech, answer, speech) as google:
        assert "consent" in refused(gtts(google), LONG)


@pytest.mark.parametrize("text", WORDLESS)
def test_what_has_no_word_in_it_is_refused_unasked(text):
    with Google(speech) as google:
        assert refused(gtts(google), text) == "there is no word in it"
    assert google.asked == []


UNASSERTED = """
from audio.voices import Pace, VoiceError
from audio.voices.gtts import Gtts
for text in %r:
    try:
        Gtts(endpoint="http://127.0.0.1:9/").say(text, Pace.TELL)
    except VoiceError as error:
        print(error.why)
"""


def test_so_it_is_where_nothing_is_asserted():
    command = [sys.executable, "-O", "-c", UNASSERTED % WORDLESS]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["there is no word in it"] * len(WORDLESS)


# --- In time --------------------------------------------------------------------------------------------------


def left_behind() -> list[threading.Thread]:
    """The threads that still wait for Google."""
    return [thread for thread in threading.enumerate() if thread.name == "gtts"]


@pytest.mark.parametrize("answer", [never, drips, drips_before_the_page])
def test_a_slow_google_is_left_at_the_deadline(answer):
    with Google(answer) as google:
        assert "no whole answer within 0.4 s" in refused(gtts(google, SHORT), kind=NoVoice)
        assert all(thread.daemon for thread in left_behind())  # the program may end without them
    assert google.asked == ["one"]
    for thread in left_behind():  # which they do too, when Google is done
        thread.join(10)
        assert not thread.is_alive()


def test_nobody_waits_for_a_google_that_says_nothing():
    with Google(never) as google:
        refused(gtts(google, SHORT), kind=NoVoice)
        for thread in left_behind():
            thread.join(10)
            assert not thread.is_alive()


def test_the_deadline_is_for_all_tries_together():
    with Google(status(503), drips) as google:
        assert "no whole answer within 0.4 s" in refused(gtts(google, SHORT), kind=NoVoice)
    assert google.asked == ["one"] * 2


def test_a_pause_that_would_pass_the_deadline_is_not_made():
    with Google(status(503)) as google:
        patience = Patience(deadline_s=5, tries=9, back_off_s=60)
        assert "(503)" in refused(gtts(google, patience))
    assert google.asked == ["one"]


def test_with_no_time_at_all_nothing_is_asked():
    with Google(speech) as google:
        assert "within 0 s" in refused(gtts(google, Patience(deadline_s=0)), kind=NoVoice)
    assert google.asked == []


# --- Offline --------------------------------------------------------------------------------------------------


def test_nobody_is_there():
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    why = refused(Gtts(patience=AMPLE, endpoint=f"http://127.0.0.1:{port}/"), kind=NoVoice)
    assert "cannot be reached" in why
    assert "No internet?" in why
    assert "--voice espeak" in why


@pytest.mark.parametrize("endpoint", ["http://nowhere.invalid/", "http://", "gopher://x/", "http://x:y/"])
def test_an_address_that_is_none(endpoint):
    assert "--voice espeak" in refused(Gtts(patience=SHORT, endpoint=endpoint), kind=NoVoice)


@pytest.mark.parametrize(
    ("module", "locale"), [("gtts", "en-US"), ("gtts.lang", "en-US"), ("tenacity", "en-GB"), ("gtts", "xx")]
)
def test_without_gtts_it_says_what_to_install(monkeypatch, module, locale):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(NoVoice, match=r'^gTTS is not installed: pip install "backbeat\[gtts\]"'):
        Gtts(locale)


# --- Languages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "tld", "name"),
    [
        ("en-US", None, "en us"),
        ("en-GB", None, "en co.uk"),
        ("en-GB", "com", "en com"),
        ("en", None, "en com"),
        ("de-AT", None, "de com"),
        ("zh-TW", None, "zh-TW com"),
    ],
)
def test_a_name_says_what_would_sound_different(locale, tld, name):
    assert Gtts(locale, tld=tld).name == f"gtts {version('gtts')} {name}"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_locale_is_asked_for_by_its_language_and_no_warning(locale):
    with Google(speech) as google:
        voice = Gtts(locale, patience=AMPLE, endpoint=google.url)
        voice.say("one", Pace.TELL)
    assert google.langs == {LOCALES[locale][0]}


@pytest.mark.parametrize("locale", ["xx-YY", "", "-", "EN", "Klingon"])
def test_a_language_that_nobody_speaks_is_refused_at_once(locale):
    with pytest.raises(NoVoice, match=r"gTTS does not speak '.*'. It speaks af, am, .*, en, "):
        Gtts(locale)


def test_an_accent_is_a_google_in_another_country(monkeypatch):
    with Google(speech) as google:
        monkeypatch.setenv("https_proxy", google.url)
        refused(Gtts("en-GB", patience=AMPLE), kind=NoVoice)
    assert google.tunnels == ["translate.google.co.uk:443"]
