"""The cases of Tests/Conformance: loading them, building their values, comparing outcomes."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[4] / "Tests" / "Conformance"
Case = dict[str, Any]

_TYPES = {"null": type(None), "boolean": bool, "string": str, "array": list, "object": dict, "bytes": bytes}


def cases(pattern: str) -> list[tuple[str, Case]]:
    """The cases of the files that match, each with a name for the test."""
    found = []
    for file in sorted(FOLDER.glob(pattern)):
        for case in json.loads(file.read_text(encoding="utf-8"))["cases"]:
            found.append((f"{file.stem}: {case['name']}", case))
    return found


def build(value: Any, index: int = 0, unique: str = "") -> Any:
    """The value that a case means, with bytes, long texts, the call's number and a unique text in their places."""
    if isinstance(value, list):
        return [build(item, index, unique) for item in value]
    if isinstance(value, dict):
        if isinstance(value.get("$bytes"), str):
            return base64.b64decode(value["$bytes"])
        if "$bytes" in value:
            size, seed = value["$bytes"]["size"], value["$bytes"]["seed"]
            # The rule repeats itself every 65536 bytes.
            period = bytes((i * seed + (i >> 8)) & 255 for i in range(min(size, 1 << 16)))
            return (period * (size // (1 << 16) + 1))[:size]
        if "$text" in value:
            return value["$text"]["repeat"] * value["$text"]["count"]
        return {key: build(item, index, unique) for key, item in value.items()}
    return {"$index": index, "$unique": unique}.get(value, value) if isinstance(value, str) else value


def matches(expected: Any, got: Any) -> bool:
    """Whether a value is as a case expects it, built before."""
    if isinstance(expected, dict):
        if "$type" in expected:
            kind = expected["$type"]
            if kind in ("integer", "number"):
                return not isinstance(got, bool) and isinstance(got, int if kind == "integer" else (int, float))
            return isinstance(got, _TYPES[kind])
        if "$has" in expected:
            members = expected["$has"].items()
            return isinstance(got, dict) and all(key in got and matches(item, got[key]) for key, item in members)
        if "$one_of" in expected:
            return any(matches(item, got) for item in expected["$one_of"])
        if "$contains" in expected:
            part = expected["$contains"]
            return part in got if isinstance(got, str) else isinstance(got, list) and any(matches(part, i) for i in got)
        same_keys = isinstance(got, dict) and expected.keys() == got.keys()
        return same_keys and all(matches(item, got[key]) for key, item in expected.items())
    if isinstance(expected, list):
        return isinstance(got, list) and len(expected) == len(got) and all(map(matches, expected, got))
    if isinstance(expected, (bool, str, bytes, type(None))) or isinstance(got, (bool, str, bytes, type(None))):
        return type(expected) is type(got) and bool(expected == got)
    return bool(expected == got)


def assert_outcome(expected: Any, got: dict[str, Any], where: str) -> None:
    """Fails unless a step's outcome is as expected: a result, chunks, an error, or a cancellation."""
    error = expected.get("error")
    if error is None:
        assert matches(expected, got), f"{where}: {_short(expected)} expected, got {_short(got)}"
        return
    assert "error" in got, f"{where}: {_short(error)} expected, got {_short(got)}"
    for name, value in error.items():
        value = {"$has": value} if name == "details" else value
        assert matches(value, got["error"][name]), f"{where}: {name} {value} expected, got {_short(got['error'])}"
    assert matches(expected.get("chunks", []), got.get("chunks", [])), f"{where}: other chunks, {_short(got)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 1000 else f"{text[:1000]}… ({len(text)} characters)"
