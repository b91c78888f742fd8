"""What ``-o`` takes from an answer: a value for a variable, or a file."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..language import message
from ..storage.files import SHARED, write_atomic
from ..turn import Turn
from ..wording import count


def value_of(turn: Turn, name: str) -> Any:
    """The last table as a pandas frame, else the last figure, else the last document's path.

    Args:
        turn: The answer.
        name: The variable that the value is for.

    Raises:
        InputError: The turn gave none of them.
    """
    if turn.tables:
        return turn.tables[-1].to_pandas()
    if turn.figures:
        return turn.figures[-1].to_plotly()
    if turn.documents:
        return turn.documents[-1].path
    raise InputError(
        message("There is no table to bind to {name}.", name=name),
        message("Ask for a table, or end the code with a data frame."),
    )


def described(value: Any) -> str:
    """What ``value_of`` gave, in words.

    >>> import pandas as pd
    >>> described(pd.DataFrame({"region": ["north"], "revenue": [1.0]}))
    'a DataFrame with 1 row and 2 columns'
    """
    if isinstance(value, Path):
        return f"the path of {value.name}"
    shape = getattr(value, "shape", None)
    if shape is None:
        return f"a {type(value).__name__} of Plotly"
    return f"a {type(value).__name__} with {count(shape[0], 'row')} and {count(shape[1], 'column')}"


def write_result(turn: Turn, output: Path | None) -> list[Path]:
    """Write the last table or figure to a file, as its ending says; the files that were written.

    Raises:
        InputError: The file's ending is not one that can be written, there is nothing to write, or no room for it.
    """
    if output is None or turn.error is not None:
        return []
    content = _content(turn, output)
    write_file(output, content)
    return [output]


def write_file(path: Path, content: str | bytes, *, mode: int = SHARED) -> None:
    """Write a file that was asked for by its name; one that cannot be written leaves the path as it was.

    Args:
        path: The file.
        content: All that it is to hold.
        mode: The rights of a file that is new.

    Raises:
        InputError: It cannot be written.
    """
    try:
        write_atomic(path, content, mode=mode)
    except OSError as error:
        raise InputError(
            message("{path} cannot be written: {reason}.", path=path, reason=error.strerror or error),
            message("Name a file in a folder that has room."),
        ) from error


def _content(turn: Turn, output: Path) -> str | bytes:
    """The last table or figure in the format of the file's ending.

    Raises:
        InputError: It has none there.
    """
    ending = output.suffix.lower()
    if ending == ".html" and turn.figures:
        return str(turn.figures[-1].to_plotly().to_html(include_plotlyjs=True, full_html=True))
    if ending not in {".csv", ".parquet", ".xlsx"} or not turn.tables:
        raise InputError(
            message("{output} cannot be written from this answer.", output=output),
            message("A table goes to .csv, .parquet or .xlsx, a figure to .html."),
        )
    frame, sink = turn.tables[-1].to_flat_pandas(), io.BytesIO()
    frame.columns = [str(name) for name in frame.columns]
    {".csv": frame.to_csv, ".xlsx": frame.to_excel, ".parquet": frame.to_parquet}[ending](sink, index=False)
    return sink.getvalue()
