"""Calls that go on by themselves, and taking calls back."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any, Callable

from .errors import DirtyCancelledError
from .messages import Request

__all__ = ["Call", "Cancellation"]


class Cancellation:
    """A call's way to be taken back, from any thread and at any time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requested = threading.Event()
        self._tell: Callable[[], None] | None = None

    def cancel(self) -> None:
        """Takes the call back; nothing happens if it has ended."""
        with self._lock:
            self._requested.set()
            tell = self._tell
        if tell is not None:
            tell()

    def sent(self, tell: Callable[[], None] | None) -> None:
        """Says how the host is told; None once it need not be."""
        with self._lock:
            self._tell = tell
        if tell is not None and self._requested.is_set():
            # It was taken back on its way; to tell the host twice does no harm.
            tell()

    def sleep(self, seconds: float, request: Request) -> None:
        """Sleeps before another attempt. Raises DirtyCancelledError when the call is taken back."""
        self._requested.wait(seconds)
        self.check(request)

    def check(self, request: Request) -> None:
        """Raises DirtyCancelledError if the call has been taken back."""
        if self._requested.is_set():
            raise DirtyCancelledError(
                f"{request.name} was cancelled before it was sent", executed="no", details=request.error_details()
            )


class Call:
    """A call that goes on while its caller does something else; it has a thread of its own.

    Its methods may be used from any thread.
    """

    def __init__(self, run: Callable[[Cancellation], Any], name: str) -> None:
        self._cancellation = Cancellation()
        self._future: Future[Any] = Future()
        # A daemon, so that a call without end doesn't keep the interpreter from ending.
        threading.Thread(target=self._run, args=(run,), name=f"dirtyhost {name}", daemon=True).start()

    def _run(self, run: Callable[[Cancellation], Any]) -> None:
        try:
            result = run(self._cancellation)
        except BaseException as error:
            self._future.set_exception(error)
        else:
            self._future.set_result(result)

    def result(self, timeout: float | None = None) -> Any:
        """Waits for the call's result, or raises its error.

        TimeoutError says that so many seconds have passed; the call goes on.
        """
        try:
            return self._future.result(timeout)
        except FutureTimeoutError:
            if self._future.done():
                raise
            raise TimeoutError(f"the call has not ended after {timeout} s") from None

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """Waits for the call's end; its error, or None if it has a result."""
        try:
            return self._future.exception(timeout)
        except FutureTimeoutError:
            raise TimeoutError(f"the call has not ended after {timeout} s") from None

    def done(self) -> bool:
        """Whether the call has ended."""
        return self._future.done()

    def cancel(self) -> None:
        """Takes the call back, unless it has ended: it then ends with DirtyCancelledError."""
        self._cancellation.cancel()

    def add_done_callback(self, callback: Callable[[Call], object]) -> None:
        """Has ``callback`` called with this call when it ends, on the thread that ended it; at once if it has."""
        self._future.add_done_callback(lambda _: callback(self))
