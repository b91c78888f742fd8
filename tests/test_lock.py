"""``analyst.lock``: a notebook runs again with no model, and says when data or code have changed."""

from __future__ import annotations

import json
import multiprocessing
import os
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from fakes import ScriptedModel
from hypothesis import given
from hypothesis import strategies as st

from analyst_magic import Analyst
from analyst_magic.errors import LockConflict, LockDamaged, LockError, MissingKey, Unpinned
from analyst_magic.history import lock
from analyst_magic.history.lock import LockFile, Pin, follows, misfit
from analyst_magic.results.digest import digest
from analyst_magic.results.figure import Figure
from analyst_magic.results.table import Table
from analyst_magic.sources.kinds import schema_text
from analyst_magic.turn import Code

SALES = pd.DataFrame({"region": ["north", "south", "north"], "revenue": [10.0, 20.0, 40.0]})
ANSWER = "By region.\n```python\nsales.groupby('region', as_index=False).revenue.sum()\n```"


def pin(question: str = "total by region", code: str = "sales.sum()", **more: Any) -> Pin:
    made = {"wants": "", "language": "", "after": "", "model": "openai:x", "text": "", "frames": {"sales": "a number"}}
    return Pin(question=question, code=Code(code), **{**made, **more}).sealed()


@pytest.fixture
def server() -> Iterator[ScriptedModel]:
    with ScriptedModel() as made:
        yield made


@pytest.fixture
def analyst(server: ScriptedModel, sandboxes: set[str], tmp_path: Path) -> Iterator[Analyst]:
    with Analyst(model="openai:test", base_url=server.base_url, api_key="sk-planted", spares=0,
                 lock=tmp_path / "analyst.lock", output_directory=str(tmp_path / "out")) as made:  # fmt: skip
        yield made


@pytest.mark.docker
def test_a_pinned_question_is_answered_without_asking_and_says_that_nothing_changed(
    analyst: Analyst, server: ScriptedModel, tmp_path: Path
) -> None:
    server.say(ANSWER)
    first = analyst.ask("total revenue by region", {"sales": SALES})
    assert first.ok, first.error
    assert not first.pinned
    again = analyst.ask("total  revenue by\nregion", {"sales": SALES})
    assert again.ok, again.error
    assert (again.pinned, again.model, again.text) == (True, "openai:test", "By region.")
    assert again.notes == ("Answered from analyst.lock, without a model; the result is unchanged.",)
    assert len(server.requests) == 1
    text = (tmp_path / "analyst.lock").read_text()
    assert "sales.groupby('region', as_index=False).revenue.sum()\n" in text
    assert "sk-planted" not in text
    assert "north" not in text


@pytest.mark.docker
def test_new_rows_run_the_same_code_and_the_change_is_said(analyst: Analyst, server: ScriptedModel) -> None:
    server.say(ANSWER)
    analyst.ask("total revenue by region", {"sales": SALES})
    more = pd.concat([SALES, pd.DataFrame({"region": ["east"], "revenue": [1.0]})])
    turn = analyst.ask("total revenue by region", {"sales": more.reset_index(drop=True)})
    assert turn.pinned
    assert len(turn.tables[0].to_pandas()) == 3
    assert "changed since it was pinned: table 1" in turn.notes[-1]
    assert len(server.requests) == 1


@pytest.mark.docker
def test_another_result_of_code_that_draws_random_numbers_is_said_with_its_reason(
    analyst: Analyst, server: ScriptedModel
) -> None:
    server.say("```python\nimport numpy as np\nfloat(np.random.rand())\n```")
    first = analyst.ask("a random number", {"sales": SALES})
    again = analyst.ask("a random number", {"sales": SALES})
    assert first.results != again.results
    assert "draws random numbers, and its result is not the one that was pinned" in again.notes[-1]
    analyst.reset()
    rerun = analyst.ask("a random number", {"sales": SALES})
    assert rerun.results == first.results
    assert rerun.notes[-1].endswith("the result is unchanged.")


@pytest.mark.docker
def test_other_columns_ask_again_and_say_why_and_fresh_asks_in_any_case(
    analyst: Analyst, server: ScriptedModel
) -> None:
    for answer in (ANSWER, ANSWER.replace("revenue", "amount"), ANSWER):
        server.say(answer)
    analyst.ask("total revenue by region", {"sales": SALES})
    other = SALES.rename(columns={"revenue": "amount"})
    turn = analyst.ask("total revenue by region", {"sales": other})
    assert not turn.pinned
    assert "Asked again, as the frame sales has other columns" in turn.notes[0]
    assert "revenue is gone" in turn.notes[0]
    assert not analyst.ask("total revenue by region", {"sales": SALES}, fresh=True).pinned
    assert analyst.ask("total revenue by region", {"sales": SALES}).pinned
    assert len(server.requests) == 3


@pytest.mark.docker
def test_frozen_fails_where_nothing_is_pinned_and_names_the_question(analyst: Analyst, server: ScriptedModel) -> None:
    turn = analyst.ask("mean revenue", {"sales": SALES}, frozen=True)
    assert isinstance(turn.error, Unpinned)
    assert "mean revenue" in str(turn.error)
    assert server.requests == []


@pytest.mark.docker
def test_a_pin_needs_neither_model_nor_key(
    analyst: Analyst, server: ScriptedModel, tmp_path: Path, sandboxes: set[str]
) -> None:
    server.say(ANSWER)
    analyst.ask("total revenue by region", {"sales": SALES})
    with Analyst(model="openai:test", base_url="http://127.0.0.1:9", spares=0, lock=tmp_path / "analyst.lock") as other:
        turn = other.ask("total revenue by region", {"sales": SALES})
        assert turn.ok, turn.error
        changed = other.ask("total revenue by region", {"sales": SALES.rename(columns={"revenue": "r"})})
        assert isinstance(changed.error, MissingKey)
        with pytest.raises(MissingKey):
            other.ask("another question", {"sales": SALES})


@pytest.mark.docker
def test_an_edited_pin_is_checked_like_a_models_code_and_shown_as_edited(
    analyst: Analyst, server: ScriptedModel, tmp_path: Path
) -> None:
    server.say("```sql\nSELECT sum(revenue) AS total FROM sales\n```")
    analyst.ask("total revenue", {"sales": SALES})
    path = tmp_path / "analyst.lock"
    path.write_text(path.read_text().replace("SELECT sum(revenue) AS total", "SELECT sum(revenue) * 2 AS total"))
    turn = analyst.ask("total revenue", {"sales": SALES})
    assert turn.tables[0].to_pandas().iloc[0, 0] == 140
    assert "edited by hand" in turn.notes[0]
    path.write_text(path.read_text().replace("FROM sales", "FROM read_csv('/etc/passwd'), sales"))
    hostile = analyst.ask("total revenue", {"sales": SALES})
    assert "read_csv" in str(hostile.error)
    assert len(server.requests) == 1


@pytest.mark.docker
def test_follow_ups_of_one_wording_after_different_questions_are_pinned_apart(
    analyst: Analyst, server: ScriptedModel
) -> None:
    server.say("```python\nsales.revenue.sum()\n```")
    server.say("```python\nsales.revenue.sum() * 2\n```")
    server.say("```python\nsales.revenue.mean()\n```")
    server.say("```python\nsales.revenue.mean() * 2\n```")
    for question in ("total revenue", "double it", "mean revenue", "double it"):
        assert analyst.ask(question, {"sales": SALES}).ok
    answers = [analyst.ask(q, {"sales": SALES}).results[0].text for q in
               ("total revenue", "double it", "mean revenue", "double it")]  # fmt: skip
    assert len(server.requests) == 4
    assert [round(float(answer), 3) for answer in answers] == [70, 140, 23.333, 46.667]


def test_a_notebook_moved_elsewhere_gives_the_same_tables_and_figures_with_no_model(
    execute: Callable[..., Any], server: ScriptedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice in fresh kernels; the second time the endpoint is gone, there is no key, and asking would fail."""
    server.say("```python\nimport numpy as np\nimport plotly.express as px\nsample = sales.sample(frac=0.5)\n"
               "sample['noise'] = np.random.default_rng().normal(size=len(sample))\n"
               "px.scatter(sample, x='revenue', y='noise', title='Noise')\n```")  # fmt: skip
    server.say("```sql\nSELECT region, avg(revenue) / 3 AS third, max(at) AS at FROM sales GROUP BY region\n```")
    cells = (
        "import pandas as pd\nn = 400\nsales = pd.DataFrame({'region': list('abcd') * (n // 4), "
        "'revenue': [i / 7 for i in range(n)], "
        "'at': pd.date_range('2024-01-01', periods=n, freq='h', tz='Europe/Berlin')})",
        "%%analyst\nnoise of a sample against revenue",
        "%%analyst -o thirds\na third of the mean revenue, and the last moment, by region",
        "print(sorted(thirds.itertuples(index=False, name=None)))",
    )
    monkeypatch.setenv("ANALYST_MODEL", "openai:test")
    monkeypatch.setenv("ANALYST_BASE_URL", server.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted")
    first = execute(*cells)
    assert len(server.requests) == 2
    monkeypatch.setenv("ANALYST_FROZEN", "1")
    monkeypatch.setenv("ANALYST_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.delenv("OPENAI_API_KEY")
    second = execute(*cells)
    assert len(server.requests) == 2

    def shown(notebook: Any) -> list[Any]:
        outputs = [output for cell in notebook.cells for output in cell.outputs]
        figures = [o["data"][FIGURE] for o in outputs if FIGURE in o.get("data", {})]
        return [figures, [o["text"] for o in outputs if "text" in o]]

    assert json.dumps(shown(first)) == json.dumps(shown(second))
    notes = [o["data"]["text/html"] for cell in second.cells for o in cell.outputs
             if "unchanged" in o.get("data", {}).get("text/html", "")]  # fmt: skip
    assert len(notes) == 2


FIGURE = "application/vnd.plotly.v1+json"


@given(
    st.lists(
        st.builds(
            pin,
            question=st.text(min_size=1, max_size=60),
            code=st.text(min_size=1, max_size=200).map(lambda text: text.strip("\n") or "x"),
            frames=st.dictionaries(
                st.from_regex(r"[a-zà-ü_]\w{0,8}", fullmatch=True), st.text(max_size=40), max_size=3
            ),
            results=st.lists(st.text(max_size=20), max_size=3).map(tuple),
            text=st.text(max_size=40),
        ),
        max_size=4,
    )
)
def test_whatever_stands_in_a_pin_comes_back_as_it_was(pins: list[Pin]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        lock = LockFile(Path(folder) / "analyst.lock")
        readable = [p for p in pins if _encodable(p)]
        lock.replace_all({p.key: p for p in readable})
        assert lock.pins() == {p.key: p for p in readable}
        assert not any(p.edited for p in lock.pins().values())


def _encodable(made: Pin) -> bool:
    texts = (made.question, made.code.text, made.text, *made.frames, *made.frames.values(), *made.results)
    return all("\r" not in text and not any(0xD800 <= ord(c) < 0xE000 for c in text) for text in texts)


def test_the_file_is_in_a_stable_order_and_readable(tmp_path: Path) -> None:
    lock = LockFile(tmp_path / "analyst.lock")
    for question in ("b", "a", "c"):
        lock.put(pin(question, "SELECT 1\nFROM x"))
    first = lock.path.read_bytes()
    for question in ("c", "b", "a"):
        lock.put(pin(question, "SELECT 1\nFROM x"))
    assert lock.path.read_bytes() == first
    assert b"code = '''\nSELECT 1\nFROM x\n'''" in first
    assert list(tomllib.loads(first.decode())["pin"]) == sorted(lock.pins())


def test_a_merge_of_different_questions_reads_as_both_and_two_answers_are_named(tmp_path: Path) -> None:
    lock = LockFile(tmp_path / "analyst.lock")
    table = {}
    for name, made in (("ours", pin("first")), ("theirs", pin("second")), ("other", pin("first", "sales.mean()"))):
        lock.replace_all({made.key: made})
        table[name] = lock.path.read_text().partition("version = 1\n\n")[2]
    head = "version = 1\n\n"
    lock.path.write_text(f"{head}<<<<<<< HEAD\n{table['ours']}=======\n{table['theirs']}>>>>>>> branch\n")
    assert {p.question for p in lock.pins().values()} == {"first", "second"}
    lock.path.write_text(f"{head}<<<<<<< HEAD\n{table['ours']}=======\n{table['other']}>>>>>>> branch\n")
    with pytest.raises(LockConflict, match="“first”"):
        lock.pins()


@pytest.mark.parametrize(
    "text",
    [
        "not toml", "version = 2", "[pin.x]\nquestion = 1\nlanguage = 'sql'\ncode = ''",
        "[pin.x]\nquestion = 'q'\nlanguage = 'bash'\ncode = ''", "[pin.x]\nquestion = 'q'\nlanguage = 'sql'",
        "[pin.x]\nlanguage = 'document'\nformat = '../../x'\ncode = ''", "pin = 3", "\x00", "[pin.x]\nframes = 3",
    ],
)  # fmt: skip
def test_a_file_that_is_no_lock_is_an_error_and_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    lock = LockFile(tmp_path / "analyst.lock")
    lock.path.write_text(text)
    with pytest.raises(LockDamaged, match=r"analyst\.lock"):
        lock.pins()
    with pytest.raises(LockDamaged):
        lock.put(pin())
    assert lock.path.read_text() == text


def _put_many(folder: str, start: int) -> None:
    for i in range(start, start + 15):
        LockFile(Path(folder) / "analyst.lock").put(pin(f"question {i}"))


def test_many_notebooks_pin_at_once_without_loss(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_put_many, args=(str(tmp_path), i * 15)) for i in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(LockFile(tmp_path / "analyst.lock").pins()) == 45


def test_a_writer_that_hangs_holds_nobody_up_and_the_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(lock, "MAX_SECONDS_FOR_OTHERS", 0.3)
    other = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(LockError, match=r"Another program .*analyst\.lock") as caught:
            LockFile(tmp_path / "analyst.lock").put(pin())
        assert "ask again" in caught.value.next_step
    finally:
        os.close(other)
    LockFile(tmp_path / "analyst.lock").put(pin())
    assert len(LockFile(tmp_path / "analyst.lock").pins()) == 1


def test_a_schema_is_the_same_for_one_missing_value_more_and_for_another_library() -> None:
    import polars as pl

    first = pd.DataFrame({"n": [1, 2], "t": ["a", "b"], "d": pd.to_datetime(["2024-01-01", "2024-01-02"])})
    assert schema_text(first) == "n number, t text, d moment"
    assert schema_text(first.astype({"n": float})) == schema_text(first)
    assert schema_text(pl.from_pandas(first)) == schema_text(first)
    odd = schema_text(pd.DataFrame({"a, b": [1]}))
    made = pin(frames={"odd": odd, "plain": "a number, index number"})
    assert misfit(made.frames["odd"], {"a, b"}, {"c": "text"}) == "a, b is gone"
    assert misfit(made.frames["plain"], {"a", "index"}, {"a": "text"}) == "a is text and was number"


def test_digests_do_not_change_with_the_order_of_rows_or_the_last_digits() -> None:
    first = Table(pa.table({"k": ["a", "b"], "v": [1 / 3, 0.1 + 0.2]}))
    second = Table(pa.table({"k": ["b", "a"], "v": [0.3, 0.33333333333333337]}))
    other = Table(pa.table({"k": ["b", "a"], "v": [0.3, 0.3334]}))
    assert digest(first) == digest(second) != digest(other)
    assert digest(Table(pa.table({"n": [1]}))) == digest(Table(pa.table({"n": [1.0]})))
    bars = {"data": [{"type": "bar", "x": ["a", "b"], "y": [1, 2]}], "layout": {"title": {"text": "T"}}}
    turned = {"data": [{"type": "bar", "x": ["b", "a"], "y": [2.0, 1.0]}], "layout": {"title": {"text": "T"}}}
    changed = {"data": [{"type": "bar", "x": ["b", "a"], "y": [2.0, 1.5]}], "layout": {"title": {"text": "T"}}}
    assert digest(Figure(bars)) == digest(Figure(turned)) != digest(Figure(changed))


def test_only_what_cannot_stand_alone_follows_the_question_before() -> None:
    assert follows("as a line chart", "total by region") == "total by region"
    assert follows("make it monthly", "total by region") == "total by region"
    assert follows("mean revenue by region", "total by region") == ""


def test_the_folders_notebooks_are_held_against_the_lock(tmp_path: Path) -> None:
    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook

    from analyst_magic.commands.lock import lock as manage

    cells = ["%%analyst -m openai:x\ntotal by region", "%%analyst --as pptx\ntotal by region", "x = 1",
             "%%analyst\nSQL: select 1", "%%analyst\nas a pie chart"]  # fmt: skip
    nbformat.write(new_notebook(cells=[new_code_cell(source) for source in cells]), tmp_path / "n.ipynb")
    (tmp_path / "broken.ipynb").write_text("no")
    lock = LockFile(tmp_path / "analyst.lock")
    kept = [pin(), pin(wants="pptx"), pin("as a pie chart", after="total by region")]
    for made in (*kept, pin("of another time")):
        lock.put(made)
    assert manage(lock, "verify") == "4 pinned answers in analyst.lock."
    assert "1 pin removed.\n  of another time" in manage(lock, "prune")
    assert set(lock.pins()) == {made.key for made in kept}
    lock.put(pin(frames={"sales": "other number"}))
    assert "0 pins removed" in manage(lock, "prune")
    assert [len(lock.find_all(made.key)) for made in kept] == [2, 1, 1]
    lock.replace_all({made.key: made for made in kept[:2]} | {kept[2].key: replace(kept[2], model="y", seal="no")})
    with pytest.raises(Unpinned, match="edited by hand: as a pie chart"):
        manage(lock, "verify")
    assert "1 edited pin accepted." in manage(lock, "update")
    lock.replace_all({kept[0].key: kept[0]})
    with pytest.raises(Unpinned, match=r"not pinned: n\.ipynb: as a pie chart"):
        manage(lock, "verify")
