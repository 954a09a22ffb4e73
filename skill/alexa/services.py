"""Two things that Alexa does for a skill when it is called: it tells a speaker's time zone, and sets a reminder.

Neither may hold up a reply for long, or break it: every call has its seconds, and whatever goes wrong is an answer.
The token goes to Amazon and to nobody else: an address is put together again from parts that were checked. A warning
is logged as what was asked and the status, or the name of what went wrong; never whose, and never what was sent.

Rules are those of Amazon, "Device Settings REST API Reference" and "Reminders REST API Reference", and the shapes
those of ``ask_sdk_model``, unless said otherwise.
"""

import json
import re
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from threading import BoundedSemaphore, Lock, Semaphore, Thread
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import requests
import structlog

from skill.coach.dialogue.days import CLOCK
from skill.coach.dialogue.events import Outcome

ZONE_SECONDS = 0.7
"""For the whole question; ours to choose. No turn waits for it."""
REMINDER_SECONDS = 3.0
"""For the whole request; ours to choose. Alexa gives up on a reply after about eight seconds."""
MAX_ANSWER = 16_384
"""Bytes of an answer; ours to choose. Amazon's are under 1 kB."""
KNOWN_FOR = timedelta(days=1)
"""How long a zone is believed; ours to choose. People seldom move."""
MISSED_FOR = timedelta(minutes=10)
"""How long it is not asked again where none was had; ours to choose."""
MAX_SPEAKERS = 4096
"""Speakers remembered at a time; ours to choose. Each takes about 300 bytes."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Speaker:
    """Where Alexa is called for a speaker, and as whom: all of it from ``context.System`` of one request."""

    endpoint: str
    """``apiEndpoint``: an address, without a path."""
    token: str = field(repr=False)
    """``apiAccessToken``: good for minutes, and only what was permitted."""
    device: str = field(repr=False)
    """``device.deviceId``."""


@dataclass(frozen=True, slots=True)
class Daily:
    """A reminder for every day. ``ValueError`` if ``at`` or ``zone`` is no such thing."""

    at: str
    """``HH:MM`` on a clock of 24 hours, in the zone."""
    zone: str
    """As in ``America/Los_Angeles``."""
    locale: str
    """Of the text, as in ``en-US``."""
    text: str = field(repr=False)
    """What Alexa says after "Here's your reminder", and shows; others may hear it, so nothing private."""

    def __post_init__(self) -> None:
        if not CLOCK.fullmatch(self.at):
            raise ValueError(f"not a time of day as HH:MM: {self.at!r}")
        if not is_zone(self.zone):
            raise ValueError(f"not a time zone: {self.zone!r}")


_REFUSALS = {
    "ACCESS_DENIED": Outcome.NOT_ALLOWED,
    "INVALID_BEARER_TOKEN": Outcome.NOT_ALLOWED,  # also that of somebody who permitted nothing
    "UNAUTHORIZED": Outcome.NOT_ALLOWED,
    "MAX_REMINDERS_EXCEEDED": Outcome.TOO_MANY,
    "DEVICE_NOT_SUPPORTED": Outcome.NOT_HERE,
}
"""The ``code`` in the body of a refusal. The SDK has no list; ``DEVICE_NOT_SUPPORTED`` and ``ACCESS_DENIED`` are what
Jovo's client met (jovotech/jovo-framework, ``ReminderApi.ts``)."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int | str
    """HTTP's; or, where no answer came, the name of what went wrong."""
    body: bytes = field(default=b"", repr=False)

    def json(self) -> Any:
        """What the body says, or None if it is not JSON in UTF-8."""
        try:
            return json.loads(self.body.decode())
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True, slots=True)
class _Found:
    zone: str | None
    until: datetime


def alexas(endpoint: str) -> str | None:
    """The address in its plainest form if it is Alexa's, and otherwise None.

    Those in the references are ``https://api.amazonalexa.com``, and the same with ``api.eu.`` and ``api.fe.``.
    """
    if not re.fullmatch(r"[!-~]+", endpoint) or set(endpoint) & set("@?#%\\"):
        return None  # programs disagree on what these mean
    try:
        parts = urlsplit(endpoint)
        fits = parts.scheme == "https" and parts.port in (None, 443) and parts.path in ("", "/")
    except ValueError:
        return None
    host = parts.hostname or ""
    return f"https://{host}" if fits and re.fullmatch(r"([a-z0-9-]+\.)*amazonalexa\.com", host) else None


def at_once(work: Callable[[], None]) -> None:
    """Runs it now."""
    work()


def in_background(waiting: int = 64) -> Callable[[Callable[[], None]], None]:
    """Runs work behind, two at a time; what would make more than that many wait is left undone, and the end waits for none of it."""
    places, turns = BoundedSemaphore(waiting), Semaphore(2)

    def behind(work: Callable[[], None]) -> None:
        def do() -> None:
            try:
                with turns:
                    work()
            finally:
                places.release()

        if places.acquire(blocking=False):
            Thread(target=do, daemon=True).start()  # those of a pool would be waited for

    return behind


class Services:
    """Asks Alexa, and remembers zones. One object serves every thread.

    Args:
        clock: The time now, in UTC with its zone.
        address: The address to call for an endpoint, or None for one that is not to be called.
        zone_seconds: For a whole question of the zone.
        reminder_seconds: For a whole request to set a reminder.
        most: Speakers remembered at a time; beyond it the longest known is forgotten.
        behind: Runs what a turn need not wait for; in service `in_background()`.
    """

    def __init__(  # noqa: PLR0913  # each is named, and all but the clock have a sane default
        self,
        *,
        clock: Callable[[], datetime],
        address: Callable[[str], str | None] = alexas,
        zone_seconds: float = ZONE_SECONDS,
        reminder_seconds: float = REMINDER_SECONDS,
        most: int = MAX_SPEAKERS,
        behind: Callable[[Callable[[], None]], None] = at_once,
    ) -> None:
        self._clock = clock
        self._address = address
        self._zone_seconds = zone_seconds
        self._reminder_seconds = reminder_seconds
        self._most = most
        self._behind = behind
        self._found: dict[bytes, _Found] = {}  # by the hash of a device's id, the oldest first
        self._lock = Lock()  # around _found

    def zone(self, speaker: Speaker) -> str | None:
        """A name that ``ZoneInfo`` knows; None if none is known yet: it is asked for behind, and a later turn knows it."""
        key = sha256(speaker.device.encode(errors="replace")).digest()
        now = self._clock()
        with self._lock:
            known = self._found.get(key)
            if known is not None and now < known.until:
                return known.zone
            before = known.zone if known else None
            self._keep(key, _Found(before, now + MISSED_FOR))  # also for whoever comes while we ask

        def ask() -> None:
            if (zone := self._asked(speaker)) is not None:
                with self._lock:
                    self._keep(key, _Found(zone, now + KNOWN_FOR))

        self._behind(ask)
        with self._lock:
            found = self._found.get(key)
        return found.zone if found else None

    def remind(self, speaker: Speaker, daily: Daily) -> Outcome:
        """Have it set on the speaker that the request came from: its token says which."""
        body = reminder(daily, self._clock())
        address = self._address(speaker.endpoint)
        answer = _call(address, "/v1/alerts/reminders", speaker.token, self._reminder_seconds, body)
        outcome = _outcome(answer)
        if outcome is not Outcome.SET:
            log.warning("alexa was asked", what="reminder", status=answer.status)
        return outcome

    def _keep(self, key: bytes, found: _Found) -> None:
        self._found.pop(key, None)
        self._found[key] = found
        while len(self._found) > self._most:
            del self._found[next(iter(self._found))]

    def _asked(self, speaker: Speaker) -> str | None:
        device = quote(speaker.device, safe="", errors="replace")
        whole = device not in ("", ".", "..")  # which a path would lose
        address = self._address(speaker.endpoint) if whole else None
        path = f"/v2/devices/{device}/settings/System.timeZone"
        answer = _call(address, path, speaker.token, self._zone_seconds)
        zone = answer.json()
        if answer.status == requests.codes.ok and isinstance(zone, str) and is_zone(zone):
            return zone
        if answer.status != requests.codes.no_content:  # which says that none is set
            log.warning("alexa was asked", what="time zone", status=answer.status)
        return None


def reminder(daily: Daily, now: datetime) -> dict[str, Any]:
    """What is sent for a reminder. All times in it are local, and say no zone: one with a ``Z`` is refused.

    The recurrence is a rule of RFC 5545. Amazon deprecates ``freq``, and ignores ``scheduledTime`` beside a rule.
    """
    local = now.astimezone(ZoneInfo(daily.zone)).replace(tzinfo=None)
    hour, minute = map(int, daily.at.split(":"))
    first = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if first <= local:
        first += timedelta(days=1)
    start = first.isoformat(timespec="milliseconds")
    rule = f"FREQ=DAILY;BYHOUR={hour};BYMINUTE={minute};BYSECOND=0;INTERVAL=1"
    return {
        "requestTime": local.isoformat(timespec="milliseconds"),
        "trigger": {
            "type": "SCHEDULED_ABSOLUTE",
            "scheduledTime": start,
            "timeZoneId": daily.zone,
            "recurrence": {"startDateTime": start, "recurrenceRules": [rule]},
        },
        "alertInfo": {"spokenInfo": {"content": [{"locale": daily.locale, "text": daily.text}]}},
        "pushNotification": {"status": "ENABLED"},
    }


def is_zone(name: str) -> bool:
    """Whether ``ZoneInfo`` knows it."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; not a name; a folder of zones
        return False
    return True


def _outcome(answer: _Answer) -> Outcome:
    """401 is want of permission (so the SDK, of reading them); what else is refused has a code in the body."""
    match answer.status, answer.json():
        case 200 | 201, _:
            return Outcome.SET
        case 400 | 401 | 403, {"code": str(code)} if code in _REFUSALS:
            return _REFUSALS[code]
        case 401, _:
            return Outcome.NOT_ALLOWED
    return Outcome.FAILED


def _call(
    address: str | None, path: str, token: str, seconds: float, body: dict[str, Any] | None = None
) -> _Answer:
    """Alexa's answer, within so many seconds.

    The timeout of requests starts afresh with every read, and looking up a name has none. So a thread does the
    work, and after ``seconds`` we leave it to itself: it ends with the read it is at.
    """
    if address is None or not token:
        return _Answer("not sent")
    answer: Future[_Answer] = Future()
    end = time.monotonic() + seconds

    def work() -> None:
        try:
            answer.set_result(_exchange(f"{address}{path}", token, body, seconds, end))
        except Exception as error:  # noqa: BLE001 - raised again below, in the thread that asked
            answer.set_exception(error)

    try:
        Thread(target=work, daemon=True).start()
        return answer.result(timeout=seconds)
    except Exception as error:  # noqa: BLE001 - libraries know dozens of ways; the name is all that is safe to log
        return _Answer(type(error).__name__)


def _exchange(url: str, token: str, body: dict[str, Any] | None, pause: float, end: float) -> _Answer:
    """One request, with up to ``pause`` seconds for a read, and no read after ``end`` (monotonic)."""
    with requests.Session() as session:
        session.trust_env = False  # no proxy, password or certificate bundle from the environment
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }
        method = "GET" if body is None else "POST"
        with session.request(
            method, url, json=body, headers=headers, timeout=pause, stream=True, allow_redirects=False
        ) as response:
            if body is not None and response.ok:
                return _Answer(response.status_code)  # done, whatever else it says, and however slowly
            received = b""
            while len(received) <= MAX_ANSWER and time.monotonic() < end:
                part = response.raw.read1(MAX_ANSWER, decode_content=False)
                if not part:
                    return _Answer(response.status_code, received)
                received += part
            return _Answer(response.status_code)  # too long or too slow to be Alexa's: as good as empty
