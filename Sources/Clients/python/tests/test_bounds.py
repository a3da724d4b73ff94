"""Hosts at their bounds: each refusal typed, and said not to have run."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dirtyhost import (
    Client,
    DirtyCancelledError,
    DirtyNoWorkersAvailableError,
    DirtyOverloadedError,
    DirtyProtocolError,
    DirtyTimeoutError,
    RetryPolicy,
)
from dirtyhost.testing import Host, find_executable

SECONDS = 60
NONE = RetryPolicy.none()


def until(condition: Callable[[], bool]) -> None:
    """Asks again and again until the host says so; it has nothing to wait on for this."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the host never came to that state"


def apps(folder: Path) -> list[str]:
    return [f"{name.lower()}={folder}/lib{name}.so" for name in ("Echo", "Bench", "Tokens")]


def waiting(host: Host, app: int) -> int:
    return int(host.status()["apps"][app]["backlog"])


def test_a_full_backlog_refuses_and_the_patient_wait(bin_folder: Path) -> None:
    with Host(apps(bin_folder), dirty_backlog=2) as host, host.client(retry=NONE) as client:
        busy = client.submit("tokens", "stream_async", "x", 60_000)
        until(lambda: host.status()["apps"][2]["running"] == 1)
        calls = [client.submit("bench", "sleep_task", 1) for _ in range(2)]
        until(lambda: waiting(host, 1) == 2)
        with pytest.raises(DirtyOverloadedError) as caught:
            client.call("bench", "health")
        error = caught.value
        assert (error.executed, error.details["bound"], error.details["limit"]) == ("no", "backlog", 2)
        assert error.retry_after is not None and error.retry_after > 0
        assert client.ping() == "pong"
        with host.client(retry=RetryPolicy.patient(SECONDS)) as patient:
            waits = patient.submit("bench", "health")
            until(lambda: host.status()["apps"][1]["counts"]["overloaded"] >= 2)
            busy.cancel()
            assert waits.result(SECONDS) == {"status": "ok"}
        with pytest.raises(DirtyCancelledError):
            busy.result(SECONDS)
        for call in calls:
            assert call.result(SECONDS) == {"slept_ms": 1}


def test_a_full_memory_refuses_and_the_connection_goes_on(bin_folder: Path) -> None:
    host = Host(apps(bin_folder), dirty_memory_budget=20_000_000, dirty_max_frame=16_000_000)
    with host, host.client(retry=NONE, share_memory=False) as client:
        busy = client.submit("tokens", "stream_async", "x", 60_000)
        until(lambda: host.status()["apps"][2]["running"] == 1)
        held = client.submit("echo", "echo", bytes(12_000_000))
        until(lambda: waiting(host, 0) == 1)
        for large in (bytes(12_000_000), "x" * 12_000_000):
            with pytest.raises(DirtyOverloadedError) as caught:
                client.call("echo", "echo", large)
            assert (caught.value.executed, caught.value.details["bound"]) == ("no", "memory")
        busy.cancel()
        with pytest.raises(DirtyCancelledError):
            busy.result(SECONDS)
        assert held.result(SECONDS) == bytes(12_000_000)
        assert client.call("echo", "echo", bytes(18_000_000)) == bytes(18_000_000)
        assert host.status()["memory"]["used"] == 0


def test_limits_of_the_host_are_kept_by_the_client(bin_folder: Path) -> None:
    with Host(apps(bin_folder), dirty_max_frame=100_000) as host, host.client(retry=NONE) as client:
        with pytest.raises(DirtyProtocolError, match="dirty_max_frame") as caught:
            client.call("echo", "echo", "x" * 100_000)
        assert caught.value.executed == "no"
        assert client.call("echo", "echo", bytes(200_000)) == bytes(200_000)
        deepest: object = "x"
        for _ in range(510):
            deepest = [deepest]
        assert client.call("echo", "echo", deepest) == deepest
        with pytest.raises(DirtyProtocolError, match="deeper than 510"):
            client.call("echo", "echo", [deepest])


def test_a_host_without_workers_refuses(bin_folder: Path) -> None:
    with Host(apps(bin_folder), workers=0) as host, host.client() as client:
        with pytest.raises(DirtyNoWorkersAvailableError) as caught:
            client.call("echo", "echo", 1)
        assert (caught.value.executed, caught.value.details["cause"]) == ("no", "none_configured")
        assert caught.value.app_path == "echo"


def test_an_app_that_cannot_boot_refuses_with_the_reason_and_the_others_go_on(bin_folder: Path, tmp_path: Path) -> None:
    configuration = tmp_path / "dirty.yaml"
    configuration.write_text(
        "dirty_apps:\n"
        f"  - {{name: bad, path: {bin_folder}/libFaults.so, isolation: app, "
        "config: {open: fail, open_message: no licence}}\n"
        f"  - {{name: echo, path: {bin_folder}/libEcho.so}}\n"
    )
    # Such a host is never ready, so it is not one for the fixture.
    command = [find_executable(), "serve", "--config", str(configuration), "--runtime-dir", str(tmp_path / "run")]
    with subprocess.Popen([*command, "--dirty-workers", "1"], stdout=subprocess.DEVNULL) as process:
        try:
            with Client(tmp_path / "run" / "dirty.sock", retry=RetryPolicy(window=SECONDS)) as client:
                assert client.call("echo", "echo", "fine") == "fine"
                with pytest.raises(DirtyNoWorkersAvailableError, match="no licence") as caught:
                    client.call("bad", "echo", 1)
                error = caught.value
                assert (error.executed, error.details["cause"], error.app_path) == ("no", "crash_looping", "bad")
                assert error.retry_after is not None and error.retry_after > 0
                assert client.call("echo", "echo", "still fine") == "still fine"
        finally:
            process.terminate()
            assert process.wait(SECONDS) == 0


def test_a_call_that_waits_past_its_timeout_was_not_run(bin_folder: Path) -> None:
    with Host(apps(bin_folder)) as host, host.client() as client:
        sleeping = client.submit("bench", "sleep_task", 800)
        until(lambda: host.status()["apps"][1]["running"] == 1)
        with pytest.raises(DirtyTimeoutError) as caught:
            client.call("bench", "health", timeout=0.1)
        assert (caught.value.executed, caught.value.timeout) == ("no", 0.1)
        assert sleeping.result(SECONDS) == {"slept_ms": 800}


def test_the_time_between_two_chunks_is_bounded_not_counting_a_slow_reader(bin_folder: Path) -> None:
    with Host(apps(bin_folder), dirty_timeout=1.5) as host, host.client() as client:
        # Longer than that in all, in steps that are much shorter.
        assert list(client.stream("tokens", "stream_async", "a" + 15 * " b", 110)) == ["a"] + 15 * [" b"]
        with pytest.raises(DirtyTimeoutError) as caught:
            list(client.stream("tokens", "stream_async", "a b c", 30_000))
        assert (caught.value.executed, caught.value.timeout) == ("maybe", 1.5)
        with client.stream("echo", "count_to", 10**9) as stream:
            assert next(stream) == 1
            # Meanwhile nothing is taken: the stream is held up, and its clock with it.
            with pytest.raises(DirtyTimeoutError):
                client.call("tokens", "stream_async", "x", 30_000, timeout=3)
            assert [next(stream) for _ in range(5000)] == list(range(2, 5002))
        assert client.call("echo", "echo", "after") == "after"
