"""The settings, read once from the environment by `skill.app.create_app`.

BACKBEAT_SKILL_ID   our skill's id, ``amzn1.ask.skill.…``; every request must name it
BACKBEAT_PUBLIC_URL where Alexa finds this server, for playing our own voice: https://…
BACKBEAT_DATA_DIR   where progress is kept; the platform's user data folder if not set
"""

import contextlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

import platformdirs

from skill.errors import SettingsError

KEY_BYTES = 32
"""The key that user ids are hashed with."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation chooses."""

    data_dir: Path
    skill_id: str = ""
    public_url: str = ""
    """Where Alexa finds this server: https, no slash at the end. Empty if nowhere: then nothing is played."""
    local: bool = False
    """Accept unsigned requests. Only ever together with a server bound to loopback."""

    @classmethod
    def read(cls, environ: Mapping[str, str], *, local: bool = False) -> "Settings":
        """The settings in ``environ``.

        Raises:
            SettingsError: the skill id is missing, and this is not a local installation.
        """
        skill_id = environ.get("BACKBEAT_SKILL_ID", "").strip()
        if not local and not skill_id:
            raise SettingsError(
                "BACKBEAT_SKILL_ID is not set: give the id of your skill from the Alexa developer console "
                "(amzn1.ask.skill.…), or use --local to try it out on this machine"
            )
        public_url = environ.get("BACKBEAT_PUBLIC_URL", "").strip().rstrip("/")
        if public_url and (urlsplit(public_url).scheme != "https" or not urlsplit(public_url).hostname):
            raise SettingsError(
                f"BACKBEAT_PUBLIC_URL is {public_url!r}, which Alexa cannot play from: give an address that begins "
                "with https://, or leave it out"
            )
        return cls(data_dir(environ), skill_id, public_url, local)


def data_dir(environ: Mapping[str, str]) -> Path:
    """Where progress is kept."""
    chosen = environ.get("BACKBEAT_DATA_DIR", "").strip()
    return (
        Path(chosen).expanduser() if chosen else Path(platformdirs.user_data_dir("backbeat", appauthor=False))
    )


def prepare(folder: Path) -> bytes:
    """Make the data folder, and return the key kept in it, made at first use.

    Raises:
        SettingsError: the folder or the key in it cannot be made, read or trusted.
    """
    path = folder / "key"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            with NamedTemporaryFile(
                dir=folder, prefix="key-"
            ) as made:  # readable by us alone, and whole before it is named
                made.write(secrets.token_bytes(KEY_BYTES))
                made.flush()
                with contextlib.suppress(FileExistsError):  # another process was first: theirs counts
                    path.hardlink_to(made.name)
        key = path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"cannot keep progress in {folder} ({error.strerror}): make the folder writable, or set "
            "BACKBEAT_DATA_DIR to another"
        ) from error
    if len(key) != KEY_BYTES:
        raise SettingsError(
            f"the key in {path} is damaged: bring it back from a backup, or remove it to start afresh"
        )
    return key
