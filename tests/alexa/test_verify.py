"""Who gets in, and everybody who does not.

The tables are the attack table of our notes on Alexa, a case a line. Whatever is turned away is turned away with
``Rejected`` and nothing else, in one line, which repeats nothing of what the body said.
"""

import json
import socket
import ssl
import traceback
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from skill.alexa.signers import MAX_CHAIN, MAX_SIGNERS, MISSED_FOR, trusted_roots
from skill.alexa.verify import MAX_BODY, MAX_URL, RequestVerifier, chain_url, parse, said_at
from skill.errors import Rejected
from tests.alexa.signing import (
    NAME,
    NOW,
    SKILL_ID,
    URL,
    USER_ID,
    Amazon,
    Holder,
    ec_key,
    issue,
    pem,
    root,
    rsa_key,
    signature,
)

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
FOLDER = "https://s3.amazonaws.com/echo.api"
PAST = NOW - 300 * DAY, NOW - DAY
FUTURE = NOW + DAY, NOW + 300 * DAY
CERTIFICATE = b"-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
AMPLE = 10
"""Seconds for a download that needs none."""


def each(names: str | tuple[str, ...], cases: Mapping[str, Any]) -> pytest.MarkDecorator:
    """The test is run for every case, and called by its name."""
    return pytest.mark.parametrize(names, list(cases.values()), ids=list(cases))


def guard(amazon: Amazon, fetch: Callable[[str], bytes] | None = None) -> RequestVerifier:
    """One that trusts this Amazon, at the moment NOW."""
    return RequestVerifier(
        skill_id=SKILL_ID, roots=amazon.roots, fetch=fetch or amazon.fetch, clock=lambda: NOW
    )


def turned_away(guard: RequestVerifier, headers: Mapping[str, str], body: bytes, *unsaid: str) -> str:
    """The reason, after a look at it: one line, and none of the body in it, nor in what a log would show."""
    with pytest.raises(Rejected) as caught:
        guard.verify(headers, body)
    reason = str(caught.value)
    assert reason.isprintable()
    assert reason
    shown = "".join(traceback.format_exception(caught.value))
    for private in (USER_ID, *unsaid):
        assert private not in shown
    return reason


# --- Who gets in ----------------------------------------------------------------------------------------------


def test_a_request_from_alexa_is_let_in_whole():
    amazon = Amazon()
    body = amazon.body(NOW)
    assert guard(amazon).verify(amazon.headers(body), body) == amazon.envelope(NOW)


@each(
    ("given", "fetched"),
    {
        "plain": (URL, URL),
        "port 443": ("https://s3.amazonaws.com:443/echo.api/x.pem", f"{FOLDER}/x.pem"),
        "port empty": ("https://s3.amazonaws.com:/echo.api/x.pem", f"{FOLDER}/x.pem"),
        "capitals": ("HTTPS://S3.AmazonAWS.Com/echo.api/x.pem", f"{FOLDER}/x.pem"),
        "out and in again": (f"{FOLDER}/../echo.api/x.pem", f"{FOLDER}/x.pem"),
        "long": (f"{FOLDER}/".ljust(MAX_URL, "x"), f"{FOLDER}/".ljust(MAX_URL, "x")),
        "roundabout": (f"{FOLDER}/./a//b/../x.pem", f"{FOLDER}/a/x.pem"),
    },
)
def test_a_url_is_fetched_in_its_plainest_form(given, fetched):
    amazon = Amazon()
    amazon.pages = {fetched: amazon.pages[URL]}
    amazon.url = given
    body = amazon.body(NOW)
    guard(amazon).verify(amazon.headers(body), body)
    assert amazon.asked == [fetched]


def unknown(name: str) -> Holder:
    """A certificate that leads nowhere."""
    return issue(name, rsa_key("Alexa"), by=root("Forgotten Root"), ca=True)


@each(
    "chain",
    {
        "leaf and intermediate": lambda a: (a.leaf, a.intermediate),
        "with the root": lambda a: (a.leaf, a.intermediate, a.root),
        "in any order after the leaf": lambda a: (a.leaf, unknown("Elsewhere"), a.intermediate),
        "the last one leads nowhere": lambda a: (a.leaf, a.intermediate, unknown("Elsewhere")),
        "eight certificates": lambda a: (a.leaf, a.intermediate, *[a.root] * 6),
    },
)
def test_a_path_is_found_through_the_chain(chain):
    amazon = Amazon()
    amazon.pages[URL] = pem(*chain(amazon))
    body = amazon.body(NOW)
    assert guard(amazon).verify(amazon.headers(body), body)


@each(
    "timestamp",
    {
        "149 s early": "2026-11-02T07:27:31Z",
        "149 s late": "2026-11-02T07:32:29Z",
        "150 s, no more": "2026-11-02T07:27:30Z",
        "another zone": "2026-11-02T08:30:00+01:00",
        "with milliseconds": "2026-11-02T07:30:00.123Z",
        "in milliseconds, as an older console sends it": 1_793_604_600_123,
    },
)
def test_a_request_of_just_now_is_let_in(timestamp):
    amazon = Amazon()
    body = amazon.body(NOW, request={"timestamp": timestamp})
    assert guard(amazon).verify(amazon.headers(body), body)


@each(
    "timestamp",
    {
        "just now": "2026-11-02T07:30:00Z",
        "151 s early": "2026-11-02T07:27:29Z",
        "an hour early, no more": "2026-11-02T06:30:00Z",
        "an hour late, no more": "2026-11-02T08:30:00Z",
    },
)
@each("kind", {kind: f"AlexaSkillEvent.{kind}" for kind in ("SkillDisabled", "SkillEnabled")})
def test_a_skill_event_of_the_last_hour_is_let_in(kind, timestamp):
    amazon = Amazon()
    body = amazon.body(NOW, session=None, request={"type": kind, "timestamp": timestamp})
    assert guard(amazon).verify(amazon.headers(body), body)


@each(
    "written",
    {
        "small": lambda headers: {name.lower(): value for name, value in headers.items()},
        "capital": lambda headers: {name.upper(): value for name, value in headers.items()},
        "werkzeug's": lambda headers: dict(Headers(headers)),
    },
)
def test_header_names_are_read_in_any_case(written):
    amazon = Amazon()
    body = amazon.body(NOW)
    assert guard(amazon).verify(written(amazon.headers(body)), body)


def test_an_audio_player_request_has_no_session_and_is_let_in():
    amazon = Amazon()
    body = amazon.body(NOW, session=None, request={"type": "AudioPlayer.PlaybackStarted"})
    assert "session" not in guard(amazon).verify(amazon.headers(body), body)


def test_the_longest_body_is_let_in():
    amazon = Amazon()
    body = amazon.body(NOW).ljust(MAX_BODY)
    assert guard(amazon).verify(amazon.headers(body), body)


# --- Headers and signature ------------------------------------------------------------------------------------


def without(headers: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in headers.items() if key != name}


def with_signature(text: str) -> Callable[[Amazon, bytes], dict[str, str]]:
    return lambda amazon, body: {**amazon.headers(body), "Signature-256": text}


@each(
    "headers",
    {
        "no headers": lambda _amazon, _body: {},
        "no URL": lambda a, body: without(a.headers(body), "SignatureCertChainUrl"),
        "empty URL": lambda a, body: {**a.headers(body), "SignatureCertChainUrl": ""},
        "only SHA-1 Signature": lambda a, body: without(a.headers(body), "Signature-256"),
        "signature: empty": with_signature(""),
        "signature: not base64": with_signature("not base64!"),
        "signature: not ASCII": with_signature("é"),
        "signature: base64 cut off": with_signature("AAA"),
        "signature: good, with a mark in it": lambda a, body: {
            **a.headers(body),
            "Signature-256": "!" + signature(body, a.leaf.key),
        },
    },
)
def test_headers_that_cannot_be_right_cost_no_fetch(headers):
    amazon = Amazon()
    body = amazon.body(NOW)
    turned_away(guard(amazon), headers(amazon, body), body)
    assert amazon.asked == []


@each(
    "signed",
    {
        "too short": lambda _amazon, _body: "AAAA",
        "a SHA-1 signature": lambda a, body: signature(body, a.leaf.key, SHA1()),
        "another key": lambda _amazon, body: signature(body, rsa_key("Mallory")),
        "the intermediate's key": lambda a, body: signature(body, a.intermediate.key),
        "twice": lambda a, body: b64encode(b64decode(signature(body, a.leaf.key)) * 2).decode(),
    },
)
def test_a_signature_of_something_else_is_turned_away(signed):
    amazon = Amazon()
    body = amazon.body(NOW)
    headers = {**amazon.headers(body), "Signature-256": signed(amazon, body)}
    assert "signature" in turned_away(guard(amazon), headers, body)


@each(
    "altered",
    {
        "altered": lambda body: body.replace(b"LaunchRequest", b"IntentRequest"),
        "newline added": lambda body: body + b"\n",
        "laid out anew": lambda body: json.dumps(json.loads(body), indent=1).encode(),
        "not JSON: the signature is looked at first": lambda body: body[:-1],
    },
)
def test_a_body_that_was_not_signed_is_turned_away(altered):
    amazon = Amazon()
    body = amazon.body(NOW)
    assert "signature" in turned_away(guard(amazon), amazon.headers(body), altered(body))


# --- The URL --------------------------------------------------------------------------------------------------


@each(
    "url",
    {
        "origin: http": "http://s3.amazonaws.com/echo.api/x.pem",
        "origin: file": "file:///echo.api/x.pem",
        "origin: file with our host": "file://s3.amazonaws.com/echo.api/x.pem",
        "origin: badUrl": "badUrl",
        "origin: no scheme": "//s3.amazonaws.com/echo.api/x.pem",
        "origin: no host": "https:///echo.api/x.pem",
        "origin: other host": "https://evil.example/echo.api/x.pem",
        "origin: longer host": "https://s3.amazonaws.com.evil.example/echo.api/x.pem",
        "origin: host with a dot after": "https://s3.amazonaws.com./echo.api/x.pem",
        "origin: host as user": "https://s3.amazonaws.com@evil.example/echo.api/x.pem",
        "origin: user info": "https://user@s3.amazonaws.com/echo.api/x.pem",
        "origin: user and password": "https://user:word@s3.amazonaws.com/echo.api/x.pem",
        "origin: empty user info": "https://@s3.amazonaws.com/echo.api/x.pem",
        "origin: backslash": "https://s3.amazonaws.com\\@evil.example/echo.api/x.pem",
        "origin: port 563": "https://s3.amazonaws.com:563/echo.api/x.pem",
        "origin: port 0": "https://s3.amazonaws.com:0/echo.api/x.pem",
        "origin: port abc": "https://s3.amazonaws.com:abc/echo.api/x.pem",
        "origin: port 99999": "https://s3.amazonaws.com:99999/echo.api/x.pem",
        "origin: port below zero": "https://s3.amazonaws.com:-443/echo.api/x.pem",
        "origin: half an IPv6 address": "https://[bad/echo.api/x.pem",
        "origin: a long s, which folds to s": "https://\u017f3.amazonaws.com/echo.api/x.pem",
        "path: capitals": "https://s3.amazonaws.com/EcHo.aPi/x.pem",
        "path: other folder": "https://s3.amazonaws.com/invalid.path/x.pem",
        "path: longer folder": "https://s3.amazonaws.com/echo.apix/x.pem",
        "path: the folder itself": "https://s3.amazonaws.com/echo.api",
        "path: the folder itself, with a slash": "https://s3.amazonaws.com/echo.api/",
        "path: none": "https://s3.amazonaws.com",
        "path: two slashes": "https://s3.amazonaws.com//echo.api/x.pem",
        "path: out of the folder": f"{FOLDER}/../evil/x.pem",
        "path: out of the folder, two slashes": f"{FOLDER}//../../evil/x.pem",
        "path: slash as an escape": f"{FOLDER}/..%2fevil/x.pem",
        "path: dots as escapes": f"{FOLDER}/%2e%2e/evil/x.pem",
        "path: backslash": f"{FOLDER}/..\\evil/x.pem",
        "path: query": f"{FOLDER}/x.pem?version=1",
        "path: empty query": f"{FOLDER}/x.pem?",
        "path: fragment": f"{FOLDER}/x.pem#top",
        "path: empty fragment": f"{FOLDER}/x.pem#",
        "characters: space before": f" {URL}",
        "characters: line break after": f"{URL}\n",
        "characters: line break inside": f"{FOLDER}/\r\nx.pem",
        "characters: tab": "https://s3.amazonaws\t.com/echo.api/x.pem",
        "characters: NUL": f"{FOLDER}/x\0.pem",
        "characters: not ASCII": f"{FOLDER}/é.pem",
        "characters: 513": f"{FOLDER}/".ljust(MAX_URL + 1, "x"),
    },
)
def test_a_url_outside_amazons_folder_is_never_fetched(url):
    amazon = Amazon()
    amazon.url = url
    body = amazon.body(NOW)
    assert "SignatureCertChainUrl" in turned_away(guard(amazon), amazon.headers(body), body)
    assert amazon.asked == []


# --- The fetch ------------------------------------------------------------------------------------------------


@each(
    "error",
    {
        "no such name": socket.gaierror(-2, "Name or service not known"),
        "timeout": TimeoutError(),
        "TLS": ssl.SSLCertVerificationError(),
        "invalid URL": requests.exceptions.InvalidURL(),
        "anything at all": RuntimeError("anything\nat all"),
        "a rejection of its own": Rejected("status 404"),
    },
)
def test_a_fetch_that_fails_is_a_rejection(error):
    def fetch(_url: str) -> bytes:
        raise error

    amazon = Amazon()
    body = amazon.body(NOW)
    turned_away(guard(amazon, fetch), amazon.headers(body), body)


def public_key_pem(holder: Holder) -> bytes:
    return holder.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


BAD_PAGES = {
    "HTML": lambda _: b"<html><body>Moved</body></html>",
    "empty": lambda _: b"",
    "garbage": lambda _: b"\xff\xfe\x00",
    "no DER in it": lambda _: CERTIFICATE % b"AAAA",
    "cut off": lambda a: a.pages[URL][:900],
    "a public key": lambda a: public_key_pem(a.leaf),
    "over 64 KiB": lambda a: a.pages[URL].ljust(MAX_CHAIN + 1, b"\n"),
    "nine certificates": lambda a: pem(a.leaf, a.intermediate, *[a.root] * 7),
}


@each("page", BAD_PAGES)
def test_a_page_that_is_no_chain_is_a_rejection_and_is_asked_for_again_in_a_while(page):
    amazon = Amazon()
    good = amazon.pages[URL]
    amazon.pages[URL] = page(amazon)
    careful, clock = watched(amazon)
    body = amazon.body(NOW)
    turned_away(careful, amazon.headers(body), body)
    amazon.pages[URL] = good
    clock.now += MISSED_FOR
    assert careful.verify(amazon.headers(body), body)


def test_a_page_of_exactly_64_kib_will_do():
    amazon = Amazon()
    amazon.pages[URL] = amazon.pages[URL].ljust(MAX_CHAIN, b"\n")
    body = amazon.body(NOW)
    assert guard(amazon).verify(amazon.headers(body), body)


# --- The chain ------------------------------------------------------------------------------------------------


def mallory(**dates: Any) -> Holder:
    """Alexa's name in a certificate that Mallory made."""
    return issue(NAME, rsa_key("Mallory"), dns=[NAME], **dates)


def foreign() -> Amazon:
    """Everything as it should be, but under a root nobody has heard of."""
    return Amazon(anchor=root("Mallory's Root"), key=rsa_key("Mallory"))


def chain(pick: Callable[[Amazon], tuple[Holder, ...]], amazon: Amazon | None = None) -> Amazon:
    """An Amazon with this chain on its page, and the key of the first in it to sign with."""
    amazon = amazon or Amazon()
    first, *others = pick(amazon)
    amazon.pages[URL] = pem(first, *others)
    amazon.leaf = first
    return amazon


def by_leaf(amazon: Amazon) -> Holder:
    """A certificate that the owner of a genuine leaf has issued."""
    return issue(NAME, rsa_key("Mallory"), by=amazon.leaf, dns=[NAME])


@each(
    "make",
    {
        "chain: other root": foreign,
        "chain: brings its root": lambda: chain(lambda a: (a.leaf, a.intermediate, a.root), foreign()),
        "chain: root's namesake": lambda: Amazon(anchor=issue("Pretend Root", rsa_key("Mallory"), ca=True)),
        "chain: self-signed": lambda: chain(lambda _: (mallory(),)),
        "chain: no intermediate": lambda: chain(lambda a: (a.leaf,)),
        "chain: expired leaf": lambda: Amazon(leaf_dates=PAST),
        "chain: future leaf": lambda: Amazon(leaf_dates=FUTURE),
        "chain: expired intermediate": lambda: Amazon(intermediate_dates=PAST),
        "chain: future intermediate": lambda: Amazon(intermediate_dates=FUTURE),
        "chain: leaf and intermediate swapped": lambda: chain(lambda a: (a.intermediate, a.leaf)),
        "chain: foreign leaf before a genuine": lambda: chain(lambda a: (mallory(), a.leaf, a.intermediate)),
        "chain: leaf used as a CA": lambda: chain(lambda a: (by_leaf(a), a.leaf, a.intermediate)),
        "leaf: no SAN": lambda: Amazon(dns=[]),
        "leaf: wrong SAN": lambda: Amazon(dns=["api.amazon.com"]),
        "leaf: longer SAN": lambda: Amazon(dns=[f"{NAME}.evil.example"]),
        "leaf: wildcard SAN": lambda: Amazon(dns=["*.amazon.com"]),
        "leaf: RSA-1024": lambda: Amazon(key=rsa_key("Alexa", 1024)),
        "leaf: EC key": lambda: Amazon(key=ec_key()),
    },
)
def test_a_chain_that_is_not_alexas_is_turned_away(make):
    amazon = make()
    amazon.roots = Amazon().roots
    body = amazon.body(NOW)
    assert "certificate" in turned_away(guard(amazon), amazon.headers(body), body)
    assert amazon.asked == [URL]


def test_a_root_out_of_date_vouches_for_nobody():
    amazon = Amazon(anchor=issue("Old Root", rsa_key("Pretend Root"), ca=True, dates=PAST))
    body = amazon.body(NOW)
    assert "certificate" in turned_away(guard(amazon), amazon.headers(body), body)


def test_a_leaf_with_alexas_name_among_others_will_do():
    amazon = Amazon(dns=["*.amazon.com", "api.amazon.com", NAME])
    body = amazon.body(NOW)
    assert guard(amazon).verify(amazon.headers(body), body)


# --- Signed by Alexa, and still not for us --------------------------------------------------------------------


def enveloped(**parts: Any) -> bytes:
    """An envelope in which a part, given whole, takes the place of the one that was there."""
    return json.dumps(Amazon.envelope(NOW) | parts).encode()


UNUSABLE = {
    "body: empty": b"",
    "body: {": b"{",
    "body: []": b"[]",
    "body: {}": b"{}",
    "body: 1": b"1",
    "body: a string": b'"x"',
    "body: null": b"null",
    "body: not UTF-8": b"\xff\xfe{}",
    "body: UTF-16": Amazon.body(NOW).decode().encode("utf-16"),
    "body: a number of 5,000 digits": b"9" * 5_000,
    "body: 100,000 nested lists": b"[" * 100_000,
    "body: 26,000 nested objects": b'{"":' * 26_000 + b"0" + b"}" * 26_000,
    "body: 100,000 nested objects": b'{"":' * 100_000 + b"0" + b"}" * 100_000,
    "body: over 128 KiB": Amazon.body(NOW).ljust(MAX_BODY + 1),
    "context: none": Amazon.body(NOW, context=None),
    "context: a list": enveloped(context=[]),
    "request: none": Amazon.body(NOW, request=None),
    "request: a string": enveloped(request="LaunchRequest"),
    "request: type null": Amazon.body(NOW, request={"type": None}),
    "request: type a number": Amazon.body(NOW, request={"type": 1}),
    "time: missing": enveloped(request={"type": "LaunchRequest"}),
    "time: null": Amazon.body(NOW, request={"timestamp": None}),
    "time: in seconds": Amazon.body(NOW, request={"timestamp": 1793604600}),
    "time: of no year": Amazon.body(NOW, request={"timestamp": 10**20}),
    "time: true": Amazon.body(NOW, request={"timestamp": True}),
    "time: yesterday": Amazon.body(NOW, request={"timestamp": "yesterday"}),
    "time: without zone": Amazon.body(NOW, request={"timestamp": "2026-11-02T07:30:00"}),
    "time: before time": Amazon.body(NOW, request={"timestamp": "0001-01-01T00:00:00+23:59"}),
    "time: after time": Amazon.body(NOW, request={"timestamp": "9999-12-31T23:59:59-23:59"}),
    "time: half a character": Amazon.body(NOW, request={"timestamp": "\ud800"}),
}
"""Bodies that ``parse`` refuses, whoever signed them."""

MISDIRECTED = {
    "time: 151 s early": {"request": {"timestamp": "2026-11-02T07:27:29Z"}},
    "time: 151 s late": {"request": {"timestamp": "2026-11-02T07:32:31Z"}},
    "time: 152 s early": {"request": {"timestamp": "2026-11-02T07:27:28Z"}},
    "time: 152 s late": {"request": {"timestamp": "2026-11-02T07:32:32Z"}},
    "time: a millisecond over": {"request": {"timestamp": "2026-11-02T07:27:29.999Z"}},
    "time: an hour off by its zone": {"request": {"timestamp": "2026-11-02T07:30:00+01:00"}},
    "time: an hour early, and no skill event": {
        "request": {"type": "AudioPlayer.PlaybackStopped", "timestamp": "2026-11-02T06:30:00Z"}
    },
    "time: an hour early, and hardly a skill event": {
        "request": {"type": "AlexaSkillEvents.SkillDisabled", "timestamp": "2026-11-02T06:30:00Z"}
    },
    "time: 61 min early, of a skill event": {
        "request": {"type": "AlexaSkillEvent.SkillDisabled", "timestamp": "2026-11-02T06:29:00Z"}
    },
    "time: an hour and a second late, of a skill event": {
        "request": {"type": "AlexaSkillEvent.SkillDisabled", "timestamp": "2026-11-02T08:30:01Z"}
    },
    "skill: another, of a skill event": {
        "request": {"type": "AlexaSkillEvent.SkillDisabled", "timestamp": "2026-11-02T06:30:00Z"},
        "context": {"System": {"application": {"applicationId": "another"}}},
    },
    "skill: another": {"context": {"System": {"application": {"applicationId": "another"}}}},
    "skill: empty": {"context": {"System": {"application": {"applicationId": ""}}}},
    "skill: a list": {"context": {"System": {"application": {"applicationId": [SKILL_ID]}}}},
    "skill: no application": {"context": {"System": {"application": None}}},
    "skill: no System": {"context": {"System": None}},
    "skill: System a string": {"context": {"System": SKILL_ID}},
}
"""Parts of an envelope that is well made, but too old or not for us; its session names our skill all the same."""


@each("body", UNUSABLE)
def test_a_signed_body_that_is_no_envelope_is_turned_away(body):
    amazon = Amazon()
    turned_away(guard(amazon), amazon.headers(body), body, "yesterday", "LaunchRequest")


@each("body", UNUSABLE)
def test_nor_is_it_taken_unsigned(body):
    with pytest.raises(Rejected):
        parse(body)


@each("parts", MISDIRECTED)
def test_a_signed_envelope_of_another_time_or_skill_is_turned_away(parts):
    amazon = Amazon()
    body = amazon.body(NOW, **parts)
    turned_away(guard(amazon), amazon.headers(body), body)


@each("body", {"empty": b"", "another skill's": Amazon.body(NOW).replace(SKILL_ID.encode(), b"another")})
def test_a_body_that_does_not_name_our_skill_costs_no_fetch(body):
    amazon = Amazon()
    assert "another skill" in turned_away(guard(amazon), amazon.headers(body), body)
    assert amazon.asked == []


def test_a_body_over_the_limit_costs_no_fetch():
    amazon = Amazon()
    body = amazon.body(NOW).ljust(MAX_BODY + 1)
    assert "131072 bytes" in turned_away(guard(amazon), amazon.headers(body), body)
    assert amazon.asked == []


# --- Unsigned, in the local mode ------------------------------------------------------------------------------


def test_an_unsigned_envelope_needs_no_system_and_may_be_old():
    envelope = {"request": {"type": "LaunchRequest", "timestamp": "2016-10-27T21:06:28Z"}, "context": {}}
    assert parse(json.dumps(envelope).encode()) == envelope
    assert said_at(envelope) == datetime(2016, 10, 27, 21, 6, 28, tzinfo=UTC)


def test_when_it_was_said_is_told_in_utc():
    moment = said_at({"request": {"timestamp": "2026-11-02T08:30:00+01:00"}})
    assert moment == NOW
    assert moment.tzinfo is UTC


# --- What is remembered ---------------------------------------------------------------------------------------


class Clock:
    """It stands at ``now`` until somebody moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def watched(amazon: Amazon) -> tuple[RequestVerifier, Clock]:
    """A guard, and the clock it goes by."""
    clock = Clock()
    return RequestVerifier(skill_id=SKILL_ID, roots=amazon.roots, fetch=amazon.fetch, clock=clock), clock


def lets_in(guard: RequestVerifier, amazon: Amazon, now: datetime = NOW) -> bool:
    """Whether a genuine request sent at ``now`` is let in."""
    body = amazon.body(now)
    return guard.verify(amazon.headers(body), body) == amazon.envelope(now)


def test_a_chain_is_fetched_once_for_many_requests():
    amazon = Amazon()
    careful = guard(amazon)
    assert all(lets_in(careful, amazon) for _ in range(20))
    amazon.url = f"{FOLDER}/../echo.api/echo-api-cert-12.pem"
    assert lets_in(careful, amazon)
    assert amazon.asked == [URL]


def test_a_remembered_key_still_has_to_fit_the_signature():
    amazon = Amazon()
    careful = guard(amazon)
    assert lets_in(careful, amazon)
    body = amazon.body(NOW)
    turned_away(careful, {**amazon.headers(body), "Signature-256": signature(body, rsa_key("Mallory"))}, body)
    assert lets_in(careful, amazon)
    assert amazon.asked == [URL]


SOON = NOW - 300 * DAY, NOW + 60 * SECOND
JUST = NOW - 60 * SECOND, NOW + 300 * DAY


@each(
    ("make", "later"),
    {
        "the leaf expires": (lambda: Amazon(leaf_dates=SOON), NOW + 61 * SECOND),
        "the intermediate expires": (lambda: Amazon(intermediate_dates=SOON), NOW + 61 * SECOND),
        "the root expires": (
            lambda: Amazon(anchor=issue("Pretend Root", rsa_key("Pretend Root"), ca=True, dates=SOON)),
            NOW + 61 * SECOND,
        ),
        "our clock is put back": (lambda: Amazon(leaf_dates=JUST), NOW - 61 * SECOND),
    },
)
def test_dates_are_checked_again_while_a_chain_is_remembered(make, later):
    amazon = make()
    careful, clock = watched(amazon)
    assert lets_in(careful, amazon)
    clock.now = later
    body = amazon.body(later)
    assert "certificate" in turned_away(careful, amazon.headers(body), body)
    assert amazon.asked == [URL, URL]
    clock.now = NOW
    assert lets_in(careful, amazon)
    assert amazon.asked == [URL, URL]


def test_a_chain_is_good_up_to_its_last_second():
    amazon = Amazon(leaf_dates=SOON)
    careful, clock = watched(amazon)
    assert lets_in(careful, amazon)
    clock.now = SOON[1]
    assert lets_in(careful, amazon, SOON[1])
    assert amazon.asked == [URL]


def test_a_renewed_chain_at_the_same_url_takes_the_place_of_the_old():
    amazon = Amazon(leaf_dates=SOON)
    careful, clock = watched(amazon)
    assert lets_in(careful, amazon)
    clock.now = NOW + DAY
    renewed = Amazon(key=rsa_key("Alexa, renewed"))
    amazon.leaf, amazon.pages = renewed.leaf, renewed.pages
    assert lets_in(careful, amazon, clock.now)
    assert lets_in(careful, amazon, clock.now)
    assert amazon.asked == [URL, URL]


def test_only_so_many_chains_are_remembered_and_the_oldest_goes_first():
    amazon = Amazon()
    careful = guard(amazon)
    urls = [f"{FOLDER}/{number}.pem" for number in range(MAX_SIGNERS + 1)]
    amazon.pages = dict.fromkeys(urls, amazon.pages[URL])
    for amazon.url in [*urls, urls[-1], urls[1], urls[0]]:
        assert lets_in(careful, amazon)
    assert amazon.asked == [*urls, urls[0]]
    assert len(careful._signers._known) == MAX_SIGNERS


def test_many_threads_at_once_are_all_let_in():
    amazon = Amazon()
    careful = guard(amazon)
    assert lets_in(careful, amazon)
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: lets_in(careful, amazon), range(64)))


# --- Whom we trust --------------------------------------------------------------------------------------------


def test_amazons_own_roots_are_trusted_and_a_pretend_one_is_not():
    roots = trusted_roots()
    names = {root.subject.rfc4514_string() for root in roots}
    assert {f"CN=Amazon Root CA {number},O=Amazon,C=US" for number in (1, 2, 3, 4)} <= names
    amazon = Amazon()
    amazon.roots = roots
    body = amazon.body(NOW)
    assert "certificate" in turned_away(guard(amazon), amazon.headers(body), body)


# --- Laws -----------------------------------------------------------------------------------------------------

law = settings(deadline=None)  # some examples wait for a key to be made


@cache
def one_amazon() -> Amazon:
    """An Amazon for many examples, which nobody may alter."""
    return Amazon()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
NAMES = st.sampled_from(["SignatureCertChainUrl", "Signature-256", "Signature"]) | st.text()


@law
@given(st.dictionaries(NAMES, st.text() | st.just(URL)), st.binary())
def test_any_headers_and_any_bytes_are_turned_away(headers, body):
    with pytest.raises(Rejected):
        guard(one_amazon()).verify(headers, body)


PIECES = [
    "https://",
    "s3.amazonaws.com",
    "/",
    "echo.api",
    "/echo.api/",
    "..",
    ":443",
    "@",
    "[",
    "]",
    "\\",
    "x",
]


@law
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map("".join))
def test_a_url_is_either_in_the_folder_or_rejected(given_url):
    with suppress(Rejected):
        url = chain_url(given_url)
        assert url.startswith(f"{FOLDER}/")
        assert ".." not in url.split("/")
        assert chain_url(url) == url


@law
@given(st.binary() | st.binary().map(lambda der: CERTIFICATE % b64encode(der)))
def test_any_page_is_turned_away(page):
    amazon = one_amazon()
    body = amazon.body(NOW)
    with pytest.raises(Rejected):
        guard(amazon, lambda _: page).verify(amazon.headers(body), body)


@law
@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_leaf_with_one_byte_changed_is_turned_away(place, change):
    amazon = one_amazon()
    leaf = bytearray(amazon.leaf.certificate.public_bytes(Encoding.DER))
    unused_bits = len(leaf) - len(amazon.leaf.certificate.signature) - 1
    assume(
        place % len(leaf) != unused_bits
    )  # how the signature is wrapped, which nobody signs: it verifies all the same
    leaf[place % len(leaf)] ^= change
    page = CERTIFICATE % b64encode(leaf)
    body = amazon.body(NOW)
    with pytest.raises(Rejected):
        guard(amazon, lambda _: page + pem(amazon.intermediate)).verify(amazon.headers(body), body)


@law
@given(ANYTHING, ANYTHING | st.datetimes(timezones=st.timezones()).map(datetime.isoformat), ANYTHING)
def test_any_envelope_alexa_signs_is_let_in_or_rejected(kind, timestamp, context):
    amazon = one_amazon()
    body = enveloped(request={"type": kind, "timestamp": timestamp}, context=context)
    with suppress(Rejected):
        guard(amazon).verify(amazon.headers(body), body)


@law
@given(st.binary() | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_unsigned_are_rejected(body):
    with pytest.raises(Rejected):
        parse(body)
