"""Sends a host a message as another user: as_user.py UID SOCKET [MESSAGE]. Prints the answer, or why there is none."""
import json
import os
import socket
import struct
import sys

os.setgroups([])
os.setgid(int(sys.argv[1]))
os.setuid(int(sys.argv[1]))
try:
    host = socket.socket(socket.AF_UNIX)
    host.settimeout(20)
    host.connect(sys.argv[2])
    text = (sys.argv[3] if len(sys.argv) > 3 else json.dumps({"type": "ping", "id": 1})).encode()
    host.sendall(struct.pack(">I", len(text)) + text)
    print(host.recv(4096)[4:].decode() or "turned away")
except OSError as error:
    print(f"turned away: {error}")
