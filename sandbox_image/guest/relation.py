"""A DuckDB relation as an Arrow table of types that the host admits, without a change of any value.

What DuckDB's own export would change (https://duckdb.org/docs/stable/clients/python/conversion): a TIME WITH TIME ZONE
loses its offset, a UHUGEINT beyond 127 bits becomes another number, BIT, BIGNUM and VARIANT become bytes of DuckDB's
own, and an INTERVAL overflows. Those are converted by DuckDB before they leave it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TEXTS = {"time with time zone", "bit", "bignum", "variant", "varint"}
"""Types without a counterpart in Arrow, which become the text that DuckDB has for them."""


class Reader:
    """Reads a relation's rows in order.

    Args:
        relation: The relation.
        batch_rows: Rows of a batch.
    """

    def __init__(self, relation: Any, batch_rows: int = 100_000) -> None:
        self.labels = list(relation.columns)
        self.kinds = [(kind.id, changed(kind)) for kind in relation.types]
        if any(change for _, change in self.kinds):
            relation = relation.project(", ".join(self._expression(i) for i in range(len(self.kinds))))
        self.batches = relation.to_arrow_reader(batch_rows)

    def _expression(self, position: int) -> str:
        kind, change = self.kinds[position]
        column = f"#{position + 1}"
        if kind == "interval":
            exact = f"datepart('year', {column}) = 0 AND datepart('month', {column}) = 0"
            microseconds = f"TRY(CASE WHEN {exact} THEN epoch_us({column}) END)"
            return f"{{'length': {microseconds}, 'text': CAST({column} AS VARCHAR)}}"
        return f"CAST({column} AS {change})" if change else column

    def read(self, max_rows: int) -> tuple[Any, bool, list[str]]:
        """The rows up to a number of them.

        Returns:
            The table, its columns named by position; whether there are more rows; what was changed, a sentence each.
        """
        import pyarrow as pa

        batches, rows = [], 0
        for batch in self.batches:
            batches.append(batch)
            rows += batch.num_rows
            if rows > max_rows:
                break
        table = pa.Table.from_batches(batches, self.batches.schema)
        columns, notes = [], []
        for label, (kind, change), column in zip(self.labels, self.kinds, table.columns, strict=True):
            column, note = converted(column, kind, change, pa)
            columns.append(column)
            if note:
                notes.append(f"The column {label}: {note}")
        names = [f"c{i}" for i in range(len(columns))]
        return pa.table(columns, names=names).slice(0, max_rows), rows > max_rows, notes


def changed(kind: Any) -> str:
    """The type, as SQL, that DuckDB has to convert a type to; empty where Arrow has what it is."""
    return target(kind) or ""


def target(kind: Any) -> str | None:
    """A type without what Arrow would change, as SQL, or None where it holds nothing of the kind."""
    if kind.id in TEXTS or kind.id in {"uhugeint", "interval"}:
        return "VARCHAR"
    if kind.id not in {"list", "array", "struct", "map", "union"}:
        return None
    children = [(name, child) for name, child in kind.children if hasattr(child, "id") and name != ""]
    inner = [(name, child, target(child)) for name, child in children]
    if not any(change for _, _, change in inner):
        return None
    texts = [(name, change or whole(child)) for name, child, change in inner]
    if kind.id in {"list", "array"}:
        return f"{texts[0][1]}[]"
    if kind.id == "map":
        return f"MAP({texts[0][1]}, {texts[1][1]})"
    fields = ", ".join(f"{quoted(name)} {text}" for name, text in texts)
    return f"{kind.id.upper()}({fields})"


def whole(kind: Any) -> str:
    """A type as SQL; names of enumerations, which may be many, as text."""
    return "VARCHAR" if kind.id == "enum" else str(kind)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def converted(column: Any, kind: str, change: str, pa: Any) -> tuple[Any, str]:
    """A column of Arrow in types that the host admits, and what had to be said of it."""
    import pyarrow.compute as pc

    if kind == "interval":
        length, text = (pc.struct_field(column, position) for position in (0, 1))
        if length.null_count == text.null_count:
            return length.cast(pa.duration("us")), ""
        return text, "some intervals have months, or are too long for a duration, so all came as text."
    if kind == "uhugeint":
        return fitting(pc.cast(column, pa.decimal256(39, 0)), pa.int64(), pa), ""
    if kind in {"time", "time_ns"}:
        return clock(column, pa)
    note = "its values have no type in Arrow and came as text." if change and kind not in TEXTS else ""
    if holds(column.type, pa):
        chunks = [rebuilt(chunk, pa) for chunk in column.chunks]
        column = pa.chunked_array(chunks, rebuilt_type(column.type, pa))
    return whole_numbers(column, pa), note


def clock(column: Any, pa: Any) -> tuple[Any, str]:
    """Times of day; DuckDB has a 24:00:00, which Arrow has not."""
    import pyarrow.compute as pc

    values = column.cast(pa.int64())
    beyond = pc.greater_equal(values, 86_400 * {"us": 10**6, "ns": 10**9}[column.type.unit])
    if not pc.any(beyond).as_py():
        return column, ""
    times = pc.if_else(beyond, None, values).cast(column.type).cast(pa.string())
    return pc.if_else(beyond, "24:00:00", times), "it holds 24:00:00, so its times came as text."


def whole_numbers(column: Any, pa: Any) -> Any:
    """DuckDB adds up integers in 128 bits, which Arrow calls a decimal: 64 bits where they suffice, as users expect."""
    narrow = with_wholes(column.type, pa.int64(), pa)
    if narrow == column.type:
        return column
    if (fitted := fitting(column, narrow, pa)) is not column:
        return fitted
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:  # 39 digits, which a decimal of 128 bits holds and does not name
        return column.cast(with_wholes(column.type, pa.decimal256(39, 0), pa))
    return column


def fitting(column: Any, kind: Any, pa: Any) -> Any:
    """A column in a type, where all of its values fit that; else the column itself."""
    try:
        return column.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return column


def with_wholes(kind: Any, new: Any, pa: Any) -> Any:
    """A type with another in place of each decimal that has no decimals."""
    t = pa.types
    if t.is_decimal(kind) and kind.scale == 0:
        return new
    if t.is_struct(kind):
        return pa.struct([(field.name, with_wholes(field.type, new, pa)) for field in kind])
    if t.is_fixed_size_list(kind):
        return pa.list_(with_wholes(kind.value_type, new, pa), kind.list_size)
    if t.is_list(kind) or t.is_large_list(kind):
        return (pa.list_ if t.is_list(kind) else pa.large_list)(with_wholes(kind.value_type, new, pa))
    return kind


def holds(kind: Any, pa: Any) -> bool:
    """Whether a map or a union is in a type."""
    t = pa.types
    if t.is_map(kind) or t.is_union(kind):
        return True
    return t.is_nested(kind) and any(holds(kind.field(i).type, pa) for i in range(kind.num_fields))


def rebuilt_type(kind: Any, pa: Any) -> Any:
    """The type that ``rebuilt`` makes: a map is a list of its pairs, a union a struct with a field for each member."""
    t = pa.types
    if t.is_map(kind):
        pair = [("key", rebuilt_type(kind.key_type, pa)), ("value", rebuilt_type(kind.item_type, pa))]
        return pa.list_(pa.struct(pair))
    if t.is_union(kind) and kind.num_fields == 1:
        return rebuilt_type(kind.field(0).type, pa)
    if t.is_union(kind) or t.is_struct(kind):
        fields = [kind.field(i) for i in range(kind.num_fields)]
        return pa.struct([(field.name, rebuilt_type(field.type, pa)) for field in fields])
    if t.is_fixed_size_list(kind):
        return pa.list_(rebuilt_type(kind.value_type, pa), kind.list_size)
    if t.is_list(kind) or t.is_large_list(kind):
        return (pa.list_ if t.is_list(kind) else pa.large_list)(rebuilt_type(kind.value_type, pa))
    return kind


def rebuilt(array: Any, pa: Any) -> Any:
    """An array with its maps and unions as lists and structs."""
    import pyarrow.compute as pc

    t, kind = pa.types, array.type
    if not holds(kind, pa):
        return array
    wanted = rebuilt_type(kind, pa)
    missing = array.is_null() if array.null_count else None
    if t.is_map(kind):
        pairs = pa.StructArray.from_arrays([rebuilt(array.keys, pa), rebuilt(array.items, pa)], ["key", "value"])
        return pa.ListArray.from_arrays(array.offsets, pairs, type=wanted, mask=missing)
    if t.is_union(kind):
        members = [rebuilt(array.field(i), pa) for i in range(kind.num_fields)]
        if len(members) == 1:
            return members[0]
        codes = zip(kind.type_codes, members, strict=True)
        own = [pc.if_else(pc.equal(array.type_codes, code), member, None) for code, member in codes]
        empty = own[0].is_null()
        for value in own[1:]:
            empty = pc.and_(empty, value.is_null())
        return pa.StructArray.from_arrays(own, fields=list(wanted), mask=empty)
    if t.is_struct(kind):
        inner = [rebuilt(array.field(i), pa) for i in range(kind.num_fields)]
        return pa.StructArray.from_arrays(inner, fields=list(wanted), mask=missing)
    if t.is_fixed_size_list(kind):
        return pa.FixedSizeListArray.from_arrays(rebuilt(array.values, pa), type=wanted, mask=missing)
    values = rebuilt(array.values, pa)
    return type(array).from_arrays(array.offsets, values, type=wanted, mask=missing)
