"""``check``: expectations of data, drafted from a profile and held against the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..analyst import Analyst
from ..errors import InputError, UnknownOption
from ..language import message
from ..profiling.expectations import CheckReport, write_draft
from .profile import in_scope

USAGE = message("Write it as: check NAME [FILE.yaml] [--draft].")


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What a line asks for.

    Attributes:
        data: A name in scope, or a file.
        expectations: The file of expectations; empty for ``NAME_checks.yaml`` in the current folder.
        draft: Whether to write that file instead.
    """

    data: str
    expectations: str = ""
    draft: bool = False


def read_request(words: Sequence[str]) -> CheckRequest:
    """The request in the words of a line.

    Raises:
        UnknownOption: There is no name, or too much is said.

    Example:
        >>> read_request(["sales", "--draft"])
        CheckRequest(data='sales', expectations='', draft=True)
    """
    names = [word for word in words if not word.startswith("-")]
    unknown = [word for word in words if word.startswith("-") and word != "--draft"]
    if unknown or not 1 <= len(names) <= 2:
        raise UnknownOption(message("check does not take {words}.", words=" ".join(words) or message("nothing")), USAGE)
    return CheckRequest(names[0], names[1] if len(names) > 1 else "", "--draft" in words)


def check(analyst: Analyst, request: CheckRequest, scope: Mapping[str, object]) -> CheckReport | str:
    """Hold expectations against data, or draft them.

    Args:
        analyst: Runs it.
        request: What is asked for.
        scope: What can be named: frames, files and connections.

    Returns:
        The report; of a draft, a sentence on what was written.

    Raises:
        AnalystError: There is no such data or no such file, or the file cannot be used.
    """
    name, named = in_scope(request.data, scope)
    path = Path(request.expectations or f"{name}_checks.yaml")
    if request.draft:
        written = write_draft(analyst.profile(name, named), path)
        return message(
            "{written} says what {name} meets now. Edit it, then run: check {data}.",
            written=written,
            name=name,
            data=request.data,
        )
    if not path.exists():
        raise InputError(
            message("There is no file {path}.", path=path),
            message("Draft one: check {data} --draft.", data=request.data),
        )
    return analyst.check(name, path, named)
