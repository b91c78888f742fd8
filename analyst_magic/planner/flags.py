"""Rules for conditions on columns of yes and no: *where insured*, *returned orders*, *not active*."""

from __future__ import annotations

import re

from ..turn import ColumnCard
from .filters import is_a_year
from .lexicon import Lexicon
from .linking import Tag
from .parts import Groups, Where
from .plan.schema import Dimension, Filter, Scalar
from .plan.sql import is_time
from .rules import Grammar, Span
from .tokens import past_forms, stem

RULES = Grammar()
_YES: tuple[tuple[str, str], ...] = (("yes", "no"), ("y", "n"), ("true", "false"), ("t", "f"))
_NEXT = frozenset({"is", "operator", "between", "value", "not", "missing", "present", "number", "literal", "direction"})


def _is_compared(span: Span) -> bool:
    """Whether what follows is what the column is compared with; ``where returned in Oslo`` has another condition."""
    after = span.after
    place = after.kind == "value" and bool({"in", "at", "for", "on"} & set(after.lead.split()))
    if after.kind == "number" and {"in", "during"} & set(after.lead.split()) and is_a_year(after):
        return False  # "that converted in 2025"
    return after.kind in _NEXT and not (place and not any(name in span.own[-1].meaning for name, _ in after.meaning))


@RULES.rule("(where|only) not? column", cost=0.7)
def where_flag(span: Span) -> Where | None:
    """``where insured``, ``only active``, ``if not returned``."""
    if _is_compared(span):
        return None
    return where_true(span.own[-1], span.words, negated=bool(span.of("not")))


@RULES.rule("(is|not|is not) column", cost=0.7)
def is_flag(span: Span) -> Where | None:
    """``orders that were returned``, ``were not returned``, ``not insured``."""
    if _is_compared(span):
        return None
    negated = bool(span.of("not")) or span.own[0].text.lower() == "not"
    if span.own[0].text.lower() in {"no", "without"} and span.after.kind in {"rows", "frame"}:
        return None
    return where_true(span.own[-1], span.words, negated=negated)


@RULES.rule("column", cost=0.7)
def that_are(span: Span) -> Where | None:
    """``visits that converted``, ``students who passed``."""
    tag = span.own[0]
    if not {"that", "who"} & set(tag.lead.split()) or _is_compared(span):
        return None
    return where_true(tag, span.words, negated=False)


@RULES.rule("not? column", cost=0.7)
def flagged_rows(span: Span) -> Where | None:
    """``returned orders``, ``insured Ford cars``: an adjective before a value, a figure or what the rows are called."""
    if span.before.kind in {"by", "distinct", "and", "sort", "comma", "versus"} or span.after.kind not in _NOUNS:
        return None
    if span.after.kind == "unknown" and not span.after.text.lower().endswith("s"):
        return None
    if span.after.kind in {"value", "column"} and (span.after.lead or _is_of_flag(span)):
        return None
    found = where_said(span.own[-1], span.words, negated=len(span.own) > 1)
    return _none(found) if span.own[0].text.lower() in {"no", "without"} else found


def _none(found: Where | None) -> Where | None:
    """``no disputed invoices``: of those there is none, which says more than that a row is not so."""
    if found is None:
        return None
    none = [c.model_copy(update={"label": "none"}) for c in found.conditions if isinstance(c, Filter)]
    return Where(tuple(none), about=found.about)


@RULES.rule("column", cost=0.7)
def of_those(span: Span) -> Where | None:
    """``average age of smokers``, ``cost for smokers``: the plural of a column of yes and no."""
    tag = span.own[0]
    text = tag.text.lower()
    if not {"of", "for", "among"} & set(tag.lead.split()) or stem(text) == text or span.after.kind in _NEXT:
        return None
    return where_true(tag, span.words)


@RULES.rule("column", cost=0.7)
def rows_that_did(span: Span) -> Where | None:
    """``how many students passed``, ``share of trips on time by driver``."""
    tag = span.own[0]
    ends = span.after.kind in {"end", "by", "relative", "from"} and not span.after.lead
    is_participle = tag.text.lower().endswith("ed") or " " in tag.text
    if span.before.kind not in {"rows", "frame"} or not is_participle or not ends or tag.lead:
        return None
    return where_true(tag, span.words)


_NOUNS = frozenset({"rows", "frame", "unknown", "value", "column"})


def _is_of_flag(span: Span) -> bool:
    """Whether what stands behind the column of yes and no is one of its values, or another such column."""
    own, meaning = span.own[-1].meaning, span.after.meaning
    if span.after.kind == "value":
        return any(name in own for name, _ in meaning)
    return any(is_flag_column(name, span.words) for name in meaning)


@RULES.rule("column (versus|and|or) (not column|unknown)", cost=0.7)
def either_side(span: Span) -> Groups | None:
    """``solved vs unsolved``, ``readmitted and other``: a figure of those that are and of those that are not."""
    first, last = span.own[0], span.own[-1]
    opposite = last.meaning == first.meaning if last.kind == "column" else last.text.lower() in _OTHERS
    if not opposite or len(first.meaning) != 1 or not is_flag_column(first.meaning[0], span.words):
        return None
    return Groups((Dimension(column=first.meaning[0]),))


_OTHERS = frozenset({"other", "others", "rest"})


def where_true(tag: Tag, words: Lexicon, *, negated: bool = False) -> Where | None:
    """The condition that a column of yes and no is true, or false; None where it is no such column."""
    if len(tag.meaning) != 1:
        return None
    column = words.column(tag.meaning[0])
    values = truth(column)
    if values is None:
        return None
    return Where((Filter(column=column.sql, operator="=", values=(values[negated],)),), about=True)


def where_said(tag: Tag, words: Lexicon, *, negated: bool = False) -> Where | None:
    """The same, or that a column has the value of this name: *paid invoices* with ``paid_on`` and a status ``paid``."""
    found = words.values.get((tag.text.lower(),), [])
    if len(found) != 1:
        return where_true(tag, words, negated=negated)
    ((name, value),) = found
    return Where((Filter(column=name, operator="!=" if negated else "=", values=(value,)),), about=True)


def truth(column: ColumnCard) -> tuple[Scalar, Scalar] | None:
    """What a column writes for yes and for no; None where it is no column of yes and no."""
    if column.type == "boolean":
        return True, False
    known = [value for value, _ in column.values if isinstance(value, str)]
    if column.type in {"text", "category"} and 1 <= len(known) <= 2 and column.distinct == len(known):
        for yes, no in _YES:
            if {value.lower() for value in known} <= {yes, no}:
                written = {value.lower(): value for value in known}
                return written.get(yes, yes), written.get(no, no)
    return None


def says_yes_among_others(column: ColumnCard) -> str | None:
    """How a column of a few values writes yes, where it has a no and others, such as *unknown*, too."""
    known = {value.lower(): value for value, _ in column.values if isinstance(value, str)}
    if column.distinct != len(known) or not 2 < len(known) <= 5:
        return None
    return next((known[yes] for yes, no in _YES if yes in known and no in known), None)


def with_negated_flags(text: str, words: Lexicon) -> str:
    """The question with *unsolved* and *did not solve* as *not solved*, where a column of yes and no is called so."""

    def contrary(found: re.Match[str]) -> str:
        flag = _CONTRARIES.get(found[0].lower()) or found[1] or ""
        name = words.exact.get(flag.lower()) or words.done.get((flag.lower(),))
        known = words.called(found[0]) is not None or (found[0].lower(),) in words.values
        is_yes_or_when = name is not None and (is_flag_column(name, words) or is_time(words.column(name)))
        return f"not {flag}" if is_yes_or_when and not known else found[0]

    def undone(found: re.Match[str]) -> str:
        forms = past_forms(found["verb"])
        names = [words.exact[form] for form in forms if form in words.exact]
        flag = next((name for name in names if is_flag_column(name, words)), None)
        if flag is not None and found["did"]:
            return f'where not "{flag}"'
        dated = next((form for form in forms if (form,) in words.done), None)
        return f"not {dated}" if dated is not None else found[0]

    text = re.sub(rf"\b(?:(?:un|non-?)(\w{{4,}})|{'|'.join(_CONTRARIES)})\b", contrary, text, flags=re.IGNORECASE)
    return re.sub(r"\b(?:(?P<did>did|do|does)|have|has)\s+not\s+(?P<verb>\w{4,})\b", undone, text, flags=re.IGNORECASE)


_CONTRARIES = {
    "failed": "passed", "inactive": "active", "incomplete": "complete", "invalid": "valid", "absent": "present",
    "offline": "online", "disabled": "enabled",
}  # fmt: skip
"""Words for *not* what a column of yes and no is called."""


def is_flag_column(name: str, words: Lexicon) -> bool:
    """Whether a column holds yes and no."""
    return truth(words.column(name)) is not None
