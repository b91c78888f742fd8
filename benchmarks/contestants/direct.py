"""Cells in a plain IPython: what they show, as JSON, for a comparison with the sandbox.

Reads a list of files from standard input, each ``{"name", "cells": [[language, code], ...]}``, and writes one line for
each: ``{"name", "cells": [{"error", "outputs": [[kind, value], ...]}, ...]}``. Each file gets a fresh shell in a
process of its own. It needs no package but IPython and those that the cells import.

    python direct.py [DATA_FOLDER] < files.json
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

SECONDS = 60
"""For one cell."""
MAX_ROWS = 1_000
"""Rows of a table that are compared."""
PLOTLY = "application/vnd.plotly.v1+json"
FRAMES = (
    ("pandas", "DataFrame"),
    ("pandas", "Series"),
    ("polars.dataframe.frame", "DataFrame"),
    ("polars.series.series", "Series"),
    ("pyarrow.lib", "Table"),
    ("duckdb._relation", "DuckDBPyRelation"),
    ("_duckdb", "DuckDBPyRelation"),
)


def data_frames(folder: Path) -> dict[str, Any]:
    """The CSV and Parquet files of a folder as pandas frames, named after the files."""
    import pandas as pd

    readers = {".csv": pd.read_csv, ".parquet": pd.read_parquet}
    files = sorted(path for path in folder.iterdir() if path.suffix in readers)
    return {path.stem: readers[path.suffix](path) for path in files}


def table_of(value: Any) -> dict[str, Any]:
    """A frame of any library as labels, types and texts of cells; an index that carries data comes first.

    Types are compared for pandas alone (``dtypes`` is empty for others), as other libraries have types of their own.
    """
    import pandas as pd

    own = isinstance(value, (pd.DataFrame, pd.Series))
    if isinstance(value, pd.Series):
        value = value.to_frame("value" if value.name is None else value.name)
    if not isinstance(value, pd.DataFrame):
        value = value.to_frame() if hasattr(value, "to_frame") else value
        value = value.to_arrow_table() if hasattr(value, "to_arrow_table") else value
        value = value.to_arrow() if hasattr(value, "to_arrow") else value
        value = value.to_pandas()
    columns = [(label, value.iloc[:, at]) for at, label in enumerate(value.columns)]
    index = value.index
    if not (isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1 and index.name is None):
        plain = "index" if index.nlevels == 1 else "index_{}"
        levels = [(index.names[at], index.get_level_values(at)) for at in range(index.nlevels)]
        columns = [
            (plain.format(at) if name is None else name, level) for at, (name, level) in enumerate(levels)
        ] + columns
    return {
        "labels": [str(label) for label, _ in columns],
        "dtypes": [str(column.dtype) for _, column in columns] if own else [],
        "rows": len(value),
        "cells": [[cell(item) for item in list(column[:MAX_ROWS])] for _, column in columns],
    }


def cell(value: Any) -> str:
    """The text of one value, the same for a value of numpy, pandas and Python."""
    value = value.item() if hasattr(value, "item") and not hasattr(value, "__len__") else value
    if hasattr(value, "tolist"):
        value = value.tolist()
    if (
        value is None
        or type(value).__name__ in {"NAType", "NaTType"}
        or (isinstance(value, float) and math.isnan(value))
    ):
        return "null"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def pixels(data: bytes) -> str:
    """A digest of the pixels of a picture."""
    import io

    from PIL import Image

    picture = Image.open(io.BytesIO(data)).convert("RGBA")
    return f"{picture.width}x{picture.height} {hashlib.sha256(picture.tobytes()).hexdigest()[:16]}"


def bundle_of(data: dict[str, Any]) -> list[Any]:
    """What a reader of a notebook sees of a MIME bundle, as kind and value."""
    import base64

    if PLOTLY in data:
        figure = json.loads(json.dumps(data[PLOTLY]))
        return ["figure", {name: figure[name] for name in ("data", "layout", "frames") if figure.get(name)}]
    for mime in ("image/png", "image/jpeg", "image/gif"):
        if mime in data:
            raw = data[mime]
            return ["image", pixels(raw if isinstance(raw, bytes) else base64.b64decode(raw))]
    for mime in ("image/svg+xml", "text/markdown", "text/latex", "application/json"):
        if mime in data:
            return [mime, data[mime] if isinstance(data[mime], str) else json.dumps(data[mime], sort_keys=True)]
    return ["html" if "text/html" in data else "text", data.get("text/plain", "")]


def shell_of(outputs: list[Any]) -> Any:
    """A shell that puts what it shows into a list."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets import Type
    from traitlets.config import Config

    class Display(DisplayPublisher):
        def publish(self, data: Any, *_: Any, transient: Any = None, update: bool = False, **__: Any) -> None:
            name = (transient or {}).get("display_id")
            shown = bundle_of(data)
            if update:
                outputs[:] = [[*shown, name] if len(o) > 2 and o[2] == name else o for o in outputs]
            else:
                outputs.append([*shown, name] if name else shown)

        def clear_output(self, wait: bool = False) -> None:
            outputs.clear()

    class Result(DisplayHook):
        def write_output_prompt(self) -> None:
            pass

        def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
            outputs.append(bundle_of(format_dict))

        def finish_displayhook(self) -> None:
            self._is_active = False

    class ZMQInteractiveShell(InteractiveShell):
        displayhook_class = Type(Result)
        display_pub_class = Type(Display)

        def enable_gui(self, gui: Any = None) -> None:
            pass

        def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
            pass

    class Stream:
        """Stands in for a stream: pieces of text in a row are one output."""

        encoding = "utf-8"

        def __init__(self, name: str) -> None:
            self.name = name

        def write(self, text: str) -> int:
            if outputs and outputs[-1][0] == self.name:
                outputs[-1][1] += text
            else:
                outputs.append([self.name, text])
            return len(text)

        def flush(self) -> None:
            pass

        def isatty(self) -> bool:
            return False

    settings = {"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor"}}
    shell = ZMQInteractiveShell.instance(config=Config(settings))
    formatter = shell.display_formatter.ipython_display_formatter
    for module, name in FRAMES:
        formatter.for_type_by_name(module, name, lambda value: outputs.append(["table", table_of(value)]))
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")  # type: ignore[assignment]
    return shell


def sql_result(code: str, frames: dict[str, Any]) -> Any:
    """The result of a query by DuckDB over frames."""
    import duckdb

    connection = duckdb.connect()
    for name, frame in frames.items():
        connection.register(name, frame)
    return connection.sql(code).to_arrow_table()


def late(*_: Any) -> None:
    """Handler of the alarm.

    Raises:
        TimeoutError: A cell has run for ``SECONDS``.
    """
    raise TimeoutError


def run(file: dict[str, Any], folder: Path | None) -> list[dict[str, Any]]:
    """The cells of one file, in order, in this process."""
    outputs: list[Any] = []
    shell = shell_of(outputs)
    frames = data_frames(folder) if folder is not None else {}
    found = []
    for language, code in file["cells"]:
        outputs.clear()
        error = ""
        shell.user_ns.update({name: frame for name, frame in frames.items() if name not in shell.user_ns})
        signal.signal(signal.SIGALRM, late)
        signal.alarm(SECONDS)
        try:
            if language == "sql":
                outputs.append(["table", table_of(sql_result(code, frames))])
            else:
                result = shell.run_cell(code, store_history=True)
                failure = result.error_before_exec or result.error_in_exec
                error = type(failure).__name__ if failure is not None else ""
        except BaseException as failure:  # noqa: BLE001 (whatever the cell raises is its result)
            error = type(failure).__name__
        signal.alarm(0)
        found.append({"error": error, "outputs": [output[:2] for output in outputs]})
    return found


def main() -> None:
    folder = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
    files = json.load(sys.stdin)
    os.environ |= {"MPLBACKEND": "module://matplotlib_inline.backend_inline", "PLOTLY_RENDERER": "plotly_mimetype"}
    for file in files:
        with tempfile.TemporaryDirectory() as directory:
            answer = Path(directory, ".answer.json")
            child = os.fork()
            if not child:
                os.chdir(directory)
                answer.write_text(json.dumps({"name": file["name"], "cells": run(file, folder)}, default=str))
                os._exit(0)
            os.waitpid(child, 0)
            empty = json.dumps({"name": file["name"], "cells": []})
            print(answer.read_text() if answer.exists() else empty, flush=True)


if __name__ == "__main__":
    main()
