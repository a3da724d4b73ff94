"""The client for asyncio, and its streams."""

from __future__ import annotations

import asyncio
import os
import weakref
from collections.abc import AsyncIterator, Mapping
from typing import Any

from .aio_connection import AsyncConnection, open_link, receive, send_all, settle, within
from .base import DEFAULT, BaseClient, Timeout
from .errors import DirtyCancelledError, DirtyConnectionError, DirtyError, DirtyProtocolError, DirtyTimeoutError
from .frames import Reply
from .link import Link, Unsent
from .messages import Limits, Request, small_frame
from .retry import Attempts, RetryPolicy
from .waiting import gave_up

__all__ = ["AsyncClient", "AsyncStream"]

# Connections kept for the next streams.
_IDLE_LINKS = 4
_STREAM_ID = 1


class AsyncClient(BaseClient):
    """Calls the apps of a host, from asyncio.

    Tasks share a client: their calls go over one connection at the same time, which is made with the first call, and
    again when the host has been restarted. Cancelling a task cancels its call. A client belongs to one event loop at a
    time: it may be used in another once the first is closed. For the parameters see ``Client``.
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
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = os.getpid()
        self._connections: list[AsyncConnection] = []
        self._connecting: asyncio.Task[None] | None = None
        self._idle: list[tuple[Link, Limits]] = []
        self._streams: weakref.WeakSet[AsyncStream] = weakref.WeakSet()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Ends the connections; calls in flight fail, and later ones too."""
        self._is_closed = True
        connections, self._connections = self._connections, []
        for connection in connections:
            connection.close(DirtyConnectionError("the client was closed"))
        for stream in list(self._streams):
            await stream.aclose()
        for link, _ in self._idle:
            link.close()
        self._idle.clear()
        if self._connecting is not None and self._loop is asyncio.get_running_loop():
            self._connecting.cancel()
            await asyncio.wait([self._connecting])

    # Calls

    async def call(
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
        """Calls an action of an app and returns its result; see ``Client.call``."""
        request = self._request(app, action, args, named, kwargs, timeout, affinity, traceparent, answer_bytes)
        attempts = Attempts(request, self.retry)
        while True:
            try:
                return await self._attempt(request, attempts)
            except DirtyError as error:
                delay = attempts.delay(error)
                if delay is None:
                    raise
            await asyncio.sleep(delay)

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
    ) -> AsyncStream:
        """An asynchronous iterator over the chunks of an action that streams; see ``Client.stream``."""
        request = self._request(app, action, args, named, kwargs, timeout, affinity, traceparent)
        stream = AsyncStream(self, request)
        self._streams.add(stream)
        return stream

    # The host

    async def hello(self, *, timeout: float | None = 10.0) -> dict[str, Any]:
        """The host's version, limits and features."""
        return dict(await self._ask("hello", {}, timeout))

    async def ping(self, *, timeout: float | None = 10.0) -> str:
        """Returns "pong", if the host answers."""
        return str(await self._ask("ping", {}, timeout))

    async def describe(self, app: str | None = None, *, timeout: float | None = 10.0) -> dict[str, Any]:
        """The apps with their actions and parameters, or one app."""
        return dict(await self._ask("describe", {} if app is None else {"app_path": app}, timeout))

    async def status(self, *, timeout: float | None = 10.0) -> dict[str, Any]:
        """The host's workers and apps, as ``dirty status --json`` shows them."""
        return dict(await self._ask("status", {}, timeout))

    # What the verbs are made of

    async def _attempt(self, request: Request, attempts: Attempts) -> Any:
        deadline = attempts.deadline
        try:
            connection = await self._connection(deadline)
        except TimeoutError:
            raise gave_up(request, "no") from None
        request_id, answer = connection.enter()
        try:
            pieces = request.frame(request_id, connection.limits, attempts.remaining)
            connection.link.lend(request_id, request.area)
            reply = await connection.exchange(request_id, answer, pieces, deadline)
        except TimeoutError:
            raise gave_up(request, "maybe") from None
        finally:
            connection.leave(request_id)
            connection.link.lend(request_id, None)
        if reply.error is not None:
            raise reply.error
        if reply.kind == "response":
            return reply.value
        if not reply.is_last:
            connection.cancel(request_id)
        raise DirtyProtocolError(
            f"{request.name} answers with a stream: take it by the client's stream method",
            executed="maybe",
            details=request.error_details(streams=True),
        )

    async def _ask(self, kind: str, members: dict[str, str], timeout: float | None) -> Any:
        attempts = Attempts(Request("the host", kind, (), {}, timeout=timeout), self.retry)
        while True:
            try:
                connection = await self._connection(attempts.deadline)
                request_id, answer = connection.enter()
                try:
                    pieces = small_frame(kind, request_id, **members)
                    reply = await connection.exchange(request_id, answer, pieces, attempts.deadline)
                finally:
                    connection.leave(request_id)
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
            await asyncio.sleep(delay)

    # Connections

    async def _connection(self, deadline: float | None) -> AsyncConnection:
        """A connection with room, which is made if need be. Raises TimeoutError at the deadline."""
        while True:
            self._enter_loop()
            self._connections = [connection for connection in self._connections if connection.has_not_ended()]
            for connection in self._connections:
                if not connection.is_full:
                    return connection
            await self._connected(deadline)

    async def _connected(self, deadline: float | None) -> None:
        """Waits for a connection to be made, for all tasks that need one."""
        loop = asyncio.get_running_loop()
        connecting = self._connecting
        if connecting is None:
            # A task of its own, so that cancelling one caller doesn't fail the others.
            connecting = self._connecting = loop.create_task(self._connect())
            connecting.add_done_callback(self._ended_connecting)
        made: asyncio.Future[None] = loop.create_future()
        connecting.add_done_callback(lambda _: settle(made))
        await within(made, deadline)
        failure = None if connecting.cancelled() else connecting.exception()
        if isinstance(failure, DirtyError):
            raise type(failure)(failure.message, executed=failure.executed, details=failure.details)
        if failure is not None:
            raise failure

    async def _connect(self) -> None:
        connection = AsyncConnection(*await open_link(self._location, self._shares))
        if self._is_closed:
            connection.close(DirtyConnectionError("the client was closed"))
        else:
            self._connections.append(connection)

    def _ended_connecting(self, connecting: asyncio.Task[None]) -> None:
        self._connecting = None
        if not connecting.cancelled():
            # Looked at even if all who waited have gone, or asyncio would complain.
            connecting.exception()

    async def _take_link(self) -> tuple[Link, Limits]:
        """A connection for a stream alone."""
        self._enter_loop()
        while self._idle:
            link, limits = self._idle.pop()
            if link.is_quiet:
                return link, limits
            link.close()
        return await open_link(self._location, self._shares)

    def _give_link(self, link: Link, limits: Limits) -> None:
        """Keeps a stream's connection for the next one."""
        if not self._is_closed and len(self._idle) < _IDLE_LINKS and link.is_quiet:
            self._idle.append((link, limits))
        else:
            link.close()

    def _enter_loop(self) -> None:
        """Makes sure that connections of another loop, or of a parent process, are not used."""
        if self._is_closed:
            raise DirtyError("the client is closed; make another", executed="no")
        loop = asyncio.get_running_loop()
        if loop is self._loop and self._process == os.getpid():
            return
        if self._loop is not None and not self._loop.is_closed() and self._process == os.getpid():
            raise RuntimeError("an AsyncClient belongs to one event loop, and this is another: make a client for each")
        for link in [*(connection.link for connection in self._connections), *(link for link, _ in self._idle)]:
            link.close()
        self._loop = loop
        self._process = os.getpid()
        self._connections = []
        self._connecting = None
        self._idle = []


class AsyncStream(AsyncIterator[Any]):
    """The chunks of a call, as they come, for one task.

    The call begins with the first chunk that is asked for. To leave it early is to cancel it: by ``aclose``, at the end
    of an ``async with``, by cancelling the task, or by dropping the last reference.
    """

    def __init__(self, client: AsyncClient, request: Request) -> None:
        self._client = client
        self._request = request
        self._attempts: Attempts | None = None
        self._link: tuple[Link, Limits] | None = None
        self._has_chunks = False
        self._is_ended = False
        self._is_busy = False

    def __del__(self) -> None:
        if self._link is not None:
            self._link[0].close()

    async def __aenter__(self) -> AsyncStream:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __aiter__(self) -> AsyncStream:
        return self

    async def __anext__(self) -> Any:
        if self._is_ended:
            raise StopAsyncIteration
        if self._is_busy:
            raise RuntimeError("another task waits for this stream's next chunk; a stream is for one task at a time")
        self._is_busy = True
        try:
            return await self._next()
        finally:
            self._is_busy = False

    async def aclose(self) -> None:
        """Leaves the stream; a call that is still running is cancelled. Nothing happens if it has ended."""
        self._is_ended = True
        link, self._link = self._link, None
        if link is not None:
            link[0].close()

    async def _next(self) -> Any:
        if self._attempts is None:
            self._attempts = Attempts(self._request, self._client.retry)
        while True:
            reply = None
            try:
                reply = await self._next_reply(self._attempts)
                if reply.error is not None:
                    raise reply.error
            except DirtyError as error:
                if self._is_ended:
                    raise self._closed() from None
                self._leave(is_reusable=reply is not None)
                delay = None if self._has_chunks else self._attempts.delay(error)
                if delay is None:
                    self._is_ended = True
                    raise
                await asyncio.sleep(delay)
                continue
            except BaseException:
                # The task is cancelled, most likely.
                await self.aclose()
                raise
            if reply.kind == "chunk":
                self._has_chunks = True
                return reply.value
            self._is_ended = True
            self._leave(is_reusable=True)
            # A call that answers with a single result; one without chunks answers null.
            if reply.value is not None:
                return reply.value
            raise StopAsyncIteration

    async def _next_reply(self, attempts: Attempts) -> Reply:
        if self._link is None:
            self._link = await self._client._take_link()
            await self._begin(*self._link, attempts)
        link, _ = self._link
        if link.is_inherited:
            raise DirtyConnectionError("the stream belongs to the process that began it, before the fork")
        try:
            return await receive(link, attempts.deadline)
        except TimeoutError:
            link.close()
            raise gave_up(self._request, "maybe") from None

    async def _begin(self, link: Link, limits: Limits, attempts: Attempts) -> None:
        pieces = self._request.frame(_STREAM_ID, limits, attempts.remaining)
        try:
            await send_all(link, Unsent(pieces), attempts.deadline)
        except TimeoutError:
            link.close()
            raise gave_up(self._request, "no") from None
        except DirtyConnectionError as error:
            raise DirtyConnectionError(error.message, executed="no", details={"socket_path": link.path}) from None

    def _leave(self, is_reusable: bool) -> None:
        """Is done with the connection, which may serve the next stream."""
        link, self._link = self._link, None
        if link is None:
            return
        if is_reusable:
            self._client._give_link(*link)
        else:
            link[0].close()

    def _closed(self) -> DirtyCancelledError:
        return DirtyCancelledError(
            f"the stream {self._request.name} was closed by another task", details=self._request.error_details()
        )
