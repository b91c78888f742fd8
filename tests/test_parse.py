"""A model's answer as text becomes prose and code."""

from __future__ import annotations

import pytest

from analyst_magic.models.parse import parse
from analyst_magic.turn import Code

PYTHON = "total = sales['amount'].sum()\ntotal"
SQL = "SELECT region, sum(amount) FROM sales GROUP BY region"


@pytest.mark.parametrize("tag", ["python", "py", "python3", "ipython", "Python", "{python}", 'python title="x.py"'])
def test_a_python_fence_by_any_of_its_names_is_python(tag: str) -> None:
    assert parse(f"Sums it up.\n\n```{tag}\n{PYTHON}\n```\nDone.") == ("Sums it up.\n\nDone.", Code(PYTHON))


@pytest.mark.parametrize("tag", ["sql", "SQL", "duckdb"])
def test_a_sql_fence_is_sql(tag: str) -> None:
    assert parse(f"```{tag}\n{SQL}\n```") == ("", Code(SQL, "sql"))


@pytest.mark.parametrize(("body", "language"), [(SQL, "sql"), (f"-- by region\n{SQL}", "sql"), (PYTHON, "python")])
def test_an_untagged_fence_is_what_it_looks_like(body: str, language: str) -> None:
    found = parse(f"Here:\n```\n{body}\n```")[1]
    assert found is not None
    assert (found.text, found.language) == (body, language)


def test_an_untagged_fence_with_newer_python_than_this_interpreter_is_python() -> None:
    body = 'import pandas as pd\nlabel = f"{\', \'.join(["a", "b"])}"\ntype Pair = tuple[int, int]'
    assert parse(f"```\n{body}\n```")[1] == Code(body)


def test_an_untagged_fence_with_output_is_no_code() -> None:
    text = "It gives\n```\nregion  amount\nnorth   12\n```"
    assert parse(text) == (text, None)


@pytest.mark.parametrize("tag", ["bash", "text", "json", "csv", "diff", "javascript"])
def test_a_fence_in_another_language_is_not_run(tag: str) -> None:
    assert parse(f"```{tag}\npip install pandas\n```")[1] is None


def test_python_in_several_fences_is_one_program_in_their_order() -> None:
    text = "First\n```python\na = 1\n```\nthen\n```python\nb = a + 1\nb\n```"
    assert parse(text) == ("First\n\nthen", Code("a = 1\n\nb = a + 1\nb"))


def test_a_fence_that_a_later_one_repeats_runs_once() -> None:
    text = "```python\na = 1\n```\nAll together:\n```python\na = 1\nb = a + 1\nb\n```"
    assert parse(text)[1] == Code("a = 1\nb = a + 1\nb")


def test_of_fences_in_several_languages_the_last_that_can_run_counts() -> None:
    text = f"```sql\n{SQL}\n```\nor\n```python\n{PYTHON}\n```\n```text\nnorth 12\n```"
    assert parse(text)[1] == Code(PYTHON)


def test_a_fence_without_its_end_goes_to_the_end_of_the_text() -> None:
    assert parse(f"Sum.\n```python\n{PYTHON}") == ("Sum.", Code(PYTHON))


def test_a_fence_of_more_ticks_may_hold_a_fence() -> None:
    body = 'text = """\n```\nquoted\n```\n"""\ntext.upper()'
    assert parse(f"````python\n{body}\n````")[1] == Code(body)


def test_a_fence_in_a_list_loses_its_indentation() -> None:
    assert parse("1. Do this:\n   ```python\n   if True:\n       x = 1\n   x\n   ```")[1] == Code(
        "if True:\n    x = 1\nx"
    )


def test_windows_line_ends_do_no_harm() -> None:
    found = parse("Sum.\r\n```python\r\na = 1\r\na\r\n```\r\n")[1]
    assert found is not None
    assert found.text.split() == ["a", "=", "1", "a"]


@pytest.mark.parametrize(
    "text",
    [
        f"<think>```python\nwrong()\n```</think>\n```python\n{PYTHON}\n```",
        f"<thinking>\nhm\n</thinking>```python\n{PYTHON}\n```".replace("</thinking>```", "</thinking>\n```"),
        f"so I will write\n```python\nwrong()\n```\n</think>\n\n```python\n{PYTHON}\n```",
    ],
    ids=["block", "other name", "end without a beginning"],
)
def test_reasoning_is_no_answer(text: str) -> None:
    assert parse(text) == ("", Code(PYTHON))


def test_reasoning_that_never_ends_holds_no_code() -> None:
    assert parse("<think>\n```python\nwrong()\n```\nor rather")[1] is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"code": "sales.describe()"}', Code("sales.describe()")),
        (f'{{"language": "sql", "code": "{SQL}"}}', Code(SQL, "sql")),
        (f'{{"sql": "{SQL}", "explanation": "by region"}}', Code(SQL, "sql")),
        ('```json\n{"python": "sales.describe()"}\n```', Code("sales.describe()")),
    ],
)
def test_code_wrapped_in_json_is_unwrapped(text: str, code: Code) -> None:
    assert parse(text)[1] == code


@pytest.mark.parametrize("text", ['{"answer": 42}', "[1, 2]", '{"code": ""}', '{"code": 7}', "{" * 5000])
def test_json_without_code_is_no_code(text: str) -> None:
    assert parse(text)[1] is None


@pytest.mark.parametrize("text", [PYTHON, "sales.groupby('region').sum()", "import pandas as pd\npd.DataFrame()"])
def test_bare_python_is_code(text: str) -> None:
    assert parse(text) == ("", Code(text))


def test_bare_sql_is_code() -> None:
    assert parse(SQL)[1] == Code(SQL, "sql")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "Sorry",
        "No, impossible",
        "The answer is 42.",
        "Answer: unknown",
        "not available",
        "I cannot tell from these frames, for they hold no dates.",
        "From these frames one cannot tell.",
        "Select a frame first, please.",
    ],
)
def test_prose_is_no_code(text: str) -> None:
    assert parse(text) == (text.strip(), None)


@pytest.mark.parametrize(
    ("body", "format"),
    [
        ("import openpyxl\nopenpyxl.Workbook().save(OUTPUT_PATH)", "xlsx"),
        ("import xlsxwriter\nxlsxwriter.Workbook(OUTPUT_PATH).close()", "xlsx"),
        ("import docx\ndocx.Document().save(OUTPUT_PATH)", "docx"),
        ("from reportlab.pdfgen import canvas\ncanvas.Canvas(OUTPUT_PATH).save()", "pdf"),
        ("from pptx import Presentation\nPresentation().save(OUTPUT_PATH)", "pptx"),
        ("sales.to_excel(OUTPUT_PATH)", "xlsx"),
    ],
)
@pytest.mark.parametrize("tag", ["python-doc", "python"])
def test_a_document_has_the_format_of_the_library_that_writes_it(tag: str, body: str, format: str) -> None:
    assert parse(f"```{tag}\n{body}\n```")[1] == Code(body, "document", format)


def test_a_document_has_the_format_that_was_asked_for() -> None:
    assert parse("```python-doc\nwrite(OUTPUT_PATH)\n```", "pptx")[1] == Code("write(OUTPUT_PATH)", "document", "pptx")


def test_python_before_a_document_is_part_of_it() -> None:
    text = "```python\ntotals = sales.sum()\n```\n```python-doc\ntotals.to_excel(OUTPUT_PATH)\n```"
    assert parse(text)[1] == Code("totals = sales.sum()\n\ntotals.to_excel(OUTPUT_PATH)", "document", "xlsx")


def test_a_figure_that_was_asked_for_is_no_document() -> None:
    assert parse("```python\npx.bar(sales)\n```", "figure")[1] == Code("px.bar(sales)")
