"""CSV that a spreadsheet opens: text that it would run as a formula is kept as text.

Source: OWASP, "CSV Injection": a cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return is run.
"""

from __future__ import annotations

import csv
import io
import re

_RUNS = re.compile(r"[=+\-@\t\r\uff0b\uff0d\uff1d\uff20]")
_NUMBER = re.compile(r"[+\-]?(?:\d[\d,.\s]*|\.\d+|inf|nan)(?:e[+\-]?\d+)?\s*%?", re.IGNORECASE)


def neutralised(data: bytes) -> tuple[bytes, int]:
    """The file with an apostrophe before each cell that would run, and how many there were; as it was where none is.

    Args:
        data: CSV in UTF-8. Numbers such as ``-5`` are numbers.
    """
    text = data.decode("utf-8-sig")
    if not re.search(r"(?:^|[,;|\t\r\n\"])\s*[=+\-@\uff0b\uff0d\uff1d\uff20]|[\"\t]", text):
        return data, 0
    delimiter = max(",;\t|", key=text.partition("\n")[0].count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        rows = [line.split(delimiter) for line in text.splitlines()]
    cells = 0
    for row in rows:
        for place, cell in enumerate(row):
            if _RUNS.match(cell.lstrip(" ")) and not _NUMBER.fullmatch(cell.strip()):
                row[place] = f"'{cell}"
                cells += 1
    if not cells:
        return data, 0
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return made.getvalue().encode(), cells
