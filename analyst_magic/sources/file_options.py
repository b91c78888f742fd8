"""How a data file is to be read, as its user says it behind its name: ``sales.csv dates=mdy decimal=,``."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

from ..errors import InputError
from ..language import message

CHOICES = {
    "dates": ("dmy", "mdy"),
    "decimal": (",", "."),
    "header": ("yes", "no"),
    "bad_lines": ("skip",),
}
"""The values of the options that have few."""
_NAMES = ("sheet", "dates", "decimal", "encoding", "delimiter", "header", "bad_lines", "text")
OPTION = rf"""\s+(?:{"|".join(_NAMES)})=(?:"[^"]*"|'[^']*'|\S+)"""
"""The form of an option, as a regular expression."""
_OPTION = re.compile(rf"""\s+({"|".join(_NAMES)})=("[^"]*"|'[^']*'|\S+)\s*$""")
_DELIMITERS = {"tab": "\t", "\\t": "\t", "space": " ", "comma": ",", "semicolon": ";", "pipe": "|"}


@dataclass(frozen=True, slots=True)
class FileOptions:
    """How a data file is read; empty where that is found out.

    Attributes:
        sheet: The sheet of a workbook.
        dates: ``dmy`` or ``mdy``: what comes first in dates such as 01/02/2024.
        decimal: The decimal sign, ``,`` or ``.``.
        encoding: As Python calls it.
        delimiter: What stands between the values of a line.
        header: ``yes`` or ``no``: whether the first line has the columns' names.
        bad_lines: ``skip``: leave out lines with more values than there are columns.
        text: Columns that are read as text.
    """

    sheet: str = ""
    dates: str = ""
    decimal: str = ""
    encoding: str = ""
    delimiter: str = ""
    header: str = ""
    bad_lines: str = ""
    text: tuple[str, ...] = ()

    def __str__(self) -> str:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        words = {name: ",".join(value) if isinstance(value, tuple) else value for name, value in values.items()}
        return "".join(f" {name}={_quoted(word)}" for name, word in words.items() if word)


def split_options(text: str) -> tuple[str, FileOptions]:
    """A file's name and the options behind it.

    >>> split_options('my sales.csv dates=mdy sheet="Q 2"')
    ('my sales.csv', FileOptions(sheet='Q 2', dates='mdy', decimal='', encoding='', delimiter='', header='', bad_lines='', text=()))

    Raises:
        InputError: An option has a value that it cannot have.
    """  # noqa: E501
    found: dict[str, str] = {}
    while (match := _OPTION.search(text)) is not None:
        found[match[1]] = match[2].strip("\"'") or match[2]
        text = text[: match.start()]
    for name, values in CHOICES.items():
        if name in found and found[name] not in values:
            raise InputError(
                message("{name}={found} is no way to read a file.", name=name, found=found[name]),
                message("Use {name}={what}.", name=name, what=" or ".join(values)),
            )
    if "encoding" in found:
        found["encoding"] = _encoding(found["encoding"])
    if "delimiter" in found:
        found["delimiter"] = _DELIMITERS.get(found["delimiter"].lower(), found["delimiter"])
    columns = tuple(name.strip() for name in found.pop("text", "").split(",") if name.strip())
    return text.strip(), FileOptions(**found, text=columns)


def with_options(words: list[str]) -> str:
    """A frame or file of ``-f`` and the words behind it as one text, which ``split_options`` takes apart again.

    Raises:
        InputError: A word is no option of a file.
    """
    for word in words[1:]:
        name, equals, _ = word.partition("=")
        if not equals or name not in _NAMES:
            raise InputError(
                message("{word} is no way to read a file.", word=word),
                message("Options of a file: {names}, as in dates=mdy.", names=", ".join(_NAMES)),
            )
    return " ".join([words[0], *(f"{n}={_quoted(v)}" for n, _, v in (w.partition("=") for w in words[1:]))])


def is_option(word: str) -> bool:
    """Whether a word is an option of a file."""
    name, equals, _ = word.partition("=")
    return bool(equals) and name in _NAMES


def _encoding(name: str) -> str:
    import codecs

    try:
        return codecs.lookup(name).name
    except LookupError:
        raise InputError(
            message("There is no encoding {name}.", name=name), message("Use utf-8, cp1252, latin-1 or utf-16.")
        ) from None


def _quoted(word: str) -> str:
    return f'"{word}"' if re.search(r"\s", word) else word
