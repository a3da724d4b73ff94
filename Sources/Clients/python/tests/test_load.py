"""Much at once, and much in one call, against a real host."""

from __future__ import annotations

import asyncio
import itertools
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from dirtyhost import AsyncClient, Client, DirtyAppError

MEBIBYTES_10 = 10 << 20


def connections(client: Client) -> int:
    """How many clients the host has."""
    return int(client.status()["connections"])


def test_10000_calls_from_50_threads_are_answered_rightly_over_one_connection(shared_socket: str) -> None:
    numbers = iter(range(10_000))
    lock = threading.Lock()
    wrong, right = [], itertools.count()

    with Client(shared_socket) as client:
        before = connections(client)

        def work() -> None:
            while True:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                value = {"number": number, "text": f"é{number}"}
                if number % 10 == 0:
                    with pytest.raises(DirtyAppError) as caught:
                        client.call("echo", f"nope {number}")
                    answer = caught.value.action == f"nope {number}"
                elif number % 10 == 1:
                    data = number.to_bytes(4, "big") * 100
                    answer = client.call("echo", "echo", [number, data]) == [number, data]
                else:
                    answer = client.call("echo", "echo", value) == value
                if answer:
                    next(right)
                else:
                    wrong.append(number)

        with ThreadPoolExecutor(50) as pool:
            for future in [pool.submit(work) for _ in range(50)]:
                future.result()
        assert connections(client) <= before
    assert wrong == [] and next(right) == 10_000


def test_10000_calls_of_200_tasks_are_answered_rightly(shared_socket: str) -> None:
    async def main() -> None:
        async with AsyncClient(shared_socket) as client:

            async def work(task: int) -> None:
                for call in range(50):
                    value = {"task": task, "call": call}
                    assert await client.call("echo", "echo", value) == value
                chunks = [chunk async for chunk in client.stream("echo", "count_to", 1 + task % 5)]
                assert chunks == list(range(1, 2 + task % 5))

            await asyncio.gather(*map(work, range(200)))

    asyncio.run(main())


def test_1000_calls_at_once_from_one_task_each(shared_socket: str) -> None:
    async def main() -> None:
        async with AsyncClient(shared_socket) as client:
            answers = await asyncio.gather(*(client.call("echo", "echo", n) for n in range(1000)))
            assert answers == list(range(1000))

    asyncio.run(main())


def test_10_mebibytes_go_both_ways(client: Client, shared_socket: str) -> None:
    data = os.urandom(MEBIBYTES_10)
    assert client.call("echo", "echo", data) == data

    async def main() -> None:
        async with AsyncClient(shared_socket) as client:
            assert await client.call("echo", "echo", {"data": data}) == {"data": data}

    asyncio.run(main())


def test_large_and_small_calls_share_a_connection(client: Client) -> None:
    def call(number: int) -> bool:
        size = (3 << 20) if number % 8 == 0 else number
        data = bytes([number % 256]) * size
        answer = client.call("echo", "echo", [number, data])
        return bool(answer == [number, data])

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(call, range(64)))


def test_large_and_small_calls_of_tasks_share_a_connection(shared_socket: str) -> None:
    async def main() -> None:
        async with AsyncClient(shared_socket) as client:

            async def call(number: int) -> bool:
                size = (3 << 20) if number % 8 == 0 else number
                data = bytes([number % 256]) * size
                answer = await client.call("echo", "echo", [number, data])
                return bool(answer == [number, data])

            assert all(await asyncio.gather(*map(call, range(64))))

    asyncio.run(main())
