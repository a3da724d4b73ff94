"""The errors' names, attributes and habits."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

import dirtyhost
from dirtyhost import DirtyError
from dirtyhost.errors import error_from_wire

DETAILS: dict[str, dict[str, Any]] = {
    "DirtyTimeoutError": {"timeout": 2.5, "traceback": "#0 spin"},
    "DirtyConnectionError": {"socket_path": "/run/dirty.sock"},
    "DirtyWorkerError": {"worker_id": 7, "traceback": "#0 segv", "signal": 11},
    "DirtyAppError": {"app_path": "echo", "action": "shout", "traceback": "at line 1"},
    "DirtyAppNotFoundError": {"app_path": "echo", "action": "shout", "traceback": "at line 1"},
    "DirtyNoWorkersAvailableError": {"app_path": "echo", "cause": "stopping", "retry_after": 0.5},
    "DirtyOverloadedError": {"bound": "backlog", "retry_after": 1},
    "DirtyCancelledError": {},
    "DirtyQuarantinedError": {"until": 5},
    "DirtyProtocolError": {"what": "not_json", "where": 3},
}
ATTRIBUTES = {"timeout", "socket_path", "worker_id", "traceback", "app_path", "action", "retry_after"}


def wired(name: str, executed: str = "maybe") -> DirtyError:
    details = {"error_type": name, "executed": executed, **DETAILS[name]}
    return error_from_wire({"error_type": name, "message": "it failed", "details": details})


@pytest.mark.parametrize("name", DETAILS)
def test_every_error_of_the_wire_has_its_class_and_attributes(name: str) -> None:
    error = wired(name, "no")
    assert type(error) is getattr(dirtyhost, name)
    assert (str(error), error.message, error.executed, error.error_type) == ("it failed", "it failed", "no", name)
    for attribute, value in DETAILS[name].items():
        assert error.details[attribute] == value
        if hasattr(type(error), attribute):
            assert getattr(error, attribute) == value


@pytest.mark.parametrize("name", DETAILS)
def test_attributes_without_a_detail_are_none(name: str) -> None:
    error = error_from_wire({"error_type": name, "message": "it failed"})
    for attribute in ATTRIBUTES & set(dir(type(error))):
        assert getattr(error, attribute) is None


def test_the_classes_have_gunicorns_attributes() -> None:
    expected = {
        "DirtyTimeoutError": {"timeout"},
        "DirtyConnectionError": {"socket_path"},
        "DirtyWorkerError": {"worker_id", "traceback"},
        "DirtyAppError": {"app_path", "action", "traceback"},
        "DirtyAppNotFoundError": {"app_path"},
        "DirtyNoWorkersAvailableError": {"app_path"},
    }
    for name, attributes in expected.items():
        assert attributes <= set(dir(getattr(dirtyhost, name)))
    assert issubclass(dirtyhost.DirtyAppNotFoundError, dirtyhost.DirtyAppError)


@pytest.mark.parametrize("name", DETAILS)
@pytest.mark.parametrize("remake", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy])
def test_errors_travel_between_processes_whole(name: str, remake: Any) -> None:
    error = wired(name)
    again = remake(error)
    assert type(again) is type(error)
    assert (again.message, again.executed, again.details) == (error.message, error.executed, error.details)


def test_all_are_caught_as_dirty_errors() -> None:
    for name in DETAILS:
        assert issubclass(getattr(dirtyhost, name), DirtyError)


def test_an_unknown_executed_is_taken_as_maybe() -> None:
    error = error_from_wire({"error_type": "DirtyAppError", "message": "x", "details": {"executed": "partly"}})
    assert error.executed == "maybe"
