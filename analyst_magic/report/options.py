"""How a report is to look: ``report.toml`` beside the notebook, or ``report:`` in its front matter.

code = "shown"        # folded (where nothing is said), shown or none
appendix = false      # whether "How this was made" stands at its end
contents = true       # whether there is a table of contents
theme = "light"       # auto (as the reader's system is), light or dark
paper = "letter"      # a4 (where nothing is said) or letter; "a4 landscape"
header = "ACME · draft"
max_slides = 40       # 80 where nothing is said
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from ..errors import ReportError
from ..language import message

FILE = "report.toml"
_CHOICES: dict[str, tuple[str, ...]] = {
    "code": ("folded", "shown", "none"),
    "theme": ("auto", "light", "dark"),
    "paper": ("a4", "letter", "a4 landscape", "letter landscape"),
}


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What somebody chose for a report; see the module for what each means."""

    code: Literal["folded", "shown", "none"] | None = None
    appendix: bool = True
    contents: bool = True
    theme: str = "auto"
    paper: str = "a4"
    header: str = ""
    max_slides: int | None = None

    @property
    def sheet(self) -> tuple[float, float]:
        """The width and the height of the paper in centimetres."""
        width, height = (21.59, 27.94) if self.paper.startswith("letter") else (21.0, 29.7)
        return (height, width) if self.paper.endswith("landscape") else (width, height)

    @property
    def page(self) -> str:
        """The size of the paper for a style sheet; empty where it is the usual one."""
        return "" if self.paper == "a4" else self.paper


def read_options(folder: Path | None, given: Mapping[str, Any]) -> ReportOptions:
    """The options of a notebook's report.

    Args:
        folder: The notebook's directory.
        given: The front matter's ``report``, which goes before the file.

    Raises:
        ReportError: The file cannot be read, an option is unknown, or its value is not one of those that there are.
    """
    options = ReportOptions()
    path = folder / FILE if folder is not None else None
    if path is not None and path.is_file():
        try:
            options = _with(options, tomllib.loads(path.read_text("utf-8")), str(path))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ReportError(
                message("{path} cannot be read: {error}.", path=path, error=str(error)),
                message("Correct it, or remove it."),
            ) from error
    return _with(options, given, "The front matter's `report`")


def _with(options: ReportOptions, given: Mapping[str, Any], where: str) -> ReportOptions:
    known = {field.name for field in fields(ReportOptions)}
    for name, value in given.items():
        if name not in known:
            raise ReportError(
                message("{where} has an option {name}, which there is not.", where=where, name=name),
                message("Use one of: {known}.", known=", ".join(sorted(known))),
            )
        options = replace(options, **{name: _checked(name, value, where)})
    return options


def _checked(name: str, value: Any, where: str) -> Any:
    if name in _CHOICES:
        fits = str(value).lower() in _CHOICES[name]
        value = str(value).lower()
    elif name in {"appendix", "contents"}:
        fits = isinstance(value, bool)
    elif name == "max_slides":
        fits = isinstance(value, int) and not isinstance(value, bool) and value > 0
    else:
        value, fits = " ".join(str(value).split())[:200], True
    if not fits:
        wanted = ", ".join(_CHOICES.get(name, ("true, false",) if name != "max_slides" else ("a number",)))
        raise ReportError(
            message("{where} says {name} = {value}, which is not possible.", where=where, name=name, value=value),
            message("Use one of: {wanted}.", wanted=wanted),
        )
    return value
