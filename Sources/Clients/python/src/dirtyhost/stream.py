"""Streams, for threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from .call import Cancellation
from .errors import DirtyCancelledError, DirtyConnectionError, DirtyError
from .frames import Reply
from .link import Link, Unsent
from .messages import Limits, Request, small_frame
from .retry import Attempts
from .waiting import gave_up, receive, send_all

if TYPE_CHECKING:
    from .client import Client

__all__ = ["Stream"]

_ID = 1
_CANCEL_SECONDS = 0.5


class Stream(Iterator[Any]):
    """The chunks of a call, as they come.

    One thread iterates; ``close`` and ``cancel`` may be called from any.
    """

    def __init__(self, client: Client, request: Request) -> None:
        self._client = client
        self._request = request
        self._attempts: Attempts | None = None
        self._cancellation = Cancellation()
        self._send_lock = threading.Lock()
        self._link: tuple[Link, Limits] | None = None
        self._has_chunks = False
        self._is_ended = False

    def __del__(self) -> None:
        if self._link is not None:
            self._link[0].close()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> Any:
        if self._is_ended:
            raise StopIteration
        if self._attempts is None:
            self._attempts = Attempts(self._request, self._client.retry)
        while True:
            reply = None
            try:
                reply = self._next_reply(self._attempts)
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
                self._cancellation.sleep(delay, self._request)
                continue
            except BaseException:
                # Ctrl-C, most likely.
                self.close()
                raise
            if reply.kind == "chunk":
                self._has_chunks = True
                return reply.value
            self._is_ended = True
            self._leave(is_reusable=True)
            # A call that answers with a single result; one without chunks answers null.
            if reply.value is not None:
                return reply.value
            raise StopIteration

    def close(self) -> None:
        """Leaves the stream; a call that is still running is cancelled. Nothing happens if it has ended."""
        self._is_ended = True
        self._cancellation.sent(None)
        link, self._link = self._link, None
        if link is not None:
            link[0].close()

    def cancel(self) -> None:
        """Takes the call back: whoever iterates gets what has come before, then DirtyCancelledError."""
        self._cancellation.cancel()

    def _next_reply(self, attempts: Attempts) -> Reply:
        deadline = attempts.deadline
        if self._link is None:
            self._cancellation.check(self._request)
            self._link = self._client._take_link(deadline)
            self._begin(*self._link, attempts)
        link, _ = self._link
        if link.is_inherited:
            raise DirtyConnectionError("the stream belongs to the process that began it, before the fork")
        try:
            return receive(link, deadline)
        except TimeoutError:
            link.close()
            raise gave_up(self._request, "maybe") from None

    def _begin(self, link: Link, limits: Limits, attempts: Attempts) -> None:
        pieces = self._request.frame(_ID, limits, attempts.remaining)
        try:
            with self._send_lock:
                send_all(link, Unsent(pieces), attempts.deadline)
        except TimeoutError:
            link.close()
            raise gave_up(self._request, "no") from None
        except DirtyConnectionError as error:
            raise DirtyConnectionError(error.message, executed="no", details={"socket_path": link.path}) from None
        self._cancellation.sent(partial(_cancel, link, self._send_lock))

    def _leave(self, is_reusable: bool) -> None:
        """Is done with the connection, which may serve the next stream."""
        self._cancellation.sent(None)
        link, self._link = self._link, None
        if link is None:
            return
        if is_reusable:
            self._client._give_link(*link)
        else:
            link[0].close()

    def _closed(self) -> DirtyCancelledError:
        return DirtyCancelledError(
            f"the stream {self._request.name} was closed by another thread", details=self._request.error_details()
        )


def _cancel(link: Link, send_lock: threading.Lock) -> None:
    # No method: a stream that held itself by this would not end with its last reference.
    try:
        with send_lock:
            send_all(link, Unsent(small_frame("cancel", _ID)), time.monotonic() + _CANCEL_SECONDS)
    except (DirtyError, TimeoutError):
        # The host takes nothing any more: the connection's end says it too.
        link.close()
