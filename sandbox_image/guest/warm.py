"""What a spare does before anyone asks: import what most code uses, and give back what that took and needs no more."""

import contextlib
import ctypes
import gc


def up():
    """Import pandas, Plotly and DuckDB, and run each once, because much of them loads at first use."""
    import duckdb
    import pandas as pd
    import plotly.express as px

    frame = pd.DataFrame({"a": ["x", "y"], "b": [1, 2]})
    px.bar(frame, x="a", y="b").to_json()
    duckdb.sql("select a, sum(b) from frame group by a").df()
    frame.groupby("a").sum().to_string()
    gc.collect()
    gc.freeze()  # what is loaded stays: later collections need not look at it
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
