"""Begins a call that shares memory: sharing.py SOCKET APP ACTION. Prints the first message of its answer, and waits to be killed."""
import fcntl
import json
import os
import signal
import socket
import struct
import sys

SIZE = 64 << 20

host = socket.socket(socket.AF_UNIX)
host.settimeout(20)
host.connect(sys.argv[1])
file = host.makefile("rb")


def ask(**message):
    """Sends a message and returns the next of the host's."""
    text = json.dumps(message).encode()
    host.sendall(struct.pack(">I", len(text)) + text)
    return file.read(struct.unpack(">I", file.read(4))[0]).decode()


memory = os.memfd_create("shared", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
os.pwrite(memory, b"x" * SIZE, 0)
# Shrinking, growing and writing.
fcntl.fcntl(memory, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE)
ask(type="hello", id=0, shared_memory=True)
place = {"fd": memory, "inode": os.fstat(memory).st_ino, "size": SIZE}
print(ask(type="request", id=1, app_path=sys.argv[2], action=sys.argv[3], attachments=[place]), flush=True)
signal.pause()
