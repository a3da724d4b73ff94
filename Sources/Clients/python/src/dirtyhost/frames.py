"""Frames: four bytes of length, big-endian, then so many bytes of JSON, then the attachments that it announces."""

from __future__ import annotations

import json
import struct
from typing import Any, NamedTuple

from .errors import DirtyError, DirtyProtocolError, error_from_wire
from .memory import SharedFile
from .values import restore

__all__ = ["FrameReader", "Reply"]

_LENGTH = struct.Struct(">I")
# Beyond this no frame can be, or JSON could not be told from the binary form by its first byte.
_LONGEST_TEXT = (1 << 30) - 1
_SCRATCH_BYTES = 1 << 16


class Reply(NamedTuple):
    """One message from the host."""

    kind: str
    id: Any
    value: Any
    error: DirtyError | None

    @property
    def is_last(self) -> bool:
        """Whether nothing more comes for this id."""
        return self.kind != "chunk"


class FrameReader:
    """Makes replies of bytes as they come.

    Bytes are received into ``space()``, then told by ``received``; ``next`` gives what is complete. Large frames are
    received straight into memory of their own size.
    """

    def __init__(self) -> None:
        self._scratch = bytearray(_SCRATCH_BYTES)
        self._start = 0
        self._end = 0
        # A piece too large for the scratch space, and how much of it has come.
        self._large: bytearray | None = None
        self._filled = 0
        # What the next piece is: a length, a text of so many bytes, or the attachments of a message.
        self._text_bytes: int | None = None
        self._message: dict[str, Any] | None = None
        self._places: list[Any] = []
        # Where answers may be but behind the frame: memory by the request's id.
        self.areas: dict[Any, SharedFile] = {}

    def space(self) -> memoryview:
        """Where the next bytes belong; never empty."""
        if self._large is not None and self._filled < len(self._large):
            return memoryview(self._large)[self._filled :]
        if self._start:
            rest = self._end - self._start
            self._scratch[:rest] = self._scratch[self._start : self._end]
            self._start, self._end = 0, rest
        return memoryview(self._scratch)[self._end :]

    def received(self, count: int) -> None:
        """Says that so many bytes were put into the space."""
        if self._large is not None:
            self._filled += count
        else:
            self._end += count

    def next(self) -> Reply | None:
        """The next reply, or None until more bytes have come.

        Raises DirtyProtocolError for what is no reply; the connection is of no use then.
        """
        while True:
            if self._message is not None:
                piece = self._take(sum(place for place in self._places if type(place) is int))
                if piece is None:
                    return None
                message, self._message = self._message, None
                return _reply(message, self._attachments(message, piece))
            if self._text_bytes is None:
                piece = self._take(_LENGTH.size)
                if piece is None:
                    return None
                (self._text_bytes,) = _LENGTH.unpack(piece)
                if self._text_bytes > _LONGEST_TEXT:
                    raise _wrong(f"a frame of {self._text_bytes} bytes; is this the socket of a Dirty Host?")
            piece = self._take(self._text_bytes)
            if piece is None:
                return None
            self._text_bytes = None
            self._message = _message(piece)
            self._places = _places(self._message)

    def _attachments(self, message: dict[str, Any], piece: bytearray) -> list[bytes]:
        attachments = []
        view, start = memoryview(piece), 0
        for place in self._places:
            if type(place) is int:
                attachments.append(bytes(view[start : start + place]))
                start += place
                continue
            request_id = message.get("id")
            area = self.areas.get(request_id) if type(request_id) is int else None
            # Nobody waits any more for an answer whose memory is gone.
            attachments.append(b"" if area is None else area.read(place))
        return attachments

    def _take(self, count: int) -> bytearray | None:
        """The next so many bytes, if they have come."""
        if self._large is not None:
            if self._filled < len(self._large):
                return None
            piece, self._large = self._large, None
            return piece
        available = self._end - self._start
        if available >= count:
            piece = self._scratch[self._start : self._start + count]
            self._start += count
            return piece
        if count > len(self._scratch):
            self._large = bytearray(count)
            self._large[:available] = self._scratch[self._start : self._end]
            self._filled = available
            self._start = self._end = 0
        return None


def _message(text: bytearray) -> dict[str, Any]:
    try:
        message = json.loads(text)
    except ValueError as error:
        raise _wrong(f"a frame that is no JSON ({error})") from None
    if not isinstance(message, dict):
        raise _wrong("a frame that holds no object")
    return message


def _places(message: dict[str, Any]) -> list[Any]:
    places = message.get("attachments") or []
    if not isinstance(places, list) or not all(isinstance(p, dict) or (type(p) is int and p >= 0) for p in places):
        raise _wrong(f"attachments of the sizes {places!r}")
    return places


def _reply(message: dict[str, Any], attachments: list[bytes]) -> Reply:
    kind, request_id = message.get("type"), message.get("id")
    if kind == "response":
        return Reply(kind, request_id, restore(message.get("result"), attachments), None)
    if kind == "chunk":
        return Reply(kind, request_id, restore(message.get("data"), attachments), None)
    if kind == "end":
        return Reply(kind, request_id, None, None)
    if kind == "error":
        return Reply(kind, request_id, None, error_from_wire(message.get("error")))
    raise _wrong(f"a message of the type {kind!r}")


def _wrong(what: str) -> DirtyProtocolError:
    return DirtyProtocolError(f"the host sent {what}", executed="maybe")
