"""What comes through whatever is in front: Alexa's requests as they are sent, audio in ranges; and the clock.

The probes are sealed with the key in the data folder (`skill.alexa.probe`), so nothing but our own server can say that they
arrived. They come in the order in which they rule things out: each is refused for one more reason than the one before.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from http.client import HTTPException

from skill.alexa.probe import ARRIVED, HEADER, seal
from skill.alexa.verify import FOLDER, HOST, TOLERANCE
from skill.alexa.webhook import REFUSAL
from skill.doctor.finding import Finding, broken, quoted, unseen, well
from skill.doctor.network import Answer, Network, Sent, why
from skill.local import ONLY_HERE

ALEXA, AUDIO = "/alexa", "/audio"
"""The links, as they are called."""

TYPE = {"Content-Type": "application/json; charset=utf-8"}
SIGNED = {
    "SignatureCertChainUrl": f"https://{HOST}{FOLDER}echo-api-cert-12.pem",
    "Signature": "AA+/" * 86,
    "Signature-256": "+/AA" * 85 + "AA==",
}
"""Headers as Alexa's are, and as long: base64 of 256 bytes and more. They sign nothing."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A request that something in front may not leave as it is."""

    body: bytes
    lost: str
    """What is seen where it alone is not taken."""
    todo: str
    headers: tuple[tuple[str, str], ...] = ()


PROBES = (
    Probe(
        b"{}",
        "a Backbeat answers, but not that of this data folder, or one that was not started since an update",
        "give both the same BACKBEAT_DATA_DIR, and start backbeat serve again",
    ),
    Probe(
        '{ "b" : 1.0,\t"a" : "caf\u00e9 \\u00e9 \\/",\r\n  "b" : 1.00 }\n'.encode(),
        "something in front changes the body, and writes JSON anew",
        "have it pass bodies on as they are, without a filter or a firewall that reads them",
    ),
    Probe(
        b'{"a":"' + bytes(range(32, 33)) * 100 * 1024 + b'"}',
        "something in front cuts or changes a large body (100 KiB)",
        "have it pass on bodies of up to 128 KiB as they are",
    ),
    Probe(
        b"{}",
        "something in front drops or changes the headers SignatureCertChainUrl, Signature or Signature-256",
        "have it pass all headers on",
        tuple(SIGNED.items()),
    ),
)


@dataclass(frozen=True, slots=True)
class Site:
    """The public address, taken apart."""

    host: str
    path: str = ""
    """Before /alexa and /audio; no slash at its end."""


def requests(network: Network, site: Site, key: bytes) -> Finding:
    """Whether what is posted to /alexa arrives unchanged."""
    link, path = ALEXA, f"{site.path}/alexa"
    for probe in PROBES:
        headers = {**TYPE, **dict(probe.headers)}
        sent = Sent({**headers, HEADER: seal(key, headers, probe.body)}, probe.body)
        try:
            answer = network.ask(site.host, "POST", path, sent)
        except (OSError, HTTPException) as error:
            return broken(
                link,
                f"{why(error, network.patience_s)}, {len(probe.body)} bytes having been sent",
                "see the log of what is in front, and of backbeat serve",
            )
        if answer.status == 200 and answer.body == ARRIVED.encode():  # noqa: PLR2004  # as HTTP has it
            continue
        if answer.body == REFUSAL.encode():
            return broken(link, probe.lost, probe.todo)
        return broken(link, *elsewhere(answer, path))
    return well(link, "what is sent arrives unchanged: spaces, accents, 100 KiB, the headers of a signature")


def elsewhere(answer: Answer, path: str) -> tuple[str, str]:
    """What is seen, and what to do, where it is not the coach that answers."""
    status = answer.status
    if answer.body == ONLY_HERE.encode():
        return "backbeat serve --local is behind it", "set BACKBEAT_SKILL_ID, and leave --local out"
    if 300 <= status < 400:  # noqa: PLR2004  # as HTTP has it
        return (
            f"it redirects to {quoted(answer.headers.get('Location', 'nowhere'))}",
            "Alexa's requests must be answered where they are sent: mend the proxy, or BACKBEAT_PUBLIC_URL",
        )
    match status:
        case 404 | 405:
            return (
                f"there is no Backbeat at {quoted(path)} ({status})",
                "see that BACKBEAT_PUBLIC_URL has the path that the proxy has, and that the proxy takes it away again",
            )
        case 401 | 403 | 407:
            return (
                f"something in front lets nobody in ({status})",
                "have it ask nobody to log in: Alexa cannot",
            )
        case 413:
            return "something in front takes no body of that size (413)", "have it take 128 KiB"
        case 502 | 503 | 504:
            return (
                f"what is in front does not reach Backbeat ({status})",
                "start backbeat serve, and see that the proxy passes on to its address and port",
            )
    return f"answered {status}, as no Backbeat does", "see what is in front, and its log"


FIRST, MIDDLE = 100, 100
"""Bytes asked for of a clip: from its beginning, and from its middle."""


@dataclass(frozen=True, slots=True)
class Clip:
    """Something that the server can play, and we know every byte of."""

    token: str
    data: bytes


def audio(network: Network, site: Site, clip: Clip) -> Finding:
    """Whether a clip is served, and any part of it alone."""
    link, path, size = AUDIO, f"{site.path}/audio/{clip.token}.mp3", len(clip.data)
    middle = size // 2
    try:
        whole = network.ask(site.host, "HEAD", path)
        if wrong := _head(whole, size):
            return broken(link, *wrong)
        for start, end in ((0, FIRST), (middle, middle + MIDDLE)):
            part = network.ask(site.host, "GET", path, Sent({"Range": f"bytes={start}-{end - 1}"}))
            told = part.headers.get("Content-Range", "")
            if part.status == 200:  # noqa: PLR2004  # as HTTP has it
                return broken(
                    link,
                    "asked for a range, something in front sends all of it (200)",
                    "have it pass Range on, and neither compress nor cache audio",
                )
            if part.status != 206:  # noqa: PLR2004  # likewise
                return broken(link, *_unplayed(part))
            if told != f"bytes {start}-{end - 1}/{size}" or part.body != clip.data[start:end]:
                return broken(
                    link,
                    f"asked for bytes {start} to {end - 1}, others came ({quoted(told) or 'no Content-Range'})",
                    "have what is in front neither compress nor change audio",
                )
    except (OSError, HTTPException) as error:
        return broken(link, why(error, network.patience_s), "see the log of what is in front")
    return well(link, f"a clip of {size} bytes is served, and any range of it")


def _head(answer: Answer, size: int) -> tuple[str, str] | None:
    if answer.status != 200:  # noqa: PLR2004  # as HTTP has it
        return _unplayed(answer)
    kind, length = answer.headers.get("Content-Type", ""), answer.headers.get("Content-Length", "")
    if kind.partition(";")[0].strip().lower() != "audio/mpeg":
        return (
            f"it is sent as {quoted(kind) or 'nothing'}",
            "have what is in front leave Content-Type audio/mpeg",
        )
    if length != str(size):
        return (
            f"its length is told as {quoted(length) or 'nothing'}, and is {size}",
            "have what is in front neither compress nor change audio",
        )
    return None


def _unplayed(answer: Answer) -> tuple[str, str]:
    """What is seen, and what to do, where a clip is not played."""
    again = "start backbeat serve again, with BACKBEAT_PUBLIC_URL and BACKBEAT_DATA_DIR as they are here"
    match answer.status:
        case 404:
            return "the clip is not found (404)", f"have what is in front pass on /audio as well; {again}"
        case 410:
            return "the server has another voice or other content than there is here (410)", again
    return elsewhere(answer, "/audio")


def clock(network: Network, site: Site | None) -> tuple[Finding, Finding]:
    """Whether Amazon is reached, whose certificates the server fetches; and whether our clock is as theirs, and as what is in front.

    ``site`` is None where it is not reached. Alexa's requests are taken for 150 s (platform facts, section 4).
    """
    dates, link = [], "Amazon's certificates"
    try:
        dates.append(network.ask(HOST, "HEAD", FOLDER))
        reached = well(link, f"{HOST} is reached")
    except (OSError, HTTPException) as error:
        reached = broken(
            link,
            f"{HOST} is not reached ({why(error, network.patience_s)})",
            f"let this machine open https connections to {HOST}: no request can be verified without",
        )
    with suppress(OSError, HTTPException):
        dates += [network.ask(site.host, "HEAD", f"{site.path}/healthz")] if site else []
    return reached, _right(network.clock(), [one.headers.get("Date", "") for one in dates])


def _right(now: float, dates: Iterable[str]) -> Finding:
    """Judge our time, seconds since 1970, by what others say it is."""
    link, off = "Clock", []
    for date in dates:
        with suppress(ValueError, TypeError):
            off.append(now - parsedate_to_datetime(date).replace(tzinfo=UTC).timestamp())
    if not off:
        return unseen(link, "nobody told the time")
    most = max(off, key=abs)
    if abs(most) > TOLERANCE.total_seconds():
        way = "fast" if most > 0 else "slow"
        return broken(
            link,
            f"{abs(most):.0f} s {way}; Alexa's requests are refused from {TOLERANCE.seconds} s on",
            "set it by NTP (timedatectl set-ntp true)",
        )
    return well(link, f"right to {abs(most) + 1:.0f} s")  # their times are whole seconds
