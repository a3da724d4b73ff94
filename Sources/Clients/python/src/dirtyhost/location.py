"""Where a host's socket may be, and the way to it."""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections.abc import Mapping
from typing import Any, NamedTuple

from .errors import DirtyConnectionError
from .link import Link

__all__ = ["Location", "standard_location"]

_CREDENTIALS = struct.Struct("3i")


class Location(NamedTuple):
    """The sockets to try, in order.

    ``checks_owner`` trusts only sockets served by this user or root. It is set for paths that nobody named: one of them
    lies in /tmp, where anybody can put a socket.
    """

    paths: tuple[str, ...]
    checks_owner: bool = False

    def try_connect(self) -> Link | None:
        """A link to the host, or None if it is there but too busy to accept: try again soon.

        Raises DirtyConnectionError, whose message lists every path with what is wrong there.
        """
        problems: list[tuple[str, str]] = []
        for path in self.paths:
            endpoint = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                endpoint.setblocking(False)
                endpoint.connect(path)
                problem = self._distrust(endpoint)
                if problem is None:
                    return Link(endpoint, path)
                problems.append((path, problem))
            except OSError as error:
                if error.errno == errno.EAGAIN:
                    endpoint.close()
                    return None
                problems.append((path, _reason(error, path)))
            endpoint.close()
        raise self._unreachable(problems)

    def _distrust(self, endpoint: socket.socket) -> str | None:
        if not self.checks_owner:
            return None
        credentials = endpoint.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        _, uid, _ = _CREDENTIALS.unpack(credentials)
        if uid in (0, os.getuid()):
            return None
        return f"it is served by user {uid}; to trust that user, name the socket in $DIRTY_SOCKET"

    def _unreachable(self, problems: list[tuple[str, str]]) -> DirtyConnectionError:
        details: dict[str, Any] = {"tried": [{"path": path, "problem": problem} for path, problem in problems]}
        if len(self.paths) == 1:
            details["socket_path"] = self.paths[0]
        tried = ", ".join(f"{path} ({problem})" for path, problem in problems)
        return DirtyConnectionError(f"no host answers; tried {tried}", executed="no", details=details)


def standard_location(environment: Mapping[str, str] | None = None) -> Location:
    """Where a host puts its socket unless told otherwise.

    That is ``$DIRTY_SOCKET`` if it is set, else ``dirty.sock`` in ``$RUNTIME_DIRECTORY``, ``$XDG_RUNTIME_DIR/dirty``
    and ``/tmp/dirty-UID``, the first that is there.
    """
    environment = os.environ if environment is None else environment
    if environment.get("DIRTY_SOCKET"):
        return Location((environment["DIRTY_SOCKET"],))
    directories = [f"/tmp/dirty-{os.getuid()}"]
    if environment.get("XDG_RUNTIME_DIR"):
        directories.insert(0, os.path.join(environment["XDG_RUNTIME_DIR"], "dirty"))
    if environment.get("RUNTIME_DIRECTORY"):
        # systemd separates several by colons; a host takes the first.
        directories.insert(0, environment["RUNTIME_DIRECTORY"].split(":")[0])
    return Location(tuple(os.path.join(directory, "dirty.sock") for directory in directories), checks_owner=True)


def _reason(error: OSError, path: str) -> str:
    if error.errno == errno.ENOENT:
        return "there is no socket"
    if error.errno == errno.ECONNREFUSED:
        return "nobody listens"
    if error.errno is None:
        # Python refuses paths too long for a socket's address by itself.
        return f"{error}: at most 107 bytes, this has {len(os.fsencode(path))}"
    return os.strerror(error.errno)
