"""What is measured, and what measures it, built."""
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
SOURCES = ROOT / "Tests/Bench"
# The generator and its kin.
TOOLS = ROOT / ".build/bench"
VENVS = ROOT / ".build/venvs"
# Gunicorn's dirty arbiters speak JSON up to 25.0.1, and a binary form of their own since.
GUNICORNS = {"gunicorn-25": "25.0.1", "gunicorn-27": "27.0.1"}


def say(text):
    """Tells what is being done; the tables go to the other stream."""
    print(text, file=sys.stderr, flush=True)


def host_folder():
    """The folder of `dirty`, `dirty-worker` and the plugins: DIRTY_BIN_DIR, or built for release."""
    if "DIRTY_BIN_DIR" in os.environ:
        return pathlib.Path(os.environ["DIRTY_BIN_DIR"]).resolve()
    for product in ("dirty", "dirty-worker", "Echo", "Bench"):
        say(f"Building {product} for release (the first time takes some minutes)")
        command = ["swift", "build", "-c", "release", "--product", product]
        built = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if built.returncode != 0:
            raise SystemExit(f"{' '.join(command)} failed:\n{built.stdout}")
    shown = subprocess.run(
        ["swift", "build", "-c", "release", "--show-bin-path"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    return pathlib.Path(shown.stdout.strip())


def compile_tools():
    """Compiles the generator, the yardsticks and the plugin of payloads."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    load, app = ROOT / "Sources/CDirtyLoad", ROOT / "Sources/CDirtyApp"
    for name, *arguments in (
        ("load", SOURCES / "load.c", load / "dirty_load.c", load / "shared_memory.c", f"-I{load}/include"),
        ("forwarder", SOURCES / "forwarder.c"),
        ("sleeper", SOURCES / "sleeper.c"),
        ("libPayload.so", SOURCES / "payload.c", f"-I{app}/include", "-shared", "-fPIC", "-fvisibility=hidden"),
    ):
        subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", *arguments, "-o", TOOLS / name], check=True)


def gunicorn_python(name):
    """The Python of an environment that has Gunicorn of that name's version; None if it can't be made."""
    requirement = f"gunicorn=={GUNICORNS[name]}"
    folder = VENVS / f"gunicorn-{GUNICORNS[name]}"
    note = folder / "complete"
    # Scripts/test makes the same one.
    if note.exists() and note.read_text().strip() == requirement:
        return folder / "bin/python"
    say(f"Making the Python environment {folder.relative_to(ROOT)}")
    for command in (
        [sys.executable, "-m", "venv", "--clear", folder],
        [folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", requirement],
    ):
        made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if made.returncode != 0:
            say(f"Going on without {requirement}, as it can't be installed:\n{made.stdout[-2000:]}")
            return None
    note.write_text(f"{requirement}\n")
    return folder / "bin/python"


def machine():
    """What the figures were taken on; the load tells whether others were at work."""
    names = [line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("model name")]
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    return {
        "processors": len(os.sched_getaffinity(0)),
        "model": names[0] if names else "unknown",
        "kernel": os.uname().release,
        "load": os.getloadavg()[0],
        "commit": commit.stdout.strip(),
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
