"""What a call costs the arbiter, counted instead of timed: the same on a busy machine and on an idle one.

Two arbiters run under valgrind's callgrind, and answer calls one after the other, one of them more than the other. What it
executes and allocates beyond the other is what the further calls cost.
"""
import concurrent.futures
import json
import re
import shutil
import subprocess

from . import building, frames
from .contestants import Host

# What counts as an allocation.
ALLOCATORS = {"malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc"}
FEW, MANY = 100, 400
LIMITS = building.SOURCES / "limits.json"
# Calls of an arbiter that is interpreted: some milliseconds each, or some tens in a debug build.
MOST_SECONDS = 300


def costs(folder, binaries):
    """Instructions and allocations of a call."""
    dirty = folder / "dirty"
    # This valgrind gives up on some debug information of Swift's; names of functions are enough.
    subprocess.run(["strip", "--strip-debug", "-o", dirty, binaries / "dirty"], check=True)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        few, many = pool.map(lambda calls: counted(folder / f"calls-{calls}", dirty, binaries, calls), (FEW, MANY))
    return {what: (many[what] - few[what]) / (MANY - FEW) for what in few}


def counted(folder, dirty, binaries, calls):
    """What an arbiter executes and allocates from its start to its end, with so many calls in between."""
    profile = folder / "profile"
    # Where Swift's tables have what varies from run to run, and so would the counts; functions are looked up at the start.
    command = [
        "env", "SWIFT_DETERMINISTIC_HASHING=1", "LD_BIND_NOW=1",
        "valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", "--compress-strings=no", dirty,
    ]
    # How often it looks before it sleeps depends on the clock.
    settings = ("--dirty-worker-executable", binaries / "dirty-worker", "--dirty-busy-poll", "0")
    host = Host(folder, binaries, [f"echo={binaries}/libEcho.so"], 1, settings, command)
    try:
        host.start()
        file = folder / "frame"
        file.write_bytes(frames.json_frame("echo", "echo", 0))
        load = [building.TOOLS / "load", host.path, file, "--requests", str(calls)]
        done = subprocess.run(load, stdout=subprocess.PIPE, check=True, timeout=MOST_SECONDS)
        if json.loads(done.stdout)["answers"] != calls:
            raise host.failure("didn't answer every call")
    finally:
        host.stop()
    if not profile.exists():
        raise host.failure("left no profile")
    return totals(profile.read_text(errors="replace"))


def totals(profile):
    """What a callgrind profile, written without compressed names, says was executed and allocated."""
    allocations = 0
    callee = ""
    for line in profile.splitlines():
        if line.startswith("cfn="):
            callee = line[4:]
        elif line.startswith("calls=") and callee in ALLOCATORS:
            allocations += int(line[6:].split()[0])
    instructions = re.search(r"^totals: (\d+)", profile, re.MULTILINE)
    if instructions is None:
        raise RuntimeError("the profile has no totals: its process didn't end in good order")
    return {"instructions": int(instructions[1]), "allocations": allocations}


def limits(build):
    """How much a call may cost in a `debug` or `release` build."""
    known = json.loads(LIMITS.read_text())
    if build not in known:
        raise SystemExit(f"{LIMITS} has no limits for '{build}'; it has them for {' and '.join(known)}")
    return known[build]


def row(bench):
    """The counts as a scenario: of the build that is measured."""
    units = {"instructions": "instructions", "allocations": "allocations"}
    shown = bench.row("counts", "of the arbiter, for a no-op call", units)
    if shutil.which("valgrind") is None:
        building.say("Leaving out what is counted: there is no valgrind on the PATH")
        return
    bench.take_turns(shown, {"dirty": lambda: costs(bench.made("counts"), bench.binaries)})
    for what, limit in limits(bench.binaries.name).items():
        shown.mark(what, shown.samples("dirty", what), at_most=limit)
