"""Every type of Arrow, alone, in dictionaries, lists, structs and the rest, on its way through the product.

Run as a program, because a native library that is given a type which it does not know may end the process:

    python tests/arrow_types.py [NUMBER OF DRAWN TYPES]
"""

from __future__ import annotations

import datetime as dt
import decimal
import json
import random
import sys
from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa

DAYS = [dt.date(2024, 1, 2), dt.date(2023, 5, 6)]
MOMENTS = [dt.datetime(2024, 1, 2, 3), dt.datetime(2023, 5, 6, 7)]
CLOCK = [dt.time(3, 4), dt.time(1, 2)]
SPANS = [dt.timedelta(hours=1), dt.timedelta(hours=2)]
AMOUNTS = [decimal.Decimal("1.50"), decimal.Decimal("-2.25")]
INTEGERS = [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()]
ALIKE = {
    *map(str, INTEGERS[1:-1]),
    "timestamp[ms]",
    "timestamp[s]",
    "duration[ms]",
    "duration[us]",
    "time32[ms]",
    "date64[ms]",
}
"""Types that are looked at alone, and not in each holder: another of their kind stands for them."""
LEAVES: list[tuple[Any, list[Any]]] = [
    (pa.null(), [None, None]),
    (pa.bool_(), [True, False]),
    *((kind, [1, 2]) for kind in INTEGERS),
    *((kind, [1.5, -2.0]) for kind in (pa.float16(), pa.float32(), pa.float64())),
    *((kind, ["b", "a"]) for kind in (pa.string(), pa.large_string(), pa.string_view())),
    *((kind, [b"b", b"a"]) for kind in (pa.binary(), pa.large_binary(), pa.binary_view(), pa.binary(1))),
    *((kind, DAYS) for kind in (pa.date32(), pa.date64())),
    *((pa.timestamp(unit), MOMENTS) for unit in ("s", "ms", "us", "ns")),
    *((pa.timestamp("us", zone), MOMENTS) for zone in ("UTC", "Europe/Berlin", "+02:00")),
    *((kind, CLOCK) for kind in (pa.time32("s"), pa.time32("ms"), pa.time64("us"), pa.time64("ns"))),
    *((pa.duration(unit), SPANS) for unit in ("s", "ms", "us", "ns")),
    (pa.month_day_nano_interval(), [(1, 2, 3), (0, 0, 5)]),
    *((kind, AMOUNTS) for kind in (pa.decimal32(5, 2), pa.decimal64(9, 2), pa.decimal128(12, 2), pa.decimal256(50, 2))),
]


def leaves() -> Iterator[Any]:
    """Arrays of each plain type, whose values come equally often, so that an order of them has to be decided."""
    for kind, (first, second) in LEAVES:
        yield pa.array([first, second, first, None, second, None], kind)


def wrapped(array: Any) -> Iterator[Any]:
    """An array in each type that holds others; those that Arrow itself cannot make of it are left out."""
    numbers = pa.array([0, 1, 0, None, 1, 2], pa.int8())
    offsets = pa.array([0, 1, 2, 2, 3, 5, 6], pa.int32())
    makers = [
        lambda: pa.DictionaryArray.from_arrays(numbers, array.slice(0, 3)),
        lambda: pa.DictionaryArray.from_arrays(numbers, array.slice(3, 3), ordered=True),
        lambda: array.dictionary_encode(),
        lambda: pa.ListArray.from_arrays(offsets, array),
        lambda: pa.LargeListArray.from_arrays(offsets.cast(pa.int64()), array),
        lambda: pa.FixedSizeListArray.from_arrays(pa.concat_arrays([array, array]), 2),
        lambda: pa.ListViewArray.from_arrays(offsets.slice(0, 6), pa.array([1, 1, 0, 1, 2, 1], pa.int32()), array),
        lambda: pa.LargeListViewArray.from_arrays(
            offsets.slice(0, 6).cast(pa.int64()), pa.array([1, 1, 0, 1, 2, 1], pa.int64()), array
        ),
        lambda: pa.StructArray.from_arrays([array, array], names=["a", "b"]),
        lambda: pa.MapArray.from_arrays(offsets, pa.array(list("abcdef")), array),
        lambda: pa.RunEndEncodedArray.from_arrays(pa.array([1, 2, 3, 4, 5, 6], pa.int32()), array),
        lambda: pa.UnionArray.from_sparse(pa.array([0, 1, 0, 1, 0, 1], pa.int8()), [array, numbers]),
        lambda: pa.UnionArray.from_dense(
            pa.array([0, 1, 0, 1, 0, 1], pa.int8()), pa.array([0, 0, 1, 1, 2, 2], pa.int32()), [array, numbers]
        ),
    ]
    for make in makers:
        try:
            yield make()
        except (pa.ArrowException, TypeError, ValueError):
            continue


def extensions() -> Iterator[Any]:
    """Arrays of Arrow's own extension types."""
    yield pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"0" * 16, b"1" * 16] * 3, pa.binary(16)))
    yield pa.ExtensionArray.from_storage(pa.json_(), pa.array(['{"a": 1}', "[]"] * 3, pa.string()))
    yield pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1, 0, 1, None, 0, None], pa.int8()))
    tensor = pa.list_(pa.int32(), 2)
    yield pa.ExtensionArray.from_storage(pa.fixed_shape_tensor(pa.int32(), [2]), pa.array([[1, 2]] * 6, tensor))
    yield pa.ExtensionArray.from_storage(pa.opaque(pa.int32(), "x", "y"), pa.array([1, 2] * 3, pa.int32()))


def all_arrays(drawn: int) -> Iterator[Any]:
    """Each plain type, each in each holder, and some that are nested more deeply, drawn by chance."""
    plain = [*leaves(), *extensions()]
    nested = [found for array in plain if str(array.type) not in ALIKE for found in wrapped(array)]
    yield from plain
    yield from nested
    chance = random.Random(0)  # the same ones each time
    for _ in range(drawn):
        array = chance.choice(nested)
        for _ in range(chance.randint(1, 2)):
            array = chance.choice([*wrapped(array), array])
        yield array


def travel(array: Any) -> None:
    """Take a frame with a column and a number all the way: profile, context, transfer, SQL, firewall, display.

    Raises:
        AnalystError: It cannot be carried, which is said.
    """
    from analyst_magic.context.build import build
    from analyst_magic.exact import arrow_columns
    from analyst_magic.exact.arrow_columns import outward
    from analyst_magic.exact.description import read
    from analyst_magic.results.table import Table
    from analyst_magic.sandbox.firewall import arrow as firewall
    from analyst_magic.sources.frames import fingerprint, to_frame
    from analyst_magic.sources.profile import profile
    from analyst_magic.turn import Question

    frame = to_frame("f", pa.table({"k": array, "v": range(len(array))}))
    card = profile(frame)
    build(Question("total v by k"), [card], privacy="rows")
    fingerprint(frame)
    if frame.description is not None:
        count = len(frame.labels)
        description, _ = read(json.loads(json.dumps(frame.description)), count, _stream)
        back = arrow_columns.to_table(description, frame.table.columns[:count], frame.parts, frame.labels)
        assert back.column(0).type == array.type, (back.column(0).type, array.type)
    with duckdb.connect() as connection:
        connection.register("f", frame.table)
        rows = connection.sql("SELECT * FROM f").to_arrow_table()
        connection.sql("SELECT k, sum(v) FROM f GROUP BY k ORDER BY k").to_arrow_table()
    assert rows.num_rows == len(array)
    columns = [outward(column) for column in (*frame.table.columns, pa.chunked_array([array]))]
    sink = pa.BufferOutputStream()
    shown = pa.table([column.plain for column in columns], names=[str(i) for i in range(len(columns))])
    with pa.ipc.new_stream(sink, shown.schema) as writer:
        writer.write_table(shown)
    admitted, labels = firewall.table(sink.getvalue().to_pybytes(), ["k", "v", "own"], 1_000)
    Table(admitted, labels).to_text()


def _stream(data: bytes) -> Any:
    return pa.ipc.open_stream(pa.py_buffer(data)).read_all()


def main() -> None:
    from analyst_magic.errors import AnalystError

    number, failures = 0, []
    for array in all_arrays(int(sys.argv[1]) if len(sys.argv) > 1 else 50):
        number += 1
        print(array.type, file=sys.stderr, flush=True)  # the last one before a crash
        try:
            travel(array)
        except AnalystError as error:
            failures.append(f"{array.type}: {error}")
        except Exception as error:  # noqa: BLE001 (all of them are reported)
            failures.append(f"{array.type}: {type(error).__name__}: {str(error)[:200]}")
    print(json.dumps({"types": number, "failures": failures}))


if __name__ == "__main__":
    main()
