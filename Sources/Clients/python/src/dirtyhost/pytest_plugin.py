"""The fixture ``dirtyhost``: a host of its own for every test that asks for it.

    @pytest.mark.dirtyhost("echo=build/libEcho.so", workers=2)
    def test_echo(dirtyhost):
        with dirtyhost.client() as client:
            assert client.call("echo", "echo", "hi") == "hi"

Apps that all tests need stand in the ini file, one a line, as ``dirtyhost_apps``; paths in it count from that file's
folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from .testing import Host, HostError

__all__ = ["dirtyhost"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Says which lines the ini file may have."""
    parser.addini("dirtyhost_apps", "what the dirtyhost fixture hosts, as `dirty serve` takes it", type="linelist")
    parser.addini("dirtyhost_workers", "how many workers the dirtyhost fixture's hosts have", default="1")


def pytest_configure(config: pytest.Config) -> None:
    """Says which marker there is."""
    config.addinivalue_line(
        "markers",
        "dirtyhost(*apps, workers=…, **settings): what the dirtyhost fixture hosts besides the ini file's "
        "dirtyhost_apps, and settings of `dirty serve`, such as dirty_timeout=2",
    )


@pytest.fixture
def dirtyhost(request: pytest.FixtureRequest) -> Iterator[Host]:
    """A host with the apps of the ini file and of the markers ``dirtyhost``; the nearest marker's settings win."""
    config = request.config
    folder = str(config.inipath.parent) if config.inipath else str(config.rootpath)
    apps = [_from_folder(app, folder) for app in config.getini("dirtyhost_apps")]
    settings: dict[str, Any] = {"workers": int(config.getini("dirtyhost_workers"))}
    for marker in reversed(list(request.node.iter_markers("dirtyhost"))):
        apps += marker.args
        settings |= marker.kwargs
    if not apps:
        pytest.fail(
            f"{request.node.name} names no apps for its dirtyhost: add @pytest.mark.dirtyhost('NAME=PATH.so'), or "
            "dirtyhost_apps to the ini file",
            pytrace=False,
        )
    try:
        host = Host(apps, **settings)
    except HostError as error:
        pytest.fail(str(error), pytrace=False)
    try:
        try:
            host.start()
        except HostError as error:
            pytest.fail(str(error), pytrace=False)
        yield host
    finally:
        host.close()


def _from_folder(app: str, folder: str) -> str:
    name, equals, path = app.rpartition("=")
    return f"{name}{equals}{os.path.join(folder, path)}"
