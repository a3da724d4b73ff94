"""Calls that do nothing, and calls that sleep: what the way to a worker and back costs."""
import json
import subprocess

from . import building, frames

SLEEP_MILLISECONDS = 10
WORKERS = 4
# An echo that is faster than this times the fastest contestant shows that the generator holds up nobody.
GENERATOR_MARGIN = 1.25


def no_op(bench, connections, depth=1):
    """The same small call again and again."""
    is_single = connections == 1
    about = f"no-op, {connections} connection{'' if is_single else 's'}, {WORKERS} workers"
    row = bench.row(
        f"noop-{connections}" if depth == 1 else f"depth-{connections}",
        about if depth == 1 else f"{about}, {depth} calls in flight on each",
        {"rate": "calls/s", "p50": "µs p50", "p99": "µs p99", "processor_time": "µs of processors"},
    )
    host = bench.host("Echo", workers=WORKERS)
    shape = {"connections": connections, "depth": depth, "warmup": 20 * connections * depth}
    turns = {
        "dirty": bench.load(host, frames.json_frame("echo", "echo", 0), **shape),
        "dirty-gd": bench.load(host, frames.binary_frame("echo", "echo", 0), "gd", **shape),
        "forwarder": bench.load(bench.forwarder(workers=WORKERS), frames.forwarder_frame(), **shape),
        "generator": bench.load(bench.forwarder(workers=0), frames.forwarder_frame(), **shape),
    }
    for name, gunicorn in bench.gunicorns(WORKERS).items():
        turns[name] = bench.load(gunicorn, *frames.gunicorn_frame(name, "echo", 0), **shape)
    bench.take_turns(row, turns)
    row.tell("processor time, the C forwarder's ÷ ours", row.ratios("forwarder", "dirty", "processor_time"))
    if is_single:
        row.mark("p50 ÷ the C forwarder's", row.ratios("dirty", "forwarder", "p50"), at_most=1.3)
        row.mark("p50 ÷ Gunicorn 25.0.1's", row.ratios("dirty", "gunicorn-25", "p50"), at_most=0.2)
    elif depth == 1:
        row.mark("rate ÷ the C forwarder's", row.ratios("dirty", "forwarder"), at_least=0.75)
        row.mark("rate ÷ Gunicorn 25.0.1's", row.ratios("dirty", "gunicorn-25"), at_least=9)
    else:
        row.mark("rate ÷ the C forwarder's", row.ratios("dirty", "forwarder"), at_least=1.0)
    fastest = [max(pair) for pair in zip(row.samples("dirty", "rate"), row.samples("forwarder", "rate"))]
    margins = [rate / other for rate, other in zip(row.samples("generator", "rate"), fastest)]
    row.mark("the generator's own echo ÷ the fastest contestant", margins, at_least=GENERATOR_MARGIN)


def sleep(bench, connections):
    """Calls that sleep: workers should be asleep all the time, and no call should be overtaken."""
    row = bench.row(
        f"sleep-{connections}",
        f"{SLEEP_MILLISECONDS} ms sleep, {connections} connections, {WORKERS} workers",
        {"rate": "calls/s", "p50": "µs p50", "p99": "µs p99"},
    )
    host = bench.host("Bench", workers=WORKERS)
    # Every call waits for those before it: a run too short for some turns of all connections would be all beginning and end.
    turn_seconds = connections * SLEEP_MILLISECONDS / 1000 / WORKERS
    shape = {"connections": connections, "warmup": connections, "seconds": max(2 * bench.seconds, 4 * turn_seconds)}
    forwarder = bench.forwarder(workers=WORKERS, sleep_milliseconds=SLEEP_MILLISECONDS)
    turns = {
        "dirty": bench.load(host, frames.json_frame("bench", "sleep_task", SLEEP_MILLISECONDS), **shape),
        "forwarder": bench.load(forwarder, frames.forwarder_frame(), **shape),
        "bare loop": lambda: bare_sleeps(shape["seconds"]),
    }
    for name, gunicorn in bench.gunicorns(WORKERS).items():
        turns[name] = bench.load(gunicorn, *frames.gunicorn_frame(name, "sleep_task", SLEEP_MILLISECONDS), **shape)
    bench.take_turns(row, turns)
    row.mark("rate ÷ the bare loop's", row.ratios("dirty", "bare loop"), at_least=0.99)
    tails = [p99 / p50 for p99, p50 in zip(row.samples("dirty", "p99"), row.samples("dirty", "p50"))]
    row.mark("p99 ÷ p50", tails, at_most=1.1)
    row.mark("failures", [sum(row.samples("dirty", "errors"))], at_most=0)


def bare_sleeps(seconds):
    """What processes reach that only sleep."""
    command = [building.TOOLS / "sleeper", str(WORKERS), str(SLEEP_MILLISECONDS), str(seconds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=seconds + 60)
    return json.loads(done.stdout)
