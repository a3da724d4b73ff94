"""Gunicorn's own client against this host, where Gunicorn is installed."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest

client_module = pytest.importorskip("gunicorn.dirty.client")
errors = pytest.importorskip("gunicorn.dirty.errors")


def test_calls_streams_and_bytes(shared_socket: str) -> None:
    client = client_module.DirtyClient(shared_socket, timeout=30)
    value = {"list": [1, None, True, 2.5, "é"], "bytes": b"\0\xff"}
    assert client.execute("echo", "echo", value) == value
    assert client.execute("bench", "payload_task", size_bytes=2) == {"data": "AB", "size": 2}
    assert list(client.stream("echo", "count_to", 3)) == [1, 2, 3]
    client.close()


def test_calls_and_streams_of_tasks(shared_socket: str) -> None:
    async def main() -> None:
        client = client_module.DirtyClient(shared_socket, timeout=30)
        assert await client.execute_async("echo", "echo", "x") == "x"
        assert [chunk async for chunk in client.stream_async("echo", "count_to", 3)] == [1, 2, 3]
        await client.close_async()

    asyncio.run(main())


def test_errors_have_their_types_and_attributes(shared_socket: str) -> None:
    client = client_module.DirtyClient(shared_socket, timeout=30)

    def failure(app: str, action: str, *args: Any) -> Any:
        with pytest.raises(errors.DirtyError) as caught:
            client.execute(app, action, *args)
        return caught.value

    missing = failure("no such app", "x")
    assert type(missing) is errors.DirtyAppNotFoundError and missing.app_path == "no such app"
    refused = failure("echo", "shout")
    assert type(refused) is errors.DirtyAppError and (refused.app_path, refused.action) == ("echo", "shout")
    died = failure("faults", "segv", uuid.uuid4().hex)
    assert type(died) is errors.DirtyWorkerError and died.worker_id > 0 and "faults_segv" in died.traceback
    late = failure("hasty", "sleep_ms", 800)
    assert type(late) is errors.DirtyTimeoutError and late.timeout == 0.5
    client.close()


def test_after_leaving_a_stream_early_a_client_that_is_closed_goes_on(shared_socket: str) -> None:
    client = client_module.DirtyClient(shared_socket, timeout=30)
    for chunk in client.stream("echo", "count_to", 10**9):
        if chunk == 3:
            break
    # It looks at no ids: what is left of the stream would pass for the next answer.
    client.close()
    assert client.execute("echo", "echo", "after") == "after"
    client.close()
