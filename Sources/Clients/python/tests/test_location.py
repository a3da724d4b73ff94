"""Where a host is looked for."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dirtyhost import Client, DirtyConnectionError, RetryPolicy
from dirtyhost.location import Location, standard_location

UID = os.getuid()


def test_dirty_socket_is_the_only_place_where_it_is_set() -> None:
    environment = {"DIRTY_SOCKET": "/a/b.sock", "RUNTIME_DIRECTORY": "/run/x", "XDG_RUNTIME_DIR": "/run/user/1"}
    assert standard_location(environment) == Location(("/a/b.sock",), checks_owner=False)


def test_the_runtime_directories_are_tried_in_order() -> None:
    environment = {"RUNTIME_DIRECTORY": "/run/x:/run/y", "XDG_RUNTIME_DIR": "/run/user/1", "DIRTY_SOCKET": ""}
    paths = ("/run/x/dirty.sock", "/run/user/1/dirty/dirty.sock", f"/tmp/dirty-{UID}/dirty.sock")
    assert standard_location(environment) == Location(paths, checks_owner=True)


def test_without_any_setting_it_is_in_tmp() -> None:
    assert standard_location({}).paths == (f"/tmp/dirty-{UID}/dirty.sock",)


def test_a_client_reads_the_environment_when_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIRTY_SOCKET", "/here.sock")
    client = Client()
    monkeypatch.setenv("DIRTY_SOCKET", "/there.sock")
    assert client.socket_paths == ("/here.sock",)
    assert Client(Path("/named.sock")).socket_paths == ("/named.sock",)


def test_an_error_names_every_place_and_what_is_wrong_there(tmp_path: Path) -> None:
    dead = tmp_path / "dead.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(dead))
    file = tmp_path / "file"
    file.touch()
    missing, long = str(tmp_path / "missing.sock"), str(tmp_path / ("x" * 200))
    with pytest.raises(DirtyConnectionError) as caught:
        Location((missing, str(dead), str(file), long)).try_connect()
    error = caught.value
    assert error.executed == "no" and error.socket_path is None
    assert f"{missing} (there is no socket)" in error.message
    assert f"{dead} (nobody listens)" in error.message
    assert "107 bytes" in error.message
    assert [place["path"] for place in error.details["tried"]] == [missing, str(dead), str(file), long]


def test_one_place_that_was_named_is_the_errors_socket_path(tmp_path: Path) -> None:
    path = str(tmp_path / "none.sock")
    with Client(path, retry=RetryPolicy.none()) as client, pytest.raises(DirtyConnectionError) as caught:
        client.ping()
    assert caught.value.socket_path == path


@pytest.mark.skipif(UID != 0, reason="only root can listen as somebody else")
def test_a_socket_nobody_named_is_trusted_only_if_it_is_ours(tmp_path: Path) -> None:
    path = str(tmp_path / "dirty.sock")
    # The credentials that a client sees are those at the time of listen.
    script = (
        "import os, socket, sys; listener = socket.socket(socket.AF_UNIX); listener.bind(sys.argv[1]); "
        "os.setresuid(65534, 65534, 65534); listener.listen(); print('listening', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as stranger:
        assert stranger.stdout and stranger.stdout.readline() == b"listening\n"
        with pytest.raises(DirtyConnectionError, match="user 65534"):
            Location((path,), checks_owner=True).try_connect()
        assert Location((path,), checks_owner=False).try_connect() is not None
