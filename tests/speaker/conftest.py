"""A real browser, and a server of ours that it talks to."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from skill.kept.sqlite import SqliteStore
from skill.settings import DATABASE, at_the_terminal, person, prepare
from tests.speaker.visitor import Visitor
from tests.test_server import Server, serving

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=user-gesture-required",
)  # fmt: skip
"""It asks nobody else for anything, and plays nothing before a click."""


def chromium() -> str:
    """Where it is. No test of the page is ever skipped for want of it."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    assert found, (
        "the page is tried in Chromium, and there is none: apt-get install chromium, or set CHROMIUM to another"
    )
    return found


@pytest.fixture(scope="module")
def playing() -> Iterator[Playwright]:
    """No longer than its module: an event loop runs meanwhile, so that no other test could run one."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(playing: Playwright) -> Iterator[Browser]:
    browser = playing.chromium.launch(executable_path=chromium(), args=QUIET)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def always_on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("home"), "--local") as server:
        yield server


@pytest.fixture
def home(always_on: Server) -> Server:
    """A server with nobody's place in it."""
    with closing(SqliteStore(always_on.data / DATABASE)) as store:
        store.forget(person(prepare(always_on.data), at_the_terminal("me")))
    return always_on


@pytest.fixture
def visitor(browser: Browser, home: Server) -> Iterator[Visitor]:
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        visitor = Visitor(context.new_page(), home.port)
        visitor.come()
        yield visitor
        assert visitor.trouble == []
