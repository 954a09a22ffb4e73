"""A stream as Alexa meets it: signed envelopes over the webhook, an AudioPlayer, and what it fetches."""

import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from audio.frames import FRAME_MS, LEAD_MS
from skill.alexa.inbound import BUTTONS, REPORTS
from skill.alexa.verify import RequestVerifier
from skill.app import create_app
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark, start
from skill.coach.timeline.stream import Stream
from skill.coach.timeline.wishes import USUAL
from skill.content.reader import catalogue
from skill.conversation import Conversation
from skill.settings import DATABASE, Settings, person
from skill.voice import voices
from skill.voice.ours import load
from skill.voice.phrases import wanted
from skill.voice.reels import Reels, Voiced
from skill.voice.voices import FILE
from tests.alexa.signing import SKILL_ID, Amazon
from tests.audio.fakes import a_bank
from tests.device import Device
from tests.echo import Clock
from tests.player import legal

Json = dict[str, Any]

URL = "https://coach.example"
CONTENT = catalogue()
FRAME = 144
"""Bytes."""
NOTHING: Json = {}
STOP = {"type": "AudioPlayer.Stop"}
ANYBODY = (f"amzn1.ask.account.{number}" for number in count(1))
"""A person, new to everything."""


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole bank of a pretend voice, on disk."""
    return a_bank(tmp_path_factory.mktemp("bank") / FILE, wanted(CONTENT))


@pytest.fixture
def folder(tmp_path: Path, bank: Path) -> Path:
    shutil.copy(bank, tmp_path / FILE)
    return tmp_path


class Server:
    """An installation, and the way from Alexa to it: what posts an envelope, and what the player fetches."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.clock, self.amazon = settings, Clock(), Amazon()
        verifier = RequestVerifier(
            skill_id=SKILL_ID, roots=self.amazon.roots, fetch=self.amazon.fetch, clock=self.clock
        )
        self.client: FlaskClient = create_app(settings, verify=verifier.verify).test_client()
        self.lengths: dict[str, int] = {}

    def post(self, envelope: Json) -> tuple[int, bytes]:
        body = json.dumps(envelope).encode()
        headers = {**self.amazon.headers(body), "Content-Type": "application/json"}
        got = self.client.post("/alexa", data=body, headers=headers)
        return got.status_code, got.data

    def __call__(self, envelope: Json) -> Json:
        status, data = self.post(envelope)
        assert status == 200, data
        answer: Json = json.loads(data)
        return answer

    def length(self, url: str) -> int:
        """How long what is at a URL lasts, ms: as many frames as it has."""
        if url not in self.lengths:
            got = self.client.head(url.removeprefix(URL))
            assert got.status_code == 200
            self.lengths[url] = got.content_length // FRAME * FRAME_MS
        return self.lengths[url]

    def device(self, **how: Any) -> Device:
        return Device(self, self.clock, **{"length": self.length, "user": next(ANYBODY), **how})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, bank: Path) -> Server:
    """For all who come: each test has people of its own."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copy(bank, folder / FILE)
    return Server(Settings(folder, SKILL_ID, URL))


def set_out(server: Server, **how: Any) -> Device:
    """The first time ever, and straight through."""
    device = server.device(**how)
    device.launch()
    device.intend("AMAZON.YesIntent")
    device.intend("AMAZON.YesIntent")
    return device


def the_play(device: Device) -> Json:
    """The newest Play."""
    return next(
        one
        for _, answer in reversed(device.answers)
        for one in answer["response"].get("directives", [])
        if one["type"] == "AudioPlayer.Play"
    )


def test_the_first_time_ever_to_the_stream(server: Server) -> None:
    device = server.device()
    assert device.launch()[-1] == "Shall we begin?"
    assert device.intend("AMAZON.YesIntent")[-1].endswith("Straight through?")
    assert device.intend("AMAZON.YesIntent")[0] == "All right."
    assert device.attributes is None
    assert device.answers[2][1]["response"]["shouldEndSession"] is True
    assert device.player.playing
    device.wait(60)
    (heard,) = device.heard
    assert heard.token == the_play(device)["audioItem"]["stream"]["token"]
    assert [kind for kind, _ in device.answers][3:] == ["AudioPlayer.PlaybackStarted"]


def test_it_replaces_all_from_its_offset_and_says_what_it_is(server: Server) -> None:
    play = the_play(set_out(server))
    stream, metadata = play["audioItem"]["stream"], play["audioItem"]["metadata"]
    assert play["playBehavior"] == "REPLACE_ALL"
    assert stream["url"] == f"{URL}/audio/{stream['token']}.mp3"
    assert "expectedPreviousToken" not in stream
    assert stream["offsetInMilliseconds"] > 0
    assert (metadata["title"], metadata["subtitle"]) == ("Your back routine", "Set one of the pelvic tilt")
    assert [source["url"] for source in metadata["art"]["sources"]] == [f"{URL}/art/icon.png"]
    assert [source["url"] for source in metadata["backgroundImage"]["sources"]] == [
        f"{URL}/art/background.png"
    ]


def test_what_a_screen_shows_is_there_and_as_large_as_it_says(server: Server) -> None:
    metadata = the_play(set_out(server))["audioItem"]["metadata"]
    for name, size in (("art", (512, 512)), ("backgroundImage", (1200, 800))):
        (source,) = metadata[name]["sources"]
        with server.client.get(source["url"].removeprefix(URL)) as got:
            data = got.data
        assert (got.status_code, got.mimetype) == (200, "image/png")
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        found = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
        assert found == size == (source["widthPixels"], source["heightPixels"])
    assert server.client.get("/art/other.png").status_code == 404


def test_the_figures_are_pictures_that_can_be_had(server: Server) -> None:
    with server.client.get("/art/figures/pelvic_tilt.usual.png") as got:
        assert (got.status_code, got.mimetype) == (200, "image/png")
        assert got.cache_control.max_age == 24 * 60 * 60
        assert got.data.startswith(b"\x89PNG\r\n\x1a\n")
    for name in ("pelvic_tilt", "pelvic_tilt.other", "..%2Ficon", "../icon", "%2e%2e/icon", "x" * 300):
        assert server.client.get(f"/art/figures/{name}.png").status_code == 404


def test_a_player_fetches_it_from_its_offset(server: Server) -> None:
    stream = the_play(set_out(server))["audioItem"]["stream"]
    path = stream["url"].removeprefix(URL)
    whole = server.client.get(path)
    assert (whole.status_code, whole.mimetype) == (200, "audio/mpeg")
    at = stream["offsetInMilliseconds"] // FRAME_MS * FRAME
    got = server.client.get(path, headers={"Range": f"bytes={at}-"})
    assert (got.status_code, got.mimetype) == (206, "audio/mpeg")
    assert got.headers["Content-Range"] == f"bytes {at}-{len(whole.data) - 1}/{len(whole.data)}"
    assert got.data == whole.data[at:]
    assert got.data[:2] in {b"\xff\xf3", b"\xff\xfb", b"\xff\xf2", b"\xff\xfa"}  # a frame begins there


def test_a_pause_is_answered_with_the_place_and_an_open_ear_and_yes_goes_on(server: Server) -> None:
    device = set_out(server)
    device.wait(60)
    said = device.intend("AMAZON.PauseIntent")
    response = device.answers[-2 if "Stopped" in device.answers[-1][0] else -1][1]["response"]
    assert said[-1].startswith("Paused at lift ")
    assert said[-1].endswith(": shall we go on?")
    assert (response["shouldEndSession"], response["directives"]) == (False, [STOP])
    assert "reprompt" not in response
    token = the_play(device)["audioItem"]["stream"]["token"]
    assert device.heard[-1].token == token
    device.intend("AMAZON.YesIntent")
    assert device.player.playing
    assert the_play(device)["audioItem"]["stream"]["token"] != token
    where = said[-1].removeprefix("Paused at ").partition(" of ")[0]
    assert the_play(device)["audioItem"]["metadata"]["subtitle"].lower().startswith(where)


def test_a_quiet_pause_says_nothing_and_ends_the_session(folder: Path) -> None:
    device = set_out(Server(Settings(folder, SKILL_ID, URL, quiet_pause=True)))
    device.wait(60)
    assert device.intend("AMAZON.PauseIntent") == []
    paused = [answer for kind, answer in device.answers if kind == "IntentRequest"][-1]
    assert paused["response"] == {"directives": [STOP], "shouldEndSession": True}
    assert not device.player.playing
    assert device.attributes is None
    device.wait(600)
    assert device.intend("AMAZON.ResumeIntent") == []
    assert device.player.playing


# Whatever is told of whatever stream


def raw(device: Device, kind: str, **fields: Any) -> Json:
    """A request without a session, as it is sent now, with these fields."""
    return device.envelope({"type": kind, **fields})


def of_a_clip(server: Server) -> str:
    """The token of a set played within a reply, to somebody else."""
    other = server.device()
    for name in ("", "AMAZON.YesIntent", "AMAZON.NoIntent", "AMAZON.YesIntent"):
        other.intend(name) if name else other.launch()
    ssml: str = other.answers[-1][1]["response"]["outputSpeech"]["ssml"]
    return ssml.partition("/audio/")[2].partition(".mp3")[0]


STRANGE: dict[str, Callable[[Json, dict[str, str]], None]] = {
    # what is done to a request that is about a stream of ours
    "a foreign token": lambda envelope, tokens: _told(envelope, token=tokens["foreign"]),
    "a garbage token": lambda envelope, _: _told(envelope, token="x.y.z\ud800"),
    "an endless token": lambda envelope, _: _told(envelope, token="W10." * 5000),
    "an empty token": lambda envelope, _: _told(envelope, token=""),
    "a token that is a number": lambda envelope, _: _told(envelope, token=7),
    "a missing token": lambda envelope, _: _told(envelope, token=None),
    "a token of a clip": lambda envelope, tokens: _told(envelope, token=tokens["clip"]),
    "a negative offset": lambda envelope, _: _told(envelope, offsetInMilliseconds=-1),
    "an offset that is a word": lambda envelope, _: _told(envelope, offsetInMilliseconds="ten"),
    "an offset that is a fraction": lambda envelope, _: _told(envelope, offsetInMilliseconds=1.5),
    "an offset that is true": lambda envelope, _: _told(envelope, offsetInMilliseconds=True),
    "a player that is a list": lambda envelope, _: envelope["context"].update(AudioPlayer=[]),
}


def _told(envelope: Json, **fields: Any) -> None:
    """Lay fields over a request and the player of its context; None takes one away."""
    request, player = envelope["request"], envelope["context"]["AudioPlayer"]
    for holder in (request, player, request.get("currentPlaybackState", {})):
        for name, value in fields.items():
            if value is None:
                holder.pop(name, None)
            else:
                holder[name] = value


def about(device: Device, kind: str) -> Json:
    """A request that says where the stream is, and is in order."""
    track = device.player.current
    assert track
    where = {"token": track.token, "offsetInMilliseconds": track.at}
    if kind == "AudioPlayer.PlaybackFailed":
        error = {"type": "MEDIA_ERROR_UNKNOWN", "message": "Device playback error"}
        return raw(
            device,
            kind,
            token=track.token,
            error=error,
            currentPlaybackState={**where, "playerActivity": "PLAYING"},
        )
    return raw(device, kind, **(where if kind in REPORTS else {}))


@pytest.fixture(scope="module")
def tokens(server: Server) -> dict[str, str]:
    """Tokens that are no stream's of ours."""
    ours = load(server.settings.data_dir, CONTENT)
    assert ours
    stream = Stream(
        0, 0, start("back_routine", CONTENT), counted=False, long=(), left=(), wishes=USUAL, days=1
    )
    foreign = Reels((Voiced(Edition(CONTENT, ours.measure), ours.bank),), bytes(32)).token(
        stream, CONTENT.language
    )
    assert foreign
    return {"clip": of_a_clip(server), "foreign": foreign}


@pytest.mark.parametrize("kind", [*REPORTS, *BUTTONS])
@pytest.mark.parametrize("name", STRANGE)
def test_what_is_told_of_no_stream_of_ours_is_harmless(
    server: Server, tokens: dict[str, str], name: str, kind: str
) -> None:
    device = set_out(server)
    device.wait(60)
    envelope = about(device, kind)
    STRANGE[name](envelope, tokens)
    status, data = server.post(envelope)
    assert status == 200
    answer = json.loads(data)
    legal(kind, answer, length=server.length)
    if kind in REPORTS and "player" not in name:
        assert answer["response"] == NOTHING
    device.wait(1)
    if "player" not in name:  # which leaves the report itself in order
        said = device.intend("AMAZON.PauseIntent")
        assert said[-1].startswith("Paused at lift " if kind in REPORTS else "Paused at ")


@pytest.mark.parametrize("kind", [*REPORTS, *BUTTONS])
@pytest.mark.parametrize("known", [True, False], ids=["somebody", "a stranger"])
def test_what_is_told_with_hardly_a_context_is_harmless(server: Server, kind: str, known: bool) -> None:  # noqa: FBT001
    device = set_out(server)
    envelope = about(device, kind)
    system = envelope["context"]["System"]
    envelope["context"] = {
        "System": {"application": system["application"], **({"user": system["user"]} if known else {})}
    }
    status, data = server.post(envelope)
    assert status == 200
    answer = json.loads(data)
    legal(kind, answer, length=server.length)


def test_a_request_without_any_context_is_nobodys(server: Server) -> None:
    device = set_out(server)
    envelope = about(device, "AudioPlayer.PlaybackStopped")
    del envelope["context"]
    assert server.post(envelope)[0] == 400


@pytest.mark.parametrize("error", ["MEDIA_ERROR_UNKNOWN", "MEDIA_ERROR_OF_TOMORROW", "", None, 7])
def test_a_stream_that_fails_is_tried_once_more_whatever_is_said_of_it(server: Server, error: object) -> None:
    device = set_out(server)
    device.wait(60)
    failed = about(device, "AudioPlayer.PlaybackFailed")
    failed["request"]["error"] = {"type": error, "message": "?"} if error is not None else None
    with capture_logs() as logs:
        answer = server(failed)
    legal("AudioPlayer.PlaybackFailed", answer, length=server.length)
    (again,) = answer["response"]["directives"]
    assert again["playBehavior"] == "REPLACE_ALL"
    assert again["audioItem"]["metadata"]["subtitle"].startswith("Lift ")
    token = failed["request"]["token"]
    ((address, why),) = [
        (line["address"], line["why"]) for line in logs if line["event"] == "Alexa could not play our voice"
    ]
    assert address == f"{URL}/audio/{token}.mp3"
    assert why == (error if isinstance(error, str) else "")


def test_a_stream_from_before_a_change_of_voice_is_taken_to_be_earlier_rather_than_later(
    folder: Path,
) -> None:
    before = Server(Settings(folder, SKILL_ID, URL))
    device = before.device(length=lambda _: 30 * 60_000)
    for word in (device.launch, *[lambda: device.intend("AMAZON.YesIntent")] * 2):
        word()
    device.wait(228)
    assert device.player.current
    token, at = device.player.current.token, device.player.current.at
    heard = mark_in(folder, token, at)
    a_bank(folder / FILE, wanted(CONTENT), afresh=True, lasts_ms=150)  # a voice that says everything faster
    after = Server(Settings(folder, SKILL_ID, URL))

    def answer(envelope: Json) -> Json:
        after.clock.now = device.clock.now
        return after(envelope)

    device.skill = answer
    (said,) = device.intend("AMAZON.PauseIntent")
    assert (heard.set, heard.rep) == (2, 7)
    assert mark_in(folder, token, at).set == 2
    assert mark_in(folder, token, at).rep > heard.rep  # where the same moment would be now
    assert said == "Paused at lift six of eight, set two of three: shall we go on?"


def mark_in(folder: Path, token: str, at: int) -> Bookmark:
    """Where a moment of a stream is, as the voice in a folder lays it out."""
    ours = load(folder, CONTENT)
    assert ours
    edition = Edition(CONTENT, ours.measure)
    stream = Reels((Voiced(edition, ours.bank),), (folder / "key").read_bytes()).named(token)
    assert isinstance(stream, Stream)
    return edition.stream(stream).place(at - LEAD_MS)


def test_a_bad_answer_of_ours_is_logged(server: Server) -> None:
    device = set_out(server)
    with capture_logs() as logs:
        device.exception("amzn1.echo-api.request.1")
    assert device.answers[-1][1]["response"] == NOTHING
    assert any("INVALID_RESPONSE" in str(line.get("error")) for line in logs)
    assert device.player.playing


# Forgetting


def kept(server: Server, device: Device) -> bool:
    """Whether anything of a person is in the bytes of the database, its log included."""
    folder = server.settings.data_dir
    who = person((folder / "key").read_bytes(), device.user).encode()
    return any(who in path.read_bytes() for path in folder.glob(f"{DATABASE}*"))


def two(server: Server) -> tuple[Device, Device]:
    """Two people, both known."""
    mine, others = set_out(server), set_out(server, name="amzn1.ask.device.OTHER")
    assert kept(server, mine)
    assert kept(server, others)
    return mine, others


def test_who_disables_the_skill_is_forgotten_and_nobody_else(server: Server) -> None:
    mine, others = two(server)
    mine.tell("AlexaSkillEvent.SkillDisabled")
    assert mine.answers[-1][1]["response"] == NOTHING
    assert not kept(server, mine)
    assert kept(server, others)
    mine.pause_here()  # and what their speaker still tells brings nothing of them back
    assert not kept(server, mine)
    assert "Shall we begin?" in mine.launch()
    assert others.intend("AMAZON.PauseIntent")[-1].startswith("Paused at ")


LATE = {  # s, and whether a skill event so late, or so early, is believed; and any other request
    0: (True, True),
    150: (True, True),
    151: (True, False),
    60 * 60: (True, False),
    -60 * 60: (True, False),
    60 * 60 + 1: (False, False),
    61 * 60: (False, False),
    -61 * 60: (False, False),
}


@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize("which", [0, 1], ids=["SkillDisabled", "PlaybackStopped"])
def test_a_skill_event_may_be_an_hour_late_and_nothing_else(server: Server, late: int, which: int) -> None:
    mine = set_out(server)
    mine.wait(1 - server.clock.now.microsecond / 1_000_000)  # what Alexa sends is of a whole second
    kind = ("AlexaSkillEvent.SkillDisabled", "AudioPlayer.PlaybackStopped")[which]
    envelope = mine.envelope({"type": kind}) if not which else about(mine, kind)
    server.clock.wait(late)
    status, _ = server.post(envelope)
    server.clock.wait(max(-late, 0))
    assert status == (200 if LATE[late][which] else 400)
    if not which:
        assert kept(server, mine) is not LATE[late][which]


@pytest.mark.parametrize(("answer", "forgotten"), [("AMAZON.YesIntent", True), ("AMAZON.NoIntent", False)])
def test_forget_me_forgets_only_on_a_yes(server: Server, answer: str, forgotten: bool) -> None:  # noqa: FBT001
    mine, others = two(server)
    assert mine.ask("ForgetIntent")[-1] == "Shall I forget it all?"
    assert not mine.player.playing
    said = mine.intend(answer)
    assert ("I've forgotten everything about you." in " ".join(said)) is forgotten
    assert kept(server, mine) is not forgotten
    assert kept(server, others)


# Where there are no streams


def without_an_address(folder: Path) -> Settings:
    return Settings(folder, SKILL_ID)


def without_a_bank(folder: Path) -> Settings:
    (folder / FILE).unlink()
    return Settings(folder, SKILL_ID, URL)


def with_an_incomplete_bank(folder: Path) -> Settings:
    texts = {text: pace for text, pace in wanted(CONTENT).items() if text != "one"}
    a_bank(folder / FILE, texts, afresh=True)
    return Settings(folder, SKILL_ID, URL)


def with_everything(folder: Path) -> Settings:
    return Settings(folder, SKILL_ID, URL)


@pytest.mark.parametrize(
    ("settings", "audioplayer"),
    [
        (without_an_address, True),
        (without_a_bank, True),
        (with_an_incomplete_bank, True),
        (with_everything, False),
    ],
)
def test_where_there_are_no_streams_none_is_offered_or_played(
    folder: Path,
    settings: Callable[[Path], Settings],
    audioplayer: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(voices, "BANKS", folder / "none that ships")
    server = Server(settings(folder))
    device = server.device(audioplayer=audioplayer)
    device.launch()
    for name in (
        "AMAZON.YesIntent",
        "StraightThroughIntent",
        "AMAZON.YesIntent",
        "AMAZON.NextIntent",
        "AMAZON.ResumeIntent",
    ):
        said = device.intend(name)
        assert "straight through" not in " ".join(said)
        assert said[-1].endswith("?")
    for kind in BUTTONS:
        assert server(raw(device, kind))["response"] == NOTHING
    assert not any(answer["response"].get("directives") for _, answer in device.answers)


# Faults


@pytest.mark.parametrize("kind", [*REPORTS, *BUTTONS])
def test_a_fault_of_ours_in_what_has_no_session_is_silent_and_logged(
    server: Server, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    device = set_out(server)

    def fault(*_: object, **__: object) -> None:
        raise RuntimeError("our mistake")

    monkeypatch.setattr(Conversation, "turn", fault)
    with capture_logs() as logs:
        answer = server(about(device, kind))
    assert answer["response"] == NOTHING
    legal(kind, answer)
    assert [line["kind"] for line in logs if line["event"] == "fault"] == ["RuntimeError"]
    with capture_logs():
        assert device.intend("AMAZON.PauseIntent")[0].startswith("Sorry, something went wrong on my side.")


def test_what_was_eased_before_it_began_can_be_streamed(server: Server) -> None:
    """A routine that nobody does as it is written: its minutes are others, and its first telling another."""
    device = server.device()
    device.launch()
    device.intend("AMAZON.YesIntent")
    device.intend("EasierIntent")
    device.intend("BeginIntent")
    device.intend("AMAZON.StopIntent")
    said = device.ask("StraightThroughIntent")
    assert "went wrong" not in " ".join(said)
    assert device.player.playing


EASED = ["AMAZON.YesIntent", "EasierIntent", "StraightThroughIntent"]


def test_an_eased_routine_plays_to_its_end(server: Server) -> None:
    device = server.device()
    device.launch()
    for name in EASED:
        device.intend(name)
    assert device.player.playing
    device.wait(3600)
    assert device.player.activity == "FINISHED"


# --- A turn does everything once ------------------------------------------------------------------------------


def calls(of: Callable[[], object]) -> Counter[str]:
    """How often each function was called on the way, by module and name."""
    found: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            found[f"{frame.f_globals.get('__name__', '')}.{frame.f_code.co_qualname}"] += 1

    sys.setprofile(count)
    try:
        of()
    finally:
        sys.setprofile(None)
    return found


ONCE = {
    "skill.kept.sqlite.SqliteStore.load": 1,
    "skill.kept.sqlite.SqliteStore.save": 1,
    "skill.kept.saved.load": 2,  # the session, and what is kept: the copy that the session carries is not read
    "skill.kept.saved.dump": 2,  # the session, and progress, which is both kept and carried
    "skill.kept.store.written": 1,
    "skill.coach.dialogue.step.step": 1,
    "skill.voice.reels.Reels.token": 1,
    "itsdangerous.serializer.Serializer.dumps": 1,
    "skill.alexa.handlers.Dispatch.can_handle": 1,
    "audio.reel.Reel.__init__": 0,  # a reel is named without being made
}


def yes(device: Device) -> Json:
    """They say yes, and nothing is fetched yet."""
    intent = {"name": "AMAZON.YesIntent", "confirmationStatus": "NONE"}
    return device.envelope({"type": "IntentRequest", "intent": intent})


def test_a_turn_reads_writes_signs_and_asks_once(server: Server) -> None:
    device = server.device()
    device.launch()
    device.intend("AMAZON.YesIntent")
    device.intend("AMAZON.NoIntent")  # set by set
    device.intend("AMAZON.YesIntent")
    envelope, answers = yes(device), list[Json]()
    turn = calls(lambda: answers.append(server(envelope)))  # set two, as a clip
    assert "<audio" in answers[0]["response"]["outputSpeech"]["ssml"]
    assert {name: turn[name] for name in ONCE} == ONCE


def test_a_stream_is_signed_once_and_named_without_being_made(server: Server) -> None:
    device = server.device()
    device.launch()
    device.intend("AMAZON.YesIntent")
    envelope, answers = yes(device), list[Json]()
    turn = calls(lambda: answers.append(server(envelope)))
    assert answers[0]["response"]["directives"]
    assert turn["itsdangerous.serializer.Serializer.dumps"] == 1
    assert turn["audio.reel.Reel.__init__"] == 0
