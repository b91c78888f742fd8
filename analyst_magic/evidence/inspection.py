"""What is wrong with results: the finding of a look at them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ..language import message
from ..turn import Output

EMPTY_TEXT = re.compile(
    r"Empty DataFrame\b|Empty GeoDataFrame\b|Series\(\[\]|(?:\w+\()?(?:\[\]|\{\}|\(\)|set\(\))\)?\s*\Z|shape: \(0, "
)

MAX_SCANNED = 100_000
"""Cells of a table that are looked at for NaN, and for zeros; of a larger one its nulls are known without a look."""
MAX_TEXT = 20_000
"""Characters of a text that are looked at."""

Severity = Literal["nothing", "null", "partly_null", "empty", "failed_inside", "container"]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is wrong with the results of code that ran.

    Attributes:
        severity: ``nothing`` (no output, or only empty text), ``null`` (a value that is missing where the answer should
            be), ``partly_null`` (a column of nulls beside good ones, or one that could not be read), ``empty`` (no
            rows, a figure without points), ``failed_inside`` (a failure that the code caught, or shows under another
            name) or ``container`` (the text of an object in place of what is in it).
        reason: One sentence for the user.
        evidence: What the model is told.
    """

    severity: Severity
    reason: str
    evidence: str


def finding(severity: Severity, what: str, advice: str, *facts: str) -> Inspection:
    """An inspection whose reason holds the first fact, and whose evidence holds all of them with the advice."""
    fact = facts[0] if facts else ""
    reason = message("{what}: {fact}", what=what, fact=fact) if fact else message("{what}.", what=what)
    known_facts = " ".join(fact for fact in facts if fact)
    return Inspection(severity, reason, f"{what}. {known_facts} {advice}".replace("  ", " ").strip())


def shows(output: Output) -> bool:
    """Whether an output shows anything; warnings alone do not."""
    if output.kind == "text":
        return output.stream != "stderr" and bool(str(output.data).strip(" \t\r\n'\""))
    return output.kind != "answer" or bool(output.data.strip())


def has_no_rows(output: Output) -> bool:
    if output.kind == "table":
        return not output.data.num_rows or not output.data.num_columns
    return output.kind == "text" and EMPTY_TEXT.match(text_of_output(output).strip()) is not None


def text_of_output(output: Output) -> str:
    return str(output.data)[:MAX_TEXT] if output.kind in {"text", "answer"} else ""
