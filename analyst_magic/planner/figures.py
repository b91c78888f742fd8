"""Rules for figures: functions with what they are of."""

from __future__ import annotations

from typing import cast

from ..errors import Abstained
from ..language import message
from ..turn import ColumnCard
from .asking import Ambiguous
from .column_choice import is_number, numbers_things, one_column, only_amount, tells_apart
from .filters import filter_of
from .flags import where_said, where_true
from .groups import dimension_at, whole_day
from .lexicon import Lexicon
from .linking import Tag
from .parts import Figure, Named, Nested, Rows, Where
from .plan.schema import Dimension, Function, Measure
from .plan.sql import is_time
from .plan.words import name_parts
from .request import is_key
from .rules import Grammar, Span
from .tokens import canonical, stem
from .value_conditions import column_of_value, value_of

RULES = Grammar()
NEXT_STEP = message("Rephrase with the names of columns, write SQL after “SQL:”, or configure a model.")
COUNT = Measure(function="count")
OF_TWO = {"correlation": "and", "ratio": "to"}
ROWS = frozenset({"rows", "frame"})
_NUMBERING = frozenset({"id", "key", "no", "number", "code", "nr"})
NO_ROWS = frozenset(
    "unit units point points dollar dollars euro euros cost costs expense expenses tax taxes discount discounts refund "
    "refunds profit profits sales hours minutes days weeks months quarters years percent".split()
)
"""Nouns of figures: that many of them are not that many rows."""


@RULES.rule("(function (and|comma)?)+ distinct? column ((and|comma)+ column)*")
def of_columns(span: Span) -> Figure | None:
    """``mean dep_delay, arr_delay and air_time``, ``maximum and minimum price``, ``number of different carriers``."""
    functions, columns = span.of("function"), span.of("column")
    distinct = bool(span.of("distinct"))
    if is_compound(span) or (not distinct and span.after.kind in ROWS and _says_which(columns[-1], span.words)):
        return None
    names = [tag.meaning for tag in functions]
    if any(name in OF_TWO for name in names):
        return None
    if len(names) > 1 and "count" in names:  # the average number of points, the total number of passengers
        names = [name for name in names if name != "count"] or ["count"]
        functions = [tag for tag in functions if tag.meaning in names][: len(names)]
        if len(names) == 1 and names != ["count"] and not all(_numbers(tag, span.words) for tag in columns):
            return None
    if names == ["share", "sum"] and not span.of("and", "comma"):
        functions, names = functions[:1], names[:1]  # the share of total quantity
    if len(names) == 2 and not span.of("and", "comma"):
        if names[0] != "sum":
            text = " ".join(tag.text for tag in functions)
            raise Abstained(
                message("“{text}”: of which numbers?", text=text),
                message("Say for what each number stands, such as “per month”."),
            )
        functions, names = functions[1:], names[1:]
    total = functions[0].text.lower().startswith("total") and names == ["count"]
    if total and _numbers(columns[0], span.words) and not stands_for_rows(columns[0], span.words):
        return Figure(tuple(measure("sum", functions[0].text, tag, span.words) for tag in columns))
    if names == ["count"] and not distinct and len(columns) == 1 and _amount_of_one(span, columns[0]):
        return Figure((measure("sum", "how many", columns[0], span.words),))
    found = [measure(tag.meaning, tag.text, column, span.words, distinct) for column in columns for tag in functions]
    several = len(columns[0].meaning) > 1
    counted = one_column(columns[0], span.words) if names == ["count"] and not several else None
    return Figure(tuple(dict.fromkeys(found)), counted, combined=functions[0].text.lower().startswith("combined"))


def is_compound(span: Span) -> bool:
    """Whether a column of numbers follows another without a word between them: *population density* may be a third."""
    after, last = span.after, span.own[-1]
    if after.kind != "column" or last.kind != "column" or after.lead:
        return False
    return all(is_number(span.words.column(name)) for tag in (last, after) for name in tag.meaning)


def _amount_of_one(span: Span, tag: Tag) -> bool:
    """Whether a total is meant: ``how many votes did Dev Patel get``, ``how many points in 2010``."""
    if not _numbers(tag, span.words) or span.own[0].text.lower() not in {"how many", "how much"}:
        return False
    does = {"did", "does", "do", "has", "have", "had"}
    rest = span.tags[span.end :]
    return any(does & set(t.lead.split()) for t in rest) and any(t.kind in {"value", "number", "month"} for t in rest)


@RULES.rule("function value column")
def of_rows_with_a_value(span: Span) -> tuple[Figure, Where] | None:
    """``total overdue amount``, ``mean mobile duration``: the value says of which rows."""
    function, value, column = span.own
    if value.lead or not _has_adjective(span):
        return None
    one = column_of_value(value, span.words, "", ())
    where = Where((filter_of(one.sql, "=", value_of(one, value, span.words)),))
    return Figure((measure(function.meaning, function.text, column, span.words),)), where


@RULES.rule("function column column")
def of_rows_with_a_flag(span: Span) -> tuple[Figure, Where] | None:
    """``average remote salary``, ``total paid amount``: a column of yes and no, or a status, says of which rows."""
    function, flag, column = span.own
    where = where_said(flag, span.words) if not flag.lead and _has_adjective(span) else None
    if where is None:
        return None
    return Figure((measure(function.meaning, function.text, column, span.words),)), where


@RULES.rule("function? column", cost=0.8)
def of_flagged_rows(span: Span) -> tuple[Figure, Where] | None:
    """``how many alarms``, ``alarms per sensor``, ``how many converted``: the rows where a yes stands."""
    tag = span.own[-1]
    text, counted = tag.text.lower(), len(span.own) > 1
    if counted and (span.own[0].meaning != "count" or span.after.kind in {*ROWS, "column", "value", "unknown"}):
        return None
    if not counted and (tag.lead or span.before.kind not in {"start", "list"}):
        return None  # "average age of smokers by ward"
    is_plural_noun = stem(text) != text and stem(text) in _words_of(tag, span.words)
    if not (is_plural_noun and (counted or span.after.kind == "by")) and not (
        counted and text.split()[0].endswith("ed")
    ):
        return None
    where = where_true(tag, span.words)
    return None if where is None else (Figure((COUNT,)), where)


def _words_of(tag: Tag, words: Lexicon) -> set[str]:
    """The words in the names of the columns that a tag stands for."""
    return {part for name in tag.meaning for part in name_parts(words.column(name).sql)}


def _has_adjective(span: Span) -> bool:
    """Whether the function is of the last word, a column of numbers, and the word between may say of which rows."""
    function, _, column = span.own
    if function.meaning in {*OF_TWO, "count", "share"} or column.lead or is_compound(span):
        return False
    return all(is_number(span.words.column(name)) for name in column.meaning)


@RULES.rule("column ((and|comma)+ column)* function", cost=1.3)
def after_columns(span: Span) -> Figure | None:
    """``dep_delay average``, ``price median``."""
    (function,) = span.of("function")
    if function.meaning in {*OF_TWO, "count", "share"} or function.text.lower().endswith((" of", " for")):
        return None
    if span.after.kind in {"column", "rows", "frame", "function", "distinct", "unknown"}:
        return None
    columns = span.of("column")
    if not all(_numbers(tag, span.words) for tag in columns):
        return None
    return Figure(tuple(measure(function.meaning, function.text, tag, span.words) for tag in columns))


@RULES.rule("(correlation|function) column (and|to|versus|comma) column", cost=0.8)
def of_two(span: Span) -> Figure | None:
    """``correlation between x and y``, ``ratio of x to y``."""
    function, (first, second) = span.own[0], span.of("column")
    if function.meaning not in OF_TWO:
        return None
    measures = [measure(function.meaning, function.text, tag, span.words) for tag in (first, second)]
    return Figure((Measure(function=function.meaning, column=measures[0].column, other=measures[1].column),))


@RULES.rule("function column", cost=1.0)
def of_one_of_two(span: Span) -> None:
    """``correlation of x`` alone cannot be meant."""
    function = span.own[0]
    if function.meaning in OF_TWO:
        measure(function.meaning, function.text, span.own[1], span.words)
        name = function.meaning
        raise Abstained(
            message("A {name} is of two columns of numbers.", name=name),
            message("Say “{name} of x {of_two} y”.", name=name, of_two=OF_TWO[name]),
        )


@RULES.rule("(function and?)+ distinct? (rows|frame)")
def of_rows(span: Span) -> Figure | None:
    """``number of flights``, ``share of rows``, ``total flights`` (which is their number)."""
    functions = {tag.meaning for tag in span.of("function")}
    if span.of("distinct"):
        raise Abstained(
            message("Rows are not compared for being different."),
            message("Say “number of different ...” with a column."),
        )
    if functions == {"share"}:
        return Figure((Measure(function="share"),))
    total = span.words.exact.get("total")
    if functions == {"sum"} and total is not None and is_number(span.words.column(total)):
        return Figure((Measure(function="sum", column=total),))  # the total medals, in a column of that name
    if functions == {"count", "share"}:
        return Figure((COUNT, Measure(function="share")))
    amount = only_amount(span.words)
    if amount is not None and len(span.of("function")) == 1:
        function = span.own[0]
        if functions == {"sum"}:
            rows = span.own[-1].text
            raise Ambiguous(
                message(
                    "“{function} {rows}” could be their number, or the total of {amount}.",
                    function=function.text,
                    rows=rows,
                    amount=amount.sql,
                ),
                message("Say “number of {rows}” or “total {amount}”.", rows=rows, amount=amount.sql),
                word=f"{function.text} {rows}",
                choices=(f"number of {rows}", f"total {amount.sql}"),
            )
        if functions <= {"mean", "median", "max", "min"}:
            return Figure((Measure(function=function.meaning, column=amount.sql),))  # the average donation
    return Figure((COUNT,)) if functions <= {"count", "sum"} else None


@RULES.rule("distinct (rows|frame)")
def different_rows(span: Span) -> None:
    """``unique flights``: rows are not compared."""
    raise Abstained(
        message("Rows are not compared for being different."), message("Say “number of different ...” with a column.")
    )


@RULES.rule("function", cost=0.5)
def combined(span: Span) -> Figure | None:
    """``points in 2010 and 2011 combined``: of both together."""
    return Figure((), combined=True) if span.own[0].text.lower() == "combined" and span.after.kind == "end" else None


@RULES.rule("function+", cost=1.5)
def alone(span: Span) -> Figure | None:
    """``count by species``, ``the total number for each region``."""
    functions = {tag.meaning for tag in span.own}
    if (
        functions != {"share"}
        and not _flag_follows(span)
        and span.after.kind in {"column", "distinct"}
        and span.own[-1].text.lower() not in {"total number", "total numbers"}
    ):
        return None  # the function is of what follows
    if functions == {"count"}:
        return Figure((COUNT,))
    if functions == {"share"}:
        return None if span.after.kind == "function" else Figure((Measure(function="share"),))
    if "count" in functions and functions <= {"count", "sum"}:
        return Figure((COUNT,))
    words = " ".join(tag.text for tag in span.own)
    if span.after.kind in {"unknown", "number", "value"}:
        raise Abstained(
            message(
                "{card} has no column “{after}” to compute the {words} of.",
                card=span.words.card.name,
                after=span.after.text,
                words=words,
            ),
            NEXT_STEP,
        )
    raise Abstained(
        message("“{words}” of what? No column to compute it of is named.", words=words),
        message(
            "Name a column of {frame}: {columns}.",
            frame=span.words.card.name,
            columns=[c.sql for c in span.words.card.columns[:12]],
        ),
    )


def _flag_follows(span: Span) -> bool:
    """``how many returned orders``: a column of yes and no, or a status, that says which rows."""
    following = span.tags[span.end : span.end + 2]
    if [tag.kind for tag in following] not in (["column", "rows"], ["column", "frame"]):
        return False
    return _says_which(following[0], span.words)


def _says_which(tag: Tag, words: Lexicon) -> bool:
    return where_said(tag, words) is not None


@RULES.rule("function+ unknown", cost=4.0)
def of_unknown_rows(span: Span) -> tuple[Figure, Rows] | None:
    """``how many journalists``: a noun that is no column names the rows, and the answer says so."""
    if {tag.meaning for tag in span.of("function")} != {"count"} or not is_noun(span.own[-1], span.words):
        return None
    return Figure((COUNT,)), Rows(span.own[-1], assumed=True)


@RULES.rule("function function (rows|frame)? (by (column time|time column|time|column))?", cost=0.9)
def figure_of_figures(span: Span) -> Nested | None:
    """``average number of flights per day``: a mean of the counts of the days."""
    outer, inner = span.of("function")
    if outer.meaning not in {"mean", "median", "max", "min", "std"} or inner.meaning != "count":
        return None
    if span.own[-1].kind in {"function", *ROWS}:
        raise Abstained(
            message("“{outer} {inner}”: of which numbers?", outer=outer.text, inner=inner.text),
            message("Say for what each number stands, such as “per day”."),
        )
    return Nested(outer.meaning, COUNT, units(span))


@RULES.rule("function function column (rows|frame)? by (column time|time column|time|column)", cost=0.9)
def figure_of_totals(span: Span) -> Nested | None:
    """``average total price per month``: a mean of the totals of the months."""
    outer, inner = span.of("function")[:2]
    if outer.meaning not in {"mean", "median", "max", "min", "std"}:
        return None
    of = next(tag for tag in span.own if tag.kind == "column")
    function = inner.meaning
    if function == "count" and _per_one(span) and _numbers(of, span.words) and not stands_for_rows(of, span.words):
        function = "sum"  # the average number of gold medals per nation
    if function not in {"sum", "mean", "median"}:
        return None
    return Nested(outer.meaning, measure(function, inner.text, of, span.words), units(span))


def _per_one(span: Span) -> bool:
    """Whether the figure is for one of several: *per nation*, *for each player*."""
    return any(tag.text.lower() in {"per", "for each", "for every", "each"} for tag in span.of("by"))


def units(span: Span) -> tuple[Dimension, ...]:
    """The dimension behind *per*."""
    place = max(i for i, tag in enumerate(span.tags[: span.end]) if tag.kind == "by") + 1
    dimension, _ = dimension_at(span.tags[: span.end], place, span.words)
    if dimension is None:
        raise Abstained(message("It is not clear for what each number stands."), message("Say for example “per day”."))
    return tuple(whole_day(span.tags[place], dimension, span.words))


def is_noun(tag: Tag, words: Lexicon) -> bool:
    """Whether a word looks like the name of things, of which there are several, and not of amounts."""
    return names_things(tag.text)


def names_things(word: str) -> bool:
    """Whether a word that is not known looks like a plural of things, not of amounts."""
    if word.lower() in {"people", "persons", "staff", "children"}:
        return True
    plural = word.isalpha() and word.islower() and len(word) > 3 and word.endswith("s") and not word.endswith("ss")
    return plural and word not in NO_ROWS


def _numbers(tag: Tag, words: Lexicon) -> bool:
    return any(is_number(words.column(name)) for name in tag.meaning)


def measure(function: str, text: str, tag: Tag, lexicon: Lexicon, distinct: bool = False) -> Measure:
    """A function of a column.

    Raises:
        Abstained: It could be several columns, or it cannot be computed of that one.
        Ambiguous: It may be the number of rows: ``average flights``, where ``flight`` holds each flight's number.
    """
    numbered = "" if distinct else numbers_of_rows(tag, lexicon)
    if numbered and function in {"sum", "mean", "median"}:
        raise _rows_or_numbers(function, text, tag, numbered)
    if function == "count":
        return _counted(text, tag, lexicon, distinct)
    _refuse_what_no_column_has(function, text, tag, lexicon, distinct)
    column = one_column(tag, lexicon, is_number)
    if not is_number(column) and not (function in {"min", "max"} and (is_time(column) or column.type == "duration")):
        kind = "text" if column.type in {"text", "category"} else f"of type {column.type}"
        raise Abstained(
            message(
                "“{text} {tag}” cannot be computed: {column} is {kind}.",
                text=text,
                tag=tag.text,
                column=column.sql,
                kind=kind,
            ),
            NEXT_STEP,
        )
    if function not in {"first", "last", "mode"}:
        refuse_numbering(text, tag, column)
    if function in {"sum", "mean", "median"} and numbers_rows(column, lexicon):
        raise says_which(f"{text} {tag.text}", column)
    return Measure(
        function=cast(Function, function), column=column.sql, other=column.sql if function in OF_TWO else None
    )


def _rows_or_numbers(function: str, text: str, tag: Tag, numbered: str) -> Ambiguous:
    """What to ask where a column numbers the rows that a noun names."""
    rows = "number of rows" if function == "sum" else f"{text} number of rows"
    return Ambiguous(
        message(
            "“{text} {tag}” could be the {rows}, or the {text_2} of {numbered}.",
            text=text,
            tag=tag.text,
            rows=rows,
            text_2=text,
            numbered=numbered,
        ),
        message("Say “{rows}” or “{text} {numbered}”.", rows=rows, text=text, numbered=numbered),
        word=f"{text} {tag.text}",
        choices=(rows, f"{text} {numbered}"),
    )


def _refuse_what_no_column_has(function: str, text: str, tag: Tag, lexicon: Lexicon, distinct: bool) -> None:
    """Abstain on units that no column is called by, on different figures, and on shares of texts."""
    if tag.partial and tag.text.lower() in {"unit", "units"}:
        raise Abstained(
            message("“{text} {tag}”: no column of that name holds them.", text=text, tag=tag.text),
            message("Name the column."),
        )
    if distinct:
        raise Abstained(
            message("It is not clear what is to be different."), message("Say “number of different ...” with a column.")
        )
    if function == "share" and not is_number(one_column(tag, lexicon, is_number)):
        raise Abstained(
            message("“{text} {tag}”: {tag_2} holds no numbers to share out.", text=text, tag=tag.text, tag_2=tag.text),
            message("Say “share of rows by ...”."),
        )


def numbers_rows(column: ColumnCard, lexicon: Lexicon) -> bool:
    """Whether a frame's first column is called as its rows are and counts them up: ``ticket``, from 1001 on."""
    if column.sql != lexicon.card.columns[0].sql or canonical(column.sql) not in lexicon.frame[-1:]:
        return False
    ends = column.minimum, column.maximum
    counted = all(isinstance(end, int) for end in ends) and ends[1] - ends[0] + 1 == lexicon.card.rows
    return column.type == "integer" and is_key(column, lexicon) and counted


def refuse_numbering(text: str, tag: Tag, column: ColumnCard) -> None:
    """Abstain where a figure would be of the numbers that tell rows apart: *average gift*, with ``gift_no``."""
    if tag.partial and numbers_things(column):
        raise says_which(f"{text} {tag.text}", column)


def says_which(said: str, column: ColumnCard) -> Abstained:
    """What to say of a figure of numbers that tell rows apart."""
    return Abstained(
        message("“{said}”: {column} says which one it is, not how much.", said=said, column=column.sql),
        message("Name the column of amounts."),
    )


def _counted(text: str, tag: Tag, lexicon: Lexicon, distinct: bool) -> Measure:
    if not distinct and stands_for_rows(tag, lexicon):
        return COUNT
    if not distinct and stem(tag.text.lower()) == "unit" and not tag.partial:
        return Measure(function="sum", column=one_column(tag, lexicon, is_number).sql)
    column = _identifier(tag, lexicon) or one_column(tag, lexicon, lambda c: not is_number(c))
    if not distinct and stem(tag.text.lower()) == "item" and "item" not in name_parts(column.sql):
        raise Abstained(
            message("“{text} {tag}”: pieces, rows, or different ones?", text=text, tag=tag.text),
            message("Name the column."),
        )
    if not distinct and column.type == "boolean":
        raise Abstained(
            message("It is not clear what “{text} {tag}” is to count.", text=text, tag=tag.text),
            message(
                "Say “number of different {column}”, or “where {column_2} is ...”.",
                column=column.sql,
                column_2=column.sql,
            ),
        )
    if distinct or not is_number(column) or column == _identifier(tag, lexicon):
        return Measure(function="count distinct", column=column.sql)
    counted = ("number of rows",) if numbers_of_rows(tag, lexicon) else ()
    raise Ambiguous(
        message(
            "“{text} {tag}” could be {detail}the total of {column}, or how many different ones there are.",
            text=text,
            tag=tag.text,
            detail="the number of rows, " if counted else "",
            column=column.sql,
        ),
        message("Say “total {column}” or “number of different {column_2}”.", column=column.sql, column_2=column.sql),
        word=f"{text} {tag.text}",
        choices=(*counted, f"total {tag.text}", f"number of different {tag.text}"),
    )


def _identifier(tag: Tag, words: Lexicon) -> ColumnCard | None:
    """The column that tells things apart which a plural names: ``customer_id`` for *customers*."""
    noun = canonical(tag.text)
    found = [words.column(name) for name in tag.meaning if noun != tag.text.lower()]
    named = [column for column in found if tells_apart(column)]
    return named[0] if len(named) == 1 else None


def numbers_of_rows(tag: Tag, words: Lexicon) -> str:
    """The column of whole numbers whose plural a question uses, as it may mean the rows: *flights* and ``flight``."""
    text = tag.text.lower()
    columns = [words.column(name) for name in tag.meaning if not tag.partial]
    plural = [c.sql for c in columns if c.type == "integer" and text != name_parts(c.sql)[-1] == stem(text)]
    return plural[0] if plural else ""


def stands_for_rows(tag: Tag, words: Lexicon) -> bool:
    """Whether a column's noun is that of the rows: it is different in each of them, or it is their identifier."""
    columns = [words.column(name) for name in tag.meaning]
    unique = any(c.distinct is not None and c.distinct == words.card.rows and not c.nulls for c in columns)
    amount = all(
        is_number(c) and not {"id", "key", "no", "number", "code", "nr"} & {*name_parts(c.sql)} for c in columns
    )
    return (unique and not amount) or names_rows(tag, words)


def _identifies(column: ColumnCard, words: Lexicon) -> bool:
    """Whether a column tells the rows apart: it numbers them, each with another number."""
    return numbers_things(column) and (column.distinct is None or column.distinct == words.card.rows)


def names_rows(tag: Tag, words: Lexicon) -> bool:
    """Whether a part of a column's name is the name of the rows: ``captains`` for ``captain_id``."""
    columns: list[ColumnCard] = [words.column(name) for name in tag.meaning]
    own = {stem(part) for part in words.frame if not _is_repeated(part, words)}
    whole = stem(tag.text.lower()) in own and "all" in tag.lead.split()
    return whole or (tag.partial and (stem(tag.text.lower()) in own or (any(
        _identifies(c, words) and len(name_parts(c.sql)) == 2 for c in columns
    ) and len(columns) == 1)))  # fmt: skip


def _is_repeated(part: str, words: Lexicon) -> bool:
    """Whether what a part of the frame's name names has several rows: an order of ``order_lines``, by ``order_id``."""
    last = words.frame[-1:] == (part,)
    ids = [
        c
        for c in words.card.columns
        if [*map(canonical, name_parts(c.sql))] in ([part, "id"], [part, "no"], [part, "number"])
    ]
    return not last and any(c.distinct is not None and c.distinct < words.card.rows for c in ids)


@RULES.rule("column", cost=1.5)
def bare(span: Span) -> Named:
    """``carrier``: what it is for is told by what stands around it."""
    tag = span.own[0]
    if "who" in tag.lead.split() and all(is_time(span.words.column(name)) for name in tag.meaning):
        raise Abstained(
            message("It is not clear who “{tag}”: no column is named.", tag=tag.text),
            message("Say for example “which customer ...”."),
        )
    return Named(span.own[0])


@RULES.rule("(from|to)? distinct column", cost=1.5)
def different(span: Span) -> Named:
    """``different carriers``."""
    return Named(span.own[-1], distinct=True)


@RULES.rule("(rows|frame)", cost=0.5)
def rows(span: Span) -> Rows:
    """``flights``, ``rows``."""
    return Rows(span.own[0])


@RULES.rule("by (rows|frame)", cost=0.8)
def each_row(span: Span) -> Rows | None:
    """``of every teacher``: the rows themselves."""
    words = set(span.own[0].text.lower().split())
    mean = "per" in words and span.before.kind == "column" and any(tag.meaning == "mean" for tag in span.tags)
    return Rows(span.own[1]) if mean or {"each", "every"} & words else None


@RULES.rule("by column", cost=0.7)
def each_identified_row(span: Span) -> Rows | None:
    """``average pages per visit``, where the rows have a ``visit_id``: a mean of the rows."""
    tag = span.own[1]
    mean = span.before.kind == "column" and any(other.meaning == "mean" for other in span.tags[: span.start])
    per = "per" in span.own[0].text.lower().split()
    keyed = all(span.words.column(name).distinct == span.words.card.rows for name in tag.meaning)
    return Rows(tag) if mean and per and keyed and stands_for_rows(tag, span.words) else None


@RULES.rule("column", cost=0.9)
def rows_by_identifier(span: Span) -> Rows | None:
    """``captains`` where the rows have a ``captain_id``; ``all aircrafts`` where each row is one."""
    tag = span.own[0]
    one_of_them = span.after.kind == "where" and span.before.kind == "start"  # "account with the highest fee"
    several = tag.text.lower().endswith("s")
    if not (several or one_of_them) or span.before.kind in {"by", "distinct", "which", "sort"}:
        return None
    whose = span.before.kind == "column" and "of" in tag.lead.split() and _one_each(tag, span.words)
    return Rows(tag) if whose or names_rows(tag, span.words) else None


def _one_each(tag: Tag, words: Lexicon) -> bool:
    """Whether a column of names has another one in each row."""
    columns = [words.column(name) for name in tag.meaning]
    return all(c.distinct == words.card.rows and not c.nulls and not is_number(c) for c in columns)


THINGS = frozenset(
    "film movie song album single book game match race player person people staff team title show item event".split()
)
"""Nouns of one row that need not be the frame's name: *which film*."""


def _has_names(words: Lexicon) -> bool:
    """Whether each row has a name of its own, so that it is one thing: a film, not a match of two teams."""
    columns = (column for column in words.card.columns if column.type in {"text", "category"})
    return any(column.distinct == words.card.rows and not column.nulls for column in columns)


@RULES.rule("unknown", cost=4.0)
def unknown_rows(span: Span) -> Rows | None:
    """``for all managers``, ``of managers``: a noun where the rows are named, which the answer says."""
    tag = span.own[0]
    lead = tag.lead.split()
    named = lead[-1:] == ["of"] or "all" in lead or "those" in lead or lead[-2:] == ["of", "the"]
    said_of = (
        bool(lead) and lead[-1] in {"for", "in", "on", "at", "during", "among"} and not {"all", "those"} & set(lead)
    )
    named = named or (span.before.kind in {"list", "which", "frame", "value"} and not said_of)
    named = named or (tag.text.lower() in {"people", "persons", "staff"} and span.before.kind in {"start", "not"})
    one = span.before.kind == "which" and tag.text.lower() in THINGS and _has_names(span.words)
    return Rows(tag, assumed=True) if one or (named and is_noun(tag, span.words)) else None
