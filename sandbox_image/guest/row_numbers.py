"""Whether the index of a frame is no more than the numbers of its rows.

``sort_values``, ``head`` and filters leave the numbers that the rows had before. They say nothing, and stay part of the
frame, but are not shown. An index of whole numbers without a name can also be what a frame is about, such as years;
pandas does not say which it is. So the code is looked at: where nothing in it makes an index, no index means anything.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

# What gives a frame an index of its own: dictionaries, keys of groups without a name, and the index itself.
_MAKES_INDEX = re.compile(
    r"\bindex\s*=|\.index\b|(?<!re)set_index|set_axis|reindex|from_dict|from_records"
    r"|\bDataFrame\s*\((?!\s*\[)|\bSeries\s*\("
    r"|\.T\b|transpose|swapaxes|\borient\b|index_col|groupby\(\s*(?:lambda|np\.|\[\s*(?:lambda|np\.))"
    r"|groupby\([^)]*(?:\.values|to_numpy|\.array\b|\.apply|\.map)"
)


class Provenance:
    """Knows of which variables the index may mean something, over the runs of a session."""

    def __init__(self) -> None:
        self.own_index: set[str] = set()
        self.before: dict[str, int] = {}
        self.custom = False

    def begin(self, code: str, frames: Mapping[str, Any], namespace: Mapping[str, Any]) -> None:
        """A run begins.

        Args:
            code: Its source.
            frames: The host's specs of the frames that it gets.
            namespace: The variables, with those frames.
        """
        self.own_index -= frames.keys()
        self.own_index |= {name for name, spec in frames.items() if has_numbers_for_index(spec)}
        names = set(re.findall(r"[^\W\d]\w*", code))
        self.custom = bool(_MAKES_INDEX.search(code)) or not self.own_index.isdisjoint(names)
        self.before = {name: id(value) for name, value in namespace.items()}

    def end(self, names: Iterable[str], namespace: Mapping[str, Any]) -> None:
        """A run is over: what it has made under these names may have an index of its own, where the run makes any."""
        if self.custom:
            self.own_index |= {name for name in names if self.before.get(name) != id(namespace[name])}

    def leftover(self, value: Any) -> bool:
        """Whether the index of a frame or a series is the numbers of rows that are left over."""
        import pandas as pd

        if not isinstance(value, (pd.DataFrame, pd.Series)) or (value.ndim == 1 and value.name is None):
            return False  # a series without a name is often made of a dictionary
        index = value.index
        if self.custom or index.nlevels != 1 or index.name is not None or str(index.dtype) != "int64" or not len(index):
            return False
        if isinstance(index, pd.RangeIndex):
            return not (index.start == 1 and index.step == 1)
        return type(index) is pd.Index and int(index.min()) >= 0


def has_numbers_for_index(spec: Mapping[str, Any]) -> bool:
    """Whether a frame of the host came with an index that has one level without a name, as numbers of rows have."""
    description = spec.get("description") if spec["kind"] == "pandas" else None
    index = description and description.get("index")
    return bool(index and index["names"] == [None])
