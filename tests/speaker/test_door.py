"""What the page asks for, and what else may be sent there: nothing brings it down, and nothing is an answer that says nothing."""

import io

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.app import create_app
from skill.settings import Settings
from tests.speaker.test_microphones import speech  # noqa: F401  # a fixture

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["text", "attributes", "meant", "ssml", "name", "session", "request", "version", "now"]
)
BODIES = st.dictionaries(KEYS, JSON, max_size=4) | JSON
PATHS = ["/speaker/heard", "/speaker/speech", "/speaker/alexa", "/speaker/voices", "/speaker/ear/x"]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return create_app(Settings(tmp_path_factory.mktemp("door"), local=True)).test_client()


@pytest.mark.parametrize("path", PATHS)
@given(body=BODIES)
@settings(max_examples=40, deadline=None)
def test_whatever_is_sent_is_answered_without_a_fault(client: FlaskClient, path: str, body: object):
    assert client.post(path, json=body).status_code in {200, 400, 503}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 2000, b"null"])
def test_what_is_no_json_is_answered_without_a_fault(client: FlaskClient, path: str, body: bytes):
    assert client.post(path, data=body, content_type="application/json").status_code in {200, 400, 503}


@pytest.mark.parametrize(
    ("ssml", "status"),
    [
        ("<speak>Hello.</speak>", 200),
        ("<speak>Hello.", 400),
        ('<speak><audio src="/audio/rforged.mp3"/></speak>', 400),
        ("<speak>" + '<break time="10000ms"/>' * 400 + "</speak>", 400),
        ("<speak>" + "Hello. " * 2000 + "</speak>", 400),
        ('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><speak>&b;</speak>', 400),
    ],
)
def test_only_what_alexa_could_speak_is_spoken(client: FlaskClient, ssml: str, status: int):
    assert client.post("/speaker/speech", json={"ssml": ssml}).status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "/speaker/speech/nothing.mp3",
        "/speaker/stream/rforged.json",
        "/audio/rforged.mp3",
        "/speaker/static/../door.py",
    ],
)
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str):
    assert client.get(path).status_code == 404


def test_what_is_not_drawn_is_empty(client: FlaskClient):
    assert client.get("/speaker/figure/gone/usual.svg").status_code == 204
    assert client.get("/speaker/figure/pelvic_tilt/oddly.svg").status_code == 204
    assert client.get("/speaker/figure/pelvic_tilt/usual.svg").data.startswith(b"<svg")


def test_sound_comes_in_bytes_and_in_measure(client: FlaskClient):
    said = client.post("/speaker/speech", json={"ssml": "<speak>Hello.</speak>"}).get_json()
    got = client.get(said["audio"], headers={"Range": "bytes=0-143"})
    assert (got.status_code, len(got.data)) == (206, 144)
    assert client.get(said["audio"]).data.startswith(got.data)


def test_there_is_no_voice_of_that_name(client: FlaskClient):
    got = client.post("/speaker/voices", json={"name": "nobody"})
    assert got.status_code == 503
    assert "there is no voice called 'nobody', only: woman, man" in got.get_data(as_text=True)


def test_a_microphone_that_sends_too_much_is_refused(client: FlaskClient):
    body = {"sound": (io.BytesIO(bytes(120_000)), "sound"), "now": "{}"}
    assert client.post("/speaker/ear/x", data=body).status_code == 400


def test_what_a_microphone_hears_comes_back(client: FlaskClient, speech: bytes):  # noqa: F811  # the fixture
    heard = []
    for at in range(0, len(speech), 16_000):
        body = {"sound": (io.BytesIO(speech[at : at + 16_000]), "sound"), "now": "{}"}
        heard += client.post("/speaker/ear/y", data=body).get_json()["utterances"]
    assert heard == [{"text": "start my back routine please", "intent": ""}]
