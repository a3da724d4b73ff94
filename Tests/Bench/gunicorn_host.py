"""Gunicorn's dirty arbiter alone, without its web server: what a client of its socket meets.

    gunicorn_host.py SOCKET WORKERS

Runs in a virtual environment that has Gunicorn, with gunicorn_app.py beside it; ends at SIGTERM.
"""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from gunicorn.config import Config
from gunicorn.dirty.arbiter import DirtyArbiter
from gunicorn.glogging import Logger


def main():
    """Serves until it is told to end."""
    socket, workers = sys.argv[1:]
    settings = Config()
    settings.set("dirty_apps", ["gunicorn_app:App"])
    settings.set("dirty_workers", int(workers))
    settings.set("loglevel", "warning")
    arbiter = DirtyArbiter(settings, Logger(settings), socket_path=socket)
    # It expects to be forked by who has made it, and ends when it isn't that one's child any more.
    arbiter.ppid = os.getppid()
    arbiter.run()


if __name__ == "__main__":
    main()
