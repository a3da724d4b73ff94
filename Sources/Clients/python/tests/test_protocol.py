"""What the clients say on the wire, and make of what is said: against a fake host."""

from __future__ import annotations

import contextlib
import json
import threading
from typing import Any

import pytest
from fake_host import FakeHost, Peer
from verbs import QUICK, Make, ThreadVerbs

from dirtyhost import (
    DirtyAppError,
    DirtyConnectionError,
    DirtyError,
    DirtyNoWorkersAvailableError,
    DirtyOverloadedError,
    DirtyProtocolError,
    DirtyTimeoutError,
    RetryPolicy,
)
from dirtyhost.retry import Attempts


def answering(peer: Peer) -> None:
    """Answers every request with its arguments, until the client is gone."""
    peer.hello()
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            request = peer.read()
            peer.respond(request, request["args"])


def close(client: Any) -> None:
    """Ends the client's connections now, so that the fake host's scripts end."""
    client.ask("close" if isinstance(client, ThreadVerbs) else "aclose")


# What is sent


def test_a_request_is_one_frame_with_its_large_members_last(make: Make, path: str) -> None:
    texts = []

    def script(peer: Peer) -> None:
        peer.hello()
        texts.append(peer.text())
        assert peer.exactly(3) == b"abc"
        peer.respond(json.loads(texts[0]), None)

    with FakeHost(path, script):
        client = make(path)
        options = {"timeout": 2, "affinity": "k", "traceparent": "00-1", "kwargs": {"timeout": 1}}
        client.call("app", "act", "é", b"abc", limit=5, **options)
    expected = (
        '{"type":"request","id":1,"timeout":2.0,"attachments":[3],"app_path":"app","action":"act",'
        '"args":["é",{"$attachment":0}],"kwargs":{"limit":5,"timeout":1},"affinity":"k","traceparent":"00-1"}'
    )
    assert texts[0].decode() == expected


def test_ids_are_never_used_again_on_a_connection(make: Make, path: str) -> None:
    ids = []

    def script(peer: Peer) -> None:
        peer.hello()
        for _ in range(5):
            request = peer.read()
            ids.append(request["id"])
            peer.respond(request, None)

    with FakeHost(path, script):
        client = make(path)
        for _ in range(5):
            client.call("a", "b")
    assert len(set(ids)) == 5


def test_the_clients_timeout_is_for_calls_that_name_none(make: Make, path: str) -> None:
    timeouts = []

    def script(peer: Peer) -> None:
        peer.hello()
        for _ in range(4):
            request = peer.read()
            timeouts.append(request.get("timeout"))
            peer.respond(request, None)

    with FakeHost(path, script):
        client = make(path, timeout=7)
        client.call("a", "b")
        client.call("a", "b", timeout=3)
        client.call("a", "b", timeout=None)
        client.call("a", "b", timeout=float("inf"))
    assert timeouts == [7, 3, None, None]


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
def test_a_timeout_that_is_none_is_refused(make: Make, path: str, timeout: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        make(path).call("a", "b", timeout=timeout)


def test_an_argument_given_twice_is_refused(make: Make, path: str) -> None:
    with pytest.raises(TypeError, match="'limit' is given twice"):
        make(path).call("a", "b", limit=1, kwargs={"limit": 2})


def test_nothing_is_sent_that_the_host_would_not_take(make: Make, path: str) -> None:
    asked = []

    def script(peer: Peer) -> None:
        peer.hello(max_frame_bytes=1000, max_attachments=2, max_attachment_bytes=500, max_depth=10)
        for _ in range(2):
            request = peer.read()
            asked.append(request["action"])
            peer.respond(request, None)

    deepest: Any = "x"
    for _ in range(8):
        deepest = [deepest]
    with FakeHost(path, script):
        client = make(path)
        refused: list[tuple[list[Any], str]] = [
            (["x" * 1000], "dirty_max_frame"),
            ([b"a", b"b", b"c"], "3 bytes values"),
            ([bytes(501)], "501 bytes"),
            ([[deepest]], "deeper than 8"),
        ]
        for args, message in refused:
            with pytest.raises(DirtyProtocolError, match=message) as caught:
                client.call("a", "too large", *args)
            assert caught.value.executed == "no"
        client.call("a", "deepest", deepest)
        client.call("a", "brackets in texts", "[{" * 20, ['"[' * 20, "\\"])
    assert asked == ["deepest", "brackets in texts"]


# What is received


def test_unknown_members_and_unknown_ids_are_ignored(make: Make, path: str) -> None:
    def script(peer: Peer) -> None:
        peer.hello()
        request = peer.read()
        for stranger in (request["id"] + 1000, str(request["id"]), None, 1.5, 1.0, True, [1]):
            peer.write({"type": "response", "id": stranger, "result": "not yours"})
        peer.write({"type": "response", "id": request["id"], "result": "yours", "cost": 7, "trace": {"id": 0}})

    with FakeHost(path, script):
        assert make(path).call("a", "b") == "yours"


def test_an_answer_that_comes_byte_by_byte_is_read(make: Make, path: str) -> None:
    def script(peer: Peer) -> None:
        peer.hello()
        request = peer.read()
        text = json.dumps({"type": "response", "id": request["id"], "attachments": [2], "result": {"$attachment": 0}})
        for byte in len(text).to_bytes(4, "big") + text.encode() + b"ab":
            peer.endpoint.sendall(bytes([byte]))

    with FakeHost(path, script):
        assert make(path).call("a", "b") == b"ab"


@pytest.mark.parametrize("rubbish", [b"HTTP/1.1 400 Bad\r\n\r\n", b"\0\0\0\x04nope", b"\0\0\0\x02[]"], ids=str)
def test_rubbish_is_an_error_and_the_next_call_connects_anew(make: Make, path: str, rubbish: bytes) -> None:
    def script(peer: Peer) -> None:
        if peer.number > 0:
            return answering(peer)
        peer.hello()
        peer.read()
        peer.endpoint.sendall(rubbish)
        peer.wait_for_end()

    with FakeHost(path, script):
        client = make(path)
        with pytest.raises(DirtyProtocolError, match="the host sent") as caught:
            client.call("a", "b")
        assert caught.value.executed == "maybe"
        assert client.call("a", "b", 1) == [1]
        close(client)


def test_a_connection_lost_under_a_call_may_have_run_it_and_is_not_tried_again(make: Make, path: str) -> None:
    requests = []

    def script(peer: Peer) -> None:
        if peer.number > 0:
            return answering(peer)
        peer.hello()
        requests.append(peer.read())

    with FakeHost(path, script):
        client = make(path, retry=RetryPolicy.patient())
        with pytest.raises(DirtyConnectionError) as caught:
            client.call("a", "b")
        assert caught.value.executed == "maybe" and caught.value.socket_path == path
        assert client.call("a", "again") == []
        close(client)
    assert len(requests) == 1


def test_the_hosts_last_words_are_in_the_error(make: Make, path: str) -> None:
    def script(peer: Peer) -> None:
        peer.hello()
        peer.read()
        peer.fail({"id": None}, "DirtyProtocolError", "no", what="unfinished")

    with FakeHost(path, script), pytest.raises(DirtyConnectionError, match="saying: the fake host says so"):
        make(path).call("a", "b")


def test_a_connection_that_ended_while_idle_is_replaced_unnoticed(make: Make, path: str) -> None:
    ended = threading.Event()
    requests = []

    def script(peer: Peer) -> None:
        peer.hello()
        request = peer.read()
        requests.append(request["args"])
        peer.respond(request, peer.number)
        if peer.number == 0:
            peer.endpoint.close()
            ended.set()

    with FakeHost(path, script):
        client = make(path, retry=RetryPolicy.none())
        assert client.call("a", "b", 1) == 0
        ended.wait(30)
        assert client.call("a", "b", 2) == 1
    assert requests == [[1], [2]]


# Errors and retries


def test_a_host_that_says_no_to_hello_takes_no_calls(make: Make, path: str) -> None:
    def script(peer: Peer) -> None:
        peer.fail(peer.read(), "DirtyError", "no")

    with FakeHost(path, script):
        with pytest.raises(DirtyConnectionError, match="the fake host says so") as caught:
            make(path, retry=RetryPolicy.none()).call("a", "b")
        assert caught.value.executed == "no"


@pytest.mark.parametrize("ending", [b"", b"GARBAGE!" * 4], ids=["ends", "garbage"])
def test_a_host_that_ends_at_hello_is_tried_again(make: Make, path: str, ending: bytes) -> None:
    def script(peer: Peer) -> None:
        if peer.number == 2:
            return answering(peer)
        peer.read()
        peer.endpoint.sendall(ending)

    with FakeHost(path, script) as host:
        client = make(path, retry=QUICK)
        assert client.call("a", "b", 1) == [1]
        assert host.connections == 3
        close(client)


def test_a_stopping_host_is_tried_again_by_default(make: Make, path: str) -> None:
    def script(peer: Peer) -> None:
        peer.hello()
        peer.fail(peer.read(), "DirtyNoWorkersAvailableError", "no", cause="stopping")
        request = peer.read()
        peer.respond(request, request["timeout"])

    with FakeHost(path, script):
        assert 0 < make(path, retry=QUICK).call("a", "b", timeout=5) < 5


@pytest.mark.parametrize(
    ("error_type", "kind", "details"),
    [
        ("DirtyOverloadedError", DirtyOverloadedError, {"bound": "backlog", "retry_after": 0.01}),
        ("DirtyNoWorkersAvailableError", DirtyNoWorkersAvailableError, {"cause": "crash_looping", "retry_after": 0.01}),
    ],
)
def test_only_the_patient_wait_out_a_busy_host(
    make: Make, path: str, error_type: str, kind: type[DirtyError], details: dict[str, Any]
) -> None:
    def script(peer: Peer) -> None:
        peer.hello()
        peer.fail(peer.read(), error_type, "no", **details)
        request = peer.read()
        if request["action"] == "retried":
            peer.fail(request, error_type, "no", **details)
            peer.respond(peer.read(), "at last")

    with FakeHost(path, script):
        client = make(path)
        with pytest.raises(kind) as caught:
            client.call("a", "b")
        assert caught.value.retry_after == 0.01
        client.client.retry = RetryPolicy.patient()
        assert client.call("a", "retried") == "at last"


@pytest.mark.parametrize("executed", ["maybe", "yes"])
def test_what_may_have_run_is_not_sent_again(make: Make, path: str, executed: str) -> None:
    requests = []

    def script(peer: Peer) -> None:
        peer.hello()
        for _ in range(2):
            request = peer.read()
            requests.append(request["action"])
            peer.fail(request, "DirtyNoWorkersAvailableError", executed, cause="stopping")

    with FakeHost(path, script):
        client = make(path, retry=RetryPolicy.patient())
        for action in ("one", "two"):
            with pytest.raises(DirtyNoWorkersAvailableError):
                client.call("a", action)
    assert requests == ["one", "two"]


def test_an_unreachable_host_is_awaited(make: Make, path: str) -> None:
    client = make(path, retry=RetryPolicy(window=30, first_delay=0.01, longest_delay=0.01))
    with contextlib.ExitStack() as stack:
        timer = threading.Timer(0.05, lambda: stack.enter_context(FakeHost(path, answering)))
        timer.start()
        assert client.call("a", "b", 1) == [1]
        timer.join()
        close(client)


# Time


def test_a_host_that_never_answers_is_given_up_and_told(make: Make, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Attempts, "GRACE", 0.02)
    messages = []

    def script(peer: Peer) -> None:
        peer.hello()
        messages.extend([peer.read(), peer.read()])
        # Too late: nobody is to take it for the answer to another call.
        peer.respond(messages[0], "late")
        peer.respond(peer.read(), "in time")

    with FakeHost(path, script):
        client = make(path)
        with pytest.raises(DirtyTimeoutError, match="doesn't say why") as caught:
            client.call("a", "b", timeout=1)
        assert (caught.value.executed, caught.value.timeout) == ("maybe", 1)
        assert client.call("a", "b") == "in time"
    assert messages[1] == {"type": "cancel", "id": messages[0]["id"]}


def test_a_host_that_takes_nothing_is_given_up(make: Make, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Attempts, "GRACE", 0.02)
    done = threading.Event()

    def script(peer: Peer) -> None:
        peer.hello()
        done.wait(30)

    with FakeHost(path, script):
        client = make(path)
        with pytest.raises(DirtyTimeoutError) as caught:
            client.call("a", "b", bytes(8 << 20), timeout=0.05)
        # The client for tasks has the rest of the frame still on its way.
        assert caught.value.executed in ("no", "maybe")
        done.set()


def test_a_host_that_says_no_hello_is_given_up(make: Make, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Attempts, "GRACE", 0.02)

    def script(peer: Peer) -> None:
        peer.wait_for_end()

    with FakeHost(path, script):
        client = make(path)
        with pytest.raises((DirtyTimeoutError, DirtyConnectionError)) as caught:
            client.call("a", "b", timeout=0.05)
        assert caught.value.executed == "no"
        with pytest.raises((DirtyTimeoutError, DirtyConnectionError)) as caught:
            client.ask("ping", timeout=0.05)
        assert caught.value.executed == "no"
        close(client)


# Questions


def test_questions_are_asked_again_after_a_lost_connection(make: Make, path: str) -> None:
    def script(peer: Peer) -> None:
        peer.hello()
        message = peer.read()
        if peer.number == 1:
            peer.respond(message, {"type": message["type"], "app": message.get("app_path")})

    with FakeHost(path, script):
        client = make(path, retry=QUICK)
        assert client.ask("describe", "echo") == {"type": "describe", "app": "echo"}


def test_questions_about_what_isnt_there_are_errors(make: Make, path: str) -> None:
    def script(peer: Peer) -> None:
        peer.hello()
        peer.fail(peer.read(), "DirtyAppError", "yes", action="x")

    with FakeHost(path, script), pytest.raises(DirtyAppError):
        make(path).ask("describe", "echo")


# The client's own end


def test_a_closed_client_says_so(make: Make, path: str) -> None:
    with FakeHost(path, answering):
        client = make(path)
        assert client.call("a", "b", 1) == [1]
        close(client)
        with pytest.raises(DirtyError, match="closed; make another") as caught:
            client.call("a", "b")
        assert caught.value.executed == "no"
        with pytest.raises(DirtyError, match="closed; make another"):
            next(client.stream("a", "b"))
