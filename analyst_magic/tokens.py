"""An honest estimate of how many tokens a text has, without a tokenizer that would have to be downloaded.

English prose has about 4 characters a token, code and tables about 3 (https://platform.openai.com/tokenizer); text in
other scripts up to one token a character. The estimate errs on the high side.
"""

from __future__ import annotations


def estimate_tokens(text: str) -> int:
    """About how many tokens a model counts for a text."""
    plain = sum(1 for character in text if character.isascii())
    return round(plain / 3.4 + (len(text) - plain))
