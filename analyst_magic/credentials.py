"""Keys, tokens and passwords inside text: found by their shape, and replaced before the text is kept anywhere.

Users type them into questions and code by accident. The one owner of these shapes: the history, the lock, snippets,
traces, the index of documents and the messages of endpoints all use it.
"""

from __future__ import annotations

import re

PLACEHOLDER = "…"

# Prefixes that providers document for their keys; shapes that ordinary names can have need a digit as well.
_KEYS = re.compile(
    r"""\b(?:
        (?:sk-|sk_|AIza)[A-Za-z0-9_*-]{12,}                          # OpenAI and those that follow it, Stripe, Google
      | (?:hf_|gsk_|ghp_)[A-Za-z0-9*]{12,}
      | (?:xai-|nvapi-|pplx-|fw_|csk-|r8_|tvly-|gh[ousr]_|glpat-|npm_|dop_v1_|pypi-|dapi|rk_live_|pk_live_|github_pat_)
        (?=[A-Za-z_*-]*[0-9])[A-Za-z0-9_*-]{16,}
      | ya29\.[A-Za-z0-9_-]{20,}
      | (?:AKIA|ASIA)[A-Z0-9]{16}                                    # AWS
      | xox[abeoprs]-[A-Za-z0-9-]{10,}                               # Slack
      | SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}                   # SendGrid
      | eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*      # JSON Web Token
    )""",
    re.X,
)
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.S)
# scheme://user:password@host, whose password may hold an @ of its own.
_ADDRESS = re.compile(r"(://[^\s/?#:@'\"]*:)(?!…@)[^\s/'\"]+(?=@[^\s@/'\"])")
_HEADER = re.compile(r"\b((?:Bearer|Basic)\s+)(?=[^\s'\"]*[0-9_.=-])[A-Za-z0-9._~+/=*-]{8,}")
# password=… and api_key: "…", as in connection strings, environment files and code.
_NAME = r"""(?:[a-z0-9]+[_-])*(?:password|passwd|passphrase|pwd|secret|api[_-]?key|access[_-]?key|access[_-]?token|
    auth[_-]?token|accountkey|sharedaccesskey|sas[_-]?token|private[_-]?token|client[_-]?secret)"""
_ASSIGNED = re.compile(
    rf"""\b({_NAME}["']?\s*[=:]\s*)
        (?:"(?!…")[^"\n\\]{{4,}}"|'(?!…')[^'\n\\]{{4,}}'|(?=[^\s;,&"'\\]*[0-9+/!@$%^*~-])[^\s;,&"'()\[\]{{}}\\=]{{6,}})""",
    re.X | re.I,
)
_CONNECTION = re.compile(r"(?i)([;\s](?:pwd|password)\s*=\s*)(?!…)[^;\s'\"]+(?=;|\s+\w+=)")


_CUT_KEY = re.compile(r"\b(?:Bearer\s+\S+|(?:sk|gsk|hf|key|AIza)[-_A-Za-z0-9*]{8,})")
"""What may be part of a key, as endpoints cut it and put stars into it."""


def without_cut_keys(text: str) -> str:
    """An endpoint's message without credentials, and without what may be part of a key.

    It takes out more than ``without_credentials``, and so is not for text that a user wrote.

    Example:
        >>> without_cut_keys("Incorrect API key provided: sk-abc****wxyz.")
        'Incorrect API key provided: ….'
    """
    return _CUT_KEY.sub(PLACEHOLDER, without_credentials(text))


def without_credentials(text: str) -> str:
    """The text with everything that looks like a key, a token or a password replaced by ``…``.

    Applying it twice changes nothing more.

    Example:
        >>> without_credentials("load postgresql://ann:hunter2@db/shop")
        'load postgresql://ann:…@db/shop'
    """
    text = _shapes(text)
    text = _ASSIGNED.sub(_assigned, text)
    return _CONNECTION.sub(rf"\1{PLACEHOLDER}", text)


def has_credentials(code: str) -> bool:
    """Whether code holds a key, a token, or an address with a password, so that it would not run without them.

    A comparison such as ``password = 'x'`` is none: in code it may be one with a column of the data.
    """
    return _shapes(code) != code


def _shapes(text: str) -> str:
    text = _PRIVATE_KEY.sub(PLACEHOLDER, text)
    text = _ADDRESS.sub(rf"\1{PLACEHOLDER}", text)
    text = _HEADER.sub(rf"\1{PLACEHOLDER}", text)
    return _KEYS.sub(PLACEHOLDER, text)


def _assigned(match: re.Match[str]) -> str:
    quote = match[0][-1] if match[0][-1] in "\"'" else ""
    return f"{match[1]}{quote}{PLACEHOLDER}{quote}"
