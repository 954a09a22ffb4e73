"""Strangers who have us fetch, and those whom that must not keep waiting; and the fetch itself, over real sockets."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from queue import Empty, SimpleQueue
from threading import Event, Thread

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from skill.alexa import signers as module
from skill.alexa.signers import (
    FETCHES,
    MAX_CHAIN,
    MAX_MISSES,
    MISSED_FOR,
    USUAL,
    WAITING,
    Signer,
    Signers,
    _download,
    fetch_chain,
)
from skill.errors import Rejected
from tests.alexa.signing import NOW, URL, Amazon, issue, pem, rsa_key

FOLDER = "https://s3.amazonaws.com/echo.api"
AMPLE = 10
"""Seconds for what needs none."""
SECOND = timedelta(seconds=1)
NUMBERS = ["", *(f"-{number}" for number in range(1, 100))]
NAMED = [f"{FOLDER}/echo-api-cert{number}{kind}.pem" for number, kind in product(NUMBERS, ["", "-ats"])]
"""All addresses of the usual form."""
EMPTY = [url for url in NAMED if url != URL]
"""Those at which there is nothing."""
STRANGE = [f"{FOLDER}/echo-api-cert-{number}.pem" for number in range(100, 400)]
"""Some of no usual form, with nothing there either."""


class Bucket:
    """Amazon's. Until they are let ``go``, fetches do not end, but for those from ``quick`` addresses."""

    def __init__(self, *quick: str) -> None:
        self.amazon = Amazon()
        self.begun: SimpleQueue[str] = SimpleQueue()
        self.go = Event()
        self._quick = quick

    def fetch(self, url: str) -> bytes:
        self.begun.put(url)
        if url not in self._quick:
            assert self.go.wait(AMPLE)
        return self.amazon.fetch(url)

    def signers(self) -> Signers:
        return Signers(self.amazon.roots, self.fetch)


def refused(signers: Signers, url: str, now: datetime = NOW) -> str:
    with pytest.raises(Rejected) as caught:
        signers.at(url, now)
    return str(caught.value)


@contextmanager
def asking(signers: Signers, urls: Sequence[str]) -> Iterator[list[Future[Signer]]]:
    """Each is asked for in a thread of its own; all have their answer at the end."""
    with ThreadPoolExecutor(len(urls)) as pool:
        yield [pool.submit(signers.at, url, NOW) for url in urls]


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + AMPLE
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0)


def nobody_else_may_wait(signers: Signers) -> bool:
    return signers._waiting._value == 0


# --- After a restart -------------------------------------------------------------------------------------------


def test_the_last_one_found_good_is_known_after_a_restart_and_nothing_is_fetched(tmp_path):
    bucket, kept = Bucket(URL), tmp_path / "certificate.pem"
    Signers(bucket.amazon.roots, bucket.fetch, kept).at(URL, NOW)
    until(kept.exists)
    again = Signers(bucket.amazon.roots, bucket.fetch, kept)
    again.recall(NOW)
    assert again.at(URL, NOW).since < NOW
    assert bucket.begun.get(timeout=AMPLE) == URL
    assert bucket.begun.empty()


@pytest.mark.parametrize("how", ["missing", "empty", "cut", "another's", "too long", "out of date"])
def test_what_was_kept_and_is_no_good_is_as_if_it_were_not_there(tmp_path, how):
    bucket, kept, now = Bucket(URL), tmp_path / "certificate.pem", NOW
    whole = f"{URL}\n".encode() + bucket.amazon.fetch(URL)
    stranger = Amazon(anchor=issue("Another Root", rsa_key("Mallory"), ca=True))
    match how:
        case "empty":
            kept.write_bytes(b"")
        case "cut":
            kept.write_bytes(whole[: len(whole) // 4])
        case "another's":
            kept.write_bytes(f"{URL}\n".encode() + stranger.fetch(URL))
        case "too long":
            kept.write_bytes(whole * 40)
        case "out of date":
            kept.write_bytes(whole)
            now = NOW + timedelta(days=36500)
    signers = Signers(bucket.amazon.roots, bucket.fetch, kept)
    signers.recall(now)
    assert signers._known == {}


# --- One address ----------------------------------------------------------------------------------------------


def test_who_asks_for_what_is_being_fetched_waits_for_that_fetch():
    bucket = Bucket()
    signers = bucket.signers()
    with asking(signers, [URL] * WAITING) as answers:
        until(lambda: nobody_else_may_wait(signers))
        bucket.go.set()
        first, *others = [answer.result(AMPLE) for answer in answers]
    assert all(other is first for other in others)
    assert bucket.amazon.asked == [URL]


def test_who_may_not_wait_is_refused_at_once_and_let_in_when_they_try_again():
    bucket = Bucket()
    signers = bucket.signers()
    with asking(signers, STRANGE[:WAITING]):
        until(lambda: nobody_else_may_wait(signers))
        assert "enough requests wait" in refused(signers, URL)
        assert "enough requests wait" in refused(signers, URL)
        coming = signers._usual.coming[URL]
        bucket.go.set()
    assert coming.result(AMPLE) is signers.at(URL, NOW)
    assert bucket.amazon.asked.count(URL) == 1


def test_a_fetch_that_outlives_its_time_goes_on_and_whoever_asks_later_is_let_in(monkeypatch):
    monkeypatch.setattr(module, "FETCH_SECONDS", 0)
    bucket = Bucket()
    signers = bucket.signers()
    assert "took over 0 s" in refused(signers, URL)
    assert "took over 0 s" in refused(signers, URL)
    coming = signers._usual.coming[URL]
    bucket.go.set()
    assert coming.result(AMPLE) is signers.at(URL, NOW)
    assert bucket.amazon.asked == [URL]


def test_no_more_fetches_go_on_than_that_however_many_have_outlived_their_time(monkeypatch):
    monkeypatch.setattr(module, "FETCH_SECONDS", 0)
    bucket = Bucket()
    signers = bucket.signers()
    for url in [*EMPTY[:50], *STRANGE[:50]]:
        refused(signers, url)
    began = {*EMPTY[:FETCHES], *STRANGE[:FETCHES]}
    assert {bucket.begun.get(timeout=AMPLE) for _ in began} == began
    with pytest.raises(Empty):
        bucket.begun.get_nowait()
    bucket.go.set()


def test_where_no_thread_can_be_had_the_request_is_refused_and_the_next_is_let_in(monkeypatch):
    class NoThread(Thread):
        def start(self) -> None:
            raise RuntimeError("can't start new thread")

    signers = Bucket(URL).signers()
    with monkeypatch.context() as without:
        without.setattr(module, "Thread", NoThread)
        assert "RuntimeError" in refused(signers, URL)
    assert signers.at(URL, NOW)


# --- Misses ---------------------------------------------------------------------------------------------------


def nothing(amazon: Amazon) -> None:
    amazon.pages = {}


def nonsense(amazon: Amazon) -> None:
    amazon.pages = dict.fromkeys(amazon.pages, b"nonsense")


@pytest.mark.parametrize("spoil", [nothing, nonsense])
def test_what_was_fetched_in_vain_is_left_alone_for_a_while(spoil):
    bucket = Bucket(URL)
    signers, pages = bucket.signers(), bucket.amazon.pages
    spoil(bucket.amazon)
    why = refused(signers, URL)
    bucket.amazon.pages = pages
    assert refused(signers, URL, NOW + MISSED_FOR - SECOND) == why
    assert bucket.amazon.asked == [URL]
    assert signers.at(URL, NOW + MISSED_FOR)
    assert bucket.amazon.asked == [URL, URL]


def test_a_clock_that_is_put_back_makes_no_while_longer():
    bucket = Bucket(URL)
    signers, pages = bucket.signers(), bucket.amazon.pages
    nothing(bucket.amazon)
    refused(signers, URL)
    bucket.amazon.pages = pages
    assert signers.at(URL, NOW - SECOND)


def test_who_is_known_is_let_in_although_they_could_not_be_fetched_a_moment_ago():
    soon = NOW + 60 * SECOND
    bucket = Bucket(URL)
    bucket.amazon = Amazon(leaf_dates=(NOW - SECOND, soon))
    signers = bucket.signers()
    known = signers.at(URL, NOW)
    nothing(bucket.amazon)
    refused(signers, URL, soon + SECOND)  # our clock is wrong for a moment
    assert signers.at(URL, soon) is known


def test_only_so_many_misses_are_remembered_and_until_they_are_forgotten_nothing_is_fetched():
    bucket = Bucket(*STRANGE)
    signers = bucket.signers()
    for url in STRANGE:
        refused(signers, url)
    assert bucket.amazon.asked == STRANGE[:MAX_MISSES]
    assert len(signers._others.missed) == MAX_MISSES
    refused(signers, STRANGE[-1], NOW + MISSED_FOR)
    assert bucket.amazon.asked == [*STRANGE[:MAX_MISSES], STRANGE[-1]]
    assert list(signers._others.missed) == [STRANGE[-1]]


def test_strangers_never_make_us_forget_who_is_known():
    bucket = Bucket(*NAMED, *STRANGE)
    signers = bucket.signers()
    known = signers.at(URL, NOW)
    for minute in range(3):
        for url in [*EMPTY, *STRANGE]:
            refused(signers, url, NOW + minute * 60 * SECOND)
    assert signers.at(URL, NOW) is known
    assert bucket.amazon.asked.count(URL) == 1


# --- The usual addresses, and all others ----------------------------------------------------------------------


def test_there_are_as_many_usual_addresses_as_misses_are_remembered():
    assert all(USUAL.fullmatch(url) for url in NAMED)
    assert len(set(NAMED)) == MAX_MISSES


@pytest.mark.parametrize(
    "url",
    [
        *STRANGE[:2],
        f"{FOLDER}/echo-api-cert-0.pem",
        f"{FOLDER}/echo-api-cert-01.pem",
        f"{FOLDER}/echo-api-cert-1\u0661.pem",
        f"{FOLDER}/echo-api-cert-12.pem/",
        f"{FOLDER}/echo-api-cert-12xpem",
        f"{FOLDER}/x/echo-api-cert-12.pem",
        f"{FOLDER}/x/echo.api/echo-api-cert-12.pem",
    ],
)
def test_no_other_address_is_usual(url):
    assert not USUAL.fullmatch(url)


def test_while_strangers_name_all_the_others_a_usual_one_is_fetched():
    bucket = Bucket(URL, *STRANGE[:MAX_MISSES])
    signers = bucket.signers()
    for url in STRANGE[:MAX_MISSES]:
        refused(signers, url)
    assert signers.at(URL, NOW)


def test_while_fetches_from_all_others_go_on_a_usual_one_is_fetched(monkeypatch):
    bucket = Bucket(URL)
    signers = bucket.signers()
    with monkeypatch.context() as at_once:
        at_once.setattr(module, "FETCH_SECONDS", 0)
        for url in STRANGE[: FETCHES + 1]:
            refused(signers, url)
    assert signers.at(URL, NOW)
    bucket.go.set()


def test_who_names_all_the_usual_ones_has_the_genuine_one_fetched_too():
    bucket = Bucket(*NAMED)
    signers = bucket.signers()
    for url in NAMED:
        if url != URL:
            refused(signers, url)
    assert signers.at(URL, NOW)


@pytest.mark.parametrize("strangers", [EMPTY, STRANGE], ids=["the usual", "all others"])
def test_while_strangers_go_on_for_minutes_a_usual_one_gets_in_at_the_first_try(strangers):
    """Nothing is there, and that is soon known: fetches take no time here."""
    bucket = Bucket(*NAMED, *STRANGE)
    signers = bucket.signers()
    for half_minute in range(6):
        for url in strangers:
            refused(signers, url, NOW + half_minute * MISSED_FOR)
    assert len(bucket.amazon.asked) <= 6 * MAX_MISSES
    assert signers.at(URL, NOW + 6 * MISSED_FOR - SECOND)


# --- The real fetch, over real sockets ------------------------------------------------------------------------


class Site(ThreadingHTTPServer):
    """A small web server on a free port: a page or a nuisance at every path."""

    daemon_threads = False  # closing it waits for its threads

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Page)
        self.asked: list[str] = []
        self.left: SimpleQueue[str] = SimpleQueue()  # paths of nuisances that the visitor walked away from
        self.over = Event()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class Page(BaseHTTPRequestHandler):
    """What is at a path."""

    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        with suppress(ConnectionError, TimeoutError):
            getattr(self, self.path.strip("/"))()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def answer(self, status: int, page: bytes, **headers: object) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(page)

    def drip(self) -> None:
        while not self.server.over.wait(0.02):
            self.wfile.write(b".")

    def good(self) -> None:
        self.answer(200, b"good")

    def full(self) -> None:
        self.answer(200, bytes(MAX_CHAIN), Content_Length=MAX_CHAIN)

    def moved(self) -> None:
        self.answer(302, b"moved", Location="/good")

    def missing(self) -> None:
        self.answer(404, b"missing")

    def partial(self) -> None:
        self.answer(206, b"partial")

    def broken(self) -> None:
        self.answer(500, b"broken")

    def long(self) -> None:
        self.answer(200, bytes(MAX_CHAIN + 1), Content_Length=MAX_CHAIN + 1)

    def endless(self) -> None:
        self.answer(200, b"")
        while not self.server.over.is_set():
            self.wfile.write(bytes(MAX_CHAIN))

    def short(self) -> None:
        self.answer(200, b"short", Content_Length=100)

    def packing(self) -> None:
        self.answer(200, self.headers["Accept-Encoding"].encode())

    def silent(self) -> None:
        self.connection.settimeout(AMPLE)
        if not self.rfile.read(1):
            self.server.left.put(self.path)

    def slow(self) -> None:
        self.answer(200, b"")
        try:
            self.drip()
        except ConnectionError:
            self.server.left.put(self.path)

    def slow_header(self) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Drip: ")
        self.drip()

    def nonsense(self) -> None:
        self.wfile.write(b"nonsense\r\n\r\n")


@contextmanager
def running(site: Site) -> Iterator[Site]:
    thread = Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01})
    with site:
        thread.start()
        try:
            yield site
        finally:
            site.over.set()
            site.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with running(Site()) as site:
        yield site


@pytest.mark.parametrize(
    ("path", "page"), [("good", b"good"), ("full", bytes(MAX_CHAIN))], ids=["a page", "exactly 64 KiB"]
)
def test_a_page_is_downloaded(site, path, page):
    assert _download(f"http://{site.address}/{path}", AMPLE) == page


def test_proxies_of_the_environment_are_left_alone(site, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert _download(f"http://{site.address}/good", AMPLE) == b"good"


def fetched(fetch: Callable[[str], bytes], url: str) -> str:
    """Why there is no signer in what is fetched from there."""
    return refused(Signers(Amazon().roots, lambda _: fetch(url)), URL)


def downloaded(site: Site, path: str) -> str:
    return fetched(lambda url: _download(url, AMPLE), f"http://{site.address}/{path}")


@pytest.mark.parametrize(
    ("path", "reason"),
    {
        "moved": "status 302",
        "missing": "status 404",
        "partial": "status 206",
        "broken": "status 500",
        "long": "65536 bytes",
        "endless": "65536 bytes",
        "short": "could not be fetched",
        "nonsense": "could not be fetched",
    }.items(),
)
def test_a_download_that_goes_wrong_is_rejected(site, path, reason):
    site.asked.clear()
    assert reason in downloaded(site, path)
    assert site.asked == [f"/{path}"]


@pytest.mark.parametrize("path", ["silent", "slow"])
def test_a_download_that_takes_too_long_is_rejected_and_hung_up(site, path):
    assert "certificate chain" in fetched(lambda url: _download(url, 0.2), f"http://{site.address}/{path}")
    assert site.left.get(timeout=AMPLE) == f"/{path}"


def test_a_download_that_takes_too_long_is_rejected_even_before_the_page_begins(site, monkeypatch):
    monkeypatch.setattr(module, "FETCH_SECONDS", 0.2)
    assert "took over 0.2 s" in downloaded(site, "slow_header")


def test_a_page_is_asked_for_unpacked(site):
    assert _download(f"http://{site.address}/packing", AMPLE) == b"identity"


def test_a_server_that_is_not_there_is_rejected():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert "ConnectionError" in fetched(lambda url: _download(url, AMPLE), f"http://127.0.0.1:{port}/good")


def test_a_chain_is_fetched_over_https_only(site):
    site.asked.clear()
    assert "https" in fetched(fetch_chain, f"http://{site.address}/good")
    assert site.asked == []


def test_a_chain_is_fetched_only_from_a_server_that_somebody_vouches_for(tmp_path):
    impostor = Amazon(dns=["localhost"]).leaf
    file = tmp_path / "impostor.pem"
    file.write_bytes(
        impostor.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + pem(impostor)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    site = Site()
    site.socket = context.wrap_socket(site.socket, server_side=True)
    with running(site):
        assert "SSLError" in fetched(fetch_chain, f"https://localhost:{site.server_address[1]}/good")
    assert site.asked == []
