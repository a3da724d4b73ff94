"""A host with every manifest that ships, for the comparisons with Python's own modules."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dirtyhost import Client
from dirtyhost.testing import Host

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = ROOT / "Plugins" / "ffi"
BIN_FOLDER = Path(os.environ.get("DIRTY_BIN_DIR", ROOT / ".build" / "debug")).absolute()


@pytest.fixture(scope="session")
def host() -> Iterator[Host]:
    """The host: one worker, so that its memory and its descriptors can be looked at."""
    with Host([str(MANIFESTS)], executable=str(BIN_FOLDER / "dirty"), dirty_timeout=60) as host:
        yield host


@pytest.fixture
def client(host: Host) -> Iterator[Client]:
    """A client of it."""
    with host.client() as client:
        yield client
