"""One connection that many asyncio tasks share, and waiting on links without a thread."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Any, Callable, TypeVar

from .errors import DirtyConnectionError, DirtyError
from .frames import Reply
from .link import Link, Unsent
from .location import Location
from .messages import Limits, hello_frame, small_frame
from .waiting import BUSY_SECONDS, CONNECT_SECONDS, no_hello

__all__ = ["AsyncConnection", "open_link", "receive", "send_all", "settle", "within"]

_T = TypeVar("_T")


class AsyncConnection:
    """A link shared by the tasks of one event loop, each call under an id of its own."""

    def __init__(self, link: Link, limits: Limits) -> None:
        self.link = link
        self.limits = limits
        self.is_usable = True
        self._loop = asyncio.get_running_loop()
        self._next_id = 1
        self._pending: dict[int, asyncio.Future[Reply]] = {}
        self._outgoing: deque[tuple[Unsent, asyncio.Future[None] | None]] = deque()
        self._last_words: DirtyError | None = None
        self._loop.add_reader(link.fileno(), self._readable)

    def has_not_ended(self) -> bool:
        """Whether it may be used; one that is idle is looked at, as its end may have come unseen."""
        if self.is_usable and not self._pending and self.link.is_ended:
            self._fail(self.link.lost("the host closed the connection"))
        return self.is_usable

    @property
    def is_full(self) -> bool:
        """Whether it has as many calls in flight as the host takes."""
        return len(self._pending) >= self.limits.calls

    def enter(self) -> tuple[int, asyncio.Future[Reply]]:
        """A place for one call: its id and its answer to be. Every place is left again by ``leave``."""
        request_id, answer = self._next_id, self._loop.create_future()
        self._next_id += 1
        self._pending[request_id] = answer
        return request_id, answer

    def leave(self, request_id: int) -> None:
        """Gives the place up; an answer that still comes is dropped."""
        self._pending.pop(request_id, None)

    async def exchange(
        self, request_id: int, answer: asyncio.Future[Reply], pieces: list[memoryview], deadline: float | None
    ) -> Reply:
        """Sends a message and waits for its answer; one that nobody waits for any more is cancelled.

        Raises TimeoutError at the deadline, and a DirtyError with ``executed`` "no" if the host has not got the
        message.
        """
        unsent = Unsent(pieces)
        try:
            await self._send(unsent, deadline)
            return await within(answer, deadline)
        except (asyncio.CancelledError, TimeoutError):
            if unsent.has_begun:
                # What is left of it still goes out, then this.
                self.cancel(request_id)
            raise

    def cancel(self, request_id: int) -> None:
        """Takes a call back; its answer still comes."""
        self._post(Unsent(small_frame("cancel", request_id)), None)

    def close(self, error: DirtyError) -> None:
        """Ends the connection; calls in flight fail with an error like the one given."""
        if self._loop.is_closed() or self.link.is_inherited:
            # There is nobody to tell, and the loop's own poll is gone or the parent's.
            self.is_usable = False
            self.link.close()
            return
        self._fail(error)

    # Sending

    async def _send(self, unsent: Unsent, deadline: float | None) -> None:
        sent: asyncio.Future[None] = self._loop.create_future()
        self._post(unsent, sent)
        if sent.done():
            return sent.result()
        try:
            await within(sent, deadline)
        finally:
            if not unsent.has_begun:
                self._outgoing = deque(item for item in self._outgoing if item[0] is not unsent)

    def _post(self, unsent: Unsent, sent: asyncio.Future[None] | None) -> None:
        self._outgoing.append((unsent, sent))
        if len(self._outgoing) == 1:
            self._flush()
            if self._outgoing:
                self._loop.add_writer(self.link.fileno(), self._writable)

    def _writable(self) -> None:
        self._flush()
        if not self._outgoing:
            self._loop.remove_writer(self.link.fileno())

    def _flush(self) -> None:
        try:
            while self._outgoing and self.link.send(self._outgoing[0][0]):
                _, sent = self._outgoing.popleft()
                if sent is not None and not sent.done():
                    sent.set_result(None)
        except DirtyConnectionError as error:
            # What was sent may still be answered: the connection's end is for the reader to find.
            self.is_usable = False
            self._refuse_outgoing(error)

    def _refuse_outgoing(self, error: DirtyError) -> None:
        outgoing, self._outgoing = self._outgoing, deque()
        for _, sent in outgoing:
            if sent is not None and not sent.done():
                sent.set_exception(_like(error, "no"))

    # Receiving

    def _readable(self) -> None:
        try:
            self.link.receive()
            while (reply := self.link.next()) is not None:
                self._hand_out(reply)
        except DirtyError as error:
            self._fail(error)

    def _hand_out(self, reply: Reply) -> None:
        if reply.id is None and reply.error is not None:
            self._last_words = reply.error
            return
        # Unknown are the answers to calls that nobody waits for any more, and the rest of a mistaken stream.
        answer = self._pending.pop(reply.id, None) if type(reply.id) is int else None
        if answer is not None and not answer.done():
            answer.set_result(reply)

    def _fail(self, error: DirtyError) -> None:
        self.is_usable = False
        if self.link.fileno() >= 0:
            self._loop.remove_reader(self.link.fileno())
            self._loop.remove_writer(self.link.fileno())
        self.link.close()
        if self._last_words is not None and isinstance(error, DirtyConnectionError):
            error = DirtyConnectionError(f"{error.message}, saying: {self._last_words.message}", details=error.details)
        self._refuse_outgoing(error)
        pending, self._pending = self._pending, {}
        for answer in pending.values():
            if not answer.done():
                answer.set_exception(_like(error, "maybe"))


async def within(future: asyncio.Future[_T], deadline: float | None) -> _T:
    """Waits for the future, which nobody else waits for. Raises TimeoutError at the deadline."""
    if deadline is None or future.done():
        return await future

    def expire() -> None:
        if not future.done():
            future.set_exception(TimeoutError())

    # A delay, as the loop's clock need not be ours.
    timer = future.get_loop().call_later(max(deadline - time.monotonic(), 0), expire)
    try:
        return await future
    finally:
        timer.cancel()


async def open_link(location: Location, shares: bool = False) -> tuple[Link, Limits]:
    """A connection on which hello has been said. Raises DirtyConnectionError with ``executed`` "no"."""
    deadline = time.monotonic() + CONNECT_SECONDS
    while (link := location.try_connect()) is None:
        if time.monotonic() >= deadline:
            raise no_hello(location, "it is too busy to accept connections")
        await asyncio.sleep(BUSY_SECONDS)
    try:
        await send_all(link, Unsent(hello_frame(shares)), deadline)
        reply = await receive(link, deadline)
        if reply.error is not None:
            raise reply.error
        return link, Limits.from_hello(reply.value)
    except TimeoutError:
        link.close()
        raise no_hello(location, "it doesn't answer") from None
    except DirtyError as error:
        link.close()
        raise no_hello(location, error.message) from None
    except BaseException:
        link.close()
        raise


async def send_all(link: Link, unsent: Unsent, deadline: float | None) -> None:
    """Sends all of a frame, on a link that nobody else uses. Raises TimeoutError at the deadline."""
    loop = asyncio.get_running_loop()
    link.hold()
    try:
        while not link.send(unsent):
            await _ready(link, deadline, loop.add_writer, loop.remove_writer)
    finally:
        link.release()


async def receive(link: Link, deadline: float | None) -> Reply:
    """The next reply, on a link that nobody else uses. Raises TimeoutError at the deadline."""
    loop = asyncio.get_running_loop()
    link.hold()
    try:
        while (reply := link.next()) is None:
            if not link.receive():
                await _ready(link, deadline, loop.add_reader, loop.remove_reader)
        return reply
    finally:
        link.release()


async def _ready(link: Link, deadline: float | None, add: Callable[..., Any], remove: Callable[[int], object]) -> None:
    ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    add(link.fileno(), settle, ready)
    try:
        await within(ready, deadline)
    finally:
        remove(link.fileno())


def settle(future: asyncio.Future[None]) -> None:
    """Says that what the future waits for has come, to whoever still waits."""
    if not future.done():
        future.set_result(None)


def _like(error: DirtyError, executed: str) -> DirtyError:
    """An error of its own for each call, as they are raised in tasks of their own."""
    details = {name: value for name, value in error.details.items() if name not in ("executed", "error_type")}
    return type(error)(error.message, executed=executed, details=details)
