"""The JSON Schema and dirty agree: what the one refuses the other does, and what ships is right for both."""

from __future__ import annotations

import copy
import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from conftest import BIN_FOLDER, MANIFESTS, ROOT

SCHEMA = json.loads((ROOT / "docs" / "ffi.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
SHAPES = ROOT / "Tests" / "FFITests" / "Fixtures" / "shapes.json"
# JSON Pointer and what is put there; None takes the member away.
WRONG: list[tuple[str, Any]] = [
    ("/dirty_ffi", 2),
    ("/functions", {}),
    ("/libraries", None),
    ("/liberries", {}),
    ("/strict", 1),
    ("/libraries/shapes/soname", "libshapes.so"),
    ("/libraries/shapes/path", None),
    ("/libraries/shapes/sha256", "abc"),
    ("/structs/inner/fields", []),
    ("/structs/inner/fields/0/1", "bytes"),
    ("/structs/inner/size", 0),
    ("/handles/thing/lib", None),
    ("/handles/thing/ttl_s", 0),
    ("/handles/thing/serial", False),
    ("/handles/thing/max", 0),
    ("/callbacks/visitor/params/0", "bytes"),
    ("/callbacks/visitor/result", "cstr"),
    ("/callbacks/visitor/collect/values", 1),
    ("/callbacks/visitor/collect/max_items", 0),
    ("/functions/scale/lib", None),
    ("/functions/scale/params/0/name", None),
    ("/functions/scale/params/0/name", "result"),
    ("/functions/scale/params/0/type", "array:bytes"),
    ("/functions/scale/params/0/type", "pointer"),
    ("/functions/scale/params/0/dir", "up"),
    ("/functions/scale/params/0/own", "mine"),
    ("/functions/scale/params/0/filled", "half"),
    ("/functions/scale/params/0/cap", "much"),
    ("/functions/scale/params/0/max", -1),
    ("/functions/scale/params/0/maxx", 1),
    ("/functions/scale/result/type", "int"),
    ("/functions/bounded/result/check/ok", []),
    ("/functions/bounded/result/names", {"x": "X"}),
    ("/functions/bounded/result/message", {}),
    ("/functions/bounded/params/0/range", [1]),
    ("/functions/total/variadic_after", 0),
    ("/functions/sleep_for/timeout_ms", 0),
    ("/functions/sleep_for/symbol", "a b"),
]


def changed(manifest: Any, pointer: str, value: Any) -> Any:
    """The manifest with one place changed."""
    manifest = copy.deepcopy(manifest)
    *way, last = pointer.split("/")[1:]
    place = manifest
    for part in way:
        place = place[int(part)] if isinstance(place, list) else place[part]
    if isinstance(place, list):
        place[int(last)] = value
    elif value is None:
        del place[last]
    else:
        place[last] = value
    return manifest


def inspect(path: Path) -> subprocess.CompletedProcess[str]:
    """What dirty says of a manifest."""
    return subprocess.run([BIN_FOLDER / "dirty", "inspect", path], capture_output=True, text=True, check=False)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", [*sorted(MANIFESTS.glob("*.json")), SHAPES], ids=lambda path: path.stem)
def test_right_manifests_are_right_for_both(path: Path) -> None:
    VALIDATOR.validate(json.loads(path.read_text(encoding="utf-8")))
    assert inspect(path).returncode == 0


@pytest.mark.parametrize(("pointer", "value"), WRONG, ids=[f"{pointer}={value}" for pointer, value in WRONG])
def test_wrong_manifests_are_wrong_for_both(pointer: str, value: Any, tmp_path: Path) -> None:
    manifest = changed(json.loads(SHAPES.read_text(encoding="utf-8")), pointer, value)
    assert list(VALIDATOR.iter_errors(manifest)), "the schema takes it"
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    outcome = inspect(path)
    assert outcome.returncode == 2, outcome.stdout
    # At the place itself, or at what is around it or in it.
    places = [line.split(": ")[1] for line in outcome.stderr.splitlines()]
    assert any(place == "/" or pointer.startswith(place) or place.startswith(pointer) for place in places), outcome.stderr
