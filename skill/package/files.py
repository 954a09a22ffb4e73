"""The files of a skill package: made, and written to a folder.

Below the folder:

    ask-resources.json                              what ``ask deploy`` looks for; left as it is, if it is there
    skill-package/skill.json                        the manifest
    skill-package/interactionModels/custom/*.json   the interaction model of each locale
    skill-package/assets/images/*.png               its icons
    skill-package.zip                               what is in skill-package/, as ``ask deploy`` would send it
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from interaction_model import build, check
from interaction_model.classifier import committed
from interaction_model.listen import Listener
from interaction_model.match import Matcher
from interaction_model.spoken import locales, sentences
from skill.alexa.pictures import ART
from skill.content.reader import catalogue
from skill.errors import ContentError, SettingsError
from skill.package import rules
from skill.package.manifest import Endpoint, manifest
from skill.package.texts import texts

RESOURCES, PACKAGE, ZIP = "ask-resources.json", "skill-package", "skill-package.zip"
"""What is written, below the folder."""

PROJECT = {
    "askcliResourcesVersion": "2020-03-31",
    "profiles": {"default": {"skillMetadata": {"src": f"./{PACKAGE}"}}},
}
"""What ask-cli, version 2, is told of the project: a package, and no code for it to deploy."""

ICONS = {"smallIcon": "icon-small.png", "largeIcon": "icon.png"}
"""The end of Amazon's name → our drawing: 108 and 512 pixels square."""


def package(endpoint: Endpoint) -> dict[str, bytes]:
    """The files of ``skill-package/``, by their paths in it.

    Raises:
        ContentError: with all that Amazon would refuse in the texts or in a model.
    """
    listings = {locale: texts(sentences(locale)) for locale in locales()}
    found = {"skill.json": _json(manifest(listings, endpoint))}
    models: dict[str, bytes] = {}
    mistakes: list[str] = []
    for locale, listing in listings.items():
        language = locale.partition("-")[0]
        if language not in models:  # what people say is the same in all its locales
            content, said = catalogue(language), sentences(locale)
            model = build.build(content, said)
            hear = Listener(Matcher(content, model, said), committed(locale)).hear
            models[language] = build.text(content, said).encode()
            mistakes += (f"{language}: {one}" for one in check.mistakes(model, said))
            mistakes += (
                f"store/{language}.toml: {one}" for one in rules.mistakes(*listing, hear, _samples(model))
            )
        found[f"interactionModels/custom/{locale}.json"] = models[language]
        for kind, drawing in ICONS.items():
            found[f"assets/images/{locale}_{kind}.png"] = (ART / drawing).read_bytes()
    if mistakes:
        raise ContentError(tuple(mistakes))
    return found


def _samples(model: Mapping[str, Any]) -> frozenset[str]:
    """Every sample of a model, of whatever intent."""
    return frozenset(sample for intent in build.languages(model)["intents"] for sample in intent["samples"])


def write(files: Mapping[str, bytes], folder: Path) -> tuple[str, ...]:
    """Write the package into ``folder``, which is made; what else is in it stays. Says what was written: `RESOURCES` only if it is new.

    Raises:
        SettingsError: it cannot be written there.
    """
    ours = {f"{PACKAGE}/{name}": content for name, content in files.items()}
    try:
        new = not (folder / RESOURCES).exists()  # where it is, somebody may have profiles of their own in it
        for name, content in (ours | {RESOURCES: _json(PROJECT)} if new else ours).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        with ZipFile(folder / ZIP, "w") as zipped:
            for name, content in sorted(files.items()):
                entry = ZipInfo(name)  # which has no time: the same files are the same bytes
                zipped.writestr(entry, content, ZIP_DEFLATED)
    except OSError as error:
        raise SettingsError(f"cannot write to {folder} ({error.strerror}): choose another folder") from error
    return (*((RESOURCES,) if new else ()), f"{PACKAGE}/", ZIP)


def _json(table: object) -> bytes:
    return (json.dumps(table, indent=2, ensure_ascii=False) + "\n").encode()
