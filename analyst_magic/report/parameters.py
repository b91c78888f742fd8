"""Parameters of a notebook: read from words, and put into it as papermill does."""

from __future__ import annotations

import ast
import copy
import keyword
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from nbformat.v4 import new_code_cell

from ..errors import InputError
from ..language import message
from .plain import text_of

Value = int | float | bool | str | None
_WORDS: dict[str, Value] = {"True": True, "true": True, "False": False, "false": False, "None": None, "null": None}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"-?(?:(?:0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+|(?:0|[1-9][0-9]*)(?=[eE]))(?:[eE][-+]?[0-9]{1,3})?")


def read_value(text: str) -> Value:
    """A word as the value that it most plainly is; nothing is evaluated.

    ``007`` and ``1_000`` stay text: they are numbers of something, not quantities.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return text


def read_parameters(typed: Iterable[str], texts: Iterable[str] = ()) -> dict[str, Value]:
    """Parameters as they are written in a shell, ``name=value`` each.

    Args:
        typed: Those whose values may be numbers, true, false or none.
        texts: Those whose values are text, whatever they look like.

    Raises:
        InputError: One has no value, a name that cannot be one, or is there twice.
    """
    found: dict[str, Value] = {}
    for words, is_text in ((typed, False), (texts, True)):
        for word in words:
            name, equals, value = word.partition("=")
            if not equals:
                raise InputError(
                    message("The parameter {word} has no value.", word=word), message("Write -p NAME=VALUE.")
                )
            if check_name(name) in found:
                raise InputError(message("The parameter {name} is given twice.", name=name), message("Give it once."))
            found[name] = value if is_text else read_value(value)
    return found


def check_name(name: str) -> str:
    """The name, if a notebook can have a variable of that name.

    Raises:
        InputError: It cannot.
    """
    if not name.isidentifier() or keyword.iskeyword(name):
        raise InputError(
            message("{name} cannot be a parameter's name.", name=repr(name)),
            message("Use letters, digits and underscores."),
        )
    return name


def with_parameters(notebook: Any, parameters: Mapping[str, Value]) -> Any:
    """A copy of a notebook with a cell that sets the parameters.

    It stands after the cell tagged ``parameters``, whose values are the defaults, else at the top; one from an earlier
    run is replaced.

    Args:
        notebook: A notebook of the format 4; it stays as it is.
        parameters: The values by name.
    """
    made = copy.deepcopy(notebook)
    made.cells = [cell for cell in made.cells if "injected-parameters" not in _tags(cell)]
    if not parameters:
        return made
    lines = [f"{check_name(name)} = {value!r}" for name, value in parameters.items()]
    cell = new_code_cell("\n".join(["# Parameters", *lines]), metadata={"tags": ["injected-parameters"]})  # type: ignore[no-untyped-call]
    places = [place for place, one in enumerate(made.cells) if "parameters" in _tags(one)]
    made.cells.insert(places[0] + 1 if places else 0, cell)
    return made


def unknown(notebook: Any, parameters: Iterable[str]) -> list[str]:
    """Parameters that the notebook's ``parameters`` cell does not set, in its order; none where it has no such cell."""
    cells = [text_of(cell.get("source", "")) for cell in notebook.cells if "parameters" in _tags(cell)]
    if not cells:
        return []
    try:
        tree = ast.parse(cells[0])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return [name for name in parameters if name not in names]


def _tags(cell: Any) -> list[str]:
    tags = cell.get("metadata", {}).get("tags")
    return [str(tag) for tag in tags] if isinstance(tags, list | tuple) else []
