"""The package for Lambda, made as the README says, and started in a process that has nothing else."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.aws.package import MOST_BYTES, PROCESSORS
from tests.bench.cold import site, start
from tests.test_proxies import block

pytestmark = pytest.mark.alone

ROOT = Path(__file__).parents[2]
HERE = f"python{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the README's first line makes; for the processor and the Python that are here, so that it can be tried."""
    make, *_ = block("make aws-package").splitlines()
    folder = tmp_path_factory.mktemp("aws")
    processor = next(name for name, wheels in PROCESSORS.items() if wheels == platform.machine())
    done = subprocess.run(
        [
            *make.split(),
            "--old-file=.venv/run",  # it is set up
            f"BIN={Path(sys.executable).parent}",
            f"AWS=--to {folder} --processor {processor} --runtime {HERE}",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"for {HERE} on {processor}" in done.stdout
    assert "starts seconds later" not in done.stdout
    return folder


def test_the_readme_hands_over_what_was_made():
    _, deploy = block("make aws-package").splitlines()
    assert deploy.startswith("sam deploy --guided ")
    assert "--template-file build/aws/template.yaml" in deploy
    assert "--capabilities CAPABILITY_IAM" in deploy


def test_it_holds_the_template_beside_the_function_it_names(package: Path):
    text = (package / "template.yaml").read_text("utf-8")
    assert text == (ROOT / "deploy" / "aws" / "template.yaml").read_text("utf-8")
    assert "CodeUri: function/" in text
    assert (package / "function" / "function.py").is_file()
    assert (package / "function" / "skill" / "voice" / "banks" / "en.woman.sqlite3").is_file()


def test_lambda_takes_it(package: Path):
    files = [path for path in (package / "function").rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    assert 50 * 1024 * 1024 < size < MOST_BYTES
    names = {path.relative_to(package / "function").parts[0].partition("-")[0] for path in files}
    assert not names & {
        "pocketsphinx",
        "miniaudio",
        "sounddevice",
        "numpy",
        "av",
        "wyoming",
        "moto",
        "pytest",
    }


def test_all_of_ours_is_compiled_and_nobody_compares_it_with_its_source(package: Path):
    for path in (package / "function" / "skill").rglob("*.py"):
        (compiled,) = (path.parent / "__pycache__").glob(f"{path.stem}.cpython-*.pyc")
        assert compiled.read_bytes()[4:8] == b"\x01\0\0\0"  # PEP 552: known by its hash, and unchecked


def test_it_answers_in_a_process_that_has_nothing_else(package: Path):
    with site() as where:
        told = start(sys.executable, package / "function", where)
        assert where.dynamo.asked[:4] == ["CreateTable", "CreateSecret", "GetSecretValue", "GetItem"]
    assert [one["statusCode"] for one in told["said"]] == [200, 200]
    for one in told["said"]:
        assert "<speak>Hello." in json.loads(one["body"])["response"]["outputSpeech"]["ssml"]
