"""The verbs of both clients, so that one test speaks for both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

from dirtyhost import AsyncClient, Client, RetryPolicy

# What makes the client of either kind: of a socket's path, and its options.
Make = Callable[..., Any]

# Tries again at once, and for as long as a test may take.
QUICK = RetryPolicy(window=30, first_delay=0.001, longest_delay=0.002)


class ThreadVerbs:
    """The client for threads."""

    name = "threads"

    def __init__(self, path: str, **options: Any) -> None:
        self.client = Client(path, **options)

    def call(self, *args: Any, **options: Any) -> Any:
        return self.client.call(*args, **options)

    def stream(self, *args: Any, **options: Any) -> Iterator[Any]:
        return self.client.stream(*args, **options)

    def ask(self, verb: str, *args: Any, **options: Any) -> Any:
        return getattr(self.client, verb)(*args, **options)

    def close(self) -> None:
        self.client.close()


class TaskVerbs:
    """The client for asyncio, one verb at a time on a loop of its own."""

    name = "tasks"

    def __init__(self, path: str, **options: Any) -> None:
        self.loop = asyncio.new_event_loop()
        self.client = AsyncClient(path, **options)

    def call(self, *args: Any, **options: Any) -> Any:
        return self.loop.run_until_complete(self.client.call(*args, **options))

    def stream(self, *args: Any, **options: Any) -> Iterator[Any]:
        stream = self.client.stream(*args, **options)
        while True:
            try:
                yield self.loop.run_until_complete(stream.__anext__())
            except StopAsyncIteration:
                return

    def ask(self, verb: str, *args: Any, **options: Any) -> Any:
        return self.loop.run_until_complete(getattr(self.client, verb)(*args, **options))

    def close(self) -> None:
        self.loop.run_until_complete(self.client.aclose())
        self.loop.close()
