"""The home door under load: ``python -m tests.bench.home [HOW_MANY]``.

So many people talk at once, each on connections of their own, as Home Assistant does, and then all of them have a whole set spoken at once. Told
are the times to an answer and to the first sound, beside a connection that only asks who is there; and the process's memory.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import quantiles
from typing import Any

from wyoming.asr import Transcript
from wyoming.client import AsyncTcpClient
from wyoming.event import Event, Eventable
from wyoming.info import Describe
from wyoming.tts import Synthesize

from tests.home.test_serving import running
from tests.home.test_talking import ROUTINE

SESSION = (*ROUTINE, "how many left", "slower", "yes")


async def asked(port: int, event: Eventable) -> tuple[float, Event]:
    """The answer to an event, and how many ms it took."""
    began = time.perf_counter()
    async with AsyncTcpClient("127.0.0.1", port) as client:
        await client.write_event(event.event())
        answer = await client.read_event()
    assert answer
    return (time.perf_counter() - began) * 1000, answer


async def spoken(port: int, text: str) -> tuple[float, float, int]:
    """The ms to the first sound of a reply and to the last, and its bytes."""
    began = time.perf_counter()
    async with AsyncTcpClient("127.0.0.1", port) as client:
        await client.write_event(Synthesize(text).event())
        first, size = 0.0, 0
        while (event := await client.read_event()) and event.type != "audio-stop":
            if event.payload:
                first = first or (time.perf_counter() - began) * 1000
                size += len(event.payload)
    return first, (time.perf_counter() - began) * 1000, size


async def session(port: int, number: int) -> tuple[list[float], str]:
    """What each answer took, and the last set's words."""
    took, text = [], ""
    for said in SESSION:
        who = {"conversation_id": f"c{number}", "person": f"p{number}"}
        ms, answer = await asked(port, Transcript(said, context=who))
        took.append(ms)
        text = str(answer.data["text"])
    return took, text


def told(what: str, found: list[float]) -> None:
    """A line."""
    cuts = quantiles(found, n=100)
    print(f"{what:32} p50 {cuts[49]:7.1f}  p99 {cuts[98]:7.1f}  max {max(found):7.1f} ms   of {len(found)}")  # noqa: T201


async def bench(port: int, many: int) -> None:
    """All of it."""
    await session(port, -1)
    told("alone: who is there", [(await asked(port, Describe()))[0] for _ in range(50)])
    told("alone: an answer", [ms for number in range(-20, -1) for ms in (await session(port, number))[0]])
    sessions = await together(many, lambda number: session(port, number))
    told(f"{many} at once: an answer", [ms for took, _ in sessions for ms in took])
    told("alone: the first sound", [(await spoken(port, text))[0] for _, text in sessions[:10]])
    sounds = await together(many, lambda number: spoken(port, sessions[number][1]))
    told(f"{many} at once: the first sound", [first for first, _, _ in sounds])
    told(f"{many} at once: a whole set", [last for _, last, _ in sounds])
    print(f"{sum(size for _, _, size in sounds) / 48_000 / 60:.0f} minutes of sound")  # noqa: T201


async def together(many: int, do: Callable[[int], Awaitable[Any]]) -> list[Any]:
    """So many at once."""
    return list(await asyncio.gather(*(do(number) for number in range(many))))


def memory(pid: int) -> str:
    """The most that a process has had, as Linux tells it."""
    status = Path(f"/proc/{pid}/status")
    found = [line.split() for line in status.read_text().splitlines() if line.startswith("VmHWM")]
    return f"memory at most: {int(found[0][1]) // 1024} MiB"


def main(many: int) -> None:
    """A server of its own, and all of them."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), "--no-announce") as (process, port):
        print(memory(process.pid), "before")  # noqa: T201
        asyncio.run(bench(port, many))
        print(memory(process.pid), "after")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
