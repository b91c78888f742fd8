"""What a model replies about the user's own cells: a corrected cell, or notes to stand above cells."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from ..errors import UnreadableReply
from ..language import message
from ..turn.own_cells import CellEdit

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n]*\n(.*?)\n?^[ \t]*\1[ \t]*$", re.S | re.M)
MAX_NOTE = 1_500
"""Characters of a note."""


def read_fix(text: str, before: str) -> CellEdit:
    """The corrected cell of a reply: its longest block of code, and the words before it as the reason.

    A reply without code leaves the cell as it is; its words say why.

    Raises:
        UnreadableReply: The reply is empty.

    Example:
        >>> fix = read_fix("A bracket is missing.\\n```python\\nprint(1)\\n```", "print(1")
        >>> fix.reason, fix.after
        ('A bracket is missing.', 'print(1)')
    """
    if not text.strip():
        raise UnreadableReply(message("The reply of the model is empty."), message("Ask again, or with another model."))
    blocks = list(_FENCE.finditer(text))
    if not blocks:
        return CellEdit(before, before, text.strip())
    longest = max(blocks, key=lambda block: len(block[2]))
    reason = text[: blocks[0].start()].strip() or text[blocks[-1].end() :].strip()
    return CellEdit(before, longest[2].strip("\n"), reason)


def read_notes(text: str, number: int) -> dict[int, str]:
    """The notes of a reply by the number of their cell.

    Args:
        text: The reply.
        number: How many cells there are; a note to another one is left out.

    Raises:
        UnreadableReply: The reply holds none.

    Example:
        >>> read_notes('{"notes": [{"cell": 2, "text": "Revenue by month."}]}', 3)
        {2: 'Revenue by month.'}
    """
    start, end = text.find("{"), text.rfind("}")
    try:
        found = json.loads(text[start : end + 1])
        entries = found["notes"]
        notes = {int(entry["cell"]): str(entry["text"]).strip()[:MAX_NOTE] for entry in entries}
    except (ValueError, KeyError, TypeError):
        raise UnreadableReply(
            message("The reply of the model holds no notes."), message("Ask again, or with another model.")
        ) from None
    if not isinstance(found, Mapping):
        raise UnreadableReply(
            message("The reply of the model holds no notes."), message("Ask again, or with another model.")
        )
    return {cell: note for cell, note in sorted(notes.items()) if note and 1 <= cell <= number}
