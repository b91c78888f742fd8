"""What every document program starts with: the answer, its values and sentences as a reader expects them."""

import base64
import io
import re
import unicodedata
from typing import Any, NamedTuple

import pandas as pd

from .column_format import (
    MONTHS,
    ColumnFormat,
    column_format,
    is_missing,
    is_money,
    rounding_note,
    shown,
    single_currency,
    with_unit,
)

PLACEHOLDER = re.compile(
    r"{{-? *([\w.]+) *(?:\|[^{}]{0,80})?-?}}|{{[^{}\n]{1,60}}}|{%.{0,200}?%}|{#.{0,200}?#}", re.DOTALL
)
"""What a template says in the place of a text; a filter of Jinja changes nothing, and there is nothing for its
conditions, loops, remarks and expressions."""
MAX_SERIES = 8  # of a chart of two groups
TIMELY = ("date", "moment", "month", "year", "month name")
"""Kinds of groups that run along a chart in their own order."""
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
FILLED = ("title", "summary", "source", "notes", "date", "rows", "table", "chart")
"""The placeholders that there is something for."""


def placeholder_name(found: re.Match[str]) -> str:
    """Its name, in small letters; what it says where it has none."""
    return found[1].lower() if found[1] else found[0][:40]


def filled_text(text: str, texts: dict[str, str], unknown: list[str]) -> str:
    """A text with its placeholders replaced; those for which there is nothing are added to a list."""

    def filled(found: re.Match[str]) -> str:
        name = placeholder_name(found)
        unknown.extend([] if name in texts else [name])
        return texts.get(name, "")

    return PLACEHOLDER.sub(filled, text)


class Look(NamedTuple):
    """Colours as six hexadecimal digits, fonts, and a line for the foot of every page."""

    palette: list[str]
    ink: str
    muted: str
    rule: str
    stripe: str
    heading_font: str
    body_font: str
    footer: str = ""
    logo: str = ""  # a PNG or JPEG in base 64

    @property
    def logo_file(self) -> io.BytesIO:
        return io.BytesIO(base64.b64decode(self.logo))

    @property
    def accent(self) -> str:
        return self.palette[0]


class Answer(NamedTuple):
    data: pd.DataFrame
    title: str
    source: str
    headings: list[str]
    formats: list[str]  # a number format of Excel for each column: what the question knows of it
    groups: int  # so many columns, from the left, name the group
    measures: int
    chart: str | None
    max_rows: int
    max_drawn: int
    look: Look
    template: str | None = None
    additive: bool = False  # whether the first figure of all groups may be added up
    currencies: tuple[str, ...] = ()  # of the rows behind the answer
    forms: tuple[ColumnFormat, ...] = ()  # how the columns are shown, of a fitted answer

    @property
    def drawn(self) -> bool:
        """Whether there is a chart to draw."""
        return bool(self.chart) and 0 < len(self.data) <= self.max_drawn

    @property
    def rows(self) -> pd.DataFrame:
        return self.data.head(self.max_rows)


def column_values(answer: Answer, place: int) -> list[Any]:
    column = answer.data.iloc[:, place]
    if column.dtype == "float32":
        return [float(str(value)) for value in column.to_numpy()]
    return list(column.astype(object))


def fitted(answer: Answer) -> Answer:
    """The answer with the form of each column: from its heading, its values, and what the question knows."""
    columns = [column_values(answer, place) for place in range(len(answer.headings))]
    currency, codes = single_currency(zip(map(str, answer.data.columns), columns, strict=False))
    if len(answer.currencies) == 1:
        currency = answer.currencies[0]
    forms = [fitted_form(answer, place, values, currency) for place, values in enumerate(columns)]
    listed = tuple(codes) if not answer.measures else answer.currencies
    return answer._replace(forms=tuple(forms), currencies=listed)


def fitted_form(answer: Answer, place: int, values: list[Any], currency: str) -> ColumnFormat:
    style, heading = answer.formats[place], answer.headings[place]
    if style in ("yyyy", "yyyy-mm") and all(hasattr(v, "year") for v in values if not is_missing(v)):
        return ColumnFormat("year" if style == "yyyy" else "month")
    computed = style.startswith("#,##0") and answer.measures > 0
    decimals = len(style.partition(".")[2]) if computed and style != "#,##0" else None
    unit = currency if is_money(heading) else ""
    return column_format(heading, values, unit, decimals, counts=computed, months=place < answer.groups)


def clean_text(text: str, most: int) -> str:
    """One line of text, cut with an ellipsis where it is longer than its place."""
    text = " ".join(text.split(" "))
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def cut_middle(text: str, most: int) -> str:
    """One line of text, which loses letters of its middle where it is longer than its place."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most // 2].rstrip()}…{text[len(text) - (most - 1) // 2 :].lstrip()}"


def short_names(names: list[str], most: int) -> list[str]:
    """Names of at most so many letters, of which no two become alike: they are cut at the end, else in the middle.

    >>> short_names(["MCDONNELL DOUGLAS AIRCRAFT", "MCDONNELL DOUGLAS CORPORATION"], 16)
    ['MCDONNEL…IRCRAFT', 'MCDONNEL…ORATION']
    """
    different = dict.fromkeys(names)
    for cut in (clean_text, cut_middle):
        short = {name: cut(name, most) for name in different}
        if len(set(short.values())) == len(short):
            return [short[name] for name in names]
    numbered = {name: f"{clean_text(name, most - 6)} ({place})" for place, name in enumerate(different, start=1)}
    return [name if len(name) <= most else numbered[name] for name in names]


def cell_texts(answer: Answer, most: int, rows: Any = None) -> list[list[str]]:
    """The rows of the table as texts."""
    rows = answer.rows if rows is None else rows
    columns = [
        [clean_text(shown(value, form) or ("missing" if place < answer.groups else ""), most)
         for value in rows.iloc[:, place].astype(object)]
        for place, form in enumerate(answer.forms)
    ]  # fmt: skip
    return [list(row) for row in zip(*columns, strict=True)]


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def listed(names: list[str], most: int = 3) -> str:
    """``A``, ``A and B``, ``A, B and 7 more``."""
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1:,} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def group_name(answer: Answer, row: int) -> str:
    names = [shown(answer.data.iloc[row, place], answer.forms[place]) or "missing" for place in range(answer.groups)]
    return " / ".join(names)


def summary(answer: Answer) -> str:
    """The answer in sentences, with its own figures: what is highest and lowest, with ties, and how it compares."""
    answer = answer if answer.forms else fitted(answer)
    data, headings, groups = answer.data, answer.headings, answer.groups
    if not len(data):
        return "No rows match."
    if not answer.measures or groups == len(headings):
        return listing_sentence(answer)
    if not groups:
        pairs = zip(headings, data.iloc[0].astype(object), answer.forms, strict=False)
        said = "; ".join(f"{heading}: {with_unit(value, form) or 'missing'}" for heading, value, form in pairs)
        return " ".join(filter(None, [f"{said}.", currency_warning(answer)]))
    values: Any = pd.to_numeric(data.iloc[:, groups], errors="coerce").reset_index(drop=True)
    if not values.notna().any():
        return f"{counted(len(data), 'row')}. {headings[groups]} has no value in any of them."
    if values.notna().sum() == 1:
        row = int(values.idxmax())
        return f"{headings[groups]} is {figure(answer, row)} for {group_name(answer, row)}."
    trend = trend_sentence(answer, values)
    extremes = extremes_sentence(answer, values, bool(trend))
    return " ".join(filter(None, [trend, extremes, currency_warning(answer)]))


def figure(answer: Answer, row: int) -> str:
    return with_unit(answer.data.iloc[row, answer.groups], answer.forms[answer.groups])


def listing_sentence(answer: Answer) -> str:
    """How many rows are listed, and from where to where their first amount or number and their first date go."""
    said = f"{counted(len(answer.data), 'row')} with {counted(len(answer.headings), 'column')}."
    spans = []
    numbers = [n for n, form in enumerate(answer.forms) if form.kind in ("number", "percent") and form.unit != "%"]
    money = [n for n in numbers if is_money(answer.headings[n])]
    dates = [n for n, form in enumerate(answer.forms) if form.kind in ("date", "moment", "month", "year")]
    for place in [*money[:1], *dates[:1]]:
        known = [value for value in column_values(answer, place) if not is_missing(value)]
        if len(known) > 1:
            ends = [with_unit(end, answer.forms[place]) for end in (min(known), max(known))]
            spans.append(f"{answer.headings[place]} runs from {ends[0]} to {ends[1]}.")
    mixed = f"The amounts are in {listed(list(answer.currencies), 6)}." if money and len(answer.currencies) > 1 else ""
    return " ".join(filter(None, [said, *spans, mixed]))


def trend_sentence(answer: Answer, values: Any) -> str:
    """From where to where a figure went over time; empty where the groups are not times in their order."""
    times = answer.data.iloc[:, 0]
    if answer.groups != 1 or answer.forms[0].kind not in TIMELY:
        return ""
    if len(values) < 3 or not times.is_monotonic_increasing or values.isna().any():
        return ""
    first, last = float(values.iloc[0]), float(values.iloc[-1])
    change = f" ({(last - first) / first:+,.1%})" if first > 0 else ""
    verb = "rose" if last > first else "fell" if last < first else "stayed the same"
    ends = f"from {figure(answer, 0)} in {group_name(answer, 0)} to {figure(answer, len(values) - 1)}"
    return f"{answer.headings[1]} {verb} {ends} in {group_name(answer, len(values) - 1)}{change}."


def extremes_sentence(answer: Answer, values: Any, over_time: bool) -> str:
    """The groups with the highest and the lowest figure, all of them where several are equal, and how they compare."""
    heading, high, low = answer.headings[answer.groups], values.max(), values.min()
    tops, bottoms = ([int(row) for row in values.index[values == end]] for end in (high, low))
    known = int(values.notna().sum())
    if high == low:
        return f"{heading} is the same, {figure(answer, tops[0])}, in all {known:,} groups."
    top, bottom = (tied(answer, rows, known) for rows in (tops, bottoms))
    if over_time:
        ends = {tops[0], bottoms[0]} == {0, len(values) - 1}
        return "" if ends else f"It is highest in {top} and lowest in {bottom}."
    compared = ""
    if answer.additive and low >= 0 and len(tops) == 1 and values.sum():
        share = high / values.sum()
        whole = with_unit(values.sum(), answer.forms[answer.groups]._replace(rounded=True, grouped=True))
        compared = f" {group_name(answer, tops[0])} has {share:.0%} of the total of {whole}." if share < 0.995 else ""
    elif low > 0 and high / low >= 1.1:
        ratio = high / low
        compared = f" That is {f'{ratio:,.0f}' if ratio >= 10 else f'{ratio:.1f}'} times as much."
    left = len(values) - known
    missing = f" {counted(left, 'group')} {'has' if left == 1 else 'have'} no value." if left else ""
    return f"{heading} is highest for {top} and lowest for {bottom}.{compared}{missing}"


def tied(answer: Answer, rows: list[int], known: int) -> str:
    """``North (12)``, ``North and South (both 12)``, ``19 of 35 groups (1 each)``."""
    value = figure(answer, rows[0])
    if len(rows) == 1:
        return f"{group_name(answer, rows[0])} ({value})"
    if len(rows) <= 3:
        names = [group_name(answer, row) for row in rows]
        return f"{listed(names)} ({'both' if len(rows) == 2 else 'all'} {value})"
    return f"{len(rows):,} of {known:,} groups ({value} each)"


def currency_warning(answer: Answer) -> str:
    """What is said where amounts of several currencies were taken together."""
    grouped = any(set(map(str, answer.data.iloc[:, place].dropna())) & set(answer.currencies)
                  for place in range(answer.groups))  # fmt: skip
    if len(answer.currencies) < 2 or grouped or not any(map(is_money, answer.headings[answer.groups :])):
        return ""
    return f"Caution: the amounts are in {listed(list(answer.currencies), 6)}, and were not converted."


def remarks(answer: Answer, unfilled: list[str]) -> list[str]:
    """What is said beside the document: of currencies, and of a template's placeholders for which there is nothing."""
    empty = ""
    if unfilled:
        names = [name if name.startswith("{") else f"{{{{ {name} }}}}" for name in dict.fromkeys(unfilled)]
        empty = f"Nothing was there for {listed(names, 6)} of the template."
    return [text for text in (currency_warning(answer), empty) if text]


def notes(answer: Answer, shown_rows: int, most: int) -> str:
    """What the table does not show, and what is rounded, in sentences."""
    count, parts = len(answer.data), []
    if count > shown_rows:
        parts.append(f"The table shows the first {shown_rows:,} of {count:,} rows; an Excel workbook has them all.")
    parts.append(rounding_note(answer.headings, answer.forms))
    texts = (len(shown(v, f)) > most for n, f in enumerate(answer.forms) if f.kind == "text"
             for v in answer.rows.iloc[:, n].astype(object))  # fmt: skip
    if any(texts):
        parts.append(f"Texts of more than {most:,} characters are cut, with “…”.")
    return " ".join(filter(None, parts))


def text_width(text: str) -> int:
    """How many letters wide a text is: those of East Asia take two, marks above others none."""
    if text.isascii():
        return len(text)
    kinds = ((unicodedata.east_asian_width(letter), unicodedata.combining(letter)) for letter in text)
    return sum(0 if mark else 2 if kind in "WF" else 1 for kind, mark in kinds)


def column_needs(answer: Answer, lines: list[list[str]]) -> list[tuple[int, int]]:
    """The least and the best width of each column, in letters: words and numbers are not broken."""
    needs = []
    for place, form in enumerate(answer.forms):
        cells = [line[place] for line in lines]
        heading = answer.headings[place].replace("_", "_ ")
        head = min(max([-(-6 * text_width(word) // 5) for word in heading.split()] or [1]), 16)  # bold letters are wide
        widest = max(map(text_width, cells), default=1)
        if form.kind != "text":
            needs.append((max(widest, head, 3), max(widest, min(-(-6 * text_width(heading) // 5), 18))))
            continue
        word = max((text_width(word) for cell in cells for word in cell.split()), default=1)
        least = min(max(word, head, min(widest, 18)), 24)
        needs.append((least, max(least, min(widest, 44), min(text_width(heading), 16))))
    return needs


def column_blocks(needs: list[tuple[int, int]], capacity: int, labels: int, gap: int = 2) -> list[list[int]]:
    """The columns in as many tables as their width asks for; the first columns stand in each."""
    everything = list(range(len(needs)))
    if sum(least + gap for least, _ in needs) <= capacity:
        return [everything]
    repeated = everything[: labels if sum(needs[place][0] + gap for place in everything[:labels]) < capacity / 2 else 0]
    blocks: list[list[int]] = []
    current, used = list(repeated), sum(needs[place][0] + gap for place in repeated)
    for place in everything[len(repeated) :]:
        width = min(needs[place][1], max(needs[place][0], 20)) + gap
        if used + width > capacity and len(current) > len(repeated):
            blocks.append(current)
            current, used = list(repeated), sum(needs[place][0] + gap for place in repeated)
        current.append(place)
        used += width
    return [*blocks, current]


def column_widths(needs: list[tuple[int, int]], capacity: float, gap: int = 2) -> list[float]:
    """The widths of columns, in letters: what each needs, and of the rest what it would like to have."""
    least, best = ([need[end] + gap for need in needs] for end in (0, 1))
    if sum(best) <= capacity:
        stretch = min(capacity / sum(best), 1.6)
        return [width * stretch for width in best]
    spare, wanted = capacity - sum(least), sum(best) - sum(least)
    if spare < 0:
        return [width * capacity / sum(least) for width in least]
    return [small + spare * (large - small) / wanted for small, large in zip(least, best, strict=True)]


class ChartData(NamedTuple):
    """What a chart draws: a row of values a series; and what it leaves out, as a sentence."""

    categories: list[str]
    series: list[tuple[str, list[float | None]]]
    sideways: bool
    stacked: bool
    note: str
    along: str  # what the categories are


def number(value: Any) -> float | None:
    return None if is_missing(value) else float(value)


def chart_data(answer: Answer, most: int) -> ChartData:
    """The groups and figures of a chart: of many groups the largest, and the others together where they add up."""
    data, heading = answer.data, answer.headings[answer.groups]
    names = short_names([shown(v, answer.forms[0]) or "missing" for v in data.iloc[:, 0].astype(object)], 40)
    values = [number(v) for v in pd.to_numeric(data.iloc[:, answer.groups], errors="coerce").astype(object)]
    if answer.groups == 2:
        categories, series, left_out, along = crossed(answer, names, values)
    else:
        categories, series, left_out, along = names, [(heading, values)], "", answer.headings[0]
        several = range(2, min(len(answer.headings), 5)) if answer.chart != "pie" else ()
        for place in several:
            if answer.measures > 1 and answer.forms[place][:4] == answer.forms[1][:4]:
                others = pd.to_numeric(data.iloc[:, place], errors="coerce").astype(object)
                series.append((answer.headings[place], [number(v) for v in others]))
    note = ""
    calendar = in_calendar_order(categories)
    timely = calendar is not None or any(form.kind in TIMELY for form in answer.forms[: answer.groups])
    if len(categories) > most and answer.chart != "line":
        if timely:
            categories, series = categories[-most:], [(name, row[-most:]) for name, row in series]
            note = f"The chart shows the last {most}."
        else:
            categories, series, note = largest(answer, categories, series, most)
    sideways = not timely and (max(map(text_width, categories), default=0) > 12 or len(categories) > 14)
    said = " ".join(filter(None, [note, left_out]))
    if calendar is not None and len(categories) > 4 and all(name in MONTHS for name in categories):
        categories = [name[:3] for name in categories]
    negative = any(value < 0 for _, row in series for value in row if value is not None)
    return ChartData(categories, series, sideways, answer.groups == 2 and answer.additive and not negative, said, along)


def in_calendar_order(names: list[str]) -> list[str] | None:
    """Names of months or weekdays in their order; None for others.

    >>> in_calendar_order(["Mar", "Jan", "Feb"]), in_calendar_order(["North", "South"])
    (['Jan', 'Feb', 'Mar'], None)
    """
    words = [name.strip(". ").lower() for name in names]
    for full in (MONTHS, WEEKDAYS):
        places = {word[:length].lower(): place for place, word in enumerate(full) for length in (3, len(word))}
        places |= {"sept": 8} if full is MONTHS else {"tues": 1, "thur": 3, "thurs": 3}
        if len(names) > 1 and set(words) <= set(places):
            return [name for _, name in sorted(zip((places[word] for word in words), names, strict=True))]
    return None


def crossed(answer: Answer, names: list[str], values: list[float | None]) -> tuple[list[str], list[Any], str, str]:
    """One group as series of the other, a sentence where the chart leaves some out, and the heading of the first.

    Times, months and weekdays run along the chart whichever group they are.
    """
    parts = short_names([shown(v, answer.forms[1]) or "missing" for v in answer.data.iloc[:, 1].astype(object)], 40)
    along, heading = answer.headings[:2]
    first, second = list(dict.fromkeys(names)), list(dict.fromkeys(parts))
    timely = answer.forms[1].kind in TIMELY or in_calendar_order(second) is not None
    if timely and not (answer.forms[0].kind in TIMELY or in_calendar_order(first) is not None):
        names, parts, first, second, along, heading = parts, names, second, first, heading, along
        first = sorted(first) if answer.forms[1].kind in ("date", "moment", "year") else first
        if answer.forms[1].kind == "month":
            moments = dict(zip(names, answer.data.iloc[:, 1], strict=True))
            first = sorted(first, key=lambda name: (is_missing(moments[name]), str(moments[name])))
    found = {(name, part): value for name, part, value in zip(names, parts, values, strict=True)}
    categories, parts = in_calendar_order(first) or first, in_calendar_order(second) or second
    sizes = {part: sum(abs(found.get((name, part)) or 0) for name in categories) for part in parts}
    drawn = set(sorted(sizes, key=lambda part: -sizes[part])[:MAX_SERIES])
    series = [(part, [found.get((name, part)) for name in categories]) for part in sizes if part in drawn]
    more = len(sizes) > MAX_SERIES
    said = f"Of {len(sizes):,} values of {heading} it shows the {MAX_SERIES} largest." if more else ""
    return categories, series, said, along


def largest(answer: Answer, names: list[str], series: list[Any], most: int) -> tuple[list[str], list[Any], str]:
    """The groups with the largest figures, and the others together as the last where figures add up."""
    sizes = [sum(abs(row[place] or 0) for _, row in series) for place in range(len(names))]
    order = sorted(range(len(names)), key=lambda place: -sizes[place])
    first, rest = order[: most - answer.additive], order[most - answer.additive :]
    if not answer.additive:
        said = f"The chart shows the {most} largest of {len(names):,} groups."
        return [names[n] for n in first], [(name, [row[n] for n in first]) for name, row in series], said
    rows = [(name, [*(row[n] for n in first), sum(row[n] or 0 for n in rest)]) for name, row in series]
    said = f"The chart shows the {len(first)} largest of {len(names):,} groups; the others are added up."
    return [*(names[n] for n in first), f"Others ({len(rest):,})"], rows, said
