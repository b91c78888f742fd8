"""A result that is one number: shown large, with what it is and its unit, and its exact value beside it."""

from __future__ import annotations

import ast
import math
import re
from dataclasses import dataclass, replace
from typing import Any

from ..column_format import column_format, currency_sign, is_name, label_and_unit, shown
from ..language import local_number
from ..turn.syntax import parse_python
from .cells import is_number
from .html import MUTED, escape, one_line
from .table import Table, head_text
from .text import Text

_BARE = re.compile(r"(?:np\.\w+\()?([-+]?\d{1,60}(?:\.\d{0,60})?(?:[eE][-+]?\d{1,4})?)\)?")
_COUNT = re.compile(r'\s*SELECT\s+COUNT\(\*\)(?:\s+AS\s+\w+)?\s+FROM\s+"?([\w ]+?)"?\s*(?:WHERE\b|;?\s*$)', re.I)
_IN_WORDS = re.compile(r"(?<![\w.,])-?(?:\d{1,3}(?:,\d{3})+|\d{1,15})\.\d{1,12}(?![\w%]|[.,]\d)")
_MAX_CODE = 20_000
MAX_ANSWER = 20_000

_FUNCTIONS = {
    "mean": "mean of {}", "avg": "mean of {}", "median": "median of {}", "sum": "total of {}", "min": "smallest {}",
    "max": "largest {}", "std": "standard deviation of {}", "var": "variance of {}",
    "nunique": "different values of {}", "n_unique": "different values of {}", "count": "values of {}",
    "skew": "skewness of {}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """One number to be shown by itself.

    Attributes:
        text: The number, with thousands.
        exact: All its digits.
        label: What it is; empty where that is not known.
        unit: In what it is measured; empty where that is not known.
    """

    text: str
    exact: str
    label: str = ""
    unit: str = ""

    def to_html(self, *, large: bool = True) -> str:
        """The number as static HTML, with its exact value as the tooltip; in usual letters where words say it above."""
        size = "font-size:2em;font-weight:600;line-height:1.2" if large else "font-weight:600"
        space = "" if self.unit == "%" else "&nbsp;"
        unit = f'<span style="font-size:{1.2 if large else 1}em">{space}{escape(self.unit)}</span>' if self.unit else ""
        place = "div" if large else "span"
        label = f'<{place} style="{MUTED}">{"" if large else " · "}{escape(self.label)}</{place}>' if self.label else ""
        exact = escape(local_number(self.exact))
        look = f'class="analyst-number mathjax_ignore tex2jax_ignore" style="margin:4px 0" title="{exact}"'
        return f'<div {look}><span style="{size}">{escape(local_number(self.text))}</span>{unit}{label}</div>'

    def to_message(self) -> dict[str, str]:
        """The number for the panel."""
        return {"text": self.text, "exact": self.exact, "label": self.label, "unit": self.unit}


def number_of(result: Any, code: str = "", language: str = "python", answer: str = "") -> Number | None:
    """The one number that a result is: a table of one cell, or a text that is a number; None for all others.

    >>> number_of(Text("12.639070257"), "flights.dep_delay.mean()", answer="The mean departure delay is **12.6**.").text
    '12.6'

    Args:
        result: A result of a turn.
        code: What gave it: the last expression of Python says what a bare number is, SQL of what rows are counted.
        language: Of the code.
        answer: The words above it. A number that they hold is written as they have it.
    """
    found = None
    if isinstance(result, Table):
        found = _of_table(result, code if language == "sql" else "")
    elif isinstance(result, Text) and result.stream == "result" and not result.note:
        found = _of_text(result.text, code if language == "python" else "")
    return replace(found, text=_as_in(answer, found)) if found else None


def _as_in(answer: str, number: Number) -> str:
    """The number as the words have it, where they have it rounded; its own text where they do not.

    >>> _as_in("From 3 of 13: 13.2 min.", Number("13.1663", "13.166297")), _as_in("13 of 40", Number("13.2", "13.166"))
    ('13.2', '13.2')
    """
    exact = float(number.exact)
    if exact.is_integer() or not number.text.lstrip("-").replace(",", "").replace(".", "").isdigit():
        return number.text
    said = [text for text in _IN_WORDS.findall(answer[:MAX_ANSWER]) if _is_rounded(text, exact)]
    return max(said, key=len, default=number.text)


def _is_rounded(text: str, exact: float) -> bool:
    value, places = float(text.replace(",", "")), len(text.partition(".")[2])
    return abs(value - exact) <= 0.5 * 10.0**-places * (1 + 1e-9)


def _of_table(table: Table, sql: str) -> Number | None:
    data = table.data
    if (data.num_rows, data.num_columns) != (1, 1) or table.rows != 1 or table.style or table.note:
        return None
    kind = data.field(0).type
    if not is_number(kind):
        return None
    name = head_text(table.columns[0])
    value = data.column(0)[0].as_py()
    if value is None or not math.isfinite(value):
        return None
    return _number(value, str(value), _rows_counted(sql) or _in_words(name))


def _rows_counted(sql: str) -> str:
    """What SQL that counts the rows of one table counts; empty for all other SQL.

    >>> _rows_counted("SELECT COUNT(*) AS count FROM flights"), _rows_counted("SELECT COUNT(*) FROM df WHERE x > 1")
    ('flights', 'rows of df')
    """
    found = _COUNT.match(sql)
    if found is None:
        return ""
    words = found[1].replace("_", " ")
    return words if words.lower().endswith("s") and len(words) > 3 else f"rows of {words}"


def _in_words(name: str) -> str:
    """A column that SQL named by a function, in words, so that its unit stands at its end.

    >>> _in_words("avg(distance_km)"), _in_words("round(max(air_time_min), 1)"), _in_words("mean_distance_km")
    ('mean of distance_km', 'largest air_time_min', 'mean_distance_km')
    """
    inner = re.sub(r"^round\((.*?)(?:, \d+)?\)$", r"\1", name)
    call = re.fullmatch(r'(\w+)\("?(\w+)"?\)', inner)
    words = _FUNCTIONS.get(call[1].lower()) if call else None
    return words.format(call[2]) if call and words else name


def _of_text(text: str, code: str) -> Number | None:
    bare = _BARE.fullmatch(text.strip())
    if bare is None:
        return None
    exact = bare[1]
    whole = exact.lstrip("+-").isdigit()
    value = int(exact) if whole else float(exact)
    return _number(value, exact, _said_by(code)) if math.isfinite(value) else None


def _number(value: Any, exact: str, name: str) -> Number:
    label, unit = label_and_unit(one_line(name, 80)) if name else ("", "")
    counts = bool(name) and not is_name(name) and isinstance(value, int)  # 2013 alone may be a year
    form = column_format(name, [value], counts=counts)
    signed = bool(currency_sign(form.unit)) or form.kind == "percent" or form.unit == "%"
    return Number(shown(value, form), exact, label, "" if signed else unit)


def _said_by(code: str) -> str:
    """What the last expression of Python code gives, in words; empty where that cannot be told.

    >>> _said_by("x = 1\\nflights['dep_delay'].mean()"), _said_by("round(flights.air_time.max(), 2)")
    ('mean of dep_delay', 'largest air_time')
    >>> _said_by("len(flights)"), _said_by("total_revenue_usd"), _said_by("1 + 1")
    ('number of rows', 'total_revenue_usd', '')
    """
    try:
        body = parse_python(code[:_MAX_CODE]).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    return _named(body[-1].value) if body and isinstance(body[-1], ast.Expr) else ""


def _named(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Call(func=ast.Name(id="round" | "float" | "int"), args=[inner, *_]):
            return _named(inner)
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name()]):
            return "number of rows"
        case ast.Call(func=ast.Attribute(value=inner, attr="item" | "round")):
            return _named(inner)
        case ast.Call(func=ast.Attribute(value=inner, attr=function)) if function in _FUNCTIONS:
            column = _column(inner)
            return _FUNCTIONS[function].format(column) if column else ""
    return ""


def _column(node: ast.expr) -> str:
    match node:
        case ast.Subscript(slice=ast.Constant(value=str(name))) | ast.Attribute(attr=name):
            return name
    return ""
