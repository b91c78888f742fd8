"""What ``%analyst help`` and ``%%analyst?`` show, in the language of now.

Questions in the examples stay English, as the offline planner reads them.
"""

from __future__ import annotations

import textwrap

from ..commands.table import describe
from ..language import localize, message, tr
from ..wording import wrap

_EXAMPLES = (
    ("%%analyst", message("ask about the data frames of the notebook"),
     "mean delay by carrier, highest first, as a bar chart"),
    ("%%analyst", message("go on from the answer before"), "only for JFK"),
    ("%%analyst -o busiest --as table", message("the answer becomes the data frame `busiest`"),
     "the ten days with the most flights"),
    ("%%analyst --as xlsx", message("a workbook; docx, pdf and pptx likewise"), "revenue by region and month"),
    ("%%analyst -f orders=orders.csv", message("a file beside the notebook"), "total amount by month as a line chart"),
    ("%%analyst", message("your own SQL or Python, in the sandbox"),
     "SQL: SELECT carrier, count(*) AS flights FROM flights GROUP BY carrier"),
    ("%analyst refine as a table", message("ask the last question again, changed"), ""),
    ("%analyst status", message("model, privacy, lock, history and sandbox at a glance"), ""),
)  # fmt: skip
"""Lines that begin a cell, what they do, and what stands below them."""
_SYNOPSIS = """\
%%analyst [-m MODEL] [-f FRAME ...] [-o NAME] [--as FORM] [--template FILE] [--python | --sql] [--privacy LEVEL]
          [--fresh] [--frozen] [--confirm] [--background] [--no-history] [--dry-run] [--debug]
          [--investigate [--yes] [--budget PARTS]]
"""
_OPTIONS = (
    ("-m MODEL", (message("offline, or PROVIDER:MODEL, for this question"),)),
    ("-f FRAME", (
        message("a frame to use (may be given again), or NAME=FILE for a data file; all in scope by default."),
        message("Behind a file, how it is read: sheet=NAME dates=mdy decimal=, encoding=cp1252 delimiter=;"),
        "header=yes bad_lines=skip text=COLUMN,COLUMN")),
    ("-o NAME", (message("bind the result to this name: a table as a data frame, a figure, or a document's path"),)),
    ("--as FORM", (message("figure, table, dashboard, xlsx, docx, pdf or pptx"),)),
    ("--template FILE",
     (message("a .xlsx, .docx or .pptx to fill and to look like; `%analyst documents templates` lists some"),)),
    ("--python, --sql", (message("the language that the answer is to be written in"),)),
    ("--privacy LEVEL", (message("schema, stats, masked or rows"),)),
    ("--fresh", (message("ask again, without the earlier conversation, even where an answer is pinned, and pin what "
                         "comes"),)),
    ("--frozen", (message("answer from analyst.lock alone"),)),
    ("--confirm", (message("show the code and what it would get, and run it only if you say so; you may edit it"),)),
    ("--background", (message("do not wait: the cell fills in when the answer comes; `%analyst jobs` and "
                              "`%analyst stop`"),)),
    ("--investigate", (message("plan several steps, show the plan to change and approve, take them one by one, and say "
                               "what was found"),)),
    ("--yes", (message("with --investigate: take the plan as it is"),)),
    ("--budget PARTS", (message("with --investigate: steps=8 seconds=900 tokens=200000 cost=0.50, any of them, joined "
                                "by commas"),)),
    ("--no-history", (message("keep nothing of this question"),)),
    ("--dry-run", (message("show what a model would be told; send nothing, run nothing"),)),
    ("--debug", (message("show our own traceback when something fails"),)),
)  # fmt: skip
"""The options, and what is said of each, from a line of its own."""


def examples() -> str:
    """Cells to begin with.

    Example:
        >>> print(examples().splitlines()[1])
          %%analyst                                 ask about the data frames of the notebook
    """
    cells = [f"  {first:41} {localize(text)}" + (f"\n  {below}" if below else "") for first, text, below in _EXAMPLES]
    return "\n".join([tr("Examples"), "\n\n".join(cells[:-1]), cells[-1], ""])


def usage() -> str:
    """The options of ``%%analyst``.

    Example:
        >>> print(usage().splitlines()[-1])
          --debug          show our own traceback when something fails
    """
    head = [
        tr("a question in plain words, or `SQL: ...` or `PYTHON: ...` to run code as it stands;"),
        tr("@frame and @frame.column name them without a doubt, and Tab completes them"),
    ]
    rows = [textwrap.indent("\n".join(lines), " " * 19) for lines in map(_lines, _OPTIONS)]
    named = [f"  {option:16} {row.lstrip()}" for (option, _), row in zip(_OPTIONS, rows, strict=True)]
    return _SYNOPSIS + "\n".join([*head, "", *named])


def _lines(option: tuple[str, tuple[str, ...]]) -> list[str]:
    return [line for text in option[1] for line in wrap(localize(text), 101)]


def help_text() -> str:
    """All of it: examples, the options of ``%%analyst``, and the commands of ``%analyst``."""
    return f"{examples()}\n{usage()}\n\n{describe('notebook')}"


def documentation() -> str:
    """What ``%%analyst?`` shows."""
    return f"{tr('Ask a question about data frames and data files.')}\n\n{help_text()}"
