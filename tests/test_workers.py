"""Who answers what was read: one at a time, unless the one at work only waits."""

from collections.abc import Callable
from contextlib import contextmanager
from threading import Event

import pytest

from skill.workers import Workers

PATIENCE_S = 30
"""By when anything has happened; else it never will."""


class Task:
    """Tells when it has begun, and ends when it may."""

    def __init__(self, work: Callable[[], None] = lambda: None) -> None:
        self.begun, self.may_end, self.ended, self.cancelled = Event(), Event(), Event(), Event()
        self._work = work

    def service(self) -> None:
        self.begun.set()
        assert self.may_end.wait(PATIENCE_S)
        self._work()
        self.ended.set()

    def cancel(self) -> None:
        self.cancelled.set()


@contextmanager
def at_work(threads: int, slow_s: float):
    workers = Workers(threads, slow_s)
    yield workers
    workers.shutdown(PATIENCE_S)


def test_one_is_serviced_after_another_in_the_order_they_came():
    seen: list[int] = []
    with at_work(threads=4, slow_s=PATIENCE_S) as workers:
        tasks = [Task(lambda number=number: seen.append(number)) for number in range(50)]
        for task in tasks:
            workers.add_task(task)
        assert tasks[0].begun.wait(PATIENCE_S)
        workers.relieve()  # nobody is slow
        assert [task.begun.is_set() for task in tasks] == [True] + [False] * 49
        for task in tasks:
            task.may_end.set()
        assert all(task.ended.wait(PATIENCE_S) for task in tasks)
    assert seen == list(range(50))


def test_who_is_slow_keeps_nobody_waiting():
    with at_work(threads=3, slow_s=0) as workers:
        slow, slower, quick = Task(), Task(), Task()
        for task in (slow, slower, quick):
            workers.add_task(task)
            workers.relieve()
            assert task.begun.wait(PATIENCE_S)
        quick.may_end.set()
        assert quick.ended.wait(PATIENCE_S)
        assert not slow.ended.is_set()
        for task in (slow, slower):
            task.may_end.set()


def test_when_all_wait_the_next_is_serviced_by_whoever_is_free_first():
    with at_work(threads=2, slow_s=0) as workers:
        first, second, third = Task(), Task(), Task()
        for task in (first, second, third):
            workers.add_task(task)
            workers.relieve()
        assert first.begun.wait(PATIENCE_S)
        assert second.begun.wait(PATIENCE_S)
        assert not third.begun.is_set()
        for task in (third, second):
            task.may_end.set()
        assert third.ended.wait(PATIENCE_S)
        first.may_end.set()


def test_what_goes_wrong_in_one_is_logged_and_the_next_is_serviced(caplog: pytest.LogCaptureFixture):
    def fail() -> None:
        raise ValueError("a fault")

    with at_work(threads=1, slow_s=PATIENCE_S) as workers:
        bad, good = Task(fail), Task()
        for task in (bad, good):
            task.may_end.set()
            workers.add_task(task)
        assert good.ended.wait(PATIENCE_S)
    assert "a fault" in caplog.text


def test_when_it_is_over_what_nobody_has_begun_is_cancelled_and_what_was_begun_is_finished():
    with at_work(threads=1, slow_s=PATIENCE_S) as workers:
        begun, waiting = Task(), Task()
        for task in (begun, waiting):
            workers.add_task(task)
        assert begun.begun.wait(PATIENCE_S)
        workers.shutdown(0)
        assert waiting.cancelled.is_set()
        begun.may_end.set()
    assert begun.ended.is_set()
    assert not waiting.begun.is_set()
