"""Envelope in: what Alexa sends becomes the coach's event, the state it carries, a person and a moment.

`EVENTS` gives every intent its event. Speech is never an exception: a slot that is empty, unlisted or "?" and an
intent we do not know are events too. Of an envelope only what the coach reads goes to the SDK: its object mapper
refuses a whole request for one value it does not know in a corner we never look at, and most of its time goes
into those corners.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from ask_sdk_model import IntentRequest, RequestEnvelope, SessionEndedReason, SessionEndedRequest, Slot

from skill.coach import events as e
from skill.coach.exercise import Ms
from skill.coach.state import Progress, Session, State
from skill.errors import Damaged
from skill.saved import Saved, load

log = structlog.get_logger()

Slots = Mapping[str, str | None]
"""A slot's name → the id it was resolved to; "" if something was said that is not listed; None if nothing was."""

MUDDLE = "muddle_"
"""How a slot id begins that stands for several exercises."""


def _begin(slots: Slots) -> e.Event:
    return e.Begin(slots.get("routine"))


def _chose(slots: Slots) -> e.Event:
    exercise = slots.get("exercise")
    if exercise and exercise.startswith(MUDDLE):
        return e.Muddled(exercise.removeprefix(MUDDLE))
    return e.Chose(exercise or None)


def _described(slots: Slots) -> e.Event:
    exercise = slots.get("exercise")
    if exercise and exercise.startswith(MUDDLE):
        return e.Muddled(exercise.removeprefix(MUDDLE))
    return e.Chose(None) if exercise == "" else e.Described(exercise)


def _always(event: e.Event) -> Callable[[Slots], e.Event]:
    return lambda _: event


_NOT_OFFERED = (
    "LoopOn", "LoopOff", "ShuffleOn", "ShuffleOff", "More", "NavigateSettings", "PageDown", "PageUp",
    "ScrollDown", "ScrollLeft", "ScrollRight", "ScrollUp",
)  # fmt: skip

EVENTS: Mapping[str, Callable[[Slots], e.Event]] = {
    "BeginIntent": _begin,
    "ExerciseIntent": _chose,
    "DescribeIntent": _described,
    "ReadyIntent": _always(e.Yes()),
    "WaitIntent": _always(e.Paused()),
    "HowManyIntent": _always(e.HowMany()),
    "ListIntent": _always(e.Listed()),
    "HurtsIntent": _always(e.Hurts()),
    "EasierIntent": _always(e.Easier()),
    "SkipIntent": _always(e.Next()),
    "FinishIntent": _always(e.Stopped()),
    "EmergencyIntent": _always(e.Emergency()),
    "PregnantIntent": _always(e.Concerned("pregnant")),
    "SurgeryIntent": _always(e.Concerned("surgery")),
    "OsteoporosisIntent": _always(e.Concerned("osteoporosis")),
    "NumbIntent": _always(e.Concerned("numb")),
    "IsItSafeIntent": _always(e.Concerned("is_it_safe")),
    "CantGetUpIntent": _always(e.Concerned("cant_get_up")),
    "SelfHarmIntent": _always(e.Concerned("self_harm")),
    "AMAZON.YesIntent": _always(e.Yes()),
    "AMAZON.NoIntent": _always(e.No()),
    "AMAZON.NextIntent": _always(e.Next()),
    "AMAZON.PreviousIntent": _always(e.Previous()),
    "AMAZON.RepeatIntent": _always(e.Again()),
    "AMAZON.PauseIntent": _always(e.Paused()),
    "AMAZON.ResumeIntent": _always(e.Resumed()),
    "AMAZON.StartOverIntent": _always(e.StartedOver()),
    "AMAZON.HelpIntent": _always(e.Helped()),
    "AMAZON.StopIntent": _always(e.Stopped()),
    "AMAZON.CancelIntent": _always(e.Stopped()),
    "AMAZON.NavigateHomeIntent": _always(e.Closed()),  # they left for the home screen; nothing is spoken
    "AMAZON.FallbackIntent": _always(e.Unheard()),
} | {f"AMAZON.{name}Intent": _always(e.NotOffered()) for name in _NOT_OFFERED}
"""Every intent, and the event it is."""


def intent_event(name: str, slots: Slots) -> e.Event:
    """The event of an intent; one we do not know is `Unheard`."""
    return EVENTS.get(name, _always(e.Unheard()))(slots)


def spoken_event(request: IntentRequest) -> e.Event:
    """The event of an IntentRequest."""
    intent = request.intent
    if intent is None or intent.name is None:
        return e.Unheard()
    return intent_event(intent.name, {name: _resolved(slot) for name, slot in (intent.slots or {}).items()})


def ended_event(request: SessionEndedRequest) -> e.Event:
    """The event of a SessionEndedRequest."""
    match request.reason:
        case SessionEndedReason.EXCEEDED_MAX_REPROMPTS:
            return e.Closed(e.Ending.SILENCE)
        case SessionEndedReason.ERROR:
            error = request.error
            log.warning("session ended in error", kind=str(error.object_type) if error else None)
            return e.Closed(e.Ending.FAULT)
        case _:
            return e.Closed(e.Ending.LEFT)


def _resolved(slot: Slot | None) -> str | None:
    """The id of the first authority that matched; never the raw words."""
    if slot is None or not slot.value:
        return None
    authorities = (slot.resolutions and slot.resolutions.resolutions_per_authority) or []
    for authority in authorities:
        for wrapper in authority.values or []:
            if wrapper.value and wrapper.value.id:
                return str(wrapper.value.id)
    return ""


def carried(envelope: RequestEnvelope) -> State:
    """The state that rides in the session attributes; a new one where there is none or it is damaged."""
    attributes = (envelope.session and envelope.session.attributes) or {}
    if "session" not in attributes:
        return State()
    try:
        return State(load(Session, attributes["session"]), load(Progress, attributes.get("progress")))
    except Damaged as error:
        log.warning("session attributes not used", why=str(error))
        return State()


def person(envelope: RequestEnvelope, key: bytes) -> str:
    """Who it is, as a keyed hash: 64 hexadecimal digits. The user id itself is never kept."""
    system = envelope.context and envelope.context.system
    users = (system and system.user), (envelope.session and envelope.session.user)
    name = next((user.user_id for user in users if user and user.user_id), "")
    return hmac.new(key, name.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def moment(envelope: RequestEnvelope) -> Ms:
    """When they said it, ms since 1970, by Alexa's clock: two of these tell how long ago a set began."""
    assert envelope.request is not None
    assert envelope.request.timestamp is not None
    return round(envelope.request.timestamp.timestamp() * 1000)


def locale(envelope: RequestEnvelope) -> str:
    """The language and region: "en-GB"."""
    return (envelope.request and envelope.request.locale) or "en-US"


ATTRIBUTE_DEPTH = 8
"""How deep session attributes may be nested; ours go to four."""

_SESSION_FIELDS = ("new", "sessionId", "application", "user", "attributes")


def read(envelope: Mapping[str, Any]) -> Saved:
    """The part of a raw envelope that the coach reads, of the shape the SDK expects."""
    system = _table(_table(envelope.get("context")).get("System"))
    seen: Saved = {"version": "1.0", "request": envelope["request"]}
    seen["context"] = {"System": {"application": _table(system.get("application")), "user": _user(system)}}
    if isinstance(session := envelope.get("session"), dict):
        seen["session"] = {name: session[name] for name in _SESSION_FIELDS if name in session}
        seen["session"] |= {"user": _user(session), "attributes": _table(_pruned(session.get("attributes")))}
    return seen


def _pruned(value: object, depth: int = ATTRIBUTE_DEPTH) -> object:
    """The value down to a depth that ours never reach, and that the SDK can copy."""
    if not isinstance(value, dict | list):
        return value
    if not depth:
        return None
    if isinstance(value, list):
        return [_pruned(one, depth - 1) for one in value]
    return {name: _pruned(one, depth - 1) for name, one in value.items()}


def _table(value: object) -> Saved:
    return value if isinstance(value, dict) else {}


def _user(of: Saved) -> Saved:
    name = _table(of.get("user")).get("userId")
    return {"userId": name} if isinstance(name, str) else {}
