"""CSV that a spreadsheet opens: text that it would run as a formula is kept as text.

Source: OWASP, "CSV Injection": a cell that begins with ``=``, ``+``, ``-`` or ``@`` is run. Which character ends a cell
depends on the reader's country, on a first line ``sep=;`` and on the program, and so does what quotes hold together. So
what would begin a cell elsewhere is looked at as well, if only for what could reach out.
"""

from __future__ import annotations

import re

_SIGNS = "=+\\-@\uff0b\uff0d\uff1d\uff20"
_SEPARATOR = re.compile(r"\ufeff?\"?sep=([^\r\n])", re.IGNORECASE)
_NUMBER = r"[+\-](?:\d[\d. \u00a0]*+|\.\d++|inf(?:inity)?+|nan)(?:e[+\-]?\d++)?+[ ]*+%?+"
# What no spreadsheet takes for a formula: nothing but signs, an amount of money, a span of time, a complex number.
_NOT_RUN = re.compile(
    rf"[{_SIGNS}\s./~*_#]*|[+\-]\s?[$€£¥]\s?\d[\d.]*|-\d+ days?[ +\-\d:.]*|(?:[+\-][\d.]+(?:e[+\-]?\d+)?){{2}}j",
    re.IGNORECASE,
)
_REACHES = re.compile(r"=|[^\s=][^\s(|!\[]*[(|!\[]")


def neutralised(data: bytes) -> tuple[bytes, int]:
    """The file with an apostrophe before each cell that would run, and how many there were; as it was where none is.

    Args:
        data: CSV in UTF-8. Numbers such as ``-5`` are numbers.
    """
    text = data.decode("utf-8")
    own, ends = _separators(text)
    begins = re.compile(
        rf'(?:\A\ufeff?|[{ends}])[ ]*+"?+[ ]*+(?=[{_SIGNS}])(?!{_NUMBER}(?=[ "]*+(?:[{ends}]|\Z)))', re.IGNORECASE
    )
    rest = re.compile(rf'[^"{ends}]*')
    pieces, copied, quotes, counted = [], 0, 0, 0
    for found in begins.finditer(text):
        start, place = found.span()
        quotes += text.count('"', counted, start)
        counted = start
        cell = rest.match(text, place)
        assert cell is not None
        begins_here = quotes % 2 == 0 and (start == 0 or text[start] in f"{own}\r\n")
        if _NOT_RUN.fullmatch(cell[0]) or not (begins_here or _REACHES.match(text, place, place + 1_000)):
            continue
        pieces += [text[copied:place], "'"]
        copied = place
    if not pieces:
        return data, 0
    return "".join([*pieces, text[copied:]]).encode(), len(pieces) // 2


def _separators(text: str) -> tuple[str, str]:
    """What ends a cell in this file, and all that could, as characters of a regular expression's set."""
    said = _SEPARATOR.match(text)
    own = said[1] if said else max(",;\t|", key=text.partition("\n")[0].count)
    return own, re.escape(",;\t|\r\n") + (re.escape(own) if said else "")
