"""The skill's manifest, ``skill.json``: Amazon's names for what we say and do (platform facts, section 11).

Pure: texts and an endpoint in, plain tables out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skill.alexa.outbound import REMINDERS
from skill.package.texts import Texts

Json = dict[str, Any]

CERTIFICATES = {"trusted": "Trusted", "wildcard": "Wildcard"}
"""Whose certificate the endpoint has: one of its own name, or one of ``*.`` its domain. Word → Amazon's."""

VIEWPORTS = (
    ("HUB", "ROUND", (100, 599), (100, 599)),
    ("HUB", "RECTANGLE", (960, 1279), (100, 599)),
    ("HUB", "RECTANGLE", (960, 1279), (600, 959)),
    ("HUB", "RECTANGLE", (1280, 1920), (600, 1279)),
    ("TV", "RECTANGLE", (960, 960), (540, 540)),
)
"""The screens we draw for: what kind, which shape, from and to which width and height, dp. `skill/alexa/screen.json` fits each."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where Alexa finds the skill."""

    uri: str
    """https://…/alexa, or the ARN of a function of AWS."""
    certificate: str = ""
    """One of the values of `CERTIFICATES`; empty for a function, which has none."""
    site: str = ""
    """Where our pages are: https://…, no slash at the end. Empty if nowhere."""

    @property
    def table(self) -> Json:
        """As the manifest has it."""
        return {"uri": self.uri} | ({"sslCertificateType": self.certificate} if self.certificate else {})


def manifest(listings: Mapping[str, tuple[str, Texts]], endpoint: Endpoint) -> Json:
    """The whole of ``skill.json``. ``listings`` is the name and the texts of each locale, the main one first."""
    _, main = next(iter(listings.values()))
    return {
        "manifest": {
            "manifestVersion": "1.0",
            "publishingInformation": {
                "locales": {locale: _listing(locale, *shown) for locale, shown in listings.items()},
                "category": "HEALTH_AND_FITNESS",
                "distributionMode": "PUBLIC",  # whom it could go to, once it were submitted: until then it is on one's own speakers alone
                "isAvailableWorldwide": True,
                "distributionCountries": [],
                "testingInstructions": main.testing.strip(),
            },
            "privacyAndCompliance": _privacy(tuple(listings), endpoint.site),
            "permissions": [{"name": REMINDERS}],  # for "remind me at eight"; Alexa asks each person
            "events": {  # so that disabling the skill deletes what is kept
                "endpoint": endpoint.table,
                "subscriptions": [{"eventName": "SKILL_DISABLED"}],
            },
            "apis": {"custom": {"endpoint": endpoint.table, "interfaces": _interfaces()}},
        }
    }


def _listing(locale: str, name: str, texts: Texts) -> Json:
    return {
        "name": name,
        "summary": texts.summary.strip(),
        "description": texts.described,
        "examplePhrases": [one.say for one in texts.examples],
        "keywords": list(texts.keywords),
        "smallIconUri": f"file://assets/images/{locale}_smallIcon.png",
        "largeIconUri": f"file://assets/images/{locale}_largeIcon.png",
    }


def _privacy(locales: tuple[str, ...], site: str) -> Json:
    """What is done with data, as an operator has to answer for it."""
    pages = {locale: {"privacyPolicyUrl": f"{site}/privacy/{locale.partition('-')[0]}"} for locale in locales}
    return {
        "allowsPurchases": False,
        "containsAds": False,
        "isChildDirected": False,
        "isExportCompliant": True,
        "usesPersonalInfo": True,  # days of practice, by a keyed hash: no name, but a person's all the same
        **({"locales": pages} if site else {}),
    }


def _interfaces() -> list[Json]:
    viewports = [
        {
            "mode": mode,
            "shape": shape,
            "minWidth": width[0],
            "maxWidth": width[1],
            "minHeight": height[0],
            "maxHeight": height[1],
        }
        for mode, shape, width, height in VIEWPORTS
    ]
    return [
        {"type": "AUDIO_PLAYER"},
        {"type": "ALEXA_PRESENTATION_APL", "supportedViewports": viewports},
    ]
