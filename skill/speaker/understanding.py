"""From words to the request that Alexa would send for them, by our own ears and the committed interaction model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from interaction_model.build import read
from interaction_model.listen import listener
from skill.coach.dialogue.questions import Meant, Question
from skill.coach.exercise import Catalogue
from skill.hearing import LAUNCHED, Heard

Json = dict[str, Any]

FALLBACK = "AMAZON.FallbackIntent"
YES = "AMAZON.YesIntent"

OWN_TYPES = "AMAZON."
"""How the types begin that Alexa resolves by herself: their slots carry a value, and no authority."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What is to be sent for what was said."""

    request: Json
    """The type of the request and, of an IntentRequest, its intent."""
    doubt: str = ""
    """What is to be asked first, if it is not sure: the device asks it, as Alexa does for an intent's confirmation."""


class Understanding:
    """Understands a locale."""

    def __init__(self, content: Catalogue, locale: str) -> None:
        self.locale = locale
        self._words = content.words
        self._listener = listener(content, locale)
        intents = read(locale)["interactionModel"]["languageModel"]["intents"]
        self._slots: Mapping[str, Mapping[str, str]] = {
            intent["name"]: {slot["name"]: slot["type"] for slot in intent.get("slots", ())}
            for intent in intents
        }

    def of(self, text: str, asked: Question | None = None) -> Understood:
        """What is to be sent for ``text``, said after the question that is open."""
        heard: Heard | None = self._listener.hear(text, asked)
        if heard is None:
            return Understood(self._intent(FALLBACK, {}))
        if heard.intent == LAUNCHED:
            return Understood({"type": LAUNCHED})
        if isinstance(asked, Meant) and asked.wish and heard.intent == YES:
            return Understood(self._intent(asked.wish, asked.slots))
        doubt = self._words.line("ask_meant", wish=heard.doubt) if heard.doubt else ""
        return Understood(self._intent(heard.intent, heard.slots), doubt)

    def _intent(self, name: str, found: Mapping[str, str]) -> Json:
        types = self._slots.get(name, {})
        slots = {slot: self._slot(slot, kind, found.get(slot)) for slot, kind in types.items()}
        intent = {"name": name, "confirmationStatus": "NONE", "slots": slots}
        return {"type": "IntentRequest", "dialogState": "COMPLETED", "intent": intent}

    def _slot(self, name: str, kind: str, value: str | None) -> Json:
        slot = {"name": name, "confirmationStatus": "NONE"}
        if value is None:
            return slot
        if kind.startswith(OWN_TYPES):
            return {**slot, "value": value}
        matched = {"values": [{"value": {"name": value, "id": value}}]} if value else {}
        status = {"code": "ER_SUCCESS_MATCH" if value else "ER_SUCCESS_NO_MATCH"}
        authority = {"authority": kind, "status": status, **matched}
        return {**slot, "value": value or "?", "resolutions": {"resolutionsPerAuthority": [authority]}}
