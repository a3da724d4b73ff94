"""What libraries answer through the host is what Python's own modules answer, over many random inputs.

$DIRTY_FFI_INPUTS says how many for each function, and $DIRTY_FFI_CYCLES how often a database is opened and closed.
"""

from __future__ import annotations

import hashlib
import math
import os
import random
import sqlite3
import struct
import xml.etree.ElementTree
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dirtyhost import Client, DirtyAppError
from dirtyhost.testing import Host

INPUTS = int(os.environ.get("DIRTY_FFI_INPUTS", "10000"))
CYCLES = int(os.environ.get("DIRTY_FFI_CYCLES", "5000"))
SEED = int(os.environ.get("DIRTY_FFI_SEED", "20261126"))
BATCH = 64


def answers(client: Client, app: str, calls: list[tuple[str, tuple[Any, ...]]]) -> Iterator[Any]:
    """The results of many calls, in order; so many at a time are on their way."""
    for start in range(0, len(calls), BATCH):
        batch = [client.submit(app, action, *args) for action, args in calls[start : start + BATCH]]
        for call in batch:
            yield call.result()


def number(value: Any) -> float:
    """A number as it travels: what JSON has no form for is a word."""
    return float(value)


def same(ours: float, theirs: float) -> bool:
    """Whether two numbers are the same bit by bit, all not-a-numbers being alike."""
    if math.isnan(ours) or math.isnan(theirs):
        return math.isnan(ours) and math.isnan(theirs)
    return struct.pack("d", ours) == struct.pack("d", theirs)


def double(random: random.Random) -> float:
    """Any double at all, or one of everyday's."""
    kind = random.random()
    if kind < 0.5:
        return random.uniform(-100, 100)
    if kind < 0.6:
        return random.choice([0.0, -0.0, 1.0, -1.0, 5e-324, 1.7976931348623157e308, 0.5, 2.0])
    value: float = struct.unpack("d", random.randbytes(8))[0]
    return value if math.isfinite(value) else 1.0


def payload(random: random.Random, index: int) -> bytes:
    """Bytes of many sizes, 0 and 1 among them; some that repeat and some that don't."""
    size = [0, 1, 2, 3][index] if index < 4 else random.choice([random.randrange(64), random.randrange(4096)])
    return random.randbytes(size) if random.random() < 0.5 else bytes([random.randrange(4)]) * size


def python(function: Any, *args: float) -> float:
    """What Python's math says, its exceptions turned back into C's answers."""
    try:
        return float(function(*args))
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan


def test_pow(client: Client) -> None:
    random_ = random.Random(SEED)
    inputs = [(double(random_), double(random_)) for _ in range(INPUTS)]
    for (x, y), answer in zip(inputs, answers(client, "m", [("pow", pair) for pair in inputs])):
        theirs = python(math.pow, x, y)
        ours = number(answer)
        # Python raises where C says which infinity it is, so only that much is compared then.
        if math.isinf(theirs) or (math.isnan(theirs) and math.isinf(ours)):
            assert math.isinf(ours), (x, y, ours)
        else:
            assert same(ours, theirs), (x, y, ours, theirs)


def test_lgamma_r(client: Client) -> None:
    random_ = random.Random(SEED)
    inputs = [double(random_) for _ in range(INPUTS)]
    for x, answer in zip(inputs, answers(client, "m", [("lgamma_r", (x,)) for x in inputs])):
        theirs = python(math.lgamma, x)
        ours = number(answer["result"])
        if math.isinf(ours):
            assert theirs in (math.inf, -math.inf) or math.isnan(theirs), (x, ours, theirs)
            continue
        # Python computes it by a formula of its own.
        assert math.isclose(ours, theirs, rel_tol=1e-12, abs_tol=1e-12), (x, ours, theirs)
        if 0 < x < 170:
            assert answer["sign"] == 1
        elif -170 < x < 0:
            assert answer["sign"] == (1 if math.floor(x) % 2 == 0 else -1), x


def test_fma_rounds_once(client: Client) -> None:
    from fractions import Fraction

    random_ = random.Random(SEED)
    inputs = [tuple(random_.uniform(-1e9, 1e9) for _ in range(3)) for _ in range(INPUTS)]
    for (x, y, z), answer in zip(inputs, answers(client, "m", [("fma", triple) for triple in inputs])):
        exact = Fraction(x) * Fraction(y) + Fraction(z)
        assert number(answer) == float(exact), (x, y, z)


def test_frexp_ldexp_hypot(client: Client) -> None:
    random_ = random.Random(SEED)
    inputs = [(double(random_), double(random_), random_.randrange(-1000, 1000)) for _ in range(INPUTS)]
    calls = [call for x, y, n in inputs for call in [("frexp", (x,)), ("ldexp", (x, n)), ("hypot", (x, y))]]
    results = answers(client, "m", calls)
    for x, y, n in inputs:
        fraction, exponent = math.frexp(x)
        assert next(results) == {"result": fraction, "exponent": exponent}
        ldexp = python(math.ldexp, x, n)  # type: ignore[arg-type]
        ours = number(next(results))
        assert same(ours, ldexp) or math.isinf(ldexp) and math.isinf(ours), (x, n)
        assert math.isclose(number(next(results)), math.hypot(x, y), rel_tol=1e-15), (x, y)


def test_checksums(client: Client) -> None:
    random_ = random.Random(SEED)
    inputs = [(payload(random_, index), random_.choice([0, 1, 0xFFFFFFFF, random_.getrandbits(32)])) for index in range(INPUTS)]
    calls = [call for data, start in inputs for call in [("crc32", (start, data)), ("adler32", (start, data))]]
    results = answers(client, "zlib", calls)
    for data, start in inputs:
        assert next(results) == zlib.crc32(data, start)
        assert next(results) == zlib.adler32(data, start)


def test_compression(client: Client) -> None:
    random_ = random.Random(SEED)
    inputs = [(payload(random_, index), random_.randrange(-1, 10)) for index in range(INPUTS)]
    results = list(answers(client, "zlib", [("compress2", pair) for pair in inputs]))
    for (data, level), answer in zip(inputs, results):
        assert answer == zlib.compress(data, level)
    restored = answers(client, "zlib", [("uncompress", (small,)) for small in results])
    assert list(restored) == [data for data, _ in inputs]


def test_compression_by_name_and_of_much(client: Client) -> None:
    data = random.Random(SEED).randbytes(1 << 20) * 4
    small = client.call("zlib", "compress2", source=data)
    assert isinstance(small, bytes)
    assert small == zlib.compress(data, 6)
    assert client.call("zlib", "uncompress", source=small) == data
    with pytest.raises(DirtyAppError) as caught:
        client.call("zlib", "uncompress", source=b"not packed")
    assert caught.value.details["code"] == "Z_DATA_ERROR"


def test_hashes(client: Client) -> None:
    random_ = random.Random(SEED)
    inputs = [payload(random_, index) for index in range(INPUTS)]
    for data, answer in zip(inputs, answers(client, "openssl", [("sha256", (data,)) for data in inputs])):
        assert answer == hashlib.sha256(data).digest()
    fewer = inputs[:INPUTS]
    for data, answer in zip(fewer, answers(client, "openssl", [("sha512", (data,)) for data in fewer])):
        assert answer == hashlib.sha512(data).digest()
    for data, answer in zip(fewer, answers(client, "openssl", [("digest", ("SHA3-256", data)) for data in fewer])):
        assert answer == hashlib.sha3_256(data).digest()


def test_division_and_text(client: Client) -> None:
    random_ = random.Random(SEED)
    limit = 2**63 - 1
    numbers = [0, 1, -1, limit, -limit - 1] + [random_.randrange(-limit, limit) for _ in range(INPUTS)]
    results = answers(client, "c", [("strtol", (f"{value} rest",)) for value in numbers])
    for value in numbers:
        answer = next(results)
        assert int(answer["result"]) == value and answer["end"] == " rest"
        assert isinstance(answer["result"], int) == (abs(value) <= 2**53)
    pairs = [(random_.randrange(-(2**31) + 1, 2**31), random_.choice([1, -1, random_.randrange(1, 2**31)])) for _ in range(INPUTS)]
    for (num, den), answer in zip(pairs, answers(client, "c", [("div", pair) for pair in pairs])):
        quotient = int(math.trunc(num / den))
        assert answer == {"quot": quotient, "rem": num - quotient * den}
    doubles = [random_.uniform(-1e12, 1e12) for _ in range(INPUTS)]
    for value, answer in zip(doubles, answers(client, "c", [("format_number", (value,)) for value in doubles])):
        assert answer == "%.3f" % value


def test_database(client: Client) -> None:
    random_ = random.Random(SEED)
    rows: list[tuple[Any, ...]] = []
    for index in range(INPUTS // 2):
        integer = random_.choice([0, 1, -(2**63), 2**63 - 1, random_.randrange(-(2**63), 2**63)])
        text = random_.choice([None, "", "x", "é" * random_.randrange(20), "'quoted'"])
        rows.append((integer, random_.uniform(-1e6, 1e6), text, payload(random_, index)))
    theirs = sqlite3.connect(":memory:")
    create = "create table t (i integer, d real, s text, b blob)"
    theirs.execute(create)
    theirs.executemany("insert into t values (?, ?, ?, ?)", rows)

    db = client.call("sqlite3", "open", ":memory:")
    assert client.call("sqlite3", "exec", db, create) == []
    insert = client.call("sqlite3", "prepare", db, "insert into t values (?, ?, ?, ?)")
    for integer, real, text, blob in rows:
        client.call("sqlite3", "bind_int64", insert, 1, str(integer))
        client.call("sqlite3", "bind_double", insert, 2, real)
        client.call("sqlite3", "bind_text", insert, 3, text)
        client.call("sqlite3", "bind_blob", insert, 4, blob)
        assert client.call("sqlite3", "step", insert) == 101
        client.call("sqlite3", "reset", insert)
    assert int(client.call("sqlite3", "last_insert_rowid", db)) == len(rows)
    client.call("sqlite3", "finalize", insert)

    select = client.call("sqlite3", "prepare", db, "select i, d, s, b from t order by rowid")
    for expected in theirs.execute("select i, d, s, b from t order by rowid"):
        assert client.call("sqlite3", "step", select) == 100
        integer = int(client.call("sqlite3", "column_int64", select, 0))
        real = client.call("sqlite3", "column_double", select, 1)
        text = client.call("sqlite3", "column_text", select, 2)
        blob = client.call("sqlite3", "column_blob", select, 3)
        assert (integer, real, text, blob or b"") == expected
    assert client.call("sqlite3", "step", select) == 101

    query = "select typeof(s) as kind, count(*) as n, sum(length(b)) as size from t group by kind order by kind"
    names = ["kind", "n", "size"]
    ours = client.call("sqlite3", "exec", db, query)
    assert ours == [{name: str(value) for name, value in zip(names, row)} for row in theirs.execute(query)]
    client.call("sqlite3", "close", db)
    with pytest.raises(DirtyAppError) as caught:
        client.call("sqlite3", "step", select)
    assert caught.value.details["code"] == "stale_handle"


def test_queries(client: Client) -> None:
    random_ = random.Random(SEED)
    queries = []
    for _ in range(INPUTS):
        number = random_.choice([0, 1, -1, 2**62, random_.randrange(-(2**62), 2**62)])
        text = random_.choice(["", "x", "it''s", "é€𝄞", "word " * random_.randrange(20)])
        start, length = random_.randrange(-5, 20), random_.randrange(9)
        queries.append(
            f"select {number} / {random_.randrange(-3, 9)} as quotient, hex('{text}') as bytes, "
            f"substr('{text}', {start}, {length}) as part, {number} % 97 between 3 and 50 as among"
        )
    theirs = sqlite3.connect(":memory:")
    names = ["quotient", "bytes", "part", "among"]
    db = client.call("sqlite3", "open", ":memory:")
    for query, answer in zip(queries, answers(client, "sqlite3", [("exec", (db, query)) for query in queries])):
        (row,) = theirs.execute(query)
        assert answer == [{name: None if value is None else str(value) for name, value in zip(names, row)}], query
    client.call("sqlite3", "close", db)


def check_document(client: Client, seed: int) -> None:
    """Has one document read, searched and written, and compares all of it with Python's."""
    random_ = random.Random(seed)
    root = xml.etree.ElementTree.Element("root")
    for _ in range(random_.randrange(6)):
        child = xml.etree.ElementTree.SubElement(root, random_.choice("abc"), {"n": str(random_.randrange(9))})
        child.text = random_.choice(["", "text", "<&>", "é"])
    document = client.call("xml2", "read", xml.etree.ElementTree.tostring(root, "utf-8"))
    context = client.call("xml2", "xpath_context", document)
    found = client.call("xml2", "xpath", "sum(//@n)", context)
    assert client.call("xml2", "xpath_number", found) == sum(int(child.get("n", 0)) for child in root)
    first = client.call("xml2", "xpath", "string(/root/a[1])", context)
    assert client.call("xml2", "xpath_text", first) == (root.findtext("a") or "")
    written = xml.etree.ElementTree.fromstring(client.call("xml2", "write", document))
    assert [(child.tag, child.attrib, child.text or "") for child in written] == [
        (child.tag, child.attrib, child.text or "") for child in root
    ]
    client.call("xml2", "free", document)


def test_documents(client: Client) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda index: check_document(client, SEED + index), range(INPUTS)))


def test_a_handle_lives_on_one_worker(host: Host, client: Client) -> None:
    db = client.call("sqlite3", "open", ":memory:", affinity="me")
    assert client.call("sqlite3", "exec", db, "select 1 as x", affinity="me") == [{"x": "1"}]
    kind, _, rest = db["$handle"].partition(":")
    worker = int(rest.split(".")[0])
    elsewhere = {"$handle": f"{kind}:{worker + 1}.{rest.split('.')[1]}"}
    with pytest.raises(DirtyAppError, match="affinity"):
        client.call("sqlite3", "exec", elsewhere, "select 1")
    client.call("sqlite3", "close", db, affinity="me")


def footprint(host: Host) -> tuple[int, int]:
    """The worker's anonymous memory in KiB, and its open descriptors."""
    (pid,) = host.worker_pids()
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    memory = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon"))
    return memory, len(os.listdir(f"/proc/{pid}/fd"))


def test_cycles_leave_nothing_behind(host: Host, client: Client, tmp_path: Path) -> None:
    """Open, exec and close, over and over: no handle, descriptor or memory is left."""

    def cycle(count: int) -> None:
        # Several at a time, alternately in memory and in files, which have descriptors.
        places = [":memory:" if index % 2 else str(tmp_path / f"{index}.db") for index in range(50)]
        query = "create table if not exists t (x); select 1 as one, 'two' as two"
        for _ in range(0, count, len(places)):
            opened = list(answers(client, "sqlite3", [("open", (place,)) for place in places]))
            for rows in answers(client, "sqlite3", [("exec", (db, query)) for db in opened]):
                assert rows == [{"one": "1", "two": "two"}]
            assert list(answers(client, "sqlite3", [("close", (db,)) for db in opened])) == [None] * len(places)

    cycle(500)
    memory, descriptors = footprint(host)
    cycle(CYCLES)
    memory_after, descriptors_after = footprint(host)
    print(f"{CYCLES} cycles: {memory} KiB before, {memory_after} KiB after")
    assert descriptors_after == descriptors
    assert memory_after - memory < 1024
