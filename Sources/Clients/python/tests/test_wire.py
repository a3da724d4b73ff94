"""The conformance cases that are frames: what the host answers, whatever the client."""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from conformance import Case, build, cases, matches

CASES = cases("wire-*.json")
_SECONDS = 30


class Wire:
    """A connection, and the steps of a case on it."""

    def __init__(self, path: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(_SECONDS)
        self.socket.connect(path)
        self.held: tuple[dict[str, Any], list[str], str] | None = None

    def exactly(self, count: int) -> bytes:
        received = b""
        while len(received) < count:
            piece = self.socket.recv(count - len(received))
            if not piece:
                raise EOFError(f"the host closed after {received!r}")
            received += piece
        return received

    def next(self) -> tuple[dict[str, Any], list[str], str]:
        """The next message, its attachments, and its text."""
        if self.held is not None:
            held, self.held = self.held, None
            return held
        text = self.exactly(struct.unpack(">I", self.exactly(4))[0]).decode()
        message = json.loads(text)
        sizes = message.get("attachments", [])
        return message, [base64.b64encode(self.exactly(size)).decode() for size in sizes], text

    def send(self, text: bytes, attachments: list[str]) -> None:
        self.socket.sendall(struct.pack(">I", len(text)) + text + b"".join(map(base64.b64decode, attachments)))

    def skip(self, expected: Any) -> None:
        # The connection's end is for the next step to find.
        with contextlib.suppress(EOFError, ConnectionError):
            while matches({"$has": expected}, (message := self.next())[0]):
                pass
            self.held = message

    def receive_any_order(self, expected: list[Any]) -> None:
        left = list(expected)
        while left:
            message, _, text = self.next()
            found = [item for item in left if matches({"$has": item}, message)]
            assert found, text
            left.remove(found[0])

    def closed(self) -> None:
        assert self.held is None, self.held
        # What was sent and not read makes the end a reset.
        with contextlib.suppress(ConnectionError):
            rest = self.socket.recv(1 << 16)
            assert rest == b"", rest

    def run(self, step: dict[str, Any]) -> None:
        for index in range(step.get("times", 1)):
            if "send" in step:
                self.send(json.dumps(build(step["send"], index)).encode(), step.get("attachments", []))
            elif "send_text" in step:
                self.send(step["send_text"].encode(), [])
            elif "send_hex" in step:
                self.socket.sendall(bytes.fromhex(step["send_hex"]))
            elif "end_sending" in step:
                self.socket.shutdown(socket.SHUT_WR)
            elif "receive" in step:
                message, attachments, text = self.next()
                assert matches({"$has": build(step["receive"], index)}, message), text
                assert matches(step.get("attachments", []), attachments), attachments
            elif "receive_text" in step:
                text = self.next()[2]
                assert step["receive_text"] in text, text
            elif "receive_any_order" in step:
                self.receive_any_order(step["receive_any_order"])
            elif "receive_hex" in step:
                expected = bytes.fromhex(step["receive_hex"])
                assert self.exactly(len(expected)) == expected
            elif "skip" in step:
                self.skip(step["skip"])
            elif "closed" in step:
                self.closed()
            else:
                raise ValueError(f"the case has a step that there isn't: {step}")


@pytest.fixture
def wire(shared_socket: str) -> Iterator[Wire]:
    wire = Wire(shared_socket)
    with wire.socket:
        yield wire


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[name for name, _ in CASES])
def test_host(case: Case, wire: Wire) -> None:
    for step in case["steps"]:
        wire.run(step)
