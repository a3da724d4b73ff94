"""Which failed calls are tried again, and when."""

from __future__ import annotations

import pytest

from dirtyhost import (
    DirtyAppError,
    DirtyConnectionError,
    DirtyError,
    DirtyNoWorkersAvailableError,
    DirtyOverloadedError,
    DirtyTimeoutError,
    DirtyWorkerError,
    RetryPolicy,
)
from dirtyhost.messages import Request
from dirtyhost.retry import Attempts


class Clock:
    """Time that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def attempts(policy: RetryPolicy, timeout: float | None = None) -> tuple[Attempts, Clock]:
    clock = Clock()
    return Attempts(Request("echo", "echo", (), {}, timeout=timeout), policy, clock), clock


CONNECTION = DirtyConnectionError("gone", executed="no")
STOPPING = DirtyNoWorkersAvailableError("stopping", executed="no", details={"cause": "stopping"})
LOOPING = DirtyNoWorkersAvailableError("looping", executed="no", details={"cause": "crash_looping", "retry_after": 3})
OVERLOADED = DirtyOverloadedError("full", executed="no", details={"retry_after": 0.1})


@pytest.mark.parametrize(
    ("policy", "error", "expected"),
    [
        (RetryPolicy(), CONNECTION, True),
        (RetryPolicy(), STOPPING, True),
        (RetryPolicy(), LOOPING, False),
        (RetryPolicy(), OVERLOADED, False),
        (RetryPolicy.patient(), LOOPING, True),
        (RetryPolicy.patient(), OVERLOADED, True),
        (RetryPolicy.none(), CONNECTION, False),
        (RetryPolicy.patient(), DirtyTimeoutError("waited", executed="no"), False),
    ],
)
def test_a_policy_covers_what_it_says(policy: RetryPolicy, error: DirtyError, expected: bool) -> None:
    assert policy.covers(error) is expected


@pytest.mark.parametrize("kind", [DirtyConnectionError, DirtyOverloadedError, DirtyWorkerError, DirtyAppError])
@pytest.mark.parametrize("executed", ["maybe", "yes"])
def test_what_may_have_run_is_never_tried_again(kind: type[DirtyError], executed: str) -> None:
    assert not RetryPolicy.patient().covers(kind("failed", executed=executed))


def test_delays_double_up_to_the_longest_and_are_spread() -> None:
    policy = RetryPolicy(window=1000, first_delay=1, longest_delay=8)
    tries, _ = attempts(policy)
    for bound in [1, 2, 4, 8, 8, 8]:
        delay = tries.delay(CONNECTION)
        assert delay is not None and bound / 2 <= delay <= bound


def test_no_attempt_begins_after_the_window() -> None:
    tries, clock = attempts(RetryPolicy(window=2))
    assert tries.delay(CONNECTION) is not None
    clock.now += 2
    assert tries.delay(CONNECTION) is None


def test_the_host_is_given_the_time_it_asks_for() -> None:
    tries, _ = attempts(RetryPolicy.patient())
    delay = tries.delay(LOOPING)
    assert delay is not None and delay >= 3
    short, _ = attempts(RetryPolicy.patient(window=2))
    assert short.delay(LOOPING) is None


def test_no_attempt_begins_after_the_calls_own_timeout() -> None:
    tries, clock = attempts(RetryPolicy(window=100), timeout=5)
    clock.now += 4
    assert tries.delay(CONNECTION) is not None
    clock.now += 1
    assert tries.delay(CONNECTION) is None


def test_the_host_is_told_what_is_left_of_the_timeout() -> None:
    tries, clock = attempts(RetryPolicy(window=100), timeout=5)
    clock.now += 0.5
    assert tries.remaining == 5
    tries.delay(CONNECTION)
    clock.now += 1
    assert tries.remaining == pytest.approx(3.5)
    assert tries.deadline == 100 + 5 + Attempts.GRACE


def test_without_a_timeout_there_is_no_deadline() -> None:
    tries, _ = attempts(RetryPolicy())
    assert tries.remaining is None and tries.deadline is None
