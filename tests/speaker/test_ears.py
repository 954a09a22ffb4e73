"""The page with a microphone: a recording is played into a real browser's, over the coach's own counting."""

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Playwright

from audio.voices import Pace
from audio.voices.espeak import Espeak
from tests.speaker.conftest import QUIET, chromium
from tests.speaker.visitor import Visitor
from tests.test_server import Server

pytestmark = pytest.mark.alone

RATE = 48_000


def recorded(path: Path, *said: str, before_s: float = 1.0) -> Path:
    """A recording of somebody who says this, with quiet around it."""
    parts = [np.zeros(round(before_s * RATE))]
    with Espeak("en-US") as voice:
        for text in said:
            pcm = voice.say(text, Pace.TELL)
            sound = np.frombuffer(pcm.data, "<i2")
            parts += [
                np.interp(np.arange(0, len(sound), pcm.rate / RATE), np.arange(len(sound)), sound),
                np.zeros(3 * RATE),
            ]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.concatenate(parts).astype("<i2").tobytes())
    return path


@pytest.fixture
def talker(
    playing: Playwright, home: Server, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Visitor]:
    """A visitor whose microphone hears a recording, from the moment that it is turned on."""
    recording = recorded(tmp_path / "said.wav", *request.param)
    heard = (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={recording}%noloop",
    )
    browser = playing.chromium.launch(executable_path=chromium(), args=[*QUIET, *heard])
    with browser.new_context(permissions=["microphone"]) as context:
        visitor = Visitor(context.new_page(), home.port)
        visitor.come()
        yield visitor
        assert visitor.trouble == []
    browser.close()


@pytest.mark.parametrize("talker", [["stop"]], indirect=True)
def test_stop_is_heard_over_the_counting(talker: Visitor):
    talker.says("the knee rolls", "Shall we begin?")
    talker.says("yes", "Straight through?")
    talker.says("set by set", "Ready?")
    talker.says("yes", "Five rounds.")
    talker.until("backbeat.voice.playing && backbeat.voice.now() > 4000")
    before = talker.answers
    assert talker.asks("backbeat.ears.start()") == ""
    talker.until("!backbeat.voice.shown?.phases.length || !backbeat.voice.playing")
    talker.hears("See you next time.", after=before)
    assert talker.page.locator("#log li.you").last.inner_text() == "stop"


@pytest.mark.parametrize("talker", [["start my back routine", "yes"]], indirect=True)
def test_somebody_only_talks(talker: Visitor):
    """The first press turns the microphone on; then nothing is touched any more."""
    talker.page.click("#talk")
    talker.hears("Shall we begin?")
    talker.until("backbeat.ears.on")
    talker.hears("", after=1)
    assert talker.asks("document.querySelectorAll('#log li.you').length") >= 1
