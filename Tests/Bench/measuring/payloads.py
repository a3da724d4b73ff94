"""Large answers, large requests, and streams: what a byte costs."""
from . import frames

KIB, MIB = 1 << 10, 1 << 20
SIZES = {"1k": KIB, "64k": 64 * KIB, "1m": MIB, "64m": 64 * MIB}
NAMES = {"1k": "1 KiB", "64k": "64 KiB", "1m": "1 MiB", "64m": "64 MiB"}
# A frame of 64 MiB is the longest there may be, here and at Gunicorn's; what stands around a text needs some of it.
FRAME_SPARE = KIB
LONGEST_FRAMED = 64 * MIB - FRAME_SPARE
STREAM_CHUNKS = 1000


def shape(bench, size):
    """How the generator goes about bytes of that size: one connection for what fills pipes and caches by itself."""
    if size < 64 * MIB:
        return {"connections": 4, "warmup": 8}
    return {"connections": 1, "warmup": 1, "seconds": 2 * bench.seconds}


def sizes_of(size_name, kind):
    """The payload's bytes for us, and for those who have frames only, no attachments."""
    size = SIZES[size_name]
    framed = min(size, LONGEST_FRAMED)
    return framed if kind == "text" else size, framed


def add_rates(row, size):
    """The payload's bytes a second, frames and all that isn't payload left out."""
    for contestant, figures in row.contestants.items():
        sizes = size[contestant] if isinstance(size, dict) else size
        figures["mb_rate"] = [rate * sizes / 1e6 for rate in figures["rate"]]


def answers(bench, size_name, kind):
    """Answers of a size, as `text` (a JSON string) or `bytes` (an attachment)."""
    size, others_size = sizes_of(size_name, kind)
    row = payload_row(bench, "answer", size_name, kind)
    host = bench.host("Payload")
    attachments = [] if kind == "bytes" else None
    how = shape(bench, SIZES[size_name])
    turns = {
        "dirty": bench.load(host, frames.json_frame("payload", kind, size, attachments=attachments), **how),
        "forwarder": bench.load(bench.forwarder(answer_bytes=others_size), frames.forwarder_frame(), **how),
    }
    for name, gunicorn in bench.gunicorns().items():
        if kind == "text" or name == "gunicorn-27":
            turns[name] = bench.load(gunicorn, *frames.gunicorn_frame(name, kind, others_size), **how)
    bench.take_turns(row, turns)
    add_rates(row, {name: size if name == "dirty" else others_size for name in turns})
    if kind == "bytes" and size_name == "1m":
        row.mark("MB/s ÷ Gunicorn 27's", row.ratios("dirty", "gunicorn-27", "mb_rate"), at_least=8)
    add_large_marks(row, size_name, kind)


def requests(bench, size_name, kind):
    """Requests of a size, as `text` (a JSON string) or `bytes` (an attachment)."""
    size, others_size = sizes_of(size_name, kind)
    row = payload_row(bench, "request", size_name, kind)
    host = bench.host("Payload")
    how = shape(bench, SIZES[size_name])
    frame = (
        frames.json_frame("payload", "take", "a" * size) if kind == "text"
        else frames.json_frame("payload", "take", {"$attachment": 0}, attachments=[b"a" * size])
    )
    turns = {
        "dirty": bench.load(host, frame, **how),
        "forwarder": bench.load(bench.forwarder(answer_bytes=64), frames.forwarder_frame(others_size), **how),
    }
    for name, gunicorn in bench.gunicorns().items():
        if kind == "text" or name == "gunicorn-27":
            payload = "a" * others_size if kind == "text" else b"a" * others_size
            turns[name] = bench.load(gunicorn, *frames.gunicorn_frame(name, "take", payload), **how)
    bench.take_turns(row, turns)
    add_rates(row, {name: size if name == "dirty" else others_size for name in turns})
    add_large_marks(row, size_name, kind)


def exchange(bench):
    """64 MiB there and 64 MiB back in one call."""
    size = SIZES["64m"]
    row = bench.row("exchange-bytes-64m", "64 MiB as attachment, there and back", {"mb_rate": "MB/s both ways"})
    host = bench.host("Payload")
    frame = frames.json_frame("payload", "exchange", {"$attachment": 0}, attachments=[b"a" * size])
    how = shape(bench, size)
    forwarded = size - FRAME_SPARE
    bench.take_turns(row, {
        "dirty": bench.load(host, frame, **how),
        "forwarder": bench.load(bench.forwarder(), frames.forwarder_frame(forwarded), **how),
    })
    add_rates(row, {"dirty": 2 * size, "forwarder": 2 * forwarded})
    row.mark("MB/s over the socket", row.samples("dirty", "mb_rate"), at_least=1500)


def exchange_shared(bench):
    """The same by memory that the client shares: at hand and left where it is, and copied into it and out of it."""
    size = SIZES["64m"]
    row = bench.row(
        "exchange-shared-64m", "64 MiB as attachment in shared memory, there and back", {"mb_rate": "MB/s both ways"}
    )
    host = bench.host("Payload")
    frame = frames.sharing_frame("payload", "exchange", size)
    how = {**shape(bench, size), "more": ["--share", size]}
    bench.take_turns(row, {
        "dirty": bench.load(host, frame, **how),
        "dirty-copied": bench.load(host, frame, **{**how, "more": [*how["more"], "--copy"]}),
    })
    add_rates(row, 2 * size)
    row.mark("MB/s by shared memory", row.samples("dirty", "mb_rate"), at_least=4000)


def stream(bench, chunk_bytes, name):
    """Streams of many chunks, one stream at a time."""
    row = bench.row(
        f"stream-{name}",
        f"streams of {STREAM_CHUNKS} chunks of {chunk_bytes} bytes, one connection",
        {"chunk_rate": "chunks/s", "mb_rate": "MB/s"},
    )
    how = {"connections": 1, "warmup": 1}
    turns = {
        "dirty": bench.load(
            bench.host("Payload"), frames.json_frame("payload", "texts", STREAM_CHUNKS, chunk_bytes), **how
        )
    }
    for gunicorn_name, gunicorn in bench.gunicorns().items():
        frame = frames.gunicorn_frame(gunicorn_name, "texts", STREAM_CHUNKS, chunk_bytes)
        turns[gunicorn_name] = bench.load(gunicorn, *frame, **how)
    bench.take_turns(row, turns)
    add_rates(row, STREAM_CHUNKS * chunk_bytes)
    if chunk_bytes == 64:
        row.mark("chunks/s ÷ Gunicorn 27's", row.ratios("dirty", "gunicorn-27", "chunk_rate"), at_least=20)


def payload_row(bench, direction, size_name, kind):
    """The row of a scenario of this page."""
    form = "as JSON string" if kind == "text" else "as attachment"
    units = {"mb_rate": "MB/s", "rate": "calls/s"}
    return bench.row(f"{direction}-{kind}-{size_name}", f"{direction}s of {NAMES[size_name]} {form}", units)


def add_large_marks(row, size_name, kind):
    """The mark of the largest size."""
    if kind == "bytes" and size_name == "64m":
        row.mark("MB/s over the socket", row.samples("dirty", "mb_rate"), at_least=1500)
