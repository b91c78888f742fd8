"""What each name of a program stands for, statement by statement."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence

from .expressions import EXPRESSIONS
from .pandas_calls import RESET, RESULT
from .slips import meant
from .statements import STATEMENTS
from .tree import changed_in, looked_for, parameters
from .uses import Places, Use
from .values import FrameValue, ModuleValue, TextsValue, Value, joined

MODULES = {
    "pd": "pandas", "np": "numpy", "px": "plotly.express", "go": "plotly.graph_objects", "plt": "matplotlib.pyplot",
    "sns": "seaborn", "pl": "polars", "duckdb": "duckdb", "sm": "statsmodels.api", "stats": "scipy.stats",
}  # fmt: skip
"""What the usual short names stand for where an import was forgotten."""
MAX_STEPS = 100_000
"""Evaluations of a piece of code, as loops in loops and calls in calls are looked at several times."""
_MAKES_TABLES = re.compile(r"\bcreate\b.{0,40}\b(?:table|view)\b", re.IGNORECASE | re.DOTALL)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


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
        self.bound: dict[str, list[Value]] = {name: [value] for name, value in self.scope.items()}
        self.later: list[ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda] = []
        self.quiet = 0
        self._steps = 0
        self._exempt: set[str] = set()
        self.volatile: set[str] = set()
        self.deferred = False
        self.makes_tables = False

    def run(self, tree: ast.Module, nodes: Sequence[ast.AST]) -> None:
        texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        self.makes_tables = any(_MAKES_TABLES.search(text) for text in texts) or any(
            isinstance(node, ast.Attribute) and node.attr in {"register", "create_view", "to_view"} for node in nodes
        )
        self._exempt = {text for node in nodes for text in looked_for(node)}
        self.volatile = {name for node in nodes if isinstance(node, _SCOPES) for name in changed_in(node)}
        for name in self.volatile & self.scope.keys():
            self.forget(self.scope[name])
        self.block(tree.body)
        self.deferred = True
        for function in self.later:
            self.scope = {name: _any_of(values) for name, values in self.bound.items()}
            for argument in parameters(function.args):
                self.scope[argument] = None
            if isinstance(function, ast.Lambda):
                self.value(function.body)
            else:
                self.block(function.body)

    def check(self, frame: FrameValue, node: ast.expr | None, *, index: bool = False) -> list[str]:
        """Look the texts of an argument up among the columns of a frame; gives the texts, corrected.

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
                name = meant(name, frame.columns - RESET) or name
            names.append(name)
        return names

    def miss(
        self, frame: FrameValue, name: str, line: int, start: int, end: int, *, attribute: bool = False,
        word: bool = False, quote: str = "",
    ) -> None:  # fmt: skip
        """Remember that a frame has no such column, unless that is not sure."""
        if self.quiet or not frame.known or name in self._exempt:
            return
        columns = tuple(sorted(frame.columns - RESET))
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

    def arguments(self, node: ast.Call, *, escape: bool = False) -> list[Value]:
        """The values of all arguments; where they escape, what is called may change them."""
        parts = [*node.args, *(keyword.value for keyword in node.keywords)]
        values = [self.value(part.value if isinstance(part, ast.Starred) else part) for part in parts]
        if escape:
            for value in values:
                self.forget(value)
        return values

    def call_lambda(self, node: ast.Lambda, first: Value) -> Value:
        """The body of a lambda whose first argument is known."""
        before = dict(self.scope)
        names = parameters(node.args)
        self.scope |= dict.fromkeys(names)
        if names:
            self.scope[names[0]] = first
        value = self.value(node.body)
        self.scope = before
        return value

    def block(self, body: Iterable[ast.stmt]) -> None:
        for statement in body:
            work = STATEMENTS.get(type(statement))
            if work is not None:
                work(self, statement)
            else:
                for part in ast.iter_child_nodes(statement):
                    if isinstance(part, ast.expr):
                        self.value(part)

    def value(self, node: ast.AST | None) -> Value:
        """What an expression stands for; what it names is looked up on the way."""
        if node is None:
            return None
        self.step(1)
        work = EXPRESSIONS.get(type(node))
        if work is not None:
            return work(self, node)
        for part in ast.iter_child_nodes(node):
            self.value(part)
        return None

    def bind(self, name: str, value: Value) -> None:
        """Let a name stand for a value from here on."""
        if isinstance(value, FrameValue):
            if value.label.startswith(RESULT):
                value.label = name
            if name in self.volatile:
                value.forget()
        self.scope[name] = value
        if not self.deferred:
            self.bound.setdefault(name, []).append(value)

    def step(self, count: int) -> None:
        self._steps += count
        if self._steps > MAX_STEPS:
            raise ValueError("The code takes too long to follow.")

    def join(self, other: dict[str, Value]) -> None:
        self.step(len(other))
        for name in self.scope.keys() | other.keys():
            # A name that only one of the branches gives: were the other run, its use would fail in any case.
            one, two = self.scope.get(name, other.get(name)), other.get(name, self.scope.get(name))
            self.scope[name] = joined(one, two)

    def forget(self, value: Value) -> None:
        if isinstance(value, FrameValue):
            value.forget()


def _any_of(values: Sequence[Value]) -> Value:
    value = values[0]
    for other in values[1:]:
        value = joined(value, other)
    return value
