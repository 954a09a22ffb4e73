"""Every command of the README is run by a test: here, as it stands there; or by another, which is named. One that nothing runs fails."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.test_server import BACKBEAT, PATIENCE_S, environment, free_port

pytestmark = pytest.mark.alone

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")

COMMAND = r"(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?(?:make|backbeat|pip|ask|docker|aws|sam|npm|curl|cp|cd|echo)(?=[\s`]|$)"
"""How one begins: with settings, perhaps."""


def commands() -> list[str]:
    """All of them, in blocks and in sentences, without what is said beside them; each once."""
    blocks = re.findall(rf"^ {{4,7}}({COMMAND}.*)$", README.replace("\\\n", " "), re.MULTILINE)
    inline = re.findall(rf"`({COMMAND}[^`]*)`", re.sub(r"^ {4}.*$", "", README, flags=re.MULTILINE))
    plain = [re.sub(r"\s+", " ", re.sub(r"\s{2,}#.*", "", one)).strip() for one in (*blocks, *inline)]
    return sorted({one.removeprefix(".venv/bin/") for one in plain})


HERE = {
    "backbeat content check [DIR]": ("content check", "all is well"),
    "backbeat doctor": ("doctor", "ok      Store"),
    'backbeat hear "pelvic tilt" -o clip.mp3': ("", "clip.mp3"),
    "backbeat model check": ("model check", "en-US"),
    "backbeat voice list": ("", "woman"),
    "backbeat voice script": ("", "1"),
    "backbeat voice use man": ("", "man"),
}
"""What is run here, in an empty folder: as what, if it is not typed as it stands; and what it says."""

MADE = {"make run": "serve --local --open", "make talk": "talk"}
"""What make runs once everything is set up, as it is here."""

ELSEWHERE = {
    "make test": "Makefile",  # which runs this
    "make model": "tests/interaction_model/test_build.py::test_the_committed_model_is_the_one_we_build",
    "make aws-package": "tests/deploy/test_package.py::package",
    "BACKBEAT_WHISPER=FOLDER make run": "tests/speaker/test_ears.py",
    "BACKBEAT_SKILL_ID=amzn1.ask.skill.… BACKBEAT_PUBLIC_URL=https://coach.example.com .venv/bin/backbeat serve": "tests/test_proxies.py",
    "backbeat": "tests/test_cli.py::test_it_is_installed_as_backbeat",
    "backbeat talk": "tests/test_cli.py::test_it_can_be_talked_to_through_a_pipe",
    "backbeat talk --fast": "tests/test_cli.py::test_a_whole_routine_is_led_to_the_goodbye",
    "backbeat serve": "tests/test_server.py::serving",
    "backbeat serve --local": "tests/test_server.py::server",
    "backbeat wyoming": "tests/home/test_serving.py::running",
    "backbeat package [FOLDER]": "tests/package/test_package.py::test_the_command_of_the_readme_writes_it_and_says_what_next",
    "backbeat package --url https://coach.example.com alexa": "tests/package/test_package.py::test_the_command_of_the_readme_writes_it_and_says_what_next",
    "backbeat forget": "tests/test_cli.py::test_somebody_at_the_terminal_is_forgotten_and_nobody_else",
    "backbeat forget --alexa person:PERSON_ID": "tests/test_cli.py::test_somebody_at_a_speaker_is_forgotten_and_never_named",
    "backbeat export": "tests/test_people.py::test_the_readmes_way_there_and_back",
    "backbeat export -o me.json": "tests/test_people.py::test_the_readmes_way_there_and_back",
    "backbeat import me.json": "tests/test_people.py::test_the_readmes_way_there_and_back",
    "backbeat backup FOLDER": "tests/test_people.py::test_the_readmes_way_there_and_back",
    'cp -p FOLDER/* "$BACKBEAT_DATA_DIR"/ && rm -f "$BACKBEAT_DATA_DIR"/progress.sqlite3-*': "tests/test_people.py::test_the_readmes_way_there_and_back",
    "backbeat voice build": "tests/test_voice_cli.py::test_building_the_voice_twice_takes_up_what_is_there",
    "backbeat model write": "tests/interaction_model/test_build.py::test_a_model_written_is_read_again",
    "echo BACKBEAT_DOMAIN=coach.example.com > .env": "tests/test_container.py::test_the_commands_of_the_readme_name_what_there_is",
    "echo BACKBEAT_SKILL_ID=amzn1.ask.skill.… >> .env": "tests/test_container.py::test_the_commands_of_the_readme_name_what_there_is",
}
"""What another test runs, and which."""

NOT_OURS = {
    "ask": "tests/package/test_package.py::test_the_command_of_the_readme_writes_it_and_says_what_next",
    "ask configure": "",
    "ask deploy": "tests/package/test_package.py::test_the_command_of_the_readme_writes_it_and_says_what_next",
    "cd alexa && ask deploy": "tests/package/test_package.py::test_the_command_of_the_readme_writes_it_and_says_what_next",
    "npm install -g ask-cli": "",
    "aws dynamodb create-table --table-name backbeat --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=person,AttributeType=S --key-schema AttributeName=person,KeyType=HASH": "tests/test_dynamo.py::test_a_refusal_says_what_to_do",
    "aws dynamodb update-time-to-live --table-name backbeat --time-to-live-specification Enabled=true,AttributeName=expires": "tests/test_dynamo.py",
    "sam deploy": "tests/deploy/test_package.py::test_the_readme_hands_over_what_was_made",
    "sam deploy --guided --stack-name backbeat --template-file build/aws/template.yaml --capabilities CAPABILITY_IAM": "tests/deploy/test_package.py::test_the_readme_hands_over_what_was_made",
    "docker build -f Containerfile -t backbeat .": "tests/test_container.py::test_it_serves_as_nobody_from_files_that_it_cannot_write_to",
    "docker compose up -d": "tests/test_container.py::test_the_commands_of_the_readme_name_what_there_is",
    "docker compose up -d home": "tests/test_container.py::test_the_commands_of_the_readme_name_what_there_is",
    "pip install faster-whisper": "",
    'pip install ".[kokoro]"': "tests/test_notice.py",
    "pip install 'backbeat[dynamo]'": "tests/test_notice.py",
}
"""What somebody else's program does, with an account, a daemon or a download that is not here: and what of it is tried, if anything is."""


def test_no_command_of_the_readme_is_run_by_nobody():
    assert commands() == sorted({*HERE, *MADE, *ELSEWHERE, *NOT_OURS})


@pytest.mark.parametrize("where", sorted({*ELSEWHERE.values(), *NOT_OURS.values()} - {""}))
def test_and_what_is_said_to_run_it_is_there(where):
    file, _, name = where.partition("::")
    text = (ROOT / file).read_text("utf-8")
    assert f"def {name}(" in text if name else text


def run(line: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A line, as a shell takes it, in a folder of its own; ``backbeat`` is ours."""
    path = f"{BACKBEAT.parent}:{environment()['PATH']}"
    chosen: Mapping[str, str] = {"PATH": path, "BACKBEAT_DATA_DIR": str(folder / "data"), **more}
    return subprocess.run(
        line, shell=True, cwd=folder, env=environment(**chosen), capture_output=True, text=True,
        timeout=PATIENCE_S * 3, check=False, input="",
    )  # fmt: skip


@pytest.mark.parametrize("command", HERE)
def test_it_does_what_the_readme_says(command, tmp_path):
    shorter, says = HERE[command]
    done = run(f"backbeat {shorter}" if shorter else command, tmp_path)
    assert done.returncode == 0, done.stderr
    assert says in done.stdout + done.stderr


@pytest.mark.parametrize("command", MADE)
def test_make_runs_what_it_is_said_to(command):
    make = shutil.which("make")
    assert make, "the README needs make, and so does this"
    done = subprocess.run(
        [make, "--dry-run", "--no-print-directory", *command.split()[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == f".venv/bin/backbeat {MADE[command]}"


def test_whoever_makes_it_talk_is_answered(tmp_path):
    done = run(f"backbeat {MADE['make talk']} --fast", tmp_path)
    assert "Hello." in done.stdout


def test_whoever_makes_it_run_is_told_where_the_page_is(tmp_path):
    port = free_port()
    with subprocess.Popen(
        [BACKBEAT, *MADE["make run"].split(), "--port", str(port)],
        env=environment(BACKBEAT_DATA_DIR=str(tmp_path), BROWSER="true", DISPLAY=""),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        assert f"talk to your coach at http://127.0.0.1:{port}/" in process.stdout.readline()
        process.terminate()
        assert process.wait(PATIENCE_S) == 0
