"""Amazon's own viewer of APL in a browser: it lays out a document as a device does, and tells what is sent when it is touched.

npm's apl-viewhost-web 1.4.0, of 2020, the last that is whole in its package; `make test` fetches it into `.venv/viewer`. It knows
APL up to 1.4.
"""

import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page

from tests.speaker.visitor import PATIENCE_MS

Json = dict[str, Any]

VIEWER = Path(
    os.environ.get("APL_VIEWER")
    or Path(sys.prefix) / "viewer" / "node_modules" / "apl-viewhost-web" / "index.js"
)

PAGE = '<!doctype html><meta charset="utf-8"><title>A screen</title><body style="margin:0;background:#000">'

RENDER = """async ({document, sources, viewport}) => {
    const {default: Renderer, Content} = window.AplRenderer;
    window.renderer?.destroy();
    const view = window.document.createElement("div");
    window.document.body.replaceChildren(view);
    view.id = "view";
    const content = Content.create(JSON.stringify(document));
    content.addData("payload", JSON.stringify(sources));
    window.sent = [];
    window.failed = [];
    window.renderer = Renderer.create({
        content, viewport, view, theme: "dark", mode: "HUB",
        environment: {agentName: "tests", agentVersion: "1", allowOpenUrl: false, disallowVideo: true},
        utcTime: Date.now(), localTimeAdjustment: 0,
        onSendEvent: (event) => window.sent.push(event),
        onRunTimeError: (error) => window.failed.push(error),
    });
    await window.renderer.init();
}"""


class Viewport(NamedTuple):
    """A device's screen, in dp."""

    name: str
    width: int
    height: int
    shape: str = "RECTANGLE"


WIDE = Viewport("wide", 1280, 800)
SMALL = Viewport("small", 960, 480)
ROUND = Viewport("round", 480, 480, "ROUND")
TALL = Viewport("tall", 800, 1280)


def viewer(browser: Browser) -> Page:
    """A page that is ready to show something."""
    assert VIEWER.is_file(), (
        f"screens are drawn by Amazon's viewer, and {VIEWER} is not there: make test fetches it"
    )
    page = browser.new_page()
    page.set_content(PAGE)
    page.add_script_tag(path=VIEWER)
    page.wait_for_function("!!window.Module?.Metrics?.create", timeout=PATIENCE_MS)
    return page


def render(page: Page, directive: Json, viewport: Viewport) -> None:
    """Show what a directive says on that screen, instead of anything else."""
    page.set_viewport_size({"width": viewport.width, "height": viewport.height})
    seen = {"width": viewport.width, "height": viewport.height, "dpi": 160, "shape": viewport.shape}
    page.evaluate(
        RENDER,
        {"document": directive["document"], "sources": directive["datasources"], "viewport": seen},
    )
