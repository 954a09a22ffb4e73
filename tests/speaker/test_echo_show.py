"""What a screen of Alexa's makes of what we send it, in Amazon's own viewer: all is there, within the glass, and the keys send."""

import time
from collections.abc import Iterator
from math import hypot
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from skill.alexa.inbound import KEYS
from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.reply import Reply
from skill.coach.timeline.plan import Bookmark
from tests.alexa.test_screen import CONTENT, EDITION, directive, led
from tests.speaker.viewer import ROUND, SMALL, TALL, WIDE, Viewport, render, viewer
from tests.speaker.visitor import PATIENCE_MS

pytestmark = pytest.mark.alone

Json = dict[str, Any]

TILT = directive(led(Bookmark("back_routine", "pelvic_tilt")))
LONGEST = directive(led(Bookmark("full_back_routine", "shoulder_blade_squeeze")))
NOTICE = directive(
    Reply(EDITION.spoken(CONTENT.words.line("notice")), asks=q.Menu(), title=CONTENT.words.line("title"))
)

TEXTS = """() => {
    const found = [];
    const walker = document.createTreeWalker(document.getElementById("view"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const range = document.createRange();
        range.selectNodeContents(walker.currentNode);
        for (const box of range.getClientRects())
            found.push([walker.currentNode.textContent, box.left, box.top, box.right, box.bottom]);
    }
    return found;
}"""


@pytest.fixture(scope="module")
def stage(browser: Browser) -> Iterator[Page]:
    """One page for all of them: the viewer is five megabytes."""
    page = viewer(browser)
    yield page
    page.close()


def texts(page: Page) -> list[tuple[str, float, float, float, float]]:
    """What is written, each line of it with where it is."""
    found: list[tuple[str, float, float, float, float]] = [tuple(one) for one in page.evaluate(TEXTS)]
    return found


def on_the_glass(viewport: Viewport, x: float, y: float) -> bool:
    if viewport.shape == "ROUND":
        return hypot(x - viewport.width / 2, y - viewport.height / 2) <= viewport.width / 2
    return -1 <= x <= viewport.width + 1 and -1 <= y <= viewport.height + 1


@pytest.mark.parametrize("shown", [TILT, LONGEST], ids=["tilt", "longest"])
@pytest.mark.parametrize("viewport", [WIDE, SMALL, ROUND, TALL], ids=lambda one: one.name)
def test_all_of_an_exercise_is_on_the_glass(stage: Page, viewport: Viewport, shown: Json) -> None:
    render(stage, shown, viewport)
    data, found = shown["datasources"]["shown"], texts(stage)
    written = stage.locator("#view").text_content() or ""
    for name in ("name", "set", "reps", "back", "pause", "on"):
        assert data[name] in written
    assert viewport is ROUND or data["next"] in written
    for text, left, top, right, bottom in found:
        assert all(on_the_glass(viewport, x, y) for x in (left, right) for y in (top, bottom)), text
    assert stage.locator("#view svg path").count() >= 20  # the figure
    assert stage.evaluate("window.failed") == []


@pytest.mark.parametrize("viewport", [WIDE, ROUND], ids=lambda one: one.name)
def test_a_touch_sends_what_its_key_says(stage: Page, viewport: Viewport) -> None:
    render(stage, TILT, viewport)
    sent = [touch(stage, key) for key in ("Back", "Pause", "Next")]
    assert [one["arguments"] for one in sent] == [["previous"], ["pause"], ["next"]]
    assert [KEYS[one["arguments"][0]] for one in sent] == [e.Previous(), e.Paused(), e.Next()]
    assert all(min(one["source"]["width"], one["source"]["height"]) >= 48 for one in sent)


def touch(stage: Page, key: str) -> Json:
    """What is sent when it is touched; for a moment after it has drawn everything, the viewer takes no touch."""
    stage.evaluate("window.sent = []")
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not (sent := stage.evaluate("window.sent")):
        assert time.monotonic() < deadline, f"{key} sends nothing"
        stage.get_by_text(key, exact=True).click()
        stage.wait_for_timeout(150)
    found: Json = sent[0]
    return found


def test_a_long_text_is_there_to_be_read_without_keys(stage: Page) -> None:
    render(stage, NOTICE, WIDE)
    found = texts(stage)
    assert found[0][0] == CONTENT.words.line("title")
    assert " ".join(found[-1][0].split()).endswith("stop it at once.")
    assert all(on_the_glass(WIDE, right, bottom) for _, _, _, right, bottom in found)
    assert stage.get_by_text("Pause", exact=True).count() == 0
