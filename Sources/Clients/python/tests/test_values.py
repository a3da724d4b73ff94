"""Values on their way to JSON and back."""

from __future__ import annotations

import array
import json
import os
from typing import Any

import pytest

from dirtyhost.values import encode, restore


def sent(value: Any) -> tuple[Any, list[bytes]]:
    text, attachments = encode(value)
    return json.loads(text), [bytes(attachment) for attachment in attachments]


@pytest.mark.parametrize(
    "value",
    [None, True, False, 0, -1, 2**70, 0.1, "", "é🦊\0\n", [], {}, [1, [2, {"a": None}]], {"": 1, "é": [True]}],
    ids=repr,
)
def test_what_json_can_say_is_said(value: Any) -> None:
    text, attachments = encode(value)
    assert json.loads(text) == value and attachments == []


def test_bytes_at_any_depth_become_attachments_in_order() -> None:
    value, attachments = sent({"a": b"one", "b": [1, {"c": b"two"}, (b"three",)]})
    assert value == {"a": {"$attachment": 0}, "b": [1, {"c": {"$attachment": 1}}, [{"$attachment": 2}]]}
    assert attachments == [b"one", b"two", b"three"]


@pytest.mark.parametrize(
    "value",
    [bytearray(b"ab"), memoryview(b"ab"), memoryview(b"aXbX")[::2], memoryview(array.array("B", b"ab"))],
    ids=str,
)
def test_every_kind_of_buffer_is_bytes(value: Any) -> None:
    assert sent(value) == ({"$attachment": 0}, [b"ab"])


def test_views_of_larger_items_are_sent_as_their_bytes() -> None:
    numbers = array.array("i", [1, 2, 3])
    assert sent(memoryview(numbers)) == ({"$attachment": 0}, [numbers.tobytes()])


def test_large_bytes_are_not_copied() -> None:
    data = bytearray(1 << 20)
    _, attachments = encode([data])
    data[0] = 7
    assert attachments[0][0] == 7


@pytest.mark.parametrize(
    ("value", "word"),
    [({1, 2}, "set"), (object(), "object"), ([1, {"a": 1j}], "complex"), (len, "builtin_function")],
    ids=str,
)
def test_what_json_has_no_word_for_is_named(value: Any, word: str) -> None:
    with pytest.raises(TypeError, match=word):
        encode(value)


@pytest.mark.parametrize("value", [float("nan"), [float("inf")], {"a": -float("inf")}], ids=repr)
def test_numbers_that_json_lacks_are_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        encode(value)


def test_lone_surrogates_are_refused_with_the_way_out() -> None:
    name = os.fsdecode(b"caf\xe9")
    with pytest.raises(ValueError, match="fsencode"):
        encode([name])


def test_circles_are_refused() -> None:
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(ValueError):
        encode(circle)


@pytest.mark.parametrize(
    "value", [{"$attachment": 0}, [b"x", {"a": {"$attachment": 7}}], ({"$attachment": 1},)], ids=str
)
def test_dicts_that_would_pass_for_bytes_are_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="means bytes"):
        encode(value)


@pytest.mark.parametrize(
    "value", [{"$attachment": "0"}, {"$attachment": 0, "b": 1}, '"$attachment":0', {"$attachment": None}]
)
def test_dicts_that_only_look_alike_are_sent(value: Any) -> None:
    assert sent(value) == (value, [])


def test_attachments_take_their_places() -> None:
    value = {"a": {"$attachment": 1}, "b": [{"$attachment": 0}, {"c": [{"$attachment": 1}]}]}
    assert restore(value, [b"zero", b"one"]) == {"a": b"one", "b": [b"zero", {"c": [b"one"]}]}
    assert restore({"$attachment": 0}, [b"zero"]) == b"zero"


@pytest.mark.parametrize(
    "value", [{"$attachment": 2}, {"$attachment": -1}, {"$attachment": True}, {"$attachment": 0, "b": 1}], ids=str
)
def test_what_names_no_attachment_stays(value: Any) -> None:
    assert restore([value], [b"zero", b"one"]) == [value]


def test_without_attachments_a_value_stays_as_it_is() -> None:
    assert restore({"$attachment": 0}, []) == {"$attachment": 0}


def test_deep_values_are_restored_without_recursion() -> None:
    value: Any = {"$attachment": 0}
    for _ in range(100_000):
        value = [value]
    value = restore(value, [b"deep"])
    while isinstance(value, list):
        (value,) = value
    assert value == b"deep"
