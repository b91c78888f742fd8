"""What a spare does before anyone asks: import what most code uses, and give back what that took and needs no more."""

from __future__ import annotations

import contextlib
import ctypes
import gc


def run(whole: bool) -> None:
    """Import pandas, Plotly and DuckDB; ``whole`` runs Plotly and DuckDB once as well, as much of them loads only then.

    The first chart is 0.35 s faster for it, and the spare larger by 45 MB.
    """
    import duckdb
    import pandas as pd
    import plotly.graph_objects  # noqa: F401

    frame = pd.DataFrame({"a": ["x", "y"], "b": [1, 2]})
    frame.groupby("a").sum().to_string()
    if whole:
        import plotly.express as px

        px.bar(frame, x="a", y="b").to_json()
        duckdb.sql("select a, sum(b) from frame group by a").df()
    gc.collect()
    gc.freeze()  # what is loaded stays: later collections need not look at it
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
