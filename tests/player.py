"""What a pretend Echo has inside: its AudioPlayer (platform facts, section 6), and the rules it holds answers to (2, 3, 5).

Of the player: a queue, a stream, and where it is, to the millisecond. Time is told to it (`Player.advance`), and what happens on the way it tells to ``notify``, at the moment it happens. It
knows nothing of envelopes, sessions or networks.

- ENQUEUE must name the last stream there is: that of the queue, or the current one if nothing is queued. Otherwise it is
  ignored, and so is anything but REPLACE_ALL once the player has been stopped or has failed. After a stream has ended
  by itself, with nothing queued, an ENQUEUE that names it plays at once.
- While `Player.held` (Alexa listens or speaks) a stream neither moves nor starts; it can be stopped or replaced.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

Ms = int
Json = dict[str, Any]
Lasts = Callable[[str], Ms]
"""How long the stream at a URL is, or a phrase."""

SHOW, FIRST_GENERATION, DOT = 500, 130, -120
"""When devices tell "nearly finished": ms after the start of a stream, or if negative, before its end."""


class Stretch(NamedTuple):
    """A part of a stream that was heard, without a gap."""

    token: str
    start: Ms
    end: Ms


@dataclass
class Track:
    """A stream, in the queue or under way."""

    token: str
    url: str
    at: Ms  # where it is
    length: Ms
    nearly: Ms | None  # where "nearly finished" is told; None once it has been
    started: bool = False


@dataclass
class Player:
    """``activity`` is as in an envelope, except that a held stream is PLAYING."""

    length: Lasts
    notify: Callable[[str, Track, Ms], None]
    """Gets the kind ("Started"), the track, and when it happens."""
    now: Ms
    nearly: Ms = DOT
    starves_as: str = "Failed"
    """Or "Stopped": what becomes of a stream when the network has been gone for too long."""
    current: Track | None = None  # or the last there was
    queue: list[Track] = field(default_factory=list)
    activity: str = "IDLE"
    held: bool = False
    ours: bool = False  # whether the latest audio of the device is
    supply: Ms | None = None  # how much can still be played, where the network is gone
    heard: list[Stretch] = field(default_factory=list)

    @property
    def playing(self) -> bool:
        """Whether a stream is under way, held or not."""
        return self.activity == "PLAYING"

    def obey(self, directives: list[Json]) -> None:
        """Do as directives say, now."""
        for directive in directives:
            if directive["type"] == "AudioPlayer.Play":
                self._play(directive["playBehavior"], directive["audioItem"]["stream"])
            elif directive["type"] == "AudioPlayer.Stop":
                self.stop()
            elif directive["type"] == "AudioPlayer.ClearQueue":
                self.queue.clear()
                if directive["clearBehavior"] == "CLEAR_ALL":
                    self.stop()
            self.advance(self.now)

    def stop(self, kind: str = "Stopped") -> None:
        """Stop the stream under way, if there is one; with ``kind`` "Failed" it failed instead."""
        if self.current is not None and self.playing:
            self.activity = "STOPPED"
            self.queue.clear()
            if self.current.started or kind == "Failed":
                self.notify(kind, self.current, self.now)

    def hold(self, *, held: bool) -> None:
        """Duck the stream, or let it go on."""
        self.held = held
        self.advance(self.now)

    def next_moment(self) -> Ms | None:
        """When something will happen by itself; None if never."""
        if self.current is None or not self.playing or self.held:
            return None
        track = self.current
        empty = None if self.supply is None else track.at + self.supply
        return self.now + min(at for at in (track.length, track.nearly, empty) if at is not None) - track.at

    def advance(self, until: Ms) -> None:
        """Let time pass, and do all that is due in it."""
        while (moment := self.next_moment()) is not None and self.current is not None:
            if not self.current.started and self.supply != 0:
                self.current.started = True
                self.notify("Started", self.current, self.now)
                continue
            self._move(self.current, min(moment, until) - self.now)
            if moment > until:
                break
            self._due(self.current)
        self.now = max(until, self.now)

    def _play(self, behavior: str, stream: Json) -> None:
        at, length = stream["offsetInMilliseconds"], self.length(stream["url"])
        nearly = max(min(self.nearly + (at if self.nearly >= 0 else length), length), at + 1)
        track = Track(stream["token"], stream["url"], at, length, nearly)
        last = self.queue[-1] if self.queue else self.current
        if behavior == "REPLACE_ALL":
            self.stop()
        elif self.activity == "STOPPED":
            return
        elif behavior == "REPLACE_ENQUEUED":
            self.queue.clear()
        elif last is None or last.token != stream["expectedPreviousToken"]:
            return
        if self.playing:
            self.queue.append(track)
        else:
            self._start(track)

    def _start(self, track: Track) -> None:
        self.current, self.activity, self.ours = track, "PLAYING", True

    def _move(self, track: Track, by: Ms) -> None:
        if by <= 0:
            return
        self.now += by
        self.supply = None if self.supply is None else self.supply - by
        start, track.at = track.at, track.at + by
        if self.heard and self.heard[-1].token == track.token and self.heard[-1].end == start:
            start = self.heard.pop().start
        self.heard.append(Stretch(track.token, start, track.at))

    def _due(self, track: Track) -> None:
        if track.nearly is not None and track.at >= track.nearly:
            track.nearly = None
            self.notify("NearlyFinished", track, self.now)
        elif track.at >= track.length:
            self.activity = "FINISHED"
            self.notify("Finished", track, self.now)
            if self.queue:
                self._start(self.queue.pop(0))
        elif self.supply == 0:
            self.stop(self.starves_as)


# The rules.

SESSIONLESS = ("AudioPlayer.", "PlaybackController.", "System.ExceptionEncountered", "AlexaSkillEvent.")
UNANSWERED = ("SessionEndedRequest", "AudioPlayer.PlaybackStopped", "System.", "AlexaSkillEvent.")
UNPLAYED = "AudioPlayer.PlaybackStarted", "AudioPlayer.PlaybackFinished"
RENDER = "Alexa.Presentation.APL.RenderDocument"
DIRECTIVES = {"Play": "playBehavior audioItem", "Stop": "", "ClearQueue": "clearBehavior"}


def minute(_url: str) -> Ms:
    """What a stream lasts, if nobody says."""
    return 60_000


def in_words(phrase: str) -> Ms:
    """What a phrase lasts, if nobody knows better."""
    return 400 * len(phrase.split())


def legal(  # noqa: PLR0913  # each by its name
    kind: str,
    answer: Json,
    *,
    audioplayer: bool = True,
    screen: bool = False,
    length: Lasts = minute,
    pace: Lasts = in_words,
) -> None:
    """Hold the whole answer to a request of this kind to the rules. Raises AssertionError."""
    shaped("the answer", answer, "version response", "sessionAttributes userAgent")
    assert answer["version"] == "1.0", "the version is not 1.0"
    size = len(json.dumps(answer, separators=(",", ":"), allow_nan=False).encode())
    assert size <= 120_000, f"the answer has {size} bytes, of 120 KB"
    attributes, response = answer.get("sessionAttributes", {}), answer["response"]
    assert isinstance(attributes, dict), "the session attributes are not an object"
    shaped("the response", response, "", "outputSpeech card reprompt directives shouldEndSession")
    if kind.startswith(UNANSWERED):
        assert not response, f"{kind} must have an empty response"
    directives = response.get("directives", [])
    assert isinstance(directives, list), "the directives are not a list"
    shows = [one for one in directives if one.get("type") == RENDER]
    plays = [one for one in directives if one not in shows]
    assert audioplayer or not plays, "a directive, and the device has no AudioPlayer"
    assert screen or not shows, "a document, and the device has no screen"
    _directives(kind, plays, response.get("shouldEndSession"), length)
    _shows(kind, shows, plays)
    if kind.startswith(SESSIONLESS):
        shaped(f"a reply to {kind}", response, "", "directives shouldEndSession")
        assert not opens(response), f"{kind} may not have shouldEndSession false"
        assert not attributes, f"{kind} has no session, and so no session attributes"
        return
    _speech(response, length, pace)
    if "card" in response:
        _card(response["card"])


def opens(response: Json) -> bool:
    """Whether the microphone opens after it: null is false, and absent is true, on a speaker without a screen."""
    return response.get("shouldEndSession", True) is not True


def shaped(what: str, value: Any, needs: str, may: str = "") -> None:
    """It is an object with these properties, and with no others."""
    assert isinstance(value, dict), f"{what} is not an object"
    missing, strange = set(needs.split()) - value.keys(), value.keys() - set(f"{needs} {may}".split())
    assert not missing, f"{what} lacks {sorted(missing)}"
    assert not strange, f"{what} may not have {sorted(strange)}"


def _text(what: str, value: Any, most: int) -> None:
    assert isinstance(value, str), f"{what} is not a string"
    assert value.strip(), f"{what} is empty"
    assert len(value) <= most, f"{what} has {len(value)} characters, of {most}"


def _url(what: str, value: Any, most: int) -> None:
    _text(what, value, most)
    assert re.fullmatch(r"https://[\w.-]+(:\d+)?([/?]\S*)?", value, re.ASCII), f"{what} is not an https URL"


def _shows(kind: str, shows: list[Json], plays: list[Json]) -> None:
    """What of APL a response may have: one document, of a version that every screen knows, and small."""
    assert len(shows) <= 1, "there is more than one document"
    assert not shows or not kind.startswith(SESSIONLESS), f"{kind} may not be answered with a document"
    for directive in shows:
        assert not any(one["type"] == "AudioPlayer.Play" for one in plays), "Now Playing covers the document"
        shaped("RenderDocument", directive, "type token document datasources")
        _text("the document's token", directive["token"], 1024)
        document = directive["document"]
        may = "theme resources styles layouts graphics"
        shaped("the document", document, "type version mainTemplate", may)
        assert (document["type"], document["version"]) == ("APL", "1.4"), "the document is not of APL 1.4"
        size = len(json.dumps([document, directive["datasources"]], separators=(",", ":")).encode())
        assert size <= 40_000, f"the document has {size} bytes, of 40 KB"


def _directives(kind: str, directives: list[Json], end: Any, length: Lasts) -> None:
    for directive in directives:
        name = str(directive.get("type")).removeprefix("AudioPlayer.")
        assert name in DIRECTIVES, f"{name} is not a directive of AudioPlayer"
        shaped(name, directive, f"type {DIRECTIVES[name]}")
        if name == "Play":
            assert kind not in UNPLAYED, f"{kind} may not be answered with Play"
            _play(directive, length)
        if name == "ClearQueue":
            assert directive["clearBehavior"] in ("CLEAR_ENQUEUED", "CLEAR_ALL"), "no such clearBehavior"
    plays = sum(directive["type"] == "AudioPlayer.Play" for directive in directives)
    assert plays <= 1, "there is more than one Play"
    assert not plays or kind.startswith(SESSIONLESS) or end is True, "Play needs shouldEndSession true"


def _play(directive: Json, length: Lasts) -> None:
    behavior, item = directive["playBehavior"], directive["audioItem"]
    assert behavior in ("REPLACE_ALL", "ENQUEUE", "REPLACE_ENQUEUED"), "there is no such playBehavior"
    shaped("audioItem", item, "stream metadata")
    stream, metadata = item["stream"], item["metadata"]
    shaped("the stream", stream, "url token offsetInMilliseconds", "expectedPreviousToken captionData")
    _text("the token", stream["token"], 1024)
    _url("the stream's url", stream["url"], 8000)
    offset = stream["offsetInMilliseconds"]
    assert type(offset) is int, "the offset is not a whole number"
    assert 0 <= offset < length(stream["url"]), f"the offset {offset} is not within the stream"
    expects = "expectedPreviousToken" in stream
    assert expects or behavior != "ENQUEUE", "ENQUEUE needs expectedPreviousToken"
    assert not expects or behavior == "ENQUEUE", f"{behavior} may not have expectedPreviousToken"
    if expects:
        _text("expectedPreviousToken", stream["expectedPreviousToken"], 1024)
    if captions := stream.get("captionData"):
        shaped("captionData", captions, "content type")
        assert captions["type"] == "WEBVTT", "captions are not WEBVTT"
    shaped("the metadata", metadata, "title", "subtitle art backgroundImage")
    for name in ("title", "subtitle"):
        _text(f"the {name}", metadata.get(name, "-"), 8000)
    for name in {"art", "backgroundImage"} & metadata.keys():
        shaped(name, metadata[name], "sources", "contentDescription")
        assert metadata[name]["sources"], f"{name} has no sources"
        for source in metadata[name]["sources"]:
            shaped(f"a source of {name}", source, "url", "size widthPixels heightPixels")
            _url(f"a source of {name}", source["url"], 2000)


def _speech(response: Json, length: Lasts, pace: Lasts) -> None:
    end = response.get("shouldEndSession")
    assert end is None or isinstance(end, bool), "shouldEndSession is not a boolean"
    again = response.get("reprompt", {})
    if "reprompt" in response:
        shaped("the reprompt", again, "outputSpeech")
        assert opens(response), "there is a reprompt, and no open microphone"
    clips, said = 0, {}
    for what, holder, most in (("the reprompt", again, 90_000), ("the speech", response, 240_000)):
        if "outputSpeech" in holder:
            speech = holder["outputSpeech"]
            shaped(what, speech, "type ssml")
            assert speech["type"] == "SSML", f"{what} is not SSML"
            _text(what, speech["ssml"], 8000)
            said[what], total = timed(speech["ssml"], 0, length, pace)
            assert total <= most, f"{what} lasts {total} ms, of {most}"
            clips += sum(tag == "audio" for tag, _ in parts(speech["ssml"]))
    assert clips <= 5, f"there are {clips} clips, of 5"
    assert said.get("the reprompt", True), "the reprompt says nothing"
    asks = any(phrase.endswith("?") for _, phrase in said.get("the speech", [])[-1:])
    assert asks or not opens(response), "the microphone opens without a question"
    assert opens(response) or not asks, "there is a question, and no open microphone"


@lru_cache(maxsize=4096)
def parts(ssml: str) -> tuple[tuple[str, str], ...]:
    """What is in it, in order: ("text", phrase), ("break", its ms), ("audio", its source)."""
    try:
        speak = ET.fromstring(ssml)
    except ET.ParseError as error:
        raise AssertionError(f"the SSML is not XML: {error}") from None
    assert speak.tag == "speak", "the SSML is not in speak"
    found = [("text", speak.text or "")]
    for child in speak:
        assert child.tag in ("break", "audio"), f"{child.tag} is no tag of ours"
        assert not "".join(child.itertext()), f"{child.tag} is not empty"
        if child.tag == "break":
            time = re.fullmatch(r"(\d+)(ms|s)", child.get("time", ""))
            assert time, "a break has no time"
            ms = int(time[1]) * (1000 if time[2] == "s" else 1)
            assert 0 < ms <= 10_000, f"a break has {ms} ms, of 10 s"
            found.append(("break", str(ms)))
        else:
            _url("a clip's source", child.get("src"), 8000)
            found.append(("audio", str(child.get("src"))))
        found.append(("text", child.tail or ""))
    return tuple((tag, value.strip()) for tag, value in found if value.strip())


def timed(ssml: str, at: Ms, length: Lasts, pace: Lasts) -> tuple[list[tuple[Ms, str]], Ms]:
    """The phrases of what is spoken from a moment on, each with its own moment, and when it is over."""
    found = []
    for tag, value in parts(ssml):
        if tag == "text":
            found.append((at, value))
        at += pace(value) if tag == "text" else int(value) if tag == "break" else length(value)
    return found, at


def _card(card: Any) -> None:
    assert isinstance(card, dict), "the card is not an object"
    body = {"Simple": "content", "Standard": "text"}.get(str(card.get("type")))
    assert body, "the card is neither Simple nor Standard"
    shaped("the card", card, f"type title {body}", "image" if body == "text" else "")
    for name in ("title", body):
        _text(f"the card's {name}", card[name], 8000)
        assert "<" not in card[name], f"the card's {name} has a tag in it"
    assert len(card["title"] + card[body]) <= 8000, "the card has more than 8000 characters"
    if "image" in card:
        shaped("the card's image", card["image"], "", "smallImageUrl largeImageUrl")
        for name, url in card["image"].items():
            _url(f"the card's {name}", url, 2000)
