"""How a turn looks in a notebook: a line with the code folded under it, then the results.

All HTML here is static and escaped, so that it survives a reload without trust, nbconvert and GitHub. Beside it is the
text that a terminal shows; what has none shows nothing there.
"""

from __future__ import annotations

import html

from IPython.display import display

from ..errors import CodeFailed
from ..turn import Attempt, Turn
from ..wording import count

_PRE = "margin:4px 0;padding:8px;overflow-x:auto;border:1px solid rgba(128,128,128,.35);border-radius:4px"
_SMALL = "font-size:90%;opacity:.85"


def show(turn: Turn) -> None:
    """Display a turn's results and what is to be said about them."""
    for result in turn.results:
        display(result)
    for note in turn.notes:
        display(words(note), raw=True)


def told(turn: Turn) -> dict[str, str]:
    """A turn's summary, to be displayed as it is."""
    failed = [f"Attempt failed: {attempt.error}" for attempt in turn.attempts[:-1] if attempt.error]
    plain = [turn.text, *failed, turn.code, " · ".join(_facts(turn))]
    return {"text/html": summary(turn), "text/plain": "\n\n".join(filter(None, plain))}


def words(text: str) -> dict[str, str]:
    """Words of ours, to be displayed as they are."""
    return {"text/html": line(text), "text/plain": text}


def summary(turn: Turn) -> str:
    """How the question was understood, and a line with model, time and place that unfolds to the code."""
    parts = [f'<div style="margin:2px 0">{html.escape(turn.text)}</div>'] if turn.text else []
    parts += [_folded(f"Attempt {i + 1} failed" if a.error else f"Step {i + 1}", a)
              for i, a in enumerate(turn.attempts[:-1])]  # fmt: skip
    if turn.code:
        body = source(turn.code) + _traceback(turn.error)
        parts.append(_details(" · ".join(_facts(turn)), body))
    else:
        parts.append(line(" · ".join(_facts(turn))))
    return f'<div class="analyst-turn">{"".join(parts)}</div>'


def _facts(turn: Turn) -> list[str]:
    language = {"sql": "SQL", "python": "Python", "document": "Python for a document"}[turn.language]
    facts = [language] if turn.code else []
    pinned = "pinned, " if turn.pinned else ""
    facts.append(f"{pinned}written by {turn.model}" if turn.code else f"asked {turn.model}")
    facts.append(f"{turn.seconds.get('total', 0.0):.2f} s")
    if turn.sandbox:
        facts.append(f"ran in {turn.sandbox}")
    if turn.remote:
        facts.append(f"saw {turn.privacy}")
    if turn.tokens is not None:
        facts.append(count(turn.tokens.prompt + turn.tokens.completion, "token"))
    if turn.cost is not None:
        facts.append(f"${turn.cost:.4f}")
    return facts


def _folded(title: str, attempt: Attempt) -> str:
    said = html.escape(str(attempt.error or ""))
    code = source(attempt.code.text) if attempt.code.text else ""
    return _details(title, f"<div>{said}</div>{code}")


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
    """Words of ours as HTML, small and by themselves; the aside is left out where a button stands for it."""
    more = f'<span class="analyst-aside"> {html.escape(aside)}</span>' if aside else ""
    return f'<div style="{_SMALL}">{html.escape(text)}{more}</div>'
