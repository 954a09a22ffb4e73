"""Where the time of one turn goes: every stage by itself, in this process, over the same requests.

The stages are those of `skill.alexa.webhook` and `skill.alexa.handlers`, called one by one; what the SDK's dispatch,
the log and Flask add is seen in the wholes below them.
"""

import io
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import LaunchRequest, Request, RequestEnvelope, ResponseEnvelope
from flask import Flask
from pydantic_core import to_json

from audio.estimate import estimate
from skill.alexa import inbound
from skill.alexa.handlers import LAG_MS, AlexaDoor, skill
from skill.alexa.models import asked, plain
from skill.alexa.outbound import response
from skill.alexa.webhook import answer
from skill.coach.dialogue import events as e
from skill.coach.dialogue.context import World
from skill.coach.dialogue.state import Progress, State
from skill.coach.dialogue.step import step
from skill.coach.timeline.edition import Edition, Editions
from skill.content.reader import catalogue
from skill.conversation import Conversation
from skill.hearing import Hearing
from skill.kept.carried import Carried, Known, written
from skill.kept.saved import dump, load
from skill.kept.sqlite import SqliteStore
from skill.kept.store import Store
from skill.kept.upgrades import Saved
from skill.settings import prepare
from tests.bench import apps
from tests.bench.traffic import Signed

PARTS = ("verify", "deserialise", "read", "step", "store", "render", "serialise")
TURN, FLASK, ONE, FULL = "turn", "turn in Flask", "one handler in Flask", "SDK's deserialise, full envelope"
WHOLES = (TURN, FLASK, ONE, FULL)

Laps = dict[tuple[str, str], list[float]]
"""By stage and request: µs."""


def measured(sent: Sequence[Signed], folder: Path) -> dict[tuple[str, str], float]:
    """The median of every stage and whole, in µs, by stage and request."""
    data = folder / "stages"
    key = prepare(data)
    store = SqliteStore(data / "parts.sqlite3")
    edition = Edition(catalogue(), estimate)
    conversation = Conversation(Editions((edition,)), SqliteStore(data / "whole.sqlite3"), LAG_MS)
    custom, hearing = skill(AlexaDoor(conversation)), Hearing(catalogue())
    verify = apps.verifier(folder)
    app, other = apps.turn(folder), apps.one_handler(folder)
    serializer = DefaultSerializer()
    laps: Laps = defaultdict(list)

    for one in sent:

        def lap(stage: str, work: Callable[..., Any], *given: Any, of: str = one.name) -> Any:
            began = time.perf_counter_ns()
            result = work(*given)
            laps[stage, of].append((time.perf_counter_ns() - began) / 1000)
            return result

        envelope = lap("verify", verify, one.headers, one.body)
        request = lap("deserialise", _deserialised, serializer, envelope)
        event, who = lap("read", _heard, request, envelope, key, hearing)
        world = World(edition, who.now, who.locale, LAG_MS)
        memory = who.carried.memory
        state = State(who.carried.session, load(Progress, memory.saved) if memory else Progress())
        turn = lap("step", step, state, event, world)
        saved = lap("store", _kept, store, who.person, turn.state.progress)
        carried = Carried(turn.state.session, Known(saved))
        said = lap("render", lambda turn, carried: (response(turn.reply), written(carried)), turn, carried)
        lap("serialise", _serialised, *said)

        lap(TURN, lambda one: answer(custom, key, verify(one.headers, one.body)), one)
        lap(FLASK, _posted, app, one)
        lap(ONE, _posted, other, one)
        lap(FULL, serializer.deserialize, one.body.decode(), RequestEnvelope)
    return {of: statistics.median(each) for of, each in laps.items()}


def _deserialised(serializer: DefaultSerializer, envelope: Any) -> Request:
    return asked(serializer, envelope).request


def _heard(request: Request, envelope: Any, key: bytes, hearing: Hearing) -> Any:
    event = e.Opened() if isinstance(request, LaunchRequest) else inbound.spoken_event(request, hearing)
    return event, inbound.inbound(envelope, key)


def _kept(store: Store, person: str, progress: Progress) -> Saved:
    saved = dump(progress)
    store.save(person, saved, store.load(person).revision)
    return saved


def _serialised(said: Any, attributes: Any) -> bytes:
    return to_json(plain(ResponseEnvelope(response=said, version="1.0", session_attributes=attributes)))


def _posted(app: Flask, one: Signed) -> bytes:
    """Through the application as a server calls it."""
    given = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in one.headers.items()}
    environ = given | {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/alexa",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "5005",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": one.headers["Content-Type"],
        "CONTENT_LENGTH": str(len(one.body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(one.body),
    }
    statuses: list[str] = []
    said = b"".join(app.wsgi_app(environ, lambda status, _headers, _exc=None: statuses.append(status)))
    assert statuses == ["200 OK"]
    return said
