"""Rules for conditions on groups and for questions about the data itself."""

from __future__ import annotations

from ..errors import Abstained
from .conditions import conditions_at
from .figures import COUNT, ROWS, measure
from .flags import truth
from .parts import About, Filler, Having, Offset, Or, SetOf, Where
from .plan.schema import Filter
from .rules import Grammar, Span

RULES = Grammar()


@RULES.rule("(from|to)? both (from|to)? value and (from|to)? value", cost=0.7)
def both(span: Span) -> SetOf | None:
    """``to both BOS and MIA``: each of the two, not one of them."""
    plain = [tag for tag in span.own if tag.kind != "both"]
    for length, found in conditions_at(plain, 0, span.words):
        if length == len(plain) and not isinstance(found, Abstained) and isinstance(found[0], Filter):
            return SetOf("both", found[0])
    return None


@RULES.rule("only (from|to)? column? value ((and|or)+ value)*", cost=0.7)
def only(span: Span) -> SetOf | None:
    """``only sold in East``: nowhere else."""
    plain = list(span.own[1:])
    for length, found in conditions_at(plain, 0, span.words):
        if length == len(plain) and not isinstance(found, Abstained) and isinstance(found[0], Filter):
            return SetOf("only", found[0])
    return None


@RULES.rule("never (verb|column)? (from|to)? column? value", cost=0.7)
def never(span: Span) -> SetOf | None:
    """``never fly to BOS``."""
    plain = [tag for tag in span.own[1:] if tag.kind != "verb" and (tag.text.lower(),) not in span.words.done]
    for length, found in conditions_at(plain, 0, span.words):
        if length == len(plain) and not isinstance(found, Abstained) and isinstance(found[0], Filter):
            return SetOf("never", found[0])
    return None


@RULES.rule("never verb? column", cost=0.7)
def never_so(span: Span) -> SetOf | None:
    """``customers who never returned anything``: none of their rows is so."""
    tag = span.own[-1]
    flag = truth(span.words.column(tag.meaning[0])) if len(tag.meaning) == 1 else None
    if flag is None or span.after.kind in {"value", "is", "operator"}:
        return None
    return SetOf("never", Filter(column=tag.meaning[0], operator="=", values=(flag[0],)))


@RULES.rule("(from|to)? value and (from|to)? value", cost=0.6)
def each_of_two(span: Span) -> SetOf | None:
    """``on Biscoe and on Torgersen``: a preposition before each of the two asks for both."""
    one, other = span.of("value")
    roles = [tag.kind for tag in span.of("from", "to")]
    shared = {"in", "on", "at"} & set(one.lead.split()[-2:]) & set(other.lead.split()[-2:])
    if not shared and not (len(roles) == 2 and roles[0] == roles[1]):
        return None
    for length, found in conditions_at(span.own, 0, span.words):
        if length == len(span.own) and not isinstance(found, Abstained) and isinstance(found[0], Filter):
            return SetOf("both", found[0])
    return None


@RULES.rule("sort", cost=0.5)
def ordered_something(span: Span) -> Filler | None:
    """``customers who ordered in the North``: no order of the answer."""
    goods = {"value", "from", "to", "number", "operator", "month", "both", "never", "only"}
    return Filler("ordered") if span.own[0].text.lower() == "ordered" and span.after.kind in goods else None


@RULES.rule("by (from|to)? column? value ((and|or|comma)+ value)+", cost=0.7)
def for_each_of(span: Span) -> Where | None:
    """``for each of Desk and Chair``: a figure of each."""
    plain = list(span.own[1:])
    for length, found in conditions_at(plain, 0, span.words):
        if length == len(plain) and not isinstance(found, Abstained):
            return Where(tuple(found), each=True)
    return None


@RULES.rule("only", cost=0.4)
def only_those(span: Span) -> Filler | None:
    """``only flights from JFK``: what follows says which."""
    if span.after.kind == "end" and span.before.kind in {"time", "weekend", "weekday", "value", "month", "quarter"}:
        return Filler("only")  # on weekdays only
    return Filler("only") if span.after.kind in ROWS | {"first", "number", "where", "month", "column", "date"} else None


@RULES.rule("or", cost=0.2)
def or_(span: Span) -> Or:
    """``dep_delay > 60 or arr_delay > 60``."""
    return Or()


@RULES.rule("where? operator number (rows|frame)", cost=0.8)
def having_rows(span: Span) -> Having:
    """``carriers with more than 1,000 flights``."""
    return Having(COUNT, span.of("operator")[0].meaning, span.of("number")[0].meaning)


@RULES.rule("where? function+ (column|rows|frame) is? operator number", cost=0.7)
def having_figure(span: Span) -> Having | None:
    """``regions with total sales above 100``."""
    function, operator, number = span.of("function")[0], span.of("operator")[0], span.of("number")[0]
    columns = span.of("column")
    stands_behind = bool(span.of("where")) or span.before.kind in {"column", "rows", "frame"}
    if "%" in number.text or not stands_behind or span.after.kind in {"column", "unit", "unknown"}:
        return None
    if columns:
        found = measure(function.meaning, function.text, columns[0], span.words)
    elif function.meaning == "count":
        found = COUNT
    else:
        return None
    return Having(found, operator.meaning, number.meaning)


@RULES.rule("ordinal", cost=0.3)
def ordinal(span: Span) -> Offset | None:
    """``the second highest``."""
    return Offset(span.own[0].meaning) if span.after.kind in {"superlative", "most", "fewest"} else None


@RULES.rule("quality", cost=0.8)
def quality(span: Span) -> About:
    """``missing values``, ``describe``, ``duplicate rows``."""
    return About(span.own[0].meaning)
