"""What ``-o`` takes from an answer: a value for a variable, or a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import InputError
from ..turn import Turn


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
    raise InputError(f"There is no table to bind to {name}.", "Ask for a table, or end the code with a data frame.")


def write_result(turn: Turn, output: Path | None) -> list[Path]:
    """Write the last table or figure to a file, as its ending says; the files that were written.

    Raises:
        InputError: The file's ending is not one that can be written, or there is nothing to write.
    """
    if output is None or turn.error is not None:
        return []
    ending = output.suffix.lower()
    if ending == ".html" and turn.figures:
        page = turn.figures[-1].to_plotly().to_html(include_plotlyjs=True, full_html=True)
        output.write_text(str(page), encoding="utf-8")
    elif ending in {".csv", ".parquet", ".xlsx"} and turn.tables:
        frame = turn.tables[-1].to_flat_pandas()
        frame.columns = [str(name) for name in frame.columns]
        {".csv": frame.to_csv, ".xlsx": frame.to_excel, ".parquet": frame.to_parquet}[ending](output, index=False)
    else:
        raise InputError(
            f"{output} cannot be written from this answer.",
            "A table goes to .csv, .parquet or .xlsx, a figure to .html.",
        )
    return [output]
