"""Envelope in: what Alexa sends becomes the coach's event, the state it carries, a person and a moment.

Of an envelope only the request goes through the SDK: its object mapper refuses the
whole of it for one value it does not know in a corner we never look at, and most of its time goes into corners.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from ask_sdk_model import IntentRequest, SessionEndedErrorType, SessionEndedReason, SessionEndedRequest, Slot
from ask_sdk_model.interfaces.connections import ConnectionsResponse
from pydantic_core import to_json

from skill.alexa.services import Speaker, is_zone
from skill.alexa.verify import said_at
from skill.coach.dialogue import events as e
from skill.coach.dialogue.days import CLOCK
from skill.coach.dialogue.run import Activity
from skill.coach.exercise import Ms
from skill.errors import Damaged
from skill.hearing import Hearing
from skill.kept.carried import Carried, read
from skill.kept.upgrades import Saved
from skill.settings import person

log = structlog.get_logger()

ATTRIBUTE_BYTES = 16_384
"""The most that session attributes of ours may have; they have a few hundred."""

ZONE = "zone"
"""The session attribute for what a speaker told: it is asked once a session, whichever process a turn comes to."""

BUTTONS: Mapping[str, e.Event] = {
    "PlaybackController.PlayCommandIssued": e.Resumed(),
    "PlaybackController.PauseCommandIssued": e.Paused(),
    "PlaybackController.NextCommandIssued": e.Next(),
    "PlaybackController.PreviousCommandIssued": e.Previous(),
}
"""Every button, and the event it is: what its word would be, but that nothing may be said."""

REPORTS: Mapping[str, e.Report] = {
    "AudioPlayer.PlaybackStarted": e.Report.STARTED,
    "AudioPlayer.PlaybackNearlyFinished": e.Report.NEARLY_FINISHED,
    "AudioPlayer.PlaybackFinished": e.Report.FINISHED,
    "AudioPlayer.PlaybackStopped": e.Report.STOPPED,
    "AudioPlayer.PlaybackFailed": e.Report.FAILED,
}
"""Every report of a stream."""

TOUCHED, NOT_SHOWN = "Alexa.Presentation.APL.UserEvent", "Alexa.Presentation.APL.RuntimeError"

DISABLED = "AlexaSkillEvent.SkillDisabled"
"""Alexa's word that somebody no longer wants us."""

SPOKEN = ("LaunchRequest", "IntentRequest", "SessionEndedRequest", "Connections.Response")

KINDS = frozenset({*SPOKEN, *BUTTONS, *REPORTS, TOUCHED, NOT_SHOWN, DISABLED})
"""Every type of request that is answered."""

KEYS: Mapping[str, e.Event] = {"previous": e.Previous(), "pause": e.Paused(), "next": e.Next()}
"""What the keys on a screen send, by `screen.json`, and the event each is: what its word would be."""

SHOWS = (1, 4)
"""The version of APL that a screen has to know, or a later one."""


def spoken_event(request: IntentRequest, hearing: Hearing) -> e.Event:
    """The event of an IntentRequest."""
    intent = request.intent
    if intent is None or intent.name is None:
        return e.Unheard()
    return hearing.event(intent.name, {name: _resolved(slot) for name, slot in (intent.slots or {}).items()})


def ended_event(request: SessionEndedRequest) -> e.Event:
    """The event of a SessionEndedRequest."""
    if request.reason is SessionEndedReason.ERROR:
        error = request.error
        log.warning("session ended in error", kind=str(error.object_type) if error else None)
        return e.Closed(
            refused=error is not None and error.object_type is SessionEndedErrorType.INVALID_RESPONSE
        )
    return e.Closed()


def allowed_event(request: ConnectionsResponse) -> e.Event:
    """The event of a Connections.Response: what they said to Alexa's own question about permission."""
    status = (request.payload or {}).get("status")
    at = request.token or ""
    return e.Allowed(at if CLOCK.fullmatch(at) else "", granted=status == "ACCEPTED")


VALUE = re.compile(r"\d+|PT[0-9HMS]+|\d\d:\d\d")
"""A number, a length of time or a time of day, as Alexa's own types give them."""


def _resolved(slot: Slot | None) -> str | None:
    """The id of the first authority that matched; never the raw words."""
    if slot is None or not slot.value:
        return None
    authorities = (slot.resolutions and slot.resolutions.resolutions_per_authority) or []
    if not authorities and VALUE.fullmatch(slot.value):  # of a type of Alexa's own
        return slot.value
    for authority in authorities:
        for wrapper in (authority and authority.values) or []:
            if wrapper and wrapper.value and wrapper.value.id:
                return str(wrapper.value.id)
    return ""


@dataclass(frozen=True, slots=True)
class PlayerState:
    """Where a speaker's player says it is."""

    token: str
    """Of the stream; nobody has looked at it yet."""
    offset: Ms
    """In the file, which is a little later than in its score."""
    activity: Activity = Activity.STOPPED


@dataclass(frozen=True, slots=True)
class Inbound:
    """Who said it, when and where, and what their session carries: all that is not in the request itself."""

    person: str
    """A keyed hash, 64 hexadecimal digits: of the household, or of the voice in it that was recognised. No id is ever kept.
    Empty where the request names nobody."""
    carried: Carried
    """New where the session carries none, or a damaged one."""
    now: Ms
    """When they said it, ms since 1970, by Alexa's clock: two of these tell how long ago a set began."""
    locale: str
    """The language and region: "en-GB"."""
    has_player: bool = False
    """Whether their speaker can play streams."""
    has_screen: bool = False
    """Whether it can show what is written in APL."""
    touched: e.Event | None = None
    """What they touched on it, if the request says that they did; None also for what is no key of ours."""
    player: PlayerState | None = None
    """Where it is; None if it was never, or not last, playing for us."""
    reported: PlayerState | None = None
    """The stream that the request itself is about, if it is a report."""
    failure: str = ""
    """Why it could not be played, or shown, in Alexa's own word, if the request says so."""
    recognised: bool = False
    """Whether it is one voice of a household: a person of their own."""
    speaker: Speaker | None = None
    """Where Alexa is called for their speaker."""
    zone: str | None = None
    """What their speaker told earlier in this session, maybe to another process."""


def inbound(envelope: Mapping[str, Any], key: bytes) -> Inbound:
    """What a verified envelope says of its sender."""
    locale = envelope["request"].get("locale")
    context = _table(envelope.get("context"))
    system = _table(context.get("System"))
    voice = _table(system.get("person")).get("personId")
    recognised = isinstance(voice, str) and bool(voice)
    name = f"person:{voice}" if recognised else _user_id(envelope)
    interfaces = _table(_table(system.get("device")).get("supportedInterfaces"))
    attributes = _table(_table(envelope.get("session")).get("attributes"))
    return Inbound(
        person=person(key, name) if name else "",
        recognised=recognised,
        speaker=_speaker(system),
        zone=_zone(attributes.get(ZONE)),
        carried=carried(attributes),
        now=round(said_at(envelope).timestamp() * 1000),
        locale=locale if isinstance(locale, str) else "",
        has_player="AudioPlayer" in interfaces,
        has_screen=_shows(interfaces),
        touched=_touched(envelope["request"]),
        player=_player(_table(context.get("AudioPlayer"))),
        reported=_reported(envelope["request"]),
        failure=_failure(envelope["request"]),
    )


ACTIVITIES = {
    "PLAYING": Activity.PLAYING,
    "BUFFER_UNDERRUN": Activity.PLAYING,
    "PAUSED": Activity.WAITING,
    "FINISHED": Activity.FINISHED,
}
"""What Alexa calls it; anything else is as good as stopped."""


def _player(state: Saved) -> PlayerState | None:
    token, offset = state.get("token"), state.get("offsetInMilliseconds")
    if not isinstance(token, str) or type(offset) is not int or offset < 0:
        return None
    return PlayerState(token, offset, ACTIVITIES.get(str(state.get("playerActivity")), Activity.STOPPED))


def _reported(request: Saved) -> PlayerState | None:
    """The stream of a report. One that failed says where it was only if it is the one that was playing."""
    if request.get("type") not in REPORTS:
        return None
    state = _table(request.get("currentPlaybackState"))
    if state.get("token") != request.get("token"):
        state = {}
    return _player({"offsetInMilliseconds": 0, **state, **request, "playerActivity": "PLAYING"})


def _shows(interfaces: Saved) -> bool:
    """Whether APL is there, and not known to be too old."""
    if "Alexa.Presentation.APL" not in interfaces:
        return False
    newest = _table(_table(interfaces["Alexa.Presentation.APL"]).get("runtime")).get("maxVersion")
    found = re.match(r"(\d{1,4})\.(\d{1,4})", newest) if isinstance(newest, str) else None
    return found is None or (int(found[1]), int(found[2])) >= SHOWS


def _touched(request: Saved) -> e.Event | None:
    if request.get("type") != TOUCHED:
        return None
    match request.get("arguments"):
        case [str(key)]:
            return KEYS.get(key)
        case _:
            return None


def _failure(request: Saved) -> str:
    errors = request.get("errors")  # of a screen: a list, of which the first is the cause
    error = _table(errors[0] if isinstance(errors, list) and errors else request.get("error"))
    kind = error.get("reason", error.get("type"))
    return kind if isinstance(kind, str) and re.fullmatch(r"[A-Z_]{1,80}", kind) else ""


def _speaker(system: Saved) -> Speaker | None:
    found = (
        system.get("apiEndpoint"),
        system.get("apiAccessToken"),
        _table(system.get("device")).get("deviceId"),
    )
    endpoint, token, device = (one if isinstance(one, str) else "" for one in found)
    return Speaker(endpoint, token, device) if endpoint and token and device else None


def carried(attributes: Saved) -> Carried:
    """What a session's attributes carry; new, if they are damaged."""
    try:
        _bounded(attributes)
        return read(attributes)
    except Damaged as error:
        log.warning("session attributes not used", why=str(error))
        return Carried()


def _zone(told: object) -> str | None:
    return told if isinstance(told, str) and is_zone(told) else None


def _bounded(attributes: Saved) -> None:
    """Raises Damaged, where they are too much, or not text, to be ours."""
    try:
        size = len(to_json(attributes))
    except ValueError:
        raise Damaged("the attributes are not plain text") from None
    if size > ATTRIBUTE_BYTES:
        raise Damaged(f"the attributes have {size} bytes")


def _user_id(envelope: Mapping[str, Any]) -> str:
    system = _table(_table(envelope.get("context")).get("System"))
    for holder in (system, _table(envelope.get("session"))):
        name = _table(holder.get("user")).get("userId")
        if isinstance(name, str) and name:
            return name
    return ""


def _table(value: object) -> Saved:
    return value if isinstance(value, dict) else {}
