"""Where the tests find a host."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conformance import FOLDER
from verbs import Make, TaskVerbs, ThreadVerbs

from dirtyhost import Client

pytest_plugins = ["pytester"]

# Where dirty and the plugins are: $DIRTY_BIN_DIR, or beside $DIRTY_EXECUTABLE, or what `swift build` made.
if "DIRTY_BIN_DIR" in os.environ:
    BIN_FOLDER = Path(os.environ["DIRTY_BIN_DIR"]).absolute()
elif "DIRTY_EXECUTABLE" in os.environ:
    BIN_FOLDER = Path(os.environ["DIRTY_EXECUTABLE"]).absolute().parent
else:
    BIN_FOLDER = FOLDER.parents[1] / ".build" / "debug"
os.environ["DIRTY_EXECUTABLE"] = str(BIN_FOLDER / "dirty")


@pytest.fixture(scope="session")
def bin_folder() -> Path:
    """The folder with dirty, dirty-worker and the plugins."""
    return BIN_FOLDER


@pytest.fixture(scope="session")
def shared_socket(bin_folder: Path) -> Iterator[str]:
    """The socket of a host with all of the conformance cases' apps, for tests that do no harm to each other."""
    running = os.environ.get("DIRTY_CONFORMANCE_SOCKET")
    if running:
        yield running
        return
    host = subprocess.Popen(
        [sys.executable, str(FOLDER / "host"), str(bin_folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert host.stdin and host.stdout
    line = host.stdout.readline().strip()
    assert line.startswith("DIRTY_SOCKET="), "the host for the conformance cases did not start"
    yield line.partition("=")[2]
    host.stdin.close()
    assert host.wait() == 0
    host.stdout.close()


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Where a test's own host is to listen."""
    return str(tmp_path / "dirty.sock")


@pytest.fixture(params=[ThreadVerbs, TaskVerbs], ids=["threads", "tasks"])
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    """Makes the client of either kind."""
    made: list[Any] = []

    def make(path: str, **options: Any) -> Any:
        made.append(request.param(path, **options))
        return made[-1]

    yield make
    for verbs in made:
        verbs.close()


@pytest.fixture
def client(shared_socket: str) -> Iterator[Client]:
    """A client of the shared host."""
    with Client(shared_socket) as client:
        yield client
