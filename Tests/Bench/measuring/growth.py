"""What a call costs in a host that has much of something: workers, apps, idle connections, waiting calls."""
import os
import resource
import socket

from . import frames
from .building import say

# How much dearer a call may be in the largest host than in the small one.
MOST_GROWTH = 1.3
UNITS = {"rate": "calls/s", "cost": "µs a call", "processor_time": "µs of processors"}
CONNECTIONS = 16
WORKERS = (1, 2, 4, 8, 16, 32, 64)
APPS = (1, 10, 100, 1000)
IDLE = (0, 100, 1000, 10_000)
# Calls that wait, by the connections and the calls in flight on each that make them, four being on workers.
WAITING = {1: (5, 1), 100: (104, 1), 1000: (201, 5), 10_000: (201, 50), 100_000: (201, 500)}
# Calls of a run whose length is a count.
FEWEST_REQUESTS = 20_000
# Descriptors that a process needs besides its connections.
SPARE_DESCRIPTORS = 500


def workers(bench):
    """From one worker to 64, each host with as many connections as the largest has workers: all are at work."""
    of_workers(bench, "workers", WORKERS[-1])


def workers_alone(bench):
    """From one worker to 64, and one call at a time: they are only there."""
    of_workers(bench, "workers-1", 1)


def of_workers(bench, name, connections):
    """From one worker to 64, each host with so many connections."""
    row = bench.row(name, f"no-op, {label(connections, 'connection')}, 1 to {WORKERS[-1]} workers", UNITS)
    hosts = {label(count, "worker"): (bench.host("Echo", workers=count), "echo", {}) for count in WORKERS}
    measure(bench, row, hosts, {"connections": connections})
    mark(row, label(4, "worker"), label(WORKERS[-1], "worker"))


def apps(bench):
    """From one app to 1,000, all of one plugin; the one that is called stands in the middle."""
    row = bench.row("apps", f"no-op, {CONNECTIONS} connections, 1 to {APPS[-1]:,} apps", UNITS)
    hosts = {}
    for count in APPS:
        bench.progress(row, f"starting a host with {count}")
        names = [f"app{number}" for number in range(count)]
        host = bench.start(bench.host_of([f"{name}={bench.plugin('Echo')}" for name in names]))
        hosts[label(count, "app")] = (host, names[count // 2], {})
    measure(bench, row, hosts)
    mark(row, label(APPS[0], "app"), label(APPS[-1], "app"))


def idle(bench):
    """From none to 10,000 connections that are open and say nothing."""
    row = bench.row("idle", f"no-op, {CONNECTIONS} connections, 0 to {IDLE[-1]:,} idle ones", UNITS)
    hosts = {}
    for count in IDLE:
        bench.progress(row, f"connecting {count}")
        host = bench.host("Echo")
        if not connect_idle(bench, host, count):
            break
        hosts[f"{count} idle"] = (host, "echo", {})
    measure(bench, row, hosts)
    mark(row, f"{IDLE[0]} idle", f"{IDLE[-1]} idle")


def backlog(bench):
    """From one waiting call to 100,000; the small case is that of 100, as with fewer connections there is less to do at once."""
    row = bench.row(
        "backlog", f"no-op, 1 to {max(WAITING):,} waiting calls",
        {**UNITS, "in_flight": "in flight on average"},
    )
    host = bench.host("Echo", settings=("--dirty-backlog", str(2 * max(WAITING))))
    measure(bench, row, {
        f"{waiting} waiting": (host, "echo", {
            "connections": connections, "depth": depth,
            # Until all wait there is a way to go, and back again: by count, so that a slow machine gets there too.
            "requests": max(FEWEST_REQUESTS, 3 * connections * depth),
        })
        for waiting, (connections, depth) in WAITING.items()
    })
    for figures in row.contestants.values():
        figures["in_flight"] = [rate * mean / 1e6 for rate, mean in zip(figures["rate"], figures["mean"])]
    mark(row, "100 waiting", f"{max(WAITING)} waiting")


def label(count, noun):
    """How a host with so many of something is called."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def measure(bench, row, hosts, shape=None):
    """Lets hosts take turns; what a call costs is the time between two answers."""
    shape = {"connections": CONNECTIONS, **(shape or {})}
    bench.take_turns(row, {
        name: bench.load(host, frames.json_frame(app, "echo", 0), **{**shape, "warmup": 500, **own})
        for name, (host, app, own) in hosts.items()
    })
    for figures in row.contestants.values():
        figures["cost"] = [1e6 / rate for rate in figures["rate"]]


def mark(row, small, large):
    """The large case may cost a little more than the small one."""
    row.mark(
        f"cost at {large} ÷ cost at {small}", row.ratios(large, small, "cost"), at_most=MOST_GROWTH,
        why_not="this machine doesn't let a process have so many descriptors",
    )


def connect_idle(bench, host, count):
    """Opens connections that stay until the scenario ends; False if there may not be so many."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if len(os.listdir("/proc/self/fd")) + count + SPARE_DESCRIPTORS > limit:
        say(f"Leaving out {count} idle connections: a process may have {limit} descriptors (ulimit -n)")
        return False
    for _ in range(count):
        connection = socket.socket(socket.AF_UNIX)
        bench.scenario.callback(connection.close)
        connection.connect(str(host.path))
    # Whoever is answered now has been taken in after all of them.
    host.owner.ask(type="ping")
    return True
