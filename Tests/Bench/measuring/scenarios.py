"""All scenarios, by name, in the order in which they run."""
from . import calls, counting, growth, lives, payloads


def all_scenarios():
    """Names, and what runs each."""
    scenarios = {}
    for connections in (1, 16, 64, 200):
        scenarios[f"noop-{connections}"] = lambda bench, n=connections: calls.no_op(bench, n)
    for connections in (16, 64):
        scenarios[f"depth-{connections}"] = lambda bench, n=connections: calls.no_op(bench, n, depth=8)
    for connections in (100, 200):
        scenarios[f"sleep-{connections}"] = lambda bench, n=connections: calls.sleep(bench, n)
    for direction, run in (("answer", payloads.answers), ("request", payloads.requests)):
        for kind in ("text", "bytes"):
            for size in payloads.SIZES:
                scenarios[f"{direction}-{kind}-{size}"] = lambda bench, r=run, k=kind, s=size: r(bench, s, k)
    scenarios["exchange-bytes-64m"] = payloads.exchange
    scenarios["exchange-shared-64m"] = payloads.exchange_shared
    for size, name in ((64, "64"), (64 * payloads.KIB, "64k")):
        scenarios[f"stream-{name}"] = lambda bench, s=size, n=name: payloads.stream(bench, s, n)
    scenarios["workers"] = growth.workers
    scenarios["workers-1"] = growth.workers_alone
    for run in (growth.apps, growth.idle, growth.backlog, lives.start, lives.spawn, lives.respawn, lives.memory):
        scenarios[run.__name__] = run
    scenarios["counts"] = counting.row
    return scenarios


def chosen(names):
    """The scenarios that are named, or whose names begin with one of `names` and a dash; all if there are no names."""
    scenarios = all_scenarios()
    if not names:
        return scenarios
    for name in names:
        if not any(is_meant(name, scenario) for scenario in scenarios):
            raise SystemExit(f"bench: there is no scenario '{name}'; --list shows them")
    return {scenario: run for scenario, run in scenarios.items() if any(is_meant(name, scenario) for name in names)}


def is_meant(name, scenario):
    """Whether `name` names this scenario, or a family that it is of."""
    return scenario == name or scenario.startswith(f"{name}-")
