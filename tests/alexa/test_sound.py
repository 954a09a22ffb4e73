"""Our own voice over HTTP: reels by their token, and a set played as a clip within a reply."""

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer
from structlog.testing import capture_logs

from audio.bank import Bank, BankFile
from audio.frames import LEAD_MS, frames
from audio.reel import Placement, Reel
from audio.voices.espeak import Espeak
from skill.alexa.pictures import picture_of
from skill.alexa.sound import sound
from skill.alexa.verify import RequestVerifier
from skill.app import create_app
from skill.coach.exercise import FormName, Item
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark, start
from skill.coach.timeline.stream import Stream
from skill.coach.timeline.wishes import USUAL, Change, Own, Spared, Wishes
from skill.content.everything import places
from skill.content.reader import catalogue
from skill.settings import Settings
from skill.voice import voices
from skill.voice.ours import load, measure
from skill.voice.phrases import placements, wanted
from skill.voice.reels import TOKEN_CHARS, Excerpt, Forged, Reels, Stale, Voiced
from skill.voice.voices import FILE
from tests.alexa.signing import SKILL_ID, Amazon
from tests.audio.fakes import a_bank
from tests.echo import Clock, Echo

if TYPE_CHECKING:
    pass

URL = "https://coach.example"
CONTENT = catalogue()
KEY = bytes(32)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole bank of a pretend voice, on disk."""
    return a_bank(tmp_path_factory.mktemp("bank") / FILE, wanted(CONTENT))


@pytest.fixture
def folder(tmp_path: Path, bank: Path) -> Path:
    (tmp_path / FILE).write_bytes(bank.read_bytes())
    return tmp_path


def an_echo(folder: Path, url: str = URL) -> Echo:
    amazon, clock = Amazon(), Clock()
    verifier = RequestVerifier(skill_id=SKILL_ID, roots=amazon.roots, fetch=amazon.fetch, clock=clock)
    app = create_app(Settings(folder, SKILL_ID, url), verify=verifier.verify)
    return Echo(app.test_client(), amazon, clock)


def a_set(echo: Echo) -> str:
    """The SSML of the first set."""
    echo.launch()
    echo.intend("AMAZON.YesIntent")
    echo.intend("AMAZON.YesIntent")
    ssml: str = echo.answers[-1]["response"]["outputSpeech"]["ssml"]
    return ssml


def the_clip(ssml: str) -> str:
    """The path of the one clip in it."""
    sources = [audio.attrib["src"] for audio in ET.fromstring(ssml).iter("audio")]
    assert len(sources) == 1
    assert sources[0].startswith(f"{URL}/audio/")
    return sources[0].removeprefix(URL)


def test_a_set_is_one_clip_and_the_question_is_spoken(folder: Path) -> None:
    ssml = a_set(an_echo(folder))
    the_clip(ssml)
    words = "".join(ET.fromstring(ssml).itertext()).strip()
    assert words.startswith("Rest.")
    assert words.endswith("Ready for set two?")


def test_what_was_used_is_in_the_log_and_not_in_the_dialogue(folder: Path) -> None:
    with capture_logs() as logs:
        a_set(an_echo(folder))
    assert [line["voice"] for line in logs if line["event"] == "turn"] == ["speaker", "speaker", "clip"]


def test_the_card_of_a_set_shows_its_figure(folder: Path) -> None:
    echo = an_echo(folder)
    a_set(echo)
    greeting, *_, led = (answer["response"]["card"] for answer in echo.answers)
    assert greeting["type"] == "Simple"
    assert (led["type"], led["title"]) == ("Standard", "Pelvic tilt")
    (where,) = set(led["image"].values())
    assert where == f"{URL}/art/figures/pelvic_tilt.usual.png"
    with echo.client.get(where.removeprefix(URL)) as got:
        assert (got.status_code, got.mimetype) == (200, "image/png")
        assert got.headers["Access-Control-Allow-Origin"] == "*"
    assert an_echo(folder, "").client.get("/art/figures/gone.usual.png").status_code == 404


def test_a_form_without_a_picture_of_its_own_shows_the_usual_one() -> None:
    assert picture_of("pelvic_tilt", FormName.HARDER) == "/art/figures/pelvic_tilt.usual.png"
    assert picture_of("pelvic_tilt", FormName.EASIER) == "/art/figures/pelvic_tilt.easier.png"
    assert picture_of("gone", FormName.USUAL) == ""


def test_without_a_public_address_everything_is_spoken(folder: Path) -> None:
    assert "<audio" not in a_set(an_echo(folder, ""))


def test_without_a_voice_everything_is_spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "BANKS", tmp_path / "none that ships")
    assert "<audio" not in a_set(an_echo(tmp_path))


def test_with_a_damaged_bank_everything_is_spoken_and_the_operator_is_told(folder: Path) -> None:
    whole = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(whole[: len(whole) // 2])
    with capture_logs() as logs:
        assert "<audio" not in a_set(an_echo(folder))
    assert "build it again" in logs[0]["why"]


def test_a_phrase_that_is_lacking_and_cannot_be_spoken_here_switches_nothing_else_off(folder: Path) -> None:
    """The bank of another's voice, and a sentence has changed since: only what needs it is said by the speaker."""
    texts = {text: pace for text, pace in wanted(CONTENT).items() if text != "That's set two."}
    a_bank(folder / FILE, texts, afresh=True)
    with capture_logs() as logs:
        echo = an_echo(folder)
        assert "<audio" in a_set(echo)  # set one
    echo.intend("AMAZON.YesIntent")
    assert "<audio" not in echo.answers[-1]["response"]["outputSpeech"]["ssml"]  # set two
    assert logs[0]["event"] == "no streams"
    assert logs[0]["why"] == 'the bank lacks 1 phrases, "That\'s set two." first: run backbeat voice build'


def test_a_phrase_that_is_lacking_is_spoken_alone_and_added(folder: Path) -> None:
    lacking = "That's set two."
    with Espeak(CONTENT.locale) as espeak:
        texts = {text: pace for text, pace in wanted(CONTENT).items() if text != lacking}
        a_bank(folder / FILE, texts, afresh=True, name=espeak.name)
    before = BankFile(folder / FILE).read()
    with capture_logs() as logs:
        echo = an_echo(folder)
        assert "<audio" in a_set(echo)
    echo.intend("AMAZON.YesIntent")
    assert "<audio" in echo.answers[-1]["response"]["outputSpeech"]["ssml"]
    assert [line for line in logs if line["event"] == "no streams"] == []
    after = BankFile(folder / FILE).read()
    assert lacking not in before
    assert lacking in after
    assert len(after) == len(before) + 1


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, bank: Path) -> tuple[FlaskClient, str, bytes]:
    """A client, the path of a clip, and its bytes: nothing is changed by asking for it."""
    folder = tmp_path_factory.mktemp("played")
    (folder / FILE).write_bytes(bank.read_bytes())
    echo = an_echo(folder)
    path = the_clip(a_set(echo))
    got = echo.client.get(path)
    assert got.status_code == 200
    return echo.client, path, got.data


def test_the_whole_of_it(played: tuple[FlaskClient, str, bytes], folder: Path) -> None:
    client, path, data = played
    ours = load(folder, CONTENT)
    assert ours is not None
    score = Edition(CONTENT, ours.measure).score(Bookmark("", "pelvic_tilt"))
    assert len(data) == frames(score.lasts + LEAD_MS) * 144
    got = client.get(path)
    assert got.mimetype == "audio/mpeg"
    assert "immutable" in got.headers["Cache-Control"]
    assert got.headers["Accept-Ranges"] == "bytes"
    head = client.head(path)
    assert (head.status_code, head.data, head.content_length) == (200, b"", len(data))
    again = client.get(path, headers={"If-None-Match": got.headers["ETag"]})
    assert again.status_code == 304


RANGES = [
    ("bytes=0-143", 0, 144),
    ("bytes=1000-", 1000, None),
    ("bytes=-500", -500, None),
    ("bytes=100000-100000", 100_000, 100_001),
    ("bytes=200000-99999999", 200_000, None),
]


@pytest.mark.parametrize(("asked", "start", "end"), RANGES)
def test_a_part_of_it(
    played: tuple[FlaskClient, str, bytes], asked: str, start: int, end: int | None
) -> None:
    client, path, data = played
    got = client.get(path, headers={"Range": asked})
    assert got.status_code == 206
    assert got.data == data[start:end]
    first = start if start >= 0 else len(data) + start
    assert got.headers["Content-Range"] == f"bytes {first}-{first + len(got.data) - 1}/{len(data)}"


WHOLE = {
    # what is asked for, so that all of it is given (RFC 9110, sections 13.1.5 and 14.2)
    "an unknown unit": {"Range": "frames=0-5"},
    "several parts": {"Range": "bytes=0-5, 10-20"},
    "no range at all": {"Range": "bytes=5-3"},
    "nonsense": {"Range": "bytes=a-b"},
    "a part of another file": {"Range": "bytes=0-0", "If-Range": '"another"'},
    "a part of one that is only alike": {"Range": "bytes=0-0", "If-Range": "W/{etag}"},
    "a part of one of a date": {"Range": "bytes=0-0", "If-Range": "Mon, 02 Nov 2026 07:30:00 GMT"},
}


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_no_part_of_it_is_all_of_it(played: tuple[FlaskClient, str, bytes], name: str) -> None:
    client, path, data = played
    etag = client.head(path).headers["ETag"]
    got = client.get(path, headers={header: value.format(etag=etag) for header, value in WHOLE[name].items()})
    assert (got.status_code, got.data == data, "Content-Range" in got.headers) == (200, True, False)


def test_a_part_longer_than_it_is_all_of_it(played: tuple[FlaskClient, str, bytes]) -> None:
    client, path, data = played
    got = client.get(path, headers={"Range": "bytes=-99999999"})
    assert (got.status_code, got.data == data) == (206, True)
    assert got.headers["Content-Range"] == f"bytes 0-{len(data) - 1}/{len(data)}"


def test_a_part_of_this_very_file(played: tuple[FlaskClient, str, bytes]) -> None:
    client, path, data = played
    etag = client.head(path).headers["ETag"]
    got = client.get(path, headers={"Range": "bytes=5-9", "If-Range": etag})
    assert (got.status_code, got.data) == (206, data[5:10])


@pytest.mark.parametrize(("header", "status"), [("If-Match", 412), ("If-None-Match", 304)])
def test_what_is_not_wanted_is_not_sent(
    played: tuple[FlaskClient, str, bytes], header: str, status: int
) -> None:
    client, path, _ = played
    etag = client.head(path).headers["ETag"]
    got = client.get(path, headers={header: '"another"' if status == 412 else etag})
    assert (got.status_code, got.data) == (status, b"")


def test_a_part_beyond_its_end(played: tuple[FlaskClient, str, bytes]) -> None:
    client, path, data = played
    got = client.get(path, headers={"Range": f"bytes={len(data)}-"})
    assert got.status_code == 416
    assert got.headers["Content-Range"] == f"bytes */{len(data)}"


@pytest.mark.parametrize("token", ["x", "a.b", "", "W10.AAAA", "é", "x" * 2000, "../../etc/passwd"])
def test_a_forged_token(played: tuple[FlaskClient, str, bytes], token: str) -> None:
    client, path, _ = played
    assert client.get(f"/audio/{token}.mp3").status_code == 404
    altered = re.sub(r"(?<=/audio/)(.)", lambda one: "A" if one[0] != "A" else "B", path)
    assert client.get(altered).status_code == 404


def reels(bank: Bank, key: bytes = KEY) -> Reels:
    return Reels((Voiced(Edition(CONTENT, measure(bank)), bank),), key)


LANGUAGE = CONTENT.language


def test_a_token_of_another_voice_is_stale(folder: Path) -> None:
    ours = load(folder, CONTENT)
    assert ours is not None
    token = reels(ours.bank).token(Excerpt(Bookmark("", "pelvic_tilt"), USUAL), LANGUAGE)
    assert token is not None
    other = Bank("another voice", ours.bank.silent, {text: ours.bank[text] for text in wanted(CONTENT)})
    with pytest.raises(Stale):
        reels(other).reel(token)
    with pytest.raises(Forged):
        reels(ours.bank, bytes([1]) * 32).reel(token)


@pytest.mark.parametrize(
    "signed", [[], ["en"], ["en", "clip"], ["en", "dance", 1, 2, 3], "words", 7, {"en": 1}]
)
def test_a_token_of_another_shape_is_forged(folder: Path, signed: object) -> None:
    ours = load(folder, CONTENT)
    assert ours is not None
    token = URLSafeSerializer(KEY, salt="backbeat.reel").dumps(signed)
    with pytest.raises(Forged):
        reels(ours.bank).named(f"r{token}")


def test_a_stream_of_an_older_backbeat_still_has_its_name(folder: Path) -> None:
    """Frozen: before the language, the beat and the days were told. A player that plays it through an update reports it."""
    ours = load(folder, CONTENT)
    assert ours is not None
    place = ["back_routine", "pelvic_tilt", "usual", 2, "", 5, "work", 0]
    old = ["stream", 1_793_604_600_000, 0, True, False, ["pelvic_tilt"], place, 1_200_000, "0123456789abcdef"]
    token = URLSafeSerializer(KEY, salt="backbeat.reel").dumps(old)
    mark = Bookmark("back_routine", "pelvic_tilt", set=2, rep=5)
    assert reels(ours.bank).named(f"r{token}") == Stream(
        1_793_604_600_000, 0, mark, counted=True, long=("pelvic_tilt",), left=(), wishes=USUAL, days=1
    )


def test_every_piece_has_a_short_token_that_names_the_same_bytes_every_time(folder: Path) -> None:
    ours = load(folder, CONTENT)
    assert ours is not None
    one, other = reels(ours.bank), reels(ours.bank)
    for place in places(CONTENT):
        for piece in one.voices[0].edition.plan(place).pieces:
            for rep in {piece.first, piece.last}:
                excerpt = Excerpt(replace(piece.starts(place.routine), rep=rep), USUAL)
                token = one.token(excerpt, LANGUAGE)
                assert token is not None, excerpt
                assert len(token) <= TOKEN_CHARS
                assert token == other.token(excerpt, LANGUAGE)
                assert one.named(token) == excerpt
                assert one.reel(token).read(2000) == other.reel(token).read(2000)


OWN_WISHES = {
    # a set of a plan that the content alone does not make
    "made to ten minutes": (
        "own:",
        Wishes(own=(Own("", (Item("pelvic_tilt", sets=2, reps=6),), "back_routine"),)),
    ),
    "a routine of their own": ("own:evening", Wishes(own=(Own("evening", (Item("bird_dog", sets=1),)),))),
    "made easier": (
        "back_routine",
        Wishes(spared=Spared(out=("pelvic_tilt",), easier=("hamstring_stretch",))),
    ),
    "slower, and more of it": ("back_routine", Wishes(1200, (Change("knee_to_chest", reps=6),))),
}


@pytest.mark.parametrize("name", OWN_WISHES)
def test_a_piece_of_whatever_they_wish_plays_what_was_laid_out(folder: Path, name: str) -> None:
    ours = load(folder, CONTENT)
    assert ours is not None
    one, other = reels(ours.bank), reels(ours.bank)
    routine, wishes = OWN_WISHES[name]
    for piece in one.voices[0].edition.plan(start(routine, CONTENT, wishes), wishes).pieces:
        excerpt = Excerpt(piece.starts(routine), wishes)
        token = one.token(excerpt, LANGUAGE)
        assert token is not None
        assert other.named(token) == excerpt
        made = Reel(*placements(one.score(excerpt, LANGUAGE)), ours.bank)
        assert other.reel(token).read(2000) == made.read(2000)


def test_who_has_ten_minutes_hears_a_set_of_them(folder: Path) -> None:
    echo = an_echo(folder)
    echo.launch()
    echo.intend("BeginIntent", minutes={"name": "minutes", "value": "10"})
    echo.intend("AMAZON.YesIntent")
    echo.intend("SetBySetIntent")
    echo.intend("AMAZON.YesIntent")
    path = the_clip(echo.answers[-1]["response"]["outputSpeech"]["ssml"])
    assert echo.client.get(path).status_code == 200


class Counted(Reel):
    """A reel that remembers how much was read of it, and in how many pieces."""

    def __init__(self, placed: list[Placement], lasts: int, bank: Bank) -> None:
        super().__init__(placed, lasts, bank)
        self.sizes: list[int] = []

    def span(self, start: int, end: int) -> bytes:
        data = super().span(start, end)
        self.sizes.append(len(data))
        return data


HANDED_OVER = {
    # the range that is asked for, and how many bytes are read for it, in one piece
    "a frame": ("bytes=0-143", 144),
    "a second in the middle": ("bytes=60000-65999", 6000),
    "its last kilobyte": ("bytes=-1000", 1000),
    "from the middle to the end": ("bytes=100000-", -100_000),
    "all of it": (None, 0),
}


class Watched(Reels):
    """Reels that hand out one that is counted."""

    def __init__(self, ours: Reels, counted: Counted) -> None:
        super().__init__(ours.voices, ours.key)
        object.__setattr__(self, "counted", counted)

    def reel(self, token: str) -> Reel:  # noqa: ARG002  # as `Reels.reel`
        found: Reel = self.__dict__["counted"]
        return found


@pytest.mark.parametrize("name", HANDED_OVER)
def test_a_range_is_read_in_one_piece_and_no_more_of_the_file(folder: Path, name: str) -> None:
    """A player that takes its time keeps no thread; and a small range costs no more memory than it has bytes."""
    asked, count = HANDED_OVER[name]
    ours = load(folder, CONTENT)
    assert ours is not None
    made, excerpt = reels(ours.bank), Excerpt(Bookmark("", "pelvic_tilt"), USUAL)
    counted = Counted(*placements(made.score(excerpt, LANGUAGE)), ours.bank)
    app = Flask("listening")
    app.register_blueprint(sound(lambda: Watched(made, counted)))
    path = f"/audio/{made.token(excerpt, LANGUAGE)}.mp3"
    got = app.test_client().get(path, headers={"Range": asked} if asked else {})
    expected = count if count > 0 else counted.size + count
    assert len(got.data) == expected
    assert counted.sizes == [expected]
