"""The types of a CSV file's columns: what the texts are, what is only a guess, and what has to stay text.

A value is only taken for a number where nothing of it gets lost: codes such as 02134, +49 or 1E5 stay text. What a
file does not tell (whether 01/02/2024 is in January) is guessed, and the guess is a remark.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..language import message
from .file_options import FileOptions

NULL_WORDS = (
    "NA",
    "N/A",
    "n/a",
    "na",
    "NaN",
    "nan",
    "-",
    "--",
    "–",
    "null",
    "NULL",
    "Null",
    "None",
    "none",
    "#N/A",
    "?",
    ".",
)
"""What stands for a missing value in a column whose other values are numbers."""
MAX_DISTINCT = 100_000
NEARLY_ALL = 0.9
"""Share of the different texts of a column that have to be amounts, so that a remark says why it is text."""
_NUMERIC = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE"})
_GROUP = " \u00a0\u2009\u202f'’"
"""Signs between thousands: blanks, narrow ones, and apostrophes."""
_PLAIN = r"^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$"
_CODE = r"^[+-]?0[\dxXbBoO]|^\+\d"
_AMOUNT = r"^[+-]?\d+(?:[.,]\d+)*$"
_EXPONENT = r"^\d+[eE]\d+$"
_COMMA = rf"^-?(?:\d{{1,3}}(?:[.{_GROUP}]\d{{3}})+|\d+)(?:,\d+)?(?:[eE][+-]\d+)?$"
_POINT = rf"^-?(?:\d{{1,3}}(?:[,{_GROUP}]\d{{3}})+|\d+)(?:\.\d+)?(?:[eE][+-]\d+)?$"
_CERTAIN_COMMA = rf",\d{{1,2}}$|,\d{{4,}}$|\.\d{{3}},|\.\d{{3}}\.|[{_GROUP}]\d{{3}},|^-?0,"
_CERTAIN_POINT = rf",\d{{3}}\.|,\d{{3}},|[{_GROUP}]\d{{3}}\."
_THOUSANDS = r"^-?[1-9]\d{0,2}(?:\.\d{3})+$"
_DATE = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?)(\s?[AaPp][Mm])?)?")
_VERSION = re.compile(
    r"(?:^|[^a-z])(?:versions?|ver|releases?|revisions?|rev|builds?|chapters?|sections?)(?![a-z])", re.I
)
_CLOCK = r"[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?"
_CERTAIN = {
    "BOOLEAN": r"(?i)^(?:true|false)$",
    "DATE": r"^\d{4}-\d{2}-\d{2}$",
    "TIMESTAMP": rf"^\d{{4}}-\d{{2}}-\d{{2}}{_CLOCK}$",
    "TIMESTAMP WITH TIME ZONE": rf"^\d{{4}}-\d{{2}}-\d{{2}}{_CLOCK}(?:Z|[+-]\d{{2}}:\d{{2}})$",
}
"""What texts of these types look like, which no two people read differently."""
_MONTHS = (
    message("January"), message("February"), message("March"), message("April"), message("May"), message("June"),
    message("July"), message("August"), message("September"), message("October"), message("November"),
    message("December"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remark:
    """What a user should know of how a file was read.

    Attributes:
        text: A sentence.
        column: The column that it is about; empty where it is about the file.
    """

    text: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """How one column is read.

    Attributes:
        type: The type in which DuckDB reads it.
        expression: What is made of it then; empty where nothing is.
        remarks: What a user should know.
    """

    type: str
    expression: str = ""
    remarks: tuple[str, ...] = ()


def read_columns(table: pa.Table, types: Sequence[str], options: FileOptions, delimiter: str) -> list[ColumnReading]:
    """How each column of a CSV file is read.

    Args:
        table: Rows of the file, all as text.
        types: The types that DuckDB takes them for.
        options: What the user says.
        delimiter: What stands between the values.
    """
    texts = [_distinct(column) for column in table.columns]
    order = options.dates or _certain_order(texts)
    comma = options.decimal == "," or (not options.decimal and delimiter != "," and any(map(_has_decimal_comma, texts)))
    found = []
    for name, kind, values in zip(table.column_names, types, texts, strict=True):
        if name in options.text or not len(values):
            found.append(ColumnReading("VARCHAR" if name in options.text else kind))
        elif kind in _NUMERIC:
            found.append(_number(name, kind, values, options, delimiter, comma))
        else:
            found.append(
                _date(name, values, order, given=bool(options.dates))
                or _with_words(name, kind, values)
                or _text(name, kind, values, options, delimiter, comma)
            )
    return found


def _distinct(column: Any) -> Any:
    """The texts of a column without blanks around them; none where nothing of it looks like a number or a date."""
    head = column.slice(0, 2_000).drop_null()
    if len(head) and not _any(head, r"^[\s+-]*\d") and not _any(head, _CERTAIN["BOOLEAN"]):
        return pa.array([], pa.string())
    values = pc.utf8_trim_whitespace(column.unique().drop_null())
    values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return values.filter(pc.not_equal(values, "")).slice(0, MAX_DISTINCT)


def _any(values: Any, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(values, pattern)).as_py())


def _all(values: Any, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(values, pattern)).as_py())


def _first(values: Any, pattern: str) -> str:
    return str(values.filter(pc.match_substring_regex(values, pattern))[0].as_py())


def _has_decimal_comma(values: Any) -> bool:
    return len(values) > 0 and _all(values, _COMMA) and _any(values, _CERTAIN_COMMA) and _any(values, ",")


def _number(name: str, kind: str, values: Any, options: FileOptions, delimiter: str, comma: bool) -> ColumnReading:
    """A column that DuckDB takes for numbers."""
    if _any(values, _CODE):
        return ColumnReading("VARCHAR", remarks=_signed(name, values))
    if kind not in {"DOUBLE", "FLOAT"}:
        return ColumnReading(kind)
    if _any(values, _EXPONENT) and not _any(values, r"\.|[eE][+-]"):
        remark = message(
            "{name} holds codes such as {example}, and is read as text.", name=name, example=_first(values, _EXPONENT)
        )
        return ColumnReading("VARCHAR", remarks=(remark,))
    if _any(values, r"^-?\d{16,}$"):
        return ColumnReading(
            "VARCHAR",
            remarks=(
                message(
                    "{name} has numbers with more digits than can be held exactly, and is read as text.", name=name
                ),
            ),
        )
    if _any(values, r"(?i)^[+-]?nan$"):
        missing = tuple(values.filter(pc.match_substring_regex(values, r"(?i)^[+-]?nan$")).to_pylist())
        expression = f"CAST({_without_words(name, missing)} AS DOUBLE)"
        return ColumnReading("VARCHAR", expression, _missing(name, missing))
    if comma or (delimiter == ";" and options.decimal != "."):
        if _all(values, _THOUSANDS):
            return _thousands(name, values, certain=comma)
        if options.decimal == "," and _any(values, r"\."):
            return ColumnReading(
                "VARCHAR",
                remarks=(message("{name} has no numbers with a decimal comma, and is read as text.", name=name),),
            )
    return _two_spellings(name, values)


def _thousands(name: str, values: Any, *, certain: bool) -> ColumnReading:
    example = values[0].as_py()
    remark = message(
        "{name} is read with points between thousands ({text} as {shown}), which the file does not show for sure; "
        "decimal=. reads them as decimal points.",
        name=name, text=example, shown=example.replace(".", ""),
    )  # fmt: skip
    expression = f"CAST(replace({quoted(name)}, '.', '') AS BIGINT)"
    return ColumnReading("VARCHAR", expression, () if certain else (remark,))


def _two_spellings(name: str, values: Any) -> ColumnReading:
    """A column of decimal numbers; versions, of which 1.1 and 1.10 are two, stay text."""
    if _all(values, r"^\d+(?:\.\d+)?$"):
        if _VERSION.search(name):
            return ColumnReading("VARCHAR", remarks=(message("{name} is read as text, as versions are.", name=name),))
        shapes: dict[float, str] = {}
        for text in values.slice(0, 2_000).to_pylist():
            other = shapes.setdefault(float(text), text)
            if other != text and "." in text and "." in other:
                remark = message(
                    "{one} and {other} in {name} are read as one number; text={name} keeps them apart.",
                    one=other, other=text, name=name,
                )  # fmt: skip
                return ColumnReading("DOUBLE", remarks=(remark,))
    return ColumnReading("DOUBLE")


def _text(name: str, kind: str, values: Any, options: FileOptions, delimiter: str, comma: bool) -> ColumnReading:
    """A column that DuckDB takes for text: numbers with signs that it does not know, or with words for missing ones."""
    if kind != "VARCHAR":
        return ColumnReading(kind)
    is_word = pc.is_in(values, pa.array(NULL_WORDS))
    numbers, missing = values.filter(pc.invert(is_word)), tuple(values.filter(is_word).to_pylist())
    if not len(numbers) or _any(numbers, _CODE):
        return ColumnReading("VARCHAR", remarks=_signed(name, numbers))
    read = _plain if _all(numbers, _PLAIN) else _with_signs
    return read(name, numbers, missing, options, delimiter, comma)


def _plain(
    name: str, numbers: Any, missing: tuple[str, ...], options: FileOptions, delimiter: str, comma: bool
) -> ColumnReading:
    """A column of numbers as DuckDB knows them, with words for missing ones."""
    if not missing or _any(numbers, r"^-?\d{16,}$"):
        return ColumnReading("VARCHAR")
    kind = "DOUBLE" if _any(numbers, r"[.eE]") else "BIGINT"
    inner = _number(name, kind, numbers, options, delimiter, comma)
    source, remarks = _without_words(name, missing), (*_missing(name, missing), *inner.remarks)
    if inner.type != "VARCHAR":
        return ColumnReading("VARCHAR", f"CAST({source} AS {inner.type})", remarks)
    if not inner.expression:
        return inner
    return ColumnReading("VARCHAR", inner.expression.replace(quoted(name), source), remarks)


def _with_signs(
    name: str, numbers: Any, missing: tuple[str, ...], options: FileOptions, delimiter: str, comma: bool
) -> ColumnReading:
    """A column of numbers with signs between thousands, or with a decimal comma."""
    fits_comma = options.decimal != "." and _all(numbers, _COMMA)
    fits_point = options.decimal != "," and _all(numbers, _POINT)
    if not fits_comma and not fits_point:
        return ColumnReading("VARCHAR", remarks=_odd(name, numbers))
    with_comma, sure = fits_comma, True
    if fits_comma and fits_point:
        prefers_comma = (comma or delimiter != ",") and not _any(numbers, _CERTAIN_POINT)
        with_comma = _any(numbers, _CERTAIN_COMMA) or prefers_comma
        sure = bool(options.decimal) or comma or _any(numbers, f"{_CERTAIN_COMMA}|{_CERTAIN_POINT}")
    expression, text, shown = _signed_number(_without_words(name, missing), numbers, with_comma=with_comma)
    remarks = _missing(name, missing) if missing else ()
    remarks += () if sure else (_sign_guess(name, text, shown, with_comma=with_comma),)
    return ColumnReading("VARCHAR", expression, remarks)


def _sign_guess(name: str, text: str, shown: str, *, with_comma: bool) -> str:
    if with_comma:
        return message(
            "{name} is read with a decimal comma ({text} as {shown}), which the file does not show for sure; "
            "decimal=. reads it the other way.",
            name=name, text=text, shown=shown,
        )  # fmt: skip
    return message(
        "{name} is read with commas between thousands ({text} as {shown}), which the file does not show for sure; "
        "decimal=, reads it the other way.",
        name=name, text=text, shown=shown,
    )  # fmt: skip


def _signed_number(source: str, numbers: Any, *, with_comma: bool) -> tuple[str, str, str]:
    """SQL that makes numbers of texts with signs between thousands, and an example: the text, and what is read."""
    group = f"[.{_GROUP}]" if with_comma else f"[,{_GROUP}]"
    mark = "," if with_comma else "."
    kind = "DOUBLE" if _any(numbers, re.escape(mark) + r"\d+$") else "BIGINT"
    text = _first(numbers, ",") if _any(numbers, ",") else str(numbers[0].as_py())
    pattern = group.replace("'", "''")
    cleaned = f"regexp_replace({source}, '{pattern}', '', 'g')"
    cleaned = f"replace({cleaned}, ',', '.')" if with_comma else cleaned
    shown = re.sub(group, "", text)
    return f"CAST({cleaned} AS {kind})", text, shown.replace(",", ".") if with_comma else shown


def _without_words(name: str, words: Sequence[str]) -> str:
    source = f"trim({quoted(name)})"
    if not words:
        return f"nullif({source}, '')"
    listed = ", ".join("'" + word.replace("'", "''") + "'" for word in ("", *words))
    return f"CASE WHEN {source} NOT IN ({listed}) THEN {source} END"


def _missing(name: str, words: Sequence[str]) -> tuple[str, ...]:
    return (message("{words} in {name} is read as missing; text={name} keeps it.", words=words[:3], name=name),)


def _signed(name: str, values: Any) -> tuple[str, ...]:
    """A remark on a column of numbers which stays text as some have a plus sign, as phone numbers have."""
    if not _any(values, r"^\+\d") or _any(values, r"^[+-]?0\d"):
        return ()
    amounts = pc.sum(pc.match_substring_regex(values, _AMOUNT)).as_py() or 0
    if amounts < NEARLY_ALL * len(values) or not _any(values, r"^-|^\d|[.,]"):
        return ()
    example = _first(values, r"^\+\d")[:40]
    return (
        message(
            "{name} is read as text, as numbers such as {example} keep their plus sign.", name=name, example=example
        ),
    )


def _odd(name: str, numbers: Any) -> tuple[str, ...]:
    """A remark on a column that would be one of numbers but for few texts."""
    fits = pc.match_substring_regex(numbers, _PLAIN)
    count = pc.sum(fits).as_py() or 0
    if not 2 * count >= len(numbers) > count:
        return ()
    text = numbers.filter(pc.invert(fits))[0].as_py()[:40]
    return (message("{name} is read as text: “{text}” among its numbers is none.", name=name, text=text),)


def _with_words(name: str, kind: str, values: Any) -> ColumnReading | None:
    """A column of truth values, or of dates with the year first, and of words for missing ones; None for any other."""
    is_word = pc.is_in(values, pa.array(NULL_WORDS))
    missing, known = values.filter(is_word).to_pylist(), values.filter(pc.invert(is_word))
    if kind != "VARCHAR" or not missing or not len(known):
        return None
    found = next((kind for kind, pattern in _CERTAIN.items() if _all(known, pattern)), "")
    if not found or (found != "BOOLEAN" and not all(map(_is_moment, known.to_pylist()))):
        return None
    return ColumnReading("VARCHAR", f"CAST({_without_words(name, missing)} AS {found})", _missing(name, missing))


def _is_moment(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _date_parts(values: Any) -> list[re.Match[str]]:
    """The parts of dates as 1/2/2024; none where a value is no such date."""
    if not len(values) or not _DATE.fullmatch(values[0].as_py()):
        return []
    found = [_DATE.fullmatch(text) for text in values.to_pylist()]
    return [match for match in found if match] if all(found) else []


def _order(parts: Sequence[re.Match[str]]) -> str:
    """``dmy`` or ``mdy`` where the dates show it, ``both`` where they contradict each other, else an empty text."""
    first, second = any(int(m[1]) > 12 for m in parts), any(int(m[3]) > 12 for m in parts)
    return "both" if first and second else "dmy" if first else "mdy" if second else ""


def _certain_order(texts: Sequence[Any]) -> str:
    """The order of dates that columns of a file show; empty where they show none, or several."""
    words = pa.array(NULL_WORDS)
    known = [values.filter(pc.invert(pc.is_in(values, words))) for values in texts if len(values)]
    orders = {_order(parts) for values in known if (parts := _date_parts(values))} & {"dmy", "mdy"}
    return orders.pop() if len(orders) == 1 else ""


def _date(name: str, values: Any, order: str, *, given: bool) -> ColumnReading | None:
    """A column of dates with the day or the month first; None where it is none."""
    is_word = pc.is_in(values, pa.array(NULL_WORDS))
    missing = tuple(values.filter(is_word).to_pylist())
    parts = _date_parts(values.filter(pc.invert(is_word)))
    if not parts:
        return None
    shown = _order(parts)
    if shown == "both" or (given and shown not in {"", order}):
        reason = (
            message("{name} has dates with the day first and with the month first, and is read as text.", name=name)
            if shown == "both"
            else message("{name} has no dates of the order {order}, and is read as text.", name=name, order=order)
        )
        return ColumnReading("VARCHAR", remarks=(reason,))
    chosen = shown or order or "dmy"
    example = next((m for m in parts if m[1] != m[3]), parts[0])
    remarks = _missing(name, missing) if missing else ()
    remarks += () if shown or order else (_guess(name, example),)
    return ColumnReading("VARCHAR", _date_sql(_without_words(name, missing), parts, chosen), remarks)


def _guess(name: str, example: re.Match[str]) -> str:
    day, month = int(example[1]), int(example[3])
    spoken = example[0]
    if 1 <= month <= 12:
        spoken = message("{day} {month} {year}", day=day, month=_MONTHS[month - 1], year=example[4])
    return message(
        "The dates of {name} are read as day first ({text} as {spoken}), which the file does not show; dates=mdy reads "
        "them month first.",
        name=name, text=example[0].split()[0], spoken=spoken,
    )  # fmt: skip


def _date_sql(source: str, parts: Sequence[re.Match[str]], order: str) -> str:
    formats = dict.fromkeys(_format(match, order) for match in parts)
    listed = ", ".join(f"'{text}'" for text in formats)
    kind = "TIMESTAMP" if any(match[5] for match in parts) else "DATE"
    return f"CAST(strptime(replace({source}, 'T', ' '), [{listed}]) AS {kind})"


def _format(match: re.Match[str], order: str) -> str:
    year = "%Y" if len(match[4]) == 4 else "%y"
    marks = ["%d", "%m", year] if order == "dmy" else ["%m", "%d", year]
    text = match[2].join(marks)
    if match[5]:
        half = match[6] is not None
        text += (" %I" if half else " %H") + ":%M" + (":%S" if match[5].count(":") == 2 else "")
        text += (" %p" if match[6].startswith(" ") else "%p") if half else ""
    return text


def quoted(name: str) -> str:
    """A name in the quotes of SQL."""
    return '"' + name.replace('"', '""') + '"'
