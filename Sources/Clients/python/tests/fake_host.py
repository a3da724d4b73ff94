"""A host that does what a test says, byte by byte."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable
from typing import Any

SECONDS = 30
HELLO = {"server": "dirty-host", "version": "0.1.0", "protocol": 1, "limits": {}, "features": []}


class Peer:
    """One connection of the client under test."""

    def __init__(self, endpoint: socket.socket, number: int) -> None:
        self.endpoint = endpoint
        # Which connection it is, from 0.
        self.number = number
        self.attachments: list[bytes] = []
        endpoint.settimeout(SECONDS)

    def exactly(self, count: int) -> bytes:
        received = bytearray()
        while len(received) < count:
            piece = self.endpoint.recv(count - len(received))
            if not piece:
                raise EOFError
            received += piece
        return bytes(received)

    def text(self) -> bytes:
        """The text of the next frame."""
        return self.exactly(struct.unpack(">I", self.exactly(4))[0])

    def read(self) -> Any:
        """The next message; its attachments are kept."""
        message = json.loads(self.text())
        self.attachments = [
            self.exactly(place) for place in message.get("attachments", []) if isinstance(place, int)
        ]
        return message

    def hello(self, **limits: int) -> None:
        """Answers hello, with these limits."""
        message = self.read()
        assert message["type"] == "hello", message
        self.write({"type": "response", "id": message["id"], "result": {**HELLO, "limits": limits}})

    def write(self, message: Any) -> None:
        text = json.dumps(message).encode()
        self.endpoint.sendall(struct.pack(">I", len(text)) + text)

    def respond(self, request: Any, result: Any) -> None:
        """Answers a request."""
        self.write({"type": "response", "id": request["id"], "result": result})

    def fail(self, request: Any, error_type: str, executed: str, **details: Any) -> None:
        """Answers a request with an error."""
        details = {"error_type": error_type, "executed": executed, **details}
        error = {"error_type": error_type, "message": "the fake host says so", "details": details}
        self.write({"type": "error", "id": request["id"], "error": error})

    def wait_for_end(self) -> bytes:
        """Reads until the client ends the connection; what came before that."""
        received = bytearray()
        with contextlib.suppress(ConnectionError):
            while piece := self.endpoint.recv(1 << 16):
                received += piece
        return bytes(received)


class FakeHost:
    """Listens, and runs ``script`` on a thread for each connection."""

    def __init__(self, path: str, script: Callable[[Peer], None], backlog: int = 16) -> None:
        self.path = path
        self.script = script
        self.connections = 0
        self._failures: list[BaseException] = []
        self._threads: list[threading.Thread] = []
        self._endpoints: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen(backlog)
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def __enter__(self) -> FakeHost:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        # Wakes accept, which close does not.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join(SECONDS)
        self._listener.close()
        for thread in self._threads:
            thread.join(SECONDS if kind is None else 0)
        for endpoint in self._endpoints:
            endpoint.close()
        if kind is None:
            assert not any(thread.is_alive() for thread in self._threads), "a script of the fake host doesn't end"
            for failure in self._failures:
                raise failure

    def join(self) -> None:
        """Waits until the scripts of all connections so far have ended."""
        for thread in list(self._threads):
            thread.join(SECONDS)
            assert not thread.is_alive(), "a script of the fake host doesn't end"

    def _accept(self) -> None:
        while True:
            try:
                endpoint, _ = self._listener.accept()
            except OSError:
                return
            self._endpoints.append(endpoint)
            thread = threading.Thread(target=self._run, args=(Peer(endpoint, self.connections),), daemon=True)
            self.connections += 1
            self._threads.append(thread)
            thread.start()

    def _run(self, peer: Peer) -> None:
        try:
            self.script(peer)
        except BaseException as failure:
            self._failures.append(failure)
        finally:
            with contextlib.suppress(OSError):
                peer.endpoint.shutdown(socket.SHUT_RDWR)
