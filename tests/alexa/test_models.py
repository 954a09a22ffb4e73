"""The SDK's models by our own hand are those that its mapper makes, and the same plain JSON."""

import importlib
import json
import pkgutil
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import ask_sdk_model
import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import Directive, Request, Response
from ask_sdk_model.ui import Card, OutputSpeech

from skill.alexa.models import asked, plain

SDK = DefaultSerializer()
MOMENT = datetime(2026, 12, 1, 7, 30, tzinfo=UTC)
SCALARS = {
    "str": "words",
    "bool": True,
    "int": 3,
    "float": 0.5,
    "object": {"any": ["thing"]},
    "datetime": MOMENT,
}


def every(kind: type) -> list[type]:
    """All classes of a kind that the SDK has."""
    for module in pkgutil.walk_packages(ask_sdk_model.__path__, "ask_sdk_model."):
        if ".interfaces." in module.name or ".ui" in module.name:
            importlib.import_module(module.name)
    return sorted(kind.__subclasses__(), key=str)


def filled(of: str, depth: int = 3) -> Any:
    """A value of a type as the models write it, with every field that can be."""
    if of in SCALARS:
        return SCALARS[of]
    if of.startswith("list["):
        return [filled(of[5:-1], depth - 1)] if depth else []
    if of.startswith("dict("):
        return {"name": filled(of[5:-1].split(", ", 1)[1], depth - 1)} if depth else {}
    module, _, name = of.rpartition(".")
    found = getattr(importlib.import_module(module), name)
    return next(iter(found)) if issubclass(found, Enum) else model(found, depth)


def model(kind: Any, depth: int = 3) -> Any:
    """One of a kind. Of what is only a name for several, the first."""
    while kind.__subclasses__() and getattr(kind, "discriminator_value_class_map", None):
        kind = min(kind.__subclasses__(), key=str)
    fields = {
        field: filled(of, depth - 1)
        for field, of in kind.deserialized_types.items()
        if depth and field != kind.__dict__.get("json_discriminator_key", "type")
    }
    made = kind.__new__(kind)
    for field in kind.deserialized_types:
        setattr(made, field, fields.get(field))
    return made


@pytest.mark.parametrize("kind", [Response, *every(Directive), *every(Card), *every(OutputSpeech)], ids=str)
def test_a_model_is_as_plain_as_the_sdk_would_have_it(kind):
    made = model(kind)
    assert plain(made) == SDK.serialize(made)


@pytest.mark.parametrize(
    "request_",
    [
        {"type": "LaunchRequest"},
        {"type": "IntentRequest", "intent": {"name": "AMAZON.YesIntent"}},
        {
            "type": "IntentRequest",
            "intent": {"name": "AMAZON.YesIntent", "slots": {}, "confirmationStatus": "NONE"},
        },
        {
            "type": "IntentRequest",
            "intent": {"name": "RepsIntent", "slots": {"amount": {"name": "amount", "value": "5"}}},
        },
        {"type": "SessionEndedRequest", "reason": "USER_INITIATED"},
    ],
    ids=json.dumps,
)
def test_what_is_read_of_a_request_is_what_the_sdk_reads(request_):
    ours = asked(SDK, {"request": request_}).request
    theirs = SDK.deserialize(json.dumps(request_), Request)
    assert type(ours) is type(theirs)
    assert ours.object_type == theirs.object_type
    if request_["type"] == "IntentRequest":
        assert ours.intent.name == theirs.intent.name
        assert (ours.intent.slots or {}) == (theirs.intent.slots or {})
