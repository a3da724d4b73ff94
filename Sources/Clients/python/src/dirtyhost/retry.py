"""Which failed calls are tried again, and for how long."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import Callable

from .errors import DirtyConnectionError, DirtyError, DirtyNoWorkersAvailableError, DirtyOverloadedError
from .memory import is_refusal
from .messages import Request

__all__ = ["Attempts", "RetryPolicy"]


@dataclass(frozen=True)
class RetryPolicy:
    """Which failed calls are tried again. Only calls known not to have run ever are (``executed`` is "no").

    For up to ``window`` seconds after the first attempt a call is tried again if the host could not be reached or is
    stopping; with ``overloaded`` also if one of its bounds was reached, with ``no_workers`` also if the app had none.
    Delays double from ``first_delay`` to ``longest_delay``, are spread at random so that clients don't come back all at
    once, and are never shorter than the host asks for.
    """

    window: float = 2.0
    overloaded: bool = False
    no_workers: bool = False
    first_delay: float = 0.02
    longest_delay: float = 1.0

    @staticmethod
    def none() -> RetryPolicy:
        """Every error is the caller's at once."""
        return RetryPolicy(window=0)

    @staticmethod
    def patient(window: float = 30.0) -> RetryPolicy:
        """Waits out a restart, an overloaded host and apps without workers."""
        return RetryPolicy(window=window, overloaded=True, no_workers=True)

    def covers(self, error: DirtyError) -> bool:
        """Whether calls that failed so are tried again."""
        if self.window <= 0 or error.executed != "no":
            return False
        if isinstance(error, DirtyNoWorkersAvailableError):
            return self.no_workers or error.details.get("cause") == "stopping"
        if isinstance(error, DirtyOverloadedError):
            return self.overloaded
        return isinstance(error, DirtyConnectionError)


class Attempts:
    """The attempts at one call: how much time is left, and when the next may be."""

    # How much longer than the call's timeout a client waits for the host to say that it has passed.
    GRACE = 1.0

    def __init__(self, request: Request, policy: RetryPolicy, clock: Callable[[], float] = time.monotonic) -> None:
        self._request = request
        self._policy = policy
        self._clock = clock
        self._began = clock()
        self._failures = 0

    @property
    def deadline(self) -> float | None:
        """When the client gives up by itself, by the clock; None for never."""
        timeout = self._request.timeout
        return None if timeout is None else self._began + timeout + self.GRACE

    @property
    def remaining(self) -> float | None:
        """What the host is told of the timeout: all of it at first, later what is left."""
        timeout = self._request.timeout
        if timeout is None or self._failures == 0:
            return timeout
        return max(self._began + timeout - self._clock(), 1e-6)

    def delay(self, error: DirtyError) -> float | None:
        """How long to wait before the next attempt; None to give up and raise the error."""
        if is_refusal(error) and self._request.sends_after_all():
            return 0.0
        if not self._policy.covers(error):
            return None
        doubled = self._policy.first_delay * 2.0 ** min(self._failures, 30)
        self._failures += 1
        delay = min(doubled, self._policy.longest_delay) * random.uniform(0.5, 1.0)
        delay = max(delay, error.retry_after or 0.0)
        after = self._clock() - self._began + delay
        if after > self._policy.window:
            return None
        if self._request.timeout is not None and after >= self._request.timeout:
            return None
        return delay
