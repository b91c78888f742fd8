"""Whether the frames in scope have the columns that earlier code uses: a pinned answer's, or an example's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..checks.used import columns_used
from ..history.columns import families, misfit
from ..sources.frames import variables
from ..sources.kinds import source_of
from ..turn import Code

Kinds = Mapping[str, Mapping[str, str]]
"""For each frame its columns, each with the kind of its type."""


def names_in_code(code: Code, frames: Mapping[str, object]) -> dict[str, str]:
    """The name in code of each frame."""
    return {name: name for name in frames} if code.language == "sql" else variables(frames)


def kinds_of(names: Iterable[str], frames: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """The columns, with their kinds, of the frames in scope among these."""
    return {name: dict(source_of(name, frames[name]).column_kinds()) for name in set(names) if name in frames}


def why_unfit(code: Code, schemas: Mapping[str, str], kinds: Kinds) -> str:
    """Why frames do not fit code any more; empty where they do.

    Args:
        code: The code.
        schemas: The schemas that its frames had when it was written (``schema_text``).
        kinds: The columns that the frames in scope have.

    Example:
        >>> code = Code("SELECT sum(revenue) FROM sales", "sql")
        >>> why_unfit(code, {"sales": "revenue number, region text"}, {"sales": {"revenue": "number", "shop": "text"}})
        ''
        >>> why_unfit(code, {"sales": "revenue number, region text"}, {"sales": {"revenue": "text"}})
        'the frame sales has other columns than when the answer was pinned: revenue is text and was number'
    """
    names = names_in_code(code, schemas)
    used = columns_used(code, {names[name]: families(schema).keys() for name, schema in schemas.items()})
    for name, schema in schemas.items():
        if name not in kinds:
            return f"the frame {name} is not in scope"
        if reason := misfit(schema, used[names[name]], kinds[name]):
            return f"the frame {name} has other columns than when the answer was pinned: {reason}"
    return ""
