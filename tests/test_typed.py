"""A number that a model typed into its answer line is marked, unless a result, the question or its code holds it."""

from __future__ import annotations

import pyarrow as pa
import pytest

from analyst_magic.evidence.trace import MARK
from analyst_magic.evidence.typed import typed_marked
from analyst_magic.turn import Code, Output

TABLE = Output("table", pa.table({"carrier": ["UA", "DL"], "flights": [58_665, 48_110], "delay": [12.64, 9.3]}))
QUESTION = "Which carrier has the most flights of over 500 miles?"
MARKED = {
    "a whole sentence": ("answer('Delta has the most: 91,234.')", "Delta has the most: 91,234.", "91,234"),
    "beside a placeholder": ("answer(f'{name}: 27.13 % of all')", "UA: 27.13 % of all", "27.13 %"),
    "in SQL": ("SELECT 1 -- answer: {carrier} has 91,234.", "UA has 91,234.", "91,234"),
}
KNOWN = {
    "a number of the result": ("answer('UA has 58,665 flights.')", "UA has 58,665 flights."),
    "rounded": ("answer('UA is 12.6 minutes late.')", "UA is 12.6 minutes late."),
    "of the question": ("answer(f'{name} flies most over 500 miles.')", "UA flies most over 500 miles."),
    "of the code": ("x = df[df.d > 1500]\nanswer(f'{name}: over 1,500 miles.')", "UA: over 1,500 miles."),
    "small": ("answer(f'{name} is in the top 5, in 95 % of cases.')", "UA is in the top 5, in 95 % of cases."),
    "a year": ("answer(f'{name} in 2013')", "UA in 2013"),
    "digits beside a placeholder": ("answer(f'2013-{month}-0100{day}: {n}')", "2013-7-01004: 91234"),
    "computed, in no table": ("answer(f'{share:.2%} of all flights')", "91.23% of all flights"),
}  # fmt: skip


def code(text: str) -> Code:
    return Code(text, "sql" if text.startswith("SELECT") else "python")


@pytest.mark.parametrize(("text", "answer", "number"), MARKED.values(), ids=MARKED)
def test_a_number_that_was_typed_is_marked(text: str, answer: str, number: str) -> None:
    marked, unknown = typed_marked(answer, [code(text)], [TABLE], QUESTION)
    assert (marked, unknown) == (answer.replace(number, number + MARK), 1)


@pytest.mark.parametrize(("text", "answer"), KNOWN.values(), ids=KNOWN)
def test_a_number_that_is_known_or_computed_is_not(text: str, answer: str) -> None:
    assert typed_marked(answer, [code(text)], [TABLE], QUESTION) == (answer, 0)
