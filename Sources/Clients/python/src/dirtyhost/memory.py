"""Attachments as memory that is shared with the host, instead of bytes that are sent to it."""

from __future__ import annotations

import fcntl
import os
from typing import Any

from .errors import DirtyError, DirtyProtocolError

__all__ = ["IS_SUPPORTED", "SharedFile", "Sharing", "is_refusal"]

# Where this is false, nothing is shared.
IS_SUPPORTED = hasattr(os, "memfd_create") and hasattr(fcntl, "F_ADD_SEALS")


class Sharing:
    """What a host has granted on one connection, until it turns out that it can't use it."""

    def __init__(self, least_bytes: int) -> None:
        # From how many bytes on an attachment is shared.
        self.least_bytes = least_bytes
        self.is_on = True

    @staticmethod
    def from_hello(hello: Any) -> Sharing | None:
        """What an answer to hello grants to this very process; None if nothing."""
        terms = hello.get("shared_memory") if isinstance(hello, dict) else None
        if not isinstance(terms, dict) or terms.get("granted") is not True:
            return None
        # In a namespace of its own the host would look for our descriptors elsewhere.
        if terms.get("pid") != os.getpid():
            return None
        least = terms.get("worthwhile_bytes")
        return Sharing(max(least, 1) if type(least) is int else 1 << 20)


class SharedFile:
    """A file in memory that the host may open while this is kept."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._file = os.memfd_create("dirty-attachment", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        self.inode = os.fstat(self._file).st_ino

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            os.close(self._file)

    @staticmethod
    def holding(data: memoryview) -> SharedFile:
        """A file that holds these bytes, for good. Raises OSError if there is no memory or descriptor for it."""
        file = SharedFile(len(data))
        written = 0
        while written < len(data):
            written += os.pwrite(file._file, data[written:], written)
        fcntl.fcntl(file._file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE)
        return file

    @staticmethod
    def for_answer(size: int) -> SharedFile:
        """A file that answers of so many bytes are written to. Raises OSError as ``holding`` does."""
        file = SharedFile(size)
        os.ftruncate(file._file, size)
        fcntl.fcntl(file._file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
        return file

    @property
    def place(self) -> dict[str, int]:
        """How a message tells of it."""
        return {"fd": self._file, "inode": self.inode, "size": self.size}

    def read(self, place: dict[str, Any]) -> bytes:
        """What is in it at a place that an answer tells. Raises DirtyProtocolError if there is no such place."""
        offset, size = place.get("offset"), place.get("size")
        if type(offset) is not int or type(size) is not int or min(offset, size) < 0 or offset + size > self.size:
            raise DirtyProtocolError(f"the host sent an attachment at {place!r}, where no memory is", executed="maybe")
        pieces = []
        while size > 0:
            piece = os.pread(self._file, size, offset)
            pieces.append(piece)
            offset += len(piece)
            size -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def is_refusal(error: DirtyError) -> bool:
    """Whether the host says that it can't use memory that was shared: then the same bytes may be sent."""
    is_protocol_error = isinstance(error, DirtyProtocolError) and error.executed == "no"
    return is_protocol_error and error.details.get("what") == "shared_memory"
