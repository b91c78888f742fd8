"""How a turn looks in a notebook: a line with the code folded under it, then the results.

All HTML here is static and escaped, so that it survives a reload without trust, nbconvert and GitHub. Beside it is the
text that a terminal shows; what has none shows nothing there.
"""

from __future__ import annotations

import html

from IPython.display import display

from ..errors import CodeFailed
from ..evidence.provenance import EarlierAttempt, record_of
from ..turn import Turn

_PRE = "margin:4px 0;padding:8px;overflow-x:auto;border:1px solid rgba(128,128,128,.35);border-radius:4px"
_SMALL = "font-size:90%;opacity:.85"


def show(turn: Turn) -> None:
    """Display a turn's results, and its notes below them."""
    for result in turn.results:
        display(result)
    for note in turn.notes:
        display(words(note), raw=True)


def summary_bundle(turn: Turn) -> dict[str, str]:
    """A turn's card as HTML and as text, to be displayed as it is."""
    record = record_of(turn)
    failed = [f"Attempt failed: {attempt.error}" for attempt in record.attempts if attempt.error]
    plain = [record.text, *failed, record.code, " · ".join(record.facts)]
    return {"text/html": summary(turn), "text/plain": "\n\n".join(filter(None, plain))}


def words(text: str) -> dict[str, str]:
    """A message as HTML and as text, to be displayed as it is."""
    return {"text/html": line(text), "text/plain": text}


def summary(turn: Turn) -> str:
    """A turn's card: how the question was understood, and a line of facts that unfolds to the code."""
    record = record_of(turn)
    parts = [f'<div style="margin:2px 0">{html.escape(record.text)}</div>'] if record.text else []
    parts += [_folded(attempt, number) for number, attempt in enumerate(record.attempts, 1)]
    facts = " · ".join(record.facts)
    parts.append(_details(facts, source(record.code) + _traceback(turn.error)) if record.code else line(facts))
    return f'<div class="analyst-turn">{"".join(parts)}</div>'


def _folded(attempt: EarlierAttempt, number: int) -> str:
    code = source(attempt.code) if attempt.code else ""
    return _details(attempt.title(number), f"<div>{html.escape(attempt.error)}</div>{code}")


def _traceback(error: Exception | None) -> str:
    if not isinstance(error, CodeFailed) or not error.traceback:
        return ""
    return _details("Traceback", f'<pre style="{_PRE}">{html.escape(error.traceback)}</pre>')


def _details(title: str, body: str) -> str:
    return f'<details><summary style="{_SMALL}">{html.escape(title)}</summary>{body}</details>'


def source(code: str) -> str:
    """Code as HTML."""
    return f'<pre style="{_PRE}"><code>{html.escape(code)}</code></pre>'


def line(text: str, aside: str = "") -> str:
    """A message as HTML in small letters; JupyterLab hides the aside where a button does the same."""
    more = f'<span class="analyst-aside"> {html.escape(aside)}</span>' if aside else ""
    return f'<div style="{_SMALL}">{html.escape(text)}{more}</div>'
