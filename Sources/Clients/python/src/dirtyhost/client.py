"""The client for threads."""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from .base import DEFAULT, BaseClient, Timeout
from .call import Call, Cancellation
from .connection import Connection, Waiter
from .errors import DirtyConnectionError, DirtyError, DirtyProtocolError, DirtyTimeoutError
from .link import Link
from .messages import Limits, Request
from .retry import Attempts, RetryPolicy
from .stream import Stream
from .waiting import gave_up, open_link

__all__ = ["Client"]

# Connections kept for the next streams.
_IDLE_LINKS = 4


class Client(BaseClient):
    """Calls the apps of a host.

    Threads may share a client: their calls go over one connection at the same time, which is made with the first call,
    and again when the host has been restarted. A child process after a fork makes its own.

    Without ``socket_path`` the host is found by ``$DIRTY_SOCKET``, or where it puts its socket by default. ``timeout``
    is for calls that name none; None is without bound. ``retry`` says which failed calls are tried again. Large bytes
    are handed over as memory where the host grants it, unless ``share_memory`` is false.
    """

    def __init__(
        self,
        socket_path: str | os.PathLike[str] | None = None,
        *,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
        share_memory: bool = True,
    ) -> None:
        super().__init__(socket_path, timeout=timeout, retry=retry, share_memory=share_memory)
        self._is_closed = False
        self._begin()
        _clients.add(self)

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._connections: list[Connection] = []
        self._connecting: Future[None] | None = None
        self._idle: list[tuple[Link, Limits]] = []
        self._streams: weakref.WeakSet[Stream] = weakref.WeakSet()

    def _forget(self) -> None:
        """Leaves everything to the parent process; locks too, as their holders are not in this one."""
        for link in [*(connection.link for connection in self._connections), *(link for link, _ in self._idle)]:
            link.close()
        self._begin()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connections; calls in flight fail, and later ones too."""
        with self._lock:
            self._is_closed = True
            connections, self._connections = self._connections, []
            streams = list(self._streams)
            idle, self._idle = self._idle, []
        for link, _ in idle:
            link.close()
        for connection in connections:
            connection.close(DirtyConnectionError("the client was closed"))
        for stream in streams:
            stream.close()

    # Calls

    def call(
        self,
        app: str,
        action: str,
        /,
        *args: Any,
        timeout: Timeout = DEFAULT,
        affinity: str | None = None,
        traceparent: str | None = None,
        answer_bytes: int | None = None,
        kwargs: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> Any:
        """Calls an action of an app and returns its result.

        Arguments are what JSON can say, and bytes at any depth; so is the result. ``kwargs`` is for named arguments
        that this method has a meaning for. ``timeout`` bounds waiting and running together, in seconds. Calls with
        equal ``affinity`` go to the same worker while it lives. ``answer_bytes`` is how many bytes the bytes in the
        result may have together to come by shared memory; what has more is sent.

        Raises a DirtyError; TypeError or ValueError if JSON can't say the arguments.
        """
        request = self._request(app, action, args, named, kwargs, timeout, affinity, traceparent, answer_bytes)
        return self._run(request, None)

    def submit(
        self,
        app: str,
        action: str,
        /,
        *args: Any,
        timeout: Timeout = DEFAULT,
        affinity: str | None = None,
        traceparent: str | None = None,
        answer_bytes: int | None = None,
        kwargs: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> Call:
        """Begins a call, on a thread of its own, and returns at once; parameters as of ``call``.

        For thousands of calls at once ``AsyncClient`` is the better choice.
        """
        request = self._request(app, action, args, named, kwargs, timeout, affinity, traceparent, answer_bytes)
        return Call(lambda cancellation: self._run(request, cancellation), request.name)

    def stream(
        self,
        app: str,
        action: str,
        /,
        *args: Any,
        timeout: Timeout = DEFAULT,
        affinity: str | None = None,
        traceparent: str | None = None,
        kwargs: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> Stream:
        """An iterator over the chunks of an action that streams; parameters as of ``call``.

        The call begins with the first chunk that is asked for. It has a connection of its own, so that the plugin
        produces no faster than the chunks are taken. To leave it early is to cancel it: by ``close``, at the end of a
        ``with``, or by dropping the last reference, as ``break`` does in a ``for`` over a stream made there.
        """
        request = self._request(app, action, args, named, kwargs, timeout, affinity, traceparent)
        stream = Stream(self, request)
        with self._lock:
            self._check_open()
            self._streams.add(stream)
        return stream

    # The host

    def hello(self, *, timeout: float | None = 10.0) -> dict[str, Any]:
        """The host's version, limits and features."""
        return dict(self._ask("hello", {}, timeout))

    def ping(self, *, timeout: float | None = 10.0) -> str:
        """Returns "pong", if the host answers."""
        return str(self._ask("ping", {}, timeout))

    def describe(self, app: str | None = None, *, timeout: float | None = 10.0) -> dict[str, Any]:
        """The apps with their actions and parameters, or one app."""
        return dict(self._ask("describe", {} if app is None else {"app_path": app}, timeout))

    def status(self, *, timeout: float | None = 10.0) -> dict[str, Any]:
        """The host's workers and apps, as ``dirty status --json`` shows them."""
        return dict(self._ask("status", {}, timeout))

    # What the verbs are made of

    def _run(self, request: Request, cancellation: Cancellation | None) -> Any:
        attempts = Attempts(request, self.retry)
        while True:
            try:
                return self._attempt(request, attempts, cancellation)
            except DirtyError as error:
                delay = attempts.delay(error)
                if delay is None:
                    raise
            if cancellation is None:
                time.sleep(delay)
            else:
                cancellation.sleep(delay, request)

    def _attempt(self, request: Request, attempts: Attempts, cancellation: Cancellation | None) -> Any:
        deadline = attempts.deadline
        try:
            connection, waiter = self._enter(deadline)
        except TimeoutError:
            raise gave_up(request, "no") from None
        try:
            if cancellation is not None:
                cancellation.check(request)
            pieces = request.frame(waiter.id, connection.limits, attempts.remaining)
            connection.link.lend(waiter.id, request.area)
            connection.send_call(pieces, deadline, request)
            if cancellation is not None:
                cancellation.sent(lambda: connection.cancel(waiter))
            reply = connection.answer(waiter, deadline, request)
        except DirtyError:
            raise
        except BaseException:
            # Ctrl-C, most likely: nobody waits for the answer any more.
            connection.cancel(waiter)
            raise
        finally:
            if cancellation is not None:
                cancellation.sent(None)
            connection.leave(waiter)
            connection.link.lend(waiter.id, None)
        if reply.error is not None:
            raise reply.error
        if reply.kind == "response":
            return reply.value
        if not reply.is_last:
            connection.cancel(waiter)
        raise DirtyProtocolError(
            f"{request.name} answers with a stream: take it by the client's stream method",
            executed="maybe",
            details=request.error_details(streams=True),
        )

    def _ask(self, kind: str, members: dict[str, str], timeout: float | None) -> Any:
        request = Request("the host", kind, (), {}, timeout=timeout)
        attempts = Attempts(request, self.retry)
        while True:
            try:
                connection, waiter = self._enter(attempts.deadline)
                try:
                    reply = connection.ask(kind, members, waiter, attempts.deadline)
                finally:
                    connection.leave(waiter)
                if reply.error is not None:
                    raise reply.error
                return reply.value
            except TimeoutError:
                raise DirtyTimeoutError(
                    f"the host doesn't answer {kind} within {timeout} s", executed="no", details={"timeout": timeout}
                ) from None
            except DirtyConnectionError as error:
                # Questions run nothing.
                error.executed = error.details["executed"] = "no"
                delay = attempts.delay(error)
                if delay is None:
                    raise
                time.sleep(delay)

    # Connections

    def _enter(self, deadline: float | None) -> tuple[Connection, Waiter]:
        """A place for a call, on a connection that is made if need be. Raises TimeoutError at the deadline."""
        while True:
            with self._lock:
                self._check_open()
                for connection in list(self._connections):
                    waiter = connection.enter()
                    if waiter is not None:
                        return connection, waiter
                    if not connection.is_usable:
                        self._connections.remove(connection)
                connecting = self._connecting
                if connecting is None:
                    self._connecting = Future()
            if connecting is None:
                self._connect(deadline)
            else:
                _await(connecting, deadline)

    def _connect(self, deadline: float | None) -> None:
        """Makes another connection, for all who wait for one."""
        error: DirtyError = DirtyConnectionError("connecting was interrupted", executed="no")
        connection = None
        try:
            connection = Connection(*open_link(self._location, deadline, self._shares))
        except DirtyError as failure:
            error = failure
            raise
        finally:
            with self._lock:
                connecting, self._connecting = self._connecting, None
                if connection is not None and self._is_closed:
                    connection.close(DirtyConnectionError("the client was closed"))
                elif connection is not None:
                    self._connections.append(connection)
            if connecting is not None and connection is not None:
                connecting.set_result(None)
            elif connecting is not None:
                connecting.set_exception(error)

    def _take_link(self, deadline: float | None) -> tuple[Link, Limits]:
        """A connection for a stream alone."""
        with self._lock:
            self._check_open()
            while self._idle:
                link, limits = self._idle.pop()
                if link.is_quiet:
                    return link, limits
                link.close()
        return open_link(self._location, deadline, self._shares)

    def _give_link(self, link: Link, limits: Limits) -> None:
        """Keeps a stream's connection for the next one."""
        with self._lock:
            if not self._is_closed and len(self._idle) < _IDLE_LINKS and link.is_quiet:
                self._idle.append((link, limits))
                return
        link.close()

    def _check_open(self) -> None:
        if self._is_closed:
            raise DirtyError("the client is closed; make another", executed="no")


def _await(connecting: Future[None], deadline: float | None) -> None:
    """Waits for a connection that another thread makes; shares its failure."""
    try:
        failure = connecting.exception(None if deadline is None else max(deadline - time.monotonic(), 0))
    except Exception:
        # concurrent.futures has a TimeoutError of its own before Python 3.11.
        raise TimeoutError from None
    if isinstance(failure, DirtyError):
        raise type(failure)(failure.message, executed=failure.executed, details=failure.details)


# A fork copies the connections but not the threads that use them, nor what they were about to do.
_clients: weakref.WeakSet[Client] = weakref.WeakSet()


def _after_fork() -> None:
    for client in _clients:
        client._forget()


os.register_at_fork(after_in_child=_after_fork)
