"""A probe is told that it arrived if it is as it was sent, and nobody else is told anything."""

import hashlib
import hmac
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.alexa.probe import ARRIVED, HEADER, SEALED, arrived, seal
from skill.alexa.webhook import REFUSAL
from skill.app import create_app
from skill.settings import DATABASE, Settings, person, prepare
from tests.alexa.signing import NOW, SKILL_ID, Amazon
from tests.fakes import records

TYPE = "application/json; charset=utf-8"
SIGNED = {
    "SignatureCertChainUrl": "https://s3.amazonaws.com/echo.api/x.pem",
    "Signature": "a",
    "Signature-256": "b",
}
KEY = bytes(range(32))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def client(data: Path) -> FlaskClient:
    return create_app(Settings(data, SKILL_ID)).test_client()


def ask(client: FlaskClient, headers: dict[str, str], body: bytes) -> tuple[int, str]:
    answer = client.post("/alexa", data=body, headers={"Content-Type": TYPE, **headers})
    return answer.status_code, answer.text


def test_what_is_as_it_was_sent_is_told_so(client: FlaskClient, data: Path):
    for headers, body in (({}, b"{}"), (SIGNED, b" \xc3\xa9\r\n" * 9)):
        told = seal(prepare(data), headers, body)
        assert ask(client, {**headers, HEADER: told}, body) == (200, ARRIVED)


@pytest.mark.parametrize("name", SEALED)
def test_what_is_not_is_turned_away_as_anybody_is(client: FlaskClient, data: Path, name: str):
    told = seal(prepare(data), SIGNED, b"{}")
    for headers, body in ((SIGNED, b"{ }"), ({**SIGNED, name: "c"}, b"{}"), ({**SIGNED, name: ""}, b"{}")):
        assert ask(client, {**headers, HEADER: told}, body) == (400, REFUSAL)


@pytest.mark.parametrize("told", ["", "0" * 64, "\xff" * 64, "a" * 9000, seal(KEY, {}, b"{}")])
def test_who_has_no_key_learns_nothing(client: FlaskClient, told: str):
    assert ask(client, {HEADER: told}, b"{}") == ask(client, {}, b"{}") == (400, REFUSAL)


def test_nothing_of_a_probe_is_done(client: FlaskClient, data: Path):
    body = Amazon.body(NOW)
    assert ask(client, {HEADER: seal(prepare(data), {}, body)}, body) == (200, ARRIVED)
    assert records(data / DATABASE) == []


def test_too_much_is_turned_away_before_it_is_looked_at(client: FlaskClient, data: Path):
    body = b" " * 200_000
    assert ask(client, {HEADER: seal(prepare(data), {}, body)}, body)[0] == 413


@settings(max_examples=30)
@given(
    st.dictionaries(st.sampled_from(SEALED), st.text(max_size=8)),
    st.binary(max_size=64),
    st.binary(max_size=8),
)
def test_one_byte_more_is_another_seal(headers: dict[str, str], body: bytes, more: bytes):
    told = {**headers, HEADER: seal(KEY, headers, body)}
    assert arrived(KEY, told, body)
    assert arrived(KEY, told, body + more) is not bool(more)
    assert not arrived(bytes(32), told, body)


def test_a_seal_is_nobodys_name():
    """People are found by the same key: no name that Alexa or a terminal gives is hashed to a seal."""
    assert seal(KEY, {}, b"") == hmac.new(KEY, b"backbeat.probe\n\n\n\n\n", hashlib.sha256).hexdigest()
    assert seal(KEY, {}, b"") != person(KEY, "")
