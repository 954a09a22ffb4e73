"""The SDK's models, from the plain JSON of a request and to that of an answer.

Its own mapper looks up and checks every corner each time: a third of a millisecond, the most of a turn. So what most turns are is
made by hand, and of an answer each kind of model is looked at once. What is plain JSON already is left as it is.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any

from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import Intent, IntentRequest, LaunchRequest, Request, RequestEnvelope
from ask_sdk_model import Session as SdkSession

from skill.alexa.inbound import NOT_SHOWN, REPORTS, TOUCHED

PLAIN = frozenset({"str", "bool", "int", "float", "object", "dict(str, object)"})
"""What the models call values that are JSON as they are."""


def asked(serializer: DefaultSerializer, envelope: Mapping[str, Any]) -> RequestEnvelope:
    """What the SDK dispatches by, of a verified envelope: the request, but for its time, and whether there is a session.

    Raises:
        SerializationException: the SDK does not know such a request.
        RecursionError: it is too deep to be one.
    """
    session = SdkSession(attributes={}) if isinstance(envelope.get("session"), dict) else None
    return RequestEnvelope(version="1.0", session=session, request=_request(serializer, envelope["request"]))


def _request(serializer: DefaultSerializer, request: Mapping[str, Any]) -> Request:
    match request:
        case {"type": "LaunchRequest"}:
            return LaunchRequest()
        case {"type": "IntentRequest", "intent": {"name": str(name), **intent}} if not intent.get("slots"):
            return IntentRequest(intent=Intent(name=name))
    if request["type"] in {*REPORTS, TOUCHED, NOT_SHOWN}:  # what else is in it, `Inbound` has
        read = {name: request[name] for name in ("type", "requestId", "locale") if name in request}
    else:
        read = {name: value for name, value in request.items() if name != "timestamp"}
    found: Request = serializer.deserialize(json.dumps(read), Request)
    return found


def plain(model: Any) -> Any:
    """A model as JSON has it. Of its fields, those that are there."""
    match model:
        case None | str() | int() | float():
            return model
        case list():
            return [plain(one) for one in model]
        case dict():
            return {name: plain(one) for name, one in model.items()}
        case Enum():
            return model.value
        case datetime():
            return model.isoformat()
    found = {}
    for field, name, as_it_is in _fields(model.__class__):
        value = getattr(model, field)
        if value is not None:
            found[name] = value if as_it_is else plain(value)
    return found


@cache
def _fields(kind: type[Any]) -> tuple[tuple[str, str, bool], ...]:
    """Of a model its fields, what JSON calls each, and whether it is plain."""
    names = kind.attribute_map
    return tuple(
        (field, names.get(field, field), of in PLAIN) for field, of in kind.deserialized_types.items()
    )
