"""A host for tests, in a directory of its own; needs no pytest."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from typing import IO, Any

from .aio import AsyncClient
from .client import Client

__all__ = ["Host", "HostError", "find_executable"]

_READY_SECONDS = 60.0
_STOP_SECONDS = 10.0
# How much of the host's log an error shows.
_LOG_BYTES = 4096


class HostError(Exception):
    """The host could not be started, or ended by itself; the message shows the end of its log."""


class Host:
    """A ``dirty serve`` process with a fresh runtime directory.

    ``apps`` are as on its command line: ``PATH``, ``NAME=PATH``, ``NAME=PATH:WORKERS``, or a directory of plugins.
    ``settings`` are its flags by name: ``dirty_timeout=2`` is ``--dirty-timeout 2``. As a context manager it starts and
    stops.
    """

    def __init__(
        self,
        apps: Iterable[str] = (),
        *,
        workers: int = 1,
        executable: str | None = None,
        environment: Mapping[str, str] | None = None,
        **settings: Any,
    ) -> None:
        self.executable = find_executable() if executable is None else executable
        self.directory = tempfile.mkdtemp(prefix="dirtyhost-")
        self.socket_path = os.path.join(self.directory, "run", "dirty.sock")
        self._environment = {**os.environ, **(environment or {})}
        # The host that a test starts is to be as the test says, and not as a host beside it.
        for name in list(self._environment):
            if name.startswith("DIRTY_") and name not in {"DIRTY_WORKER_EXECUTABLE", *(environment or {})}:
                del self._environment[name]
        # It runs in its own directory, where no dirty.yaml lies.
        self._command = [self.executable, "serve", *map(_absolute, apps), "--dirty-workers", str(workers)]
        self._command += ["--runtime-dir", os.path.dirname(self.socket_path)]
        # A call that a test left running is to hold up nobody.
        for name, value in {"dirty_graceful_timeout": 1, **settings}.items():
            self._command += [f"--{name.replace('_', '-')}", str(value)]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Host:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The arbiter's process id."""
        if self._process is None:
            raise HostError("the host has not been started")
        return self._process.pid

    @property
    def log(self) -> str:
        """What the host has logged so far."""
        try:
            with open(self._log_path, encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def start(self) -> None:
        """Starts the host, and waits until every worker is ready. Raises HostError."""
        if self._process is not None and self._process.poll() is None:
            raise HostError(f"the host runs already, as process {self._process.pid}")
        with open(self._log_path, "ab") as log:
            try:
                # Unbuffered, or select would not see lines that were read along with an earlier one.
                self._process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    bufsize=0,
                    cwd=self.directory,
                    env=self._environment,
                    start_new_session=True,
                )
            except OSError as error:
                raise HostError(
                    f"{self.executable} can't be started: {error.strerror}; see $DIRTY_EXECUTABLE"
                ) from error
        assert self._process.stdout is not None
        try:
            self._wait_until_ready(self._process.stdout)
        except BaseException:
            self.stop()
            raise

    def stop(self, *, gracefully: bool = True) -> int | None:
        """Stops the host and returns its exit status; nothing happens if it doesn't run.

        Gracefully, running calls may end within ``dirty_graceful_timeout``, which is 1 s unless the settings say
        otherwise; else the arbiter is killed, as by a crash.
        """
        process = self._process
        if process is None:
            return None
        if process.poll() is None:
            process.send_signal(signal.SIGTERM if gracefully else signal.SIGKILL)
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process.stdout is not None:
            process.stdout.close()
        return process.returncode

    def restart(self, *, gracefully: bool = True) -> None:
        """Stops the host and starts another in its place, under the same socket path."""
        self.stop(gracefully=gracefully)
        self.start()

    def close(self) -> None:
        """Stops the host and removes its directory."""
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def client(self, **options: Any) -> Client:
        """A client of this host; options as of ``Client``."""
        return Client(self.socket_path, **options)

    def async_client(self, **options: Any) -> AsyncClient:
        """A client of this host for asyncio; options as of ``AsyncClient``."""
        return AsyncClient(self.socket_path, **options)

    def status(self) -> dict[str, Any]:
        """The host's workers and apps."""
        with contextlib.closing(self.client()) as client:
            return client.status()

    def worker_pids(self) -> list[int]:
        """The process ids of the workers that are ready."""
        return [worker["pid"] for worker in self.status()["workers"] if worker["state"] == "ready"]

    @property
    def _log_path(self) -> str:
        return os.path.join(self.directory, "host.log")

    def _wait_until_ready(self, output: IO[bytes]) -> None:
        while select.select([output], [], [], _READY_SECONDS)[0]:
            line = output.readline()
            if line.startswith(b"DIRTY_SOCKET="):
                return
            if not line:
                raise HostError(f"the host ended before it was ready\n{self._log_tail}")
        raise HostError(f"the host was not ready after {_READY_SECONDS:.0f} s\n{self._log_tail}")

    @property
    def _log_tail(self) -> str:
        return f"{' '.join(self._command)}\n{self.log[-_LOG_BYTES:]}"


def _absolute(app: str) -> str:
    name, equals, path = app.rpartition("=")
    return f"{name}{equals}{os.path.abspath(path)}"


def find_executable() -> str:
    """The ``dirty`` that $DIRTY_EXECUTABLE names, or that is in the PATH. Raises HostError."""
    named = os.environ.get("DIRTY_EXECUTABLE")
    if named:
        return os.path.abspath(named)
    found = shutil.which("dirty")
    if found is None:
        raise HostError("there is no dirty in the PATH; name the executable in $DIRTY_EXECUTABLE")
    return found
