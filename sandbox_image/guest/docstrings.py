"""Docstrings of packages compiled without them (``strip_docstrings.py``), read from their sources on demand."""

from __future__ import annotations

import ast
import functools
import inspect
import sys

from . import import_hooks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

STRIPPED = frozenset(("pandas", "plotly"))
WRAPPERS = ("fget", "func", "__func__", "__wrapped__")
"""Attributes by which properties, methods and decorated functions know what they were made from."""


def install() -> None:
    """Let ``inspect.getdoc`` know them, and so IPython's ``?``; and ``pydoc``, and so ``help``, when it is imported."""
    asked: Callable[[Any], str | None] = inspect.getdoc

    @functools.wraps(asked)
    def getdoc(value: Any) -> str | None:
        return joined(written(value), asked(value))

    inspect.getdoc = getdoc  # type: ignore[assignment]
    import_hooks.install({"pydoc": into_pydoc})


def into_pydoc(module: Any) -> None:
    """Let ``help`` know them; called with the module ``pydoc``."""
    asked = module._getowndoc

    @functools.wraps(asked)
    def own(value: Any) -> str | None:
        return joined(written(value), asked(value))

    module._getowndoc = own


def joined(source: str | None, made: str | None) -> str | None:
    """The docstring of a source and what a decorator has made of it, where that is not the same."""
    if not source or (made and source.split("\n")[0] in made):
        return made
    return f"{source}\n\n{inspect.cleandoc(made)}" if made else source


def written(value: Any) -> str | None:
    """The docstring that stands in the source of something of these packages; None where its code has it, or none."""
    try:
        return search(value)
    except Exception:  # whatever it is, asking for its help must not fail
        return None


def search(value: Any) -> str | None:
    value = origin(value)
    if inspect.ismodule(value):
        tree = None if value.__doc__ else module(value.__name__)
        return ast.get_docstring(tree) if tree else None
    if inspect.isclass(value) and vars(value).get("__doc__"):
        return None
    tree = module(home(value))
    for name in value.__qualname__.split("."):
        tree = tree and child(tree, name)
    text = tree and ast.get_docstring(tree, clean=False)
    there = inspect.isfunction(value) and text in value.__code__.co_consts
    return inspect.cleandoc(text) if text and not there else None


def origin(value: Any) -> Any:
    """The module, class or function behind a method, a property, a decorated function or an instance."""
    for _ in range(10):
        if inspect.ismodule(value) or inspect.isclass(value):
            return value
        inner = next(
            (getattr(value, name) for name in WRAPPERS if name in dir(type(value)) or name in vars_of(value)), None
        )
        if inner is None:
            return value if inspect.isfunction(value) else type(value)
        value = inner
    return type(value)


def home(value: Any) -> str:
    """The module whose source a class or function stands in, which need not be the one that it is said to be of."""
    inside = vars(value).values() if inspect.isclass(value) else [value]
    own = [f for f in inside if inspect.isfunction(f) and f.__qualname__.startswith(value.__qualname__)]
    return str(own[0].__globals__["__name__"] if own else value.__module__)


def vars_of(value: Any) -> Mapping[str, Any]:
    return getattr(value, "__dict__", {})


def child(tree: Any, name: str) -> Any:
    """The class or function of a name in the body of another, at whatever depth of conditions."""
    if name == "<locals>":
        return tree
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = [node for node in ast.walk(tree) if isinstance(node, kinds) and node.name == name and node is not tree]
    return next((node for node in found if ast.get_docstring(node)), found[0] if found else None)


@functools.lru_cache(4)
def module(name: str) -> ast.Module | None:
    """The source of a module of these packages as a tree; None for any other."""
    path = getattr(sys.modules.get(name), "__file__", None) or ""
    if name.partition(".")[0] not in STRIPPED or not path.endswith(".py"):
        return None
    with open(path, "rb") as file:
        return ast.parse(file.read())
