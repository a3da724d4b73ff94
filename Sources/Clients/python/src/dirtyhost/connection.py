"""One connection that many threads share.

Whoever waits for an answer while nobody reads becomes the leader: it reads for all, hands every answer to the thread
that waits for it, and with its own answer passes the lead on. So a lone thread reads for itself, without a hop to
another thread, and nothing runs in the background.
"""

from __future__ import annotations

import threading
import time

from .errors import DirtyConnectionError, DirtyError
from .frames import Reply
from .link import Link, Unsent
from .messages import Limits, Request, small_frame
from .waiting import gave_up, send_all, wait_until_readable

__all__ = ["Connection", "Waiter"]

# A host that takes nothing must not hold up for long who only wants out.
_CANCEL_SECONDS = 0.5


class Waiter:
    """A call in flight, and what its thread sleeps on while another reads."""

    __slots__ = ("gate", "id", "outcome")

    def __init__(self, request_id: int) -> None:
        self.id = request_id
        self.outcome: Reply | DirtyError | None = None
        # Released, under the connection's lock, exactly once each time the waiter leaves the followers.
        self.gate = threading.Lock()
        self.gate.acquire()


class Connection:
    """A link shared by threads, each call under an id of its own."""

    def __init__(self, link: Link, limits: Limits) -> None:
        self.link = link
        self.limits = limits
        self._lock = threading.Lock()
        self._send_lock = threading.Lock()
        self._next_id = 1
        self._pending: dict[int, Waiter] = {}
        # The threads that sleep until their answer has come or the lead is theirs.
        self._followers: dict[int, Waiter] = {}
        self._leader: Waiter | None = None
        # No new calls: what has been sent may still be answered.
        self._is_ending = False
        # Why no more answers come.
        self._error: DirtyError | None = None
        # What the host said of the connection itself before it closed it.
        self._last_words: DirtyError | None = None

    def enter(self) -> Waiter | None:
        """A place for one call, to be left by ``leave``; None if the connection is full or at its end."""
        with self._lock:
            if self._is_ending or len(self._pending) >= self.limits.calls:
                return None
            if self._leader is None and self.link.is_ended:
                self._is_ending = True
                self._end_if_unused()
                return None
            waiter = Waiter(self._next_id)
            self._next_id += 1
            self._pending[waiter.id] = waiter
            return waiter

    def leave(self, waiter: Waiter) -> None:
        """Gives the place up; an answer that still comes is dropped."""
        with self._lock:
            self._pending.pop(waiter.id, None)
            self._followers.pop(waiter.id, None)
            # An interrupt may have come before the lead could be used, or just as it was handed over.
            self._resign(waiter)
            self._end_if_unused()

    @property
    def is_usable(self) -> bool:
        """Whether calls may still be made on it."""
        return not self._is_ending

    def send_call(self, pieces: list[memoryview], deadline: float | None, request: Request) -> None:
        """Sends a call. Raises an error with ``executed`` "no" if the host has not got all of it."""
        try:
            self.send(pieces, deadline)
        except TimeoutError:
            raise gave_up(request, "no") from None

    def answer(self, waiter: Waiter, deadline: float | None, request: Request) -> Reply:
        """Waits for the answer to a call that was sent; at the deadline the call is cancelled."""
        try:
            return self._wait(waiter, deadline)
        except TimeoutError:
            self.cancel(waiter)
            raise gave_up(request, "maybe") from None

    def ask(self, kind: str, members: dict[str, str], waiter: Waiter, deadline: float | None) -> Reply:
        """Asks the host about itself. Raises TimeoutError at the deadline."""
        self.send(small_frame(kind, waiter.id, **members), deadline)
        return self._wait(waiter, deadline)

    def cancel(self, waiter: Waiter) -> None:
        """Takes a call back, from any thread; its answer still comes, and says whether it ran."""
        try:
            self.send(small_frame("cancel", waiter.id), time.monotonic() + _CANCEL_SECONDS)
        except (DirtyError, TimeoutError):
            # Then the connection is at its end, or stuck: either way the call is lost to this client.
            pass

    def close(self, error: DirtyError) -> None:
        """Ends the connection; calls in flight fail with an error like the one given."""
        with self._lock:
            self._fail(error)

    # Sending

    def send(self, pieces: list[memoryview], deadline: float | None) -> None:
        """Sends a frame.

        Raises TimeoutError at the deadline and DirtyConnectionError if the connection is at its end; either way the
        host has not got the frame.
        """
        remaining = -1.0 if deadline is None else max(deadline - time.monotonic(), 0.0)
        if not self._send_lock.acquire(timeout=remaining):
            raise TimeoutError
        unsent = Unsent(pieces)
        try:
            send_all(self.link, unsent, deadline)
        except DirtyConnectionError as error:
            self._is_ending = True
            raise DirtyConnectionError(error.message, executed="no", details=_socket(error)) from None
        finally:
            if unsent.has_begun and not unsent.is_empty:
                # Nothing can be sent behind a frame cut short; the answers to what was sent before still come.
                self._is_ending = True
                self.link.end_sending()
            self._send_lock.release()

    # Receiving

    def _wait(self, waiter: Waiter, deadline: float | None) -> Reply:
        while True:
            with self._lock:
                if isinstance(waiter.outcome, DirtyError):
                    raise waiter.outcome
                if waiter.outcome is not None:
                    return waiter.outcome
                leads = self._leader is None
                if leads:
                    self._leader = waiter
                else:
                    self._followers[waiter.id] = waiter
            if leads:
                self._lead(waiter, deadline)
            elif not waiter.gate.acquire(timeout=-1 if deadline is None else max(deadline - time.monotonic(), 0.0)):
                with self._lock:
                    if self._followers.pop(waiter.id, None):
                        raise TimeoutError
                # Woken just as the time was up: the gate is open.
                waiter.gate.acquire()

    def _lead(self, waiter: Waiter, deadline: float | None) -> None:
        """Reads for all until the waiter's own answer has come."""
        is_held = False
        try:
            self.link.hold()
            is_held = True
            while waiter.outcome is None:
                if self.link.receive():
                    self._hand_out()
                else:
                    wait_until_readable(self.link, deadline)
        except DirtyError as error:
            with self._lock:
                self._fail(error)
        finally:
            if is_held:
                self.link.release()
            with self._lock:
                self._resign(waiter)

    def _hand_out(self) -> None:
        with self._lock:
            while (reply := self.link.next()) is not None:
                if reply.id is None and reply.error is not None:
                    self._last_words = reply.error
                    continue
                # Unknown are the answers to calls that nobody waits for any more, and the rest of a mistaken stream.
                waiter = self._pending.pop(reply.id, None) if type(reply.id) is int else None
                if waiter is not None:
                    waiter.outcome = reply
                    self._wake(waiter)

    def _resign(self, waiter: Waiter) -> None:
        """Gives up the lead, if it is the waiter's, and has a follower wake up and take it if nobody has."""
        if self._leader is waiter:
            self._leader = None
        if self._leader is None and self._followers:
            self._wake(next(iter(self._followers.values())))

    def _wake(self, waiter: Waiter) -> None:
        if self._followers.pop(waiter.id, None) is not None:
            waiter.gate.release()

    def _end_if_unused(self) -> None:
        """Closes a connection that takes no calls, once nobody waits for an answer on it."""
        if self._is_ending and not self._pending:
            self._fail(self.link.lost("the host closed the connection"))

    def _fail(self, error: DirtyError) -> None:
        if self._error is not None:
            return
        self._is_ending = True
        if self._last_words is not None and isinstance(error, DirtyConnectionError):
            message = f"{error.message}, saying: {self._last_words.message}"
            error = DirtyConnectionError(message, executed=error.executed, details=_socket(error))
        self._error = error
        for waiter in self._pending.values():
            # One exception object each: they are raised in threads of their own.
            waiter.outcome = type(error)(error.message, executed="maybe", details=_socket(error))
            self._wake(waiter)
        self._pending.clear()
        self.link.close()


def _socket(error: DirtyError) -> dict[str, str]:
    path = error.details.get("socket_path")
    return {} if path is None else {"socket_path": path}
