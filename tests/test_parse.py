"""A model's answer as text becomes prose and code."""

from __future__ import annotations

import json
import time

import pytest

from analyst_magic.models.parse import find_steps, parse
from analyst_magic.models.prose import kind_of, without_chat
from analyst_magic.models.written_calls import with_written_calls
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


# -- several answers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "prose"),
    [
        (
            "Group by month.\n\n```python\nmonthly = sales.groupby('month').size()\nprint(monthly)\n```\n\n"
            "Alternatively, a shorter version:\n\n```python\ntop = sales['month'].value_counts().head(3)\ntop\n```\n\n"
            "Both approaches give the same result. I hope this helps!",
            "top = sales['month'].value_counts().head(3)\ntop",
            "Group by month.\n\nAlternatively, a shorter version:",
        ),
        (
            "### Option 1: pandas\n```python\nsales.amount.sum()\n```\n### Option 2: numpy\n```python\n"
            "import numpy as np\nnp.sum(sales.amount)\n```",
            "sales.amount.sum()",
            "### Option 1: pandas",
        ),
        (
            "Sums it.\n```python\na = sales.amount\na.sum()\n```\nOr:\n```python\nb = sales.amount\nb.sum()\n```\n"
            "Another way:\n```python\nsum(sales.amount)\n```",
            "a = sales.amount\na.sum()",
            "Sums it.",
        ),
        (
            "**Method 1**\n```python\nx = sales.amount\n```\n```python\nx.sum()\n```\n**Method 2**\n"
            "```python\nsales['amount'].sum()\n```",
            "x = sales.amount\n\nx.sum()",
            "**Method 1**",
        ),
        (
            "Option A\n```python\ntotal = sales.amount.sum()\n```\nOption B\n```python\nmean = sales.mean()\n```",
            "total = sales.amount.sum()",
            "Option A",
        ),
    ],
)
def test_of_answers_that_stand_for_each_other_one_is_taken(text: str, code: str, prose: str) -> None:
    assert parse(text) == (prose, Code(code))


@pytest.mark.parametrize(
    "text",
    [
        "Load:\n```python\na = sales.amount\n```\nAlternatively called the total:\n```python\na.sum()\n```",
        "The table:\n```python\nsales.head()\n```\nThe chart:\n```python\nsales.amount.plot()\n```",
        "Option 1 of the two columns is used.\n```python\na = 1\n```\nThen\n```python\na + 1\n```",
        "```python\nimport pandas as pd\n```\nthen\n```python\npd.DataFrame({'a': [1]})\n```",
        "```python\ndef f(x):\n    return x\n```\nOr rather, use it:\n```python\nf(1)\n```",
        "```python\ntop = 3\n```\nor with more:\n```python\ntop = top + 1\ntop\n```",
    ],
)
def test_blocks_that_belong_together_run_together(text: str) -> None:
    code = parse(text)[1]
    assert code is not None
    assert code.text == "\n\n".join(part.partition("\n```")[0] for part in text.split("```python\n")[1:])


# -- the answer line ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ['answer(f"**{total:,.0f}** in all")', "total = 1\nanswer(f'{total}')\ntotal"])
@pytest.mark.parametrize("tag", ["python", ""])
def test_an_answer_line_is_ordinary_python(text: str, tag: str) -> None:
    assert parse(f"```{tag}\n{text}\n```") == ("", Code(text))


@pytest.mark.parametrize("tag", ["sql", ""])
def test_an_answer_line_in_sql_is_a_comment_of_it(tag: str) -> None:
    text = f"{SQL}\n-- answer: {{region}} leads with {{amount:,.0f}}"
    assert parse(f"```{tag}\n{text}\n```") == ("", Code(text, "sql"))


def test_an_answer_line_beside_its_block_is_taken_into_it() -> None:
    line = "-- answer if {rows} = 0: None.\n-- answer: {region} leads"
    assert parse(f"```sql\n{SQL}\n```\n{line}")[1] == Code(f"{SQL}\n{line}", "sql")
    call = 'answer(f"{total:,.0f} in all")'
    assert parse(f"```python\n{PYTHON}\n```\n{call}")[1] == Code(f"{PYTHON}\n{call}")
    assert parse(f"```python\n{PYTHON}\n```\nanswer(the question) in words")[1] == Code(PYTHON)


# -- prose -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Refusal: no frame holds prices.",
        "refusal: no frame holds prices.",
        "**Refusal:** no frame holds prices.",
        "**Refusal**: no frame holds prices.",
        "*Refusal: no frame holds prices.*",
        "## Refusal\n\nno frame holds prices.",
        "> Refusal: no frame holds prices.",
        "Cannot answer: no frame holds prices.",
        "**Can’t answer:** no frame holds prices.",
        "\n`Refusal:` no frame holds prices. I hope this helps!",
    ],
)
def test_a_refusal_is_known_by_its_mark_which_is_not_shown(text: str) -> None:
    assert kind_of(text) == ("refusal", "no frame holds prices.")


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("Question: by delay or by cancellations?", "by delay or by cancellations?"),
        ("**QUESTION:** Which one:\n\n- by delay\n- by cancellations", "Which one:\n\n- by delay\n- by cancellations"),
        ("Clarification: which year is meant", "which year is meant"),
        ("That depends. By delay, or by **cancellations?**", "That depends. By delay, or by **cancellations?**"),
        ("どの年ですか？", "どの年ですか？"),
        ("أي سنة تقصد؟", "أي سنة تقصد؟"),
    ],
)
def test_a_question_back_is_known_by_its_mark_or_its_end(text: str, prose: str) -> None:
    assert kind_of(text) == ("question", prose)


@pytest.mark.parametrize(
    "text",
    [
        "The data cannot answer this: no frame holds passenger numbers.",
        "dep_time is written as HHMM (517 means 5:17), dep_delay is in minutes.",
        "What does it mean? It is the clock time.",
        "Refusal rates are in no frame.",
        "Question marks stand where the carrier is not known.",
        "## What drives delays\n\n- Hour: `hour`\n- Weather\n\nRain explains less.",
        "A path is written so:\n```text\nJFK-LAX\n```\nfrom origin to destination.",
        "Sorry, these frames hold no dates.",
    ],
)
def test_other_prose_is_an_explanation_and_stays_as_it_is(text: str) -> None:
    assert parse(text) == (text, None)
    assert kind_of(text) == ("explanation", text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sure!",
        "I hope this helps! Let me know if you have any questions.",
        "Here is the code:",
        "Let me look at the data first.",
        "First, I'll count the flights of each carrier...",
        "```r\nnrow(flights)\n```",
        "```bash\npip install pandas\n```\nDone.",
        "import pandas as pd\nflights.groupby('carrier'",
        '{"answer": 42}',
        "Refusal:",
        "Question:\n\n",
    ],
)
def test_what_only_promises_or_attempts_code_is_no_answer(text: str) -> None:
    assert kind_of(text)[0] == "result"


def test_code_in_a_refusal_is_not_run() -> None:
    text = "Refusal: there is no taxi time. Instead you can ask:\n```python\nflights.air_time.mean()\n```"
    prose, code = parse(text)
    assert code is None
    assert kind_of(prose)[0] == "refusal"
    assert "flights.air_time.mean()" in kind_of(prose)[1]


def test_a_question_that_is_repeated_above_the_code_is_no_question_back() -> None:
    assert parse(f"Question: How many?\n```sql\n{SQL}\n```")[1] == Code(SQL, "sql")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("I apologize for the error. Here is the corrected code:", ""),
        ("Sure! First install the packages:\n\nThen:\n\nLet me know if you need anything else!", ""),
        ("Certainly! Here's the SQL query:", ""),
        ("Of course. Here is the updated code.\n\nHope this helps!", ""),
        ("My apologies for the previous mistake.", ""),
        ("Try this:\n\nIs there anything else you would like to know?", ""),
        ("Great question! The mean is taken per carrier.", "The mean is taken per carrier."),
        ("Sorry for the confusion. Cancelled flights are left out.", "Cancelled flights are left out."),
        ("By region:", "By region:"),
        ("Here are cancelled flights counted as late.", "Here are cancelled flights counted as late."),
        ("Let me know if you mean arrival delay.", "Let me know if you mean arrival delay."),
        ("Sorry, there is no year in it, so all are counted.", "Sorry, there is no year in it, so all are counted."),
        ("Sure things are counted twice.", "Sure things are counted twice."),
        ("Then the five largest remain.", "Then the five largest remain."),
        ("- Great Lakes: 3\n- Sure: 4", "- Great Lakes: 3\n- Sure: 4"),
    ],
)
def test_chat_around_code_is_left_out_and_what_says_something_is_not(text: str, left: str) -> None:
    assert without_chat(text, code=True) == left


def test_a_block_in_prose_keeps_its_lines() -> None:
    text = "It reads so:\n```text\nSure!\n\n\n\nHere is the code:\n```\nI hope this helps!"
    assert without_chat(text) == "It reads so:\n```text\nSure!\n\n\n\nHere is the code:\n```"


@pytest.mark.parametrize("piece", ["\n", "a ", "**", "? ", "{", "- ", "here is ", "or\n```python\na = 1\n```\n"])
def test_a_long_answer_is_read_quickly(piece: str) -> None:
    text = piece * (40_000 // len(piece))
    started = time.process_time()
    parse(text)
    kind_of(text)
    without_chat(text, code=True)
    assert time.process_time() - started < 2


CALL = {"name": "run_code", "arguments": {"language": "sql", "code": "SELECT 1"}}
BLOCK = "```sql\nSELECT 1\n```"
WRITTEN = {
    "as Qwen and Hermes": (f"<tool_call>\n{json.dumps(CALL)}\n</tool_call>", BLOCK),
    "with words before": (f"I count.\n<tool_call>{json.dumps(CALL)}</tool_call>", f"I count.\n\n{BLOCK}"),
    "as Mistral": (f"[TOOL_CALLS] [{json.dumps(CALL)}]", BLOCK),
    "as Llama": ('<|python_tag|>{"name": "run_code", "parameters": {"language": "sql", "code": "SELECT 1"}}', BLOCK),
    "as Llama, by its tag": ('<function=run_code>{"language": "sql", "code": "SELECT 1"}</function>', BLOCK),
    "alone": (json.dumps(CALL), BLOCK),
    "in a block": (f"```json\n{json.dumps(CALL, indent=2)}\n```", BLOCK),
    "as the API": (json.dumps({"function": CALL | {"arguments": json.dumps(CALL["arguments"])}}), BLOCK),
    "a step": ('{"name": "run_step", "arguments": {"code": "1 + 1"}}', "```python-step\n1 + 1\n```"),
    "two": (f"[{json.dumps(CALL)}, {json.dumps(CALL)}]", f"{BLOCK}\n\n{BLOCK}"),
    "another tool": ('{"name": "rm", "input": {"code": "run_code"}}', '{"name": "rm", "input": {"code": "run_code"}}'),
    "no code": ('{"name": "run_code", "arguments": {}}', '{"name": "run_code", "arguments": {}}'),
    "words about it": ("The tool run_code takes {code}.", "The tool run_code takes {code}."),
}  # fmt: skip


@pytest.mark.parametrize(("text", "block"), WRITTEN.values(), ids=WRITTEN)
def test_a_call_that_is_written_into_the_text_is_a_block(text: str, block: str) -> None:
    assert with_written_calls(text) == block


@pytest.mark.parametrize(
    "piece", ["{", "[", '{"a":', "<tool_call>", "[TOOL_CALLS] ", "```\n", ", ", '{"name": "run_code"} ']
)
@pytest.mark.timeout(10)
def test_no_text_with_calls_takes_long_to_read(piece: str) -> None:
    with_written_calls("run_code " + piece * 50_000)


@pytest.mark.parametrize(
    ("tag", "code", "language"),
    [
        ("python", "SELECT region FROM sales", "sql"),
        ("python", "-- by region\nWITH x AS (SELECT 1) SELECT * FROM x", "sql"),
        ("sql", "table = sales.head()\ntable", "python"),
        ("sql", "FROM sales", "sql"),
        ("python", "select = sales.head()\nselect", "python"),
        ("python", "!pip install x\nfrom x import y\ny(sales)", "python"),
        ("python", "with open('x') as f:\n    print(f", "python"),
    ],
)
@pytest.mark.parametrize("step", ["", "-step"])
def test_code_is_of_the_language_that_it_is_written_in(tag: str, code: str, language: str, step: str) -> None:
    text = f"```{tag}{step}\n{code}\n```"
    found = find_steps(text)[1] if step else [parse(text)[1]]
    assert found == [Code(code, language)]  # type: ignore[arg-type]
