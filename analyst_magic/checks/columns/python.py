"""Columns that Python names: the frames are followed through assignments, branches, loops and chains of methods."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from ...turn import FrameCard
from . import charts, pandas_methods, polars_methods
from .queries import in_relation
from .slips import meant
from .uses import Places, Use
from .values import (
    FrameValue,
    GroupsValue,
    ModuleValue,
    RelationValue,
    RowValue,
    SeriesValue,
    TextsValue,
    Value,
    joined,
)

MODULES = {
    "pd": "pandas", "np": "numpy", "px": "plotly.express", "go": "plotly.graph_objects", "plt": "matplotlib.pyplot",
    "sns": "seaborn", "pl": "polars", "duckdb": "duckdb", "sm": "statsmodels.api", "stats": "scipy.stats",
}  # fmt: skip
"""What the usual short names stand for where an import was forgotten."""
CHANGES_NOTHING = frozenset(dir(builtins)) | {"answer", "display"}
"""Functions that leave a frame as it is."""
REMOVED = frozenset({"append", "applymap", "ix", "iteritems", "lookup", "mad", "tshift", "slice_shift", "swapaxes"})
"""What were methods of a pandas frame once."""
LOCATORS = frozenset({"loc", "iloc", "at", "iat"})
MAX_NODES = 20_000
MAX_STEPS = 100_000
"""Evaluations of a piece of code, as loops in loops and calls in calls are looked at several times."""
_MAKES_TABLES = re.compile(r"\bcreate\b.{0,40}\b(?:table|view)\b", re.IGNORECASE | re.DOTALL)
_NAMES_ASKED = (ast.In, ast.NotIn, ast.Eq, ast.NotEq)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def in_python(text: str, cards: Iterable[FrameCard]) -> list[Use]:
    """The columns that Python names and that are not there.

    Args:
        text: The code; where it does not parse, or does what cannot be followed, nothing is found.
        cards: The frames, with all their columns.
    """
    try:
        tree = ast.parse(text)
        nodes = list(ast.walk(tree))
        if len(nodes) > MAX_NODES or _changes_names(nodes):
            return []
        flow = Flow(text, {card.name: value for card in cards if (value := _of_card(card)) is not None})
        flow.run(tree, nodes)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return flow.found


def _changes_names(nodes: Iterable[ast.AST]) -> bool:
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return not names.isdisjoint({"exec", "globals", "locals", "vars", "setattr"})


def _of_card(card: FrameCard) -> FrameValue | None:
    """A frame in scope; None for a series, and where a label is no text or number (several levels of columns)."""
    if "series" in card.kind or any(isinstance(column.label, tuple) for column in card.columns):
        return None
    names = [column.label if isinstance(column.label, str) else column.name for column in card.columns]
    library = card.kind if card.kind in {"pandas", "polars"} else "other"
    return FrameValue(set(names[card.index :]), card.name, set(names[: card.index]), library)


class Flow:
    """What each name of a program stands for, statement by statement, and the columns that are missing.

    Attributes:
        found: The columns that are missing, in the order in which the code names them.
        scope: What each name stands for now; None where that is not known.
        makes_tables: Whether the code gives DuckDB tables whose columns are not known.
    """

    def __init__(self, text: str, frames: dict[str, FrameValue]) -> None:
        self.found: list[Use] = []
        self.scope: dict[str, Value] = {**{name: ModuleValue(module) for name, module in MODULES.items()}, **frames}
        self.places = Places(text)
        self._bound: dict[str, list[Value]] = {name: [value] for name, value in self.scope.items()}
        self._later: list[ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda] = []
        self._quiet = 0
        self._steps = 0
        self._exempt: set[str] = set()
        self._volatile: set[str] = set()
        self._deferred = False
        self.makes_tables = False

    def run(self, tree: ast.Module, nodes: Sequence[ast.AST]) -> None:
        texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        self.makes_tables = any(_MAKES_TABLES.search(text) for text in texts) or any(
            isinstance(node, ast.Attribute) and node.attr in {"register", "create_view", "to_view"} for node in nodes
        )
        self._exempt = {text for node in nodes for text in _looked_for(node)}
        self._volatile = {name for node in nodes if isinstance(node, _SCOPES) for name in _changed_in(node)}
        for name in self._volatile & self.scope.keys():
            self._forget(self.scope[name])
        self.block(tree.body)
        self._deferred = True
        for function in self._later:
            self.scope = {name: _any_of(values) for name, values in self._bound.items()}
            for argument in _parameters(function.args):
                self.scope[argument] = None
            if isinstance(function, ast.Lambda):
                self.value(function.body)
            else:
                self.block(function.body)

    # -- Findings ------------------------------------------------------------------------------------------------------

    def check(self, frame: FrameValue, node: ast.expr | None, *, index: bool = False) -> list[str]:
        """Look the texts of an argument up among the columns of a frame; gives the texts, mended.

        Args:
            frame: The frame.
            node: A text, a list with texts, or a name that stands for such.
            index: Whether names of the index will do.
        """
        known = frame.columns | (frame.index if index else set())
        names: list[str] = []
        for constant in self.texts(node):
            name = str(constant.value)
            if name not in known:
                if not (index and frame.open_index):
                    self.miss(frame, name, *self.places.inside(constant, 0, len(name)))
                name = meant(name, frame.columns - pandas_methods.RESET) or name
            names.append(name)
        return names

    def miss(
        self, frame: FrameValue, name: str, line: int, start: int, end: int, *, attribute: bool = False,
        word: bool = False, quote: str = "",
    ) -> None:  # fmt: skip
        """Remember that a frame has no such column, unless that is not sure."""
        if self._quiet or not frame.known or name in self._exempt:
            return
        columns = tuple(sorted(frame.columns - pandas_methods.RESET))
        is_index = name in frame.index
        use = Use(name, line, 0 if is_index else start, 0 if is_index else end, frame.label, columns, attribute, word,
                  quote, is_index)  # fmt: skip
        self.found.append(use)

    def texts(self, node: ast.expr | None) -> list[ast.Constant]:
        """The texts of an argument, also those among other things in a list."""
        if isinstance(node, ast.List | ast.Tuple):
            return [constant for item in node.elts for constant in self.texts(item)]
        if isinstance(node, ast.Starred):
            return self.texts(node.value)
        value = self.value(node) if node is not None else None
        return list(value.constants) if isinstance(value, TextsValue) and value.known else []

    # -- Statements ----------------------------------------------------------------------------------------------------

    def block(self, body: Iterable[ast.stmt]) -> None:
        for statement in body:
            work = _STATEMENTS.get(type(statement))
            if work is not None:
                work(self, statement)
            else:
                for part in ast.iter_child_nodes(statement):
                    if isinstance(part, ast.expr):
                        self.value(part)

    def bind(self, name: str, value: Value) -> None:
        """Let a name stand for a value from here on."""
        if isinstance(value, FrameValue):
            if value.label.startswith(pandas_methods.RESULT):
                value.label = name
            if name in self._volatile:
                value.forget()
        self.scope[name] = value
        if not self._deferred:
            self._bound.setdefault(name, []).append(value)

    def _assign(self, node: ast.Assign) -> None:
        value = self.value(node.value)
        for target in node.targets:
            self.store(target, value, node.value)

    def _annotated(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.store(node.target, self.value(node.value), node.value)

    def _augmented(self, node: ast.AugAssign) -> None:
        self.value(node.value)
        if isinstance(node.target, ast.Name):
            value = self.scope.get(node.target.id)
            if isinstance(value, TextsValue):
                value.known = False
            self.bind(node.target.id, value if isinstance(value, FrameValue) else None)
        elif isinstance(node.target, ast.Subscript):
            self.subscript(node.target)

    def store(self, target: ast.expr, value: Value, node: ast.expr | None = None) -> None:
        """What an assignment to a target does."""
        if isinstance(target, ast.Name):
            self.bind(target.id, value)
        elif isinstance(target, ast.Starred):
            self.store(target.value, None)
        elif isinstance(target, ast.Tuple | ast.List):
            parts = node.elts if isinstance(node, ast.Tuple | ast.List) else []
            pairwise = len(parts) == len(target.elts)
            for place, item in enumerate(target.elts):
                self.store(item, self.value(parts[place]) if pairwise else None)
        elif isinstance(target, ast.Subscript):
            self._store_item(target, value)
        elif isinstance(target, ast.Attribute):
            self._store_attribute(target, value)

    def _store_item(self, target: ast.Subscript, value: Value) -> None:
        base, part = target.value, target.slice
        if isinstance(base, ast.Attribute) and base.attr in LOCATORS:
            frame = self.value(base.value)
            self.value(part)
            if isinstance(frame, FrameValue) and base.attr in {"loc", "at"} and isinstance(part, ast.Tuple):
                self._take(frame, part.elts[-1])
            return
        owner = self.value(base)
        if isinstance(owner, FrameValue):
            self._take(owner, part)
        elif not isinstance(owner, SeriesValue | RowValue):
            self.value(part)
            self._forget(value)

    def _take(self, frame: FrameValue, part: ast.expr) -> None:
        """A column, or several, that are set in place; a condition on rows sets none."""
        value = self.value(part)
        if isinstance(value, TextsValue) and value.known:
            frame.add(value.texts)
        elif not isinstance(value, SeriesValue | FrameValue) and not isinstance(part, ast.Slice | ast.Compare):
            frame.forget()

    def _store_attribute(self, target: ast.Attribute, value: Value) -> None:
        owner = self.value(target.value) if not isinstance(target.value, ast.Attribute) else None
        if isinstance(owner, FrameValue):
            if target.attr in {"columns", "index"} or pandas_methods.is_attribute(target.attr):
                if target.attr == "columns" and isinstance(value, TextsValue) and value.known:
                    owner.add(value.texts)
                else:
                    owner.forget()
            else:
                owner.add({target.attr})
            return
        if isinstance(owner, SeriesValue):
            owner.names = owner.index = None
        if isinstance(target.value, ast.Attribute):
            inner = self.value(target.value.value)
            if isinstance(inner, SeriesValue):
                inner.index = None
            if isinstance(inner, FrameValue) and target.value.attr in {"index", "columns"}:
                names = set(value.texts) if isinstance(value, TextsValue) and value.known else None
                if target.value.attr == "index" and names:
                    inner.index |= names
                else:
                    inner.forget()
        self._forget(value)

    def _if(self, node: ast.If) -> None:
        self.value(node.test)
        quiet = _asks_for_columns(node.test)
        before = dict(self.scope)
        self._quiet += quiet
        self.block(node.body)
        self._quiet -= quiet
        after, self.scope = self.scope, before
        self._quiet += quiet
        self.block(node.orelse)
        self._quiet -= quiet
        self._join(after)

    def _step(self, count: int) -> None:
        self._steps += count
        if self._steps > MAX_STEPS:
            raise ValueError("The code takes too long to follow.")

    def _join(self, other: dict[str, Value]) -> None:
        self._step(len(other))
        for name in self.scope.keys() | other.keys():
            # A name that only one of the branches gives: were the other run, its use would fail in any case.
            one, two = self.scope.get(name, other.get(name)), other.get(name, self.scope.get(name))
            self.scope[name] = joined(one, two)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        items = self._items(node.iter)
        self._loop(node, lambda: self._bind_item(node.target, items))

    def _while(self, node: ast.While) -> None:
        self._loop(node, lambda: self.value(node.test))

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, start: Callable[[], object]) -> None:
        """The body twice without findings, so that what one turn changes is known in the next."""
        before = dict(self.scope)
        self._quiet += 1
        for _ in range(2):
            start()
            self.block(node.body)
            self._join(before)
            before = dict(self.scope)
        self._quiet -= 1
        start()
        self.block(node.body)
        self._join(before)
        self.block(node.orelse)

    def _items(self, node: ast.expr) -> Value:
        """What is known of the items of an iterable: the frame of each group, a row, one of some texts."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "iterrows":
            frame = self.value(node.func.value)
            return RowValue(frame) if isinstance(frame, FrameValue) else None
        value = self.value(node)
        return value if isinstance(value, GroupsValue | TextsValue) else None

    def _bind_item(self, target: ast.expr, items: Value) -> None:
        inner: Value = None
        if isinstance(items, GroupsValue) and items.frame.library == "pandas" and items.chosen is None:
            inner = items.frame.like("a group")
        elif isinstance(items, RowValue):
            inner = items
        elif isinstance(items, TextsValue) and items.several and items.known and isinstance(target, ast.Name):
            self.bind(target.id, TextsValue(items.constants))
            return
        if inner is not None and isinstance(target, ast.Tuple) and len(target.elts) == 2:
            self.store(target.elts[0], None)
            self.store(target.elts[1], inner)
        else:
            self.store(target, None)

    def _try(self, node: ast.Try) -> None:
        before = dict(self.scope)
        self._quiet += bool(node.handlers)
        self.block(node.body)
        self.block(node.orelse)
        self._quiet -= bool(node.handlers)
        self._join(before)
        after = dict(self.scope)
        for handler in node.handlers:
            self.scope = dict(after)
            if handler.name:
                self.bind(handler.name, None)
            self._quiet += 1
            self.block(handler.body)
            self._quiet -= 1
            self._join(after)
            after = dict(self.scope)
        self.scope = after
        self.block(node.finalbody)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            value = self.value(item.context_expr)
            if item.optional_vars is not None:
                self.store(item.optional_vars, value if isinstance(value, RelationValue) else None)
        self.block(node.body)

    def _match(self, node: ast.Match) -> None:
        self.value(node.subject)
        before = dict(self.scope)
        for case in node.cases:
            self.scope = dict(before)
            for name in _captured(case.pattern):
                self.bind(name, None)
            self.block(case.body)
            self._join(before)
            before = dict(self.scope)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.bind(node.name, None)
        for default in (*node.args.defaults, *node.args.kw_defaults):
            self._forget(self.value(default))
        if not self._deferred:
            self._later.append(node)

    def _class(self, node: ast.ClassDef) -> None:
        self.bind(node.name, None)

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self.bind(name, ModuleValue(alias.name if alias.asname else name))

    def _import_from(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self.bind(alias.asname or alias.name, ModuleValue(f"{node.module}.{alias.name}"))

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.bind(target.id, None)

    # -- Expressions ---------------------------------------------------------------------------------------------------

    def value(self, node: ast.AST | None) -> Value:
        """What an expression stands for; what it names is looked up on the way."""
        if node is None:
            return None
        self._step(1)
        work = _EXPRESSIONS.get(type(node))
        if work is not None:
            return work(self, node)
        for part in ast.iter_child_nodes(node):
            self.value(part)
        return None

    def _name(self, node: ast.Name) -> Value:
        return self.scope.get(node.id)

    def _constant(self, node: ast.Constant) -> Value:
        return TextsValue((node,)) if isinstance(node.value, str) else None

    def _list(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        values = [self.value(item.value if isinstance(item, ast.Starred) else item) for item in node.elts]
        for value in values:
            self._forget(value)
        texts = [value for value in values if isinstance(value, TextsValue) and value.known]
        if len(texts) < len(values) or not values:
            return None
        return TextsValue(tuple(constant for value in texts for constant in value.constants), several=True)

    def _dict(self, node: ast.Dict) -> Value:
        for part in (*node.keys, *node.values):
            self._forget(self.value(part))
        return None

    def _conditional(self, node: ast.IfExp) -> Value:
        self.value(node.test)
        quiet = _asks_for_columns(node.test)
        self._quiet += quiet
        value = joined(self.value(node.body), self.value(node.orelse))
        self._quiet -= quiet
        return value

    def _operation(self, node: ast.BinOp | ast.Compare | ast.UnaryOp) -> Value:
        values = [self.value(part) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
        texts = [value for value in values if isinstance(value, TextsValue) and value.known]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and len(texts) == len(values):
            several = all(value.several for value in texts)
            return TextsValue(tuple(c for value in texts for c in value.constants), True) if several else None
        frames = [value for value in values if isinstance(value, FrameValue)]
        if frames:
            value = frames[0].like(f"{pandas_methods.RESULT}an operation")
            for other in frames[1:]:
                value.columns |= other.columns
                value.known = value.known and other.known
            return value
        series = [value for value in values if isinstance(value, SeriesValue)]
        if not series:
            return None
        if any(value.names is None for value in series):
            return SeriesValue(None, series[0].index)
        return SeriesValue(frozenset(name for value in series for name in value.names or ()), series[0].index)

    def _lambda(self, node: ast.Lambda) -> Value:
        if not self._deferred:
            self._later.append(node)
        return None

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
        before = dict(self.scope)
        quiet = any(_asks_for_columns(test) for generator in node.generators for test in generator.ifs)
        self._quiet += quiet
        for generator in node.generators:
            self._bind_item(generator.target, self._items(generator.iter))
            for test in generator.ifs:
                self.value(test)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for part in parts:
            self._forget(self.value(part))
        self._quiet -= quiet
        self.scope = before
        return None

    def _named(self, node: ast.NamedExpr) -> Value:
        value = self.value(node.value)
        self.bind(node.target.id, value)
        return value

    def attribute(self, node: ast.Attribute) -> Value:
        """What an attribute stands for; a column where the frame has it."""
        owner = self.value(node.value)
        if isinstance(owner, ModuleValue):
            return ModuleValue(f"{owner.name}.{node.attr}")
        if isinstance(owner, SeriesValue):
            return None if node.attr in pandas_methods.NO_SERIES else SeriesValue(owner.names, owner.index)
        frame = owner.frame if isinstance(owner, GroupsValue) else owner
        if not isinstance(frame, FrameValue) or frame.library != "pandas" or pandas_methods.is_attribute(node.attr):
            return None
        if node.attr in frame.columns:
            return self._chosen(owner, [node.attr], one=True)
        if node.attr not in REMOVED and not node.attr.startswith("_"):
            line, end = node.end_lineno or node.lineno, node.end_col_offset or 0
            start = end - len(node.attr.encode()) - 1
            self.miss(frame, node.attr, line, start, end, attribute=True)
        return None

    def _chosen(self, owner: Value, names: Sequence[str], *, one: bool) -> Value:
        """One column or several of a frame or of its groups."""
        if isinstance(owner, GroupsValue):
            return GroupsValue(owner.frame, owner.keys, tuple(names), one, owner.as_index)
        if not isinstance(owner, FrameValue):
            return None
        if one:
            return SeriesValue(
                frozenset(names), frozenset(owner.index) if owner.known and not owner.open_index else None
            )
        return owner.like(owner.label, names)

    def subscript(self, node: ast.Subscript) -> Value:
        """What ``owner[part]`` stands for."""
        base, part = node.value, node.slice
        if isinstance(base, ast.Attribute) and base.attr in LOCATORS:
            return self._located(base, part)
        owner = self.value(base)
        chosen = self.value(part)
        if isinstance(owner, RowValue):
            self._check_part(owner.frame, part, chosen)
            return None
        if isinstance(owner, SeriesValue):
            return owner if isinstance(part, ast.Slice) or isinstance(chosen, SeriesValue) else None
        frame = owner.frame if isinstance(owner, GroupsValue) else owner
        if not isinstance(frame, FrameValue):
            return None
        if isinstance(chosen, TextsValue) and not isinstance(part, ast.Tuple):
            if not chosen.known:
                return None
            names = self._check_part(frame, part, chosen)
            return self._chosen(owner, names, one=not chosen.several) if frame.library != "other" else None
        is_rows = isinstance(part, ast.Slice) or isinstance(chosen, SeriesValue | FrameValue)
        return owner.like(owner.label) if isinstance(owner, FrameValue) and is_rows else None

    def _check_part(self, frame: FrameValue, part: ast.expr, chosen: Value) -> list[str]:
        """The columns that stand in brackets; those of a name may be any of them."""
        if not isinstance(chosen, TextsValue) or isinstance(part, ast.Tuple):
            return []
        return self.check(frame, part) if chosen.known else []

    def _located(self, base: ast.Attribute, part: ast.expr) -> Value:
        """What ``frame.loc[rows, columns]`` and its like stand for."""
        owner = self.value(base.value)
        if not isinstance(owner, FrameValue) or owner.library != "pandas":
            chosen = self.value(part)
            is_rows = isinstance(part, ast.Slice) or isinstance(chosen, SeriesValue)
            return owner if isinstance(owner, SeriesValue) and is_rows else None
        if not isinstance(part, ast.Tuple):
            if isinstance(part, ast.Lambda):
                self.call_lambda(part, owner)
            rows = self.value(part) if not isinstance(part, ast.Lambda) else SeriesValue()
            several = isinstance(part, ast.Slice | ast.List | ast.Lambda) or isinstance(rows, SeriesValue)
            return owner.like(owner.label) if several else RowValue(owner)
        if len(part.elts) != 2 or base.attr in {"iloc", "iat"}:
            self.value(part)
            return None
        rows_part, columns_part = part.elts
        rows = self.call_lambda(rows_part, owner) if isinstance(rows_part, ast.Lambda) else self.value(rows_part)
        # With several levels of an index, loc["a", "b"] can be a row.
        all_rows = isinstance(rows_part, ast.Slice | ast.Tuple | ast.Lambda) or isinstance(rows, SeriesValue)
        if not all_rows and (len(owner.index) > 1 or owner.open_index):
            self.value(columns_part)
            return None
        if isinstance(columns_part, ast.Slice):
            self.check(owner, columns_part.lower)
            self.check(owner, columns_part.upper)
            return owner.like(owner.label)
        chosen = self.value(columns_part)
        if not isinstance(chosen, TextsValue) or not chosen.known:
            return None
        names = self.check(owner, columns_part)
        return self._chosen(owner, names, one=not chosen.several) if all_rows else None

    def call_lambda(self, node: ast.Lambda, first: Value) -> Value:
        """The body of a lambda whose first argument is known."""
        before = dict(self.scope)
        names = _parameters(node.args)
        self.scope |= dict.fromkeys(names)
        if names:
            self.scope[names[0]] = first
        value = self.value(node.body)
        self.scope = before
        return value

    def call(self, node: ast.Call) -> Value:
        """What a call gives."""
        function = node.func
        if isinstance(function, ast.Attribute):
            owner = self.value(function.value)
            if not isinstance(owner, ModuleValue):
                return self._method(owner, node, function)
        called = self.value(function)
        if isinstance(called, ModuleValue):
            return self._of_module(called.name, node)
        is_given = isinstance(function, ast.Name) and function.id in self._bound
        harmless = isinstance(function, ast.Name) and function.id in CHANGES_NOTHING and not is_given
        values = self.arguments(node, escape=not harmless)
        if harmless and isinstance(function, ast.Name) and function.id in {"list", "tuple", "sorted"} and values:
            first = values[0]
            return TextsValue(first.constants, True) if isinstance(first, TextsValue) and first.several else None
        return None

    def arguments(self, node: ast.Call, *, escape: bool = False) -> list[Value]:
        """The values of all arguments; where they escape, what is called may change them."""
        parts = [*node.args, *(keyword.value for keyword in node.keywords)]
        values = [self.value(part.value if isinstance(part, ast.Starred) else part) for part in parts]
        if escape:
            for value in values:
                self._forget(value)
        return values

    def _method(self, owner: Value, node: ast.Call, function: ast.Attribute) -> Value:
        if isinstance(owner, FrameValue) and owner.library == "polars":
            return polars_methods.call(self, owner, function.attr, node)
        if isinstance(owner, FrameValue) and owner.library == "pandas":
            return pandas_methods.call(self, owner, function.attr, node)
        if isinstance(owner, GroupsValue):
            if owner.frame.library == "polars":
                return polars_methods.of_groups(self, owner, function.attr, node)
            return pandas_methods.of_groups(self, owner, function.attr, node)
        if isinstance(owner, SeriesValue):
            return pandas_methods.of_series(self, owner, function.attr, node)
        if isinstance(owner, RelationValue):
            return in_relation(self, owner, function.attr, node)
        if isinstance(owner, TextsValue):
            owner.known = owner.known and function.attr in {"copy", "index", "count", "format", "join"}
        if isinstance(function.value, ast.Attribute) and function.value.attr == "plot":
            frame = self.value(function.value.value)
            if isinstance(frame, FrameValue):
                charts.plotted(self, frame, node)
                return None
        self.arguments(node, escape=not isinstance(owner, RowValue | FrameValue))
        return None

    def _of_module(self, name: str, node: ast.Call) -> Value:
        package, _, function = name.rpartition(".")
        if package == "plotly.express":
            return charts.express(self, function, node)
        if package == "seaborn":
            return charts.seaborn(self, function, node)
        if package == "pandas":
            return pandas_methods.of_module(self, function, node)
        if package == "polars":
            return polars_methods.of_module(self, function, node)
        if package == "duckdb":
            return in_relation(self, RelationValue(), function, node)
        values = self.arguments(node)
        if package == "numpy":
            return next((value for value in values if isinstance(value, SeriesValue)), None)
        return None

    def _forget(self, value: Value) -> None:
        if isinstance(value, FrameValue):
            value.forget()


# -- The code's tree ---------------------------------------------------------------------------------------------------


def _looked_for(node: ast.AST) -> Iterator[str]:
    """Texts that code asks for before it uses them, as ``"x" in frame``."""
    if isinstance(node, ast.Compare) and any(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
        yield from (
            part.value for part in ast.walk(node.left) if isinstance(part, ast.Constant) and isinstance(part.value, str)
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"hasattr", "getattr"}:
        yield from (part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str))


def _asks_for_columns(test: ast.AST) -> bool:
    """Whether a condition looks at which columns there are, or at which name a variable has."""
    return any(
        (isinstance(node, ast.Attribute) and node.attr in {"columns", "keys"})
        or (isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) and isinstance(node.ops[0], _NAMES_ASKED))
        for node in ast.walk(test)
    )


def _changed_in(function: ast.AST) -> Iterator[str]:
    """Names whose values a function may change in place."""
    for node in ast.walk(function):
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            yield from (part.id for part in ast.walk(node.value) if isinstance(part, ast.Name))
        elif isinstance(node, ast.Global | ast.Nonlocal):
            yield from node.names
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and (node.func.attr in {"insert", "pop", "update"} or any(k.arg == "inplace" for k in node.keywords))
        ):
            yield from (part.id for part in ast.walk(node.func.value) if isinstance(part, ast.Name))


def _parameters(arguments: ast.arguments) -> list[str]:
    found = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    found += [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return [argument.arg for argument in found]


def _captured(pattern: ast.pattern) -> Iterator[str]:
    for node in ast.walk(pattern):
        for name in (getattr(node, "name", None), getattr(node, "rest", None)):
            if isinstance(name, str):
                yield name


def _any_of(values: Sequence[Value]) -> Value:
    value = values[0]
    for other in values[1:]:
        value = joined(value, other)
    return value


_STATEMENTS: dict[type[ast.stmt], Callable[..., None]] = {
    ast.Assign: Flow._assign,
    ast.AnnAssign: Flow._annotated,
    ast.AugAssign: Flow._augmented,
    ast.If: Flow._if,
    ast.For: Flow._for,
    ast.AsyncFor: Flow._for,
    ast.While: Flow._while,
    ast.Try: Flow._try,
    ast.With: Flow._with,
    ast.AsyncWith: Flow._with,
    ast.Match: Flow._match,
    ast.FunctionDef: Flow._function,
    ast.AsyncFunctionDef: Flow._function,
    ast.ClassDef: Flow._class,
    ast.Import: Flow._import,
    ast.ImportFrom: Flow._import_from,
    ast.Delete: Flow._delete,
}
_EXPRESSIONS: dict[type[ast.AST], Callable[..., Value]] = {
    ast.Name: Flow._name,
    ast.Constant: Flow._constant,
    ast.List: Flow._list,
    ast.Tuple: Flow._list,
    ast.Set: Flow._list,
    ast.Dict: Flow._dict,
    ast.IfExp: Flow._conditional,
    ast.BinOp: Flow._operation,
    ast.Compare: Flow._operation,
    ast.UnaryOp: Flow._operation,
    ast.Lambda: Flow._lambda,
    ast.ListComp: Flow._comprehension,
    ast.SetComp: Flow._comprehension,
    ast.GeneratorExp: Flow._comprehension,
    ast.DictComp: Flow._comprehension,
    ast.NamedExpr: Flow._named,
    ast.Attribute: Flow.attribute,
    ast.Subscript: Flow.subscript,
    ast.Call: Flow.call,
}
