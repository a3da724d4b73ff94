"""What both clients are told."""

from __future__ import annotations

import enum
import os
from collections.abc import Mapping, Sequence
from typing import Any, Union

from .location import Location, standard_location
from .memory import IS_SUPPORTED
from .messages import Request
from .retry import RetryPolicy

__all__ = ["DEFAULT", "BaseClient", "Timeout"]


class _Default(enum.Enum):
    DEFAULT = "the client's own"

    def __repr__(self) -> str:
        return "DEFAULT"


DEFAULT = _Default.DEFAULT
"""Stands for the timeout that the client was made with."""

Timeout = Union[float, None, _Default]


class BaseClient:
    """Where the host is, and how calls are made unless they say otherwise."""

    def __init__(
        self,
        socket_path: str | os.PathLike[str] | None = None,
        *,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
        share_memory: bool = True,
    ) -> None:
        if timeout is not None and not timeout > 0:
            raise ValueError(f"timeout must be a number of seconds above 0, or None for none; it is {timeout!r}")
        self.timeout = timeout
        self.retry = RetryPolicy() if retry is None else retry
        self._shares = share_memory and IS_SUPPORTED
        self._location = standard_location() if socket_path is None else Location((os.fspath(socket_path),))

    @property
    def socket_paths(self) -> tuple[str, ...]:
        """Where the host is looked for, in order."""
        return self._location.paths

    def _request(
        self,
        app: str,
        action: str,
        args: Sequence[Any],
        named: Mapping[str, Any],
        kwargs: Mapping[str, Any] | None,
        timeout: Timeout,
        affinity: str | None,
        traceparent: str | None,
        answer_bytes: int | None = None,
    ) -> Request:
        twice = sorted(set(named) & set(kwargs or {}))
        if twice:
            raise TypeError(f"argument {twice[0]!r} is given twice: by itself and in kwargs")
        return Request(
            app,
            action,
            args,
            {**named, **(kwargs or {})},
            timeout=self.timeout if isinstance(timeout, _Default) else timeout,
            affinity=affinity,
            traceparent=traceparent,
            answer_bytes=answer_bytes,
        )
