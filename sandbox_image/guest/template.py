"""A sentence about rows, filled from their own values: the answer line of SQL, and of ``answer(text, rows=...)``.

    if {rows} = 0: No flights match.
    if {count[0]} = {count[-1]}: All carriers have the same number of flights: {count:,}.
    {carrier[max count]} {carrier[max count]:has|have} the most flights: {count[max count]:,}.

Each line is a sentence. Of the lines that begin with ``if``, the first whose comparison holds is the answer; where none
holds, the other lines are. A placeholder names a column, then which of its rows, then a format:

- ``{x}`` the first row, ``{x[2]}`` the third, ``{x[-1]}`` the last, ``{rows}`` the number of rows (where no column has
  that name)
- ``{x[max y]}``, ``{x[min y]}`` the rows where y is highest or lowest: all of them where several are, "A, B and C"
- ``{x[y = 'JFK']}`` the rows where y is that; ``{x[all]}`` all rows
- ``{x, y[max z]}`` several columns, "A / B"
- ``{x:,.2f}``, ``{x:%B %Y}`` a format of Python; ``{x:row|rows}`` the first word for one (the value 1 of one row, or
  one value of chosen rows), else the second; ``{x:plain}`` numbers without marks of thousands, such as years;
  ``{x:month}`` the name of a month for its number
- ``{"unit price"}`` a name with other letters than a word's; ``{{`` and ``}}`` are braces

Without a format a fraction gets as many digits as its reading needs. Decimals that no value of a column has are left
off, ``{x:,.2f}`` of whole amounts is "122": the sentence and the table beside it show the same number. A missing value
is "missing". Nothing here is evaluated: a placeholder is looked up among the columns.
"""

from __future__ import annotations

import datetime
import decimal
import math
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

MAX_TEXT = 2_001
"""Characters that are sent: one more than the host keeps, so that it says that it cut."""
MAX_VALUE = 300
"""Characters of one value."""
MAX_LISTED = 4
"""Values that are listed one by one; of more the first three are, and the number of the others."""
MAX_NAMED = 20
"""Columns that a note names."""
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
MISSING = "missing"

_NAME = r'"(?:[^"]|"")*"|[^{}\[\]:",]+?'
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
_PARTS = re.compile(
    rf"\s*(?P<names>(?:{_NAME})(?:\s*,\s*(?:{_NAME}))*)\s*(?:![a-z]\s*)?"
    r"(?:\[(?P<which>(?:'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[^\]'\"])*)\]\s*)?(?:![a-z]\s*)?(?::(?P<spec>.*))?",
    re.DOTALL,
)
_PLACE = re.compile(r"-?[0-9]{1,9}")
_RANKED = re.compile(r"(?P<rank>max|min)\s+(?P<name>.+)")
_EQUAL = re.compile(rf"(?P<name>{_NAME})\s*=\s*'(?P<value>(?:[^']|'')*)'")
_CONDITION = re.compile(
    r"if\s+\{(?P<left>[^{}]*)\}\s*(?P<sign><=|>=|!=|<|>|=)\s*(?:\{(?P<right>[^{}]*)\}|(?P<constant>[-+.\w]+))\s*:\s*"
)
# The format specification of numbers and texts, with a width and a precision that make no megabytes.
_SPEC = re.compile(r"(?:.?[<>=^])?[-+ ]?z?#?0?[0-9]{0,2}[,_]?(?:\.[0-9]{1,2})?[a-zA-Z%]?", re.DOTALL)
# How amounts of money are written; another number of decimals is somebody's wish.
_AMOUNT = re.compile(r"(.*)\.2f", re.DOTALL)
# Of strftime, directives without a width.
_DATE_SPEC = re.compile(r"(?:[^%]|%-?[a-zA-Z%]){1,80}", re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_MARKDOWN = re.compile(r"([\\`*\[\]<>]|(?<!\w)_|_(?!\w))")


class TemplateError(ValueError):
    """A template that cannot be filled. Its text is for the user."""


class Rows:
    """The rows that a template speaks of; each column is read once.

    Args:
        read: Gives the values of the column of a position, as Python's own.
        labels: The names of the columns.
        number: How many rows there are; None where that is not known, as only the first were fetched.
    """

    def __init__(self, read: Callable[[int], list[Any]], labels: Sequence[str], number: int | None) -> None:
        self.number = number
        self.notes: list[str] = []
        self._read, self._labels = read, list(labels)
        self._columns: dict[int, list[Any]] = {}

    def position(self, name: str) -> int | None:
        """Where a column is; names of SQL are the same in capitals and small letters, and may stand in quotes."""
        name = name.strip()
        bare = name[1:-1].replace('""', '"') if len(name) > 1 and name[0] == name[-1] == '"' else name
        if bare in self._labels:
            return self._labels.index(bare)
        folded = [label.casefold() for label in self._labels]
        return folded.index(bare.casefold()) if bare.casefold() in folded else None

    def values(self, name: str) -> list[Any]:
        """The values of a column, missing ones as None.

        Raises:
            TemplateError: There is no such column.
        """
        position = self.position(name)
        if position is None:
            if name.strip() == "rows":
                return [self.all_rows("rows")]
            known = ", ".join(label[:60] for label in self._labels[:MAX_NAMED])
            others = f" and {len(self._labels) - MAX_NAMED} more" if len(self._labels) > MAX_NAMED else ""
            raise TemplateError(f"the result has no column {name.strip()[:60]!r}. It has {known}{others}.")
        if position not in self._columns:
            self._columns[position] = [None if _is_missing(value) else value for value in self._read(position)]
        return self._columns[position]

    def all_rows(self, name: str) -> int:
        """The number of rows.

        Raises:
            TemplateError: It is not known.
        """
        if self.number is None:
            raise TemplateError(f"{name[:60]!r} needs all rows, and there are more than were fetched.")
        return self.number


def fill(template: str, rows: Rows) -> tuple[str, str]:
    """The sentence of a template.

    Args:
        template: One line a sentence.
        rows: What it speaks of.

    Returns:
        The first sentence with a condition that holds, else those without one, a paragraph each; and a note for the
        user on what does not fit. Without a text where the template cannot be filled.
    """
    try:
        text = _chosen_sentence([line.strip() for line in template.splitlines() if line.strip()], rows)
    except TemplateError as error:
        return "", f"The answer line is left out: {error}"
    return text[:MAX_TEXT], " ".join(dict.fromkeys(rows.notes))


def _chosen_sentence(lines: Sequence[str], rows: Rows) -> str:
    plain = []
    for line in lines:
        condition = _CONDITION.match(line)
        if condition is None:
            plain.append(line)
        elif _holds(condition, rows):
            return _sentence(line[condition.end() :], rows)
    return "\n\n".join(_sentence(line, rows) for line in plain)


def _holds(condition: re.Match[str], rows: Rows) -> bool:
    """Whether a comparison holds; what is missing is equal to nothing but ``null``."""
    left = _values(condition["left"], rows)[0][0]
    right = _values(condition["right"], rows)[0][0] if condition["right"] is not None else _constant(condition)
    sign = condition["sign"]
    if left is None or right is None:
        return sign in {"=", "!="} and (left is right) == (sign == "=")
    try:
        return bool(_compared(left, sign, right))
    except TypeError:
        raise TemplateError(f"{condition[0].strip()[:80]!r} compares what cannot be compared.") from None


def _compared(left: Any, sign: str, right: Any) -> Any:
    if sign in {"=", "!="}:
        return (left == right) == (sign == "=")
    if sign in {">", ">="}:
        left, right = right, left
    return left < right if len(sign) == 1 else left <= right


def _constant(condition: re.Match[str]) -> Any:
    text = condition["constant"]
    if text.lower() == "null":
        return None
    try:
        return float(text) if not text.lstrip("+-").isdigit() else int(text)
    except ValueError:
        raise TemplateError(f"{text[:60]!r} is no number.") from None


def _sentence(text: str, rows: Rows) -> str:
    digits = _decimals_by_column(text, rows)
    length = 0

    def filled(match: re.Match[str]) -> str:
        """What stands for a placeholder; nothing where the sentence is too long already, and will be cut."""
        nonlocal length
        value = _value(match) if length <= MAX_TEXT else ""
        length += len(value)
        return value

    def _value(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][0]
        values, names, spec = _values(match[1], rows)
        spec = _without_empty_decimals(spec, names, rows)
        if "|" in spec:
            one = values[0] == 1 if _is_cell(match[1]) and _is_number(values[0]) else len(values) == 1
            return spec.split("|")[0 if one else 1]
        return _listed([_as_text(value, spec, names, digits.get(names, 0), rows.notes) for value in values])

    return _PLACEHOLDER.sub(filled, text)


def _without_empty_decimals(spec: str, name: str, rows: Rows) -> str:
    """An amount's format without decimals where no value of the column has any, as its table shows it."""
    fixed = _AMOUNT.fullmatch(spec)
    if fixed is None or rows.position(name) is None:
        return spec
    return f"{fixed[1]}.0f" if all(map(_is_whole, rows.values(name))) else spec


def _is_whole(value: Any) -> bool:
    """Whether a value is written without decimals. A missing one has none; a text may have some."""
    if isinstance(value, str):
        return False
    if isinstance(value, decimal.Decimal):
        return not value.is_finite() or value.as_tuple().exponent >= 0  # type: ignore[operator]
    return not isinstance(value, float) or not math.isfinite(value) or value == int(value)


def _decimals_by_column(text: str, rows: Rows) -> dict[str, int]:
    """How many decimals the fractions of each column get where no format says it."""
    fractions: dict[str, list[float]] = {}
    for inner in _PLACEHOLDER.findall(text):
        if inner:
            values, names, spec = _values(inner, rows)
            fractions.setdefault(names, []).extend(v for v in values if not spec and isinstance(v, float))
    return {names: _decimals(values) for names, values in fractions.items()}


def _values(inner: str, rows: Rows) -> tuple[list[Any], str, str]:
    """What ``{inner}`` stands for: its values, each once (one None where there is none), its columns, and its format.

    Raises:
        TemplateError: The rows have no such cell.
    """
    if rows.position(inner) is not None:  # the name of a column may hold brackets and colons
        return _cells([inner], "", rows), inner, ""
    whole, colon, spec = inner.partition(":")
    if colon and rows.position(whole) is not None:
        return _cells([whole], "", rows), whole, spec
    parts = _PARTS.fullmatch(inner)
    if parts is None:
        raise TemplateError(f"the result has no column {inner.strip()[:60]!r}.")
    names = re.findall(rf"({_NAME})\s*(?:,|$)", parts["names"])
    return _cells(names, (parts["which"] or "").strip(), rows), parts["names"].strip(), parts["spec"] or ""


def _cells(names: Sequence[str], which: str, rows: Rows) -> list[Any]:
    columns = [rows.values(name) for name in names]
    places = _places(which, rows, len(columns[0]), ", ".join(names).strip())
    picked = list(dict.fromkeys(_hashable(tuple(column[place] for column in columns)) for place in places))
    picked = picked or [(None,) * len(columns)]
    return [values[0] for values in picked] if len(columns) == 1 else picked


def _is_cell(inner: str) -> bool:
    """Whether a placeholder names one row by its position, whose value then chooses the word for one or for several."""
    which = re.search(r"\[([^\[\]]*)\]\s*(?::[^:]*)?\Z", inner)
    return which is None or _PLACE.fullmatch(which[1].strip()) is not None


def _hashable(values: tuple[Any, ...]) -> tuple[Any, ...]:
    try:
        hash(values)
    except TypeError:  # lists and dictionaries
        return tuple(map(str, values))
    return values


def _places(which: str, rows: Rows, fetched: int, name: str) -> Sequence[int]:
    """The positions of the rows that are meant."""
    if not which or _PLACE.fullmatch(which):
        return [_place(int(which or 0), rows, fetched, f"{name}[{which}]" if which else name)]
    rows.all_rows(f"{name}[{which}]")
    if which == "all":
        return range(fetched)
    if ranked := _RANKED.fullmatch(which):
        keys = rows.values(ranked["name"])
        try:
            best = (max if ranked["rank"] == "max" else min)((key for key in keys if key is not None), default=None)
        except TypeError:
            raise TemplateError(f"{name}[{which}] compares what cannot be compared.") from None
        return [place for place, key in enumerate(keys) if key is not None and key == best]
    if equal := _EQUAL.fullmatch(which):
        wanted = equal["value"].replace("''", "'")
        return [place for place, key in enumerate(rows.values(equal["name"])) if key is not None and str(key) == wanted]
    raise TemplateError(f"the result has no column {f'{name}[{which}]'[:60]!r}.")


def _place(row: int, rows: Rows, fetched: int, name: str) -> int:
    if row < 0:
        rows.all_rows(name)
    if not -fetched <= row < fetched:
        count = "no rows" if not fetched else "one row" if fetched == 1 else f"{fetched:,} rows"
        raise TemplateError(f"it needs {name[:60]!r}, and the result has {count}.")
    return row % fetched


def _listed(words: Sequence[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``, ``A, B, C and 4 more``."""
    if len(words) > MAX_LISTED:
        words = [*words[: MAX_LISTED - 1], f"{len(words) - MAX_LISTED + 1:,} more"]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _as_text(value: Any, spec: str, name: str, digits: int, notes: list[str]) -> str:
    """A value in a format of Python's; as it is, with a note, where the format is not one for it."""
    if value is None:
        return MISSING
    if isinstance(value, tuple):
        return " / ".join(_as_text(part, "", name, _decimals([part]), notes) for part in value)
    if spec == "month":
        return _month(value)
    if spec == "plain":
        return str(int(value)) if _is_number(value) and math.isfinite(value) and value == int(value) else str(value)
    text = _formatted(value, spec) if spec else None
    if spec and text is None:
        notes.append(f"In the answer line the format {spec[:40]!r} does not fit the values of {name[:60]!r}.")
    text = _plain(value, digits) if text is None else text
    return text if len(text) <= MAX_VALUE else f"{text[: MAX_VALUE - 1]}…"


def _month(value: Any) -> str:
    """The name of a month's number."""
    whole = _is_number(value) and math.isfinite(value) and value == int(value) and 1 <= value <= 12
    return MONTHS[int(value) - 1] if whole else str(value)


def _formatted(value: Any, spec: str) -> str | None:
    """A value in a format; None where it is not one for the value, or makes more text than a sentence has."""
    dated = isinstance(value, (datetime.date, datetime.time))
    if not (_DATE_SPEC if dated else _SPEC).fullmatch(spec):
        return None
    for candidate in (value, *_other_kinds(value)):
        try:
            return format(candidate, spec)
        except (ValueError, TypeError, OverflowError, ArithmeticError):
            continue
    return None


def _other_kinds(value: Any) -> list[Any]:
    """The same value in other types, which a format may be meant for: whole numbers, and numbers in texts."""
    if isinstance(value, (float, decimal.Decimal)):
        whole = math.isfinite(value) and -(10**18) < value < 10**18 and value == int(value)
        return [int(value)] if whole else [float(value)]
    if isinstance(value, str) and (found := _NUMBER.fullmatch(value)):
        return [float(value) if found[1] else int(value)]
    return []


def _plain(value: Any, digits: int) -> str:
    """A value without a format."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _fraction(value, digits)
    if isinstance(value, decimal.Decimal):
        return f"{value:,f}" if abs(value.adjusted()) < MAX_VALUE else str(value)
    if isinstance(value, datetime.datetime):
        return str(value).removesuffix(" 00:00:00").removesuffix(":00") if value.tzinfo is None else str(value)
    text = " ".join(str(value)[: 4 * MAX_VALUE].split())
    return _MARKDOWN.sub(r"\\\1", text) if text else "(empty)"


def _decimals(values: Sequence[Any]) -> int:
    """How many decimals tell these fractions apart; none where each is told by its own."""
    numbers = {value for value in values if isinstance(value, float) and math.isfinite(value)}
    return next((n for n in range(17) if len({_fraction(value, n) for value in numbers}) == len(numbers)), 16)


def _places_of(value: float) -> int:
    """How many decimals show three digits of a fraction, or one decimal of a large one."""
    size = abs(value)
    if value.is_integer():
        return 0
    return 1 if size >= 10 else 2 if size >= 1 else min(12, 2 - math.floor(math.log10(size)))


def _fraction(value: float, digits: int) -> str:
    """A fraction with the digits that its reading needs, and with so many decimals at least."""
    if not math.isfinite(value):
        return "infinite" if value > 0 else "minus infinite"
    if value and not 1e-9 <= abs(value) < 1e15:
        return repr(value) if digits else f"{value:.4g}"
    return f"{value:,.{max(digits, _places_of(value))}f}" if value else "0"


def _is_missing(value: Any) -> bool:
    """Whether a value is none: null, NaN, NaT, NA."""
    if value is None or type(value).__name__ in {"NaTType", "NAType"}:
        return True
    return isinstance(value, (float, decimal.Decimal)) and math.isnan(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, decimal.Decimal)) and not isinstance(value, bool)
