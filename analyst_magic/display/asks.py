"""What can be done with an answer in a cell: questions to ask next, a word on whether it is right, copies of it.

The HTML beside it is what every front end shows; JupyterLab and Notebook show buttons with it.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

ASKS_MIME = "application/vnd.analyst-magic.asks.v1+json"
"""Questions that one click asks, and what can be copied of an answer; the HTML beside it says the rest."""
BESIDE_BUTTONS = "analyst-asks"
"""The class of HTML that lists questions: JupyterLab hides it where buttons do the same."""
_SMALL = "font-size:90%;opacity:.85"


def with_asks(
    bundle: dict[str, str],
    questions: Sequence[str] = (),
    lead: str = "",
    *,
    history: int = 0,
    answer: str = "",
    code: str = "",
) -> dict[str, Any]:
    """A bundle whose page has buttons in JupyterLab.

    Args:
        bundle: What is shown: HTML and text.
        questions: What one click asks in a new cell.
        lead: What stands before them.
        history: The turn's number in the history, for a word on whether it is right; 0 where it is not kept.
        answer: The answer as plain text, to be copied.
        code: Its code, to be copied.
    """
    if not (questions or history or answer or code):
        return bundle
    what = {"questions": list(questions), "lead": lead, "history": history, "answer": answer, "code": code}
    return {**bundle, ASKS_MIME: what}


def listed(questions: Sequence[str], lead: str) -> str:
    """Questions as HTML, to be copied; JupyterLab hides it where buttons do the same."""
    if not questions:
        return ""
    texts = " · ".join(f"<code>{html.escape(question)}</code>" for question in questions)
    return f'<div class="{BESIDE_BUTTONS}" style="{_SMALL};margin-top:4px">{html.escape(lead)} {texts}</div>'
