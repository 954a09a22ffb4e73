"""The same request, sent again: by somebody who saw it, or delivered twice. Nothing happens twice."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pytest

from skill.alexa.answered import Answered
from skill.app import create_app
from skill.kept.answers import FileAnswers
from skill.settings import Settings
from tests.alexa.signing import NOW, SKILL_ID, Amazon

KEY = bytes(32)


def test_the_same_signed_next_three_times_skips_one_exercise(tmp_path: Path):
    app = create_app(Settings(tmp_path, SKILL_ID), verify=lambda _, body: json.loads(body))
    client = app.test_client()

    carried: dict[str, object] = {}

    def says(name: str) -> bytes:
        """A request like any other, with what the last answer carried."""
        request = {"type": "IntentRequest", "requestId": name, "intent": {"name": name}}
        sent = Amazon.body(NOW, request=request, session={"attributes": dict(carried)})
        said = hears(sent)
        carried.update(json.loads(said)["sessionAttributes"])
        return sent

    def hears(sent: bytes) -> bytes:
        return client.post("/alexa", data=sent, content_type="application/json").data

    for name in ("BeginIntent", "AMAZON.YesIntent"):
        says(name)
    skipping = says("AMAZON.NextIntent")
    assert len({hears(skipping) for _ in range(3)}) == 1
    assert b"we'll leave the knee to chest stretch" in hears(says("SkipIntent"))


def test_one_that_is_delivered_twice_at_once_is_answered_once(tmp_path: Path):
    answered, both, told = Answered(FileAnswers(tmp_path / "db"), KEY), Barrier(2), []

    def answer() -> bytes:
        told.append(1)
        return b"said"

    def ask(_: int) -> bytes:
        both.wait()
        return answered.once(b"body", answer)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(ask, range(2))) == [b"said", b"said"]
    assert told == [1]


def test_who_comes_second_waits_for_the_first(tmp_path: Path):
    answered, begun, go = Answered(FileAnswers(tmp_path / "db"), KEY), Event(), Event()

    def slowly() -> bytes:
        begun.set()
        go.wait()
        return b"said"

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(answered.once, b"body", slowly)
        begun.wait()
        second = pool.submit(answered.once, b"body", lambda: b"another")
        go.set()
        assert (first.result(), second.result()) == (b"said", b"said")


def test_what_went_wrong_is_tried_again(tmp_path: Path):
    answered = Answered(FileAnswers(tmp_path / "db"), KEY)

    def wrong() -> bytes:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        answered.once(b"body", wrong)
    assert answered.once(b"body", lambda: b"said") == b"said"
