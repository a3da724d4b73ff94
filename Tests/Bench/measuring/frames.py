"""Requests as they stand on the wire, in each form that a contestant speaks."""
import json
import struct

# What the generator puts the ids of its requests in place of.
PLACEHOLDER_ID = 1_000_000_000
# How Gunicorn calls what gunicorn_app.py has.
GUNICORN_APP = "gunicorn_app:App"


def json_frame(app, action, *arguments, attachments=None):
    """A request in JSON; `attachments`, if any, are bytes that follow it, and `[]` asks for those of the answer."""
    message = {"type": "request", "id": PLACEHOLDER_ID, "app_path": app, "action": action, "args": arguments}
    if attachments is not None:
        message["attachments"] = [len(part) for part in attachments]
    body = json.dumps(message, separators=(",", ":")).encode()
    return b"".join([struct.pack(">I", len(body)), body, *(attachments or [])])


def sharing_frame(app, action, size):
    """A request in JSON whose one argument is an attachment of so many bytes in shared memory, its answer's area as large; the
    generator puts descriptors and inodes in place of four numbers."""
    first = PLACEHOLDER_ID + 1
    attachment, area = ({"fd": first + i, "inode": first + i + 1, "size": size} for i in (0, 2))
    message = {
        "type": "request", "id": PLACEHOLDER_ID, "app_path": app, "action": action, "args": [{"$attachment": 0}],
        "attachments": [attachment], "answer_area": area,
    }
    body = json.dumps(message, separators=(",", ":")).encode()
    return struct.pack(">I", len(body)) + body


def binary_frame(app, action, *arguments):
    """A request in Gunicorn's binary form."""
    body = value({"app_path": app, "action": action, "args": list(arguments), "kwargs": {}})
    return struct.pack(">2sBBIQ", b"GD", 1, 1, len(body), 0) + body


def gunicorn_frame(name, action, *arguments):
    """A request to our app in the form that this Gunicorn speaks, and the name of the form."""
    if name == "gunicorn-27":
        return binary_frame(GUNICORN_APP, action, *arguments), "gd"
    return json_frame(GUNICORN_APP, action, *arguments), "json"


def forwarder_frame(payload_bytes=0):
    """A request for those who parse nothing: like JSON at its beginning, and so many bytes longer."""
    body = b'{"type":"request","id":%d,"args":[' % PLACEHOLDER_ID
    return struct.pack(">I", len(body) + payload_bytes) + body + b"a" * payload_bytes


def value(item):
    """A value in the binary form: its kind, and then what belongs to it."""
    if item is None:
        return b"\x00"
    if isinstance(item, bytes):
        return struct.pack(">BI", 0x10, len(item)) + item
    if isinstance(item, str):
        text = item.encode()
        return struct.pack(">BI", 0x11, len(text)) + text
    if isinstance(item, int):
        return struct.pack(">Bq", 0x05, item)
    if isinstance(item, list):
        return struct.pack(">BI", 0x20, len(item)) + b"".join(value(part) for part in item)
    if isinstance(item, dict):
        parts = (value(key) + value(part) for key, part in item.items())
        return struct.pack(">BI", 0x21, len(item)) + b"".join(parts)
    raise TypeError(f"the binary form has no {type(item).__name__}")
