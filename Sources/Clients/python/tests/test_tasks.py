"""Tasks that share a client for asyncio, against a fake host."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest
from fake_host import FakeHost, Peer

from dirtyhost import AsyncClient, DirtyCancelledError, DirtyConnectionError, RetryPolicy

SECONDS = 30


def run(main: Coroutine[Any, Any, Any]) -> Any:
    """Runs the coroutine, and fails if asyncio had anything to complain of."""
    complaints = []

    async def watched() -> Any:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        result = await asyncio.wait_for(main, SECONDS)
        gc.collect()
        return result

    result = asyncio.run(watched(), debug=True)
    assert complaints == []
    return result


async def event(event: threading.Event) -> None:
    """Waits for a thread's event without holding up the loop."""
    assert await asyncio.get_running_loop().run_in_executor(None, event.wait, SECONDS)


def test_answers_out_of_order_find_their_tasks(path: str) -> None:
    def script(peer: Peer) -> None:
        peer.hello()
        requests = [peer.read() for _ in range(50)]
        for request in reversed(requests):
            peer.respond(request, request["args"])

    async def main() -> None:
        async with AsyncClient(path) as client:
            assert await asyncio.gather(*(client.call("a", "b", n) for n in range(50))) == [[n] for n in range(50)]

    with FakeHost(path, script) as host:
        run(main())
        assert host.connections == 1


def test_no_more_calls_are_put_on_a_connection_than_the_host_takes(path: str) -> None:
    everyone = threading.Barrier(3)

    def script(peer: Peer) -> None:
        peer.hello(max_calls_per_connection=2)
        requests = [peer.read(), peer.read()]
        everyone.wait(SECONDS)
        for request in requests:
            peer.respond(request, request["args"])

    async def main() -> None:
        async with AsyncClient(path) as client:
            assert await asyncio.gather(*(client.call("a", "b", n) for n in range(6))) == [[n] for n in range(6)]

    with FakeHost(path, script) as host:
        run(main())
        assert host.connections == 3


def test_a_cancelled_task_takes_its_call_back(path: str) -> None:
    begun = threading.Event()

    def script(peer: Peer) -> None:
        peer.hello()
        request = peer.read()
        begun.set()
        assert peer.read() == {"type": "cancel", "id": request["id"]}
        peer.fail(request, "DirtyCancelledError", "maybe")
        peer.respond(peer.read(), "next")

    async def main() -> None:
        async with AsyncClient(path) as client:
            task = asyncio.create_task(client.call("a", "b"))
            await event(begun)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await client.call("a", "b") == "next"

    with FakeHost(path, script):
        run(main())


def test_a_task_cancelled_while_connecting_leaves_the_connection_to_the_others(path: str) -> None:
    connected, go_on = threading.Event(), threading.Event()

    def script(peer: Peer) -> None:
        connected.set()
        assert go_on.wait(SECONDS)
        peer.hello()
        request = peer.read()
        peer.respond(request, request["action"])

    async def main() -> None:
        async with AsyncClient(path) as client:
            first = asyncio.create_task(client.call("a", "first"))
            second = asyncio.create_task(client.call("a", "second"))
            await event(connected)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            go_on.set()
            assert await second == "second"

    with FakeHost(path, script) as host:
        run(main())
        assert host.connections == 1


def test_a_call_cancelled_while_its_frame_goes_out_leaves_the_connection_whole(path: str) -> None:
    go_on = threading.Event()
    messages = []

    def script(peer: Peer) -> None:
        peer.hello()
        peer.respond(peer.read(), "pong")
        assert go_on.wait(SECONDS)
        for _ in range(3):
            messages.append(peer.read())
        peer.respond(messages[1], "next")

    async def main() -> None:
        async with AsyncClient(path) as client:
            await client.ping()
            large = asyncio.create_task(client.call("a", "large", bytes(8 << 20)))
            waiting = asyncio.create_task(client.call("a", "never sent"))
            following = asyncio.create_task(client.call("a", "next"))
            # One turn of the loop, in which each sends what the kernel takes.
            await asyncio.sleep(0)
            large.cancel()
            waiting.cancel()
            await asyncio.wait([large, waiting])
            go_on.set()
            assert await following == "next"

    with FakeHost(path, script):
        run(main())
    assert [message.get("action", message["type"]) for message in messages] == ["large", "next", "cancel"]


def test_a_cancelled_task_ends_its_stream(path: str) -> None:
    begun = threading.Event()

    def script(peer: Peer) -> None:
        peer.hello()
        request = peer.read()
        peer.write({"type": "chunk", "id": request["id"], "data": 1})
        begun.set()
        assert peer.wait_for_end() == b""

    async def main() -> None:
        async with AsyncClient(path) as client:

            async def take() -> None:
                async for _ in client.stream("a", "b"):
                    pass

            task = asyncio.create_task(take())
            await event(begun)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    with FakeHost(path, script):
        run(main())


def endless(peer: Peer) -> None:
    """Streams until the client leaves."""
    peer.hello()
    request = peer.read()
    try:
        while True:
            peer.write({"type": "chunk", "id": request["id"], "data": 1})
    except ConnectionError:
        pass


@pytest.mark.parametrize("way", ["break", "with", "aclose", "drop"])
def test_every_way_out_of_a_stream_ends_it(path: str, way: str) -> None:
    async def main() -> None:
        async with AsyncClient(path) as client:
            if way == "break":
                async for chunk in client.stream("a", "b"):
                    assert chunk == 1
                    break
            elif way == "with":
                async with client.stream("a", "b") as stream:
                    assert await stream.__anext__() == 1
            else:
                stream = client.stream("a", "b")
                assert await stream.__anext__() == 1
                if way == "aclose":
                    await stream.aclose()
                    assert [chunk async for chunk in stream] == []
                del stream
            # The scripts end only when their clients have left, and the client itself is not closed yet.
            await asyncio.get_running_loop().run_in_executor(None, host.join)

    with FakeHost(path, endless) as host:
        run(main())


def test_a_stream_is_for_one_task_at_a_time(path: str) -> None:
    def script(peer: Peer) -> None:
        peer.wait_for_end()

    async def main() -> None:
        async with AsyncClient(path) as client, client.stream("a", "b") as stream:
            waiting = asyncio.ensure_future(stream.__anext__())
            await asyncio.sleep(0)
            with pytest.raises(RuntimeError, match="one task at a time"):
                await stream.__anext__()
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting

    with FakeHost(path, script):
        run(main())


def test_closing_the_client_ends_calls_and_streams(path: str) -> None:
    def script(peer: Peer) -> None:
        peer.hello()
        peer.read()
        begun.wait(SECONDS)
        peer.wait_for_end()

    begun = threading.Barrier(3)

    async def main() -> None:
        client = AsyncClient(path)

        async def take(stream: AsyncIterator[Any]) -> None:
            async for _ in stream:
                pass

        call = asyncio.create_task(client.call("a", "call"))
        taking = asyncio.create_task(take(client.stream("a", "stream")))
        await asyncio.get_running_loop().run_in_executor(None, begun.wait, SECONDS)
        await client.aclose()
        outcomes = await asyncio.gather(call, taking, return_exceptions=True)
        assert type(outcomes[0]) is DirtyConnectionError and "client was closed" in str(outcomes[0])
        assert type(outcomes[1]) is DirtyCancelledError

    with FakeHost(path, script):
        run(main())


def test_a_client_moves_to_another_loop_once_its_first_is_closed(path: str) -> None:
    def script(peer: Peer) -> None:
        peer.hello()
        peer.respond(peer.read(), peer.number)

    client = AsyncClient(path, retry=RetryPolicy.none())
    with FakeHost(path, script):
        assert asyncio.run(client.call("a", "b")) == 0
        assert asyncio.run(client.call("a", "b")) == 1


def test_a_client_refuses_a_second_loop_beside_its_first(path: str) -> None:
    def script(peer: Peer) -> None:
        peer.hello()
        peer.respond(peer.read(), None)

    client = AsyncClient(path)
    loop = asyncio.new_event_loop()
    with FakeHost(path, script):
        loop.run_until_complete(client.call("a", "b"))
        with pytest.raises(RuntimeError, match="one event loop"):
            asyncio.run(client.call("a", "b"))
        loop.run_until_complete(client.aclose())
    loop.close()
