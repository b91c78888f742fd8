"""What deserves a look first: one sentence each, the gravest first.

Severity 1 is wrong or dangerous for figures, 2 is doubtful, 3 is good to know.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from . import dates, spellings, texts
from .outliers import fences

if TYPE_CHECKING:
    from .columns import Column
    from .source import Data

MUCH_MISSING = 0.05
NEARLY_ALL = 0.995
MAX_CATEGORIES = 200
SENTINELS = (-999999, -99999, -9999, -999, -99, -9, -1, 99, 999, 9999, 99999, 999999, 9999999, 99999999)
NOT_NEGATIVE = re.compile(
    r"quantity|qty|price|amount|count|age|weight|height|distance|duration|area|salary|units|stock|population|minutes"
    r"|hours|seconds|revenue|sales|nights|guests|visitors|clicks|views|rooms|seats|headcount|cost", re.I,
)  # fmt: skip
SIGNED = re.compile(r"change|delta|diff|growth|balance|profit|margin|delay|net|adjust|temp|return|score|gain", re.I)
PLAUSIBLE: tuple[tuple[str, float, float], ...] = (
    (r"(?:^|_)age(?:$|_)", 0, 120), (r"^lat(?:itude)?$|_lat(?:itude)?$", -90, 90),
    (r"^(?:lon|lng|long)(?:gitude)?$|_(?:lon|lng)(?:gitude)?$|longitude", -180, 180),
    (r"percent|(?:^|_)pct(?:$|_)", 0, 100), (r"(?:^|_)month$", 1, 12), (r"(?:^|_)hour$", 0, 24),
    (r"(?:^|_)day_?of_?month$", 1, 31), (r"(?:^|_)weekday$|day_?of_?week$", 0, 7), (r"humidity", 0, 100),
)  # fmt: skip
SHARES = re.compile(r"(?:^|_)(?:share|rate|ratio|probability|proportion|discount)(?:$|_)", re.I)
EPOCH = dt.date(1970, 1, 1)
SPECIAL_DAYS = (dt.date(1, 1, 1), dt.date(1899, 12, 30), dt.date(1900, 1, 1), dt.date(1901, 1, 1), EPOCH,
                dt.date(1999, 9, 9), dt.date(2099, 12, 31), dt.date(9999, 12, 31))  # fmt: skip
DATE_NAME = re.compile(r"date|datum|timestamp|(?:^|_)(?:time|day|created|updated|modified|ts)(?:$|_)|_(?:at|on)$", re.I)
CODE_NAME = re.compile(r"(?:^|_)(?:zip|zip_?code|postal_?code|post_?code|plz)(?:$|_)", re.I)
MAX_HOLES = 3
SPIKE = 0.2
"""Share of the rows from which one number among many deserves a look."""
IDENTIFIER = re.compile(r"(?:^|[\W_])(?:id|uuid|guid|key|number|no|code)$|(?<=[a-z])(?:Id|ID|Key)$", re.I)


def finding(column: str, kind: str, message: str, severity: int, share: float = 0.0) -> dict[str, Any]:
    """A finding as a record.

    Args:
        column: The column that it is about; empty for the whole.
        kind: What it is, in a word or two.
        message: One sentence.
        severity: From 1, grave, to 3.
        share: The share of the rows that it concerns.
    """
    return {"column": column, "kind": kind, "message": message, "severity": severity, "share": float(share)}


def of_rows(data: Data, duplicates: int | None, total: str = "") -> list[dict[str, Any]]:
    """What is suspicious of the rows as a whole."""
    if not data.rows:
        return [finding("", "empty", f"{data.name} has no rows.", 1)]
    found = []
    if total:
        message = f"The last row is the sum of all others in {total}: a row of totals, which counts everything twice."
        found.append(finding(total, "total row", message, 1, 1 / data.rows))
    if not duplicates:
        return found
    rows = "1 row repeats" if duplicates == 1 else f"{duplicates:,} rows repeat"
    return [*found, finding("", "duplicates", f"{rows} an earlier one in every column.", 1, duplicates / data.rows)]


def of_column(column: Column) -> list[dict[str, Any]]:
    """What is suspicious of one column."""
    record, name = column.record, column.name
    if not record["rows"]:
        return []
    if record["missing"] == record["rows"]:
        return [finding(name, "empty", f"{name} has no value at all.", 1, 1.0)]
    found = [*_missing(column), *_single_value(column), *_identifier(column), *_personal(column)]
    if column.is_numeric:
        found += _of_numbers(column)
    elif column.kind == "text":
        found += _of_texts(column)
    elif column.is_time:
        found += _of_times(column)
    return found


def _rows(number: int) -> str:
    return f"{number:,} {'row' if number == 1 else 'rows'}"


def _missing(column: Column) -> list[dict[str, Any]]:
    missing, rows = column.record["missing"], column.record["rows"]
    if not missing:
        return []
    share = missing / rows
    severity = 1 if share >= 0.3 else 2 if share >= MUCH_MISSING else 3
    return [finding(column.name, "missing", f"{column.name} is missing in {_rows(missing)} ({_percent(share)}).",
                    severity, share)]  # fmt: skip


def _percent(share: float) -> str:
    return f"{share:.1%}" if share >= 0.001 else "under 0.1%"


def _single_value(column: Column) -> list[dict[str, Any]]:
    if column.kind == "other" or not len(column.counts):
        return []
    most = int(column.counts[0])
    if len(column.counts) == 1 and column.present > 1:
        return [finding(column.name, "constant", f"{column.name} has one value only.", 2, 1.0)]
    if most >= NEARLY_ALL * column.present and column.present >= 200:
        message = f"{column.name} has one value in {_percent(most / column.present)} of the rows."
        return [finding(column.name, "nearly constant", message, 3, most / column.present)]
    return []


def _identifier(column: Column) -> list[dict[str, Any]]:
    """A column that is named as an identifier, or is nearly one, and has repeated values."""
    if column.kind not in ("integer", "text") or column.present < 20:
        return []
    repeated = column.present - len(column.counts)
    if not repeated or repeated > 0.02 * column.present or not IDENTIFIER.search(column.name):
        return []
    again = [str(value) for value, n in zip(column.values, column.counts, strict=False) if n > 1][:3]
    message = f"{column.name} looks like an identifier and repeats in {_rows(repeated)}, such as {', '.join(again)}."
    return [finding(column.name, "repeated identifier", message, 1, repeated / column.present)]


def _personal(column: Column) -> list[dict[str, Any]]:
    if column.kind == "text":
        what = texts.personal(column.name, column.values, column.counts)
    elif column.is_time or column.kind == "integer":
        what = texts.personal_by_name(column.name)
        if column.kind == "integer" and not what and column.values and min(map(abs, column.values[:50])) > 10**12:
            what = texts.personal(column.name, [str(v) for v in column.values[:200]], column.counts)
    else:
        return []
    if not what:
        return []
    column.record["personal"] = what
    return [finding(column.name, "personal data", f"{column.name} seems to hold personal data: {what}.", 2)]


def _of_numbers(column: Column) -> list[dict[str, Any]]:
    record, name, values = column.record, column.name, column.numbers
    found = []
    if record.get("infinite"):
        found.append(finding(name, "infinite", f"{name} is infinite in {_rows(record['infinite'])}.", 1))
    if not len(values):
        return found
    sentinel = _sentinel(column)
    if sentinel is not None:
        number, count = sentinel
        message = f"{name} is {number:,} in {_rows(count)}, which may stand for a missing value."
        found.append(finding(name, "placeholder", message, 1, count / len(values)))
    outside = _implausible(column)
    if outside is not None:
        found.append(outside)
    found += [each for each in (_dates_as_numbers(column), _codes_as_numbers(column), _spike(column), _holes(column))
              if each is not None]  # fmt: skip
    negative = int((values < 0).sum()) - (sentinel[1] if sentinel is not None and sentinel[0] < 0 else 0)
    named = (NOT_NEGATIVE.search(name) or _counts(column)) and not SIGNED.search(name)
    if named and 0 < negative <= MUCH_MISSING * len(values) and outside is None:
        message = f"{name} is negative in {_rows(negative)}, though it should not be by its name or its other values."
        found.append(finding(name, "negative", message, 1, negative / len(values)))
    outlying = record.get("outliers")
    is_code = column.kind == "integer" and (column.is_unique or IDENTIFIER.search(name))
    if outlying and not is_code and (sentinel is None or outlying["count"] > sentinel[1]):
        shown = ", ".join(f"{value:,.10g}" for value in outlying["values"][:3])
        few = "value" if outlying["count"] == 1 else "values"
        message = f"{name} has {outlying['count']:,} {few} far from the others, such as {shown}."
        found.append(finding(name, "outliers", message, 2, outlying["count"] / len(values)))
    return found


def _counts(column: Column) -> bool:
    """Whether whole numbers are 1 and more but for a few that are negative, with no zero between."""
    values = column.numbers
    negative = int((values < 0).sum())
    small = int(((values >= 1) & (values <= 3)).sum())
    return column.kind == "integer" and not (values == 0).any() and 0 < negative <= 0.02 * len(values) < small


def _dates_as_numbers(column: Column) -> dict[str, Any] | None:
    """Numbers that are dates: 20240131, or by the name of the column seconds since 1970 or days of a spreadsheet."""
    values, name = column.numbers, column.name
    if column.kind != "integer" or len(column.counts) < 3:
        return None
    days, months, years = values % 100, values // 100 % 100, values // 10_000
    written = (years >= 1900) & (years <= 2100) & (months >= 1) & (months <= 12) & (days >= 1) & (days <= 31)
    forms = {"of the form 20240131": float(written.mean())}
    if DATE_NAME.search(name):
        for form, low, high in (("in seconds since 1970", 3e8, 4.2e9), ("in milliseconds since 1970", 3e11, 4.2e12),
                                ("in days of a spreadsheet", 20_000, 80_000)):  # fmt: skip
            forms[form] = float(((values >= low) & (values <= high)).mean())
    form = max(forms, key=lambda each: forms[each])
    if forms[form] < 0.95:
        return None
    return finding(name, "dates as numbers", f"{name} holds dates as numbers, {form}.", 2, forms[form])


def _codes_as_numbers(column: Column) -> dict[str, Any] | None:
    """Postal codes that are numbers of several lengths, so that zeros at their beginning are lost."""
    if column.kind != "integer" or not CODE_NAME.search(column.name):
        return None
    short, long = (len(str(int(abs(value)))) for value in (column.numbers.min(), column.numbers.max()))
    if short == long:
        return None
    message = f"{column.name} holds codes as numbers of {short} to {long} digits: zeros at the beginning may be lost."
    return finding(column.name, "codes as numbers", message, 2)


def _spike(column: Column) -> dict[str, Any] | None:
    """One number, not zero, in very many rows of a column with many others."""
    if column.kind != "number" or len(column.counts) < 50:
        return None
    most, next_most = int(column.counts[0]), int(column.counts[1])
    value, share = float(column.values[0]), most / max(1, column.present)
    if value == 0 or share < SPIKE or next_most * 5 > most:
        return None
    message = f"{column.name} is {value:,.10g} in {_rows(most)}, far more often than any other value: filled in?"
    return finding(column.name, "repeated value", message, 2, share)


def _holes(column: Column) -> dict[str, Any] | None:
    """Running numbers of which a stretch is missing."""
    named = re.search(r"(?:^|_)(?:seq|sequence|running|invoice|receipt|ticket)(?:$|_)|number$|_no$", column.name, re.I)
    complete = column.whole is not None and len(column.sample) == len(column.whole)
    if column.kind != "integer" or not column.is_unique or not complete or not named:
        return None
    numbers = np.sort(column.numbers)
    steps = np.diff(numbers)
    holes, missing = int((steps > 1).sum()), int((steps - 1).sum())
    if not 0 < holes <= MAX_HOLES or missing > 0.2 * len(numbers):
        return None
    widest = int(np.argmax(steps))
    between = f"between {int(numbers[widest])} and {int(numbers[widest + 1])}"
    message = f"{column.name} counts up but lacks {missing:,} {'number' if missing == 1 else 'numbers'}, {between}."
    return finding(column.name, "gap", message, 2, missing / len(numbers))


def _sentinel(column: Column) -> tuple[int, int] | None:
    """A number of nines (or -1) that comes several times and lies apart from the rest, with its count."""
    values = column.numbers
    zeros = int((values == 0).sum())
    if 2 <= zeros <= 0.2 * len(values):  # zero, where all others are far above it
        others = values[values != 0]
        if len(others) >= 30 and others.min() > 0.2 * float(np.median(others)) and fences(others)[0] > 0:
            return 0, zeros
    for number in SENTINELS:
        count = int((values == number).sum())
        if count < 2 or count > 0.5 * len(values):
            continue
        others = values[values != number]
        if len(others) < 8:
            continue
        low, high = np.quantile(others, (0.25, 0.75))
        least, greatest = fences(others)
        apart = number < min(0, others.min()) or number > 1.5 * others.max()
        far = not (least <= number <= greatest) or abs(number) >= 99 or (number < 0 <= others.min())
        if apart and far and (number < low or number > high):
            return number, count
    return None


def _implausible(column: Column) -> dict[str, Any] | None:
    """Values that the name of the column rules out."""
    name, values = column.name.casefold(), column.numbers
    for pattern, low, high in PLAUSIBLE:
        if re.search(pattern, name):
            outside = int(((values < low) | (values > high)).sum())
            if 0 < outside <= 0.2 * len(values):
                message = f"{column.name} is outside {low:g} to {high:g} in {_rows(outside)}."
                return finding(column.name, "implausible", message, 1, outside / len(values))
            return None
    if SHARES.search(name):
        outside = int(((values < 0) | (values > 1)).sum())
        if 0 < outside <= MUCH_MISSING * len(values):
            message = f"{column.name} is outside 0 to 1 in {_rows(outside)}, elsewhere it is a share."
            return finding(column.name, "implausible", message, 1, outside / len(values))
    return None


def _of_texts(column: Column) -> list[dict[str, Any]]:
    name, values, counts = column.name, column.values, column.counts
    found = []
    rows = int(counts.sum())
    placeholders = [(v, int(n)) for v, n in zip(values, counts, strict=True) if texts.is_placeholder(v)]
    marks = sum(n for _, n in placeholders)
    if placeholders and (len(values) > len(placeholders)):
        named = ", ".join(f"“{v}”" if v.strip() else "empty text" for v, _ in placeholders[:3])
        message = f"{name} holds {named} in {_rows(marks)}, which may stand for a missing value."
        found.append(finding(name, "placeholder", message, 2, marks / rows))
    real = [(v, n) for v, n in zip(values, counts, strict=True) if not texts.is_placeholder(v)]
    if not real:
        return found
    values, counts = [v for v, _ in real], np.array([n for _, n in real])
    found += _other_types(name, values, counts)
    padded = sum(int(n) for v, n in real if v != v.strip())
    if padded:
        found.append(finding(name, "spaces", f"{name} has blanks before or after the text in {_rows(padded)}.", 2,
                             padded / rows))  # fmt: skip
    damaged = sum(int(n) for v, n in real if texts.is_damaged(v))
    if damaged:
        shown = next(v for v, _ in real if texts.is_damaged(v))
        message = f"{name} has letters of a wrong encoding in {_rows(damaged)}, such as “{shown[:40]}”."
        found.append(finding(name, "encoding", message, 1, damaged / rows))
    for test, kind, what in ((texts.has_markup, "markup", "tags or entities of HTML"),
                             (texts.has_invisible, "invisible", "characters that nobody sees")):  # fmt: skip
        marked = [(v, int(n)) for v, n in real if test(v)]
        if marked:
            number = sum(n for _, n in marked)
            shown = marked[0][0][:40].encode("unicode_escape").decode() if kind == "invisible" else marked[0][0][:40]
            message = f"{name} has {what} in {_rows(number)}, such as “{shown}”."
            found.append(finding(name, kind, message, 1 if kind == "invisible" else 2, number / rows))
    if len(values) <= MAX_CATEGORIES and not column.record.get("personal"):
        found += _categories(name, values, counts)
    length = texts.cut_length(values)
    if length is not None:
        message = f"{name} may have been cut at {length} characters: many texts have just this length."
        found.append(finding(name, "cut", message, 2))
    return found


def _other_types(name: str, values: list[str], counts: np.ndarray[Any, Any]) -> list[dict[str, Any]]:
    """Texts that are numbers or dates, wholly or mostly; and dates and numbers in several forms."""
    found = []
    total = int(counts.sum())
    lengths = {len(text) for text in values[: texts.MAX_LOOKED_AT] if text.isdigit()}
    if CODE_NAME.search(name) and len(lengths) > 1:
        message = f"{name} holds codes of {min(lengths)} to {max(lengths)} digits: zeros at the beginning may be lost."
        return [finding(name, "codes as numbers", message, 2)]
    numeric = texts.share(values, counts, texts.is_number)
    if numeric >= texts.MOSTLY and not texts.has_codes(values) and not texts.personal(name, values, counts):
        rest = [v for v in values[: texts.MAX_LOOKED_AT] if not texts.is_number(v)]
        if rest:
            message = f"{name} holds numbers as text, but for others such as “{rest[0][:40]}”."
            found.append(finding(name, "mixed types", message, 1, 1 - numeric))
        else:
            found.append(finding(name, "numbers as text", f"{name} holds numbers as text.", 1, numeric))
        if texts.decimal_marks(values):
            message = f"{name} writes decimals with a comma in some rows and with a point in others."
            found.append(finding(name, "decimal marks", message, 1))
        return found
    unit = texts.unit(values, counts)
    if unit and len(values) > 2:
        message = f"{name} holds numbers as text, with the unit {unit}."
        return [finding(name, "numbers as text", message, 1, 1.0)]
    dated = texts.share(values, counts, lambda text: bool(texts.date_form(text)))
    if dated >= texts.MOSTLY:
        found.append(finding(name, "dates as text", f"{name} holds dates as text.", 2, dated))
        forms: dict[str, int] = {}
        for text, n in zip(values[: texts.MAX_LOOKED_AT], counts, strict=False):
            form = texts.date_form(text)
            if form:
                forms[form] = forms.get(form, 0) + int(n)
        if len(forms) > 1:
            message = f"{name} writes dates in {len(forms)} ways: {', '.join(forms)}."
            found.append(finding(name, "date forms", message, 1, 1 - max(forms.values()) / total))
        if dated < 1:
            message = f"{name} has texts that are no dates in {_rows(round((1 - dated) * total))}."
            found.append(finding(name, "mixed types", message, 1, 1 - dated))
    return found


def _categories(name: str, values: list[str], counts: np.ndarray[Any, Any]) -> list[dict[str, Any]]:
    """Categories that are written in several ways."""
    if texts.boolean_forms(values):
        shown = ", ".join(map(str, values[:6]))
        return [finding(name, "yes and no", f"{name} writes yes and no in several ways: {shown}.", 1)]
    found = []
    groups = list(spellings.in_several_ways(values, spellings.alike).values())
    if groups:
        shown = ", ".join(f"“{text}”" for text in groups[0][:3])
        message = f"{name} writes {len(groups)} {'value' if len(groups) == 1 else 'values'} in several ways: {shown}."
        found.append(finding(name, "spellings", message, 1))
    slips = texts.slips(values, counts)
    if slips:
        shown = ", ".join(f"“{slip}” for “{meant}”" for slip, meant in slips[:3])
        found.append(finding(name, "slips", f"{name} may have slips of spelling: {shown}.", 2))
    return found


def _of_times(column: Column) -> list[dict[str, Any]]:
    record, name = column.record, column.name
    found = []
    for gap in record.get("gaps", [])[:1]:
        number = gap["missing"]
        unit = record["step"] if number == 1 else f"{record['step']}s"
        message = f"{name} has a gap of {number:,} {unit} between {gap['after']} and {gap['before']}."
        found.append(finding(name, "gap", message, 2))
    days, counts = dates.counted_days(column.sample)
    tomorrow = (dt.date.today() - EPOCH).days + 1
    late = int(counts[days > tomorrow].sum())
    if late and late <= 0.2 * column.present and not re.search(r"due|expir|valid|end|plan|until|forecast", name, re.I):
        found.append(finding(name, "future", f"{name} lies in the future in {_rows(late)}.", 1, late / column.present))
    special = _special_day(days, counts)
    if special is not None:
        day, count = special
        message = f"{name} is {day.isoformat()} in {_rows(count)}, far from the other dates: a placeholder?"
        found.append(finding(name, "placeholder", message, 1, count / column.present))
    return found


def _special_day(days: np.ndarray[Any, Any], counts: np.ndarray[Any, Any]) -> tuple[dt.date, int] | None:
    """A day that programs write for none, far from the others, with the number of its rows."""
    for day in SPECIAL_DAYS:
        number = (day - EPOCH).days
        rows, others = int(counts[days == number].sum()), days[days != number]
        if not rows or not len(others):
            continue
        first, last = int(others.min()), int(others.max())
        distance = min(abs(number - first), abs(number - last))
        if not first <= number <= last and distance > max(365, last - first):
            return day, rows
    return None
