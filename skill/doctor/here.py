"""The links on this machine: Python, the content and its model, the voice, the data folder, the store, the skill's id."""

import platform
import re
import sqlite3
import sys
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from audio.bank import Bank
from interaction_model import build, check, classifier, train
from interaction_model.spoken import locales, sentences
from skill.coach.exercise import Catalogue
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.wishes import BEAT_MS
from skill.content.fit import misfits
from skill.doctor.finding import Finding, broken, unseen, well
from skill.errors import BackbeatError, StoreError, VoiceUnusable
from skill.kept.chosen import open_store
from skill.settings import Settings
from skill.voice.ours import lacking, measure, opened
from skill.voice.phrases import wanted
from skill.voice.voices import in_use

OLDEST = (3, 11)
"""As pyproject.toml has it."""

EXTRAS = {
    "aloud": "miniaudio",
    "ears": "pocketsphinx",
    "espeak": "espeakng_loader",
    "kokoro": "onnxruntime",
    "dynamo": "boto3",
    "wyoming": "wyoming",
}
"""A module of each extra by which it is known to be installed."""

SKILL_ID = re.compile(r"amzn1\.ask\.skill\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""As the developer console shows it: a UUID follows."""


def python(version: tuple[int, int] = sys.version_info[:2]) -> Finding:
    """Its version, and which extras are installed."""
    if version < OLDEST:
        return broken("Python", platform.python_version(), "Backbeat needs 3.11 or newer")
    extras = [name for name, module in EXTRAS.items() if find_spec(module)]
    return well("Python", f"{platform.python_version()}, with {', '.join(extras) or 'no extras'}")


def model(content: Catalogue) -> Finding:
    """Whether what Alexa listens for was made from the content there is, and which locales there is a model for."""
    link, todo = "Interaction model", "run backbeat model write, then backbeat model train"
    said = sentences(content.locale)
    made, text = build.build(content, said), build.text(content, said)
    for mistake in check.mistakes(made, said):
        return broken(link, mistake, "run backbeat model check")
    for locale in (content.locale, *said.also):
        if build.committed(locale) != text:
            return broken(link, f"{locale}.json is not made from this content", todo)
    ears = classifier.committed(content.language)
    if ears is None or ears.digest != train.digest(content, made, said):
        return broken(link, "the ears were trained on other sentences", todo)
    spoken = ", ".join(locales())
    return well(link, f"fits the content; a speaker must be set to a locale whose model you pasted: {spoken}")


def bank_of(settings: Settings, content: Catalogue) -> Bank:
    """The bank of the voice in use. Raises VoiceUnusable."""
    chosen = in_use(settings.data_dir, content.language)
    if chosen is None:
        raise VoiceUnusable("there is none: run backbeat voice build")
    return opened(chosen)


def voice(bank: Bank, content: Catalogue) -> Finding:
    """Whether it says all of the content, each phrase within its time."""
    link = "Voice"
    phrases = wanted(content)
    missing = list(lacking(bank, phrases))
    if missing:
        return broken(
            link,
            f"{len(missing)} phrases of the content are not in it, {missing[0]!r} first",
            "start the server with a voice installed (pip install 'backbeat[espeak]'), or run backbeat voice build",
        )
    for why in misfits(Edition(content, measure(bank)), [BEAT_MS]):
        return broken(link, why, "until then it plays set by set, not straight through")
    return well(link, f"says all {len(phrases)} phrases of the content")


def store(settings: Settings) -> Finding:
    """Whether progress can be read and written."""
    link, place = "Store", settings.kept_in()
    try:
        with closing(open_store(settings)) as opened_store:
            opened_store.check()
        if isinstance(place, Path):
            _whole(place)
    except BackbeatError as error:
        return broken(link, error)
    return well(link, f"{place if isinstance(place, Path) else f'table {place.name}'} is read and written")


def _whole(path: Path) -> None:
    """Raises StoreError: SQLite finds its file damaged."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            (said,) = connection.execute("pragma quick_check(1)").fetchone()
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        raise StoreError(f"{path} is damaged ({said}): bring it back from a backup")


def skill_id(settings: Settings) -> Finding:
    """Whether there is one, and it is written as Amazon's are."""
    link, advice = (
        "Skill id",
        "set BACKBEAT_SKILL_ID as the Alexa developer console shows it, amzn1.ask.skill.…",
    )
    if not settings.skill_id:
        if settings.public_url:
            return broken(link, "not set, and there is a public address", advice)
        return unseen(link, "not set: only needed for your own Echo")
    if not SKILL_ID.fullmatch(settings.skill_id):
        return broken(link, f"{settings.skill_id!r} is not written as one", advice)
    return well(link, settings.skill_id)
