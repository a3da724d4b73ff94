"""What can go wrong with a call, by the names that Gunicorn gives these errors where it has them.

Every error says by ``executed`` whether the call ran: "no" means that it is safe to send it again, "yes" that the
plugin itself answered, "maybe" that nobody knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = [
    "DirtyAppError",
    "DirtyAppNotFoundError",
    "DirtyCancelledError",
    "DirtyConnectionError",
    "DirtyError",
    "DirtyNoWorkersAvailableError",
    "DirtyOverloadedError",
    "DirtyProtocolError",
    "DirtyQuarantinedError",
    "DirtyTimeoutError",
    "DirtyWorkerError",
]


class DirtyError(Exception):
    """A call failed; the root of all errors of this package.

    ``message`` is one sentence, ``executed`` is "no", "maybe" or "yes", and ``details`` holds whatever else the host or
    the plugin said.
    """

    message: str
    executed: str
    details: dict[str, Any]

    def __init__(self, message: str, *, executed: str = "maybe", details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = dict(details or {})
        self.executed = executed
        self.details.setdefault("error_type", self.error_type)
        self.details.setdefault("executed", executed)

    @property
    def error_type(self) -> str:
        """The error's name on the wire."""
        return type(self).__name__

    @property
    def retry_after(self) -> float | None:
        """In how many seconds another attempt makes sense, if the host said so."""
        value = self.details.get("retry_after")
        return float(value) if isinstance(value, (int, float)) else None

    def __reduce__(self) -> Any:
        # Exceptions pickle by their positional arguments, which would lose everything but the message.
        return _remade, (type(self), self.message, self.executed, self.details)

    def _text(self, name: str) -> str | None:
        value = self.details.get(name)
        return value if isinstance(value, str) else None


class DirtyTimeoutError(DirtyError):
    """A deadline passed: the call's own or the host's. ``timeout`` is its length in seconds."""

    @property
    def timeout(self) -> float | None:
        """How long the call was given, in seconds."""
        value = self.details.get("timeout")
        return float(value) if isinstance(value, (int, float)) else None


class DirtyConnectionError(DirtyError):
    """The host can't be reached, or went away. ``socket_path`` is where it was looked for."""

    @property
    def socket_path(self) -> str | None:
        """The socket; None if several places were tried, which the message lists."""
        return self._text("socket_path")


class DirtyWorkerError(DirtyError):
    """The worker died under the call; ``details`` tell the signal or exit code and the last output."""

    @property
    def worker_id(self) -> int | None:
        """The host's number for the worker."""
        value = self.details.get("worker_id")
        return value if isinstance(value, int) else None

    @property
    def traceback(self) -> str | None:
        """Where the plugin was when it crashed, if that is known."""
        return self._text("traceback")


class DirtyAppError(DirtyError):
    """The plugin said no: it threw, refused the arguments, or has no such action."""

    @property
    def app_path(self) -> str | None:
        """The app, as the call named it."""
        return self._text("app_path")

    @property
    def action(self) -> str | None:
        """The action that was called."""
        return self._text("action")

    @property
    def traceback(self) -> str | None:
        """Where in the plugin it happened, if the plugin said so."""
        return self._text("traceback")


class DirtyAppNotFoundError(DirtyAppError):
    """The host has no app of that name; the message names those it has."""


class DirtyNoWorkersAvailableError(DirtyError):
    """The app has no worker, now or soon; ``details["cause"]`` says why."""

    @property
    def app_path(self) -> str | None:
        """The app, as the call named it."""
        return self._text("app_path")


class DirtyProtocolError(DirtyError):
    """Client and host misunderstood each other, or the call breaks one of the protocol's limits."""


class DirtyOverloadedError(DirtyError):
    """A bound of the host is reached; ``details["bound"]`` says which."""


class DirtyCancelledError(DirtyError):
    """The call was cancelled."""


class DirtyQuarantinedError(DirtyError):
    """The same call has killed workers before, and is refused until ``details["until"]``."""


_KINDS: dict[str, type[DirtyError]] = {
    kind.__name__: kind
    for kind in (
        DirtyTimeoutError,
        DirtyConnectionError,
        DirtyWorkerError,
        DirtyAppError,
        DirtyAppNotFoundError,
        DirtyNoWorkersAvailableError,
        DirtyProtocolError,
        DirtyOverloadedError,
        DirtyCancelledError,
        DirtyQuarantinedError,
    )
}


def error_from_wire(error: Any) -> DirtyError:
    """The exception for a reply's error object.

    A type that this client doesn't know becomes a plain ``DirtyError``: hosts newer than it may have more.
    """
    error = error if isinstance(error, dict) else {}
    details = error.get("details")
    details = details if isinstance(details, dict) else {}
    kind = _KINDS.get(str(error.get("error_type")), DirtyError)
    executed = details.get("executed")
    message = error.get("message")
    return kind(
        message if isinstance(message, str) else "the host reports an error without a message",
        executed=executed if executed in ("no", "maybe", "yes") else "maybe",
        details={"error_type": error.get("error_type"), **details},
    )


def _remade(kind: type[DirtyError], message: str, executed: str, details: dict[str, Any]) -> DirtyError:
    return kind(message, executed=executed, details=details)
