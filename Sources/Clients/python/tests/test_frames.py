"""Frames as they come, cut anywhere."""

from __future__ import annotations

import json
import random
import struct
from typing import Any

import pytest

from dirtyhost import DirtyAppError, DirtyError, DirtyProtocolError
from dirtyhost.frames import FrameReader, Reply

_SECONDS = 30


def frame(message: Any, *attachments: bytes) -> bytes:
    text = message if isinstance(message, bytes) else json.dumps(message).encode()
    return struct.pack(">I", len(text)) + text + b"".join(attachments)


def feed(reader: FrameReader, data: bytes) -> list[Reply]:
    """Receives all of the data, and returns the replies in it."""
    replies = []
    while data:
        space = reader.space()
        assert len(space) > 0
        count = min(len(space), len(data))
        space[:count] = data[:count]
        space.release()
        reader.received(count)
        data = data[count:]
        while (reply := reader.next()) is not None:
            replies.append(reply)
    return replies


MESSAGES = (
    frame({"type": "response", "id": 1, "result": "é"})
    + frame({"type": "chunk", "id": 2, "data": {"$attachment": 0}, "attachments": [3]}, b"abc")
    + frame({"type": "chunk", "id": 2, "data": [{"$attachment": 1}], "attachments": [0, 2]}, b"de")
    + frame({"type": "end", "id": 2})
    + frame({"type": "error", "id": 3, "error": {"error_type": "DirtyAppError", "message": "no", "details": {}}})
)


def check(replies: list[Reply]) -> None:
    assert [(reply.kind, reply.id, reply.value, reply.is_last) for reply in replies] == [
        ("response", 1, "é", True),
        ("chunk", 2, b"abc", False),
        ("chunk", 2, [b"de"], False),
        ("end", 2, None, True),
        ("error", 3, None, True),
    ]
    assert isinstance(replies[4].error, DirtyAppError)


def test_frames_that_come_together_are_taken_apart() -> None:
    check(feed(FrameReader(), MESSAGES))


def test_frames_are_put_together_from_two_pieces_cut_anywhere() -> None:
    for cut in range(len(MESSAGES)):
        reader = FrameReader()
        check(feed(reader, MESSAGES[:cut]) + feed(reader, MESSAGES[cut:]))


def test_frames_are_put_together_from_single_bytes() -> None:
    reader = FrameReader()
    check([reply for byte in MESSAGES for reply in feed(reader, bytes([byte]))])


@pytest.mark.parametrize("seed", range(20))
def test_frames_of_all_sizes_are_put_together_from_pieces_of_all_sizes(seed: int) -> None:
    chance = random.Random(seed)
    sizes = [0, 1, 100, 65_530, 65_536, 65_537, 200_000, 1_000_000]
    expected, data = [], b""
    for _ in range(12):
        text, attached = "x" * chance.choice(sizes), chance.randbytes(chance.choice(sizes))
        expected.append([text, attached])
        data += frame(
            {"type": "chunk", "id": 1, "data": [text, {"$attachment": 0}], "attachments": [len(attached)]}, attached
        )
    reader, replies = FrameReader(), []
    while data:
        count = chance.choice([1, 7, 60_000, 65_536, 300_000])
        replies += feed(reader, data[:count])
        data = data[count:]
    assert [reply.value for reply in replies] == expected


def test_results_are_bytes_of_their_own() -> None:
    (reply,) = feed(
        FrameReader(), frame({"type": "response", "id": 1, "result": {"$attachment": 0}, "attachments": [2]}, b"ab")
    )
    assert type(reply.value) is bytes


@pytest.mark.parametrize(
    "data",
    [
        struct.pack(">I", 1 << 30),
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        frame(b""),
        frame(b"nope"),
        frame(b'{"type":"response","id":1,"result":"\xff"}'),
        frame([1]),
        frame({"id": 1}),
        frame({"type": "dance", "id": 1}),
        frame({"type": "response", "id": 1, "attachments": [-1]}),
        frame({"type": "response", "id": 1, "attachments": 7}),
        frame({"type": "response", "id": 1, "attachments": [True]}),
    ],
)
def test_what_is_no_reply_is_an_error(data: bytes) -> None:
    with pytest.raises(DirtyProtocolError, match="the host sent") as caught:
        feed(FrameReader(), data)
    assert caught.value.executed == "maybe"


@pytest.mark.parametrize(
    "error", [None, 7, {}, {"error_type": 5, "details": []}, {"error_type": "DirtyNewError"}], ids=repr
)
def test_errors_that_are_odd_are_errors_all_the_same(error: Any) -> None:
    (reply,) = feed(FrameReader(), frame({"type": "error", "id": 1, "error": error}))
    assert type(reply.error) is DirtyError and reply.error.executed == "maybe" and reply.error.message
