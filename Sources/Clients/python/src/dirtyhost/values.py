"""Values on the wire: JSON, with bytes at any depth as attachments.

In JSON bytes are ``{"$attachment": i}``, and travel raw behind the text as number i.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Union

__all__ = ["Buffer", "Outgoing", "encode", "restore"]

Buffer = Union[bytes, bytearray, memoryview]

_MARK = "$attachment"
_MARK_TEXT = f'"{_MARK}":'


class Outgoing:
    """A value as JSON text, and the attachments that belong to it."""

    def __init__(self) -> None:
        self.attachments: list[memoryview] = []
        self._encoder = json.JSONEncoder(
            ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=self._attach, check_circular=True
        )

    def text(self, value: Any) -> bytes:
        """The value as JSON, its bytes added to the attachments.

        Raises TypeError for what JSON has no word for, and ValueError for NaN, infinity, lone surrogates and circles.
        """
        before = len(self.attachments)
        text = self._encoder.encode(value)
        if text.count(_MARK_TEXT) != len(self.attachments) - before:
            _refuse_marks(value)
        try:
            return text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise ValueError(
                f"the text {text[error.start : error.start + 1]!r} in the arguments is a lone surrogate, which UTF-8 "
                "has no bytes for; pass such texts as bytes, as by os.fsencode"
            ) from None

    def _attach(self, value: Any) -> Any:
        if isinstance(value, (bytes, bytearray, memoryview)):
            view = memoryview(value)
            self.attachments.append(view.cast("B") if view.contiguous else memoryview(view.tobytes()))
            return {_MARK: len(self.attachments) - 1}
        kind = type(value)
        raise TypeError(
            f"arguments can hold None, booleans, numbers, str, bytes, lists, tuples and dicts; {kind.__module__}."
            f"{kind.__qualname__} is none of these: convert it first"
        )


def encode(value: Any) -> tuple[bytes, list[memoryview]]:
    """The value as JSON text, and its attachments."""
    outgoing = Outgoing()
    return outgoing.text(value), outgoing.attachments


def restore(value: Any, attachments: Sequence[bytes]) -> Any:
    """The value with its attachments in their places; containers are changed in place."""
    if not attachments:
        return value
    top = [value]
    waiting: list[Any] = [top]
    while waiting:
        container = waiting.pop()
        items = container.items() if isinstance(container, dict) else enumerate(container)
        for key, item in items:
            if isinstance(item, dict):
                index = item.get(_MARK) if len(item) == 1 else None
                if type(index) is int and 0 <= index < len(attachments):
                    container[key] = attachments[index]
                else:
                    waiting.append(item)
            elif isinstance(item, list):
                waiting.append(item)
    return top[0]


def _refuse_marks(value: Any) -> None:
    """Raises if a dict in the value would pass for bytes."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if len(item) == 1 and type(item.get(_MARK)) is int:
                raise ValueError(
                    f"the arguments hold {item!r}, which means bytes on the wire: pass the bytes themselves"
                )
            waiting.extend(item.values())
        elif isinstance(item, (list, tuple)):
            waiting.extend(item)
