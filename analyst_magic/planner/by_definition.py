"""Questions in the words of a team's definitions, read as questions about columns.

A metric over one dataset, ``SUM(quantity * unit_price)``, is a column that is computed for each row, of which the
question wants the total; a quotient of two totals is a ratio of two such columns; a field is such a column by itself; a
synonym or a label stands for its column's name. Relationships say how the columns of other datasets are reached.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from ..errors import Abstained
from ..language import message
from ..semantics.formula import Formula, FormulaError, field_formula, formula_of
from ..semantics.scope import card_of, columns_of
from ..turn import ColumnCard, Exchange, FrameCard, Question
from ..turn.definitions import DatasetDefinition, Definitions
from .following import Choose
from .plan.cards import measure_name
from .plan.joins import joined
from .plan.schema import Calculation, Derived, Filter, Join, Measure, Operand, QueryPlan
from .plan.schema import columns_of as columns_of_conditions
from .planning import plan_question
from .tokens import stem

_OPERATORS = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
_FIGURES = {
    exp.Sum: ("total", r"total|sum\s+of(?:\s+the)?|overall"),
    exp.Avg: ("average", r"average|mean|avg"),
    exp.Min: ("minimum", r"minimum|min|lowest|smallest"),
    exp.Max: ("maximum", r"maximum|max"),
    exp.Median: ("median", r"median"),
}
_TOTAL = _FIGURES[exp.Sum]
_OTHER_FIGURE = re.compile(
    r"\b(?:average|mean|avg|median|minimum|maximum|min|max|sum|total)\s+(?:of\s+)?(?:the\s+)?$", re.I
)
_RUNNING = re.compile(r"\b(?:running|cumulative|moving|rolling)\s+(?:\w+\s+)?(?:of\s+)?(?:the\s+)?$", re.I)
MAX_JOINED = 8


@dataclass(frozen=True, slots=True)
class DefinedQuestion:
    """A question in the names of columns, the cards with the columns that it may name, and how those are computed.

    Attributes:
        question, before: What is asked and was asked before, as questions about columns.
        frames: The cards, with a column for each metric and computed field that a question names.
        columns: How each of these is computed, by its name.
        totals: The columns of which a metric is a figure.
        ratios: For a metric that is a quotient of totals, the columns of which they are, by the name of its column.
        remarks: Where each is defined, by its name.
        definitions: All that is defined.
        joined: The columns that are computed from several datasets.
    """

    question: Question
    before: tuple[Exchange, ...]
    frames: tuple[FrameCard, ...]
    columns: dict[str, Derived]
    totals: frozenset[str]
    ratios: dict[str, tuple[str, str]]
    remarks: dict[str, str]
    definitions: Definitions
    joined: frozenset[str] = frozenset()

    def plan(self, plan: QueryPlan) -> QueryPlan:
        """A plan that names columns of definitions, with how they are computed.

        Raises:
            Abstained: It wants something of a quotient that is none.
        """
        totals = [name for name in columns_of_conditions(plan.filters) if name in self.totals]
        if totals:
            raise Abstained(
                message("{totals} is a total, and no row has it.", totals=totals[0]),
                message("Ask for example for the groups with {totals} over a sum.", totals=totals[0]),
            )
        return _with_columns(_with_ratios(plan, self.ratios), self.columns)

    def card(self, card: FrameCard) -> FrameCard:
        """A card without the columns of definitions, which a plan computes."""
        return replace(card, columns=tuple(c for c in card.columns if c.sql not in self.columns))

    def remarks_on(self, plan: QueryPlan) -> list[str]:
        """Where the definitions of a plan stand."""
        named = {*(d.name for d in _derived(plan)), *(m.name for m in plan.measures)}
        return [text for name, text in self.remarks.items() if name in named]

    def choosing(self, choose: Choose, today: str) -> Choose:
        """What chooses a plan: as ``choose`` does, else over the datasets that relationships join.

        Args:
            choose: Chooses the plan of a question over some cards.
            today: The date as ISO text.
        """

        def chosen(question: Question, frames: tuple[FrameCard, ...]) -> tuple[QueryPlan, FrameCard]:
            try:
                plan, card = choose(question, frames)
            except Abstained:
                found = list(self._over_relationships(question, frames, today))
                if len(found) != 1:
                    raise
                return found[0]
            further = list(self._over_relationships(question, frames, today))
            if self.joined & set(plan.columns):
                if not further:
                    raise Abstained(
                        message(
                            "{joined} is computed from several datasets, which cannot be joined for this question.",
                            joined=min(self.joined & set(plan.columns)),
                        ),
                        message("Ask for it by a column of them."),
                    )
                return max(further, key=lambda known: _names_said(known[0], question.text))
            return max([(plan, card), *further], key=lambda known: _names_said(known[0], question.text))

        return chosen

    def _computed_from(self, plan: QueryPlan) -> set[str]:
        """The columns that a plan names, and those from which columns of definitions among them are computed."""
        waiting = [*plan.columns, *(plan.source.columns if plan.source is not None else ())]
        found = set[str]()
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.ratios.get(name, ())
                waiting += _operands(self.columns[name].value) if name in self.columns else ()
        return found

    def _over_relationships(
        self, question: Question, frames: tuple[FrameCard, ...], today: str
    ) -> Iterator[tuple[QueryPlan, FrameCard]]:
        for dataset in self.definitions.datasets:
            card = card_of(dataset, frames)
            if card is None:
                continue
            whole, joins = _reached(dataset, card, frames, self.definitions)
            if not joins:
                continue
            whole = _with_defined_times(whole, self.definitions, question.text)
            with contextlib.suppress(Abstained):
                plan = plan_question(question, whole, today)
                used = _used(self._computed_from(plan), joins)
                if used:
                    yield plan.model_copy(update={"joins": used}), whole


def apply_definitions(
    question: Question, before: Sequence[Exchange], frames: tuple[FrameCard, ...], definitions: Definitions
) -> DefinedQuestion:
    """A question, and those before it, with the words of definitions as names of columns.

    Args:
        question: As it is asked.
        before: The questions before it.
        frames: The cards of the frames that they may be about.
        definitions: What is defined.

    Raises:
        Abstained: It wants another figure of a metric than the one that it is, or one that a plan cannot compute.
    """
    reader = _Reader(definitions, {card.name: card for card in frames})
    earlier = []
    for exchange in before:
        try:
            earlier.append(replace(exchange, question=reader.read(exchange.question)))
        except Abstained:
            earlier.append(exchange)
    read = replace(question, text=reader.read(question.text))
    cards = tuple(reader.cards.values())
    totals = frozenset(reader.totals)
    return DefinedQuestion(
        read,
        tuple(earlier),
        cards,
        reader.columns,
        totals,
        reader.ratios,
        reader.remarks,
        definitions,
        frozenset(reader.joined),
    )


class _Reader:
    """Reads texts in the words of definitions; its cards get the columns that the texts name.

    Args:
        definitions: What is defined.
        cards: The cards by the frames' names.

    Attributes:
        cards, columns, totals, ratios, remarks, joined: As in ``DefinedQuestion``.
    """

    def __init__(self, definitions: Definitions, cards: dict[str, FrameCard]) -> None:
        self._definitions, self.cards = definitions, cards
        self._known = columns_of(definitions, tuple(cards.values()))
        self.columns: dict[str, Derived] = {}
        self.totals: set[str] = set()
        self.ratios: dict[str, tuple[str, str]] = {}
        self.remarks: dict[str, str] = {}
        self.joined: set[str] = set()

    def read(self, text: str) -> str:
        """A text with the names of columns.

        Raises:
            Abstained: As ``apply_definitions`` does.
        """
        for name, words in _metrics(self._definitions):
            if (found := _spoken(text, words)) is not None:
                text = self._metric(text, name, found)
        for dataset in self._definitions.datasets:
            if (card := card_of(dataset, self.cards.values())) is not None:
                text = self._fields(text, dataset, card.name)
        return text

    def _metric(self, text: str, name: str, found: re.Match[str]) -> str:
        metric = self._definitions.metric(name)
        try:
            formula = formula_of(metric, self._definitions, self._known) if metric is not None else None
        except FormulaError:
            return text
        if formula is None or not {d.casefold() for d in formula.datasets} <= set(self._known):
            return text
        made = self._column(formula, name) or self._ratio(formula, name)
        if made is None:
            raise Abstained(
                message(
                    "{name} is {formula}, which the offline planner cannot compute by groups.",
                    name=name,
                    formula=formula.sql(),
                ),
                message("Write SQL with MEASURE({name}), or configure a model.", name=name),
            )
        called, (figure, pattern) = made
        if called in self.columns:
            self.totals.add(called)
            self.remarks[called] = self._remark(formula, "metric", name, name)
        return _named(text, found, called, figure, pattern)

    def _column(self, formula: Formula, name: str) -> tuple[str, tuple[str, str]] | None:
        """The column of which a metric is one figure, and that figure; None where it is not such a one."""
        tree = formula.tree
        if type(tree) not in _FIGURES:
            return None
        card = self._card(formula)
        value = _operand(tree.this)
        if card is None or value is None:
            return None
        several = len(formula.datasets) > 1
        if isinstance(value, str) and not several:
            return value, _FIGURES[type(tree)]
        called = self._add(card, name, value)
        self.joined |= {called} if several else set()
        return called, _FIGURES[type(tree)]

    def _ratio(self, formula: Formula, name: str) -> tuple[str, tuple[str, str]] | None:
        """The column that stands for a quotient of two totals; None where the metric is none."""
        found = _quotient(formula.tree)
        card = self._card(formula)
        if found is None or card is None:
            return None
        above, below, factor = found
        several = len(formula.datasets) > 1
        if several and not all(self._of_each_row(side, card) for side in (above, below)):
            return None  # a total over the rows of another dataset would count them several times
        top, bottom = (_summed(side, self.cards[card]) for side in (above, below))
        if top is None or bottom is None:
            return None
        top = Calculation(operator="*", left=top, right=factor) if factor != 1 else top
        columns = []
        for side, ending in ((top, "above"), (bottom, "below")):
            columns.append(side if isinstance(side, str) else self._add(card, f"{name}_{ending}", side))
        called = self._add(card, name, columns[0])
        self.ratios[called] = (columns[0], columns[1])
        self.joined |= {called, *columns} if several else set()
        return called, _TOTAL

    def _of_each_row(self, side: exp.Expression, card: str) -> bool:
        """Whether a total of a quotient is one over the rows of a frame, of values that each of them has."""
        sources = [self._source(column.table) for column in side.find_all(exp.Column)]
        return isinstance(side, exp.Sum) and card in sources

    def _card(self, formula: Formula) -> str | None:
        """The frame that a formula is computed from: of several that whose rows each belong to one of the others."""
        for name in sorted(formula.datasets):
            dataset = self._definitions.dataset(name)
            card = card_of(dataset, self.cards.values()) if dataset is not None else None
            if dataset is None or card is None:
                continue
            _, joins = _reached(dataset, card, tuple(self.cards.values()), self._definitions)
            brought = {join.frame: {column.casefold() for column in join.brings} for join in joins}
            if all(
                of == name or column.casefold() in brought.get(self._source(of), ()) for of, column in formula.columns
            ):
                return card.name
        return None

    def _source(self, dataset: str) -> str:
        known = self._definitions.dataset(dataset)
        card = card_of(known, self.cards.values()) if known is not None else None
        return card.name if card is not None else ""

    def _add(self, frame: str, name: str, value: Operand) -> str:
        """Give a card a column for a formula, and return the column's name."""
        card = self.cards[frame]
        own = {column.sql.casefold() for column in card.columns if column.sql not in self.columns}
        called = f"{name}_as_defined" if name.casefold() in own else name
        if called not in self.columns:
            self.columns[called] = Derived(name=called, value=value)
            column = ColumnCard(called, called, called, "float", rows=card.rows)
            self.cards[frame] = replace(card, columns=(*card.columns, column))
        return called

    def _fields(self, text: str, dataset: DatasetDefinition, frame: str) -> str:
        """A text with fields by the names of their columns."""
        taken = {column.sql.casefold() for column in self.cards[frame].columns}
        for field in sorted(dataset.fields, key=lambda field: -max(map(len, (field.name, *field.synonyms)))):
            words = tuple(filter(None, (field.name, field.label, *field.synonyms)))
            found = _spoken(text, words)
            if found is None or found[0].casefold() in taken:
                continue
            try:
                formula = field_formula(dataset, field.name, self._definitions, self._known)
            except FormulaError:
                continue
            value = _operand(formula.tree)
            if value is None or formula.datasets - {dataset.name}:
                continue
            called = value if isinstance(value, str) else self._add(frame, field.name, value)
            text = f'{text[: found.start()]}"{called}"{text[found.end() :]}'
            if called in self.columns:
                self.remarks[called] = self._remark(formula, "field", f"{dataset.name}.{field.name}", field.name)
        return text

    def _remark(self, formula: Formula, kind: str, name: str, called: str) -> str:
        place = self._definitions.place(kind, name)
        defined = f"{place} defines it" if place else "it is defined"
        return f"{called} is {formula.sql(names=dict.fromkeys(formula.datasets, ''))}, as {defined}."


def _metrics(definitions: Definitions) -> list[tuple[str, tuple[str, ...]]]:
    """The metrics with the words for each, those with the longest words first."""
    named = [(metric.name, (metric.name, *metric.synonyms)) for metric in definitions.metrics]
    return sorted(named, key=lambda entry: -max(map(len, entry[1])))


def _spoken(text: str, words: Sequence[str]) -> re.Match[str] | None:
    """Where one of some words stands in a text, the longest first; not inside quotes."""
    for word in sorted(words, key=len, reverse=True):
        pattern = r"[\s_]+".join(map(re.escape, re.split(r"[\s_]+", word.strip())))
        found = re.search(rf"(?<![\w\"“'.@]){pattern}(?:s|es)?(?![\w\"”'.]\w?)", text, re.I)
        if found is not None:
            return found
    return None


def _quotient(tree: exp.Expression, factor: float = 1) -> tuple[exp.Expression, exp.Expression, float] | None:
    """The two sides of a quotient and what it is multiplied by: ``100.0 * SUM(a) / NULLIF(SUM(b), 0)``."""
    tree = tree.unnest()
    if isinstance(tree, exp.Mul):
        for number, rest in ((tree.left.unnest(), tree.right), (tree.right.unnest(), tree.left)):
            if isinstance(number, exp.Literal) and not number.is_string:
                return _quotient(rest, factor * float(number.this))
        return None
    if not isinstance(tree, exp.Div):
        return None
    above, below = tree.left.unnest(), tree.right.unnest()
    if isinstance(above, exp.Mul):
        for number, rest in ((above.left.unnest(), above.right), (above.right.unnest(), above.left)):
            if isinstance(number, exp.Literal) and not number.is_string:
                above, factor = rest.unnest(), factor * float(number.this)
                break
    below = below.this.unnest() if isinstance(below, exp.Nullif) else below
    return above, below, factor


def _summed(tree: exp.Expression, card: FrameCard) -> Operand | None:
    """What is added up in a total or a count; None where it is neither."""
    if isinstance(tree, exp.Sum):
        return _operand(tree.this)
    if isinstance(tree, exp.Add | exp.Sub):
        return _summed_together(tree, card)
    if isinstance(tree, exp.Count) and isinstance(tree.this, exp.Star):
        return 1
    if isinstance(tree, exp.Count) and isinstance(tree.this, exp.Distinct) and len(tree.this.expressions) == 1:
        column = tree.this.expressions[0]
        known = {c.sql.casefold(): c for c in card.columns}
        if isinstance(column, exp.Column) and known[column.name.casefold()].unique:
            return 1  # each row has its own
    return None


def _summed_together(tree: exp.Add | exp.Sub, card: FrameCard) -> Operand | None:
    """What is added up in ``SUM(a) - SUM(b)``, which is ``SUM(a - b)`` where no value is missing."""
    sides = [tree.left.unnest(), tree.right.unnest()]
    known = {column.sql.casefold(): column for column in card.columns}
    columns = [known.get(column.name.casefold()) for column in tree.find_all(exp.Column)]
    if not all(isinstance(side, exp.Sum) for side in sides) or any(c is None or c.nulls != 0 for c in columns):
        return None
    left, right = (_operand(side.this) for side in sides)
    if left is None or right is None:
        return None
    return Calculation(operator="+" if isinstance(tree, exp.Add) else "-", left=left, right=right)


def _operand(tree: exp.Expression) -> Operand | None:
    """A formula for each row as a plan has it; None where it has none for it."""
    if isinstance(tree, exp.Paren):
        return _operand(tree.this)
    if isinstance(tree, exp.Column):
        return str(tree.name)
    if isinstance(tree, exp.Literal) and not tree.is_string:
        number = float(tree.this)
        return int(number) if number.is_integer() else number
    if isinstance(tree, exp.Neg):
        inner = _operand(tree.this)
        return None if inner is None else Calculation(operator="-", left=0, right=inner)
    if type(tree) in _OPERATORS:
        left, right = _operand(tree.left), _operand(tree.right)
        if left is None or right is None:
            return None
        return Calculation(operator=_OPERATORS[type(tree)], left=left, right=right)  # type: ignore[arg-type]
    return None


def _named(text: str, found: re.Match[str], called: str, figure: str, pattern: str) -> str:
    """The text with the column in place of the metric's name, and the figure that the metric is before it.

    Raises:
        Abstained: Another figure stands there.
    """
    before, after = text[: found.start()], text[found.end() :]
    if re.search(rf"\b(?:{pattern})\s+(?:the\s+)?$", before, re.I):
        return f'{before}"{called}"{after}'
    if _RUNNING.search(before):
        return f'{before}"{called}"{after}'
    if _OTHER_FIGURE.search(before):
        word = re.sub(r"\s+(?:of|the)\b", "", before.strip(), flags=re.I).split()[-1]
        raise Abstained(
            message(
                "{found} is defined as a {figure}: it is not clear what its {word} is.",
                found=found[0],
                figure=figure,
                word=word,
            ),
            message("Ask for {found} by what you want to compare, such as “{found} by month”.", found=found[0]),
        )
    return f'{before}{figure} "{called}"{after}'


def _with_ratios(plan: QueryPlan, ratios: dict[str, tuple[str, str]]) -> QueryPlan:
    """A plan whose totals of a column that stands for a quotient are that quotient.

    Raises:
        Abstained: It wants something else of it.
    """
    if plan.source is not None:
        return plan.model_copy(update={"source": _with_ratios(plan.source, ratios)})
    if not set(plan.columns) & set(ratios):
        return plan
    renamed = {measure_name(m): str(m.column) for m in plan.measures if m.column in ratios and m.function == "sum"}
    measures = tuple(
        Measure(function="ratio", column=ratios[m.column][0], other=ratios[m.column][1], name=m.column)
        if m.column in ratios and m.function == "sum" and not m.where
        else m
        for m in plan.measures
    )
    order = tuple(
        o.model_copy(update={"function": None}) if o.column in ratios and o.function == "sum" else o for o in plan.order
    )
    parts = {part: _renamed(getattr(plan, part), renamed) for part in ("having", "qualify", "wanted")}
    changed = plan.model_copy(update={"measures": measures, "order": order, **parts})
    bare = changed.model_copy(update={"measures": (), "order": (), "having": (), "qualify": (), "wanted": ()})
    left = [name for m in measures for name in m.columns if name in ratios]
    left += [name for name in bare.columns if name in {*ratios, *renamed}]
    if left or changed.lists_rows:
        name = (left or list(set(plan.columns) & set(ratios)))[0]
        name = renamed.get(name, name)
        raise Abstained(
            message("{name} is a quotient, and cannot be used so.", name=name),
            message("Ask for “{name} by ...”.", name=name),
        )
    return changed


def _renamed(parts: tuple[Any, ...], names: dict[str, str]) -> tuple[Any, ...]:
    """Conditions on figures, or names of them, with other names."""
    return tuple(
        names.get(part, part)
        if isinstance(part, str)
        else part.model_copy(update={"column": names[part.column]})
        if isinstance(part, Filter) and part.column in names
        else part
        for part in parts
    )


def _with_columns(plan: QueryPlan, columns: dict[str, Derived]) -> QueryPlan:
    """A plan with the columns that it names of some, in the innermost part that names them."""
    if plan.source is not None:
        return plan.model_copy(update={"source": _with_columns(plan.source, columns)})
    made = {measure.name for measure in plan.measures}
    named = [columns[name] for name in plan.columns if name in columns and name not in made]
    return plan.model_copy(update={"derived": (*plan.derived, *named)}) if named else plan


def _derived(plan: QueryPlan) -> Iterator[Derived]:
    yield from plan.derived
    if plan.source is not None:
        yield from _derived(plan.source)


def _reached(
    dataset: DatasetDefinition, card: FrameCard, frames: Sequence[FrameCard], definitions: Definitions
) -> tuple[FrameCard, list[Join]]:
    """The card of a dataset with the columns of all that it belongs to, and the joins that bring them."""
    whole, joins, names = card, list[Join](), {dataset.name: card.name}
    waiting = [dataset.name]
    while waiting and len(joins) < MAX_JOINED:
        many = waiting.pop(0)
        for known in definitions.relationships:
            one = definitions.dataset(known.one)
            other = card_of(one, frames) if one is not None else None
            if known.many != many or other is None or known.one in names or other.name in names.values():
                continue
            taken = {column.sql.casefold() for column in whole.columns}
            if known.many_columns[0].casefold() not in taken:
                continue
            pairs = tuple(zip(known.many_columns, known.one_columns, strict=False))
            brings = tuple(c.sql for c in other.columns if c.sql.casefold() not in taken | {pairs[0][1].casefold()})
            join = Join(frame=other.name, key=pairs[0][0], other=pairs[0][1], more=pairs[1:], brings=brings)
            whole, names[known.one] = joined(whole, other, join), other.name
            joins.append(join)
            waiting.append(known.one)
    return whole, joins


def _names_said(plan: QueryPlan, text: str) -> int:
    """How many columns of a plan a question calls by their whole names, one or several of it."""
    words = {word.casefold() for word in re.findall(r"\w+", text)}
    said = words | {stem(word) for word in words}
    return sum(name.casefold() in said for name in set(plan.columns))


def _with_defined_times(card: FrameCard, definitions: Definitions, text: str) -> FrameCard:
    """A card without the dates that no definition says are the time of its rows, unless a question names them."""
    times = {
        field.expression.text().strip('"').casefold()
        for dataset in definitions.datasets
        for field in dataset.fields
        if field.is_time
    }
    if not times & {column.sql.casefold() for column in card.columns}:
        return card
    said = {word.casefold() for word in re.findall(r"\w+", text)}
    columns = tuple(
        column
        for column in card.columns
        if column.type not in {"date", "timestamp"} or {column.sql.casefold()} & (times | said)
    )
    return replace(card, columns=columns)


def _used(named: Collection[str], joins: Sequence[Join]) -> tuple[Join, ...]:
    """The joins that bring a column of some, and those on the way to them."""
    wanted, needed = set(named), list[Join]()
    for join in reversed(joins):
        if wanted & set(join.brings):
            needed.insert(0, join)
            wanted.add(join.key)
    return tuple(needed)


def _operands(value: Operand) -> Iterator[str]:
    """The columns that a formula for each row names."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Calculation):
        yield from _operands(value.left)
        yield from _operands(value.right)
