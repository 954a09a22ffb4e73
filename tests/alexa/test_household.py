"""A household: whose voice was recognised is a person of their own. And a stream that nobody knows any more is stopped."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from skill.content.reader import catalogue
from skill.settings import Settings, person, prepare
from skill.voice.phrases import wanted
from skill.voice.voices import FILE
from tests.alexa.signing import SKILL_ID
from tests.alexa.test_stream import URL, Server, the_play
from tests.audio.fakes import a_bank
from tests.device import Device

MUM, DAD = "amzn1.ask.person.MUM", "amzn1.ask.person.DAD"
NOTICE = "Before we start: I guide gentle back movements."


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_bank(tmp_path_factory.mktemp("bank") / FILE, wanted(catalogue()))


@pytest.fixture
def server(tmp_path: Path, bank: Path) -> Server:
    shutil.copy(bank, tmp_path / FILE)
    return Server(Settings(tmp_path, SKILL_ID, URL))


def straight_through(device: Device) -> Device:
    device.launch()
    device.intend("AMAZON.YesIntent")
    device.intend("AMAZON.YesIntent")
    assert device.player.playing
    return device


def test_each_voice_of_a_household_hears_the_notice_and_has_a_place_of_its_own(server: Server) -> None:
    device = server.device(voice=MUM)
    assert NOTICE in device.launch()
    device.intend("AMAZON.YesIntent")
    device.silence()
    device.voice = DAD
    assert NOTICE in device.launch()  # she has heard it, and he has not
    device.silence()
    device.voice = ""
    assert NOTICE in device.launch()  # nor has whoever is not recognised


def test_what_a_player_tells_of_a_stream_is_told_of_whoever_began_it(server: Server) -> None:
    device = straight_through(server.device(voice=MUM))
    device.wait(90)  # into the first set
    device.press("Pause")
    assert any(one.startswith("You were on") for one in device.launch())
    device.voice = DAD
    assert NOTICE in device.launch()


def test_to_forget_one_voice_forgets_no_other(server: Server) -> None:
    device = server.device(voice=MUM)
    device.launch()
    device.intend("AMAZON.YesIntent")
    device.silence()
    device.voice = DAD
    device.launch()
    device.intend("AMAZON.YesIntent")
    device.intend("ForgetIntent")
    assert device.intend("AMAZON.YesIntent")[0] == "Done."
    assert NOTICE in device.launch()
    device.silence()
    device.voice = MUM
    assert NOTICE not in device.launch()


def test_no_id_of_a_voice_is_kept_or_logged(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    straight_through(server.device(voice=MUM))
    written = b"".join(path.read_bytes() for path in server.settings.data_dir.iterdir() if path.is_file())
    assert MUM.encode() not in written
    assert MUM not in caplog.text
    assert person(prepare(server.settings.data_dir), f"person:{MUM}").encode() in written


# A stream that is ours, and that we know no more

STOPPING = [
    "AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.PauseIntent", "HurtsIntent", "EmergencyIntent", "NumbIntent", "FaintIntent",
    "FinishIntent",
]  # fmt: skip


@pytest.mark.parametrize("anew", [True, False], ids=["with another key", "without a voice"])
def test_a_stream_that_is_known_no_more_is_stopped(
    server: Server, tmp_path: Path, bank: Path, *, anew: bool
) -> None:
    device = straight_through(server.device())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if anew:
        shutil.copy(bank, elsewhere / FILE)
    other = Server(replace(server.settings, data_dir=elsewhere))
    other.clock, other.amazon = server.clock, server.amazon
    for intent in STOPPING:
        envelope = device.envelope(
            {"type": "IntentRequest", "intent": {"name": intent, "confirmationStatus": "NONE"}}
        )
        playing = the_play(device)["audioItem"]["stream"]["token"]
        assert envelope["context"]["AudioPlayer"]["token"] == playing
        status, body = Server.post(_at(other, server), envelope)
        assert status == 200
        directives = json.loads(body)["response"].get("directives", [])
        assert [one["type"] for one in directives] == ["AudioPlayer.Stop"], intent


def _at(other: Server, server: Server) -> Server:
    """The other installation, at the time of the first."""
    other.clock.now = server.clock.now
    return other
