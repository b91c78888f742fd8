"""Formulas as authors write them: chemistry, units, negations, macros, spaces inside dollars, tables and headings."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup
from sample_notebooks import markdown, write

from analyst_magic.report.export import export
from analyst_magic.report.markdown import markdown_html
from analyst_magic.report.mathematics import linear, mathml, omml
from analyst_magic.report.references import References


@pytest.mark.parametrize(
    ("tex", "signs"),
    [
        (r"\ce{2H2 + O2 -> 2H2O}", "2 H_2+O_2→2 H_2O"),
        (r"\ce{SO4^2-}", "SO_4^(2−)"),
        (r"\ce{Na+ + Cl- <=> NaCl v}", "Na^++Cl^−⇌NaCl↓"),
        (r"\ce{[Fe(CN)6]^{4-}}", "[Fe(CN)_6]^(4−)"),
        (r"\ce{A ->[heat] B}", "A→^heatB"),
        (r"\SI{5}{\kilo\metre}", "5 km"),
        (r"\qty{9.8}{\metre\per\second\squared}", "9.8 m s^(−2)"),
        (r"\SI{20}{\celsius}", "20 ^∘C"),
        (r"\unit{kg.m^{-2}}", "kg m^(−2)"),
        (r"\num{3e8}", "3×10^8"),
        (r"a \not= b", "a≠b"),
        (r"x \not\in A \setminus B", "x∉A∖B"),
        (r"\not\subset", "⊄"),
        (r"\text{50\% of \textbf{all} a\_b}", "50% of all a_b"),
        (r"\text{if $x>0$ and }y", "if x>0 and y"),
        (r"1/x \quad\text{ since } f'(x) = g''", "1/x since f′(x)=g″"),
        (r"\begin{align*} a & = b && \text{by definition} \\ & = c \end{align*}", "a =b by definition; =c"),
        (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", "(a, b; c, d)"),
        (r"\text{<script>alert(1)</script>}", "<script>alert(1)</script>"),
        (r"\color{red}{x}+y", "x+y"),
    ],
)
def test_what_the_converter_does_not_know_is_drawn_all_the_same(tex: str, signs: str) -> None:
    made = mathml(tex, False)
    assert made is not None
    assert linear(tex) == signs
    assert "\\" not in linear(tex)
    assert "<script" not in made
    assert omml(str(made)) is not None


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        (r"<p>$ \dfrac{1}{x} $</p>", 1), (r"$ x $ and $y = 3 $", 2), (r"$f'(x) = \cos(x) $", 1), ("$ x_i $", 1),
        ("costs $ 5 and $ 6 today", 0), ("It costs $5 to $10_000 each", 0), ("a $ 5_000 and $ 6_000 b", 0),
        ("pay $ 100 <b>now</b> or $ 200", 0), ("`$ x $`", 0), ("$HOME and $PATH", 0),
        ("$\n\\begin{align*}\na & = b\n\\end{align*}\n$", 1), ("so\n$\nA = \\frac{1}{2}\n+ b\n$\nand", 1),
        ("$x =\n\\begin{pmatrix}\na\\\\\nb\\\\\nc\\\\\nd\\\\\ne\n\\end{pmatrix}$ and $y$", 2),
        ("to $\\beta_T = $0.02 ($T$ is the last)", 2), ("so $2 + $3 is $5", 0),
        ("$\na, b\n\nx^2 and c\n$", 0), ("it costs $\n5 or\n$ 6", 0), ("a list:\n$\n- x\n$\n", 0),
    ],
)  # fmt: skip
def test_spaces_inside_dollars_are_a_formula_where_it_has_signs_of_one(text: str, formulas: int) -> None:
    made = markdown_html(text, None)
    assert made.count("<math") == formulas
    assert ("$" in made) == (formulas == 0)


def test_macros_hold_in_the_cells_after_theirs_and_in_no_other_report() -> None:
    references = References()
    markdown_html(
        r"$$\newcommand{\R}{\mathbb{R}} \def\half{\frac12} \DeclareMathOperator{\tr}{tr}$$", None, None, references
    )
    later = markdown_html(r"$\R^n$ and $\half$ and $\tr A$", None, None, references)
    assert re.findall('alttext="([^"]*)"', later) == ["ℝ^n", "1/2", "trA"]
    assert "\\R" in markdown_html(r"$\R^n$", None)


def test_formulas_in_tables_and_headings_are_formulas_in_word(tmp_path: Path) -> None:
    text = "# A $x^2$\n\n| a | b |\n|---|---|\n| 1 | so $\\frac{a}{b}$ is |\n\n<table><tr><td>$y^2$</td></tr></table>"
    made = export(write(tmp_path / "nb.ipynb", markdown(text)), "docx")
    with ZipFile(made) as parts:
        page = BeautifulSoup(parts.read("word/document.xml"), "xml")
    assert len(page.find_all("oMath")) == 3
    cell = next(cell for cell in page.find_all("tc") if cell.find("oMath") is not None)
    assert [run.text for run in cell.find_all("t") if run.prefix == "w"] == ["so ", " is"]


def test_a_formula_on_a_slide_stands_where_it_was_written_as_large_as_its_words(tmp_path: Path) -> None:
    text = "# Rules\n\n## Power: $f(x)=x^r$, with $r \\neq 0$\n\nSo $f'(x) = rx^{r-1}$ holds."
    deck = export(write(tmp_path / "nb.ipynb", markdown(text)), "pptx")
    with ZipFile(deck) as package:
        slides = [package.read(name).decode() for name in package.namelist() if name.startswith("ppt/slides/slide")]
    slide = next(BeautifulSoup(slide, "xml") for slide in slides if "holds" in slide)
    for words, sizes in (("Power: f(x)=x^r, with r≠0", {"2600"}), ("So f′(x)=rx^(r−1) holds.", {"1600"})):
        plain = next(box for box in slide.find_all("Fallback") if words in box.text)
        drawn = plain.parent.find("Choice")
        assert [run.find("t").text for run in drawn.find_all("r") if run.prefix == "a"] == [
            part for part in re.split(r"f\(x\)=x\^r|r≠0|f′\(x\)=rx\^\(r−1\)", words) if part
        ]
        assert drawn.find_all("oMath")
        assert {run.get("sz") for run in [*plain.find_all("rPr"), *drawn.find_all("rPr")] if run.prefix == "a"} == sizes
        assert all(run.find("rPr", recursive=False) is not None for run in plain.find_all("r"))
