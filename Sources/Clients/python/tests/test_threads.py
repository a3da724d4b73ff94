"""Threads that share a client, against a fake host: who reads for whom, and what interrupts a wait."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fake_host import FakeHost, Peer

from dirtyhost import Client, DirtyCancelledError, DirtyConnectionError, DirtyError, DirtyTimeoutError, RetryPolicy
from dirtyhost.retry import Attempts

SECONDS = 30


def in_thread(function: Any, *args: Any, **options: Any) -> Any:
    """Runs the function in a thread of its own; the future of its result."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(function, *args, **options)
    pool.shutdown(wait=False)
    return future


def test_answers_out_of_order_find_their_threads(path: str) -> None:
    def script(peer: Peer) -> None:
        peer.hello()
        requests = [peer.read() for _ in range(20)]
        for request in reversed(requests):
            peer.respond(request, request["args"])

    with FakeHost(path, script) as host, Client(path) as client, ThreadPoolExecutor(20) as pool:
        assert list(pool.map(lambda n: client.call("a", "b", n), range(20))) == [[n] for n in range(20)]
        assert host.connections == 1


def test_a_leader_whose_answer_comes_first_hands_the_lead_on(path: str) -> None:
    first_is_answered = threading.Event()

    def script(peer: Peer) -> None:
        peer.hello()
        requests = {}
        for _ in range(3):
            request = peer.read()
            requests[request["action"]] = request
        for action in ("one", "two", "three"):
            peer.respond(requests[action], action)
            if action == "one":
                assert first_is_answered.wait(SECONDS)

    with FakeHost(path, script), Client(path) as client:
        calls = {action: in_thread(client.call, "a", action) for action in ("one", "two", "three")}
        assert calls["one"].result(SECONDS) == "one"
        first_is_answered.set()
        assert calls["two"].result(SECONDS) == "two"
        assert calls["three"].result(SECONDS) == "three"


def test_a_leader_that_gives_up_hands_the_lead_on(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Attempts, "GRACE", 0.01)
    one_is_sent, one_has_given_up = threading.Event(), threading.Event()

    def script(peer: Peer) -> None:
        peer.hello()
        assert peer.read()["action"] == "one"
        one_is_sent.set()
        two = peer.read()
        assert peer.read()["type"] == "cancel"
        assert one_has_given_up.wait(SECONDS)
        peer.respond(two, "two")

    with FakeHost(path, script), Client(path) as client:
        one = in_thread(client.call, "a", "one", timeout=2)
        assert one_is_sent.wait(SECONDS)
        two = in_thread(client.call, "a", "two")
        with pytest.raises(DirtyTimeoutError):
            one.result(SECONDS)
        one_has_given_up.set()
        assert two.result(SECONDS) == "two"


def test_a_follower_that_gives_up_leaves_the_leader_alone(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Attempts, "GRACE", 0.01)
    one_is_sent = threading.Event()

    def script(peer: Peer) -> None:
        peer.hello()
        one = peer.read()
        one_is_sent.set()
        assert peer.read()["action"] == "two"
        assert peer.read()["type"] == "cancel"
        peer.respond(one, "one")

    with FakeHost(path, script), Client(path) as client:
        one = in_thread(client.call, "a", "one")
        assert one_is_sent.wait(SECONDS)
        with pytest.raises(DirtyTimeoutError):
            client.call("a", "two", timeout=1)
        assert one.result(SECONDS) == "one"


def test_a_lost_connection_fails_every_call_on_it_with_an_error_of_its_own(path: str) -> None:
    def script(peer: Peer) -> None:
        peer.hello()
        for _ in range(10):
            peer.read()

    with FakeHost(path, script), Client(path) as client:
        calls = [in_thread(client.call, "a", "b") for _ in range(10)]
        errors = [call.exception(SECONDS) for call in calls]
    assert all(type(error) is DirtyConnectionError and error.executed == "maybe" for error in errors)
    assert len({id(error) for error in errors}) == 10


def test_answers_that_came_before_the_connections_end_are_delivered(path: str) -> None:
    answered = threading.Event()

    def script(peer: Peer) -> None:
        if peer.number == 1:
            peer.hello()
            peer.respond(peer.read(), "by another connection")
            return
        peer.hello()
        one = peer.read()
        peer.respond(one, "x" * 100_000)
        peer.endpoint.close()
        answered.set()

    with FakeHost(path, script), Client(path) as client:
        one = client.submit("a", "one")
        assert answered.wait(SECONDS)
        assert client.call("a", "two") == "by another connection"
        assert one.result(SECONDS) == "x" * 100_000


def test_no_more_calls_are_put_on_a_connection_than_the_host_takes(path: str) -> None:
    everyone = threading.Barrier(3)

    def script(peer: Peer) -> None:
        peer.hello(max_calls_per_connection=2)
        requests = [peer.read(), peer.read()]
        everyone.wait(SECONDS)
        for request in requests:
            peer.respond(request, request["args"])

    with FakeHost(path, script) as host, Client(path) as client, ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda n: client.call("a", "b", n), range(6))) == [[n] for n in range(6)]
        assert host.connections == 3


def test_threads_share_the_failure_to_connect(path: str) -> None:
    everyone = threading.Barrier(10)

    def call(client: Client) -> DirtyError:
        everyone.wait(SECONDS)
        with pytest.raises(DirtyConnectionError) as caught:
            client.call("a", "b")
        return caught.value

    with Client(path, retry=RetryPolicy.none()) as client, ThreadPoolExecutor(10) as pool:
        errors = list(pool.map(call, [client] * 10))
    assert all(error.executed == "no" for error in errors)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """SIGINT interrupts, also where whoever started the tests has it ignored, as shells do in the background."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_takes_the_call_back_and_the_client_goes_on(path: str) -> None:
    messages: list[Any] = []

    def script(peer: Peer) -> None:
        peer.hello()
        messages.append(peer.read())
        os.kill(os.getpid(), signal.SIGINT)
        messages.append(peer.read())
        peer.respond(messages[0], "late")
        peer.respond(peer.read(), "next")

    with FakeHost(path, script), Client(path) as client:
        with pytest.raises(KeyboardInterrupt):
            client.call("a", "b")
        assert client.call("a", "b") == "next"
    assert messages[1] == {"type": "cancel", "id": messages[0]["id"]}


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_a_stream(path: str) -> None:
    def script(peer: Peer) -> None:
        peer.hello()
        peer.read()
        os.kill(os.getpid(), signal.SIGINT)
        assert peer.wait_for_end() == b""

    with FakeHost(path, script), Client(path) as client:
        stream = client.stream("a", "b")
        with pytest.raises(KeyboardInterrupt):
            next(stream)
        assert list(stream) == []


# Calls that go on by themselves


def test_a_submitted_call_is_cancelled_at_the_host(path: str) -> None:
    begun = threading.Event()

    def script(peer: Peer) -> None:
        peer.hello()
        request = peer.read()
        begun.set()
        assert peer.read() == {"type": "cancel", "id": request["id"]}
        peer.fail(request, "DirtyCancelledError", "maybe")

    with FakeHost(path, script), Client(path) as client:
        call = client.submit("a", "b")
        assert begun.wait(SECONDS)
        assert not call.done()
        call.cancel()
        with pytest.raises(DirtyCancelledError) as caught:
            call.result(SECONDS)
        assert caught.value.executed == "maybe" and call.done()
        call.cancel()


def test_a_submitted_call_that_waits_to_be_tried_again_is_cancelled_at_once(path: str) -> None:
    with Client(path, retry=RetryPolicy(window=1000, first_delay=1000, longest_delay=1000)) as client:
        call = client.submit("a", "b")
        call.cancel()
        with pytest.raises(DirtyCancelledError) as caught:
            call.result(SECONDS)
        assert caught.value.executed == "no"


def test_a_submitted_call_can_be_waited_for_with_bounds(path: str) -> None:
    go_on = threading.Event()

    def script(peer: Peer) -> None:
        peer.hello()
        request = peer.read()
        assert go_on.wait(SECONDS)
        peer.respond(request, 7)

    with FakeHost(path, script), Client(path) as client:
        call = client.submit("a", "b")
        with pytest.raises(TimeoutError):
            call.result(0.01)
        with pytest.raises(TimeoutError):
            call.exception(0.01)
        ended: list[Any] = []
        told = threading.Event()

        def tell(call: Any) -> None:
            ended.append(call)
            told.set()

        call.add_done_callback(tell)
        go_on.set()
        assert call.result(SECONDS) == 7 and call.exception() is None
        assert told.wait(SECONDS) and ended == [call]


def test_a_stream_is_cancelled_by_another_thread(path: str) -> None:
    begun = threading.Event()

    def script(peer: Peer) -> None:
        peer.hello()
        request = peer.read()
        peer.write({"type": "chunk", "id": request["id"], "data": 1})
        begun.set()
        assert peer.read() == {"type": "cancel", "id": request["id"]}
        peer.write({"type": "chunk", "id": request["id"], "data": 2})
        peer.fail(request, "DirtyCancelledError", "maybe")

    chunks = []

    def take(stream: Any) -> None:
        for chunk in stream:
            chunks.append(chunk)

    with FakeHost(path, script), Client(path) as client:
        stream = client.stream("a", "b")
        taking = in_thread(take, stream)
        assert begun.wait(SECONDS)
        stream.cancel()
        assert type(taking.exception(SECONDS)) is DirtyCancelledError
    assert chunks == [1, 2]


def test_closing_the_client_ends_calls_and_streams_in_other_threads(path: str) -> None:
    begun = threading.Barrier(3)

    def script(peer: Peer) -> None:
        peer.hello()
        peer.read()
        begun.wait(SECONDS)
        assert peer.wait_for_end() == b""

    with FakeHost(path, script), Client(path) as client:
        call = in_thread(client.call, "a", "call")
        stream = in_thread(list, client.stream("a", "stream"))
        begun.wait(SECONDS)
        client.close()
        assert "client was closed" in str(call.exception(SECONDS))
        assert type(stream.exception(SECONDS)) is DirtyCancelledError


# Forks


def in_child(function: Any) -> Any:
    """What the function returns, or the error it raises, in a child made by fork."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        outcome: Any = None
        try:
            outcome = function()
        except BaseException as error:
            outcome = error
        finally:
            os.write(writing, pickle.dumps(outcome))
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:
        outcome = pickle.loads(pipe.read())
    assert os.waitpid(child, 0)[1] == 0
    return outcome


def numbered(peer: Peer) -> None:
    """Answers three requests with the connection's number."""
    peer.hello()
    for _ in range(3 - peer.number):
        peer.respond(peer.read(), peer.number)


def test_a_child_has_a_connection_of_its_own(path: str) -> None:
    with FakeHost(path, numbered), Client(path) as client:
        assert client.call("a", "b") == 0
        assert in_child(lambda: [client.call("a", "b"), client.call("a", "b")]) == [1, 1]
        assert [client.call("a", "b"), client.call("a", "b")] == [0, 0]


def test_a_child_that_forks_while_another_thread_calls_is_not_stuck(path: str) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def script(peer: Peer) -> None:
        if peer.number == 1:
            peer.hello()
            peer.respond(peer.read(), "child")
            return
        peer.hello()
        request = peer.read()
        begun.set()
        assert go_on.wait(SECONDS)
        peer.respond(request, "parent")

    with FakeHost(path, script), Client(path) as client:
        call = in_thread(client.call, "a", "b")
        assert begun.wait(SECONDS)
        assert in_child(lambda: client.call("a", "b")) == "child"
        go_on.set()
        assert call.result(SECONDS) == "parent"


def test_a_childs_end_disturbs_no_stream_of_its_parent(path: str) -> None:
    ended = threading.Event()

    def script(peer: Peer) -> None:
        peer.hello()
        request = peer.read()
        peer.write({"type": "chunk", "id": request["id"], "data": 1})
        assert ended.wait(SECONDS)
        peer.write({"type": "chunk", "id": request["id"], "data": 2})
        peer.write({"type": "end", "id": request["id"]})

    with FakeHost(path, script), Client(path) as client:
        stream = client.stream("a", "b")
        assert next(stream) == 1

        def misuse() -> None:
            try:
                next(stream)
            finally:
                stream.close()
                client.close()

        error = in_child(misuse)
        assert type(error) is DirtyConnectionError and "before the fork" in str(error)
        ended.set()
        assert list(stream) == [2]
