"""Rules for order: superlatives, *top 5*, *sorted by*, *highest first*, axes."""

from __future__ import annotations

from ..errors import Abstained
from ..language import message
from ..turn import ColumnCard
from .amounts import points_at, refuse_participle
from .asking import Ambiguous
from .column_choice import is_number, is_text, one_column, time_column
from .dates import has_years
from .figures import COUNT, ROWS, is_compound, measure, numbers_of_rows, refuse_numbering
from .filters import filter_of, is_a_year
from .flags import truth
from .lexicon import Lexicon
from .linking import Tag
from .parts import Common, Extreme, Key, Limit, RankBy, Rows, Sort, Where
from .plan.schema import Filter, Measure
from .plan.sql import is_time
from .plan.words import name_parts
from .request import is_key, is_plural
from .rules import Grammar, Span
from .tokens import canonical
from .value_conditions import column_of_value, value_of
from .year_columns import is_year_column

RULES = Grammar()
_BORN = frozenset(
    {
        "birth",
        "vintage",
        "born",
        "birthday",
        "dob",
        "installed",
        "commissioned",
        "manufactured",
        "built",
        "founded",
        "opened",
        "established",
        "completed",
        "launched",
    }
)
_KEY = "(function+ distinct? column|function (rows|frame|unknown)|function|column|rows|frame|axis|chart|time|unknown)"


@RULES.rule("(superlative|most|fewest) function (rows|frame|unknown)?", cost=0.9)
def most_of_rows(span: Span) -> Extreme | None:
    """``the highest number of flights``."""
    function = span.of("function")[0]
    if function.meaning not in {"count", "share"}:
        return None
    return Extreme(_high(span.own[0]), Measure(function=function.meaning), text=span.own[0].text)


@RULES.rule("(superlative|most|fewest) function distinct? column")
def highest_figure(span: Span) -> Extreme:
    """``the highest average departure delay``."""
    function, column = span.of("function")[0], span.of("column")[0]
    found = measure(function.meaning, function.text, column, span.words, bool(span.of("distinct")))
    return Extreme(_high(span.own[0]), found, text=span.own[0].text)


@RULES.rule("superlative column")
def highest_column(span: Span) -> Extreme | None:
    """``the highest dep_delay``, ``the longest distance``."""
    tag = span.own[1]
    if is_compound(span):
        return None
    high, hint = span.own[0].meaning
    if all(_is_row(span.words.column(name), hint, span.words) for name in tag.meaning):
        return _extreme(span, rows=tag)  # the tallest building, where each row is one
    if hint != "date" and all(is_time(span.words.column(name)) for name in tag.meaning):
        return _of_dated_rows(span, tag)
    if hint == "date" and not any(is_time(span.words.column(name)) for name in tag.meaning):
        return None  # the latest price is that of the latest row, not the highest
    _refuse_participle(span, tag)
    _refuse_other_figure(span, tag)
    if hint != "date":
        for name in tag.meaning:
            refuse_numbering(span.own[0].text, tag, span.words.column(name))
    return Extreme(high, tag=tag, hint=hint, rows=_who(span), text=span.own[0].text)


def _of_dated_rows(span: Span, tag: Tag) -> Extreme | None:
    """``longest run`` of ``runs`` with ``run_on``, ``oldest order date``; a date is not long, heavy or high."""
    high, hint = span.own[0].meaning
    if canonical(tag.text) in span.words.frame[-1:]:
        return _extreme(span, rows=tag)
    if hint == "age":
        return Extreme(not high, tag=tag, hint="date", rows=_who(span), text=span.own[0].text)
    return None if hint else Extreme(high, tag=tag, rows=_who(span), text=span.own[0].text)


def _refuse_other_figure(span: Span, tag: Tag) -> None:
    """Refuse ``most expensive bottle`` by the number of bottles, where there is a price.

    Raises:
        Ambiguous: The superlative speaks of one column, and the noun behind it is another.
    """
    high, hint = span.own[0].meaning
    others = [c.sql for c in span.words.card.columns if is_number(c) and points_at(hint, c)]
    if hint not in {"price", "salary", "age", "temperature"} or not others:
        return
    if any(name in others for name in tag.meaning) or len(tag.meaning) != 1:
        return
    end, said = "highest" if high else "lowest", f"{span.own[0].text} {tag.text}"
    raise Ambiguous(
        f"“{said}” could be of {others[0]}, or of {tag.meaning[0]}.",
        f"Say “{end} {others[0]}”, or “{end} {tag.meaning[0]}”.",
        word=said,
        choices=(f"{end} {others[0]}", f"{end} {tag.meaning[0]}"),
    )


@RULES.rule("superlative unknown", cost=4.0)
def highest_of_things(span: Span) -> tuple[Extreme, Rows] | None:
    """``the youngest person in Legal``: a noun for a row, which the answer says."""
    if span.own[1].text.lower() not in {"person", "one", "man", "woman", "film", "movie", "song", "player", "thing"}:
        return None
    return _extreme(span, rows=span.own[1]), Rows(span.own[1], assumed=True)


@RULES.rule("superlative frame column")
def highest_of_row(span: Span) -> Extreme | None:
    """``the highest order quantity``."""
    tag = span.own[2]
    high, hint = span.own[0].meaning
    _refuse_participle(span, tag)
    numbers = all(is_number(span.words.column(name)) for name in tag.meaning)
    return Extreme(high, tag=tag, hint=hint, text=span.own[0].text) if numbers and not tag.lead else None


def _refuse_participle(span: Span, tag: Tag) -> None:
    for name in tag.meaning:
        refuse_participle(span.own[0].text, span.own[0].meaning[1], span.words.column(name))


@RULES.rule("superlative", cost=1.2)
def highest(span: Span) -> Extreme:
    """``the tallest``, ``which is the cheapest``, ``the worst rated comedy``."""
    thing = span.after if span.after.kind == "value" and span.own[0].meaning[1] else None
    return _extreme(span, rows=thing)


def _extreme(span: Span, rows: Tag | None = None) -> Extreme:
    """The superlative of rows; the oldest have the earliest birthday."""
    high, hint = span.own[0].meaning
    text = span.own[0].text
    if rows is not None and text.lower() in {"highest", "lowest"}:
        hint = "height"
    if rows is not None and text.lower() in {"largest", "biggest", "smallest"}:
        hint = "area"
    if hint == "date":
        return Extreme(high, tag=_date(span.words, text), rows=rows or _who(span), text=text)
    own = {canonical(part) for column in span.words.card.columns for part in name_parts(column.sql)}
    if hint == "age" and "age" not in own:
        births = [
            c for c in span.words.card.columns if _BORN & {*name_parts(c.sql)} and (is_time(c) or is_year_column(c))
        ]
        if len(births) == 1:
            return Extreme(
                not high, tag=Tag("column", births[0].sql, (births[0].sql,)), rows=rows or _who(span), text=text
            )
    return Extreme(high, hint=hint, rows=rows, text=text)


def _date(words: Lexicon, text: str) -> Tag:
    """The date by which rows are the latest or the earliest.

    Raises:
        Abstained: The frame has no date, or several.
    """
    column = time_column(words, text)
    return Tag("column", column.sql, (column.sql,))


def _who(span: Span) -> Tag | None:
    """Whether the question asks who: then rows are meant, not the figure."""
    asked = any("who" in tag.lead.split() for tag in span.tags[: span.start + 1])
    asked = asked or [tag.kind for tag in span.tags[:2]] == ["which", "value"]  # which goalkeeper has the most caps
    return Tag("rows", "who") if asked else None


@RULES.rule("superlative (rows|frame)")
def highest_rows(span: Span) -> Extreme:
    """``the heaviest penguins``."""
    return _extreme(span, rows=span.own[1])


@RULES.rule("(most|fewest) (rows|frame)")
def most_rows(span: Span) -> Extreme:
    """``the most flights``."""
    return Extreme(_high(span.own[0]), COUNT, text=span.own[0].text)


@RULES.rule("(most|fewest) value (rows|frame)", cost=0.9)
def most_of_a_value(span: Span) -> tuple[Extreme, Where]:
    """``the most cancelled projects``: of the rows with that value."""
    value = span.own[1]
    column = column_of_value(value, span.words, "", ())
    which = Where((filter_of(column.sql, "=", value_of(column, value, span.words)),), about=True)
    return Extreme(_high(span.own[0]), COUNT, text=span.own[0].text), which


@RULES.rule("(most|fewest) column (rows|frame)", cost=0.9)
def most_flagged(span: Span) -> tuple[Extreme, Where] | None:
    """``the most cancelled bookings``: of the rows of which it is true."""
    names = span.own[1].meaning
    values = truth(span.words.column(names[0])) if len(names) == 1 else None
    if values is None:
        return None
    which = Where((Filter(column=names[0], operator="=", values=(values[0],)),), about=True)
    return Extreme(_high(span.own[0]), COUNT, text=span.own[0].text), which


@RULES.rule("(most|fewest) distinct? column", cost=1.1)
def most_of_column(span: Span) -> Extreme | Common:
    """``the most common destination``, ``the most destinations``."""
    word, tag = span.own[0].text.lower(), span.own[-1]
    if word.split()[-1] in {"common", "frequent", "often"}:
        return Common(one_column(tag, span.words), _high(span.own[0]))
    if not span.of("distinct") and all(is_number(span.words.column(name)) for name in tag.meaning):
        return _most_of_amount(span, tag)
    found = measure("count", word, tag, span.words, bool(span.of("distinct")))
    return Extreme(_high(span.own[0]), found, text=word)


def _most_of_amount(span: Span, tag: Tag) -> Extreme:
    """``the most caps``: of a row, or in total where what is picked has several rows.

    Raises:
        Ambiguous: It may be the number of rows: ``the most flights``, where ``flight`` holds each flight's number.
    """
    high, word = _high(span.own[0]), span.own[0].text
    numbered = numbers_of_rows(tag, span.words)
    if numbered:
        raise Ambiguous(
            f"“{word} {tag.text}” could be of the number of rows, or of the total of {numbered}.",
            f"Say “{word} rows”, or “highest total {numbered}”.",
            word=f"{word} {tag.text}",
            choices=(f"{word} rows", f"{'highest' if high else 'lowest'} total {numbered}"),
        )
    before = span.tags[: span.start]
    picked = [
        tag
        for tag, following in zip(before, span.tags[1 : span.start + 1], strict=True)
        if tag.kind in {"column", "time"} and following.kind not in {"value", "operator", "number", "literal"}
    ]
    row = next((tag for tag, asked in zip(before[1:], before, strict=False) if asked.kind == "which"), None)
    if row is not None and row.kind in ROWS:
        return Extreme(high, tag=tag, rows=row, text=word)
    named = picked[-1].meaning if picked and picked[-1].kind == "column" else ()
    several = picked and not any(is_key(span.words.column(name), span.words) for name in named)
    if several:
        return Extreme(high, measure("sum", word, tag, span.words), text=word)
    return Extreme(high, tag=tag, rows=_who(span), text=word)


def _is_row(column: ColumnCard, hint: str, words: Lexicon) -> bool:
    """Whether a column stands for the rows: each has a name or a number of its own, which is not what is compared."""
    compared = is_number(column) and (not hint or hint == "date" or points_at(hint, column))
    return is_key(column, words) and (is_text(column) or (column.type == "integer" and not compared))


@RULES.rule("(most|fewest)", cost=1.0)
def most(span: Span) -> Extreme:
    """``which product is the most common``; ``the most`` alone: of what is not said."""
    word = span.own[0].text
    if word.lower().split()[-1] in {"common", "frequent", "often"}:
        return Extreme(_high(span.own[0]), COUNT, text=word)
    raise Abstained(
        message("“{word}” of what? No column to compute it of is named.", word=word),
        message(
            "Name a column of {frame}: {columns}.",
            frame=span.words.card.name,
            columns=[c.sql for c in span.words.card.columns[:12]],
        ),
    )


def _high(tag: Tag) -> bool:
    return bool(tag.meaning[0]) if tag.kind == "superlative" else tag.kind == "most"


@RULES.rule("(top|bottom) number?", cost=0.8)
def top(span: Span) -> Limit | None:
    """``top 5``, ``bottom three``."""
    numbers = span.of("number")
    if numbers and (not is_count(numbers[0]) or _is_share(span)):
        return None
    return Limit(numbers[0].meaning if numbers else None, span.own[0].kind == "top")


def _is_share(span: Span) -> bool:
    """Whether the number is one of per cent: ``top 10 percent``."""
    return span.after.text.lower() in {"percent", "per cent", "percentage", "%"}


@RULES.rule("(first|which|list) number", cost=0.8)
def first(span: Span) -> Limit | tuple[Limit, Extreme] | None:
    """``first 10 rows``, ``which 5 destinations``, ``show 10 rows``."""
    number = span.own[-1]
    if (
        not is_count(number)
        or _is_share(span)
        or (span.own[0].kind == "list" and span.after.kind not in ROWS | {"superlative", "column"})
    ):
        return None
    if is_a_year(number) and has_years(span.words) and span.after.kind != "rows":
        return None
    if span.own[0].kind == "first" and (earliest := _earliest(span)) is not None:
        return Limit(number.meaning), earliest
    return Limit(number.meaning)


@RULES.rule("number", cost=0.9)
def many(span: Span) -> Limit | None:
    """``5 rows``, ``the 5 carriers with the highest ...``, ``the 3 heaviest penguins``."""
    number = span.own[0]
    if (
        not is_count(number)
        or _is_share(span)
        or (is_a_year(number) and has_years(span.words) and span.after.kind != "rows")
    ):
        return None
    if span.before.kind in {"operator", "between", "and", "column", "is", "month", "to"}:
        return None
    ranks = any(tag.kind in {"superlative", "most", "fewest"} for tag in span.tags)
    fits = (
        span.after.kind in {"superlative", "most"} or span.after.kind in ROWS or (ranks and span.after.kind == "column")
    )
    return Limit(number.meaning) if fits else None


@RULES.rule("relative number?", cost=0.8)
def last(span: Span) -> Limit | tuple[Limit, Extreme] | None:
    """``last 3 rows``: those at the end; ``last 3 orders``: the latest, where they have a date."""
    numbers = span.of("number")
    if span.own[0].text.lower().split()[-1] != "last" or span.after.kind not in ROWS:
        return None
    if numbers and not is_count(numbers[0]):
        return None
    count = numbers[0].meaning if numbers else _FEW if is_plural(span.after) else 1
    dated = any(is_time(column) for column in span.words.card.columns)
    if dated and canonical(span.after.text.lower()) not in _LINES:
        return Limit(count), Extreme(True, tag=_date(span.words, "last"), rows=span.after, text="last")
    return Limit(count, last=True)


_LINES = frozenset({"row", "record", "line", "observation"})
"""Nouns of rows as they stand, not of what happened."""
_FEW = 5
"""Rows of *the first rows* and *the head*, where no number is named."""


@RULES.rule("first", cost=0.9)
def head(span: Span) -> Limit | tuple[Limit, Extreme] | None:
    """``head of penguins``, ``the first rows``: five; ``the first order of each customer``: the earliest."""
    if span.own[0].text.lower() == "head":
        return Limit(_FEW)
    if span.after.kind not in ROWS:
        return None
    earliest = _earliest(span)
    grouped = any(tag.kind == "by" for tag in span.tags[span.end :])
    limit = Limit(_FEW if is_plural(span.after) and not grouped else 1)
    return limit if earliest is None else (limit, earliest)


def _earliest(span: Span) -> Extreme | None:
    """The earliest: the first row of what has a date, or the first ones of each of several groups."""
    grouped = any(tag.kind == "by" for tag in span.tags[span.end :])
    dated = any(is_time(column) for column in span.words.card.columns)
    alone = dated and not span.of("number") and canonical(span.after.text.lower()) not in _LINES
    if span.after.kind not in ROWS or not (grouped or alone):
        return None
    return Extreme(False, tag=_date(span.words, "first"), rows=span.after, text="first")


def is_count(tag: Tag) -> bool:
    """Whether a number can say how many."""
    return isinstance(tag.meaning, int) and tag.meaning > 0 and "%" not in tag.text and "$" not in tag.text


@RULES.rule("by (function|most|fewest) distinct? (column|rows|frame|unknown)?", cost=0.9)
def by_figure(span: Span) -> RankBy | None:
    """``top 5 destinations by number of flights``."""
    key = _key(span.own[1:], span.words)
    if key is not None and key.tag is not None:  # the number of a column's values; of returned orders, in another way
        flag = any(truth(span.words.column(name)) is not None for name in key.tag.meaning)
        return (
            None if flag else RankBy(measure("count", span.own[1].text, key.tag, span.words, bool(span.of("distinct"))))
        )
    return RankBy(key.measure) if key is not None and key.measure else None


@RULES.rule("by (rows|frame)", cost=1.2)
def by_rows(span: Span) -> RankBy | None:
    """``top 5 destinations by flights``."""
    return RankBy(COUNT) if span.own[0].text.lower() == "by" else None


@RULES.rule("by column", cost=0.8)
def by_column(span: Span) -> RankBy | None:
    """``top 10 flights by distance``."""
    cut = any(tag.kind in {"top", "bottom", "first", "superlative", "number"} for tag in span.tags)
    if span.own[0].text.lower() != "by" or not cut:
        return None
    numeric = all(is_number(span.words.column(name)) for name in span.own[1].meaning)
    return RankBy(tag=span.own[1]) if numeric else None


@RULES.rule(f"sort by? distinct? {_KEY} ((and|comma)+ by? {_KEY})* direction?", cost=0.8)
def sorted_by(span: Span) -> Sort | None:
    """``sorted by body mass and flipper length, highest first``, ``rank the y axis from high to low``."""
    return _sort(span, span.own[1:])


@RULES.rule(f"(sort|list) by? {_KEY} (and|comma)? direction", cost=0.7)
def shown_in_order(span: Span) -> Sort | None:
    """``show the x-axis in ascending order``, ``list names in desc order``."""
    return _sort(span, span.own[1:])


@RULES.rule(f"(sort|list)? (direction|judged) by {_KEY}", cost=0.7)
def in_order_of(span: Span) -> Sort | None:
    """``rank in ascending by the y-axis``."""
    if span.own[0].kind not in {"sort", "list"} and span.own[-1].kind in {"column", "time"} and (
        "asc" not in span.own[0].text.lower() and "desc" not in span.own[0].text.lower()
    ):  # fmt: skip
        return None  # "highest first by region": a group
    return _sort(span, [tag for tag in span.own if tag.kind not in {"sort", "list"}])


@RULES.rule("direction (function+ distinct? column|function (rows|frame|unknown)|axis)", cost=0.7)
def in_order_of_figure(span: Span) -> Sort | None:
    """``in ascending order of the number of apartments``."""
    return _sort(span, span.own)


@RULES.rule("(superlative|most|fewest) column first", cost=0.7)
def extreme_first(span: Span) -> Sort:
    """``most red cards first``: sorted by that column."""
    return Sort((Key(tag=span.own[1]),), _high(span.own[0]))


@RULES.rule("superlative (rows|frame) first", cost=0.7)
def newest_first(span: Span) -> tuple[Sort, Rows] | None:
    """``newest orders first``: rows sorted by their date."""
    high, hint = span.own[0].meaning
    return (Sort((Key(axis="time"),), high), Rows(span.own[1])) if hint == "date" else None


@RULES.rule("(sort|list)? (direction|judged)", cost=0.8)
def in_order(span: Span) -> Sort:
    """``highest first``, ``in descending order``, ``worst first``."""
    tag = span.own[-1]
    if tag.text.lower().split()[0] in {"newest", "latest", "oldest", "earliest"} or "recent" in tag.text.lower():
        return Sort((Key(axis="time"),), bool(tag.meaning))
    return Sort((Key(),), None if tag.kind == "judged" else tag.meaning, tag.meaning if tag.kind == "judged" else None)


def _sort(span: Span, tags: list[Tag] | tuple[Tag, ...]) -> Sort | None:
    directions = [tag.meaning for tag in tags if tag.kind == "direction"]
    judged = [tag.meaning for tag in tags if tag.kind == "judged"]
    keys: list[Key] = []
    own: list[Tag] = []
    for tag in [*tags, Tag("comma", "")]:
        if tag.kind in {"and", "comma", "direction", "by", "judged"}:
            if own:
                key = _key(own, span.words)
                if key is None:
                    return None
                keys.append(key)
            own = []
        else:
            own.append(tag)
    if not keys:
        return None
    return Sort(tuple(keys), directions[0] if directions else None, judged[0] if judged else None)


def _key(tags: list[Tag] | tuple[Tag, ...], words: Lexicon) -> Key | None:
    kinds = [tag.kind for tag in tags]
    if kinds == ["axis"]:
        return Key(axis=tags[0].meaning)
    if kinds == ["chart"]:
        return Key(axis="x") if tags[0].text.lower() in {"bar", "bars"} else None
    if kinds == ["column"]:
        return Key(tag=tags[0])
    if kinds == ["unknown"]:
        return Key(axis="x") if tags[0].text.lower() in {"name", "names"} else None
    if kinds == ["time"]:
        return Key(axis="x")
    if set(kinds) & {"rows", "frame"} and len(kinds) == 1:
        return Key(measure=COUNT)
    functions = [tag for tag in tags if tag.kind in {"function", "most", "fewest"}]
    columns = [tag for tag in tags if tag.kind == "column"]
    if not functions:
        return None
    function = "count" if functions[0].kind != "function" else functions[0].meaning
    if not columns:
        return Key(measure=COUNT) if function in {"count", "sum"} else Key(axis="y")
    if function == "count":
        return Key(measure=COUNT, tag=columns[0])
    return Key(measure=measure(function, functions[0].text, columns[0], words, "distinct" in kinds))
