"""Audio that cannot be had: once more, then on in the speaker's own voice; and the operator knows which."""

import pytest
from structlog.testing import capture_logs

from skill.content.reader import catalogue
from skill.settings import Settings
from skill.voice.phrases import wanted
from skill.voice.voices import FILE
from tests.alexa.signing import SKILL_ID
from tests.alexa.test_stream import URL, Server, set_out
from tests.audio.fakes import a_bank
from tests.device import Device

OTHER_VOICE = "My own voice cannot be played just now."
DAY_S = 24 * 60 * 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Server:
    folder = tmp_path_factory.mktemp("server")
    a_bank(folder / FILE, wanted(catalogue()))
    return Server(Settings(folder, SKILL_ID, URL))


def heard(device: Device, *words: str) -> str:
    """All that is said to some words, one after the other."""
    return " ".join(" ".join(device.intend(word)) for word in words)


def by_sets(server: Server) -> Device:
    """The first time ever, set by set, as far as the first."""
    device = server.device()
    device.launch()
    heard(device, "AMAZON.YesIntent", "AMAZON.NoIntent")
    return device


def plays(device: Device) -> bool:
    """Whether the last reply had audio of ours in it, or plays any now."""
    ssml = device.answers[-1][1]["response"].get("outputSpeech", {}).get("ssml", "")
    return "<audio" in ssml or device.player.playing


def test_a_clip_that_cannot_be_had_is_tried_once_more_and_then_the_speaker_counts(server: Server):
    device = by_sets(server)
    heard(device, "AMAZON.YesIntent")
    assert plays(device)
    device.refuse()
    device.launch()
    heard(device, "AMAZON.YesIntent")
    assert plays(device)
    with capture_logs() as logs:
        device.refuse()
    (line,) = [line for line in logs if line["event"] == "Alexa could not play our voice"]
    assert line["address"].startswith(f"{URL}/audio/r")
    assert line["why"] == "INVALID_RESPONSE"
    device.launch()
    said = heard(device, "AMAZON.YesIntent")
    assert said.startswith(OTHER_VOICE)
    assert "Set one." in said  # what was not heard is not done
    assert not plays(device)
    said = heard(device, "AMAZON.YesIntent")  # said once
    assert OTHER_VOICE not in said
    assert not plays(device)


def test_a_stream_that_fails_twice_is_gone_on_with_in_the_speakers_own_voice_from_its_rep(server: Server):
    device = set_out(server)
    device.wait(60)
    for _ in range(2):
        assert device.player.playing
        device.fail("MEDIA_ERROR_SERVICE_UNAVAILABLE")
    assert not device.player.playing
    device.launch()
    said = heard(device, "AMAZON.YesIntent")
    assert said.startswith(OTHER_VOICE)
    assert not plays(device)


def test_what_could_be_played_the_second_time_is_forgotten(server: Server):
    """Two failures count only in a row."""
    device = by_sets(server)
    for _ in range(3):
        heard(device, "AMAZON.YesIntent")
        assert plays(device)
        device.refuse()
        device.launch()
        heard(device, "AMAZON.YesIntent")
        assert plays(device)
        device.silence()
        device.launch()


def test_after_a_day_it_is_tried_again_once(server: Server):
    device = by_sets(server)
    for _ in range(2):
        heard(device, "AMAZON.YesIntent")
        device.refuse()
        device.launch()
    heard(device, "AMAZON.YesIntent")
    assert not plays(device)
    device.exit()
    device.wait(DAY_S + 60)
    device.launch()
    heard(device, "AMAZON.YesIntent")
    assert plays(device)
    device.refuse()
    device.launch()
    heard(device, "AMAZON.YesIntent")
    assert not plays(device)


def test_an_error_that_is_not_about_audio_changes_nothing(server: Server):
    device = server.device()
    device.launch()
    device.refuse()
    device.launch()
    device.refuse()
    device.launch()
    heard(device, "AMAZON.YesIntent", "AMAZON.NoIntent", "AMAZON.YesIntent")
    assert plays(device)
