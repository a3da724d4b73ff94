"""What the clients make of streams, and of those that end otherwise than they should: against a fake host."""

from __future__ import annotations

import socket
import threading

import pytest
from fake_host import FakeHost, Peer
from verbs import QUICK, Make

from dirtyhost import (
    DirtyConnectionError,
    DirtyNoWorkersAvailableError,
    DirtyProtocolError,
    DirtyTimeoutError,
)
from dirtyhost.retry import Attempts


def test_a_call_that_streams_is_cancelled(make: Make, path: str) -> None:
    messages = []

    def script(peer: Peer) -> None:
        peer.hello()
        request = peer.read()
        peer.write({"type": "chunk", "id": request["id"], "data": 1})
        messages.extend([request, peer.read()])
        peer.write({"type": "chunk", "id": request["id"], "data": 2})
        peer.fail(request, "DirtyCancelledError", "maybe")
        peer.respond(peer.read(), "next")

    with FakeHost(path, script):
        client = make(path)
        with pytest.raises(DirtyProtocolError, match="stream") as caught:
            client.call("a", "b")
        assert caught.value.executed == "maybe" and caught.value.details["streams"] is True
        assert client.call("a", "b") == "next"
    assert messages[1] == {"type": "cancel", "id": messages[0]["id"]}


def test_a_stream_left_early_ends_its_connection_alone(make: Make, path: str) -> None:
    rest = []

    def script(peer: Peer) -> None:
        peer.hello()
        request = peer.read()
        if request["action"] == "call":
            peer.respond(request, "called")
            peer.respond(peer.read(), "called again")
            return
        for data in range(3):
            peer.write({"type": "chunk", "id": request["id"], "data": data})
        rest.append(peer.wait_for_end())

    with FakeHost(path, script):
        client = make(path)
        assert client.call("a", "call") == "called"
        for chunk in client.stream("a", "stream"):
            if chunk == 2:
                break
        assert client.call("a", "call") == "called again"
    assert rest == [b""]


def test_streams_that_end_hand_their_connection_on(make: Make, path: str) -> None:
    def script(peer: Peer) -> None:
        peer.hello()
        for _ in range(5):
            request = peer.read()
            peer.write({"type": "chunk", "id": request["id"], "data": peer.number})
            peer.write({"type": "end", "id": request["id"]})

    with FakeHost(path, script):
        client = make(path)
        assert [list(client.stream("a", "b")) for _ in range(5)] == [[0]] * 5


def test_a_stream_is_tried_again_only_before_its_first_chunk(make: Make, path: str) -> None:
    def script(peer: Peer) -> None:
        peer.hello()
        peer.fail(peer.read(), "DirtyNoWorkersAvailableError", "no", cause="stopping")
        request = peer.read()
        peer.write({"type": "chunk", "id": request["id"], "data": 1})
        peer.fail(request, "DirtyNoWorkersAvailableError", "no", cause="stopping")

    with FakeHost(path, script):
        stream = make(path, retry=QUICK).stream("a", "b")
        assert next(stream) == 1
        with pytest.raises(DirtyNoWorkersAvailableError):
            next(stream)
        assert list(stream) == []


def test_a_stream_cut_off_is_an_error_not_an_end(make: Make, path: str) -> None:
    def script(peer: Peer) -> None:
        peer.hello()
        request = peer.read()
        peer.write({"type": "chunk", "id": request["id"], "data": 1})

    with FakeHost(path, script):
        stream = make(path).stream("a", "b")
        assert next(stream) == 1
        with pytest.raises(DirtyConnectionError) as caught:
            next(stream)
        assert caught.value.executed == "maybe"


def test_a_stream_that_stalls_is_given_up(make: Make, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Attempts, "GRACE", 0.02)

    def script(peer: Peer) -> None:
        peer.hello()
        request = peer.read()
        peer.write({"type": "chunk", "id": request["id"], "data": 1})
        peer.wait_for_end()

    with FakeHost(path, script):
        stream = make(path).stream("a", "b", timeout=1)
        assert next(stream) == 1
        with pytest.raises(DirtyTimeoutError) as caught:
            next(stream)
        assert (caught.value.executed, caught.value.timeout) == ("maybe", 1)


def test_a_slow_reader_holds_the_host_back(make: Make, path: str) -> None:
    blocked = threading.Event()

    def script(peer: Peer) -> None:
        peer.hello()
        request = peer.read()
        chunk = {"type": "chunk", "id": request["id"], "data": "x" * 10_000}
        peer.endpoint.settimeout(0.2)
        try:
            while True:
                peer.write(chunk)
        except socket.timeout:
            blocked.set()

    with FakeHost(path, script):
        stream = make(path).stream("a", "b")
        assert len(next(stream)) == 10_000
        # The client takes nothing that it wasn't asked for, so what the kernel holds fills up.
        assert blocked.wait(30)
