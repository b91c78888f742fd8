"""The form of an answer that a question names at its beginning or end: ``... as a line chart``, ``plot the ...``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ..turn import DocumentFormat
from .phrases import DOCUMENTS

_KINDS = r"(?P<kind>line|bar|area)"
_CHART = r"(?:chart|graph|plot|diagram)"
_BEGIN = re.compile(
    rf"^\s*(?:please\s+)?(?:(?:show|draw|make|create|give)(?:\s+me)?\s+)?(?:(?:an?\s+|the\s+)?(?:{_KINDS}\s+{_CHART}|{_CHART}\s+of)\s*"
    r"(?:of|for|showing|with)?|(?:plot|chart|graph|draw|visuali[sz]e))\s+(?:of\s+)?(?:the\s+)?(?=\w)",
    re.I,
)
_END = re.compile(
    rf"[,\s]+(?:as|in|on|with|using)\s+(?:an?\s+)?(?:{_KINDS}\s+)?(?:{_CHART}|line|lines|bars)\s*[?.!]*\s*$", re.I
)
_FILE = re.compile(
    rf"[,\s]+(?:as|in|to|into)\s+(?:an?\s+)?(?P<file>{'|'.join(sorted(DOCUMENTS, key=len, reverse=True))})"
    r"(?:\s+(?:file|document|report|sheet))?\s*[?.!]*\s*$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """The question without the words for its form, and that form.

    Attributes:
        text: The question without them.
        chart: A kind of chart, an empty text for any kind, or None.
        document: The format of a document, or None.
    """

    text: str
    chart: str | None = None
    document: DocumentFormat | None = None


@lru_cache(maxsize=1_000)
def answer_form(text: str) -> AnswerForm:
    """Take the form of the answer from a question.

    >>> answer_form("running total of sales by month as a line chart")
    AnswerForm(text='running total of sales by month', chart='line', document=None)
    """
    chart: str | None = None
    document: DocumentFormat | None = None
    for pattern in (_FILE, _END, _BEGIN):
        found = pattern.search(text)
        if found is None or not text[: found.start()].strip() + text[found.end() :].strip():
            continue
        if pattern is _FILE:
            document = DOCUMENTS[found["file"].lower()]  # type: ignore[assignment]
        else:
            word = found[0].lower()
            kind = (found["kind"] or ("line" if "line" in word else "bar" if "bars" in word else "")).lower()
            chart = chart or kind
        text = (text[: found.start()] + text[found.end() :]).strip()
    return AnswerForm(text, chart, document)
