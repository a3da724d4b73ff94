"""Gunicorn's own DirtyClient, unmodified, against a host: gunicorn_client.py SCENARIO SOCKET.

The host serves Echo as `echo`, Bench as `bench`, Counter as `counter` and Faults as `faults`, with dirty_timeout 1. Prints what
came of it as one line of JSON.
"""
import asyncio
import collections
import json
import sys
import threading

from gunicorn.dirty.client import DirtyClient
from gunicorn.dirty.errors import DirtyError


def error_of(call):
    """What the client knows of the error that `call` must raise."""
    try:
        call()
    except DirtyError as error:
        known = {"class": type(error).__name__, "message": error.message, "executed": error.details.get("executed")}
        for name in ("timeout", "app_path", "action", "worker_id", "traceback"):
            if hasattr(error, name):
                known[name] = getattr(error, name)
        return known
    return None


def execute(client):
    """Results of the blocking call."""
    value = {"text": "grüße", "list": [1, 2.5, None, True], "nested": {"a": []}}
    return {
        "echo": client.execute("echo", "echo", value) == value,
        "by_name": client.execute("counter", "increment", by=41),
        "again": client.execute("counter", "increment"),
    }


def stream(client):
    """Chunks of the blocking stream, and a call after it."""
    chunks = list(client.stream("echo", "count_to", 5))
    return {"chunks": chunks, "after": client.execute("echo", "echo", "after")}


def left_stream(client):
    """A call after a stream that was left early: an answer of its own, or an error, never the stream's."""
    for chunk in client.stream("echo", "count_to", 10**12):
        if chunk == 3:
            break
    answers = []
    for _ in range(3):
        try:
            answers.append(client.execute("echo", "echo", "mine"))
        except DirtyError as error:
            answers.append(type(error).__name__)
    return answers


async def asynchronous(path):
    """The asyncio half of the client."""
    client = DirtyClient(path)
    value = await client.execute_async("echo", "echo", {"a": [1]})
    chunks = [chunk async for chunk in client.stream_async("echo", "count_to", 4)]
    await client.close_async()

    async def sleep(number):
        one = DirtyClient(path)
        await one.execute_async("bench", "sleep_task", 5)
        await one.close_async()
        return number

    many = await asyncio.gather(*(sleep(number) for number in range(40)))
    return {"value": value, "chunks": chunks, "many": many == list(range(40))}


def errors(path):
    """An error of every kind that Gunicorn has a class for."""
    def failing(app, action, *args):
        client = DirtyClient(path)
        try:
            return error_of(lambda: client.execute(app, action, *args))
        finally:
            client.close()

    return {
        "not_found": failing("nobody", "x"),
        "app": failing("counter", "increment", "many"),
        "unknown_action": failing("counter", "explode"),
        "timeout": failing("bench", "sleep_task", 60000),
        "worker": failing("faults", "abort"),
    }


def threads(path):
    """1,000 calls from 50 threads, each with a client of its own."""
    outcomes = collections.Counter()
    lock = threading.Lock()

    def work(thread):
        client = DirtyClient(path)
        for number in range(20):
            value = f"{thread}/{number}"
            try:
                outcome = "right" if client.execute("echo", "echo", value) == value else "wrong"
            except DirtyError as error:
                outcome = type(error).__name__
            with lock:
                outcomes[outcome] += 1
        client.close()

    running = [threading.Thread(target=work, args=(number,)) for number in range(50)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return outcomes


def main():
    scenario, path = sys.argv[1:]
    if scenario in ("execute", "stream", "left_stream"):
        with DirtyClient(path) as client:
            result = globals()[scenario](client)
    elif scenario == "asynchronous":
        result = asyncio.run(asynchronous(path))
    else:
        result = {"errors": errors, "threads": threads}[scenario](path)
    print(json.dumps(result))


main()
