"""Bytes that are handed over as memory: against a fake host in this very process, and a real one."""

from __future__ import annotations

import contextlib
import fcntl
import os
from typing import Any

import pytest
from fake_host import HELLO, FakeHost, Peer
from verbs import Make

from dirtyhost import DirtyProtocolError

LARGE = bytes(range(256)) * 2000
# Of F_SEAL_SEAL, SHRINK, GROW and WRITE, the last three.
ALL_SEALS, SIZE_SEALS = 0xE, 0x6


def grant(peer: Peer, **terms: Any) -> None:
    """Answers hello, and grants shared memory by these terms."""
    message = peer.read()
    assert message["shared_memory"] is True
    terms = {"granted": True, "pid": os.getpid(), "worthwhile_bytes": 1000, "alignment": 64, **terms}
    peer.write({"type": "response", "id": message["id"], "result": {**HELLO, "shared_memory": terms}})


def opened(place: dict[str, int], seals: int) -> int:
    """The descriptor that a message tells of, which is ours too."""
    assert os.fstat(place["fd"]).st_ino == place["inode"]
    assert fcntl.fcntl(place["fd"], fcntl.F_GET_SEALS) & ALL_SEALS == seals
    return place["fd"]


def test_large_bytes_are_sealed_memory_and_small_ones_are_sent(make: Make, path: str) -> None:
    def script(peer: Peer) -> None:
        grant(peer)
        request = peer.read()
        first, second = request["attachments"]
        assert os.pread(opened(first, ALL_SEALS), first["size"], 0) == LARGE
        assert second == 3 and peer.attachments == [b"abc"]
        assert "answer_area" not in request
        peer.respond(request, request["args"])

    with FakeHost(path, script):
        client = make(path)
        assert client.call("a", "b", LARGE, b"abc") == [{"$attachment": 0}, {"$attachment": 1}]


def test_an_answer_is_read_from_the_memory_that_was_given_for_it(make: Make, path: str) -> None:
    def script(peer: Peer) -> None:
        grant(peer)
        request = peer.read()
        area = request["answer_area"]
        assert area["size"] == 5000
        os.pwrite(opened(area, SIZE_SEALS), b"in memory", 128)
        result = [{"$attachment": 1}, {"$attachment": 0}]
        places = [4, {"offset": 128, "size": 9}]
        peer.write({"type": "response", "id": request["id"], "attachments": places, "result": result})
        peer.endpoint.sendall(b"sent")
        again = peer.read()
        assert again["answer_area"]["inode"] != area["inode"], "each call has memory of its own"
        peer.respond(again, None)

    with FakeHost(path, script):
        client = make(path)
        assert client.call("a", "b", answer_bytes=5000) == [b"in memory", b"sent"]
        assert client.call("a", "b", answer_bytes=5000) is None


def test_memory_that_the_host_cant_use_is_sent_after_all(make: Make, path: str) -> None:
    def script(peer: Peer) -> None:
        grant(peer)
        peer.fail(peer.read(), "DirtyProtocolError", "no", what="shared_memory", cause="not_opened")
        for _ in range(2):
            request = peer.read()
            assert request["attachments"] == [len(LARGE)] and "answer_area" not in request
            peer.respond(request, peer.attachments[0] == LARGE)

    with FakeHost(path, script):
        client = make(path)
        assert client.call("a", "b", LARGE, answer_bytes=5000) is True
        assert client.call("a", "b", LARGE) is True


@pytest.mark.parametrize("terms", [{"granted": False, "why": "no"}, {"pid": 1}, {"granted": 1}], ids=str)
def test_without_a_grant_to_this_process_bytes_are_sent(make: Make, path: str, terms: dict[str, Any]) -> None:
    def script(peer: Peer) -> None:
        grant(peer, **terms)
        request = peer.read()
        peer.respond(request, peer.attachments == [LARGE])

    with FakeHost(path, script):
        client = make(path)
        assert client.call("a", "b", LARGE, answer_bytes=5000) is True


def test_a_client_that_shall_share_nothing_asks_for_nothing(make: Make, path: str) -> None:
    def script(peer: Peer) -> None:
        message = peer.read()
        assert "shared_memory" not in message
        peer.respond(message, HELLO)
        request = peer.read()
        peer.respond(request, peer.attachments == [LARGE])

    with FakeHost(path, script):
        client = make(path, share_memory=False)
        assert client.call("a", "b", LARGE, answer_bytes=5000) is True


@pytest.mark.parametrize("place", [{"offset": 4999, "size": 2}, {"offset": -1, "size": 1}, {"size": 1}], ids=str)
def test_an_attachment_where_no_memory_is_is_an_error(make: Make, path: str, place: dict[str, int]) -> None:
    def script(peer: Peer) -> None:
        grant(peer)
        request = peer.read()
        peer.write({"type": "response", "id": request["id"], "attachments": [place], "result": {"$attachment": 0}})

    with FakeHost(path, script):
        client = make(path)
        with pytest.raises(DirtyProtocolError, match="where no memory is"):
            client.call("a", "b", answer_bytes=5000)


def test_no_memory_is_left(make: Make, path: str) -> None:
    def script(peer: Peer) -> None:
        grant(peer)
        for _ in range(20):
            peer.respond(peer.read(), None)

    with FakeHost(path, script):
        client = make(path)
        for _ in range(20):
            client.call("a", "b", LARGE, answer_bytes=5000)
        links = []
        for name in os.listdir("/proc/self/fd"):
            with contextlib.suppress(OSError):
                links.append(os.readlink(f"/proc/self/fd/{name}"))
        # What the last call shared, its answer's area too, may still be in a frame of the thread that made it.
        assert len([link for link in links if "dirty-attachment" in link]) <= 2


def test_a_real_host_gives_back_what_it_got(make: Make, shared_socket: str) -> None:
    client = make(shared_socket)
    large = LARGE * 20
    for options in ({}, {"answer_bytes": 1000}, {"answer_bytes": len(large)}):
        assert client.call("echo", "echo", [large, b"x"], **options) == [large, b"x"]
