"""Files of definitions as somebody careless or hostile would write them: each is told with its line, and none hangs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analyst_magic.commands.definitions import define, definitions
from analyst_magic.errors import InputError
from analyst_magic.semantics.check import check_definitions
from analyst_magic.semantics.files import read_definitions
from analyst_magic.sources.files import DataFile

MODEL = """\
version: "0.2.0.dev0"
semantic_model:
  - name: m
    datasets:
      - {name: sales, source: sales}
"""
HEAD = f"{MODEL}    metrics:\n"
FRAMES: dict[str, object] = {
    "sales": pd.DataFrame({"amount": [1.0, 2.0], "qty": [1, 2], 'q"x': [3, 4], "größe": [1, 2]})
}


def metric(name: str, formula: str) -> str:
    return f"      - {{name: {name}, expression: {{dialects: [{{dialect: ANSI_SQL, expression: '{formula}'}}]}}}}\n"


def problems(folder: Path, text: str | bytes, name: str = "analyst.yaml") -> list[str]:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    found = read_definitions(folder)
    return [*map(str, found.problems), *map(str, check_definitions(found.definitions))]


def bomb(last: str) -> str:
    """Anchors of which each repeats the one before nine times, and a file whose text they are."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in zip("abcdefg", "bcdefgh", strict=True)
    ]
    return "\n".join([*lines, last, ""])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("hello", "analyst.yaml:1: the file has to have parts of its own, such as “name: …”."),
        ('version: "0.2.0.dev0"\nsemantic_model: &a\n  - *a\n', "an entry of semantic_model has to have"),
        ('version: "0.2.0.dev0"\nsemantic_model: {a: b}\n', "analyst.yaml:2: semantic_model has to be a list"),
        (HEAD.encode("utf-16"), "analyst.yaml:1: The file is not in UTF-8: save it anew as UTF-8."),
        ("# café\n".encode("latin-1"), "analyst.yaml:1: The file is not in UTF-8"),
        (HEAD + metric("a", "SUM(amount)") + "---\nb: c\n", "expected a single document in the stream"),
        ("a:\n  " + "[" * 20_000 + "]" * 20_000, "analyst.yaml:2: Over 100 brackets are open at once."),
        (b"#" * 5_000_001, "analyst.yaml:1: The file is over 5 MB."),
        (bomb("tables: [{name: sales, synonyms: *h}]"), "an entry of synonyms has to be a text."),
        (bomb('version: "0.2.0.dev0"\nsemantic_model: *h'), "an entry of semantic_model has to have parts"),
        ("tables: 5\n", "analyst.yaml:1: tables has to be a list"),
        ("tables: [{name: a, dimensions: 7}]\n", "analyst.yaml:1: dimensions has to be a list"),
        (HEAD + metric("a", f"SUM({'(' * 400}amount{')' * 400})"), "is nested too deep. Take it apart"),
        (HEAD + metric("a", f"SUM(amount{'+1' * 5_000})"), "has over 10,000 characters. Take it apart into fields."),
        (HEAD + metric("a", "SUM(b)") + metric("b", "SUM(amount)"), "a figure over rows already"),
        (MODEL.replace("source: sales", 'source: "SELECT * FROM sales"'), "The source of sales is a query"),
    ],
)  # fmt: skip
def test_what_no_file_should_hold_is_told_with_its_line(tmp_path: Path, text: str | bytes, problem: str) -> None:
    assert any(problem in found for found in problems(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[", "The file cannot be read"),
        ("[" * 100_000, "it is nested too deep"),
        ('{"semantic_models": 5}', "semantic_models has to be a list"),
        ('{"semantic_models": [{"name": []}]}', "name has to be a text"),
        ('{"semantic_models": [{"name": "a", "measures": [{"name": "x"}]}]}', "agg is missing"),
        ('{"semantic_models": [], "metrics": [{"name": "a"}]}', "type is missing"),
    ],
)
def test_a_manifest_of_another_form_is_told(tmp_path: Path, text: str, problem: str) -> None:
    found = problems(tmp_path, text, "semantics/semantic_manifest.json")
    assert found[0].startswith("semantics/semantic_manifest.json:1: ")
    assert problem in found[0]


def test_metrics_that_name_each_other_twice_end_soon(tmp_path: Path) -> None:
    doubled = "".join(metric(f"m{n}", f"m{n + 1} + m{n + 1}") for n in range(10))
    found = problems(tmp_path, HEAD + doubled + metric("m10", "SUM(sales.amount)"))
    assert any("m0: With all that it names, the formula has over 500 names" in problem for problem in found)
    assert not any("m9" in problem for problem in found)


def test_a_file_with_the_mark_of_another_editor_is_read(tmp_path: Path) -> None:
    assert problems(tmp_path, b"\xef\xbb\xbf" + (HEAD + metric("a", "SUM(amount)")).encode()) == []


def test_a_metric_may_have_the_name_of_its_column(tmp_path: Path) -> None:
    define("amount = sum(amount) -- (also: takings)", tmp_path, "", FRAMES)
    define("value = sum(amount * qty)", tmp_path, "", FRAMES)
    define("price = amount / sum(qty)", tmp_path, "", FRAMES)
    define('odd = sum("q""x")', tmp_path, "", FRAMES)
    define("cafe\u0301 = sum(größe)", tmp_path, "", FRAMES)
    shown = [str(definitions("show", [name], tmp_path, "", FRAMES)) for name in ("value", "price", "odd", "café")]
    assert "computed as SUM(sales.amount * sales.qty)" in shown[0]
    assert "computed as SUM(sales.amount) / SUM(sales.qty)" in shown[1]
    assert 'computed as SUM(sales."q""x")' in shown[2]
    assert "computed as SUM(sales.größe)" in shown[3]
    assert "as they should be" in str(definitions("check", [], tmp_path, "", FRAMES))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("123 = sum(amount)", "A definition has a name and a formula."),
        ("x = sum(amount); drop table sales", "is not one formula"),
        ("x = (select 1)", "is not a formula alone"),
    ],
)
def test_what_is_no_definition_is_not_written(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem.replace(".", r"\.")):
        define(text, tmp_path, "", FRAMES)
    assert not (tmp_path / "analyst.yaml").exists()


def test_nothing_is_defined_in_a_file_that_is_no_model(tmp_path: Path) -> None:
    for text in ("hello\n", 'version: "0.2.0.dev0"\nsemantic_model:\n'):
        (tmp_path / "analyst.yaml").write_text(text)
        with pytest.raises(InputError, match=r"analyst\.yaml:"):
            define("x = sum(amount)", tmp_path, "", FRAMES)
        assert (tmp_path / "analyst.yaml").read_text() == text


def test_a_draft_of_odd_names_is_as_it_should_be_and_lies_where_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    odd = pd.DataFrame({"order": [1, 2], "group": [1, 1], "end": [3, 4], 'a"b': [1, 1], "Größe": [1, 1]})
    scope: dict[str, object] = {"orders": odd, "Orders": pd.DataFrame({"order": [1, 2], "name": ["x", "y"]})}
    assert str(definitions("draft", [], tmp_path, "shared", scope)).startswith("analyst.yaml describes 2 datasets")
    assert "as they should be" in str(definitions("check", [], tmp_path, "shared", scope))
    assert "It is not read" in str(definitions("draft", [], tmp_path, "shared", scope))
    assert "in 1 file are as they should be" in str(definitions("check", [], tmp_path, "shared", scope))
    assert sorted(path.name for path in (tmp_path / "shared").iterdir()) == ["analyst.draft.yaml", "analyst.yaml"]


def test_a_draft_that_was_edited_is_never_lost(tmp_path: Path) -> None:
    (tmp_path / "analyst.yaml").write_text("")
    definitions("draft", [], tmp_path, "", FRAMES)
    draft = tmp_path / "analyst.draft.yaml"
    definitions("draft", [], tmp_path, "", FRAMES)  # the same once more
    draft.write_text(draft.read_text() + "# mine\n")
    with pytest.raises(InputError, match="holds an earlier draft") as refused:
        definitions("draft", [], tmp_path, "", FRAMES)
    assert "delete analyst.draft.yaml" in refused.value.next_step
    assert draft.read_text().endswith("# mine\n")


def test_a_source_that_cannot_be_read_is_named_and_the_others_are_drafted(tmp_path: Path) -> None:
    twice = pd.DataFrame([[1, 2]], columns=["a", "a"])
    gone = DataFile(tmp_path / "gone.csv", "csv")
    said = str(definitions("draft", [], tmp_path, "", {**FRAMES, "twice": twice, "gone": gone}))
    assert "gone is not in it: " in said
    assert said.startswith(f"analyst.yaml describes {len(FRAMES) + 1} datasets")
