"""``POST /alexa``: verify, deserialise, dispatch, serialise.

Anything that is not a genuine request for this skill is answered 400 before anything else runs; a genuine one that the
SDK cannot read is answered with an empty 200, since Amazon adds types and values unannounced.
"""

from collections.abc import Callable, Mapping
from functools import partial
from time import perf_counter
from typing import Any

import structlog
from ask_sdk_core.exceptions import SerializationException
from ask_sdk_core.skill import CustomSkill
from ask_sdk_model import Request
from flask import Blueprint, Response, request
from pydantic_core import to_json

from skill.alexa.answered import Answered
from skill.alexa.inbound import KINDS, inbound
from skill.alexa.models import asked, plain
from skill.alexa.probe import ARRIVED, HEADER, SEALED, arrived
from skill.alexa.verify import parse
from skill.errors import Rejected, StoreError
from skill.metrics import REJECTED, turned

log = structlog.get_logger()

Verify = Callable[[Mapping[str, str], bytes], Mapping[str, Any]]
"""From headers and raw body to the envelope. Raises Rejected."""

NOTHING = b'{"version":"1.0","response":{}}'
"""An answer that says nothing."""

SIGNED_BY = ("SignatureCertChainUrl", "Signature-256")
"""The headers that a request is verified by."""

REFUSAL = "This is not a request from Alexa to this skill. The server's log says why.\n"
"""All that a sender learns; the reason is the operator's."""

LATER = "Not now. The server's log says why.\n"
"""Somebody could not be forgotten, nor the wish be kept. Whoever delivers a skill event that is not acknowledged may do so again."""

MIME = "application/json"


def unsigned(headers: Mapping[str, str], body: bytes) -> Mapping[str, Any]:  # noqa: ARG001  # as every Verify
    """The envelope of a request that nobody signed: for the local mode alone. Raises Rejected."""
    return parse(body)


def webhook(skill: CustomSkill, key: bytes, verify: Verify, answered: Answered | None = None) -> Blueprint:
    """The route that Alexa posts to. ``key`` hashes the user ids; ``answered`` keeps what was said to whom may be heard twice."""
    blueprint = Blueprint("alexa", __name__)

    @blueprint.post("/alexa", strict_slashes=False)
    def alexa() -> Response:
        began = perf_counter()
        if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != MIME:
            REJECTED.inc()
            log.warning("rejected", why="the content type is not application/json")
            return Response(REFUSAL, 400, mimetype="text/plain")
        try:
            body = request.get_data()
            if HEADER in request.headers and arrived(key, _told(HEADER, *SEALED), body):
                return Response(ARRIVED, mimetype="text/plain")
            envelope = verify(_told(*SIGNED_BY), body)
        except Rejected as error:
            REJECTED.inc()
            log.warning("rejected", why=str(error))
            return Response(REFUSAL, 400, mimetype="text/plain")
        work = partial(answer, skill, key, envelope)
        try:
            return Response(
                answered.once(body, work) if answered else work(), content_type=f"{MIME};charset=UTF-8"
            )
        except StoreError as error:
            log.error("somebody not forgotten", why=str(error))  # noqa: TRY400  # the reason says it all
            return Response(LATER, 503, mimetype="text/plain")
        finally:
            turned("alexa", str(envelope["request"]["type"]), KINDS, perf_counter() - began)

    return blueprint


def _told(*names: str) -> dict[str, str]:
    """What some headers say; of those that are not there, nothing."""
    return {name: request.headers.get(name, "") for name in names}


def warm_up(skill: CustomSkill) -> None:
    """Have the SDK find its classes now: at the first request it would take 50 ms and more."""
    skill.serializer.deserialize('{"type":"LaunchRequest"}', Request)


def answer(skill: CustomSkill, key: bytes, envelope: Mapping[str, Any]) -> bytes:
    """The response to a verified envelope, as JSON."""
    try:
        understood = asked(skill.serializer, envelope)
    except (SerializationException, RecursionError):
        log.warning("not understood", request=str(envelope["request"]["type"])[:80])
        return NOTHING
    answered = skill.invoke(understood, inbound(envelope, key))
    return to_json(plain(answered))
