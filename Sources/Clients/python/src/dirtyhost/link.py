"""One socket to the host, with frames in both directions; it never waits."""

from __future__ import annotations

import os
import socket
import threading
from collections import deque
from itertools import islice

from .errors import DirtyConnectionError
from .frames import FrameReader, Reply
from .memory import SharedFile

__all__ = ["Link", "Unsent"]

# Far below IOV_MAX, and as many as any call but the oddest has.
_PIECES_AT_ONCE = 64


class Unsent:
    """What of a frame is still to be sent."""

    def __init__(self, pieces: list[memoryview]) -> None:
        self._pieces = deque(piece for piece in pieces if len(piece))
        self.has_begun = False

    @property
    def is_empty(self) -> bool:
        """Whether the kernel has taken all of it."""
        return not self._pieces

    def some(self) -> list[memoryview]:
        """What to send next."""
        return list(islice(self._pieces, _PIECES_AT_ONCE))

    def sent(self, count: int) -> None:
        """Takes off so many bytes."""
        self.has_begun = self.has_begun or count > 0
        while count:
            piece = self._pieces.popleft()
            if count < len(piece):
                self._pieces.appendleft(piece[count:])
                return
            count -= len(piece)


class Link:
    """A connected socket that doesn't block.

    One thread may receive while another sends. Threads hold the link while they use it, and its descriptor is closed
    only when none does, so that no thread finds another's file under its number.
    """

    def __init__(self, endpoint: socket.socket, path: str | None) -> None:
        self.path = path
        self._endpoint = endpoint
        self._reader = FrameReader()
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._holders = 0
        self._is_closed = False

    def __del__(self) -> None:
        self._endpoint.close()

    def fileno(self) -> int:
        """The descriptor, to wait on."""
        return self._endpoint.fileno()

    @property
    def is_inherited(self) -> bool:
        """Whether it came over a fork: then it is the parent's, and must not be used."""
        return os.getpid() != self._process

    def hold(self) -> None:
        """Keeps the descriptor open until ``release``. Raises DirtyConnectionError if the link is closed."""
        with self._lock:
            if self._is_closed:
                raise self.lost("it was closed")
            self._holders += 1

    def release(self) -> None:
        """Is done with the link for now."""
        with self._lock:
            self._holders -= 1
            if self._is_closed and self._holders == 0:
                self._endpoint.close()

    def close(self) -> None:
        """Ends the connection, which the host takes as cancelling its calls; whoever holds the link finds it ended."""
        if self.is_inherited:
            # To shut it down would end the parent's connection; and those who held it are not in this process.
            self._endpoint.close()
            return
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            try:
                self._endpoint.shutdown(socket.SHUT_RDWR)
            except OSError:
                # The host has ended it already.
                pass
            if self._holders == 0:
                self._endpoint.close()

    def end_sending(self) -> None:
        """Says that no more is sent; answers still come."""
        try:
            self._endpoint.shutdown(socket.SHUT_WR)
        except OSError:
            # The host has ended it already.
            pass

    def lend(self, request_id: int, area: SharedFile | None) -> None:
        """Has the answer to a request taken from memory, as far as it is there; None ends that."""
        if area is None:
            self._reader.areas.pop(request_id, None)
        else:
            self._reader.areas[request_id] = area

    def next(self) -> Reply | None:
        """The next reply of what has been received."""
        return self._reader.next()

    def receive(self) -> bool:
        """Takes in what has come; False if nothing has. Raises DirtyConnectionError at the connection's end."""
        try:
            count = self._endpoint.recv_into(self._reader.space())
        except (BlockingIOError, InterruptedError):
            return False
        except OSError as error:
            raise self.lost(error.strerror or str(error)) from None
        if count == 0:
            raise self.lost("the host closed the connection")
        self._reader.received(count)
        return True

    def send(self, unsent: Unsent) -> bool:
        """Sends what the kernel takes; whether that was all. Raises DirtyConnectionError at the connection's end."""
        while not unsent.is_empty:
            try:
                unsent.sent(self._endpoint.sendmsg(unsent.some(), (), socket.MSG_NOSIGNAL))
            except (BlockingIOError, InterruptedError):
                return False
            except OSError as error:
                raise self.lost(error.strerror or str(error)) from None
        return True

    @property
    def is_quiet(self) -> bool:
        """Whether it is open and nothing has come: what an idle connection must be to be used again."""
        return self._peek() is None

    @property
    def is_ended(self) -> bool:
        """Whether the next thing to come is the connection's end."""
        return self._peek() == b""

    def _peek(self) -> bytes | None:
        try:
            return self._endpoint.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except (BlockingIOError, InterruptedError):
            return None
        except OSError:
            return b""

    def lost(self, why: str) -> DirtyConnectionError:
        """The error of a connection that is no more."""
        details = {} if self.path is None else {"socket_path": self.path}
        where = "" if self.path is None else f" at {self.path}"
        return DirtyConnectionError(f"the connection to the host{where} is lost: {why}", details=details)
