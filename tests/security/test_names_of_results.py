"""Names and figures that come out of a run: what of them a model's server gets below the level ``rows``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from fakes import ScriptedModel

from analyst_magic import Analyst
from analyst_magic.context.build import build
from analyst_magic.context.failure import MAX_LINES, failure
from analyst_magic.context.outcome import MAX_COLUMNS, MAX_RESULT_VALUES, outcome
from analyst_magic.context.privacy import MAX_WORDS, restrict
from analyst_magic.context.vocabulary import Vocabulary
from analyst_magic.engine.artifacts import refusal_words
from analyst_magic.errors import CheckFailed, CodeFailed
from analyst_magic.history.store import History
from analyst_magic.models.structured import compile_answer
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Code, Exchange, Output, Privacy, Question

LEVELS = ("schema", "stats", "masked")
SECRET, OTHER = "Marmaduke", "Hortensia"
ALPHABET = "words = ['value', 'key', 'row', 'type', 'name', 'team', 'index', 'column']\n"
BITS = "bits = [(ord(c) >> i) & 1 for c in staff.name.iloc[0] for i in range(8)]\n"


def staff(name: str) -> pd.DataFrame:
    """Forty people; the first one's name is the secret, the teams are shared by many."""
    return pd.DataFrame(
        {
            "name": [name, *[f"person{i}" for i in range(39)]],
            "team": ["red", "blue"] * 20,
            "salary": [1000.0 + 7 * i for i in range(40)],
            "at": pd.date_range("2024-01-01", periods=40),
        }
    )


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedModel]:
    with ScriptedModel() as made:
        yield made


@pytest.fixture(scope="module")
def analyst(server: ScriptedModel) -> Iterator[Analyst]:
    options = {"model": "openai:test", "base_url": server.base_url, "api_key": "k", "spares": 0}
    with Analyst(sandbox="local", **options) as made:
        yield made


def evidence(
    server: ScriptedModel, analyst: Analyst, block: str, frame: pd.DataFrame, level: str, **options: Any
) -> str:
    """What the model is told of a reply of its own: the last message of the request after it."""
    server.clear()
    server.requests.clear()
    server.say(block)
    server.say("```sql\nselect 1\n```")
    turn = analyst.ask("What is odd?", {"staff": frame}, privacy=level, fresh=True, **options)
    assert turn.ok, turn.error
    assert len(server.requests) == 2
    told = server.requests[1].body["messages"][-1]["content"]
    return re.sub(r"DATA [0-9a-f]{16}", "DATA", told)


STEPS = {
    "pivot_table": "staff.pivot_table(index='team', columns='name', values='salary')",
    "crosstab": "import pandas as pd\npd.crosstab(staff.team, staff.name)",
    "transposed": "staff.set_index('name').T",
    "SQL PIVOT": "import duckdb\nduckdb.sql('pivot staff on name using sum(salary)')",
    "set_axis": "staff.set_axis([staff.name.iloc[0], 'b', 'c', 'd'], axis=1)",
    "rename_axis": "staff.rename_axis(staff.name.iloc[0])",
    "columns' own name": "staff.rename_axis(staff.name.iloc[0], axis=1)",
    "a series' name": "staff.salary.rename(staff.name.iloc[0])",
    "a MultiIndex": "staff.pivot_table(index='team', columns=['at', 'name'], values='salary')",
    "levels of an index": "staff.set_index(['name', 'team']).rename_axis([staff.name.iloc[0], 'team']).salary",
    "a struct's fields": "import pandas as pd\npd.DataFrame({'value': [{staff.name.iloc[0]: 1}]})",
    "nested structs": "import pyarrow as pa\npa.table({'value': [[{'key': {staff.name.iloc[0]: 1}}]]})",
    "an enum": "import polars as pl\nname = staff.name.iloc[0]\n"
    "pl.DataFrame({'value': pl.Series([name], dtype=pl.Enum([name]))})",
    "a category": "import pandas as pd\npd.DataFrame({'value': pd.Categorical([staff.name.iloc[0]] * 9)})",
    "a time zone": "import pyarrow as pa\nzone = f'+0{ord(staff.name.iloc[0][0]) % 9}:00'\n"
    "pa.table({'value': pa.array([0] * 9, pa.timestamp('us', zone))})",
    "one value repeated": "import pandas as pd\npd.concat([staff.head(1)] * 10)",
    "one value in a known column": "import pandas as pd\npd.DataFrame({'team': [staff.name.iloc[0]] * 10})",
    "ord as a mean": "import pandas as pd\n"
    "pd.DataFrame({f'c{i}': [float(ord(c))] * 200 for i, c in enumerate(staff.name.iloc[0])})",
    "ord as known columns": "import pandas as pd\npd.DataFrame({'salary': [float(ord(staff.name.iloc[0][0]))] * 200})",
    "known words printed": f"{ALPHABET}{BITS}print(' '.join(words[b] for b in bits))",
    "a text as the result": f"{ALPHABET}{BITS}' '.join(words[b] for b in bits)",
    "known names in an order": f"{ALPHABET}{BITS}import pandas as pd\n"
    "pd.DataFrame([[1] * 72], columns=[words[b] for b in bits])",
    "the order of known names": "import pandas as pd\npd.DataFrame([[1, 2]], columns=sorted(['team', 'salary'],"
    " reverse=ord(staff.name.iloc[0][0]) % 2 == 0))",
    "the number of rows": "import pandas as pd\n"
    "pd.DataFrame({'value': range(10_000 + 100 * ord(staff.name.iloc[0][0]))})",
    "the number of nulls": "import pandas as pd\nn = ord(staff.name.iloc[0][0])\n"
    "pd.DataFrame({'value': [None] * n + [1.0] * (300 - n)})",
    "the number of columns": "import pandas as pd\npd.DataFrame([range(100 + ord(staff.name.iloc[0][0]))])",
    "the number of tables": "for _ in range(2 + ord(staff.name.iloc[0][0]) % 20):\n    display(staff.head())",
    "the order of outputs": "import plotly.express as px\n"
    "parts = [lambda: display(staff), lambda: display(px.line())]\n"
    "for i in (0, 1) if ord(staff.name.iloc[0][0]) % 2 else (1, 0):\n    parts[i]()",
    "a figure's traces": "import plotly.graph_objects as go\n"
    "go.Figure(go.Bar(name=staff.name.iloc[0]), layout={'title': staff.name.iloc[0]})",
    "a file's name": "open(f'{staff.name.iloc[0]}.txt', 'w').write('x')",
    "standard error": "import sys\nprint(staff.name.iloc[0], file=sys.stderr)",
    "a warning": "import warnings\nwarnings.warn(staff.name.iloc[0])",
    "a kind that is dropped": "display({f'application/{staff.name.iloc[0]}': 1}, raw=True)",
    "decimals": "import decimal, pandas as pd\n"
    "pd.DataFrame({'value': [decimal.Decimal(int.from_bytes(staff.name.iloc[0].encode(), 'big'))] * 9})",
}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_tells_the_same_whatever_a_single_row_holds(server: ScriptedModel, analyst: Analyst, name: str) -> None:
    for level in LEVELS:
        first, second = (
            evidence(server, analyst, f"```python-step\n{STEPS[name]}\n```", staff(value), level)
            for value in (SECRET, OTHER)
        )
        assert first == second
        assert SECRET.lower() not in first.lower()
        assert "It ran" in first or "A table" in first or "It showed" in first


FAILURES = {
    "a class": "raise type(staff.name.iloc[0], (Exception,), {})('x')",
    "a class with a known beginning": "raise type('E_' + staff.name.iloc[0], (Exception,), {})('x')",
    "its text": "raise ValueError(staff.name.iloc[0])",
    "letters after others": "raise ValueError('a_s_' + '_'.join(staff.name.iloc[0]))",
    "a key": "{}[staff.name.iloc[0]]",
    "an attribute": "getattr(staff, staff.name.iloc[0])",
    "a module": "__import__(staff.name.iloc[0])",
    "a name": "eval(staff.name.iloc[0])",
    "code that cannot be read": "exec(f'{staff.name.iloc[0]} = = 1')",
    "the file of code": "exec(compile('1 / 0', staff.name.iloc[0], 'exec'))",
    "an exit": "raise SystemExit(staff.name.iloc[0])",
    "a note": "e = ValueError('x')\ne.add_note(staff.name.iloc[0])\nraise e",
    "a cause": "raise ValueError('x') from KeyError(staff.name.iloc[0])",
    "a group": "raise ExceptionGroup(staff.name.iloc[0], [KeyError(staff.name.iloc[0])])",
    "a conversion": "staff.name.astype(float)",
    "capital letters": f"{BITS}raise ValueError(''.join(c.upper() if b else c for c, b in zip('dataframe', bits)))",
    "signs": f"{BITS}raise ValueError('value ' + ''.join('!?'[b] for b in bits))",
    "pictures": "raise ValueError('value ' + ''.join(chr(0x1f600 + ord(c) % 64) for c in staff.name.iloc[0]))",
    "blanks": f"{BITS}raise ValueError('value' + ''.join(' \\t'[b] for b in bits) + 'key')",
    "words after many": f"{ALPHABET}{BITS}"
    "raise ValueError('value key row type name team ' * 3 + ' '.join(words[b] for b in bits))",
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_tells_the_same_whatever_a_single_row_holds(
    server: ScriptedModel, analyst: Analyst, name: str
) -> None:
    for level in LEVELS:
        first, second = (
            evidence(server, analyst, f"```python\n{FAILURES[name]}\n```", staff(value), level)
            for value in (SECRET, OTHER)
        )
        assert first == second
        assert SECRET.lower() not in first.lower()


def test_few_of_the_known_words_of_a_failure_pass_and_each_once(server: ScriptedModel, analyst: Analyst) -> None:
    code = f"{ALPHABET}{BITS}raise ValueError(' '.join(words[b] for b in bits))"
    told = evidence(server, analyst, f"```python\n{code}\n```", staff(SECRET), "stats")
    text = told.split("ValueError: ")[1].split("\n")[0]
    assert len(text.split()) <= 17
    assert sorted(word for word in text.split() if word != "…") == ["key", "value"]


def test_what_the_code_and_the_cards_hold_is_told(server: ScriptedModel, analyst: Analyst) -> None:
    code = "wide = staff.pivot_table(index='at', columns='team', values='salary')\nwide.assign(ratio=1.5)"
    told = evidence(server, analyst, f"```python-step\n{code}\n```", staff(SECRET), "stats")
    assert "A table, about 40 rows" in told
    assert '  - "blue" float, some nulls\n' in told
    assert '  - "ratio" float\n' in told
    assert '  - "at" timestamp' in told
    code = "staff.query('salary > 1100')[['team', 'salary']]"
    told = evidence(server, analyst, f"```python-step\n{code}\n```", staff(SECRET), "stats")
    assert '  - "team" text, values "blue", "red"' in told
    assert "11" not in told
    few = evidence(server, analyst, f"```python-step\n{code}.head(4)\n```", staff(SECRET), "stats")
    assert "A table, 4 rows" in few
    assert "red" not in few
    bare = evidence(server, analyst, f"```python-step\n{code}\n```", staff(SECRET), "schema")
    assert "red" not in bare


def test_names_that_are_data_are_counted_with_their_types(server: ScriptedModel, analyst: Analyst) -> None:
    code = "staff.pivot_table(index='team', columns='name', values='salary').reset_index()"
    told = evidence(server, analyst, f"```python-step\n{code}\n```", staff(SECRET), "stats")
    assert '  - "team" text' in told
    assert "  - about 40 further columns whose names are data: float" in told


def test_the_level_rows_tells_all_of_it(server: ScriptedModel, analyst: Analyst) -> None:
    for code in (STEPS["crosstab"], STEPS["standard error"], STEPS["one value repeated"]):
        assert SECRET in evidence(server, analyst, f"```python-step\n{code}\n```", staff(SECRET), "rows")
    for code in (FAILURES["a class"], FAILURES["its text"]):
        assert SECRET in evidence(server, analyst, f"```python\n{code}\n```", staff(SECRET), "rows")


def test_the_user_sees_all_that_the_model_does_not(server: ScriptedModel, analyst: Analyst) -> None:
    server.clear()
    server.say("```python\nraise type('E_' + staff.name.iloc[0], (Exception,), {})('lost ' + staff.name.iloc[0])\n```")
    turn = analyst.ask("What is odd?", {"staff": staff(SECRET)}, fresh=True, max_repairs=0)
    assert f"E_{SECRET}: lost {SECRET}" in str(turn.error)
    server.say(f"```python\n{STEPS['crosstab']}\n```")
    turn = analyst.ask("Who is in which team?", {"staff": staff(SECRET)}, fresh=True)
    assert SECRET in turn.tables[0].to_pandas().columns


VARIABLES = (
    "globals()['df_' + staff.name.iloc[0]] = staff\nteams = staff.groupby('team').salary.mean()\nteams",
    "odd = type(staff.name.iloc[0], (), {})()\nteams = type('E_' + staff.name.iloc[0], (), {})()\n1",
    "exec(f'{staff.name.iloc[0]} = 1')\nteams = 2\nteams",
)


@pytest.mark.parametrize("code", VARIABLES)
def test_variables_are_told_by_the_names_that_code_gave_them_and_by_plain_types(
    server: ScriptedModel, code: str
) -> None:
    options = {"model": "openai:test", "base_url": server.base_url, "api_key": "k", "spares": 0}
    with Analyst(sandbox="local", **options) as analyst:
        for level in ("stats", "rows"):
            server.clear()
            server.requests.clear()
            server.say(f"```python\n{code}\n```")
            server.say("```sql\nselect 1\n```")
            analyst.ask("What is odd?", {"staff": staff(SECRET)}, privacy="stats")
            analyst.ask("And now?", {"staff": staff(SECRET)}, privacy=level)
            told = str(server.requests[1].body["messages"][-1]["content"])
            line = next(line for line in told.split("\n") if line.startswith("Variables alive"))
            assert "teams" in line
            assert (SECRET in line) == (level == "rows")


@pytest.mark.parametrize("first", ["rows", "offline"])
def test_code_that_was_written_with_more_in_sight_is_not_sent_on(server: ScriptedModel, first: str) -> None:
    frame = staff(SECRET)
    options = {"base_url": server.base_url, "api_key": "k", "spares": 0}
    with Analyst(sandbox="local", **options) as analyst:
        server.clear()
        server.requests.clear()
        if first == "rows":
            server.say(f"```python\ndf_{SECRET} = staff[staff.name == '{SECRET}']\ndf_{SECRET}\n```")
            assert analyst.ask("the first person", {"staff": frame}, model="openai:test", privacy="rows").ok
        else:
            assert analyst.ask("total salary by team", {"staff": frame}, model="offline").ok
        server.requests.clear()
        server.say("```sql\nselect 1\n```")
        level: Privacy = "stats"
        assert analyst.ask("and now?", {"staff": frame}, model="openai:test", privacy=level).ok
    messages = server.requests[0].body["messages"]
    assert [m["role"] for m in messages] == ["system", "user", "assistant", "user"]
    assert messages[2]["content"] == "(code that is not shown at the privacy level stats)"
    assert SECRET not in str(messages)


@pytest.mark.parametrize("how", ["marked as right", "pinned"])
def test_an_example_or_a_pin_is_sent_at_the_level_it_was_written_at_or_a_higher_one(
    server: ScriptedModel, tmp_path: Path, how: str
) -> None:
    frame, history = staff(SECRET), History(tmp_path / "history.sqlite3")
    options: dict[str, Any] = {"model": "openai:test", "base_url": server.base_url, "api_key": "k", "spares": 0}
    question = "salary of the first person"
    lock = tmp_path / "analyst.lock" if how == "pinned" else None
    with Analyst(sandbox="local", history=history, lock=lock, **options) as analyst:
        server.clear()
        server.requests.clear()
        server.say(f"```python\nstaff[staff.name == '{SECRET}'].salary\n```")
        first = analyst.ask(question, {"staff": frame}, privacy="rows")
        if how == "pinned":
            assert analyst.ask(question, {"staff": frame}).pinned
        else:
            history.mark(first.id, True)
        for level in ("stats", "rows"):
            server.requests.clear()
            server.say("```sql\nselect 1\n```")
            assert analyst.ask("salary of the last person", {"staff": frame}, privacy=level, fresh=True).ok
            assert (SECRET in str(server.requests[0].body["messages"])) == (level == "rows")
            # A pin merely ran: it is no example at any level.
            shown = level == "rows" and how == "marked as right"
            assert ("found right" in str(server.requests[0].body["messages"])) == shown
    history.close()


def test_a_plan_of_a_model_becomes_the_same_code_whatever_the_range_of_the_data() -> None:
    plan = '{"frame": "staff", "select": ["salary"], "chart": "histogram"}'
    codes = []
    for size in (1, 1_000):
        card = profile(to_frame("staff", staff(SECRET).assign(salary=[float(size * i) for i in range(40)])))
        codes.append(compile_answer(plan, build(Question("histogram of salary"), [card], privacy="schema")))
    assert codes[0] is not None
    assert codes[0] == codes[1]


def test_what_a_refused_document_holds_is_not_told() -> None:
    error = CheckFailed(f"The .xlsx file from the sandbox was refused: it holds macros {SECRET}.", "Ask again.")
    told = failure(error, Code("x"), Vocabulary("stats"), (refusal_words(),), (), ran=True)
    assert told == "The xlsx file from … sandbox was refused: it holds macros …."


def test_code_that_names_a_column_which_was_hidden_since_is_not_sent_again() -> None:
    card = profile(to_frame("staff", staff(SECRET)))
    earlier = Exchange("mean by team", Code("staff.salary.mean()"), "It ran.")
    talk = build(Question("and now?"), [card], privacy="stats", hidden=frozenset({"staff.salary"}),
                 conversation=[earlier, Exchange("rows", Code("len(staff)"), "It ran.")]).conversation  # fmt: skip
    assert [exchange.code.text for exchange in talk] == ["", "len(staff)"]


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("team", True), ("salary", True), ("red", True), ("ratio", True), ("a b", True), (2013, True), (12, True),
        (("salary", "red"), True), (("salary", "x"), False), ("person1", False), ("sal", False), (40, False),
        (2014, False), (True, False), (pd.Timestamp("2024-01-01"), False), (("team", ""), True), ("index", True),
    ],
)  # fmt: skip
def test_a_name_may_leave_where_the_code_or_the_cards_hold_it(name: object, held: bool) -> None:
    frame = staff(SECRET).assign(year=[2013] * 36 + [2014] * 4)
    context = build(Question("person1?"), [profile(to_frame("staff", frame))], privacy="stats")
    code = "staff.assign(ratio=1).rename(columns={'name': 'a b'}).head(12)"
    assert Vocabulary("stats", context.description, context.cards, (code,)).holds(name) == held
    assert Vocabulary("rows").holds(name)


def test_a_pin_that_was_written_at_a_higher_level_is_no_part_of_the_conversation(
    server: ScriptedModel, tmp_path: Path
) -> None:
    frame = staff(SECRET)
    options: dict[str, Any] = {"model": "openai:test", "base_url": server.base_url, "api_key": "k", "spares": 0}
    with Analyst(sandbox="local", lock=tmp_path / "analyst.lock", **options) as analyst:
        server.clear()
        server.requests.clear()
        for block in (f"```python\nstaff[staff.name == '{SECRET}'].salary\n```", *["```sql\nselect 1\n```"] * 2):
            server.say(block)
        assert analyst.ask("salary of the first person", {"staff": frame}, privacy="rows").ok
        analyst.thread = "another"
        assert analyst.ask("salary of the first person", {"staff": frame}).pinned
        assert analyst.ask("and the last one", {"staff": frame}).ok
        assert SECRET not in str(server.requests[1].body["messages"])
        assert analyst.ask("and the one before", {"staff": frame}, privacy="rows").ok
        assert SECRET in str(server.requests[2].body["messages"])


def test_a_hostile_result_tells_no_more_than_the_documented_number_of_names_and_values() -> None:
    names = [f"n{i}" for i in range(3_000)]
    cards = tuple(
        profile(to_frame(f"f{i}", pd.DataFrame({f"n{i}": [f"v{j}" for j in range(9)] * 5}))) for i in range(40)
    )
    context = build(Question("x"), [restrict(card, "stats") for card in cards], privacy="stats", budget=100_000)
    known = Vocabulary("stats", context.description, context.cards, (" ".join(names),))
    columns = {name: [f"v{j}" for j in range(9)] * 5 for name in names}
    table = Output("table", pa.table(columns), labels=tuple(names))
    told = outcome([table, table, Output("text", "x" * 1_000, stream="stdout")] * 50, known)
    assert len(re.findall(r'^  - "n\d+"', told, re.M)) == MAX_COLUMNS == 20
    assert len(re.findall(r'"v\d"', told)) == MAX_RESULT_VALUES == 12
    assert "about 2,000 further columns not listed here" in told
    assert len(told) < 1_200


def test_a_hostile_failure_tells_no_more_than_the_documented_number_of_words_and_lines() -> None:
    words = [f"word{i}x" for i in range(900)]
    code = Code("\n".join(words))
    places = "".join(f"Cell In[1], line {i}\n" for i in range(1, 900))
    error = CodeFailed("x", name="ValueError", value=" ".join(words), traceback=places)
    told = failure(error, code, Vocabulary("stats", code=(code.text,)), (code.text,), (), ran=True)
    text, *lines = told.split("\n")
    assert len(text.removeprefix("ValueError: ").split()) == MAX_WORDS + 1 == 17
    assert len(lines) == MAX_LINES == 2


def test_without_steps_and_repairs_nothing_of_a_run_is_told(server: ScriptedModel) -> None:
    options: dict[str, Any] = {"model": "openai:test", "base_url": server.base_url, "api_key": "k", "spares": 0}
    bodies = []
    for value in (SECRET, OTHER):
        server.clear()
        server.requests.clear()
        server.say(f"```python-step\n{STEPS['ord as a mean']}\n```")
        server.say(f"```python\n{FAILURES['its text']}\n```")
        server.say(f"The odd one is 4711.\n```python\n{STEPS['ord as a mean']}\n```")
        server.say("```sql\nselect 1\n```")
        with Analyst(sandbox="local", max_steps=0, max_repairs=0, **options) as analyst:
            for question in ("What is odd?", "Who?", "Which one?", "How many?"):
                analyst.ask(question, {"staff": staff(value)})
        assert len(server.requests) == 4
        bodies.append([re.sub(r"DATA [0-9a-f]{16}", "DATA", str(r.body["messages"])) for r in server.requests])
    assert bodies[0] == bodies[1]
