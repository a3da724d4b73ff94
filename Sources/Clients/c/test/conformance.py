#!/usr/bin/env python3
"""Runs the cases of Tests/Conformance by way of dirty-c-call, and so of the C client.

usage: conformance.py DIRTY_C_CALL SOCKET
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

# What the cases mean is read by the same code as in the Python client's tests; it needs nothing but Python.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python" / "tests"))
from conformance import assert_outcome, build, cases  # noqa: E402

FEATURES = {"attachments", "cancel", "concurrency", "affinity", "kwargs", "int64", "big_integers"}
CALLERS = 8


class Caller:
    """A process with one C client, which makes one call at a time."""

    def __init__(self, program: str, socket: str, folder: Path) -> None:
        self.socket = socket
        self.folder = Path(tempfile.mkdtemp(dir=folder))
        self.process = subprocess.Popen([program, "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def close(self) -> None:
        self.process.stdin.close()
        for _ in self.process.stdout:
            pass
        if self.process.wait() != 0:
            raise AssertionError(f"dirty-c-call ended with {self.process.returncode}")

    def begin(self, arguments: list[str]) -> None:
        """Starts a call; returns when it can be cancelled."""
        print("--socket", self.socket, "--save", self.folder, *arguments, sep="\t", file=self.process.stdin, flush=True)
        assert self.process.stdout.readline() == '{"begun":true}\n'

    def cancel(self) -> None:
        self.process.send_signal(signal.SIGUSR1)

    def outcome(self) -> dict[str, Any]:
        """Waits for the call's end."""
        chunks: list[Any] = []
        for line in self.process.stdout:
            answer = json.loads(line)
            if "chunk" in answer:
                chunks.append(self.value(answer, "chunk"))
            elif "result" in answer:
                return {"result": self.value(answer, "result")}
            elif "end" in answer:
                return {"chunks": chunks}
            elif answer["error"]["type"] == "DirtyCancelledError":
                return {"cancelled": True}
            else:
                return {**answer, "chunks": chunks}
        raise AssertionError("dirty-c-call ended in the middle of a call")

    def value(self, answer: dict[str, Any], kind: str) -> Any:
        attachments = [Path(file).read_bytes() for file in answer["attachments"]]
        return with_bytes(answer[kind], attachments)

    def request(self, request: dict[str, Any], streams: bool = False, take: int | None = None) -> list[str]:
        """The arguments that make the call."""
        attachments: list[bytes] = []
        arguments = ["--stream"] if streams else []
        if take is not None:
            arguments += ["--take", str(take)]
        for name in ("timeout", "affinity"):
            if name in request:
                arguments += [f"--{name}", str(request[name])]
        if "kwargs" in request:
            arguments += ["--kwargs", as_json(request["kwargs"], attachments)]
        call = [request["app"], request["action"]]
        if "args" in request:
            call.append(as_json(request["args"], attachments))
        for number, content in enumerate(attachments):
            file = self.folder / f"request-{number}"
            file.write_bytes(content)
            arguments += ["--attach", str(file)]
        return arguments + call


def as_json(value: Any, attachments: list[bytes]) -> str:
    """The JSON text of a value, its bytes put aside."""

    def reference(content: bytes) -> dict[str, int]:
        attachments.append(content)
        return {"$attachment": len(attachments) - 1}

    return json.dumps(value, default=reference)


def with_bytes(value: Any, attachments: list[bytes]) -> Any:
    """The value, with its bytes in their places."""
    if isinstance(value, list):
        return [with_bytes(item, attachments) for item in value]
    if isinstance(value, dict):
        if attachments and value.keys() == {"$attachment"}:
            return attachments[value["$attachment"]]
        return {name: with_bytes(item, attachments) for name, item in value.items()}
    return value


class Runner:
    """Runs one case: its steps by one client, and what goes on beside them by others."""

    def __init__(self, program: str, socket: str, folder: Path) -> None:
        self.settings = program, socket, folder
        self.unique = uuid.uuid4().hex
        self.callers = [Caller(*self.settings)]
        self.started: dict[str, Caller] = {}

    def close(self) -> None:
        for caller in self.callers:
            caller.close()

    def another(self) -> Caller:
        self.callers.append(Caller(*self.settings))
        return self.callers[-1]

    def run(self, step: dict[str, Any]) -> None:
        do, main = step["do"], self.callers[0]
        request = build(step.get("request"), 0, self.unique)
        if do == "start":
            self.started[step["name"]] = caller = self.another()
            caller.begin(caller.request(request, step.get("stream", False)))
        elif do == "cancel":
            self.started[step["name"]].cancel()
        elif do == "finish":
            self.check(step, self.started[step["name"]].outcome())
        elif do == "many":
            self.many(step)
        else:
            if do in ("call", "stream"):
                main.begin(main.request(request, do == "stream", step.get("take")))
            else:
                main.begin(["--ask", do, *([step["app"]] if "app" in step else [])])
            self.check(step, main.outcome())

    def many(self, step: dict[str, Any]) -> None:
        callers = [self.another() for _ in range(CALLERS)]

        def run(number: int) -> None:
            for index in range(number, step["count"], CALLERS):
                caller = callers[number]
                caller.begin(caller.request(build(step["request"], index, self.unique)))
                self.check(step, caller.outcome(), index)

        with ThreadPoolExecutor(CALLERS) as pool:
            list(pool.map(run, range(CALLERS)))

    def check(self, step: dict[str, Any], outcome: dict[str, Any], index: int = 0) -> None:
        assert_outcome(build(step["expect"], index, self.unique), outcome, str(step)[:300])


def main() -> None:
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    program, socket = sys.argv[1:]
    ran, skipped, failed = 0, 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asking = Caller(program, socket, folder)
        asking.begin(["--ask", "describe"])
        can = FEATURES | {app["name"] for app in asking.outcome()["result"]["apps"]}
        asking.close()
        for title, case in cases("calls-*.json"):
            if set(case.get("needs", [])) - can:
                skipped += 1
                continue
            runner = Runner(program, socket, folder)
            try:
                for step in case["steps"]:
                    runner.run(step)
                runner.close()
                ran += 1
            except AssertionError as problem:
                failed += 1
                print(f"not ok: {title}\n    {problem}")
                for caller in runner.callers:
                    caller.process.kill()
                    caller.process.wait()
    print(f"conformance: {ran} cases passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed or not ran else 0)


if __name__ == "__main__":
    main()
