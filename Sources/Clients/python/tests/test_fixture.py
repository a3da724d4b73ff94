"""The pytest fixture, and the host behind it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dirtyhost.testing import Host, HostError, find_executable


def test_a_plugin_that_isnt_there_is_named(bin_folder: Path) -> None:
    host = Host(["nowhere=nowhere.so"])
    with pytest.raises(HostError, match=r"nowhere\.so"), host:
        pass
    assert not os.path.exists(host.directory)


def test_the_fixture_hosts_what_the_marker_says(pytester: pytest.Pytester, bin_folder: Path) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.dirtyhost("echo={bin_folder}/libEcho.so", workers=2)
        def test_marker(dirtyhost):
            with dirtyhost.client() as client:
                assert client.call("echo", "echo", "hi") == "hi"
            assert [app["name"] for app in dirtyhost.status()["apps"]] == ["echo"]
            assert len(dirtyhost.worker_pids()) == 2

        @pytest.mark.dirtyhost("echo={bin_folder}/libEcho.so", "{bin_folder}/libBench.so", dirty_timeout=0.2)
        class TestClass:
            def test_settings(self, dirtyhost):
                from dirtyhost import DirtyTimeoutError
                with dirtyhost.client() as client, pytest.raises(DirtyTimeoutError):
                    client.call("Bench", "sleep_task", 2000)

            @pytest.mark.dirtyhost(dirty_timeout=60)
            def test_the_nearest_marker_wins(self, dirtyhost):
                with dirtyhost.client() as client:
                    assert client.call("Bench", "sleep_task", 300) == {{"slept_ms": 300}}
        """
    )
    pytester.runpytest_subprocess("-q").assert_outcomes(passed=3)


def test_the_fixture_hosts_what_the_ini_file_says(pytester: pytest.Pytester, bin_folder: Path) -> None:
    os.symlink(bin_folder / "libEcho.so", pytester.path / "libEcho.so")
    pytester.makeini(
        """
        [pytest]
        dirtyhost_apps =
            echo=libEcho.so
            libEcho.so
        dirtyhost_workers = 3
        """
    )
    pytester.makepyfile(
        """
        def test_ini(dirtyhost):
            assert [app["name"] for app in dirtyhost.status()["apps"]] == ["echo", "Echo"]
            assert len(dirtyhost.worker_pids()) == 3

        def test_async(dirtyhost):
            import asyncio

            async def main():
                async with dirtyhost.async_client() as client:
                    return await client.call("Echo", "echo", b"x")

            assert asyncio.run(main()) == b"x"
        """
    )
    pytester.runpytest_subprocess("-q").assert_outcomes(passed=2)


def test_a_fixture_without_apps_says_what_to_add(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(dirtyhost): pass")
    result = pytester.runpytest_subprocess("-q")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*add @pytest.mark.dirtyhost*"])


def test_a_host_that_cannot_start_shows_its_log(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.dirtyhost("bad=nothing.so")
        def test_bad(dirtyhost): pass
        """
    )
    result = pytester.runpytest_subprocess("-q")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*nothing.so*"])


def test_a_missing_executable_says_how_to_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIRTY_EXECUTABLE", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(HostError, match="DIRTY_EXECUTABLE"):
        find_executable()
    with pytest.raises(HostError, match="/nowhere/dirty can't be"), Host(executable="/nowhere/dirty"):
        pass


def test_a_host_leaves_nothing_behind(bin_folder: Path) -> None:
    host = Host([f"echo={bin_folder}/libEcho.so"])
    with host:
        pids = [host.pid, *host.worker_pids()]
        assert len(pids) == 2 and os.path.isdir(host.directory)
    assert not os.path.exists(host.directory)
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_host_starts_once_and_again_after_its_end(bin_folder: Path) -> None:
    with Host([f"echo={bin_folder}/libEcho.so"]) as host:
        with pytest.raises(HostError, match="runs already"):
            host.start()
        first = host.pid
        host.restart()
        assert host.pid != first
        host.restart(gracefully=False)
        with host.client() as client:
            assert client.ping() == "pong"
