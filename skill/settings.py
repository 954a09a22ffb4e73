"""The settings, read once from the environment by `skill.app.create_app`.

BACKBEAT_SKILL_ID   our skill's id, ``amzn1.ask.skill.…``; every request must name it
BACKBEAT_PUBLIC_URL where Alexa finds this server, for playing our own voice: https://…
BACKBEAT_DATA_DIR   where progress is kept; the platform's user data folder if not set
BACKBEAT_STORE      where else: sqlite:///FILE, or dynamodb://TABLE
BACKBEAT_QUIET_PAUSE yes, to pause a stream without a word
BACKBEAT_WHISPER    the folder of a whisper model, for the page in the browser: it hears better, and is slower
"""

import hashlib
import hmac
import ipaddress
import os
import re
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal
from urllib.parse import urlsplit

import platformdirs

from skill.coach.exercise import Ms
from skill.coach.timeline.block import BLOCK_MS
from skill.errors import SettingsError

if sys.platform != "win32":
    import fcntl

YES, NO = {"yes", "true", "on", "1"}, {"", "no", "false", "off", "0"}

KEY_BYTES = 32
"""The key that user ids are hashed with."""

FEW = 8
"""Different bytes: no key that chance made has fewer, in the life of this world."""

KEY = "key"
"""The file in the data folder that it is in."""

DATABASE = "progress.sqlite3"
"""The file in the data folder, if nothing else is chosen."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of DynamoDB."""

    name: str
    keep_days: int | None = None
    """How long progress is kept after the last turn; None for as long as it takes."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation chooses."""

    data_dir: Path
    skill_id: str = ""
    public_url: str = ""
    """Where Alexa finds this server: https, no slash at the end. Empty if nowhere: then nothing is played."""
    local: bool = False
    """Accept unsigned requests. Only ever together with a server bound to loopback."""
    store: str = ""
    """Where progress is kept, as `kept_in` reads it. Empty for `DATABASE` in the data folder."""
    quiet_pause: bool = False
    """Pause a stream without a word, and without an open microphone."""
    function: bool = False
    """Served as a function of AWS: the data folder does not last, nothing runs between two requests, and what can be known when it
    is packed is not looked for again. See `skill.aws`."""
    longest: Ms = BLOCK_MS
    """The longest stream, where its exercises allow."""
    most_bytes: int | None = None
    """Of one answer; None for any number."""
    whisper: Path | None = None
    """The folder of a whisper model as faster-whisper takes it; None to hear by what comes with us."""

    @classmethod
    def read(cls, environ: Mapping[str, str], *, local: bool = False) -> "Settings":
        """The settings in ``environ``.

        Raises:
            SettingsError: the skill id is missing, and this is not a local installation; or a setting is wrong.
        """
        skill_id = environ.get("BACKBEAT_SKILL_ID", "").strip()
        if not local and not skill_id:
            raise SettingsError(
                "BACKBEAT_SKILL_ID is not set: give the id of your skill from the Alexa developer console "
                "(amzn1.ask.skill.…), or use --local to try it out on this machine"
            )
        quiet = environ.get("BACKBEAT_QUIET_PAUSE", "").strip().lower()
        if quiet not in YES | NO:
            raise SettingsError(f"BACKBEAT_QUIET_PAUSE is {quiet!r}: give yes or no, or leave it out")
        whisper = environ.get("BACKBEAT_WHISPER", "").strip()
        chosen = cls(
            data_dir=data_dir(environ),
            skill_id=skill_id,
            public_url=public_url(environ.get("BACKBEAT_PUBLIC_URL", "")),
            local=local,
            store=environ.get("BACKBEAT_STORE", "").strip(),
            quiet_pause=quiet in YES,
            whisper=_home(whisper, "BACKBEAT_WHISPER") if whisper else None,
        )
        chosen.kept_in()
        return chosen

    def kept_in(self) -> Path | Table:
        """The SQLite file or the table of DynamoDB that progress is kept in.

        Raises:
            SettingsError: the setting names neither.
        """
        if not self.store:
            return self.data_dir / DATABASE
        scheme, _, rest = self.store.partition("://")
        path = rest.removeprefix("/")
        if scheme == "sqlite" and path not in {"", rest, ":memory:"}:
            return _home(path, "BACKBEAT_STORE")
        if scheme == "dynamodb" and (table := _table(rest)):
            return table
        raise SettingsError(
            f"BACKBEAT_STORE is {self.store!r}, where progress cannot be kept: give sqlite:///path/to/file (with a "
            "fourth slash if it begins at the root), or dynamodb://TABLE, or dynamodb://TABLE?keep_days=400, or leave "
            "it out"
        )


def public_url(given: str, setting: str = "BACKBEAT_PUBLIC_URL") -> str:
    """An address that Alexa can play from, with no slash at its end; empty where none is given.

    Raises:
        SettingsError: she cannot; it names the ``setting``.
    """
    url = given.strip().rstrip("/")
    if why := url and _why_not(url):
        raise SettingsError(
            f"{setting} is {url!r}, which Alexa cannot play from: {why}. Give an address like "
            "https://coach.example.com, or leave it out"
        )
    return url


def _why_not(url: str) -> str:
    """Why Alexa could not play from an address; nothing, if she can. The audio is below it."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        return str(error)
    if parts.scheme != "https":
        return "it does not begin with https://"
    if re.search(r"[\s\x00-\x1f]", url) or not host:
        return "it has no name of a server, or a space in it"
    if parts.query or parts.fragment or "?" in url or "#" in url or "@" in parts.netloc:
        return "it has more in it than a server and a path"
    if parts.path.rstrip("/").endswith(("/alexa", "/audio")):
        return "it is the address without /alexa at its end"
    if port not in {None, 443}:
        return "Alexa only asks at port 443"
    return _private(host)


def _private(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        home = host == "localhost" or host.endswith(
            (".localhost", ".local", ".internal", ".lan", ".home.arpa")
        )
        return "nobody outside your own network can reach it" if home or "." not in host else ""
    return "" if address.is_global else "nobody outside your own network can reach it"


def _table(rest: str) -> Table | None:
    """``TABLE?keep_days=400``; None if that is not what it is."""
    found = re.fullmatch(r"([A-Za-z0-9_.-]{3,255})(?:\?keep_days=([1-9][0-9]{0,4}))?", rest)
    return Table(found[1], int(found[2]) if found[2] else None) if found else None


def data_dir(environ: Mapping[str, str]) -> Path:
    """Where progress is kept. Raises SettingsError: it is in a home folder, and there is none."""
    chosen = environ.get("BACKBEAT_DATA_DIR", "").strip()
    if chosen:
        return _home(chosen, "BACKBEAT_DATA_DIR")
    try:
        return Path(platformdirs.user_data_dir("backbeat", appauthor=False))
    except RuntimeError as error:
        raise SettingsError(
            "there is no home folder to keep progress in: set BACKBEAT_DATA_DIR to a folder, as a path from the root, or HOME"
        ) from error


def _home(path: str, setting: str) -> Path:
    """A path that may begin with ``~`` or ``~NAME``."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise SettingsError(
            f"{setting} begins with {path.partition('/')[0]}, and that home folder cannot be found: give the path from the root, or set HOME"
        ) from error


def person(key: bytes, name: str) -> str:
    """Whom progress is kept for: a keyed hash, 64 hexadecimal digits, from which nobody finds the name again.

    The name is an Alexa user id, or one of `at_the_terminal`.
    """
    return hmac.new(key, name.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def at_the_terminal(user: str) -> str:
    """The name of somebody who talks in a terminal, which no Alexa user id can be."""
    return f"terminal:{user}"


def prepare(folder: Path) -> bytes:
    """Make the data folder, and return the key kept in it, made at first use.

    Raises:
        SettingsError: the folder or the key in it cannot be made, read or trusted.
    """
    path = folder / KEY
    try:
        if (folder / DATABASE).is_file() and not path.exists():  # in this order: the key is made first
            raise SettingsError(
                f"{folder} keeps people's places, and the key that they are found by is gone: bring {path} back from a "
                f"backup; or, to start afresh, remove {DATABASE} too"
            )
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"cannot keep progress in {folder} ({error.strerror}): make the folder writable, or set "
            "BACKBEAT_DATA_DIR to another"
        ) from error
    if len(key) != KEY_BYTES or len(set(key)) < FEW:
        raise SettingsError(
            f"the key in {path} is damaged: bring it back from a backup, or remove it and {DATABASE} to start afresh"
        )
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise SettingsError(
            f"the key in {path} can be read by others: run chmod 600 {path}; on a file system that knows no owners, mount it with "
            "umask=077"
        )
    return key


def _make(path: Path) -> None:
    """Make the key: whole before it has its name, and of all who start at once, one does.

    They take turns by a lock, which ends with whoever holds it. A hard link would do without, where there are hard links: FAT and
    exFAT have none.
    """
    turn, new = path.with_name("key.turn"), path.with_name("key.new")
    with for_us_alone(turn, "ab") as lock:
        if sys.platform != "win32":  # where nothing is served, and one person talks
            fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            new.unlink(missing_ok=True)  # of somebody who was killed
            with for_us_alone(new, "xb") as made:
                made.write(secrets.token_bytes(KEY_BYTES))
                made.flush()
                os.fsync(made.fileno())
            new.replace(path)
    turn.unlink(missing_ok=True)  # whoever waits for it, or makes another, finds the key there


def for_us_alone(path: Path, mode: Literal["ab", "wb", "xb"]) -> BinaryIO:
    """A file that is made so that nobody else can read it. Raises OSError."""
    return open(path, mode, opener=lambda name, flags: os.open(name, flags, 0o600))  # a Path knows no opener
