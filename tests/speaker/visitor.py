"""Somebody at the page: what they do, and what they see and hear."""

import time
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, expect

PATIENCE_MS = 30_000


@dataclass
class Visitor:
    """One page in one window. ``trouble`` is what went wrong in it, but for what a test brings about itself."""

    page: Page
    port: int
    trouble: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("console", lambda said: self.trouble.append(said.text) if said.type == "error" else None)

    def come(self) -> None:
        """Open the page, or open it again."""
        self.page.goto(f"http://127.0.0.1:{self.port}/")

    def says(self, text: str, *answer: str) -> str:
        """Type it; wait for an answer that has all of these in it, and give it."""
        before = self.answers
        self.types(text)
        return self.hears(*answer, after=before)

    @property
    def faults(self) -> list[str]:
        """The trouble, but for what the browser says of a server that is not there."""
        return [line for line in self.trouble if "net::ERR_" not in line]

    @property
    def answers(self) -> int:
        """How many there were."""
        return self.page.locator("#log li.coach").count()

    def types(self, text: str) -> None:
        """Type it."""
        self.page.fill("#text", text)
        self.page.press("#text", "Enter")

    def hears(self, *answer: str, after: int = 0) -> str:
        """What the coach says next, after so many answers."""
        last = self.page.locator("#log li.coach").nth(after)
        for part in answer:
            expect(last).to_contain_text(part, timeout=PATIENCE_MS)
        return last.inner_text(timeout=PATIENCE_MS)

    def sees(self, name: str, text: str) -> None:
        """Wait until something reads so."""
        expect(self.page.locator(f"#{name}")).to_have_text(text, timeout=PATIENCE_MS)

    def until(self, holds: str) -> None:
        """Wait until an expression holds."""
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not self.asks(
            f"!!({holds})"
        ):  # Playwright's own wait evaluates a string, which the page's policy forbids
            assert time.monotonic() < deadline, f"never: {holds}"
            self.page.wait_for_timeout(30)

    def asks(self, expression: str) -> Any:
        """What it is worth, in the page."""
        return self.page.evaluate(expression)

    def hurries_on(self) -> None:
        """Hear the end of what is said now."""
        self.until("backbeat.voice.playing && backbeat.voice.element.duration > 1")
        self.asks("backbeat.voice.element.currentTime = backbeat.voice.element.duration - 0.1")

    def hurries_to(self, what: str, ms: float) -> None:
        """Play on from there: nobody has the time to listen to all of it."""
        self.until(f"backbeat.{what}.playing && backbeat.{what}.element.duration > {ms / 1000}")
        self.asks(f"backbeat.{what}.element.currentTime = {ms / 1000}")
