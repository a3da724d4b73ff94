"""The conformance cases, by both clients."""

from __future__ import annotations

import asyncio
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conformance import Case, assert_outcome, build, cases

from dirtyhost import AsyncClient, Call, Client, DirtyCancelledError, DirtyError

CASES = cases("calls-*.json")
_CAN = {"attachments", "cancel", "concurrency", "affinity", "kwargs", "int64", "big_integers"}
_THREADS = 50


def arguments(request: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """What a call is made with."""
    options: dict[str, Any] = {name: request[name] for name in ("timeout", "affinity", "kwargs") if name in request}
    return [request["app"], request["action"], *request.get("args", [])], options


def failure(error: DirtyError) -> dict[str, Any]:
    """The outcome of a call that raised the error."""
    if isinstance(error, DirtyCancelledError):
        return {"cancelled": True}
    assert error.error_type == error.details["error_type"] and error.executed == error.details["executed"]
    return {
        "error": {
            "type": error.error_type,
            "executed": error.executed,
            "message": error.message,
            "details": error.details,
        }
    }


class Threaded:
    """Runs a case's steps with the client for threads."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.unique = uuid.uuid4().hex
        self.started: dict[str, Any] = {}

    def call(self, request: dict[str, Any]) -> dict[str, Any]:
        args, options = arguments(request)
        try:
            return {"result": self.client.call(*args, **options)}
        except DirtyError as error:
            return failure(error)

    def stream(self, stream: Any, take: int | None) -> dict[str, Any]:
        chunks: list[Any] = []
        try:
            for chunk in stream:
                chunks.append(chunk)
                if len(chunks) == take:
                    break
        except DirtyError as error:
            outcome = failure(error)
            return outcome if "cancelled" in outcome else {**outcome, "chunks": chunks}
        return {"chunks": chunks}

    def start(self, name: str, request: dict[str, Any], streams: bool) -> None:
        args, options = arguments(request)
        if streams:
            stream = self.client.stream(*args, **options)
            pool = ThreadPoolExecutor(1)
            self.started[name] = stream, pool.submit(self.stream, stream, None)
            pool.shutdown(wait=False)
        else:
            call = self.client.submit(*args, **options)
            self.started[name] = call, call

    def finish(self, name: str) -> dict[str, Any]:
        _, future = self.started[name]
        try:
            result = future.result(30)
        except DirtyError as error:
            return failure(error)
        return {"result": result} if isinstance(future, Call) else dict(result)

    def ask(self, step: dict[str, Any]) -> dict[str, Any]:
        try:
            return {"result": getattr(self.client, step["do"])(*([step["app"]] if "app" in step else []))}
        except DirtyError as error:
            return failure(error)

    def run(self, step: dict[str, Any]) -> None:
        do, where = step["do"], str(step)[:300]
        request = build(step.get("request"), 0, self.unique)
        if do == "start":
            self.start(step["name"], request, step.get("stream", False))
            return
        if do == "cancel":
            self.started[step["name"]][0].cancel()
            return
        if do == "many":
            requests = [build(step["request"], i, self.unique) for i in range(step["count"])]
            with ThreadPoolExecutor(_THREADS) as pool:
                for i, outcome in enumerate(pool.map(self.call, requests)):
                    assert_outcome(build(step["expect"], i, self.unique), outcome, where)
            return
        if do == "call":
            outcome = self.call(request)
        elif do == "stream":
            args, options = arguments(request)
            outcome = self.stream(self.client.stream(*args, **options), step.get("take"))
        elif do == "finish":
            outcome = self.finish(step["name"])
        else:
            outcome = self.ask(step)
        assert_outcome(build(step["expect"], 0, self.unique), outcome, where)


class Tasks:
    """Runs a case's steps with the client for asyncio."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client
        self.unique = uuid.uuid4().hex
        self.started: dict[str, asyncio.Task[dict[str, Any]]] = {}

    async def call(self, request: dict[str, Any]) -> dict[str, Any]:
        args, options = arguments(request)
        try:
            return {"result": await self.client.call(*args, **options)}
        except DirtyError as error:
            return failure(error)

    async def stream(self, request: dict[str, Any], take: int | None) -> dict[str, Any]:
        args, options = arguments(request)
        chunks: list[Any] = []
        try:
            async for chunk in self.client.stream(*args, **options):
                chunks.append(chunk)
                if len(chunks) == take:
                    break
        except DirtyError as error:
            return {**failure(error), "chunks": chunks}
        return {"chunks": chunks}

    async def finish(self, name: str) -> dict[str, Any]:
        try:
            return await asyncio.wait_for(self.started[name], 30)
        except asyncio.CancelledError:
            return {"cancelled": True}

    async def ask(self, step: dict[str, Any]) -> dict[str, Any]:
        try:
            return {"result": await getattr(self.client, step["do"])(*([step["app"]] if "app" in step else []))}
        except DirtyError as error:
            return failure(error)

    async def run(self, step: dict[str, Any]) -> None:
        do, where = step["do"], str(step)[:300]
        request = build(step.get("request"), 0, self.unique)
        if do == "start":
            begin = self.stream(request, None) if step.get("stream") else self.call(request)
            self.started[step["name"]] = asyncio.get_running_loop().create_task(begin)
            # A task begins with the loop's next turn; calls that were started are to be on their way.
            await asyncio.sleep(0)
            return
        if do == "cancel":
            self.started[step["name"]].cancel()
            return
        if do == "many":
            requests = [build(step["request"], i, self.unique) for i in range(step["count"])]
            outcomes = await asyncio.gather(*map(self.call, requests))
            for i, outcome in enumerate(outcomes):
                assert_outcome(build(step["expect"], i, self.unique), outcome, where)
            return
        if do == "call":
            outcome = await self.call(request)
        elif do == "stream":
            outcome = await self.stream(request, step.get("take"))
        elif do == "finish":
            outcome = await self.finish(step["name"])
        else:
            outcome = await self.ask(step)
        assert_outcome(build(step["expect"], 0, self.unique), outcome, where)


@pytest.fixture(scope="session")
def can(shared_socket: str) -> set[str]:
    """The needs of cases that are met: the clients' features, and the apps there are."""
    with Client(shared_socket) as client:
        return _CAN | {app["name"] for app in client.describe()["apps"]}


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[name for name, _ in CASES])
def test_client_for_threads(case: Case, shared_socket: str, can: set[str]) -> None:
    if missing := set(case.get("needs", [])) - can:
        pytest.skip(f"needs {missing}")
    with Client(shared_socket) as client:
        runner = Threaded(client)
        for step in case["steps"]:
            runner.run(step)


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[name for name, _ in CASES])
def test_client_for_asyncio(case: Case, shared_socket: str, can: set[str]) -> None:
    if missing := set(case.get("needs", [])) - can:
        pytest.skip(f"needs {missing}")

    async def run() -> None:
        async with AsyncClient(shared_socket) as client:
            runner = Tasks(client)
            for step in case["steps"]:
                await runner.run(step)

    asyncio.run(run())
