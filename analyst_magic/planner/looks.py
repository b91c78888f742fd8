"""Rules for the form of an answer: charts, documents, and words that change nothing."""

from __future__ import annotations

from ..errors import Abstained
from ..language import message
from .column_choice import is_text, one_column
from .parts import Chart, Colour, Document, Filler, Looks, Seek, Versus
from .rules import Grammar, Span

RULES = Grammar()
_LOOKS = {
    "stacked": ("stacked", True), "grouped": ("stacked", False), "horizontal": ("horizontal", True),
    "vertical": ("horizontal", False),
}  # fmt: skip
_LOOSE = frozenset({"distribution", "trend", "relationship between", "relation between", "relationship", "change"})


@RULES.rule("(by|where|is)? chart+", cost=0.5)
def chart(span: Span) -> Chart:
    """``as a bar chart``, ``visualize them by a bar chart``, ``a pie chart about the distribution``."""
    named = [tag for tag in span.of("chart") if tag.meaning]
    firm = list(dict.fromkeys(tag.meaning for tag in named if tag.text.lower() not in _LOOSE))
    if len(firm) > 1:
        raise Abstained(
            message("The question asks for more than one kind of chart."), message("Ask for one at a time.")
        )
    if firm:
        return Chart(firm[0], compares=any(tag.text.lower() in {"compare", "comparing"} for tag in span.own))
    compares = any(tag.text.lower() in {"compare", "comparing"} for tag in span.of("chart"))
    return Chart(named[0].meaning if named else "", loose=True, compares=compares)


@RULES.rule("function", cost=1.2)
def proportion(span: Span) -> Chart | None:
    """``the proportion of the categories``: parts of a whole, as a pie shows them."""
    parts = span.own[0].text.lower().startswith("proportion") and span.after.kind != "value"
    return Chart("pie", loose=True) if parts else None


@RULES.rule("axis is?", cost=0.6)
def axis(span: Span) -> Filler | None:
    """``x axis region, y axis total sales``: what runs along is told by what it is."""
    charted = any(tag.kind == "chart" for tag in span.tags)
    return Filler(span.own[0].text) if charted and span.after.kind in {"column", "function", "by", "distinct"} else None


@RULES.rule("look")
def look(span: Span) -> Looks:
    """``stacked``, ``horizontal``, ``on a log scale`` (of the amounts, which run upwards)."""
    text = span.own[0].text.lower()
    return Looks((("log", ("y",)) if "log" in text else _LOOKS[text],))


@RULES.rule("where? (look axis|axis is? look)", cost=0.7)
def log_axis(span: Span) -> Looks | None:
    """``with a log x axis``, ``x axis logarithmic``."""
    text = span.of("look")[0].text.lower()
    return Looks((("log", (span.of("axis")[0].meaning,)),)) if "log" in text else None


@RULES.rule("file? document file?", cost=0.5)
def document(span: Span) -> Document:
    """``as an Excel file``."""
    return Document(span.of("document")[0].meaning)


@RULES.rule("colour by? column")
def colour(span: Span) -> Colour:
    """``coloured by species``."""
    return Colour(one_column(span.own[-1], span.words, is_text).sql)


@RULES.rule("versus", cost=0.5)
def versus(span: Span) -> Versus:
    """``against``, ``vs``."""
    return Versus(span.own[0].text)


@RULES.rule("(list|which)", cost=0.3)
def seek(span: Span) -> Seek:
    """``show``, ``which``."""
    return Seek(span.own[0].kind)


@RULES.rule("(to|by)", cost=0.3)
def to_show(span: Span) -> Filler | None:
    """``a bar graph to show``, ``by using``."""
    kinds = {"list", "sort", "chart"} if span.own[0].kind == "to" else {"list", "direction"}
    return Filler(span.own[0].text) if span.after.kind in kinds else None


@RULES.rule("(and|comma|is|where)", cost=0.2)
def filler(span: Span) -> Filler:
    """``and``, ``is``, ``with``: what they join tells the rest."""
    return Filler(span.own[0].text)
