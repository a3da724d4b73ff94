"""Calls native plugins that Dirty Host supervises.

>>> from dirtyhost import Client
>>> with Client() as client:
...     hits = client.call("search", "query", "fox", limit=5)

The modules, from the outside in:

    client, stream, call     the client for threads, its streams, and calls that go on by themselves
    aio, aio_connection      the client for asyncio with its streams, and its shared connection
    base                     what both clients are told
    retry, errors            which failed calls are tried again; what can go wrong
    connection, waiting      one connection that threads share; waiting on sockets
    link, location           a socket that never waits; where the host's socket is
    messages, frames, values what is sent, what is received, and bytes within JSON
    testing, pytest_plugin   a host for tests
"""

from .aio import AsyncClient, AsyncStream
from .base import DEFAULT
from .call import Call
from .client import Client
from .errors import (
    DirtyAppError,
    DirtyAppNotFoundError,
    DirtyCancelledError,
    DirtyConnectionError,
    DirtyError,
    DirtyNoWorkersAvailableError,
    DirtyOverloadedError,
    DirtyProtocolError,
    DirtyQuarantinedError,
    DirtyTimeoutError,
    DirtyWorkerError,
)
from .retry import RetryPolicy
from .stream import Stream
from .version import VERSION as __version__

__all__ = [
    "DEFAULT",
    "AsyncClient",
    "AsyncStream",
    "Call",
    "Client",
    "DirtyAppError",
    "DirtyAppNotFoundError",
    "DirtyCancelledError",
    "DirtyConnectionError",
    "DirtyError",
    "DirtyNoWorkersAvailableError",
    "DirtyOverloadedError",
    "DirtyProtocolError",
    "DirtyQuarantinedError",
    "DirtyTimeoutError",
    "DirtyWorkerError",
    "RetryPolicy",
    "Stream",
    "__version__",
]
