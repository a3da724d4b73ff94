"""What the scenarios share: their contestants, the generator, and rounds in which all take their turns."""
import contextlib
import json
import pathlib
import subprocess
import sys

from . import building, contestants
from .report import Row

# The generator is given this long beyond what it was asked for: 100,000 waiting calls take their time.
SPARE_SECONDS = 120


class Bench:
    """One run of the script."""

    def __init__(self, folder, binaries, rounds, seconds, pythons):
        self.folder = pathlib.Path(folder)
        self.binaries = binaries
        self.rounds = rounds
        self.seconds = seconds
        # The Pythons of those Gunicorns that take part, by name.
        self.pythons = pythons
        self.rows = []
        self.errors = []
        self.position = ""
        self.count = 0
        self.scenario = contextlib.ExitStack()

    def fresh(self, name):
        """A name in the folder that nothing has yet."""
        self.count += 1
        return self.folder / f"{name}-{self.count}"

    def made(self, name):
        """A folder of its own."""
        folder = self.fresh(name)
        folder.mkdir()
        return folder

    # Contestants

    def plugin(self, name):
        """The file of a plugin of ours."""
        return building.TOOLS / "libPayload.so" if name == "Payload" else self.binaries / f"lib{name}.so"

    def start(self, contestant):
        """Starts it, until the scenario ends."""
        self.scenario.callback(contestant.stop)
        contestant.start()
        return contestant

    def host(self, *plugins, workers=4, settings=()):
        """Our host with these plugins, each under its name in small letters."""
        apps = [f"{name.lower()}={self.plugin(name)}" for name in plugins]
        return self.start(self.host_of(apps, workers, settings))

    def host_of(self, apps, workers=4, settings=()):
        """Our host with these apps, NAME=PATH each, not yet started."""
        return contestants.Host(self.fresh("host"), self.binaries, apps, workers, settings)

    def forwarder(self, **options):
        """The C forwarder."""
        return self.start(contestants.Forwarder(self.fresh("forwarder"), **options))

    def gunicorns(self, workers=4):
        """Those Gunicorns that take part, by name."""
        return {name: self.start(self.gunicorn_of(name, workers)) for name in self.pythons}

    def gunicorn_of(self, name, workers=4):
        """A Gunicorn, not yet started."""
        return contestants.Gunicorn(self.fresh(name), name, self.pythons[name], workers)

    # Rounds

    def row(self, name, about, units):
        """A new row of the report."""
        self.rows.append(Row(name, about, units))
        return self.rows[-1]

    def take_turns(self, row, turns):
        """Lets all take their turn in each round, so that what disturbs one disturbs the others too."""
        for round_number in range(self.rounds):
            for name, turn in turns.items():
                self.progress(row, f"round {round_number + 1} of {self.rounds}, {name}")
                row.add(name, turn())

    def progress(self, row, text):
        """Shows on a terminal how far it is."""
        if sys.stderr.isatty():
            print(f"\r\033[K{self.position} {row.name}: {text}", end="", file=sys.stderr, flush=True)

    def progress_over(self):
        """Clears what is shown of it."""
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def load(self, contestant, frame, form="json", connections=1, depth=1, warmup=None, seconds=None, requests=None, more=()):
        """A turn: the generator's figures for a contestant. `more` are further options of the generator."""
        file = self.fresh("frame")
        file.write_bytes(frame)
        seconds = seconds or self.seconds
        warmup = 2 * connections if warmup is None else warmup
        command = [
            building.TOOLS / "load", contestant.path, file, "--connections", connections, "--depth", depth,
            "--warmup", warmup,
        ]
        command += ["--seconds", seconds] if requests is None else ["--requests", requests]
        command += ["--gd"] if form == "gd" else []
        command += more

        def turn():
            used = contestant.processor_seconds()
            done = subprocess.run(
                [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                timeout=seconds + SPARE_SECONDS, check=False,
            )
            if done.returncode != 0:
                raise contestant.failure(f"lost the generator ({done.stderr.strip()})")
            figures = json.loads(done.stdout)
            if figures["errors"] > 0:
                self.errors.append(f"{type(contestant).__name__}: {figures['message']}")
            calls = warmup + figures["answers"] + figures["errors"]
            figures["processor_time"] = (contestant.processor_seconds() - used) / calls * 1e6
            return figures

        return turn
