"""A second reader, for charts: finds what is drawn against what in questions that the grammar cannot read whole.

People who ask for charts say much that changes nothing: "visualize them by a bar chart", "I want to rank the y axis
from high to low please". This reader takes such clauses out first, and then needs a figure and a group, or two columns.
It still abstains where a value, a number or a condition is left over, for those would change the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import ValidationError

from ..errors import Abstained
from ..turn import ColumnCard, FrameCard
from .conditions import check_filters, is_number, one_column, read_conditions
from .linking import Lexicon, Tag, lexicon, stem, tags, tokens
from .plan.schema import ChartKind, Dimension, Filter, Function, Measure, Order, QueryPlan, TimeBin
from .plan.sql import is_time
from .plan.words import name_parts
from .reading import NEXT_STEP

_DIRECTION = (
    r"(?P<direction>asc(?:ending)?|desc(?:ending)?|(?:the\s+)?low(?:est)?\s+to\s+(?:the\s+)?high(?:est)?|"
    r"(?:the\s+)?high(?:est)?\s+to\s+(?:the\s+)?low(?:est)?|alphabetical(?:ly)?|increasing|decreasing)"
)
_STRONG = r"(?:rank|sort|order|arrange|sorted|ordered|ranked|sorting|ordering|ranking)"
_WEAK = r"(?:list|show|display|listed|displayed)"
_END = (
    r"(?:\s+order)?(?P<after>(?:\s+(?:by|of|on|for|according\s+to|in\s+terms\s+of)\s+[^.?!,;]*?)?)"
    r"(?:,?\s*please)?\s*(?=[.?!,;]|$)"
)
_KEY = rf"(?P<key>(?:(?!\b{_STRONG}\b)[^.?!,;])*?)\s*(?:\bin\s+(?:the\s+|an?\s+)?|\bfrom\s+|\bwith\s+)?"
_ORDERS = (
    re.compile(rf"(?:,|\band\b|\bto\b|\byou\b|\s)*\b{_STRONG}\b{_KEY}\b{_DIRECTION}\b{_END}", re.I),
    re.compile(rf"(?:,\s*|\band\s+|\bto\s+|\byou\s+|\bplease\s+)+{_WEAK}\b{_KEY}\b{_DIRECTION}\b{_END}", re.I),
    re.compile(rf",?\s*\b(?P<key>)(?:in|from)\s+(?:the\s+|an?\s+)?{_DIRECTION}\b{_END}", re.I),
)
_POLITE = re.compile(
    r"\b(?:i\s+(?:want|would\s+like)\s+to|i['’]d\s+like\s+to|could\s+you|can\s+you|please|give\s+me|show\s+me|tell\s+me|"
    r"let\s+me|help\s+me)\b",
    re.I,
)
_KIND = r"(?P<kind>stacked\s+bar|group(?:ing|ed)\s+(?:line|bar|scatter)|bar|pie|line|scatter|box)"
_CHART = re.compile(
    rf"\b(?:{_KIND}\s*-?\s*(?:chart|graph|plot|diagram)s?|(?P<alone>histogram|scatterplot|scatter|pie|bar|trend\s+line))\b",
    re.I,
)
_SHOWN = re.compile(
    r"\b(?:and\s+)?(?:visuali[sz](?:e|es|ed|ing)|plot|draw|draws|return|returns|present|create|make|produce|use|using|"
    r"show|shows|showing|display|displaying|represent|representing|compare|comparing|comparison|illustrate|"
    r"find|finding|list|listing|get|provide|report)\s+"
    r"(?:them|it|that|those|the\s+results?|their|me)?\b",
    re.I,
)
_ABOUT = re.compile(
    r"\b(?:about|the\s+distribution|distribution|the\s+comparison|the\s+trend|the\s+change|the\s+proportion|the\s+correlation|"
    r"the\s+relationship|relationship|correlation|those\s+records|the\s+relation)\s+(?:about|of|between|from|over|for)?\b",
    re.I,
)
_RUNS = re.compile(r"\b(?:the\s+trend|the\s+change|changes?\s+(?:of|in)|trends?\s+(?:of|in))\b", re.I)
_BIN = re.compile(
    r"\b(?:and\s+)?bin(?:ning|ned)?\s+(?P<column>[\w ]+?)\s+(?:by|into)\s+(?:the\s+|every\s+|each\s+|a\s+)?"
    r"(?P<unit>weekday|day of week|day|month|year|quarter|time|week)s?(?:\s+interval)?\b",
    re.I,
)
_GROUP = re.compile(
    r"\b(?:and\s+)?(?:group(?:ed|ing)?\s+by|for)\s+(?:the\s+)?attributes?\b|\bgroup(?:ed|ing)?\s+by\b", re.I
)
_AXIS_Y = re.compile(r"\b(?:on\s+)?(?:the\s+)?y[- ]?axis\b", re.I)
_AXIS_X = re.compile(r"\b(?:on\s+)?(?:the\s+)?x[- ]?axis\b", re.I)
_BINS: dict[str, TimeBin] = {
    "weekday": "day of week", "day of week": "day of week", "day": "day", "week": "week", "month": "month",
    "quarter": "quarter", "year": "year",
}  # fmt: skip
_SYNONYMS = (
    (re.compile(r"\bminimal\b", re.I), "minimum"),
    (re.compile(r"\bmaximal\b", re.I), "maximum"),
    (re.compile(r"\bthe amount of\b", re.I), "the number of"),
    (re.compile(r"\bcount (?:of |the )?", re.I), "number of "),
    (re.compile(r"\bhow many times\b", re.I), "how many rows"),
    (re.compile(r"\btotal numbers?\b(?! of)", re.I), "number of rows"),
    (re.compile(r"\btotal numbers? of\b", re.I), "total"),
    (re.compile(r"\bsum (?:their|the|of)\b", re.I), "sum of"),
    (re.compile(r"\b(?:a|the)?\s*(?:number|total) for\b", re.I), "number of rows for"),
)
_DATED = re.compile(
    r"\b(?:that|who|which)?\s*(?:was|were|is|are|got|been)?\s*\b(?P<verb>\w+(?:ed|en|old|aid))\s+"
    r"(?P<when>before|after|since|until|between)(?=\s+['\"]?\d{4})",
    re.I,
)
_IN_COLUMN = r"(?:in|of)\s+(?:their|its|the)\s+(?P<column>\w+(?:\s+name)?)"
_WHOSE = r"\bwhose\s+(?P<column>\w+(?:\s+name)?)\s+"
_THE_LETTER = r"\s+the\s+letters?\s+(?P<letters>\w)\b"
_LETTERS: tuple[tuple[re.Pattern[str], Any], ...] = tuple(
    (re.compile(pattern, re.I), operator)
    for pattern, operator in (
        (
            r"\b(?:who|that|which)?\s*(?:have|has|having|with|contains?)\s+the\s+letters?\s+"
            rf"(?P<letters>\w\b(?:\s*(?:,|or)\s*\w\b)*)\s+{_IN_COLUMN}",
            "contains",
        ),
        (rf"{_WHOSE}(?:does|do|did)\s+not\s+contain(?:ing)?{_THE_LETTER}", "not contains"),
        (rf"{_WHOSE}(?:is\s+)?end(?:s|ing)?\s+with{_THE_LETTER}", "end"),
        (rf"{_WHOSE}(?:is\s+)?start(?:s|ing)?\s+with{_THE_LETTER}", "start"),
    )
)
_FILLER = frozenset(
    """corresponding correspond respectively each category categories result results information info those over
    who whose attribute attributes records record belong kind kinds well whole its their they versus comparison compare
    shows showing different various available associated existing following group groups across order among amount
    details name wise basis visualizing how many occurrences instances are using about instead
    pivot pivoted table cross tab crosstab tabulation""".split()
)
_SAYS_MORE = frozenset({"type", "title", "name", "id", "ids", "code"})
_STOPS = frozenset(
    {"value", "literal", "number", "date", "operator", "not", "missing", "present", "between", "top", "bottom", "first",
     "most", "fewest", "month", "weekday", "or", "colour", "document", "file", "judged", "superlative", "every"}
)  # fmt: skip


@dataclass
class _Parts:
    """What is drawn, as far as it has been read."""

    chart: str | None = None
    order: tuple[str, bool] | None = None
    bin: TimeBin | None = None
    measures: list[tuple[Function, ColumnCard | None]] = field(default_factory=list)
    groups: list[ColumnCard] = field(default_factory=list)
    columns: list[ColumnCard] = field(default_factory=list)
    counted: list[ColumnCard] = field(default_factory=list)
    counts: bool = False


def plan_chart(text: str, card: FrameCard) -> QueryPlan:
    """The plan of a question about a chart, or about a figure by groups.

    Args:
        text: The question.
        card: The frame that it is about.

    Raises:
        Abstained: It is not clear what is drawn against what, or something in it is not understood.
    """
    words = lexicon(card)
    parts = _Parts(counts=re.search(r"\b(?:numbers?|how many|counts?|amount)\b", text, re.I) is not None)
    plain, letters = _letters(_dated(_without_presentation(text, parts), words), words)
    found = [_meant(tag, words) for tag in tags(tokens(plain), words) if tag.kind != "stop"]
    filters, rest = read_conditions(found, words)
    _read(rest, words, parts)
    filters = (*letters, *filters)
    check_filters(filters)
    try:
        return _plan(parts, filters, words)
    except ValidationError as error:
        raise _lost("It is not clear what is to be drawn.") from error


def _lost(why: str) -> Abstained:
    return Abstained(why, NEXT_STEP)


def _without_presentation(text: str, parts: _Parts) -> str:
    """The question without its clauses about how the chart looks; what they ask for goes into ``parts``."""
    text = _POLITE.sub(" ", text.replace("’", "'"))
    for pattern in _ORDERS:
        found = pattern.search(text)
        if found:
            key = f"{found['key']} {found['after']}".strip().lower()
            parts.order = (
                key,
                found["direction"].lower().split()[-1] in {"desc", "descending", "low", "decreasing", "lowest"},
            )
            text = f"{text[: found.start()]} , {text[found.end() :]}"
            break
    kinds = {(m["kind"] or m["alone"]).lower().split()[-1] for m in _CHART.finditer(text)}
    kinds = {"bar" if kind == "histogram" else "scatter" if kind == "scatterplot" else kind for kind in kinds}
    if len(kinds) > 1:
        raise _lost("The question asks for more than one kind of chart.")
    parts.chart = kinds.pop() if kinds else "line" if _RUNS.search(text) else None
    text = _CHART.sub(" , ", text)
    binned = _BIN.search(text)
    if binned:
        unit = _BINS.get(binned["unit"].lower())
        if unit is None:
            raise _lost(f"It is not clear how to bin by {binned['unit']}.")
        parts.bin = unit
        text = f"{text[: binned.start()]} , {text[binned.end() :]}"
    text = _GROUP.sub(" , by ", text)
    text = _ABOUT.sub(" ", _SHOWN.sub(" ", text))
    text = re.sub(r"\b(?:in|by|with|as|using|on|through|via)\s+(?:an?|the)?\s*,", " , ", text)
    text = _AXIS_X.sub(" ", _AXIS_Y.sub(" ", text))
    for pattern, meant in _SYNONYMS:
        text = pattern.sub(meant, text)
    return re.sub(r"\s+", " ", text)


def _dated(text: str, words: Lexicon) -> str:
    """Reads ``hired before 2002-06-21`` as a condition on the date column that the verb belongs to."""

    def named(found: re.Match[str]) -> str:
        verb = stem(found["verb"].lower())
        times = [column for column in words.card.columns if is_time(column)]
        fitting = [c for c in times if any(len(part) > 2 and verb.startswith(part[:5]) for part in name_parts(c.sql))]
        chosen = fitting if len(fitting) == 1 else times if len(times) == 1 else []
        return f'where "{chosen[0].sql}" {found["when"]}' if chosen else found.group()

    return _DATED.sub(named, text)


def _letters(text: str, words: Lexicon) -> tuple[str, tuple[Filter, ...]]:
    """Conditions on the letters of a name: ``have the letters D or S in their first name``."""
    filters: list[Filter] = []
    for pattern, operator in _LETTERS:
        found = pattern.search(text)
        if found is None:
            continue
        named = [tag for tag in tags(tokens(found["column"]), words) if tag.kind == "column"]
        if not named:
            continue
        column = one_column(named[0], words)
        letters = re.findall(r"\b\w\b", found["letters"])
        values = tuple(f"%{letter}" if operator == "end" else f"{letter}%" for letter in letters)
        if operator in {"end", "start"}:
            filters.append(Filter(column=column.sql, operator="like", values=values[:1]))
        else:
            filters.append(Filter(column=column.sql, operator=operator, values=tuple(letters)))
        text = f"{text[: found.start()]} , {text[found.end() :]}"
    return text, tuple(filters)


def _meant(tag: Tag, words: Lexicon) -> Tag:
    """A word for what a row is, such as ``captains``, is no identifier of theirs; ``Total`` may be a column."""
    if tag.kind == "function" and tag.text.lower() in words.exact and tag.text[:1].isupper():
        return Tag("column", tag.text, (words.exact[tag.text.lower()],))
    if tag.kind != "column" or not tag.partial:
        return tag
    word = stem(tag.text.lower())
    own = {stem(part) for part in words.frame}
    bare = [name for name in tag.meaning if set(name_parts(name)[-1:]) & {"id", "key"} and len(name_parts(name)) == 2]
    if word in own or (len(tag.meaning) == 1 and bare and word in {stem(part) for part in name_parts(bare[0])[:1]}):
        return Tag("rows", tag.text)
    return tag


def _read(rest: list[Tag], words: Lexicon, parts: _Parts) -> None:
    """The measures with their columns, the groups, and the columns that belong to neither."""
    pending: Function | None = None
    waiting = marked = False  # a function waits for its column; a word such as "by" stands before
    for place, tag in enumerate(rest):
        if tag.kind == "function":
            if not (
                waiting and pending not in {None, "count"} and tag.meaning == "count"
            ):  # "average number of points"
                pending, waiting = cast(Function, tag.meaning), True
        elif tag.kind in {"by", "versus"} or (tag.kind == "operator" and tag.text.lower() == "over"):
            marked = tag.kind != "versus"
            waiting = _closed(pending, waiting, parts)
        elif tag.kind == "distinct":
            marked = marked or not waiting
        elif tag.kind == "time":
            _time(tag, rest, place, words, parts)
        elif tag.kind == "column":
            column = _column(tag, words, pending if waiting else None)
            if waiting and pending == "sum" and not is_number(column):
                if not parts.counts or _holds_figures(column):
                    raise _lost(f"{column.sql} holds no numbers to add up: its values are text.")
                pending = "count"
            if waiting and pending == "count":
                parts.counted.append(column)
                waiting = _closed(pending, True, parts)
            elif waiting and pending is not None:
                parts.measures.append((_fitting(pending, column), column))
                waiting = False
            elif marked:
                parts.groups.append(column)
                marked = False
            else:
                parts.columns.append(column)
        elif tag.kind in {"rows", "frame"}:
            waiting = _closed(pending, waiting, parts)
        elif tag.kind == "unknown":
            if waiting and pending == "sum" and not parts.counts:
                raise _lost(f"{words.card.name} has no column “{tag.text}” to add up.")
            if waiting and pending in {"count", "sum"}:  # "how many journalists": the noun names the rows
                waiting = _closed("count", True, parts)
            elif not (tag.text.lower() in _FILLER or _noun(tag.text) or _after_column(rest, place)):
                raise _lost(f"The offline planner cannot place “{tag.text}” in a question about {words.card.name}.")
        elif tag.kind in _STOPS:
            raise _lost(f"It is not clear what “{tag.text}” is to do here.")
    _closed(pending, waiting, parts)


def _holds_figures(column: ColumnCard) -> bool:
    """Whether a column's text is made of figures, such as ``$1,200`` or ``12 %``."""
    texts = [str(value) for value, _ in column.values]
    return bool(texts) and sum(re.search(r"\d", text) is not None for text in texts) * 2 > len(texts)


def _closed(pending: Function | None, waiting: bool, parts: _Parts) -> bool:
    if waiting and pending == "count" and ("count", None) not in parts.measures:
        parts.measures.append(("count", None))
    return False


def taken_for_rows(text: str, card: FrameCard) -> list[str]:
    """The words of a question that were read as a name for the rows, such as ``managers``.

    Args:
        text: The question.
        card: The frame that it is about.
    """
    words = lexicon(card)

    def unknown(some: str) -> list[str]:
        return [tag.text for tag in tags(tokens(some), words) if tag.kind == "unknown"]

    raw = set(unknown(text))  # where every word has its place there are none
    try:
        left = unknown(_without_presentation(text, _Parts())) if raw else []
    except Abstained:
        return []
    return list(dict.fromkeys(word for word in left if word in raw and word.lower() not in _FILLER | _SAYS_MORE))


def _noun(word: str) -> bool:
    """Whether a word looks like the name of things, of which there are several."""
    return word.isalpha() and word.islower() and len(word) > 4 and word.endswith("s") and not word.endswith("ss")


def _after_column(rest: list[Tag], place: int) -> bool:
    """``job title``, ``enrollment type``: a word that only says more of the column before it."""
    return place > 0 and rest[place - 1].kind == "column" and rest[place].text in _SAYS_MORE


def _time(tag: Tag, rest: list[Tag], place: int, words: Lexicon, parts: _Parts) -> None:
    times = [column for column in words.card.columns if is_time(column)]
    own = words.exact.get(tag.text.lower())
    if own is not None:
        parts.groups.append(words.column(own))
    elif len(times) == 1:
        parts.groups.append(times[0])
        parts.bin = cast(TimeBin, tag.meaning)
    else:
        raise _lost(f"It is not clear which column “{tag.text}” is of.")


def _column(tag: Tag, words: Lexicon, function: Function | None) -> ColumnCard:
    return one_column(tag, words, is_number if function not in {None, "count"} else None)


def _fitting(function: Function, column: ColumnCard) -> Function:
    if not is_number(column):
        raise _lost(f"{column.sql} holds no numbers to compute with.")
    return function


def _plan(parts: _Parts, filters: tuple[Filter, ...], words: Lexicon) -> QueryPlan:
    groups, columns = _unique(parts.groups), _unique(parts.columns)
    figures = list(dict.fromkeys((function, column.sql if column else None) for function, column in parts.measures))
    common: dict[str, Any] = {"frame": words.card.name, "filters": filters}
    if not figures:
        return _raw(parts, _unique([*columns, *groups]), common)
    if len(figures) == 2 and ("count", None) in figures:
        figures.remove(("count", None))
    if len(figures) > 1:
        raise _lost("A chart shows one figure at a time.")
    function, name = figures[0]
    if function == "count" and parts.chart is None and not groups:
        raise _lost("It is not clear what is to be counted by what.")
    if any(is_number(column) and column.sql != name for column in columns) and groups:
        raise _lost("A chart shows one figure at a time.")
    by = groups or columns
    by = [column for column in by if column.sql != name]
    if function == "count" and not by:
        by = _unique(parts.counted)
    by = _unique([*groups, *[c for c in columns if c.sql != name]]) if groups and len(columns) == 1 else by
    if not 1 <= len(by) <= 2 or (len(by) == 2 and not groups):
        raise _lost("It is not clear what the figure is to be grouped by.")
    if len(by) == 2 and parts.chart == "pie":
        raise _lost("A pie chart takes one group.")
    measure = Measure(function=function, column=name)
    dimensions = tuple(Dimension(column=c.sql, time=parts.bin if parts.bin and is_time(c) else None) for c in by)
    chart = "bar" if parts.chart == "scatter" else parts.chart
    return QueryPlan(
        **common,
        group_by=dimensions,
        measures=(measure,),
        order=_order(parts, dimensions[0], measure),
        chart=cast("ChartKind | None", chart if chart in {"bar", "line", "pie", None} else "bar"),
    )


def _order(parts: _Parts, group: Dimension, measure: Measure) -> tuple[Order, ...]:
    """Sorted by the figure where the clause speaks of it, of its axis or of numbers; else by the group."""
    if parts.order is None:
        return ()
    key, descending = parts.order
    figure = re.search(r"\by\b|y[- ]axis|number|total|amount|count|sum|average|mean|how many|min|max", key)
    if figure or (measure.column and measure.column.lower() in key.replace(" ", "_")):
        return (Order(column=measure.column, function=measure.function, descending=descending),)
    return (Order(column=group.column, descending=descending),)


def _raw(parts: _Parts, columns: list[ColumnCard], common: dict[str, Any]) -> QueryPlan:
    """A chart of two columns against each other, row by row, or of how often one column has each value."""
    if parts.chart is None or parts.bin:
        raise _lost("The question names no figure.")
    if len(columns) == 1 and parts.chart in {"bar", "pie"}:
        measure, group = Measure(function="count"), Dimension(column=columns[0].sql)
        order = _order(parts, group, measure)
        return QueryPlan(
            **common, group_by=(group,), measures=(measure,), order=order, chart=cast(ChartKind, parts.chart)
        )
    if len(columns) != 2 or parts.chart == "pie" or not any(is_number(column) for column in columns):
        raise _lost("It is not clear what is drawn against what.")
    across, up = columns
    if parts.chart == "line" and is_time(up) and not is_time(across):
        across, up = up, across
    if not is_number(up) and is_number(across):
        across, up = up, across
    return QueryPlan(**common, select=(across.sql, up.sql), chart=cast(ChartKind, parts.chart))


def _unique(columns: list[ColumnCard]) -> list[ColumnCard]:
    return list({column.sql: column for column in columns}.values())
