"""Processes: how soon they are there, how soon they are there again, and what they hold."""
import os
import pathlib
import signal
import statistics
import time

from . import frames, growth
from .contestants import Connection

MIB, KIB = 1 << 20, 1 << 10
# Deaths and births in each round.
TIMES = 5
# Calls before memory is looked at: it grows with the first ones.
CALLS = 1000
# How long to wait between two looks at the host's status.
LOOK_SECONDS = 0.0005
MOST_SECONDS = 60


def start(bench):
    """From starting a host with one worker to its first answer."""
    row = bench.row("start", "from starting a host with Echo and one worker to being ready", {"milliseconds": "ms"})
    turns = {"dirty": lambda: started_in(bench.host_of([f"echo={bench.plugin('Echo')}"], 1))}
    for name in bench.pythons:
        turns[name] = lambda name=name: started_in(bench.gunicorn_of(name, 1))
    bench.take_turns(row, turns)


def spawn(bench):
    """A worker more: from being told to the worker's being ready."""
    row = bench.row("spawn", "a worker with Echo, from being asked for to being ready", {"milliseconds": "ms"})
    host = bench.host("Echo", workers=1)
    bench.take_turns(row, {"dirty": lambda: {"milliseconds": statistics.median(spawned_in(host) for _ in range(TIMES))}})
    row.mark("ms", row.samples("dirty", "milliseconds"), at_most=30)


def respawn(bench):
    """A worker killed: from the signal to the next one's first answer."""
    row = bench.row("respawn", "the only worker, from kill -9 to the next one's first answer", {"milliseconds": "ms"})
    host = bench.host("Echo", workers=1, settings=("--dirty-restart-limit", "0"))
    bench.take_turns(row, {"dirty": lambda: {"milliseconds": statistics.median(respawned_in(host) for _ in range(TIMES))}})
    row.mark("ms", row.samples("dirty", "milliseconds"), at_most=100)


def memory(bench):
    """Proportional memory: pages that several processes map count by shares."""
    row = bench.row(
        "memory", f"proportional set size, one worker, after {CALLS:,} calls",
        {"arbiter": "MiB arbiter", "worker": "MiB worker", "idle": "KiB an idle connection"},
    )
    turns = {"dirty": lambda: held_by_host(bench, row)}
    for name in bench.pythons:
        turns[name] = lambda name=name: held_by_gunicorn(bench, name)
    bench.take_turns(row, turns)
    row.mark("MiB of the arbiter", row.samples("dirty", "arbiter"), at_most=30)
    row.mark("KiB of the arbiter for an idle connection", row.samples("dirty", "idle"), at_most=20)
    row.mark("MiB of an Echo worker", row.samples("dirty", "worker"), at_most=10)


def started_in(contestant):
    """Milliseconds that a contestant takes to be ready; it is gone afterwards."""
    began = time.monotonic()
    try:
        contestant.start()
        return {"milliseconds": (time.monotonic() - began) * 1000}
    finally:
        contestant.stop()


def await_workers(host, is_right):
    """Looks at the workers until they are as they should be."""
    end = time.monotonic() + MOST_SECONDS
    while not is_right(host.status()["workers"]):
        if time.monotonic() > end:
            raise host.failure("doesn't get the workers it should have")
        time.sleep(LOOK_SECONDS)


def spawned_in(host):
    """Milliseconds until a second worker is ready; there is one worker again afterwards."""
    began = time.monotonic()
    host.owner.ask(type="manage", op="add")
    await_workers(host, lambda workers: sum(worker["state"] == "ready" for worker in workers) == 2)
    milliseconds = (time.monotonic() - began) * 1000
    host.owner.ask(type="manage", op="remove")
    await_workers(host, lambda workers: len(workers) == 1)
    return milliseconds


def respawned_in(host):
    """Milliseconds until the worker that takes the place of a killed one has answered."""
    client = Connection(host.path)
    # One that has answered is replaced at once.
    client.ask(type="request", app_path="echo", action="echo", args=[0])
    pid = host.status()["workers"][0]["pid"]
    began = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    while "error" in client.ask(type="request", app_path="echo", action="echo", args=[0]):
        # It had been sent to the one that was killed.
        pass
    milliseconds = (time.monotonic() - began) * 1000
    client.close()
    return milliseconds


def proportional_bytes(pid):
    """What a process holds."""
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * KIB
    raise RuntimeError(f"/proc/{pid}/smaps_rollup has no Pss")


def held_by_host(bench, row):
    """What arbiter and worker hold, and what an idle connection adds."""
    host = bench.host("Echo", workers=1)
    client = Connection(host.path)
    for number in range(CALLS):
        client.ask(type="request", app_path="echo", action="echo", args=[number])
    held = proportional_bytes(host.process.pid)
    figures = {"arbiter": held / MIB, "worker": proportional_bytes(host.status()["workers"][0]["pid"]) / MIB}
    count = growth.IDLE[-1]
    bench.progress(row, f"connecting {count}")
    if growth.connect_idle(bench, host, count):
        figures["idle"] = (proportional_bytes(host.process.pid) - held) / count / KIB
    client.close()
    bench.scenario.close()
    return figures


def held_by_gunicorn(bench, name):
    """What Gunicorn's arbiter and its worker hold."""
    gunicorn = bench.start(bench.gunicorn_of(name, 1))
    client = Connection(gunicorn.path)
    for number in range(CALLS):
        client.exchange(frames.gunicorn_frame(name, "echo", number)[0])
    client.close()
    worker = int(pathlib.Path(f"/proc/{gunicorn.process.pid}/task/{gunicorn.process.pid}/children").read_text().split()[0])
    figures = {"arbiter": proportional_bytes(gunicorn.process.pid) / MIB, "worker": proportional_bytes(worker) / MIB}
    bench.scenario.close()
    return figures
