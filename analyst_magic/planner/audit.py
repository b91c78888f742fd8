"""The audit of a plan: each word that changes an answer has to have left its mark in the plan.

The grammar makes a plan of the words, and the audit reads the other way round: it knows nothing of rules, and looks
whether the plan has what the words of the question demand. *Not* demands a negation, *the lowest* an end that is
sorted upwards, *40* a 40, and the name of a column that column. So a reading that loses a word is no answer, whatever
the rule that lost it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from ..errors import Abstained
from ..language import message
from .figures import NEXT_STEP, stands_for_rows
from .lexicon import Lexicon
from .linking import Tag, tags, with_quoted_names
from .plan.schema import (
    AnyOf,
    Calculation,
    Derived,
    Dimension,
    Filter,
    Measure,
    Not,
    Order,
    Outlier,
    Period,
    QueryPlan,
    Related,
    Rows,
    Scalar,
    Window,
)
from .plan.sql import is_time
from .plan.words import name_parts
from .tokens import canonical, tokens
from .year_columns import is_year_column

_UPWARDS = frozenset({">", ">=", "between"})
_DOWNWARDS = frozenset({"<", "<=", "between"})
_NEGATIVE = frozenset({"!=", "not in", "not like", "not contains", "is null", "is not null"})
_NO = frozenset({False, "no", "n", "false", "off", "inactive"})
_END_FUNCTIONS = frozenset({"min", "max", "mode", "first", "last", "range", "quantile"})
_EXACT = frozenset({"mean", "median", "std", "variance", "correlation", "skewness", "kurtosis", "interquartile range"})
"""Functions that nothing else stands for."""


@dataclass(frozen=True)
class Marks:
    """What a plan holds, all its inner plans included."""

    plan: QueryPlan

    @cached_property
    def parts(self) -> tuple[BaseModel, ...]:
        """All parts of the plan."""
        return tuple(_parts(self.plan))

    def of(self, *kinds: type) -> list[Any]:
        """The parts of some types."""
        return [part for part in self.parts if isinstance(part, kinds)]

    @cached_property
    def functions(self) -> frozenset[str]:
        """The functions of figures, also of those along other rows."""
        return frozenset(part.function for part in self.of(Measure, Window))

    @cached_property
    def operators(self) -> frozenset[str]:
        """How columns are compared."""
        return frozenset(part.operator for part in self.of(Filter))

    @cached_property
    def scalars(self) -> tuple[Scalar, ...]:
        """All numbers and texts, also the names of columns."""
        return tuple(_scalars(self.plan))

    @cached_property
    def texts(self) -> frozenset[str]:
        """All texts."""
        return frozenset(value for value in self.scalars if isinstance(value, str))

    @cached_property
    def numbers(self) -> frozenset[float]:
        """All numbers."""
        return frozenset(float(v) for v in self.scalars if isinstance(v, int | float) and not isinstance(v, bool))

    @property
    def directions(self) -> frozenset[bool]:
        """Whether orders and ranks run down."""
        return frozenset(
            part.descending for part in self.of(Order, Window) if not isinstance(part, Window) or _ranks(part)
        )


def _ranks(window: Window) -> bool:
    return window.function in {"rank", "dense rank"}


def _parts(value: Any) -> Iterator[BaseModel]:
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from _parts(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _parts(one)


def _scalars(value: Any) -> Iterator[Scalar]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if name != "version":
                yield from _scalars(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _scalars(one)
    elif isinstance(value, bool | int | float | str):
        yield value


def audited(plan: QueryPlan, text: str, words: Lexicon) -> QueryPlan:
    """The plan, where every word that changes an answer has left its mark in it.

    Raises:
        Abstained: A word has not; it is named.
    """
    if plan.about is not None:
        return plan
    marks, found = Marks(plan), tags(tokens(with_quoted_names(text, words)), words)
    for place, tag in enumerate(found):
        demand = _DEMANDS.get(tag.kind)
        if demand is not None and not demand(_Place(tuple(found), place, words), marks):
            raise Abstained(message("It is not clear what “{tag}” is to do here.", tag=tag.text), NEXT_STEP)
    return plan


@dataclass(frozen=True, slots=True)
class _Place:
    """One tag of a question, with those around it."""

    tags: tuple[Tag, ...]
    place: int
    words: Lexicon

    @property
    def tag(self) -> Tag:
        return self.tags[self.place]

    @property
    def low(self) -> str:
        return self.tag.text.lower()

    def kind(self, step: int) -> str:
        """The kind of the tag so many places further, fillers counted."""
        there = self.place + step
        return self.tags[there].kind if 0 <= there < len(self.tags) else ""

    def has(self, *kinds: str) -> bool:
        """Whether the question has a tag of these kinds."""
        return any(tag.kind in kinds for tag in self.tags)


def _negated(at: _Place, marks: Marks) -> bool:
    """*Not*, *except*, *without*, *never*."""
    if marks.of(Not) or marks.operators & _NEGATIVE or any(part.none for part in marks.of(Related)):
        return True
    if any(part.which in {"no", "all"} for part in marks.of(Rows)) or at.kind(1) in {"operator", "number"}:
        return True
    return any(
        (part.operator == "=" and part.label == "none")
        or (part.operator == "=" and any((v.lower() if isinstance(v, str) else v) in _NO for v in part.values))
        for part in marks.of(Filter)
    )


def _ends(at: _Place, marks: Marks) -> bool:
    """*The highest*, *most*, *top*: an end of what is sorted, on the right side."""
    plan = marks.plan
    ends = bool(plan.qualify or marks.functions & _END_FUNCTIONS)
    ends = ends or any(part.limit for part in marks.of(QueryPlan)) or any(part.other for part in marks.of(Filter))
    if at.tag.kind in {"most", "fewest"} and at.kind(1) == "number":
        return True
    if not ends and not (plan.order and plan.group_by):
        return False
    alone = (
        sum(tag.kind in {"superlative", "most", "fewest", "top", "bottom", "direction", "judged"} for tag in at.tags)
        == 1
    )
    down = {"most": True, "top": True, "fewest": False, "bottom": False}.get(at.tag.kind)
    if at.tag.kind == "superlative" and at.low in _HIGH | _LOW:
        down = at.low in _HIGH
    if down is None or not alone or not marks.directions:
        return True
    return down in marks.directions


_HIGH = frozenset({"highest", "largest", "biggest", "greatest", "longest"})
_LOW = frozenset({"lowest", "smallest", "least", "shortest"})


def _computed(at: _Place, marks: Marks) -> bool:
    """*Average*, *median*, *share*: the function, or one that is made of it."""
    function = at.tag.meaning
    if at.kind(-1) == "number":
        return True  # 15 percent
    if function == "mean":
        quotient = any(part.operator == "/" for part in marks.of(Calculation))
        return any("mean" in name for name in marks.functions) or quotient
    if function == "median":
        return bool({"median", "quantile", "mean"} & marks.functions)
    if function in _EXACT:
        return (
            function in marks.functions
            or bool(marks.functions & {"slope", "intercept"})
            or marks.plan.chart == "scatter"
        )
    if function in {"min", "max"}:
        return bool(marks.functions & {"min", "max", "range", "running maximum"}) or _ends(at, marks)
    if function == "share":
        shares = {"share", "running share", "ratio", "mean"}
        return (
            bool(marks.functions & shares)
            or marks.plan.look.percent
            or marks.plan.chart == "pie"
            or bool(marks.of(Derived))
        )
    return True


def _grouped(at: _Place, marks: Marks) -> bool:
    """*Each*, *per*, *every*: groups, or a figure for one of several."""
    plan = marks.plan
    if at.kind(1) == "value":
        return True  # "titles by Karl Osei"
    if plan.source is not None and at.low == "per" and sum(tag.text.lower() == "per" for tag in at.tags) > 1:
        return False  # "loans per member per month": which of the two is averaged over is not said
    row = at.low == "per" and not plan.group_by and plan.source is None and "mean" in marks.functions
    if row and at.place + 1 < len(at.tags) and (canonical(at.tags[at.place + 1].text),) == at.words.frame:
        return True  # "average items per order" of orders
    if row and at.kind(1) == "column":
        return stands_for_rows(at.tags[at.place + 1], at.words)  # "average pages per visit", each row being one
    figures = plan.chart or marks.of(Measure, Window, Rows, Calculation) or plan.having or plan.qualify
    if plan.group_by and not figures and at.low in _EACH:
        return False  # "satisfaction above 3 by channel": groups alone are no figure of each
    if plan.chart or plan.each or plan.computed or plan.order or "ratio" in marks.functions:
        return True
    return bool(marks.of(Dimension) or marks.of(Derived)) or at.low not in _EACH - {"by"}


_EACH = frozenset({"by", "each", "per", "every", "for each", "for every"})


def _numbered(at: _Place, marks: Marks) -> bool:
    """A number is in the plan, as it is or in another unit."""
    value, after = at.tag.meaning, at.kind(1)
    if at.low == "one" or not isinstance(value, int | float):
        return True
    scaled = (
        any(sign in at.low for sign in "%km$")
        or after in {"unit", "time", "unknown", "quarter", "function"}
        or at.has("unit")
    )
    near = {float(value), value / 100, float(value - 1), float(value + 1), float(-value)}
    if marks.numbers & near or (scaled and marks.numbers):
        return True
    return any(at.low.replace(",", "") in text for text in marks.texts)


def _valued(at: _Place, marks: Marks) -> bool:
    """A value of the data is in the plan."""
    return any(value in marks.scalars or str(value) in marks.texts for _, value in at.tag.meaning)


def _columned(at: _Place, marks: Marks) -> bool:
    """A column that is named is in the plan; one that stands for the rows, or says what was done, need not be."""
    names = at.tag.meaning
    if any(name in marks.texts for name in names) or at.tag.partial or stands_for_rows(at.tag, at.words):
        return True
    columns = [at.words.column(name) for name in names]
    if any(is_time(column) for column in columns):
        return True
    rows = {*at.words.frame, *map(canonical, at.words.frame)}
    spoken_of = any({canonical(part) for part in name_parts(column.sql)} & rows for column in columns)
    return spoken_of or any(name in text for name in names for text in marks.texts)


_COMPARABLE = frozenset("number date month quarter relative today function value literal unknown".split())
"""What stands behind a comparison."""


def _compares(at: _Place, marks: Marks) -> bool:
    """*More than*, *at least*, *before*: a comparison, in that direction."""
    operator, plan = at.tag.meaning, marks.plan
    following = next((tag for tag in at.tags[at.place + 1 :] if tag.kind not in {"stop", "not"}), Tag("end", ""))
    if following.kind not in _COMPARABLE:  # "average delay over the carrier" in a chart; "projects over budget" is none
        return following.kind != "column" or at.low not in _BEYOND or _runs_over(following, at, marks)
    if operator in {"contains", "like"}:
        return bool(marks.operators & {"contains", "like", "not contains", "not like"})
    if plan.claim or plan.computed or marks.of(Period, Outlier) or at.has("not", "never"):
        return True
    if operator in {">", ">="}:
        return bool(marks.operators & _UPWARDS)
    if operator in {"<", "<="}:
        return bool(marks.operators & _DOWNWARDS)
    return bool(marks.operators) or bool(marks.of(Measure))


_BEYOND = frozenset({"over", "above", "under", "below"})


def _runs_over(tag: Tag, at: _Place, marks: Marks) -> bool:
    """Whether a column behind *over* is compared with, an axis of a chart, or when things happened."""
    columns = [at.words.column(name) for name in tag.meaning]
    timed = all(is_time(column) or is_year_column(column) for column in columns)
    return timed or marks.plan.chart is not None or bool(marks.operators) or at.has("chart")


def _different(at: _Place, marks: Marks) -> bool:
    """*Different*, *unique*: what is counted, or groups."""
    return "count distinct" in marks.functions or bool(marks.of(Dimension))


def _either(at: _Place, marks: Marks) -> bool:
    """*Or*: one of several conditions or values."""
    several = any(len(part.values) > 1 for part in marks.of(Filter))
    return (
        several
        or bool(marks.of(AnyOf, Not, Window))
        or marks.plan.claim is not None
        or bool(marks.operators & {">=", "<=", "is null", "is not null"})
    )


def _absent(at: _Place, marks: Marks) -> bool:
    """*Missing*, *known*: a condition on what is absent."""
    return bool(marks.operators & {"is null", "is not null"}) or bool(marks.of(Rows)) or _valued_text(at, marks)


def _valued_text(at: _Place, marks: Marks) -> bool:
    return at.low in {text.lower() for text in marks.texts}


def _restricted(at: _Place, marks: Marks) -> bool:
    """*Only*, *both*: a condition, or a limit."""
    return (
        bool(marks.of(Filter, Period, Rows, AnyOf, Outlier))
        or bool(marks.plan.limit)
        or "correlation" in marks.functions
    )


def _timed(at: _Place, marks: Marks) -> bool:
    """*Month*, *weekday*, *daily*: a group, a part or a stretch of time, or a number of such units."""
    if at.kind(-1) in {"number", "operator"} or marks.of(Period, Calculation):
        return True
    if any(part.time or part.width or part.edges for part in marks.of(Dimension)) or any(
        part.part for part in marks.of(Filter)
    ):
        return True
    unit = canonical(at.low.split()[-1])
    return any(unit in text.lower() for text in marks.texts) or _names_time(at, marks)


def _names_time(at: _Place, marks: Marks) -> bool:
    times = (c.sql for c in at.words.columns.values() if is_time(c) or is_year_column(c))
    return any(name in marks.texts for name in times)


def _summed(at: _Place, marks: Marks) -> bool:
    """*In total*, *altogether*: a total or a number."""
    added = {"sum", "count", "count distinct", "share", "running total"}
    return at.low not in {"in total", "altogether"} or bool(marks.functions & added) or marks.plan.claim is not None


def _compared(at: _Place, marks: Marks) -> bool:
    """*Versus*: two figures, two groups, or a chart of one column against another; not a single group."""
    plan = marks.plan
    single = {part.column for part in marks.of(Filter) if part.operator == "=" and not part.part}
    dimensions = marks.of(Dimension)
    if any(part.column in single for part in dimensions):
        return False  # "organic vs conventional" with the rows of one of them
    groups = dimensions
    return bool(groups) or len(plan.measures) > 1 or len(plan.select) > 1 or not plan.group_by


_DEMANDS: dict[str, Callable[[_Place, Marks], bool]] = {
    "not": _negated,
    "never": _negated,
    "superlative": _ends,
    "most": _ends,
    "fewest": _ends,
    "top": _ends,
    "bottom": _ends,
    "function": _computed,
    "by": _grouped,
    "number": _numbered,
    "value": _valued,
    "column": _columned,
    "operator": _compares,
    "distinct": _different,
    "or": _either,
    "missing": _absent,
    "only": _restricted,
    "both": _restricted,
    "time": _timed,
    "every": _timed,
    "versus": _compared,
    "stop": _summed,
}
"""What a tag of each kind demands of a plan."""
