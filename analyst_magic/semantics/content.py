"""Files of definitions as they are read: their text within bounds, YAML with its lines, and what is wrong in them."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ..errors import InputError

MAX_BYTES = 5_000_000
MAX_NESTED = 100
"""How many brackets a file may have open at once: to read more of them takes minutes."""
_WANTED = {
    "model_type": "has to have parts of its own, such as “name: …”",
    "dict_type": "has to have parts of its own, such as “name: …”",
    "list_type": "has to be a list, each of its entries after “- ”",
    "string_type": "has to be a text",
    "bool_type": "has to be true or false",
    "bool_parsing": "has to be true or false",
    "too_short": "has to have an entry",
    "string_too_short": "cannot be empty",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file of definitions that cannot be as it is.

    Attributes:
        place: The file and line, as ``analyst.yaml:12``.
        message: What is wrong, and what to write.
    """

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class DefinitionError(InputError):
    """A file of definitions cannot be read.

    Attributes:
        problems: What is wrong in it.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more}", "See all of them: analyst definitions check")
        self.problems = tuple(problems)


Text = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int | float) else value)]
"""A text; YAML takes a name such as 2024 for a number."""


def text_of(path: Path, max_bytes: int = MAX_BYTES) -> str:
    """The text of a file of definitions.

    Raises:
        DefinitionError: It cannot be read, is no UTF-8, or is too large.
    """
    try:
        if path.stat().st_size > max_bytes:
            raise DefinitionError([Problem(f"{path.name}:1", f"The file is over {max_bytes // 1_000_000} MB.")])
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DefinitionError([Problem(f"{path.name}:1", "The file is not in UTF-8: save it anew as UTF-8.")]) from None
    except OSError as error:
        raise DefinitionError([Problem(f"{path.name}:1", f"The file cannot be read: {error.strerror}.")]) from None


def yaml() -> YAML:
    """A reader and writer of YAML that keeps comments, quotes and order."""
    made = YAML(typ="rt")
    made.preserve_quotes = True
    made.width = 4096
    made.indent(mapping=2, sequence=4, offset=2)
    return made


def load(path: Path) -> Any:
    """The content of a YAML file, with its lines and comments.

    Raises:
        DefinitionError: It cannot be read, or is no YAML.
    """
    text = text_of(path)
    try:
        if line := _nested_in(text):
            raise DefinitionError([Problem(f"{path.name}:{line}", f"Over {MAX_NESTED} brackets are open at once.")])
        return yaml().load(io.StringIO(text))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        about = " ".join(filter(None, (error.context, error.problem)))
        raise DefinitionError([Problem(f"{path.name}:{line}", f"This is no YAML: {about}.")]) from None
    except (YAMLError, RecursionError):
        raise DefinitionError([Problem(f"{path.name}:1", "The file cannot be read: it is no YAML.")]) from None


def _nested_in(text: str) -> int:
    """The line at which too many brackets are open; 0 where there is none."""
    depth = 0
    for found in re.finditer(r"[\[\]{}]", text):
        depth = depth + 1 if found[0] in "[{" else max(0, depth - 1)
        if depth > MAX_NESTED:
            return text.count("\n", 0, found.start()) + 1
    return 0


def line_of(content: Any, path: Sequence[str | int]) -> int:
    """The line, from 1, of the entry that a path of names and positions leads to, or of the last that is there."""
    line, node = 1, content
    mark: Any
    for step in path:
        try:
            mark = node.lc.item(step) if isinstance(step, int) else node.lc.key(step)
            line, node = mark[0] + 1, node[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line


def problems_of(error: ValidationError, content: Any, file: str, version: str = "") -> list[Problem]:
    """What is wrong in a file's content, each with its line.

    Args:
        error: What pydantic found.
        content: The content, with its lines where it has some.
        file: The file's name.
        version: The version that is read.
    """
    return list(dict.fromkeys(_problem(entry, content, file, version) for entry in error.errors()))


def _problem(entry: Any, content: Any, file: str, version: str) -> Problem:
    where = [step for step in entry["loc"] if isinstance(step, int) or not re.fullmatch(r"str|_\w+", step)]
    name = next((step for step in reversed(where) if isinstance(step, str)), "the file")
    about = f"an entry of {name}" if where and isinstance(where[-1], int) else name
    return Problem(f"{file}:{line_of(content, where)}", _message(about, entry, version))


def _message(name: str, entry: Any, version: str) -> str:
    kind = entry["type"]
    if kind == "missing":
        return f"{name} is missing."
    if kind == "extra_forbidden":
        return f"{name} is not known here. What is your own goes under custom_extensions."
    if name == "version":
        return f'The version that is read is "{version}".'
    if kind == "literal_error":
        return f"{name} is one of {entry['ctx']['expected']}."
    return f"{name} {_WANTED[kind]}." if kind in _WANTED else f"{name}: {entry['msg']}."
