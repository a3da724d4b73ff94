"""Workers and hosts that die under their clients: every error typed, no wrong answer, and on it goes."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dirtyhost import (
    AsyncClient,
    Client,
    DirtyCancelledError,
    DirtyConnectionError,
    DirtyError,
    DirtyNoWorkersAvailableError,
    DirtyWorkerError,
    RetryPolicy,
)
from dirtyhost.testing import Host

THREADS = 20
KILLS = 10
SECONDS = 60


@pytest.fixture
def host(bin_folder: Path) -> Iterator[Host]:
    """A host of its own for each test, whose workers are killed."""
    apps = [f"{name.lower()}={bin_folder}/lib{name}.so" for name in ("Echo", "Bench", "Tokens")]
    with Host(apps, workers=2, dirty_graceful_timeout=5) as host:
        yield host


def until(condition: Callable[[], bool]) -> None:
    """Asks again and again until the host says so; it has nothing to wait on for this."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the host never came to that state"


class Load:
    """Calls by threads or tasks without pause; counts what comes of them."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.errors: list[DirtyError] = []
        self.wrong: list[Any] = []
        self.ended = False
        self._changed = threading.Condition()

    def ask(self, number: int) -> dict[str, Any]:
        """The argument of a call, which the answer must equal."""
        return {"number": number, "data": bytes([number % 256]) * (number % 5000)}

    def answered(self, asked: Any, answer: Any) -> None:
        with self._changed:
            self.outcomes["right" if asked == answer else "wrong"] += 1
            if asked != answer:
                self.wrong.append((asked, answer))
            self._changed.notify_all()

    def failed(self, error: DirtyError) -> None:
        with self._changed:
            self.outcomes[error.error_type] += 1
            self.errors.append(error)
            self._changed.notify_all()

    def wait_for(self, outcome: str, more: int) -> None:
        """Waits until there are so many more of the outcome."""
        with self._changed:
            goal = self.outcomes[outcome] + more
            assert self._changed.wait_for(lambda: self.outcomes[outcome] >= goal, SECONDS), self.outcomes

    def thread(self, client: Client, number: int) -> None:
        while not self.ended:
            asked = self.ask(number)
            try:
                self.answered(asked, client.call("echo", "echo", asked))
            except DirtyError as error:
                self.failed(error)
            number += THREADS

    async def task(self, client: AsyncClient, number: int) -> None:
        while not self.ended:
            asked = self.ask(number)
            try:
                self.answered(asked, await client.call("echo", "echo", asked))
            except DirtyError as error:
                self.failed(error)
            number += THREADS


class Running:
    """The load, for as long as a ``with`` lasts."""

    def __init__(self, kind: str, path: str, retry: RetryPolicy = RetryPolicy()) -> None:
        self.load = Load()
        self._kind = kind
        self._path = path
        self._retry = retry
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Load:
        if self._kind == "threads":
            self._client = Client(self._path, retry=self._retry)
            self._threads = [
                threading.Thread(target=self.load.thread, args=(self._client, number)) for number in range(THREADS)
            ]
        else:
            self._threads = [threading.Thread(target=asyncio.run, args=(self._tasks(),))]
        for thread in self._threads:
            thread.start()
        return self.load

    async def _tasks(self) -> None:
        async with AsyncClient(self._path, retry=self._retry) as client:
            await asyncio.gather(*(self.load.task(client, number) for number in range(THREADS)))

    def __exit__(self, *_: object) -> None:
        self.load.ended = True
        for thread in self._threads:
            thread.join(SECONDS)
            assert not thread.is_alive(), "a call has no end"
        if self._kind == "threads":
            self._client.close()


@pytest.mark.parametrize("kind", ["threads", "tasks"])
def test_killed_workers_fail_only_calls_that_had_begun(host: Host, kind: str) -> None:
    with Running(kind, host.socket_path) as load:
        for _ in range(KILLS):
            load.wait_for("right", 100)
            os.kill(host.worker_pids()[0], signal.SIGKILL)
        load.wait_for("right", 500)
    assert load.wrong == []
    assert load.outcomes["right"] > KILLS * 100
    # Each kill ends one lane, so one call at most.
    assert len(load.errors) <= KILLS
    for error in load.errors:
        assert isinstance(error, DirtyWorkerError), error
        assert (error.executed, error.details["signal"], error.details["action"]) == ("maybe", 9, "echo")
        assert isinstance(error.worker_id, int) and isinstance(error.traceback, str)


@pytest.mark.parametrize("kind", ["threads", "tasks"])
def test_a_graceful_restart_under_load_fails_typed_and_its_successor_answers_the_same_client(
    host: Host, kind: str
) -> None:
    # However long a restart takes: only what was on its way may fail.
    with Running(kind, host.socket_path, RetryPolicy(window=SECONDS)) as load:
        for _ in range(3):
            load.wait_for("right", 200)
            host.restart()
        load.wait_for("right", 500)
    assert load.wrong == []
    for error in load.errors:
        assert isinstance(error, (DirtyConnectionError, DirtyNoWorkersAvailableError)), error
    # One call a thread may be on its way to a host that closes.
    assert len(load.errors) <= 3 * THREADS


@pytest.mark.parametrize("kind", ["threads", "tasks"])
def test_a_killed_host_fails_typed_and_its_successor_answers_the_same_client(host: Host, kind: str) -> None:
    with Running(kind, host.socket_path) as load:
        for _ in range(3):
            load.wait_for("right", 200)
            host.restart(gracefully=False)
        load.wait_for("right", 500)
    assert load.wrong == []
    assert load.outcomes["DirtyConnectionError"] > 0
    for error in load.errors:
        assert isinstance(error, DirtyConnectionError), error
        assert error.executed in ("no", "maybe")
    assert len([error for error in load.errors if error.executed == "maybe"]) <= 3 * THREADS


def test_a_waiting_client_reaches_a_host_that_comes_later(host: Host) -> None:
    host.stop()
    with host.client(retry=RetryPolicy(window=SECONDS)) as client:
        call = client.submit("echo", "echo", "early")
        host.start()
        assert call.result(SECONDS) == "early"


def test_a_stream_is_cut_off_by_a_death_and_says_so(host: Host) -> None:
    with host.client() as client, client.stream("echo", "count_to", 10**9) as stream:
        assert next(stream) == 1
        for pid in host.worker_pids():
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(DirtyWorkerError) as caught:
            for _ in stream:
                pass
        assert caught.value.executed == "maybe" and caught.value.details["signal"] == 9
        assert list(stream) == []
        assert client.call("echo", "echo", "after") == "after"


def test_a_stopping_host_lets_a_running_call_end(host: Host) -> None:
    with host.client(retry=RetryPolicy.none()) as client:
        sleeping = client.submit("bench", "sleep_task", 700)
        until(lambda: host.status()["apps"][1]["running"] == 1)
        assert host.stop() == 0
        assert sleeping.result(SECONDS) == {"slept_ms": 700}
        with pytest.raises(DirtyConnectionError) as caught:
            client.call("echo", "echo", 1)
        assert caught.value.executed == "no"


def test_a_cancelled_waiting_call_was_not_run(host: Host) -> None:
    with host.client() as client:
        busy = [client.submit("tokens", "stream_async", "x", 60_000) for _ in range(2)]
        until(lambda: host.status()["apps"][2]["running"] == 2)
        waiting = client.submit("echo", "echo", "never")
        until(lambda: host.status()["apps"][0]["backlog"] == 1)
        waiting.cancel()
        with pytest.raises(DirtyCancelledError) as caught:
            waiting.result(SECONDS)
        assert caught.value.executed == "no"
        for call in busy:
            call.cancel()
            with pytest.raises(DirtyCancelledError) as caught:
                call.result(SECONDS)
            assert caught.value.executed == "maybe"
