"""A pretend Google on real sockets, and the sounds that it and others say.

    with Google(status(429), speech) as google:
        Gtts(endpoint=google.url).say("one", Pace.TELL)
    assert google.asked == ["one", "one"]

It has an answer, or a nuisance, for each request in turn; the last one is for all that follow.
"""

import json
import math
import struct
from base64 import b64encode
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from itertools import chain, repeat
from socket import SO_LINGER, SOL_SOCKET
from threading import Event, Thread
from typing import Self
from urllib.parse import parse_qs

import av
import numpy as np

Samples = Iterable[float]
"""From -1 to 1."""


# --- Sounds ---------------------------------------------------------------------------------------------------


def tone(ms: int, *, rate: int = 24_000, loud: float = 0.5, hz: int = 440) -> list[float]:
    """A plain tone."""
    return [loud * math.sin(2 * math.pi * hz * n / rate) for n in range(rate * ms // 1000)]


def silence(ms: int, *, rate: int = 24_000) -> list[float]:
    """As long, and nothing to hear."""
    return [0.0] * (rate * ms // 1000)


def s16(*channels: Samples) -> bytes:
    """Samples as bytes, a channel beside the other. What is over full scale is cut off there."""
    full = np.clip(np.stack([np.asarray(channel) for channel in channels], axis=1), -1, 1)
    return np.rint(full * 32_767).astype("<i2").tobytes()


def encoded(*channels: Samples, format: str = "mp3", codec: str = "libmp3lame", rate: int = 24_000) -> bytes:  # noqa: A002  # as PyAV
    """A sound file of one channel or two."""
    layout = ("mono", "stereo")[len(channels) - 1]
    data = s16(*channels)
    frame = av.AudioFrame(format="s16", layout=layout, samples=len(data) // 2 // len(channels))
    frame.planes[0].update(data)
    frame.rate, frame.pts = rate, 0
    out = BytesIO()
    with av.open(out, "w", format=format) as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return out.getvalue()


@cache
def mp3(ms: int = 500) -> bytes:
    """What Google would say."""
    return encoded(tone(ms))


# --- Google ---------------------------------------------------------------------------------------------------


class Server(ThreadingHTTPServer):
    daemon_threads = False  # closing it waits for them
    request_queue_size = 64  # of five, some of eight at once would come back a second later


class Google:
    """Answers gTTS's one request, on a free port, while in use."""

    def __init__(self, *answers: "Callable[[Visit], None]") -> None:
        self.asked: list[str] = []
        """The texts, in order."""
        self.langs: set[str] = set()
        self.tunnels: list[str] = []
        """The hosts it was asked for as a proxy."""
        self.answers = chain(answers, repeat(answers[-1]))
        self.over = Event()
        self.server = Server(("127.0.0.1", 0), type("Ours", (Visit,), {"google": self}))
        self.url = f"http://127.0.0.1:{self.server.server_port}/batchexecute"

    def __enter__(self) -> Self:
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


class Visit(BaseHTTPRequestHandler):
    """One request."""

    google: Google
    text = ""

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        [[[_, parameters, *_]]] = json.loads(form["f.req"][0])
        self.text, lang, *_ = json.loads(parameters)
        self.google.asked.append(self.text)
        self.google.langs.add(lang)
        with suppress(ConnectionError):
            next(self.google.answers)(self)

    def do_GET(self) -> None:
        with suppress(ConnectionError):
            page(self)

    def do_CONNECT(self) -> None:
        self.google.tunnels.append(self.path)
        status(403)(self)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def answer(self, body: bytes, code: int = 200, **headers: object) -> None:
        self.send_response(code)
        for name, value in ({"Content_Length": len(body)} | headers).items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body)

    def say(self, audio: bytes) -> None:
        """What Google's answer looks like around the sound."""
        self.answer(b')]}\'\n\n[["wrb.fr","jQ1olc","[\\"%s\\"]",null,null,null,"generic"],["di",88]]' % audio)


def speech(visit: Visit) -> None:
    visit.say(b64encode(mp3()))


def status(code: int) -> Callable[[Visit], None]:
    return lambda visit: visit.answer(b"<html>Sorry</html>", code)


def page(visit: Visit) -> None:
    visit.answer(b"<!doctype html><html><title>Before you continue</title></html>\n" * 50)


def sent_to_a_page(visit: Visit) -> None:
    visit.answer(b"", 302, Location="/consent")


def no_audio(visit: Visit) -> None:
    visit.answer(b')]}\'\n\n[["wrb.fr","jQ1olc",null,null,null,[3],"generic"]]')


def nothing(visit: Visit) -> None:
    visit.answer(b"")


def says(audio: bytes) -> Callable[[Visit], None]:
    return lambda visit: visit.say(audio)


def never(visit: Visit) -> None:
    visit.google.over.wait()


def drips(visit: Visit) -> None:
    visit.send_response(200)
    visit.end_headers()
    while not visit.google.over.wait(0.02):
        visit.wfile.write(b" ")


def drips_before_the_page(visit: Visit) -> None:
    visit.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
    while not visit.google.over.wait(0.02):
        visit.wfile.write(b"z")


def resets(visit: Visit) -> None:
    visit.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    visit.rfile.close()
    visit.connection.close()  # the last who holds it: the other side gets a reset


def hangs_up(visit: Visit) -> None:
    """As if it had never been asked."""


def stops_half_way(visit: Visit) -> None:
    visit.answer(b")]}'", Content_Length=5000)
