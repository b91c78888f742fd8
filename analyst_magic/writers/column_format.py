"""How the values of a column are shown: one rule for cells, cards, grids, documents, reports and workbooks.

A format belongs to a column, so that its figures can be compared by eye: its decimals, thousands and unit follow from
the column's name, its types, and the digits that its values have. Figures keep all their digits up to eight decimals;
a column with more is rounded and says so (``ColumnFormat.rounded``, ``rounding_note``). A value that is not zero
never shows as zero.

It needs the standard library alone. The package imports it from ``analyst_magic.column_format``.

Example:
    >>> amounts = column_format("net_amount", [20469.98, 1000034.06, 7.0], unit="EUR")
    >>> [shown(value, amounts) for value in (20469.98, 7.0, None)], excel_format(amounts)
    (['€20,469.98', '€7.00', ''], '"€"#,##0.00;-"€"#,##0.00')
    >>> rates = column_format("vat_rate", [0.19, 0.07])
    >>> shown(0.19, rates), excel_format(rates), rates.numeric
    ('19%', '0%', True)
"""

import datetime
import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

MAX_DECIMALS = 8
"""Decimals that a column shows; one with more is rounded."""
MAX_FLOAT, MAX_EXACT = Decimal("1e21"), Decimal("1e40")
"""From here on a number is written with an exponent; whole and decimal numbers have all of their digits before."""
MAX_COMPUTED_DECIMALS = 4
"""The same of computed figures, such as means, whose digits mostly have no end."""
MONTHS = "January February March April May June July August September October November December".split()
CURRENCY_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
CURRENCIES = (
    "USD EUR GBP JPY CHF CNY INR AUD CAD NZD SEK NOK DKK PLN CZK HUF RON BGN TRY RUB UAH BRL MXN ZAR KRW SGD HKD THB"
    " IDR MYR PHP ILS AED SAR EGP NGN KES ARS CLP COP"
).split()
UNITS = {
    "%": "%", "pct": "%", "percent": "%", "percentage": "%", "ms": "ms", "sec": "s", "secs": "s", "seconds": "s",
    "mins": "min", "minutes": "min", "hrs": "h", "hours": "h", "days": "days", "weeks": "weeks", "months": "months",
    "years": "years", "mm": "mm", "cm": "cm", "km": "km", "meters": "m", "metres": "m", "feet": "ft", "ft": "ft",
    "miles": "miles", "mi": "miles", "kg": "kg", "lbs": "lb", "mph": "mph", "kmh": "km/h", "kph": "km/h",
    "knots": "knots", "kwh": "kWh", "mwh": "MWh", "celsius": "°C", "degc": "°C", "fahrenheit": "°F", "degf": "°F",
    "mb": "MB", "gb": "GB", "usd": "USD", "eur": "EUR", "gbp": "GBP", "jpy": "JPY", "chf": "CHF", "cny": "CNY",
    "inr": "INR", "aud": "AUD", "cad": "CAD", "nzd": "NZD", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "pln": "PLN",
    "czk": "CZK", "brl": "BRL", "zar": "ZAR",
}  # fmt: skip
"""Last words of a column's name that say in what it is measured."""
SHORT_UNITS = {"$", "€", "£", "¥", "min", "h", "s", "m", "g", "t", "l", "W", "kW", "MW", "GW", "m²", "km²"}
COUNTED = {"days", "weeks", "months", "years", "hours", "minutes", "seconds", "miles", "feet"}
# Where a name speaks of these, ``min`` is minutes; elsewhere it is the smallest value.
TIMES = re.compile(r"delay|time|duration|wait|elapsed|late|length|age|latency|commute|travel", re.I)
# Whole numbers that name something instead of counting it: 1,234,567 would be a poor customer number.
NAMES_A_THING = re.compile(
    r"(?:^|[\W_])(?:id|ids|code|zip|plz|postcode|year|key|phone|number|no|nr|vintage|founded|established)$", re.I
)
COUNTS = re.compile(r"^(?:count|n|number of|total|sum)(?=$|[\W_])|(?:^|[\W_])counts?$", re.I)
"""Names of what counts or adds up: their whole numbers of four digits are no years."""
RATES = re.compile(r"(?<!exchange)(?<!fx)(?<!hourly)(?<!daily)(?:^|[\W_])(?:rate|share|proportion|anteil|quote)$", re.I)
PERIODS = re.compile(r"(?:^|[\W_])(month|year)\)?$", re.I)
MONEY = re.compile(
    r"(?:amount|price|revenue|cost|sales|salary|wage|net|gross|fee|budget|spend|spent|paid|balance|turnover|profit"
    r"|income|tax|vat|discount|payment|invoiced|charge|umsatz|betrag|preis|kosten|montant|prix|importe)s?\b",
    re.I,
)


class ColumnFormat(NamedTuple):
    """How the values of a column are shown.

    Attributes:
        kind: ``number``, ``percent`` (of fractions: 0.19 is 19%), ``date``, ``moment``, ``month``, ``year``,
            ``month name`` (of its number), ``time``, ``duration``, ``boolean`` or ``text``.
        decimals: Digits after the point; of a time those of its seconds, -1 where it has no seconds.
        grouped: Whether thousands are set apart.
        unit: In what it is measured; empty where that is not known.
        rounded: Whether some value has more digits than are shown.
    """

    kind: str
    decimals: int = 0
    grouped: bool = False
    unit: str = ""
    rounded: bool = False

    @property
    def numeric(self) -> bool:
        """Whether the values stand to the right of their column."""
        return self.kind in ("number", "percent", "duration")


def column_format(
    label: str,
    values: Iterable[Any],
    unit: str = "",
    decimals: int | None = None,
    counts: bool = False,
    months: bool = False,
) -> ColumnFormat:
    """The format of a column.

    Args:
        label: Its name or heading, which tells numbers that are names, rates and units.
        values: Its values as Python's own, missing ones as None, NaN, NaT or NA.
        unit: Its unit where more is known than the label tells: a currency, ``%``.
        decimals: The fewest decimals of a computed figure, which is rounded to so many where it has no end.
        counts: Whether its whole numbers count or measure, so that they have thousands whatever their size.
        months: Whether whole numbers from 1 to 12 under a label such as ``month`` are shown by their names.
    """
    known = [value for value in map(plain_value, values) if not is_missing(value)]
    kinds = {kind_of(value) for value in known}
    if kinds == {"number"}:
        if months and re.search(r"month$", label, re.I) and set(known) <= set(range(1, 13)):
            return ColumnFormat("month name")
        return number_format(label, known, unit or label_and_unit(label)[1], decimals, counts)
    if kinds and kinds <= {"date", "moment"}:
        clocks = [clock_digits(value) for value in known if kind_of(value) == "moment"]
        return ColumnFormat("moment", max(clocks)) if clocks else ColumnFormat(period_kind(label, known))
    if kinds == {"time"}:
        return ColumnFormat("time", max(map(clock_digits, known)))
    return ColumnFormat(kinds.pop()) if len(kinds) == 1 else ColumnFormat("text")


def period_kind(label: str, days: Iterable[Any]) -> str:
    """``month`` or ``year`` for days that are all the first of what their label ends in; ``date`` for all others.

    >>> first = datetime.date(2026, 3, 1)
    >>> period_kind("order_date_month", [first]), period_kind("order date", [first])
    ('month', 'date')
    """
    period = PERIODS.search(label)
    if period is None:
        return "date"
    kind = period[1].lower()
    begins = all(day.day == 1 and (kind == "month" or day.month == 1) for day in days)
    return kind if begins else "date"


def number_format(label: str, values: Sequence[Any], unit: str, decimals: int | None, counts: bool) -> ColumnFormat:
    """The format of a column of numbers; see ``column_format``."""
    numbers = [value for value in set(values) if math.isfinite(value)]
    largest = max(map(abs, numbers), default=0)
    places = max(map(decimal_places, numbers), default=0)
    fraction = places > 0 and largest <= 1
    percent = not unit and fraction and RATES.search(label) is not None
    if unit == "%" and fraction and not counts and decimals is None:
        unit = ""  # 0.19 under "vat_pct" may be 19% as well as 0.19%: the number stays as it is
    scaled, shift = (largest * 100, 2) if percent else (largest, 0)
    needed = max(0, places - shift)
    rounded = needed > (MAX_DECIMALS if decimals is None else max(decimals, MAX_COMPUTED_DECIMALS))
    if rounded:
        digits = 5 if decimals is None and not percent else 2  # of the largest value, after its first
        fewest = 2 if decimals is None else decimals
        needed = min(12, max(fewest, digits - math.floor(math.log10(scaled))))
        needed = max(fewest, *(decimal_places(round(float(value) * 10**shift, needed)) for value in numbers))
    money = is_currency(unit) or (is_money(label) and not unit and not percent)
    needed = max(needed, decimals or 0, 2 if needed and money else 0, *map(written_decimals, numbers))
    named = is_name(label) and not counts
    counts = counts or COUNTS.search(label) is not None
    measured = counts or money or needed > 0 or unit != ""  # whole numbers of four digits may be years
    grouped = not named and largest >= (1_000 if measured else 10_000)
    return ColumnFormat("percent" if percent else "number", needed, grouped, unit, rounded)


def written_decimals(value: Any) -> int:
    """The decimals that a decimal number is written with, up to two: 7.50 is an amount."""
    return min(2, max(0, -int(value.as_tuple().exponent))) if isinstance(value, Decimal) else 0


def shown(value: Any, form: ColumnFormat) -> str:
    """A value as text, with a per cent or currency sign; empty where it is missing."""
    value = plain_value(value)
    if is_missing(value):
        return ""
    kind = kind_of(value)
    if kind == "number" and form.kind == "month name":
        return MONTHS[int(value) - 1] if value in range(1, 13) else str(value)
    if kind == "number":
        form = form if form.kind in ("number", "percent") else number_format("", [value], "", None, False)
        return number_text(value, form)
    if kind in ("date", "moment"):
        return date_text(
            value, form if form.kind in ("date", "moment", "month", "year") else column_format("", [value])
        )
    if kind == "time":
        return clock_text(value.isoformat(), form.decimals if form.kind == "time" else clock_digits(value))
    if kind == "duration":
        return duration_text(value)
    if kind == "boolean":
        return "yes" if value else "no"
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", str(value))


def with_unit(value: Any, form: ColumnFormat) -> str:
    """A value as it stands in a sentence: with its unit, where it has one."""
    text = shown(value, form)
    bare = not text or form.kind != "number" or not form.unit or form.unit == "%" or currency_sign(form.unit)
    return text if bare else f"{text} {form.unit}"


def number_text(value: Any, form: ColumnFormat) -> str:
    """A number with its decimals, thousands, and per cent or currency sign."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "-∞"
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e21
    exact = Decimal(int(value) if whole else f"{value:.15g}") if isinstance(value, float) else Decimal(value)
    exact = exact.scaleb(2) if form.kind == "percent" else exact
    comma = "," if form.grouped else ""
    size = exact.copy_abs()  # abs() would round it to 28 digits
    text = f"{size:{comma}.{form.decimals}f}"
    lost = abs(size - Decimal(text.replace(",", "")))
    if size >= (MAX_FLOAT if isinstance(value, float) else MAX_EXACT) or 0 < size < Decimal("1e-9"):
        text = f"{abs(exact.normalize()):.15g}".replace("E", "e")
    elif lost > size / 100 or (lost and not form.rounded):  # the column's decimals would hide what it is
        places = decimal_places(exact)
        text = f"{size:{comma}.{min(places, 2 - exact.adjusted()) if form.rounded else places}f}"
    sign = "%" if form.kind == "percent" or form.unit == "%" else ""
    return f"{'-' if exact < 0 else ''}{currency_sign(form.unit)}{text}{sign}"


def date_text(value: Any, form: ColumnFormat) -> str:
    """A day or a moment in ISO 8601, a month by its name, a year."""
    if form.kind == "year":
        return f"{value.year:04}"
    if form.kind == "month":
        return f"{MONTHS[value.month - 1][:3]} {value.year:04}"
    if form.kind == "date" or not isinstance(value, datetime.datetime):
        return str(value.isoformat()[:10])
    day, _, clock = value.isoformat().partition("T")
    return f"{day} {clock_text(clock, form.decimals)}"


def clock_text(clock: str, digits: int) -> str:
    """A time of day in ISO 8601, with so many digits of its seconds; without seconds where that is -1."""
    time, sign, zone = re.fullmatch(r"([\d:.]+)([-+]?)(.*)", clock).groups()  # type: ignore[union-attr]
    whole, _, fraction = (f"{time}:00" if time.count(":") == 1 else time).partition(".")
    seconds = f"{whole}.{fraction.ljust(digits, '0')[:digits]}" if digits > 0 else whole
    return (whole[:5] if digits < 0 else seconds) + sign + zone


def clock_digits(value: Any) -> int:
    """The digits that the seconds of a time have; -1 where they are none."""
    fraction = f"{value.microsecond:06}{getattr(value, 'nanosecond', 0):03}".rstrip("0")
    return len(fraction) if fraction else 0 if value.second else -1


def duration_text(value: datetime.timedelta) -> str:
    """A length of time: ``2 days 03:30:00``."""
    seconds, days = abs(value).total_seconds() % 86_400, abs(value).days
    clock = f"{int(seconds // 3600):02}:{int(seconds % 3600 // 60):02}:{seconds % 60:09.6f}".rstrip("0").rstrip(".")
    return ("-" if value.total_seconds() < 0 else "") + (f"{days:,} day{'s' * (days != 1)} " if days else "") + clock


def excel_format(form: ColumnFormat) -> str:
    """The number format of a worksheet that shows the same: ``#,##0.00``."""
    if form.kind in ("number", "percent"):
        digits = ("#,##0" if form.grouped else "0") + f".{'0' * form.decimals}" * (form.decimals > 0)
        if form.kind == "percent":
            return f"{digits}%"
        sign = currency_sign(form.unit)
        if sign:
            return f'"{sign}"{digits};-"{sign}"{digits}'
        return f'{digits}"%"' if form.unit == "%" else digits
    clock = "hh:mm" + (":ss" if form.decimals >= 0 else "") + (".000" if form.decimals > 0 else "")
    dates = {"date": "yyyy-mm-dd", "month": "mmm yyyy", "year": "yyyy", "moment": f"yyyy-mm-dd {clock}", "time": clock}
    return {**dates, "duration": "[h]:mm:ss", "boolean": '"yes";"yes";"no"'}.get(form.kind, "General")


def rounding_note(labels: Sequence[str], forms: Sequence[ColumnFormat]) -> str:
    """A sentence on the columns whose figures are rounded; empty where none is.

    >>> rounding_note(["Mean delay", "Flights"], [ColumnFormat("number", 2, rounded=True), ColumnFormat("number")])
    'Mean delay is rounded to 2 decimals.'
    """
    places: dict[int, list[str]] = {}
    for label, form in zip(labels, forms, strict=False):
        if form.rounded:
            places.setdefault(form.decimals, []).append(label)
    parts = []
    for decimals, names in sorted(places.items()):
        subject = " and ".join([", ".join(names[:-1]), names[-1]]) if 1 < len(names) < 6 else names[0]
        subject = f"{len(names)} columns" if len(names) >= 6 else subject
        verb = "is" if len(names) == 1 else "are"
        parts.append(f"{subject} {verb} rounded to {decimals} decimal{'s' * (decimals != 1)}.")
    return " ".join(parts)


def single_currency(columns: Iterable[tuple[str, Iterable[Any]]]) -> tuple[str, list[str]]:
    """The one currency that the rows of a table are in, from its column of currencies; and all of them.

    >>> single_currency([("net", [1.0, 2.0]), ("currency", ["EUR", "EUR"])])
    ('EUR', ['EUR'])
    >>> single_currency([("net", [1.0, 2.0]), ("currency", ["EUR", "USD"])])
    ('', ['EUR', 'USD'])
    """
    for label, values in columns:
        if re.search(r"currency|curr$|ccy|währung|devise|moneda", label, re.I):
            codes = sorted({str(value).strip().upper() for value in values if not is_missing(value)})
            if codes and all(re.fullmatch(r"[A-Z]{3}|[$€£¥]", code) for code in codes):
                return (codes[0] if len(codes) == 1 else ""), codes
    return "", []


def is_money(label: str) -> bool:
    """Whether a label speaks of an amount of money, and not of how many there are or of a rate."""
    return MONEY.search(label) is not None and not re.search(r"count|number|rate|share|%|qty|quantity", label, re.I)


def is_currency(unit: str) -> bool:
    """Whether a unit is a currency, by its sign or its code."""
    return unit in CURRENCY_SIGNS.values() or unit in CURRENCIES


def currency_sign(unit: str) -> str:
    """The sign that stands before an amount; empty for what is no currency or has none."""
    return unit if unit in CURRENCY_SIGNS.values() else CURRENCY_SIGNS.get(unit, "")


def is_name(label: str) -> bool:
    """Whether whole numbers under the label name something, as years and customer numbers do: they get no thousands."""
    return NAMES_A_THING.search(label) is not None


def label_and_unit(name: str) -> tuple[str, str]:
    """What a number is and its unit, from the name of its column.

    >>> label_and_unit("mean_delay_min"), label_and_unit("revenue (USD)"), label_and_unit("share_pct")
    (('mean delay', 'min'), ('revenue', 'USD'), ('share', '%'))
    >>> label_and_unit("temp_min"), label_and_unit("count_star()"), label_and_unit("avg(dep_delay)")
    (('temp min', ''), ('number of rows', ''), ('avg(dep_delay)', ''))
    >>> label_and_unit("duration in days"), label_and_unit("revenue (total)"), label_and_unit("price ($)")
    (('duration', 'days'), ('revenue (total)', ''), ('price', '$'))
    """
    name = name.strip()
    if name.lower() in {"count_star()", "count(*)"}:
        return "number of rows", ""
    bracketed = re.fullmatch(r"(.*?)[\s_]*[(\[]([^()\[\]]{1,12})[)\]]", name)
    if bracketed and bracketed[1] and is_unit(bracketed[2]):
        return bracketed[1].replace("_", " "), bracketed[2]
    spaced = name if "(" in name else re.sub(r"_+", " ", name).strip()
    words = spaced.split()
    last = words[-1].lower() if words else ""
    unit = UNITS.get(last, "")
    if last == "min" and TIMES.search(" ".join(words[:-1])):
        unit = "min"
    if last in COUNTED and (len(words) < 2 or words[-2].lower() != "in"):
        unit = ""  # "delayed days" counts days: it is what the number is
    if not unit:
        return spaced, ""
    rest = words[:-1]
    return " ".join(rest[:-1] if rest and rest[-1].lower() == "in" else rest), unit


def is_unit(text: str) -> bool:
    """Whether a text in brackets at the end of a label is a unit."""
    short = text.lower() in UNITS or text in SHORT_UNITS or text in UNITS.values()
    return short or "/" in text or re.fullmatch("[A-Z]{3}", text) is not None


def kind_of(value: Any) -> str:
    """The kind of one value that is not missing."""
    kinds = ((bool, "boolean"), ((int, float, Decimal), "number"), (datetime.time, "time"),
             (datetime.timedelta, "duration"))  # fmt: skip
    for types, kind in kinds:
        if isinstance(value, types):
            return kind
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time() and not getattr(value, "nanosecond", 0)
        return "date" if midnight else "moment"
    return "date" if isinstance(value, datetime.date) else "text"


def plain_value(value: Any) -> Any:
    """A value of NumPy as Python's own; others as they are."""
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    if type(value).__module__ != "numpy" or getattr(value, "ndim", None) != 0 or kind not in "biufU":
        return value
    return float(str(value)) if kind == "f" and value.dtype.itemsize < 8 else value.item()


def is_missing(value: Any) -> bool:
    """Whether a value is none: None, NaN, NaT, NA."""
    if value is None or type(value).__name__ in ("NaTType", "NAType"):
        return True
    return isinstance(value, (float, Decimal)) and math.isnan(value)


def decimal_places(value: Any) -> int:
    """The digits after the point that a finite number has; of a float, among its fifteen that are sure."""
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return 0
    exact = Decimal(f"{value:.15g}").normalize() if isinstance(value, float) else Decimal(value)
    return max(0, -int(exact.as_tuple().exponent))
