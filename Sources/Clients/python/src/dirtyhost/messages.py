"""What a client sends: requests, with what the host's limits say of them, and the small messages."""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import DirtyProtocolError
from .memory import SharedFile, Sharing
from .values import Outgoing

__all__ = ["Limits", "Request", "hello_frame", "small_frame"]

_LENGTH = struct.Struct(">I")
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[][{}]')


@dataclass(frozen=True)
class Limits:
    """What the host takes, as its answer to hello says.

    A message beyond them costs the connection, and with it the calls of other threads; so they are checked here.
    """

    frame_bytes: int = 64 << 20
    calls: int = 1024
    attachments: int = 1024
    attachment_bytes: int = 1 << 30
    depth: int = 512
    # None if all bytes are sent.
    sharing: Sharing | None = None

    @staticmethod
    def from_hello(hello: Any) -> Limits:
        """The limits in an answer to hello; the usual ones where it names none."""
        limits = hello.get("limits") if isinstance(hello, dict) else None
        limits = limits if isinstance(limits, dict) else {}

        def limit(name: str, usual: int) -> int:
            value = limits.get(name)
            return value if type(value) is int and value > 0 else usual

        return Limits(
            limit("max_frame_bytes", Limits.frame_bytes),
            limit("max_calls_per_connection", Limits.calls),
            limit("max_attachments", Limits.attachments),
            limit("max_attachment_bytes", Limits.attachment_bytes),
            limit("max_depth", Limits.depth),
            Sharing.from_hello(hello),
        )


class Request:
    """One call, ready to be sent any number of times.

    Raises TypeError or ValueError for arguments that JSON can't say.
    """

    def __init__(
        self,
        app: str,
        action: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        *,
        timeout: float | None = None,
        affinity: str | None = None,
        traceparent: str | None = None,
        answer_bytes: int | None = None,
    ) -> None:
        if timeout is not None and not timeout > 0:
            raise ValueError(f"timeout must be a number of seconds above 0, or None for none; it is {timeout!r}")
        self.app = app
        self.action = action
        self.timeout = None if timeout == math.inf else timeout
        outgoing = Outgoing()
        members: dict[str, Any] = {"app_path": app, "action": action, "args": list(args)}
        if kwargs:
            members["kwargs"] = dict(kwargs)
        if affinity is not None:
            members["affinity"] = affinity
        if traceparent is not None:
            members["traceparent"] = traceparent
        # Behind the braces of what goes before: id and timeout, which differ from one sending to the next.
        self._members = outgoing.text(members)[1:]
        self._attachments = outgoing.attachments
        sizes = ",".join(str(len(attachment)) for attachment in self._attachments)
        self._sizes = b'"attachments":[%b],' % sizes.encode()
        self._checked: Limits | None = None
        # What is shared, where the host grants it: memory by the attachment's number, and that for the answer.
        self._shared: dict[int, SharedFile] = {}
        self._answer_bytes = answer_bytes
        self.area: SharedFile | None = None
        self._sharing: Sharing | None = None

    def frame(self, request_id: int, limits: Limits, remaining: float | None) -> list[memoryview]:
        """The frame in pieces; ``remaining`` is what is left of the timeout.

        Raises DirtyProtocolError if the host would not take it.
        """
        timeout = b'"timeout":%b,' % repr(float(remaining)).encode() if remaining is not None else b""
        self._share(limits.sharing)
        head = b'{"type":"request","id":%d,%b%b' % (request_id, timeout, self._places())
        length = len(head) + len(self._members)
        if self._checked is not limits:
            self._check(length, limits)
            self._checked = limits
        start = _LENGTH.pack(length) + head
        if len(self._members) < 1 << 16:
            return [memoryview(start + self._members), *self._sent()]
        return [memoryview(start), memoryview(self._members), *self._sent()]

    def sends_after_all(self) -> bool:
        """Has what was shared be sent from now on, on that connection too; False if nothing was."""
        if not self._shared and self.area is None:
            return False
        if self._sharing is not None:
            self._sharing.is_on = False
        self._share(None)
        return True

    def _share(self, sharing: Sharing | None) -> None:
        """Puts large attachments into memory, if that has been granted; those that can't be are sent."""
        if sharing is None or not sharing.is_on:
            self._shared, self.area, self._sharing = {}, None, None
            return
        self._sharing = sharing
        try:
            for number, attachment in enumerate(self._attachments):
                if len(attachment) >= sharing.least_bytes and number not in self._shared:
                    self._shared[number] = SharedFile.holding(attachment)
            if self._answer_bytes:
                # Never one that an earlier attempt gave away: whoever had that may still write to it.
                self.area = SharedFile.for_answer(self._answer_bytes)
        except OSError:
            # There is no memory, or no descriptor, for more of it.
            pass

    def _places(self) -> bytes:
        """The members that say where the bytes are, and a comma."""
        if not self._shared and self.area is None:
            return self._sizes
        places = [
            self._shared[number].place if number in self._shared else len(attachment)
            for number, attachment in enumerate(self._attachments)
        ]
        members: dict[str, Any] = {"attachments": places}
        if self.area is not None:
            members["answer_area"] = self.area.place
        return json.dumps(members, separators=(",", ":"))[1:-1].encode() + b","

    def _sent(self) -> list[memoryview]:
        return [attachment for number, attachment in enumerate(self._attachments) if number not in self._shared]

    def error_details(self, **more: Any) -> dict[str, Any]:
        """Details for an error of this call."""
        return {**more, "app_path": self.app, "action": self.action}

    @property
    def name(self) -> str:
        """The call, in words."""
        return f"{self.action} of {self.app}"

    def _check(self, length: int, limits: Limits) -> None:
        if length > limits.frame_bytes:
            raise self._too_large(
                f"its arguments make a frame of {length} bytes; the host takes {limits.frame_bytes} (dirty_max_frame). "
                "Large data goes as bytes, which are not counted"
            )
        if len(self._attachments) > limits.attachments:
            raise self._too_large(f"it has {len(self._attachments)} bytes values; the host takes {limits.attachments}")
        total = sum(len(attachment) for attachment in self._attachments)
        if total > limits.attachment_bytes:
            raise self._too_large(f"it has {total} bytes as bytes; the host takes {limits.attachment_bytes}")
        if _is_deeper(self._members, limits.depth - 1):
            raise self._too_large(f"its arguments are nested deeper than {limits.depth - 2}")

    def _too_large(self, why: str) -> DirtyProtocolError:
        return DirtyProtocolError(
            f"{self.name} was not sent: {why}", executed="no", details=self.error_details(what="too_large")
        )


def hello_frame(shares: bool) -> list[memoryview]:
    """The frame of the hello that a connection begins with; ``shares`` asks for shared memory."""
    return small_frame("hello", 0, **({"shared_memory": True} if shares else {}))


def small_frame(kind: str, request_id: int, **members: Any) -> list[memoryview]:
    """The frame of a message other than a request."""
    text = json.dumps({"type": kind, "id": request_id, **members}).encode()
    return [memoryview(_LENGTH.pack(len(text)) + text)]


def _is_deeper(members: bytes, limit: int) -> bool:
    """Whether containers within the message's own object lie deeper within each other than the limit."""
    if members.count(b"[") + members.count(b"{") <= limit:
        return False
    depth = deepest = 0
    for match in _BRACKETS.finditer(members):
        if match.group() in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif match.group() in b"]}":
            depth -= 1
    return deepest > limit
