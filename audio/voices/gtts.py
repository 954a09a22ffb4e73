"""A natural voice, where there is internet: Google Translate's, by way of gTTS.

gTTS asks well and waits badly. By itself it waits for ever; its timeout is for each read, so a server that drips
never meets it; a consent page comes back as no bytes and no exception; and five kinds of exception mean "no speech".
`Gtts` gives each phrase one deadline, however the answer comes; asks again, with growing pauses, where that may help;
and returns speech or raises VoiceError. Where Google wants no more questions, or is not to be reached, that is NoVoice, and
it is not asked again: each further question would make its patience shorter.

Two things of gTTS are as they are. It does not check Google's certificate (``verify=False`` is written into it), so
an answer is taken for a stranger's: it is MP3 or it is nothing. And it silences urllib3's warning about that, for the
whole process.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.client import IncompleteRead
from threading import Thread
from typing import Any

from audio.decode import RATE, Undecodable, decode
from audio.voices import NoVoice, Pace, Pcm, VoiceError

LOCALES = {
    "en-AU": ("en", "com.au"),
    "en-CA": ("en", "ca"),
    "en-GB": ("en", "co.uk"),
    "en-IE": ("en", "ie"),
    "en-IN": ("en", "co.in"),
    "en-NG": ("en", "com.ng"),
    "en-US": ("en", "us"),  # not "com": that one has the accent of wherever it is asked from (gTTS issue 313)
    "en-ZA": ("en", "co.za"),
    "es-ES": ("es", "es"),
    "es-MX": ("es", "com.mx"),
    "es-US": ("es", "us"),
    "fr-CA": ("fr-CA", "ca"),
    "fr-FR": ("fr", "fr"),
    "pt-BR": ("pt", "com.br"),
    "pt-PT": ("pt-PT", "pt"),
}
"""Locale to Google's language and the country of the Google asked: that is where most accents come from."""

_LONGEST_PAUSE_S = 8.0
_CUT_OFF = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError, IncompleteRead)
"""A line that was there and broke; one that was refused, or never found its way, is no better a second later."""

_OR = "or use --voice espeak, which needs no internet"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, and how often to ask."""

    deadline_s: float = 15.0
    """The most seconds a phrase may take, with every try and every pause."""
    tries: int = 4
    """The most times it is asked for."""
    back_off_s: float = 0.5
    """The first pause before asking again, about, in seconds. Each is twice the one before."""


class _NoSpeech(ValueError):
    """An answer, but not one with speech in it for every part of the text."""


class Gtts:
    """Google Translate's voice.

    It has one pace, which is right for TELL and a little slow for COUNT: whoever lays words on a beat measures them.

    Args:
        locale: "en-GB", or a language by itself: "nl".
        tld: the Google to ask, ``translate.google.<tld>``, if not the locale's own.
        patience: how long to wait, and how often to ask.
        endpoint: a whole URL to ask instead of Google's: a relay, or a test's pretend Google.
    """

    def __init__(
        self,
        locale: str = "en-US",
        *,
        tld: str | None = None,
        patience: Patience = Patience(),
        endpoint: str | None = None,
    ) -> None:
        try:  # here and not above: they are an extra, and take 0.3 s
            import gtts  # noqa: PLC0415
            import tenacity as again  # noqa: PLC0415
            from gtts.lang import tts_langs  # noqa: PLC0415
        except ImportError as error:
            raise NoVoice(locale, 'gTTS is not installed: pip install "backbeat[gtts]"') from error
        langs = tts_langs()
        whole = locale if locale in langs else locale.partition("-")[0]
        self._lang, usual = LOCALES.get(locale, (whole, "com"))
        if self._lang not in langs:
            raise NoVoice(locale, f"gTTS does not speak {locale!r}. It speaks {', '.join(sorted(langs))}")
        self._tld = tld or usual
        self._endpoint = endpoint
        self._gtts = gtts
        self._deadline_s = patience.deadline_s
        self._retrying = again.Retrying(
            retry=again.retry_if_exception(_may_pass),
            stop=again.stop_after_attempt(patience.tries) | again.stop_before_delay(patience.deadline_s),
            wait=again.wait_exponential_jitter(
                multiplier=patience.back_off_s, jitter=patience.back_off_s, max=_LONGEST_PAUSE_S
            ),
            reraise=True,
        )

    @property
    def name(self) -> str:
        """Whose voice, which gTTS, the language and the accent."""
        return f"gtts {self._gtts.__version__} {self._lang} {self._tld}"

    def say(self, text: str, pace: Pace) -> Pcm:  # noqa: ARG002  # it has one
        """The text, spoken; or not, by the deadline.

        Raises:
            NoVoice: Google has been asked too much, or the line to it is down.
            VoiceError: it was not said.
        """
        try:
            # A long text is asked for in parts. Each is an MP3 of its own, and joins cleanly only as samples.
            parts = [decode(mp3, formats=("mp3",)) for mp3 in self._ask(text)]
        except (self._gtts.gTTSError, OSError, ValueError, AssertionError, Undecodable) as error:
            # OSError is also TimeoutError and every one of requests; ValueError is bad base 64 and bad UTF-8.
            raise (NoVoice if _for_all(error) else VoiceError)(text, self._why(error)) from error
        return Pcm(RATE, b"".join(part.data for part in parts))

    def _ask(self, text: str) -> list[bytes]:
        """The answers, after as many tries as it takes and there is time for."""
        end = time.monotonic() + self._deadline_s
        return self._retrying(lambda: _by(end, partial(self._ask_once, text)))

    def _ask_once(self, text: str, left_s: float) -> list[bytes]:
        """An MP3 for each part of the text. ``left_s`` is for each read: the deadline is not kept here."""
        # Without gTTS's own check of the language: it takes fr-CA and pt-PT, which Google speaks, for old names.
        speech = self._gtts.gTTS(text, lang=self._lang, tld=self._tld, lang_check=False, timeout=left_s)
        if self._endpoint:
            # gTTS has no setting for the address. Its one other place is a function of the module, and replacing
            # that would move every gTTS in the process; this moves the requests of this one phrase.
            speech._prepare_requests = partial(_moved, speech._prepare_requests, self._endpoint)  # noqa: SLF001
        asks = len(speech.get_bodies())
        if not asks:
            raise AssertionError  # as gTTS does, but for `python -O`
        parts = list(speech.stream())
        if len(parts) != asks or not all(parts):
            raise _NoSpeech
        return parts

    def _why(self, error: Exception) -> str:
        """What went wrong, and what to do."""
        if isinstance(error, AssertionError):
            return "there is no word in it"
        if isinstance(error, _NoSpeech):
            return (
                "Google answered with something else than speech: a page that asks for consent, perhaps. "
                f"Open translate.google.{self._tld} in a browser, {_OR}"
            )
        if isinstance(error, Undecodable):
            return f"Google's answer cannot be heard: {error}. Try again, {_OR}"
        answer = getattr(error, "rsp", None)
        if answer is not None:  # not `if answer`: one with an error in it is false
            return f"{self._why_not(answer.status_code)}, {_OR}"
        causes = list(_causes(error))
        if any(isinstance(cause, TimeoutError) for cause in causes):
            return f"no whole answer within {self._deadline_s:g} s. Try a better line, {_OR}"
        if _may_pass(error):
            return f"the line to Google keeps breaking ({causes[-1]}). Try again later, {_OR}"
        if isinstance(error, (self._gtts.gTTSError, OSError)):
            return f"Google cannot be reached ({causes[-1]}). No internet? Try again where there is, {_OR}"
        return f"Google's answer is garbled ({error}). Try again, {_OR}"

    def _why_not(self, status: int) -> str:
        """What an HTTP status means."""
        match status:
            case HTTPStatus.OK:
                return f"Google answered without speech. It may have no word for it in {self._lang!r}. Say it otherwise"
            case HTTPStatus.TOO_MANY_REQUESTS:
                return "Google has been asked too much (429). Try again in an hour"
            case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                return f"Google is out of order ({status}). Try again later"
        return f"Google does not answer this gTTS ({status}). Look for a newer one"


def _by(end: float, work: Callable[[float], list[bytes]]) -> list[bytes]:
    """What ``work`` comes to, if it does so by ``end``, or a TimeoutError.

    In a thread, because nothing else covers all of a slow look-up of the name, a slow handshake, headers that drip and
    a page that drips: `requests` has a timeout for each read, and gTTS reads to the end. A thread that is late is left
    behind. It is no one's: the program can end without it, which the threads of an executor do not allow. It ends
    itself when the server is done, or stays silent for as long as was left.
    """
    left_s = end - time.monotonic()
    if left_s <= 0:
        raise TimeoutError
    answer: Future[list[bytes]] = Future()

    def run() -> None:
        try:
            answer.set_result(work(left_s))
        except BaseException as error:  # noqa: BLE001  # it is raised where it is waited for
            answer.set_exception(error)

    Thread(target=run, name="gtts", daemon=True).start()
    return answer.result(left_s)


def _may_pass(error: BaseException) -> bool:
    """Whether asking again may help: Google was broken, or the line was cut."""
    answer = getattr(error, "rsp", None)
    if answer is not None:
        return int(answer.status_code) >= HTTPStatus.INTERNAL_SERVER_ERROR
    return any(isinstance(cause, _CUT_OFF) for cause in _causes(error))


def _for_all(error: BaseException) -> bool:
    """Whether any other text would fare no better: too much was asked, or there was no answer at all, however often."""
    answer = getattr(error, "rsp", None)
    if answer is not None:
        return bool(answer.status_code == HTTPStatus.TOO_MANY_REQUESTS)
    return any(isinstance(cause, OSError) for cause in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and what led to it: gTTS and requests wrap what happened to the line four times over."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _moved(prepare: Callable[[], list[Any]], url: str) -> list[Any]:
    """Requests as they were prepared, to somewhere else."""
    prepared = prepare()
    for request in prepared:
        request.url = url
    return prepared
