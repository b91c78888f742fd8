"""How the values of a model's code are shown.

A notebook shows the value of a cell's last expression. A model means more than that: two figures one after the other, a
tuple of a figure and a table, a result that it only assigned. Here is what of its code is shown, and in which form.
"""

from __future__ import annotations

import ast
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

MAX_PARTS = 50
"""Parts of a container that are shown."""
MAX_DEPTH = 3
SCALARS = (str, bool, int, float, complex)
_BARE = (ast.Name, ast.Attribute, ast.Subscript, ast.Tuple, ast.List)


# -- which statements are shown ----------------------------------------------------------------------------------------


def runs(nodes: Sequence[ast.stmt]) -> Iterator[tuple[list[ast.stmt], str]]:
    """The statements of a model's code in pieces, each with IPython's word for whether its values are shown.

    Shown are the last expression, also where calls of ``answer`` follow it, and whatever stands alone as a name.
    """
    last = last_statement(nodes)
    piece: list[ast.stmt] = []
    for node in nodes:
        if isinstance(node, ast.Expr) and (node is last or is_bare(node.value)):
            if piece:
                yield piece, "none"
            yield [node], "all"
            piece = []
        else:
            piece.append(node)
    if piece:
        yield piece, "none"


def last_statement(nodes: Sequence[ast.stmt]) -> ast.stmt | None:
    """The last statement that does not only say the answer."""
    return next((node for node in reversed(nodes) if not says_answer(node)), None)


def says_answer(node: ast.stmt) -> bool:
    """Whether a statement is a call of ``answer``."""
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "answer"


def is_bare(node: ast.expr) -> bool:
    """Whether an expression only names what is there, so that showing it is all that it can be meant for."""
    return isinstance(node, _BARE) and not any(isinstance(part, (ast.Call, ast.Await)) for part in ast.walk(node))


def assigned_last(nodes: Sequence[ast.stmt]) -> str:
    """The name that the last statement assigns to; empty where it does something else."""
    node = last_statement(nodes)
    if isinstance(node, ast.Assign):
        target: ast.expr | None = node.targets[0] if len(node.targets) == 1 else None
    else:
        target = node.target if isinstance(node, (ast.AnnAssign, ast.AugAssign)) else None
    return target.id if isinstance(target, ast.Name) else ""


# -- in which form -----------------------------------------------------------------------------------------------------


class Viewer:
    """Shows values as a model means them.

    Args:
        has_own_form: Whether a value is a frame, a figure or a picture.
        display: Shows such a value.
        say: Shows a text.
    """

    def __init__(
        self, has_own_form: Callable[[Any], bool], display: Callable[[Any], object], show_text: Callable[[str], None]
    ) -> None:
        self.has_own_form, self.display, self.show_text = has_own_form, display, show_text

    def show(self, value: Any, plain: bool) -> bool:
        """Show a value in another form than a notebook would; whether there is one.

        Args:
            value: What the code gave.
            plain: Whether texts lose their quotes, and collections of numbers become lines or a table.
        """
        if is_part_of_picture(value) and plain:
            return True
        if is_matplotlib(value, "Figure") and plain:
            self.picture(value)
            return True
        if self.has_own_form(value):
            return False
        items = parts(value)
        if items is not None and any(self.is_rich(item) for _, item in items):
            self.each(items, plain, 1)
            return True
        if not plain:
            return False
        table = as_table(value)
        if table is not None:
            self.display(table)
            return True
        text = as_text(value)
        if text is not None:
            self.show_text(text)
        return text is not None

    def each(self, items: list[tuple[str, Any]], plain: bool, depth: int) -> None:
        """Show the parts of a container in order, each under its name where it has one."""
        for name, item in items[:MAX_PARTS]:
            if item is None or is_part_of_picture(item):
                continue
            if name:
                self.show_text(f"{name}:")
            inner = parts(item)
            if is_matplotlib(item, "Figure"):
                self.picture(item)
            elif self.has_own_form(item):
                self.display(item)
            elif inner is not None and depth < MAX_DEPTH and any(self.is_rich(part) for _, part in inner):
                self.each(inner, plain, depth + 1)
            elif isinstance(item, str):
                self.show_text(item)
            elif not self.show(item, plain=True):
                self.display(item)
        if len(items) > MAX_PARTS:
            self.show_text(f"… and {len(items) - MAX_PARTS:,} more")

    def is_rich(self, value: Any, depth: int = 0) -> bool:
        """Whether a value has a form of its own, or holds one that has; a list of formulas is read as one text."""
        if self.has_own_form(value):
            return not is_formula(value)
        items = parts(value) if depth < MAX_DEPTH else None
        return items is not None and any(self.is_rich(item, depth + 1) for _, item in items[:MAX_PARTS])

    def picture(self, figure: Any) -> None:
        """Show a figure of matplotlib, and take it from those that pyplot shows when the code is over."""
        self.display(figure)
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close(figure)


def parts(value: Any) -> list[tuple[str, Any]] | None:
    """What a container holds, with names where it gives them; None for what is none."""
    if isinstance(value, dict):
        return [(str(key)[:100], item) for key, item in value.items()]
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        names = [str(name) for name in value._fields]
        return list(zip(names, value, strict=False)) if len(names) == len(value) else [("", item) for item in value]
    if isinstance(value, (list, tuple, set, frozenset)):
        return [("", item) for item in value]
    if type(value).__module__ == "numpy" and str(getattr(value, "dtype", "")) == "object" and value.ndim > 0:
        return [("", item) for item in value.ravel()[: MAX_PARTS + 1]]
    return None


def is_matplotlib(value: Any, name: str) -> bool:
    """Whether a value is of a class of matplotlib with this name, or of one that comes from it."""
    return any(kind.__name__ == name and kind.__module__.startswith("matplotlib.") for kind in type(value).__mro__)


def is_part_of_picture(value: Any) -> bool:
    """Whether a value is what drawing gives beside the picture: axes, lines, bars, texts, or a container of those."""
    if isinstance(value, (list, tuple)) and not value:
        return False
    if is_matplotlib(value, "Artist") or is_matplotlib(value, "Container"):
        return not is_matplotlib(value, "Figure")
    if any(kind.__module__ == "seaborn.axisgrid" for kind in type(value).__mro__):
        return True
    items = parts(value) if not isinstance(value, dict) else None
    if items and any(is_matplotlib(item, "Artist") or is_matplotlib(item, "Container") for _, item in items):
        return not any(is_matplotlib(item, "Figure") for _, item in items)
    return False


def is_formula(value: Any) -> bool:
    """Whether a value is an expression, as of sympy: LaTeX beside a text of its own, and no HTML."""
    kind = type(value)
    latex, html = (callable(getattr(kind, f"_repr_{form}_", None)) for form in ("latex", "html"))
    return latex and not html and kind.__module__.partition(".")[0] not in {"IPython", "pandas"}  # pandas has it too


def as_text(value: Any) -> str | None:
    """A value as people read it, without quotes; None where its usual text does."""
    if isinstance(value, str):
        return str(value)
    if is_date(value):
        return str(value)
    items = plain_items(value)
    if items is None or not items:
        return None
    lines = [item_text(item) for _, item in items[:MAX_PARTS]]
    more = [f"… and {len(items) - MAX_PARTS:,} more"] if len(items) > MAX_PARTS else []
    return None if None in lines else "\n".join([*map(str, lines), *more])


def plain_items(value: Any) -> list[tuple[str, Any]] | None:
    """The parts of a list, a tuple, a set, an index or an array of one dimension; None for anything else."""
    kind = type(value)
    if isinstance(value, (set, frozenset)):
        return [("", item) for item in sorted(value, key=str)]
    if isinstance(value, (list, tuple)):
        return parts(value)
    if kind.__module__ == "numpy" and kind.__name__ == "ndarray" and value.ndim == 1:
        return [("", item) for item in value.tolist()]
    if (
        kind.__module__.partition(".")[0] == "pandas"
        and kind.__name__.endswith("Index")
        and getattr(value, "nlevels", 2) == 1
    ):
        return [("", item) for item in value]
    return None


def item_text(item: Any) -> str | None:
    """One line for a part of a collection; None where it has none that is better than its usual text."""
    if isinstance(item, (list, tuple)) and not any(isinstance(part, (list, tuple, dict)) for part in item):
        texts = [item_text(part) for part in item]
        return None if None in texts else ", ".join(map(str, texts))
    return scalar_text(item) if is_scalar(item) else None


def is_scalar(value: Any) -> bool:
    """Whether a value is a number, a text, a date or nothing."""
    return value is None or isinstance(value, SCALARS) or is_number_of_numpy(value) or is_date(value)


def is_number_of_numpy(value: Any) -> bool:
    return type(value).__module__ == "numpy" and getattr(value, "ndim", None) == 0 and hasattr(value, "item")


def is_date(value: Any) -> bool:
    """Whether a value is a date, a time, a length of time, or an exact number, whose usual text names its class."""
    kinds = {(kind.__module__, kind.__name__) for kind in type(value).__mro__}
    exact = {("decimal", "Decimal"), ("fractions", "Fraction"), ("uuid", "UUID")}
    dates = {("datetime", name) for name in ("date", "time", "timedelta")}
    dates |= {(module, "Period") for module in ("pandas", "pandas._libs.tslibs.period")}
    return bool(kinds & (exact | dates))


def scalar_text(value: Any) -> str:
    if is_number_of_numpy(value):
        value = value.item()
    return repr(value) if isinstance(value, (float, complex)) else str(value)


def as_table(value: Any) -> Any:
    """A frame for numbers that have names, and for records; None for anything else."""
    records = list_of_records(value)
    if records is None and (not isinstance(value, (dict, tuple)) or not named_scalars(value)):
        return None
    import pandas as pd

    if records is not None:
        return pd.DataFrame(records)
    items = parts(value) or []
    if isinstance(value, tuple) or len({type(item) for _, item in items}) > 1:
        return pd.DataFrame([[item for _, item in items]], columns=[name for name, _ in items])
    return pd.DataFrame({"name": [name for name, _ in items], "value": [item for _, item in items]})


def named_scalars(value: Any) -> bool:
    """Whether a value is a dictionary or a tuple with names, of numbers, texts and dates alone."""
    items = parts(value)
    return bool(items) and all(name for name, _ in items or ()) and all(is_scalar(item) for _, item in items or ())


def list_of_records(value: Any) -> Any:
    """The dictionaries of a list of them, each of numbers, texts and dates; None for anything else."""
    if not isinstance(value, (list, tuple)) or not value or not all(isinstance(item, dict) for item in value):
        return None
    return list(value) if all(item and all(map(is_scalar, item.values())) for item in value) else None


def is_worth_showing(value: Any, has_own_form: Callable[[Any], bool]) -> bool:
    """Whether a value that the code only assigned is its result: a frame, a figure, a number, a text, some of those."""
    if value is None or is_part_of_picture(value):
        return False
    if is_scalar(value) or has_own_form(value) or is_matplotlib(value, "Figure"):
        return True
    return parts(value) is not None or plain_items(value) is not None
