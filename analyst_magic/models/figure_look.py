"""What a model replies when it has looked at a figure: that it is fine, or the code mended."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..turn import Code
from .parse import parse

MAX_WORDS = 600
"""Characters of a criticism."""
_FINE = re.compile(r"\W*(?:it(?:'s| is) |looks |the figure is )?(?:fine|good|ok|okay)\b", re.I)


@dataclass(frozen=True, slots=True)
class FigureLook:
    """What a model says of a figure.

    Attributes:
        words: What is wrong with it; empty where nothing is.
        code: The code with that mended; None where there is nothing to mend.
    """

    words: str = ""
    code: Code | None = None


def read_look(text: str, before: Code) -> FigureLook:
    """A model's reply as what it says of a figure. Code that is as before mends nothing.

    Args:
        text: The reply.
        before: The code that drew the figure.

    Example:
        >>> read_look("fine", Code("px.bar(t)"))
        FigureLook(words='', code=None)
        >>> look = read_look("The bars have no order.\\n```python\\npx.bar(best)\\n```", Code("px.bar(t)"))
        >>> look.words, look.code.text
        ('The bars have no order.', 'px.bar(best)')
    """
    words, code = parse(text)
    words = " ".join(words.split())[:MAX_WORDS]
    if code is None or code.language != "python" or code.text.split() == before.text.split():
        return FigureLook("" if _FINE.match(words) or code is not None else words)
    return FigureLook(words or "It was drawn in another way.", code)
