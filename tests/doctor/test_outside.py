"""The public address, with one link broken at a time: each is named in its own line, and no other is."""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from flask import Flask

from skill.alexa.verify import HOST as AMAZON
from skill.app import create_app
from skill.content.reader import catalogue
from skill.doctor import here
from skill.doctor.finding import Finding, Health
from skill.doctor.network import Network
from skill.doctor.through import Clip
from skill.doctor.walk import clip_of, outside
from skill.settings import Settings, prepare
from skill.voice.phrases import wanted
from skill.voice.voices import FILE
from tests.alexa.signing import DATES, SKILL_ID, Holder, ec_key, issue, root, rsa_key
from tests.audio.fakes import a_bank
from tests.doctor import front
from tests.doctor.front import HOST, PATIENCE_S, Asked, Pass, Told, between, good, leading, secure, standing

pytestmark = pytest.mark.alone


@dataclass(frozen=True)
class Coach:
    """A server that asks for signatures, with a voice of its own."""

    settings: Settings
    app: Flask
    key: bytes
    clip: Clip


@pytest.fixture(scope="module")
def coach(tmp_path_factory: pytest.TempPathFactory) -> Coach:
    folder, content = tmp_path_factory.mktemp("coach"), catalogue()
    a_bank(folder / FILE, wanted(content))
    settings = Settings(folder, SKILL_ID, public_url=f"https://{HOST}")
    app, key = create_app(settings), prepare(folder)
    clip = clip_of(content, here.bank_of(settings, content), key)
    assert clip
    return Coach(settings, app, key, clip)


@pytest.fixture
def chain(tmp_path: Path) -> ssl.SSLContext:
    return secure(tmp_path, good())


def found(coach: Coach, network: Network) -> list[Finding]:
    return [*outside(coach.settings, coach.key, coach.clip, network)]


def faults(findings: list[Finding]) -> dict[str, str]:
    """What is broken, by its link."""
    return {one.link: str(one) for one in findings if one.health is Health.BROKEN}


def the_fault(findings: list[Finding], link: str) -> str:
    """The one line that says what is broken; of this link, and of no other."""
    broken = faults(findings)
    assert [*broken] == [link], broken
    return broken[link]


def through(coach: Coach, tmp_path: Path, chain: ssl.SSLContext, passes: Pass) -> list[Finding]:
    with standing(coach.app, passes, chain) as port:
        return found(coach, leading({HOST: port, AMAZON: port}, tmp_path / "roots.pem"))


def test_all_is_well(coach: Coach, tmp_path: Path, chain: ssl.SSLContext):
    findings = through(coach, tmp_path, chain, front.as_it_is)
    assert {one.health for one in findings} == {Health.WELL}, [*map(str, findings)]
    assert [one.link for one in findings] == [
        "Public address", "Port 443", "Certificate", "/alexa", "/audio", "Amazon's certificates", "Clock",
    ]  # fmt: skip


def test_all_is_well_below_a_path(coach: Coach, tmp_path: Path, chain: ssl.SSLContext):
    below = replace(coach, settings=replace(coach.settings, public_url=f"https://{HOST}/back"))

    def takes_it_away(asked, onwards):
        assert asked.path.startswith(("/back/", "/echo.api/"))
        return onwards(replace(asked, path=asked.path.removeprefix("/back")))

    assert faults(through(below, tmp_path, chain, takes_it_away)) == {}
    line = the_fault(through(below, tmp_path, chain, front.as_it_is), "/alexa")
    assert "there is no Backbeat at /back/alexa (404)" in line


THROUGH: Mapping[str, tuple[Pass, str, str]] = {
    "JSON is written anew": (front.rewrites_json, "/alexa", "changes the body"),
    "a large body is refused": (front.takes_little, "/alexa", "no body of that size (413)"),
    "a large body is cut": (front.cuts, "/alexa", "cuts or changes a large body"),
    "a signature is dropped": (front.drops("Signature-256"), "/alexa", "drops or changes the headers"),
    "its own page, 404": (front.answers(404, b"<h1>no</h1>", below="/alexa"), "/alexa", "no Backbeat at /alexa (404)"),
    "its own page, 502": (front.answers(502, below="/alexa"), "/alexa", "does not reach Backbeat (502)"),
    "its own page, 200": (front.answers(200, b"hello", below="/alexa"), "/alexa", "answered 200, as no Backbeat does"),
    "it wants a login": (front.answers(401, below="/alexa"), "/alexa", "lets nobody in (401)"),
    "it redirects": (
        front.answers(308, below="/alexa", Location="/alexa/\x1b[31m"),
        "/alexa",
        "it redirects to /alexa/?[31m. ",
    ),
    "ranges are not passed on": (front.drops("Range"), "/audio", "sends all of it (200)"),
    "audio is not passed on": (front.answers(404, below="/audio"), "/audio", "not found (404)"),
    "audio is of another voice": (front.answers(410, below="/audio"), "/audio", "another voice or other content"),
    "audio is called otherwise": (front.compresses, "/audio", "sent as application/octet-stream"),
    "audio is other bytes": (front.other_bytes, "/audio", "others came (bytes 0-99/"),
    "a range is not told": (front.tells_no_range, "/audio", "others came (no Content-Range)"),
    "the time is another": (front.is_late, "Clock", "s fast; Alexa's requests are refused from 150 s on"),
}  # fmt: skip


@pytest.mark.parametrize("name", THROUGH)
def test_what_is_done_on_the_way_is_named(coach: Coach, tmp_path: Path, chain: ssl.SSLContext, name: str):
    passes, link, said = THROUGH[name]
    assert said in the_fault(through(coach, tmp_path, chain, passes), link)


def test_a_server_of_another_data_folder_is_named(coach: Coach, tmp_path: Path, chain: ssl.SSLContext):
    other = replace(coach, key=bytes(range(32)))
    line = the_fault(through(other, tmp_path, chain, front.as_it_is), "/alexa")
    assert "not that of this data folder" in line


def test_a_local_server_behind_it_is_named(coach: Coach, tmp_path: Path, chain: ssl.SSLContext):
    local = create_app(replace(coach.settings, local=True, public_url=""))
    with standing(local, context=chain) as port:
        findings = found(coach, leading({HOST: port, AMAZON: port}, tmp_path / "roots.pem"))
    assert "serve --local is behind it" in faults(findings)["/alexa"]


PAST = DATES[0], datetime(2021, 6, 30, tzinfo=UTC)
FUTURE = datetime(2044, 1, 1, tzinfo=UTC), DATES[1]
CHAINS = {
    "expired": (lambda: (issue(HOST, ec_key(), by=between(), dns=[HOST], dates=PAST), between()),
                "it expired on 30 June 2021. Renew it"),
    "too early": (lambda: (issue(HOST, ec_key(), by=between(), dns=[HOST], dates=FUTURE), between()), "not valid yet"),
    "expired before it": (
        lambda: (issue(HOST, ec_key(), by=old_between(), dns=[HOST]), old_between()),
        "one in its chain has expired. Renew it",
    ),
    "self-signed": (lambda: (issue(HOST, ec_key(), dns=[HOST]),), "self-signed"),
    "another name": (lambda: (issue("x", ec_key(), by=between(), dns=["other.example.com"]), between()),
                     "for another name (other.example.com). Get one for coach.example.com"),
    "no name": (lambda: (issue(HOST, ec_key(), by=between()), between()), "for another name (none)"),
    "incomplete": (lambda: good()[:1], "incomplete chain: the certificate of who issued it (Pretend Intermediate)"),
    "an authority of one's own": (
        lambda: (issue(HOST, ec_key(), by=own(), dns=[HOST]), own()),
        "an authority of your own (My Own Authority)",
    ),
}  # fmt: skip


def old_between() -> Holder:
    name = "Pretend Intermediate"
    return issue(name, rsa_key(name), by=root(), ca=True, dates=PAST)


def own() -> Holder:
    return issue("My Own Authority", rsa_key("My Own Authority"), ca=True)


@pytest.mark.parametrize("name", CHAINS)
def test_a_certificate_that_is_not_trusted_is_named(coach: Coach, tmp_path: Path, name: str):
    make, said = CHAINS[name]
    (tmp_path / "amazon").mkdir()
    with (
        standing(coach.app, context=secure(tmp_path, make())) as port,
        standing(coach.app, context=secure(tmp_path / "amazon", good())) as amazon,
    ):
        findings = found(coach, leading({HOST: port, AMAZON: amazon}, tmp_path / "roots.pem"))
    assert said in the_fault(findings, "Certificate")
    assert {one.link for one in findings if one.health is Health.UNSEEN} == {"/alexa", "/audio"}


@pytest.fixture
def amazon(coach: Coach, chain: ssl.SSLContext) -> Iterator[int]:
    with standing(coach.app, context=chain) as port:
        yield port


def old_tls(context: ssl.SSLContext) -> None:
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1


def new_tls(context: ssl.SSLContext) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_3


@pytest.mark.parametrize("only", [old_tls, new_tls])
def test_where_there_is_no_tls_as_alexa_speaks_it_that_is_named(
    coach: Coach, tmp_path: Path, amazon: int, only: Callable[[ssl.SSLContext], None]
):
    context = secure(tmp_path, good())
    only(context)
    with standing(coach.app, context=context) as port:
        findings = found(coach, leading({HOST: port, AMAZON: amazon}, tmp_path / "roots.pem"))
    assert "speaks no TLS 1.2 as it is spoken today, which Alexa needs. Allow it" in the_fault(
        findings, "Certificate"
    )


def test_plain_http_is_named(coach: Coach, tmp_path: Path, amazon: int):
    with standing(coach.app) as port:
        findings = found(coach, leading({HOST: port, AMAZON: amazon}, tmp_path / "roots.pem"))
    assert "speaks plain http at port 443" in the_fault(findings, "Certificate")


def test_whoever_says_nothing_is_not_waited_for(coach: Coach, tmp_path: Path, amazon: int):
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:  # the kernel takes who comes
        ports = {HOST: silent.getsockname()[1], AMAZON: amazon}
        network = leading(ports, tmp_path / "roots.pem", patience_s=0.3)
        line = the_fault(found(coach, network), "Certificate")
    assert "nothing was answered in 0.3 s" in line


def test_whoever_takes_a_request_and_says_nothing_is_not_waited_for(
    coach: Coach, tmp_path: Path, chain: ssl.SSLContext
):
    over = Event()

    def waits(asked: Asked, onwards: Callable[[Asked], Told]) -> Told:
        over.wait(PATIENCE_S)
        return onwards(asked)

    with standing(coach.app, waits, chain) as port, standing(coach.app, context=chain) as amazon:
        network = leading({HOST: port, AMAZON: amazon}, tmp_path / "roots.pem", patience_s=0.3)
        line = the_fault(found(coach, network), "/alexa")
        over.set()
    assert "nothing was answered in 0.3 s, 2 bytes having been sent" in line


def test_a_port_that_is_closed_is_named(coach: Coach, tmp_path: Path, amazon: int):
    findings = found(coach, leading({AMAZON: amazon}, tmp_path / "roots.pem"))
    assert "coach.example.com is not reached (nothing listens there)" in the_fault(findings, "Port 443")


def test_amazon_out_of_reach_is_named(coach: Coach, tmp_path: Path, amazon: int):
    findings = found(coach, leading({HOST: amazon}, tmp_path / "roots.pem"))
    assert "s3.amazonaws.com is not reached" in the_fault(findings, "Amazon's certificates")


def nobody_knows(_: str) -> list[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def nobody_answers(_: str) -> list[str]:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


NAMES = {
    "unknown": (nobody_knows, "no name server knows coach.example.com. Enter it"),
    "no name server": (nobody_answers, "no name server answers. See that this machine is online"),
    "private": (lambda _: ["203.0.114.7", "192.168.1.20"], "leads to 192.168.1.20, which nobody outside can reach"),
    "behind a provider": (lambda _: ["100.64.0.1"], "leads to 100.64.0.1, which nobody outside"),
    "of a link": (lambda _: ["fe80::1%eth0"], "leads to fe80::1%eth0, which nobody outside"),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leads_nowhere_is_named(coach: Coach, tmp_path: Path, amazon: int, name: str):
    resolve, said = NAMES[name]
    network = leading({HOST: amazon, AMAZON: amazon}, tmp_path / "roots.pem", resolve=resolve)
    assert said in the_fault(found(coach, network), "Public address")


def test_our_own_clock_is_judged_by_theirs(coach: Coach, tmp_path: Path, amazon: int):
    network = leading({HOST: amazon, AMAZON: amazon}, tmp_path / "roots.pem")
    slow = replace(network, clock=lambda: datetime.now(UTC).timestamp() - 600)
    line = the_fault(found(coach, slow), "Clock")
    assert "s slow; Alexa's requests are refused from 150 s on. Set it by NTP" in line
