"""The page in a real browser, against a real server: what somebody does there, sees and hears."""

import json
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Playwright, expect

from tests.speaker.visitor import PATIENCE_MS, Visitor
from tests.test_server import Server, serving

pytestmark = pytest.mark.alone

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

TOLD_MS = 60_000
"""Longer than any telling."""


def begins(visitor: Visitor, *, straight_through: bool = False) -> None:
    """From hello to the question whether they are ready, or to the stream."""
    visitor.says("start my back routine", "Shall we begin?")
    visitor.says("yes", "Straight through?")
    if straight_through:
        visitor.says("yes", "Here we go.")
        visitor.hurries_on()
    else:
        visitor.says("set by set", "Ready?")


def test_a_first_visit_to_a_counted_set(visitor: Visitor):
    begins(visitor)
    visitor.says("yes", "Set one. Eight lifts.")
    visitor.until("backbeat.voice.playing && backbeat.voice.now() > 1000")  # it is heard, and time goes on
    visitor.hurries_to("voice", 5000)  # before the first lift
    visitor.sees("name", "pelvic tilt")
    visitor.sees("set", "1 of 3")
    visitor.sees("rep", "1 of 8")
    visitor.sees("next", "Next: knee to chest stretch")
    visitor.sees("caption", "Tilt, and lift… and hold")
    for count in "1234":  # as it is counted
        visitor.sees("count", count)
    visitor.sees("caption", "Lower slowly")


def test_what_is_shown_is_what_is_heard_at_every_moment_of_a_set(visitor: Visitor):
    """The screen is a function of the audio's own clock: asked for any moment, it shows what the score has there."""
    begins(visitor)
    visitor.says("yes", "Set one. Eight lifts.")
    visitor.until("backbeat.voice.shown")
    shown = visitor.asks("backbeat.voice.shown")
    asked = [at + late for at, _ in shown["counts"] for late in (-1, 0, 40)]
    seen = visitor.asks(
        f"import('/speaker/static/screen.js').then(({{seen}}) => {json.dumps(asked)}.map((t) => seen(backbeat.voice.shown, t)))"
    )
    by_moment = dict(zip(asked, seen, strict=True))
    held = [
        (at, number)
        for at, number in shown["counts"]
        if any(phase[5] == "hold" and phase[0] <= at < phase[0] + phase[1] for phase in shown["phases"])
    ]
    assert [number for _, number in held] == [1, 2, 3, 4] * 8
    for at, number in held:
        assert by_moment[at]["count"] == by_moment[at + 40]["count"] == number
        assert by_moment[at]["flashing"]
        assert by_moment[at - 1]["count"] != number


def test_a_stream_is_paused_and_gone_on_with_at_its_rep_after_the_page_was_closed(visitor: Visitor):
    begins(visitor, straight_through=True)
    visitor.until("backbeat.stream.playing")
    shown = visitor.asks("backbeat.stream.shown")
    fifth = next(phase for phase in shown["phases"] if phase[3] == 5)
    visitor.hurries_to("stream", fifth[0] + 2000)
    visitor.sees("rep", "5 of 8")
    visitor.says("pause", "Paused at lift five")
    visitor.come()
    visitor.page.click("#talk")
    visitor.hears("Welcome back.", "lift five")
    visitor.types("yes")
    visitor.until("backbeat.stream.playing")
    visitor.sees("rep", "5 of 8")
    visitor.sees("set", "1 of 3")


def test_a_stream_that_is_closed_in_the_middle_is_found_again(visitor: Visitor):
    begins(visitor, straight_through=True)
    visitor.until("backbeat.stream.playing")
    third = next(phase for phase in visitor.asks("backbeat.stream.shown.phases") if phase[3] == 3)
    visitor.hurries_to("stream", third[0] + 3000)
    visitor.sees("rep", "3 of 8")
    visitor.page.goto("about:blank")
    visitor.come()
    visitor.page.click("#talk")
    visitor.hears("Welcome back.", "lift three")


def test_to_the_end(visitor: Visitor):
    visitor.says("start my back routine", "Shall we begin?")
    visitor.says("the exaggerated walk", "Straight through?")
    visitor.says("set by set", "Ready?")
    visitor.says("yes")
    visitor.until("backbeat.voice.shown?.phases.length")
    visitor.asks("backbeat.intend('AMAZON.NextIntent')")
    visitor.until(
        "document.querySelector('#log li.coach:last-child').textContent.includes('See you next time')"
    )
    visitor.until("backbeat.device.attributes === null")


def test_by_name_it_hurts_and_an_emergency(visitor: Visitor):
    visitor.says("open my back routine", "Shall we begin?")
    visitor.says("the bridges", "pelvic tilt")
    visitor.says("yes")
    before = visitor.answers
    visitor.page.click("text=It hurts")
    visitor.hears("Stop there.", after=before)
    visitor.says("i can't feel my legs", "Call nine one one")
    visitor.until("backbeat.device.attributes === null")


def test_what_is_not_sure_is_asked_for_first(visitor: Visitor):
    visitor.says("start my back routine", "Shall we begin?")
    asked = visitor.asks(
        "fetch('/speaker/heard', {method: 'POST', headers: {'Content-Type': 'application/json'}, "
        "body: JSON.stringify({text: 'my tummy is not right', attributes: backbeat.device.attributes})}).then((got) => got.json())"
    )
    if asked["doubt"]:
        visitor.says("my tummy is not right", asked["doubt"])
        visitor.says("yes")


def test_by_the_keyboard_alone(visitor: Visitor):
    visitor.page.keyboard.press("Space")
    visitor.hears("Shall we begin?")
    for _ in range(30):
        if visitor.asks("document.activeElement.id") == "text":
            break
        visitor.page.keyboard.press("Tab")
    assert visitor.asks("document.activeElement.id") == "text"
    outline = visitor.asks("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    visitor.page.keyboard.type("yes")
    visitor.page.keyboard.press("Enter")
    visitor.hears("Straight through?", after=1)


@pytest.mark.parametrize(("width", "height"), [(320, 568), (390, 844), (1920, 1080), (3840, 2160)])
def test_it_fits_and_has_no_barrier(browser: Browser, home: Server, width: int, height: int):
    with browser.new_context(viewport={"width": width, "height": height}) as context:
        visitor = Visitor(context.new_page(), home.port)
        visitor.come()
        visitor.says("the pelvic tilt", "Shall we begin?")
        visitor.sees("talk-says", "Talk")
        for scheme in SCHEMES:
            visitor.page.emulate_media(color_scheme=scheme)
            assert visitor.asks(f"matchMedia('(prefers-color-scheme: {scheme})').matches")
            assert visitor.asks("document.documentElement.scrollWidth") <= width
            found = Axe().run(visitor.page).response["violations"]
            assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []


def test_it_is_opened_twice_and_one_of_them_speaks(visitor: Visitor):
    visitor.says("start my back routine", "Shall we begin?")
    visitor.until("backbeat.voice.playing")
    other = Visitor(visitor.page.context.new_page(), visitor.port)
    other.come()
    other.page.click("#talk")
    other.hears("Straight through?")
    visitor.until("!backbeat.voice.playing")
    visitor.sees("trouble", "The coach goes on in another window. Press Start to have it here.")


def test_a_server_that_starts_again_in_the_middle_is_waited_for(browser: Browser, tmp_path: Path):
    with browser.new_context() as context:
        with serving(tmp_path, "--local") as first:
            visitor = Visitor(context.new_page(), first.port)
            visitor.come()
            visitor.says("start my back routine", "Shall we begin?")
        visitor.page.fill("#text", "yes")
        visitor.page.press("#text", "Enter")
        visitor.sees("trouble", "The coach cannot be reached. Trying again…")
        with serving(tmp_path, "--local", port=first.port):
            visitor.hears("Straight through?", after=1)
            visitor.sees("trouble", "")
            assert visitor.faults == []


def test_no_microphone_is_said_and_typing_goes_on(visitor: Visitor):
    visitor.page.click("#talk")
    visitor.hears("Shall we begin?")
    expect(visitor.page.locator("#trouble")).to_contain_text("type what you would say", timeout=PATIENCE_MS)
    visitor.says("yes", "Straight through?")
    visitor.trouble.clear()  # that there is none, the console knows too


def test_nothing_that_was_said_is_kept_or_logged(visitor: Visitor, home: Server):
    visitor.says("purple monkey dishwasher")
    visitor.says("start my back routine", "Shall we begin?")
    visitor.says("purple monkey dishwasher", "I didn't get that.")
    assert "purple" not in home.log.read_text()
    assert all(b"purple" not in path.read_bytes() for path in home.data.iterdir())


def test_it_is_small_and_asks_nobody_else(browser: Browser, home: Server):
    sent: dict[str, int] = {}
    with browser.new_context() as context:
        visitor = Visitor(context.new_page(), home.port)
        visitor.page.on("response", lambda got: sent.update({got.url: len(got.body())}))
        visitor.come()
        visitor.page.wait_for_load_state("networkidle")
    assert all(url.startswith(f"http://127.0.0.1:{home.port}/") for url in sent)
    assert sum(sent.values()) < 300_000


def test_another_voice_goes_on_at_the_rep(visitor: Visitor):
    begins(visitor, straight_through=True)
    visitor.until("backbeat.stream.playing")
    before = visitor.asks("backbeat.stream.element.src")
    fourth = next(phase for phase in visitor.asks("backbeat.stream.shown.phases") if phase[3] == 4)
    visitor.hurries_to("stream", fourth[0] + 3000)
    visitor.sees("rep", "4 of 8")
    answers = visitor.answers
    visitor.page.select_option("#voice", "man")
    visitor.hears("Welcome back.", "lift four", after=answers)
    visitor.types("yes")
    visitor.until("backbeat.stream.playing")
    visitor.sees("rep", "4 of 8")
    assert visitor.asks("backbeat.stream.element.src") != before
    visitor.page.select_option("#voice", "woman")
    visitor.hears("lift four", after=answers + 1)


def test_a_stream_plays_on_while_the_server_starts_again_and_its_place_is_known(
    browser: Browser, tmp_path: Path
):
    with browser.new_context() as context:
        with serving(tmp_path, "--local") as first:
            visitor = Visitor(context.new_page(), first.port)
            visitor.come()
            begins(visitor, straight_through=True)
            visitor.until("backbeat.stream.playing")
            fifth = next(phase for phase in visitor.asks("backbeat.stream.shown.phases") if phase[3] == 5)
            visitor.hurries_to("stream", fifth[0] + 2000)
            visitor.until(f"backbeat.stream.now() > {fifth[0] + 2000}")
        visitor.until(f"backbeat.stream.playing && backbeat.stream.now() > {fifth[0] + 3000}")
        with serving(tmp_path, "--local", port=first.port):
            visitor.says("pause", "Paused at lift five")
            assert visitor.faults == []


def test_without_motion_the_count_still_shows_and_nothing_flashes(browser: Browser, home: Server):
    with browser.new_context(reduced_motion="reduce") as context:
        visitor = Visitor(context.new_page(), home.port)
        visitor.come()
        begins(visitor)
        visitor.says("yes", "Set one. Eight lifts.")
        visitor.hurries_to("voice", 6000)
        visitor.sees("count", "1")
        flashing = "(() => { const round = document.querySelector('.round'); round.classList.add('flash'); return getComputedStyle(round, '::after').display; })()"
        assert visitor.asks(flashing) == "none"
        assert visitor.asks("document.querySelector('#figure svg').animationsPaused()")


def test_while_it_plays_the_screen_stays_awake_and_the_media_keys_are_ours(visitor: Visitor):
    visitor.asks(
        "navigator.wakeLock && (navigator.wakeLock.request = async (kind) => { window.awake = kind; return new EventTarget(); })"
    )
    visitor.says("start my back routine", "Shall we begin?")
    visitor.until("window.awake === 'screen'")
    visitor.until("navigator.mediaSession.playbackState === 'playing'")
    assert visitor.asks("navigator.mediaSession.metadata.artist") == "Backbeat"


def test_each_count_is_felt_on_a_phone(browser: Browser, home: Server, playing: Playwright):
    phone = {**playing.devices["Pixel 7"]}
    with browser.new_context(**phone) as context:
        visitor = Visitor(context.new_page(), home.port)
        visitor.come()
        visitor.asks("navigator.vibrate = (ms) => { (window.felt ??= []).push(ms); return true; }")
        begins(visitor)
        visitor.says("yes", "Set one. Eight lifts.")
        visitor.hurries_to("voice", 6000)
        visitor.sees("count", "2")
        assert len(visitor.asks("window.felt")) >= 2
