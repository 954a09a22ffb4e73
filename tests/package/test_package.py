"""What Amazon is given of us, as Amazon's own models read it; and the command that writes it."""

import json
import re
import shlex
import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import av
import numpy as np
import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_smapi_model.v1.skill.interaction_model.interaction_model_data import InteractionModelData
from ask_smapi_model.v1.skill.manifest.skill_manifest_envelope import SkillManifestEnvelope
from click.testing import CliRunner, Result

from interaction_model import build
from interaction_model.match import Heard
from interaction_model.spoken import locales, sentences
from skill.alexa.inbound import DISABLED
from skill.alexa.outbound import REMINDERS
from skill.app import create_app
from skill.commands.main import main
from skill.errors import ContentError, SettingsError
from skill.package import rules
from skill.package.files import PACKAGE, RESOURCES, ZIP, package, write
from skill.package.manifest import Endpoint, manifest
from skill.package.texts import STORE, Example, texts
from skill.settings import Settings
from tests.alexa.signing import SKILL_ID
from tests.test_proxies import block

URL = "https://coach.example.com"
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:backbeat"
ENGLISH = ("en-US", "en-GB", "en-AU", "en-CA", "en-IN")

Json = dict[str, Any]


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """A package for a server of one's own."""
    return package(Endpoint(f"{URL}/alexa", "Trusted", URL))


@pytest.fixture(scope="module")
def told(files: dict[str, bytes]) -> Json:
    return json.loads(files["skill.json"])["manifest"]


# As Amazon reads it


def through(kind: type, written: bytes) -> Json:
    """What is left of a file, once Amazon's own models have read it and written it again."""
    serializer = DefaultSerializer()
    return serializer.serialize(serializer.deserialize(written.decode(), kind))


def test_amazons_models_read_the_manifest_and_lose_nothing(files: dict[str, bytes]):
    assert through(SkillManifestEnvelope, files["skill.json"]) == json.loads(files["skill.json"])


def test_they_would_lose_what_is_misspelt(files: dict[str, bytes]):
    misspelt = files["skill.json"].replace(b"keywords", b"keyWords")
    assert through(SkillManifestEnvelope, misspelt) != json.loads(misspelt)


def test_there_is_a_model_for_each_english_locale_as_they_read_it(files: dict[str, bytes]):
    models = [name for name in files if name.startswith("interactionModels/")]
    assert models == [f"interactionModels/custom/{locale}.json" for locale in ENGLISH]
    one = files[models[0]]
    assert {files[name] for name in models} == {one}
    assert through(InteractionModelData, one) == json.loads(one)
    assert one.decode() == build.committed("en-US")


def test_everything_of_it_is_in_each_locale(told: Json, files: dict[str, bytes]):
    shown = told["publishingInformation"]["locales"]
    assert tuple(shown) == ENGLISH == locales()
    for locale, listing in shown.items():
        for icon in (listing["smallIconUri"], listing["largeIconUri"]):
            assert icon.startswith(f"file://assets/images/{locale}_")
            assert icon.removeprefix("file://") in files


def test_it_says_where_the_skill_is_and_what_it_needs(told: Json):
    endpoint = {"uri": f"{URL}/alexa", "sslCertificateType": "Trusted"}
    assert told["apis"]["custom"]["endpoint"] == endpoint
    assert {one["type"] for one in told["apis"]["custom"]["interfaces"]} == {
        "AUDIO_PLAYER",
        "ALEXA_PRESENTATION_APL",
    }
    assert told["permissions"] == [{"name": REMINDERS}]


def test_disabling_it_is_told_to_who_deletes_what_is_kept(told: Json):
    assert told["events"]["endpoint"] == told["apis"]["custom"]["endpoint"]
    [event] = told["events"]["subscriptions"]
    assert f"AlexaSkillEvent.{event['eventName'].title().replace('_', '')}" == DISABLED


def test_a_function_has_no_certificate_and_perhaps_no_pages():
    listings = {locale: texts(sentences(locale)) for locale in ENGLISH}
    told = manifest(listings, Endpoint(FUNCTION))
    assert told["manifest"]["apis"]["custom"]["endpoint"] == {"uri": FUNCTION}
    assert "locales" not in told["manifest"]["privacyAndCompliance"]
    assert through(SkillManifestEnvelope, json.dumps(told).encode()) == told


# What it says


def test_every_description_ends_with_what_it_is_not(told: Json):
    for listing in told["publishingInformation"]["locales"].values():
        *_, last = listing["description"].split("\n\n")
        for said in (
            "general information",
            "not medical advice",
            "does not diagnose or treat",
            "cannot call for help",
        ):
            assert said in last


def test_the_texts_keep_every_rule_and_each_broken_one_is_named():
    name, good = texts(sentences("en-US"))
    said = {one.say: Heard(one.means) for one in good.examples}
    samples = frozenset(said)

    def wrong(called: str = name, **changes: object) -> list[str]:
        return [*rules.mistakes(called, good.model_copy(update=changes), said.get, samples)]

    assert wrong() == []
    for mistake, found in {
        "the name is not 2 to 50 characters long": wrong("x" * 51),
        "the summary has 161 characters, over the limit of 160": wrong(summary="x" * 161),
        "over the limit of 4000": wrong(description="x" * 3999),
        "the testing instructions has 4001": wrong(testing="x" * 4001),
        "there are 31 keywords": wrong(keywords=("back",) * 31),
        "there are 4 example phrases": wrong(examples=(*good.examples, good.examples[1])),
        "the first example does not open the skill": wrong(examples=good.examples[1:]),
        "it claims too much: 'cure'": wrong(summary="It will cure your back."),
        "is heard as nothing, not as NextIntent": wrong(
            examples=(good.examples[0], Example(say="how far", means="NextIntent"))
        ),
        "is heard as HurtsIntent, not as NextIntent": wrong(
            examples=(good.examples[0], Example(say="it hurts", means="NextIntent"))
        ),
    }.items():
        assert any(mistake in one for one in found), (mistake, found)
    said["how far"] = Heard("HowManyIntent")
    assert wrong(examples=(good.examples[0], Example(say="how far", means="HowManyIntent"))) == [
        "the example 'how far' is no sample of the model, to the letter"
    ]


def test_a_text_that_is_missing_is_named_with_its_file(tmp_path: Path):
    (tmp_path / "en.toml").write_text(
        (STORE / "en.toml").read_text("utf-8").replace("summary = ", "sumary = "), "utf-8"
    )
    with pytest.raises(ContentError) as caught:
        texts(sentences("en-US"), tmp_path)
    assert {one.partition(": ")[2].partition(": ")[0] for one in caught.value.mistakes} == {
        "summary",
        "sumary",
    }


def test_another_name_is_said_wherever_it_is_named():
    said = sentences("en-US").model_copy(update={"invocation": "back coach"})
    name, told = texts(said)
    assert name == "Back Coach"
    assert told.examples[0].say == "Alexa, open back coach"
    assert "Back Coach is a voice coach" in told.description
    assert "back routine" not in told.model_dump_json().lower()


def test_another_language_is_another_file(tmp_path: Path):
    """German of the tests' own, with no line of code."""
    said = sentences("de-DE", Path(__file__).parent.parent / "german" / "sentences")
    (tmp_path / "de.toml").write_text(
        (STORE / "en.toml").read_text("utf-8").replace("Gentle", "Sanfte"), "utf-8"
    )
    listings = {"en-US": texts(sentences("en-US")), "de-DE": texts(said, tmp_path)}
    told = manifest(listings, Endpoint(f"{URL}/alexa", "Wildcard", URL))["manifest"]
    german = told["publishingInformation"]["locales"]["de-DE"]
    assert german["summary"].startswith("Sanfte")
    assert german["examplePhrases"][0] == f"Alexa, open {said.invocation}"
    assert told["privacyAndCompliance"]["locales"]["de-DE"] == {"privacyPolicyUrl": f"{URL}/privacy/de"}


# Its icons


def picture(png: bytes, size: int | None = None) -> np.ndarray:
    """The pixels of a picture: rows, columns, and red, green and blue; made to be of that size, if one is given."""
    with av.open(BytesIO(png)) as source:
        frame = next(source.decode(video=0))
    assert struct.unpack(">II", png[16:24]) == (frame.width, frame.height)
    resized = frame.reformat(size or frame.width, size or frame.height, "rgb24", interpolation="AREA")
    return resized.to_ndarray().astype(int)


@pytest.mark.parametrize("locale", ENGLISH)
def test_both_icons_are_the_same_picture_at_the_sizes_that_amazon_asks_for(
    files: dict[str, bytes], locale: str
):
    small, large = (files[f"assets/images/{locale}_{kind}Icon.png"] for kind in ("small", "large"))
    assert (picture(small).shape, picture(large).shape) == ((108, 108, 3), (512, 512, 3))
    assert np.abs(picture(small) - picture(large, 108)).mean() < 2
    assert np.abs(picture(small) - picture(large, 108)[:, ::-1]).mean() > 10  # nor would any other do


def test_nothing_of_an_icon_is_lost_when_it_is_cut_to_a_circle(files: dict[str, bytes]):
    large = picture(files["assets/images/en-US_largeIcon.png"])
    rows, columns = np.indices(large.shape[:2])
    outside = np.hypot(rows - 255.5, columns - 255.5) > 256
    background = large[:, :1]  # the same along each row
    assert np.abs(large - background)[outside].max() <= 2
    assert np.abs(large - background)[~outside].max() > 100


# The page


def test_the_page_that_the_manifest_names_is_served(tmp_path: Path, told: Json):
    client = create_app(Settings(tmp_path, SKILL_ID)).test_client()
    for page in told["privacyAndCompliance"]["locales"].values():
        answer = client.get(page["privacyPolicyUrl"].removeprefix(URL))
        assert (answer.status_code, answer.mimetype) == (200, "text/html")
        assert '<html lang="en">' in answer.text
        assert "forget me" in answer.text
        assert "{{" not in answer.text
    assert client.get("/privacy").text == answer.text
    assert client.get("/privacy/tlh").status_code == 404


# The command


def backbeat(*words: str, **environ: str) -> Result:
    chosen = {"BACKBEAT_PUBLIC_URL": None, **environ}
    result = CliRunner().invoke(main, ["package", *words], env=chosen)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def test_the_command_of_the_readme_writes_it_and_says_what_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes]
):
    monkeypatch.chdir(tmp_path)
    [command] = re.findall(
        r"backbeat package (.*)", block(".venv/bin/backbeat package --url https://coach.example.com alexa")
    )
    *options, folder = shlex.split(command)
    done = backbeat(*options, folder)
    assert done.exit_code == 0, done.output
    assert {f"Wrote {folder}/{name}" for name in (RESOURCES, PACKAGE, ZIP)} <= set(done.output.splitlines())
    assert f"cd {folder} && ask deploy" in done.output
    assert "BACKBEAT_SKILL_ID" in done.output
    written = {
        path.relative_to(tmp_path / folder / PACKAGE).as_posix(): path.read_bytes()
        for path in inside(tmp_path / folder / PACKAGE)
    }
    assert written == files
    project = json.loads((tmp_path / folder / RESOURCES).read_text())
    assert (tmp_path / folder / project["profiles"]["default"]["skillMetadata"]["src"]).is_dir()
    with ZipFile(tmp_path / folder / ZIP) as zipped:
        assert {name: zipped.read(name) for name in zipped.namelist()} == files


def inside(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def test_writing_it_again_changes_nothing_that_is_not_its_own(tmp_path: Path, files: dict[str, bytes]):
    assert write(files, tmp_path) == (RESOURCES, f"{PACKAGE}/", ZIP)
    before = (tmp_path / ZIP).read_bytes()
    theirs = {
        RESOURCES: '{"profiles": {"mine": {}}}',
        ".ask/ask-states.json": "{}",
        f"{PACKAGE}/mine.txt": "mine",
    }
    for name, text in theirs.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / PACKAGE / "skill.json").write_text("{}")

    assert write(files, tmp_path) == (f"{PACKAGE}/", ZIP)

    assert {name: (tmp_path / name).read_text() for name in theirs} == theirs
    assert (tmp_path / PACKAGE / "skill.json").read_bytes() == files["skill.json"]
    assert (tmp_path / ZIP).read_bytes() == before


def test_the_address_that_is_set_is_taken_where_none_is_given(tmp_path: Path):
    done = backbeat(str(tmp_path), "--certificate", "wildcard", BACKBEAT_PUBLIC_URL=f"{URL}/")
    assert done.exit_code == 0, done.output
    told = json.loads((tmp_path / PACKAGE / "skill.json").read_text("utf-8"))["manifest"]
    assert told["apis"]["custom"]["endpoint"] == {"uri": f"{URL}/alexa", "sslCertificateType": "Wildcard"}


def test_a_function_is_asked_by_its_name_and_has_the_id_itself(tmp_path: Path):
    done = backbeat(str(tmp_path), "--lambda", FUNCTION, "--url", URL)
    assert done.exit_code == 0, done.output
    assert f"Alexa will ask {FUNCTION}" in done.output
    assert done.output.endswith("and give it to the function\n")
    told = json.loads((tmp_path / PACKAGE / "skill.json").read_text("utf-8"))["manifest"]
    assert told["events"]["endpoint"] == told["apis"]["custom"]["endpoint"] == {"uri": FUNCTION}
    assert told["privacyAndCompliance"]["locales"]["en-GB"] == {"privacyPolicyUrl": f"{URL}/privacy/en"}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "there is no address yet for Alexa to ask: give --url https://coach.example.com"),
        (
            ("--url", "http://coach.example.com"),
            "--url is 'http://coach.example.com', which Alexa cannot play from: it does not begin",
        ),
        (("--url", f"{URL}/alexa"), "it is the address without /alexa at its end"),
        (("--url", "https://coach.local"), "nobody outside your own network can reach it"),
        (("--lambda", "backbeat"), "--lambda is 'backbeat', which is no function: give its ARN"),
    ],
)
def test_what_alexa_could_not_ask_is_refused_and_nothing_written(
    tmp_path: Path, words: tuple[str, ...], why: str
):
    done = backbeat(str(tmp_path / "new"), *words)
    assert done.exit_code == 1
    assert why in done.output
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_written_to_is_called_so(tmp_path: Path, files: dict[str, bytes]):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="choose another folder"):
        write(files, tmp_path / "file" / "in it")


def test_a_name_that_alexa_would_refuse_is_not_packed(monkeypatch: pytest.MonkeyPatch):
    named = sentences("en-US").model_copy(update={"invocation": "alexa coach"})
    monkeypatch.setattr(
        "skill.package.files.sentences", lambda locale: named.model_copy(update={"locale": locale})
    )
    with pytest.raises(ContentError, match="the invocation name has a wake word in it"):
        package(Endpoint(FUNCTION))
