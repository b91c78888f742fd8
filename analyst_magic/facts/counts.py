"""A frame as a sample of its rows, with what is counted over all of them: where a frame lies, before it is looked at.

Copying gigabytes to the sandbox takes longer than looking at them. So of a large frame all that needs every row is
counted in the user's own process, and the sandbox gets the sample and the counts.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa

from . import rows, source
from .columns import whole_facts


def count_rows(frame: Any) -> tuple[pa.Table, str]:
    """The sample of a frame, and what is counted over all of its rows, as ``source.read`` reads it.

    Args:
        frame: A frame of pandas, polars or Arrow.
    """
    data = source.read("data", frame)
    table = data.whole
    assert table is not None  # such a frame is here with all of its rows
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:  # the work is NumPy's and Arrow's
        columns = list(pool.map(lambda column: whole_facts(source.plain_numbers(column)), table.columns))
    counts = {"rows": data.rows, "bytes": data.bytes, "duplicates": rows.duplicates(data), "columns": columns}
    return data.sample, json.dumps(counts, allow_nan=False)
