"""Waiting on links, for threads."""

from __future__ import annotations

import select
import time

from .errors import DirtyConnectionError, DirtyError, DirtyTimeoutError
from .frames import Reply
from .link import Link, Unsent
from .location import Location
from .messages import Limits, Request, hello_frame

__all__ = [
    "BUSY_SECONDS",
    "CONNECT_SECONDS",
    "gave_up",
    "no_hello",
    "open_link",
    "receive",
    "send_all",
    "wait_until_readable",
]

# How long a host may take to accept a connection and to answer hello, where no call's timeout is shorter.
CONNECT_SECONDS = 10.0
# How long to let a busy host be: the kernel doesn't tell when its queue of connections has room again.
BUSY_SECONDS = 0.005


def open_link(location: Location, deadline: float | None, shares: bool = False) -> tuple[Link, Limits]:
    """A connection on which hello has been said; ``shares`` asks for shared memory.

    Raises DirtyConnectionError with ``executed`` "no".
    """
    latest = time.monotonic() + CONNECT_SECONDS
    deadline = latest if deadline is None else min(deadline, latest)
    while (link := location.try_connect()) is None:
        if time.monotonic() >= deadline:
            raise no_hello(location, "it is too busy to accept connections")
        time.sleep(BUSY_SECONDS)
    try:
        send_all(link, Unsent(hello_frame(shares)), deadline)
        reply = receive(link, deadline)
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


def send_all(link: Link, unsent: Unsent, deadline: float | None) -> None:
    """Sends all of a frame. Raises TimeoutError at the deadline."""
    link.hold()
    try:
        while not link.send(unsent):
            _wait(link, select.POLLOUT, deadline)
    finally:
        link.release()


def receive(link: Link, deadline: float | None) -> Reply:
    """The next reply, on a link that nobody else reads. Raises TimeoutError at the deadline."""
    link.hold()
    try:
        while (reply := link.next()) is None:
            if not link.receive():
                wait_until_readable(link, deadline)
        return reply
    finally:
        link.release()


def wait_until_readable(link: Link, deadline: float | None) -> None:
    """Waits until something has come to a link that is held, or it has ended. Raises TimeoutError at the deadline."""
    _wait(link, select.POLLIN, deadline)


def gave_up(request: Request, executed: str) -> DirtyTimeoutError:
    """The error of a call that the host didn't end in time, as it should have."""
    return DirtyTimeoutError(
        f"{request.name} has no answer after its timeout of {request.timeout} s, and the host doesn't say why",
        executed=executed,
        details=request.error_details(timeout=request.timeout),
    )


def no_hello(location: Location, why: str) -> DirtyConnectionError:
    """The error of a host that can be reached and is of no use."""
    details = {"socket_path": location.paths[0]} if len(location.paths) == 1 else {}
    where = " or ".join(location.paths)
    return DirtyConnectionError(f"the host at {where} takes no calls: {why}", executed="no", details=details)


def _wait(link: Link, events: int, deadline: float | None) -> None:
    poll = select.poll()
    poll.register(link.fileno(), events)
    if deadline is None:
        poll.poll()
        return
    # Rounded up, or the last millisecond would be spent in waits of none.
    remaining = int((deadline - time.monotonic()) * 1000) + 1
    if remaining <= 0 or not poll.poll(remaining):
        raise TimeoutError
