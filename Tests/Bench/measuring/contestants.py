"""The processes that are measured: each listens on a Unix socket, and ends when it is told to."""
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import time

from . import building, frames

# How long one may take until it listens, or to end.
START_SECONDS = 120
END_SECONDS = 20


class Connection:
    """A client's connection to a contestant that speaks JSON, one message at a time."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(START_SECONDS)
        self.socket.connect(str(path))
        self.stream = self.socket.makefile("rb")

    def ask(self, **message):
        """Sends a message, and returns the one that answers it."""
        body = json.dumps({"id": 1, **message}).encode()
        return json.loads(self.exchange(struct.pack(">I", len(body)) + body))

    def exchange(self, frame):
        """Sends a request in either form, and returns what its answer has behind the header."""
        self.socket.sendall(frame)
        is_binary = frame.startswith(b"GD")
        header = self.stream.read(16 if is_binary else 4)
        if not header:
            raise EOFError("the connection was closed")
        if is_binary and header[3] == 3:
            raise ConnectionError("the answer is an error")
        return self.stream.read(struct.unpack_from(">I", header, 4 if is_binary else 0)[0])

    def close(self):
        """Goes away."""
        self.stream.close()
        self.socket.close()


class Contestant:
    """A process with its socket, in a folder of its own. `start` returns when it listens."""

    def __init__(self, folder):
        self.folder = folder
        self.path = folder / "socket"
        self.process = None

    def start(self):
        """Starts it; whatever comes of that, `stop` is to be called."""
        raise NotImplementedError

    def launch(self, command, **options):
        """Starts the process; its log is a file in the folder."""
        self.folder.mkdir(exist_ok=True)
        # In a group of its own: whoever it forks ends with it.
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in command], stderr=log, cwd=self.folder, start_new_session=True, **options
            )

    def log_text(self):
        """The end of its log."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-4096:]

    def failure(self, what):
        """What is raised when it doesn't do as it should."""
        return RuntimeError(f"{type(self).__name__} {what}; its log says:\n{self.log_text()}")

    def await_line(self, beginning):
        """Reads its output up to a line that begins so; returns the rest of that line."""
        for line in self.process.stdout:
            if line.startswith(beginning):
                return line[len(beginning):].strip()
        raise self.failure(f"ended with {self.process.wait()} before it listened")

    def processor_seconds(self):
        """Seconds of processors that it and what it has started have used, those that have ended not counted."""
        nanoseconds = 0
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                # After the name, which may hold anything: state, parent, group, session.
                if int(stat.read_text().rpartition(")")[2].split()[3]) != self.process.pid:
                    continue
                for task in (stat.parent / "task").iterdir():
                    nanoseconds += int((task / "schedstat").read_text().split()[0])
            except (FileNotFoundError, ProcessLookupError):
                # It has ended meanwhile.
                continue
        return nanoseconds / 1e9

    def stop(self):
        """Ends it, and all that it has started."""
        if self.process is None:
            return
        if self.process.stdin is not None:
            self.process.stdin.close()
        else:
            self.process.terminate()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None


class Host(Contestant):
    """Ours: `dirty serve` with `apps`, NAME=PATH each; `command` is that of a `dirty` that isn't run as it is."""

    def __init__(self, folder, binaries, apps, workers=4, settings=(), command=None):
        super().__init__(folder)
        self.command = command or [binaries / "dirty"]
        self.apps, self.workers, self.settings = apps, workers, settings
        self.owner = None

    def start(self):
        """Returns when all its workers are ready."""
        # Other variables of that beginning would be settings of this host.
        environment = {name: text for name, text in os.environ.items() if not name.startswith("DIRTY_")}
        self.launch(
            [
                *self.command, "serve", *self.apps, "--dirty-workers", self.workers,
                "--runtime-dir", self.folder / "run", "--socket", self.path, "--log-level", "warning", *self.settings,
            ],
            stdout=subprocess.PIPE, text=True, env=environment,
        )
        self.await_line("DIRTY_SOCKET=")
        self.owner = Connection(self.folder / "run/control.sock")

    def status(self):
        """What it says of itself."""
        return self.owner.ask(type="status")["result"]

    def stop(self):
        """Ends it."""
        if self.owner is not None:
            self.owner.close()
            self.owner = None
        super().stop()


class Forwarder(Contestant):
    """The C forwarder; without workers, the echo that shows what the generator can do."""

    def __init__(self, folder, workers=4, answer_bytes=0, sleep_milliseconds=0):
        super().__init__(folder)
        self.arguments = [workers, answer_bytes, sleep_milliseconds]

    def start(self):
        """Returns when it listens."""
        self.launch(
            [building.TOOLS / "forwarder", self.path, *self.arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self.await_line("ready")


class Gunicorn(Contestant):
    """Gunicorn's dirty arbiter."""

    def __init__(self, folder, name, python, workers=4):
        super().__init__(folder)
        self.name, self.python, self.workers = name, python, workers

    def start(self):
        """Returns when all its workers answer."""
        # It leaves its sockets where temporary files are.
        temporary = self.folder / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        self.launch(
            [self.python, "-B", building.SOURCES / "gunicorn_host.py", self.path, self.workers],
            env={**os.environ, "TMPDIR": str(temporary)},
        )
        # It takes its workers in turn: by so many answers in a row, each has been seen to be ready.
        self.await_answers(frames.gunicorn_frame(self.name, "echo", 0)[0], 2 * self.workers)

    def await_answers(self, request, count):
        """Asks until so many answers have come in a row: it listens before its workers are there."""
        end = time.monotonic() + START_SECONDS
        in_a_row = 0
        while in_a_row < count:
            if time.monotonic() > end or self.process.poll() is not None:
                raise self.failure("didn't become ready")
            try:
                connection = Connection(self.path)
                try:
                    answer = connection.exchange(request)
                finally:
                    connection.close()
                in_a_row = 0 if b'"error"' in answer[:64] else in_a_row + 1
            except (OSError, EOFError):
                in_a_row = 0
            if in_a_row == 0:
                # It has no word for being ready.
                time.sleep(0.01)
