"""The skill as a function of AWS: events of API Gateway in, answers out, with everything it keeps in moto's DynamoDB.

Two instances of it take turns, each with a data folder of its own, as Lambda's have.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import count, cycle
from pathlib import Path
from threading import current_thread
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from audio.bank import BankFile
from audio.frames import FRAME_BYTES, FRAME_MS
from skill.alexa.services import Services
from skill.alexa.verify import RequestVerifier
from skill.app import create_app
from skill.aws import KEY_SECRET, LONGEST_MS, MAX_ANSWER, MOST_BYTES, made
from skill.coach.exercise import FormName
from skill.coach.timeline.block import Telling
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark, start
from skill.coach.timeline.stream import Stream
from skill.coach.timeline.wishes import BEATS, Change, Wishes
from skill.content.reader import catalogue
from skill.errors import SettingsError
from skill.settings import KEY_BYTES
from skill.voice.ours import measure
from skill.voice.reels import Reels, Voiced
from skill.voice.voices import BANKS
from tests import aws
from tests.alexa.signing import SKILL_ID, Amazon
from tests.deploy.gateway import HOST, Answer, Gateway, Handler
from tests.device import Device
from tests.echo import Clock

pytestmark = pytest.mark.alone

URL = f"https://{HOST}"
DIGITS = "0123456789abcdef" * 4
README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
ANYBODY = (f"amzn1.ask.account.{number}" for number in count(1))
CONTENT = catalogue()
EDITION = Edition(CONTENT, measure(BankFile(BANKS / "en.woman.sqlite3").read()), LONGEST_MS)


class Function:
    """What Alexa and her players reach: now one instance, now the other."""

    def __init__(self, dynamo: aws.Dynamo, folder: Path) -> None:
        self.dynamo, self.table, self.clock, self.amazon = dynamo, dynamo.table(), Clock(), Amazon()
        self.secret, self.folder = dynamo.secret(DIGITS), folder
        self.instances = [Gateway(self.instance(name)) for name in ("one", "another")]
        self._turns = cycle(self.instances)
        self.largest = 0
        """Bytes of the largest answer so far."""

    def environ(self, name: str) -> dict[str, str]:
        return {
            "BACKBEAT_SKILL_ID": SKILL_ID,
            "BACKBEAT_PUBLIC_URL": URL,
            "BACKBEAT_STORE": f"dynamodb://{self.table}?keep_days=400",
            "BACKBEAT_DATA_DIR": str(self.folder / name),
            KEY_SECRET: self.secret,
        }

    def instance(self, name: str) -> Handler:
        services = Services(clock=self.clock, address=lambda _: None)
        return made(self.environ(name), partial(create_app, verify=self.verifier().verify, services=services))

    def verifier(self) -> RequestVerifier:
        return RequestVerifier(
            skill_id=SKILL_ID, roots=self.amazon.roots, fetch=self.amazon.fetch, clock=self.clock
        )

    def get(self, url: str, **headers: str) -> Answer:
        return self._seen(next(self._turns).get(url.removeprefix(URL), headers))

    def post(self, body: bytes) -> Answer:
        headers = {**self.amazon.headers(body), "content-type": "application/json"}
        return self._seen(next(self._turns).post("/alexa", body, headers))

    def __call__(self, envelope: dict[str, Any]) -> dict[str, Any]:
        got = self.post(json.dumps(envelope).encode())
        assert got.status == 200, got.data
        said: dict[str, Any] = json.loads(got.data)
        return said

    def _seen(self, answer: Answer) -> Answer:
        self.largest = max(self.largest, answer.size)
        return answer

    def length(self, url: str) -> int:
        """ms of what is at a URL."""
        got = next(self._turns).head(url.removeprefix(URL))
        assert (got.status, got.data) == (200, b"")
        return int(got.headers["content-length"]) // FRAME_BYTES * FRAME_MS

    def device(self, **how: Any) -> Device:
        return Device(self, self.clock, **{"length": self.length, "user": next(ANYBODY), **how})


@pytest.fixture(scope="module")
def function(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Function]:
    before = structlog.get_config()
    with pytest.MonkeyPatch.context() as patch, aws.serving() as dynamo:
        dynamo.at_hand(patch)
        yield Function(dynamo, tmp_path_factory.mktemp("function"))
    structlog.configure(**before)


def played(device: Device) -> list[str]:
    """The addresses of all that the device was told to play, in a reply or by its player."""
    told = json.dumps([answer for _, answer in device.answers])
    return list(dict.fromkeys(re.findall(rf"{URL}/audio/[\w.-]+\.mp3", told)))


def test_a_whole_routine_is_led_set_by_set_and_every_clip_can_be_had(function: Function) -> None:
    device = function.device(audioplayer=False)
    device.launch()
    for _ in range(40):
        if device.attributes is None:
            break
        device.intend("AMAZON.YesIntent")
    assert "That's it, well done: four exercises." in [said for _, said in device.spoken]
    clips = played(device)
    assert len(clips) == len(EDITION.plan(start("back_routine", CONTENT)).pieces)
    for clip in clips:
        got = function.get(clip)
        assert (got.status, got.headers["content-type"]) == (200, "audio/mpeg")
        assert got.data[:2] == b"\xff\xf3"  # an MPEG frame begins
        assert len(got.data) % FRAME_BYTES == 0
    assert function.largest < MAX_ANSWER


def test_a_whole_routine_is_played_straight_through_in_streams_that_fit_one_after_another(
    function: Function,
) -> None:
    device = function.device(nearly=-20_000)
    device.launch()
    device.intend("AMAZON.YesIntent")
    device.intend("AMAZON.YesIntent")
    device.wait(40 * 60)
    streams = played(device)
    whole = EDITION.plan(start("back_routine", CONTENT))
    assert len(streams) == len(EDITION.blocks(whole)) > 1
    assert [kind for kind, _ in device.answers if "Failed" in kind] == []
    for stream in streams:
        got = function.get(stream)
        assert got.status == 200
        assert got.size < MAX_ANSWER
    heard_ms = sum(stretch.end - stretch.start for stretch in device.heard)
    assert heard_ms > 15 * 60_000


def test_any_range_comes_back_as_it_was_asked_for(function: Function) -> None:
    device = function.device(audioplayer=False)
    device.launch()
    device.intend("AMAZON.YesIntent")
    device.intend("AMAZON.YesIntent")
    (clip,) = played(device)
    whole = function.get(clip).data
    for asked, first, end in (("0-", 0, None), ("1000-1999", 1000, 2000), ("-7", len(whole) - 7, None)):
        got = function.get(clip, range=f"bytes={asked}")
        assert (got.status, got.data) == (206, whole[first:end])
        assert got.headers["content-range"].endswith(f"/{len(whole)}")
    assert function.get(clip, range=f"bytes={len(whole)}-").status == 416
    etag = function.get(clip).headers["etag"]
    assert function.get(clip, **{"if-none-match": etag}).status == 304
    assert "immutable" in function.get(clip).headers["cache-control"]
    assert function.get(f"{clip}x").status == 404


def test_a_picture_comes_as_it_is(function: Function) -> None:
    got = function.get("/art/icon.png")
    assert (got.status, got.data[:8]) == (200, b"\x89PNG\r\n\x1a\n")


def test_every_exercise_of_the_content_fits_at_every_pace() -> None:
    for beat in BEATS:
        for slug in CONTENT.exercises:
            for form in FormName:
                whole = EDITION.plan(Bookmark("", slug, form), Wishes(beat))
                (only,) = EDITION.blocks(whole)
                assert EDITION.block(whole, 0, Telling(only)).stretches[-1].ends <= LONGEST_MS


def test_an_exercise_made_longer_than_fits_is_refused_and_not_broken_off(function: Function) -> None:
    """Four sets of fifteen, each held for 20 counts, slowly: 65 minutes."""
    wishes = Wishes(max(BEATS), (Change("knee_to_chest", 15, 4, 20, 90),))
    whole = EDITION.plan(start("back_routine", CONTENT), wishes)
    stream = Stream(
        1,
        0,
        whole.start_of("knee_to_chest"),
        counted=False,
        long=(),
        left=(),
        wishes=wishes.about("back_routine"),
        days=1,
    )
    token = Reels(
        (Voiced(EDITION, BankFile(BANKS / "en.woman.sqlite3").read()),), bytes.fromhex(DIGITS)
    ).token(stream, "en")
    assert EDITION.stream(stream).lasts > LONGEST_MS
    with capture_logs() as logs:
        for headers in ({}, {"range": "bytes=0-"}):
            got = function.get(f"/audio/{token}.mp3", **headers)
            assert got.status == 503
            assert got.size < 1000
    assert {line["event"] for line in logs} == {"too long to be sent in one answer"}
    got = function.get(f"/audio/{token}.mp3", range=f"bytes=0-{MOST_BYTES - 1}")
    assert (got.status, len(got.data)) == (206, MOST_BYTES)
    assert got.size < MAX_ANSWER


def test_the_same_request_at_two_instances_is_answered_once(function: Function) -> None:
    body = function.amazon.body(function.clock.now, session={"user": {"userId": next(ANYBODY)}})
    first, second = function.post(body), function.post(body)
    assert first.data == second.data
    assert first.status == 200


def test_whoever_comes_to_another_instance_is_known_there(function: Function) -> None:
    device = function.device()
    assert "Before we start" in " ".join(device.launch())
    device.exit()
    assert "Before we start" not in " ".join(device.launch())
    key = [(function.folder / name / "key").read_bytes() for name in ("one", "another")]
    assert key == [bytes.fromhex(DIGITS)] * 2


def test_forgetting_that_cannot_be_done_now_is_no_promise_and_alexa_is_told_so(function: Function) -> None:
    """There is no disk that a wish would outlast: whoever delivers the event does it again."""
    device = function.device()
    device.launch()
    device.intend("AMAZON.YesIntent")
    body = function.amazon.body(
        function.clock.now + timedelta(seconds=1),
        request={"type": "AlexaSkillEvent.SkillDisabled"},
        session=None,
        context={
            "System": {
                **Amazon.envelope(function.clock.now)["context"]["System"],
                "user": {"userId": device.user},
            }
        },
    )
    before = people(function)
    function.dynamo.before["DeleteItem"] = lambda: function.dynamo.refusals.append("AccessDeniedException")
    assert function.post(body).status == 503
    assert people(function) == before
    assert function.post(body).status == 200
    assert len(before - people(function)) == 1


def people(function: Function) -> set[str]:
    return {name for name in function.dynamo.items(function.table) if re.fullmatch(r"[0-9a-f]{64}", name)}


def test_nothing_is_left_to_be_done_between_two_requests(function: Function) -> None:
    """The time zone is asked for by the thread that answers, and not behind it: there would be no "behind"."""
    verify = function.verifier().verify
    handler = made(function.environ("third"), partial(create_app, verify=verify))
    by: dict[str, str] = {}

    def note(_logger: object, _method: str, line: dict[str, Any]) -> None:
        by[line["event"]] = current_thread().name
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[note])
    system = Amazon.envelope(function.clock.now)["context"]["System"]
    who = {"userId": next(ANYBODY)}
    context = {"System": {**system, "user": who, "apiEndpoint": "https://nowhere.example"}}
    body = function.amazon.body(function.clock.now, context=context)
    headers = {**function.amazon.headers(body), "content-type": "application/json"}
    assert Gateway(handler).post("/alexa", body, headers).status == 200
    structlog.configure(**before)
    assert by == {"alexa was asked": current_thread().name, "turn": current_thread().name}


def test_what_nobody_signed_is_turned_away(function: Function) -> None:
    gateway = function.instances[0]
    body = Amazon.body(function.clock.now)
    assert gateway.post("/alexa", body, {"content-type": "application/json"}).status == 400
    altered = {**function.amazon.headers(body), "content-type": "application/json"}
    assert gateway.post("/alexa", body + b" ", altered).status == 400


def test_it_tells_whether_it_is_well(function: Function) -> None:
    assert (function.get("/healthz").status, function.get("/healthz").data) == (200, b"ok\n")
    function.dynamo.refusals += ["AccessDeniedException"]
    got = function.get("/healthz")
    assert (got.status, b"dynamodb:GetItem, PutItem and DeleteItem" in got.data) == (503, True)


NEEDS = {"TransactWriteItems": {"PutItem", "DeleteItem"}}
"""What an operation needs to be allowed, where that is not its own name (AWS, "Using IAM with DynamoDB transactions")."""


def test_it_calls_what_it_may_and_nothing_else(function: Function) -> None:
    """All that the tests above have asked of AWS; and of what was damaged."""
    device = function.device()
    device.launch()
    device.intend("AMAZON.YesIntent")
    (someone, *_) = people(function)
    function.dynamo.put(function.table, person={"S": someone}, saved={"S": "{"}, revision={"N": "1"})
    for instance in function.instances:
        assert instance.get("/healthz").status == 200
    asked = set(function.dynamo.asked) - {"CreateTable", "CreateSecret", "Scan"}
    called = set().union(*(NEEDS.get(one, {one}) for one in asked))
    assert called == {"GetItem", "PutItem", "DeleteItem", "GetSecretValue"}
    assert "needs `dynamodb:GetItem`, `PutItem` and `DeleteItem`" in README


@pytest.mark.parametrize("secret", ["", "0" * 63, "0" * 66, "x" * 64])
def test_a_secret_that_is_no_key_is_said_so(function: Function, secret: str) -> None:
    environ = {**function.environ("third"), KEY_SECRET: function.dynamo.secret(secret or " ")}
    with pytest.raises(SettingsError, match=f"it is {2 * KEY_BYTES} hexadecimal digits"):
        made(environ)


def test_a_secret_that_cannot_be_had_is_said_so(function: Function) -> None:
    environ = function.environ("fourth")
    with pytest.raises(SettingsError, match="BACKBEAT_KEY_SECRET is not set"):
        made({**environ, KEY_SECRET: ""})
    with pytest.raises(SettingsError, match=r"\(ResourceNotFoundException\): see that .*gone is there"):
        made({**environ, KEY_SECRET: f"{function.secret[:-6]}gone"})
