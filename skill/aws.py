"""The skill as a function of AWS (Lambda): an event of API Gateway in, its answer out.

What differs from a server of one's own, and nothing else does:

- There is no disk that lasts. Progress is in DynamoDB, and the key that people are found by is a secret of Secrets Manager, which
  every instance writes into its own data folder before it begins.
- Nothing runs between two requests. What a turn need not wait for is done within it (`skill.app.create_app`).
- An answer has `MAX_ANSWER` bytes at most, so a routine is cut into streams that fit (`LONGEST_MS`), one following another. An
  exercise is never cut; one that somebody has made longer than that is refused, and the coach goes
  on as after any stream that cannot be played.

Events are read, and answers written, by apig-wsgi: the application is the same WSGI application that waitress serves.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from apig_wsgi import make_lambda_handler
from flask import Flask

from audio.frames import FRAME_BYTES, FRAME_MS
from skill.app import create_app
from skill.errors import SettingsError
from skill.logs import log_libraries, log_to
from skill.settings import KEY, KEY_BYTES, Settings, for_us_alone

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
"""From an event and its context to an answer."""

MAX_ANSWER = 6 * 1024 * 1024
"""Bytes of what a function may return, as JSON (AWS, "Lambda quotas": 6 MB); sound is in it as base64."""

HEAD_BYTES = 4096
"""Of them, for all that is no sound; ours to choose. It is about 700."""

MOST_BYTES = (MAX_ANSWER - HEAD_BYTES) * 3 // 4
"""Of sound in one answer, before it is in base64."""

LONGEST_MS = MOST_BYTES // FRAME_BYTES * FRAME_MS
"""The longest stream that fits: 13 minutes."""

KEY_SECRET = "BACKBEAT_KEY_SECRET"  # noqa: S105  # a setting's name
"""The setting that names the secret: its ARN. The secret is the key in hexadecimal digits."""


def made(environ: Mapping[str, str], create: Callable[[Settings], Flask] = create_app) -> Handler:
    """The function, ready to be called: all that is slow is done by then. ``create`` makes the application.

    Raises:
        SettingsError: the secret is not set, cannot be read, or is no key.
        BackbeatError: as `create_app`.
    """
    log_to(sys.stderr)
    log_libraries(sys.stderr)
    settings = replace(Settings.read(environ), function=True, longest=LONGEST_MS, most_bytes=MOST_BYTES)
    place_key(settings.data_dir, secret(environ.get(KEY_SECRET, "")))
    return make_lambda_handler(create(settings))


def secret(name: str) -> str:
    """What is kept in Secrets Manager under a name. Raises SettingsError."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # as in skill.kept.dynamo
    from botocore.session import get_session  # noqa: PLC0415

    if not name:
        raise SettingsError(f"{KEY_SECRET} is not set: give the ARN of the secret that holds the key")
    try:
        found = get_session().create_client("secretsmanager").get_secret_value(SecretId=name)
    except (BotoCoreError, ClientError) as error:
        raise SettingsError(
            f"the key cannot be read from Secrets Manager ({type(error).__name__}): see that {name} is there, and that "
            "this function may call secretsmanager:GetSecretValue on it"
        ) from error
    return str(found.get("SecretString", ""))


def place_key(folder: Path, digits: str) -> None:
    """Write the key where `skill.settings.prepare` finds it, for us alone. Raises SettingsError: it is none."""
    try:
        key = bytes.fromhex(digits)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingsError(
            f"the secret is no key: it is {2 * KEY_BYTES} hexadecimal digits, as in `xxd -p -c {KEY_BYTES} key`"
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / KEY
    path.unlink(missing_ok=True)
    with for_us_alone(path, "xb") as file:
        file.write(key)
