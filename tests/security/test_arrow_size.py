"""An Arrow stream announces as much as it likes; what it would take is known before a byte of it is read."""

from __future__ import annotations

import datetime as dt
import json
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import arrow_messages as m
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyst_magic.errors import FirewallError
from analyst_magic.results.digest import digest
from analyst_magic.results.table import Table
from analyst_magic.sandbox.firewall import arrow
from analyst_magic.sandbox.firewall.arrow_size import MIN_OBJECTS, measure

ROWS = 1_000_000
MB = 1_000_000


def stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def column(array: pa.Array) -> bytes:
    return stream(pa.table({"x": array}))


def offsets(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}i", *values)


def raw(columns: list[Any], rows: int, nodes: list[tuple[int, int]], *buffers: bytes, **schema: Any) -> bytes:
    body = m.Body()
    for content in buffers:
        body.add(content)
    data = bytes(body.data) + bytes(-len(body.data) % 8)
    return m.schema(columns, **schema) + m.batch(rows, nodes, body.buffers, data) + m.END


def shared_names() -> bytes:
    name = m.text(b"x" * MB)
    return raw([m.field_of(m.INT, name) for _ in range(5_000)], 0, [(0, 0)] * 5_000, *[b""] * 10_000)


def laughs() -> bytes:
    """A struct of two fields that are one, which is a struct of two that are one, and so on."""
    field = m.field_of(m.INT)
    for _ in range(8):
        field = m.field_of(m.STRUCT, children=[field] * 50)
    return m.schema([field]) + m.END


def shared_metadata() -> Any:
    pair = m.Record({0: m.text(b"k"), 1: m.text(b"v" * MB)})
    return m.Items([pair] * 20_000)


def shared_buffer(columns: int, size: int) -> bytes:
    """Columns that all lie in one and the same buffer."""
    buffers = [(0, 0), (0, size)] * columns
    fields = [m.field_of(m.INT) for _ in range(columns)]
    return m.schema(fields) + m.batch(size, [(size, 0)] * columns, buffers, bytes(size)) + m.END


def zone(name: bytes) -> bytes:
    kind = m.Record({0: m.number("h", 2), 1: m.text(name)})
    return raw([m.field_of(m.TIMESTAMP, described=kind)], 0, [(0, 0)], b"", b"")


BOMBS: dict[str, Callable[[], bytes]] = {
    "a list over the empty struct": lambda: raw(
        [m.field_of(m.LIST, children=[m.field_of(m.STRUCT)])], 1, [(1, 0), (2**31 - 2, 0)], b"",
        offsets(0, 2**31 - 2), b"",
    ),
    "5,000 empty structs": lambda: raw(
        [m.field_of(m.STRUCT) for _ in range(5_000)], ROWS, [(ROWS, 0)] * 5_000, *[b""] * 5_000
    ),
    "a struct of an empty struct": lambda: raw(
        [m.field_of(m.STRUCT, children=[m.field_of(m.STRUCT)])], ROWS, [(ROWS, 0)] * 2, b"", b""
    ),
    "bytes of no width": lambda: raw([m.field_of(m.FIXED_BINARY)], ROWS, [(ROWS, 0)], b"", b""),
    "lists of no elements": lambda: raw(
        [m.field_of(m.FIXED_LIST, children=[m.field_of(m.INT)])], ROWS, [(ROWS, 0), (0, 0)], b"", b"", b""
    ),
    "a list of 2^31 elements": lambda: raw(
        [m.field_of(m.FIXED_LIST, children=[m.field_of(m.INT)], size=2**31 - 1)], 1, [(1, 0), (2**31 - 1, 0)],
        b"", b"", b"",
    ),
    "lists of negative size": lambda: raw(
        [m.field_of(m.FIXED_LIST, children=[m.field_of(m.INT)], size=-1)], 1, [(1, 0), (-1, 0)], b"", b"", b""
    ),
    "a list over nulls": lambda: raw(
        [m.field_of(m.LIST, children=[m.field_of(m.NULL)])], 1, [(1, 0), (2**31 - 2, 2**31 - 2)], b"",
        offsets(0, 2**31 - 2),
    ),
    "more numbers than their buffer": lambda: raw([m.field_of(m.INT)], ROWS, [(ROWS, 0)], b"", b"x" * 8),
    "more nulls than values": lambda: raw([m.field_of(m.INT)], 8, [(8, 9)], b"\0", b"x" * 8),
    "nulls without a bitmap": lambda: raw([m.field_of(m.INT)], 8, [(8, 8)], b"", b"x" * 8),
    "a negative number of rows": lambda: raw([m.field_of(m.INT)], -8, [(-8, 0)], b"", b"x" * 8),
    "fewer rows than values": lambda: raw([m.field_of(m.INT)], 1, [(8, 0)], b"", b"x" * 8),
    "a struct's field longer than it": lambda: raw(
        [m.field_of(m.STRUCT, children=[m.field_of(m.INT)])], 1, [(1, 0), (8, 0)], b"", b"", b"x" * 8
    ),
    "one buffer for 5,000 columns": lambda: shared_buffer(5_000, 800_000),
    "one buffer for two columns": lambda: shared_buffer(2, 800),
    "a buffer beyond its body": lambda: (
        m.schema([m.field_of(m.INT)]) + m.batch(8, [(8, 0)], [(0, 0), (0, 8 * MB)], bytes(8)) + m.END
    ),
    "a buffer before its body": lambda: (
        m.schema([m.field_of(m.INT)]) + m.batch(8, [(8, 0)], [(0, 0), (-8, 16)], bytes(8)) + m.END
    ),
    "a node too few": lambda: raw([m.field_of(m.INT)] * 2, 8, [(8, 0)], b"", bytes(8), b"", bytes(8)),
    "a node too many": lambda: raw([m.field_of(m.INT)], 8, [(8, 0)] * 2, b"", bytes(8)),
    "5,000 columns of one name of a megabyte": shared_names,
    "fields that are shared, and shared again": laughs,
    "metadata of 20 GB that is one megabyte": lambda: m.schema([m.field_of(m.INT)], shared_metadata()) + m.END,
    "a field's metadata of 20 GB": lambda: m.schema([m.field_of(m.INT, metadata=shared_metadata())]) + m.END,
    "a batch's metadata of 20 GB": lambda: (
        m.schema([m.field_of(m.INT)])
        + m.batch(0, [(0, 0)], [(0, 0)] * 2, b"", metadata=shared_metadata()) + m.END
    ),
    "60,000 columns": lambda: m.schema([m.field_of(m.BOOL)] * 60_000) + m.END,
    "30,000 fields in 300 columns": lambda: m.schema(
        [m.field_of(m.STRUCT, children=[m.field_of(m.INT)] * 100)] * 300
    ) + m.END,
    "fields in fields in fields": lambda: column(pa.nulls(1, _deep(12))),
    "a decimal with 2^31 zeros": lambda: raw([m.field_of(m.DECIMAL, scale=-(2**31) + 1)], 1, [(1, 0)], b"", bytes(16)),
    "a decimal of 2^31 places": lambda: raw([m.field_of(m.DECIMAL, scale=2**31 - 1)], 1, [(1, 0)], b"", bytes(16)),
    "a time zone of a path": lambda: zone(b"../../etc/passwd"),
    "a time zone of a megabyte": lambda: zone(b"A" * MB),
    "a key of a megabyte in a million rows": lambda: raw(
        [m.field_of(m.STRUCT, children=[m.field_of(m.BOOL, m.text(b"k" * MB))])], ROWS, [(ROWS, 0)] * 2, b"", b"",
        bytes(ROWS // 8),
    ),
    "eight million structs in a megabyte": lambda: raw(
        [m.field_of(m.LIST, children=[m.field_of(m.STRUCT, children=[m.field_of(m.BOOL)])])], 1,
        [(1, 0), (8 * MB, 0), (8 * MB, 0)], b"", offsets(0, 8 * MB), b"", b"", bytes(MB),
    ),
    "five structs in each of a million": lambda: raw(
        [_nested_struct(6)], ROWS, [(ROWS, 0)] * 7, *[b""] * 7, bytes(ROWS // 8)
    ),
    "a dense union": lambda: column(
        pa.UnionArray.from_dense(pa.array([0] * 9, pa.int8()), pa.array([0] * 9, pa.int32()), [pa.array(["a"])])
    ),
    "a view": lambda: column(pa.array(["a" * 100], pa.string_view())),
    "a list view": lambda: column(pa.array([[1]], pa.list_view(pa.int8()))),
    "a schema again": lambda: m.schema([m.field_of(m.INT)]) * 2 + m.END,
    "a batch before the schema": lambda: m.batch(0, [], [], b"") + m.END,
    "100,000 empty pieces": lambda: (
        m.schema([m.field_of(m.INT)]) + m.batch(0, [(0, 0)], [(0, 0)] * 2, b"") * 100_000 + m.END
    ),
    "nothing at all": lambda: m.END,
}  # fmt: skip


def _deep(depth: int) -> pa.DataType:
    return pa.list_(_deep(depth - 1)) if depth else pa.int8()


def _nested_struct(depth: int) -> m.Record:
    return m.field_of(m.STRUCT, children=[_nested_struct(depth - 1)]) if depth else m.field_of(m.BOOL)


@pytest.mark.parametrize("name", BOMBS)
def test_a_table_that_announces_more_than_it_holds_is_refused_at_once(name: str) -> None:
    data = BOMBS[name]()
    since = time.process_time()
    with pytest.raises(FirewallError) as refused:
        arrow.table(data, None, ROWS)
    assert refused.value.next_step
    assert time.process_time() - since < 3


WORST: dict[str, Callable[[], bytes]] = {
    "structs in lists": lambda: raw(
        [m.field_of(m.LIST, children=[m.field_of(m.STRUCT, children=[m.field_of(m.BOOL)])])], 1,
        [(1, 0), (1_800_000, 0), (1_800_000, 0)], b"", offsets(0, 1_800_000), b"", b"", bytes(225_000),
    ),
    "structs in structs": lambda: raw(
        [_nested_struct(4)], 440_000, [(440_000, 0)] * 5, *[b""] * 5, bytes(55_000)
    ),
    "long keys": lambda: raw(
        [m.field_of(m.STRUCT, children=[m.field_of(m.BOOL, m.text(b"k" * 1_000))])], 400_000, [(400_000, 0)] * 2,
        b"", b"", bytes(50_000),
    ),
    "long keys in a list": lambda: raw(
        [m.field_of(m.LIST, children=[m.field_of(m.STRUCT, children=[m.field_of(m.BOOL, m.text(b"k" * 1_000))])])], 1,
        [(1, 0), (400_000, 0), (400_000, 0)], b"", offsets(0, 400_000), b"", b"", bytes(50_000),
    ),
    "empty lists": lambda: column(pa.array([[]] * 240_000, pa.list_(pa.int8()))),
    "eight million booleans": lambda: raw(
        [m.field_of(m.LIST, children=[m.field_of(m.BOOL)])], 1, [(1, 0), (7_900_000, 0)], b"",
        offsets(0, 7_900_000), b"", bytes(990_000),
    ),
    "one letter makes all wide": lambda: column(pa.array(["a" * 990_000 + "\U0001f600"])),
    "empty texts in a list": lambda: column(pa.array([[""] * 240_000])),
    "many columns": lambda: raw(
        [m.field_of(m.BOOL) for _ in range(2_000)], 2_400, [(2_400, 0)] * 2_000, *[b"", bytes(300)] * 2_000
    ),
    "many pieces": lambda: (
        m.schema([m.field_of(m.INT)]) + m.batch(0, [(0, 0)], [(0, 0)] * 2, b"") * 6_000 + m.END
    ),
}  # fmt: skip

STEPS = """
import json, resource, sys
from analyst_magic.sources.profile import profile
from analyst_magic.sources.frames import to_frame
from analyst_magic.results.digest import digest
from analyst_magic.results.table import Table
from analyst_magic.sandbox.firewall import arrow
import pandas
data = open(sys.argv[1], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
table, labels = arrow.table(data, None, 1_000_000)
shown = Table(table, labels)
digest(shown), shown._repr_mimebundle_(), profile(to_frame("t", table))
frame = shown.to_pandas()
print(json.dumps([len(frame), 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)]))
"""


@pytest.mark.parametrize("name", WORST)
def test_the_worst_megabyte_that_passes_leaves_the_host_its_memory(name: str, tmp_path: Path) -> None:
    """Everything that the host does with a table, measured in a process of its own."""
    data = WORST[name]()
    assert len(data) < 1.2 * MB
    (tmp_path / "stream").write_bytes(data)
    command = [sys.executable, "-c", STEPS, str(tmp_path / "stream")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)
    _, taken = json.loads(done.stdout.splitlines()[-1])
    assert taken < 2 * MIN_OBJECTS


def test_a_large_honest_table_is_measured_in_no_time_and_passes() -> None:
    rows = 100_000
    table = pa.table({
        **{f"f{i}": pa.array([0.5] * rows) for i in range(100)},
        "text": pa.array(["abc"] * rows),
        "tags": pa.array([["a", "b"]] * rows),
        "deep": pa.array([{"a": 1, "b": [{"c": 1.5}]}] * rows),
    })  # fmt: skip
    data = stream(table)
    since = time.process_time()
    sizes = measure(data, ROWS)
    assert time.process_time() - since < 0.2
    assert sizes.rows == rows
    assert arrow.table(data, None, ROWS)[0].num_rows == rows


def test_a_million_rows_of_a_hundred_flags_pass() -> None:
    flags = pa.array([True, False] * 500_000)
    assert measure(stream(pa.table({f"f{i}": flags for i in range(100)})), ROWS).rows == ROWS


_plain = st.sampled_from([pa.int8(), pa.int64(), pa.float64(), pa.bool_(), pa.string(), pa.large_string(), pa.binary(),
                          pa.date32(), pa.time64("us"), pa.timestamp("us"), pa.timestamp("s", "Europe/Berlin"),
                          pa.duration("ns"), pa.decimal128(7, 2), pa.decimal256(40, 3)])  # fmt: skip
_kinds = st.recursive(
    _plain,
    lambda inner: st.one_of(
        inner.map(pa.list_),
        inner.map(pa.large_list),
        st.lists(inner, min_size=1, max_size=3).map(lambda ts: pa.struct([(f"f{i}", t) for i, t in enumerate(ts)])),
    ),
    max_leaves=6,
)


@given(st.lists(_kinds, max_size=4), st.integers(0, 20), st.integers(0, 20), st.data())
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_what_arrow_itself_writes_passes_as_it_is(
    kinds: list[pa.DataType], rows: int, start: int, data: st.DataObject
) -> None:
    """Of every type, with nulls, cut out of longer arrays, in pieces."""
    columns = []
    for kind in kinds:
        values = [data.draw(_value(kind)) for _ in range(3)]
        columns.append(pa.array((values * (rows + start))[: rows + start], kind).slice(start))
    table = pa.Table.from_arrays(columns, [f"c{i}" for i in range(len(columns))])
    batches = pa.Table.from_batches(table.to_batches(max_chunksize=7), table.schema)
    read, _ = arrow.table(stream(batches), None, ROWS)
    assert read.equals(batches)


def _value(kind: pa.DataType) -> st.SearchStrategy[Any]:
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return st.none() | st.lists(_value(kind.value_type), max_size=3)
    if pa.types.is_struct(kind):
        return st.none() | st.fixed_dictionaries({field.name: _value(field.type) for field in kind})
    number = pa.array([1], pa.int64())
    if pa.types.is_decimal(kind):
        return st.sampled_from([None, Decimal("1.5")])
    if pa.types.is_binary(kind):
        return st.sampled_from([None, b"", b"ab"])
    if pa.types.is_temporal(kind) and not pa.types.is_date(kind):
        return st.sampled_from([None, number.cast(kind)[0].as_py()])
    return st.sampled_from([None, dt.date(2024, 1, 1) if pa.types.is_date(kind) else number.cast(kind)[0].as_py()])


_lengths = st.sampled_from([-1, 0, 1, 2, 7, 8, 9, 1_000, 2**31 - 2, 2**40, 2**62])
_fields = st.recursive(
    st.builds(m.field_of, st.sampled_from([m.INT, m.FLOAT, m.UTF8, m.BOOL, m.STRUCT, m.NULL, m.FIXED_BINARY, m.VIEW])),
    lambda inner: st.one_of(
        st.builds(lambda c: m.field_of(m.LIST, children=[c]), inner),
        st.builds(
            lambda c, n: m.field_of(m.FIXED_LIST, children=[c], size=n), inner, st.sampled_from([0, 1, 2**31 - 1])
        ),
        st.builds(lambda c: m.field_of(m.STRUCT, children=c), st.lists(inner, max_size=3)),
    ),
    max_leaves=5,
)


@given(
    st.lists(_fields, min_size=1, max_size=3),
    _lengths,
    st.lists(st.tuples(_lengths, _lengths), max_size=8),
    st.lists(st.tuples(st.sampled_from([0, 0, 8, 16, 64, -8]), st.sampled_from([0, 8, 16, 64, 2**40])), max_size=16),
    st.sampled_from([0, 8, 64, 1_000]),
)
@settings(deadline=None, max_examples=400)
def test_any_header_is_refused_or_makes_no_more_than_it_holds(
    fields: list[m.Record], rows: int, nodes: list[tuple[int, int]], buffers: list[tuple[int, int]], size: int
) -> None:
    data = m.schema(fields) + m.batch(rows, nodes, buffers, bytes(size)) + m.END
    try:
        table, _ = arrow.table(data, None, ROWS)
    except FirewallError:
        return
    assert sum(map(_cells, table.columns)) <= 8 * 9 * len(data)
    table.to_pandas()


def _cells(values: Any) -> int:
    chunks = values.chunks if isinstance(values, pa.ChunkedArray) else [values]
    inner = 0
    for chunk in chunks:
        if pa.types.is_struct(chunk.type):
            inner += sum(_cells(chunk.field(i)) for i in range(chunk.type.num_fields))
        elif pa.types.is_nested(chunk.type):
            inner += _cells(chunk.values)
    return len(values) + inner


def test_a_date_beyond_pythons_calendar_has_a_digest() -> None:
    days = pa.array([-(2**31) + 1, 0, None], pa.int32()).cast(pa.date32())
    before, after = (digest(Table(pa.table({"x": column}))) for column in (days, days[1:]))
    assert before != after


def test_no_class_that_is_registered_here_reads_what_comes_back() -> None:
    read: list[bytes] = []

    class Own(pa.ExtensionType):
        def __init__(self) -> None:
            super().__init__(pa.int8(), "analyst.test")

        def __arrow_ext_serialize__(self) -> bytes:
            return b"hostile"

        @classmethod
        def __arrow_ext_deserialize__(cls, storage: pa.DataType, serialized: bytes) -> Own:
            read.append(serialized)
            return cls()

    pa.register_extension_type(Own())
    try:
        array = pa.ExtensionArray.from_storage(Own(), pa.array([1], pa.int8()))
        for sent in (array, pa.StructArray.from_arrays([array], names=["x"])):
            with pytest.raises(FirewallError, match="type of another library"):
                arrow.table(column(sent), ["x"], 10)
    finally:
        pa.unregister_extension_type("analyst.test")
    assert not read


def test_a_zone_or_a_name_that_nothing_here_can_show_is_refused() -> None:
    with pytest.raises(FirewallError, match="time zone"):
        arrow.table(column(pa.array([0], pa.timestamp("s", "Nowhere/At_all"))), ["x"], 10)
    for zone in ("UTC", "Europe/Oslo", "+05:30"):
        assert arrow.table(column(pa.array([0], pa.timestamp("s", zone))), ["x"], 10)[0].num_rows == 1
    data = column(pa.array([{"naming": 1}]))
    with pytest.raises(FirewallError, match="damaged"):
        arrow.table(data.replace(b"naming", b"n\xffming"), ["x"], 10)
