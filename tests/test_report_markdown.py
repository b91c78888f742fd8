"""Mathematics and authors' Markdown in reports, in every format that can be read without a browser."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import docx
import pytest
from bs4 import BeautifulSoup
from docx.oxml.ns import qn
from nbformat.v4 import new_raw_cell
from sample_notebooks import bundle, code, markdown, write

from analyst_magic.report.bibliography import parse, short
from analyst_magic.report.directives import unified
from analyst_magic.report.elements import Paragraph, elements
from analyst_magic.report.export import export
from analyst_magic.report.front_matter import front_matter
from analyst_magic.report.markdown import markdown_html
from analyst_magic.report.mathematics import Formulas, mathml, omml

FORMULAS = [
    "E=mc^2", r"\frac{-b\pm\sqrt{b^2-4ac}}{2a}", r"\sum_{i=1}^{n} i", r"\int_0^1 f\,dx",
    r"\begin{bmatrix}1&2\\3&4\end{bmatrix}^{-1}",
    r"\begin{cases}a & x>0\\ b & x \le 0\end{cases}", r"\hat{\beta}=(X^TX)^{-1}X^Ty", r"\lim_{x\to 0} \frac{\sin x}{x}",
    r"\begin{aligned}a&=b\\c&=d\end{aligned}",
    r"\text{profit} < \mathbb{E}[X]", r"\operatorname{argmax}_x f", r"\bm{x}",
]  # fmt: skip


def soup(source: str, folder: Path | None = None) -> BeautifulSoup:
    return BeautifulSoup(markdown_html(source, folder), "html.parser")


@pytest.mark.parametrize("tex", FORMULAS)
def test_a_formula_is_mathml_and_a_formula_of_office(tex: str) -> None:
    drawn = mathml(tex, True)
    assert drawn is not None
    assert drawn.startswith('<math display="block" alttext=')
    assert "\\" not in re.sub(r'alttext="[^"]*"', "", drawn)
    made = omml(str(drawn))
    assert made is not None
    assert made.tag.endswith("}oMath")


@pytest.mark.parametrize(
    "evil",
    [
        r"\text{<script>alert(1)</script>}", r"\text{<img src=x onerror=alert(1)>}", r"\href{javascript:alert(1)}{x}",
        r"\style{background:url(https://evil.example)}{x}", r"\text{</math><script>x</script>}",
        r"\mathrm{<b onclick=x>}",
        r'\class{x" onload="y}{z}', r"\operatorname{<svg/onload=x>}", r"a <script>b</script>", r"\text{&lt;script&gt;}",
    ],
)  # fmt: skip
def test_a_hostile_formula_only_draws(evil: str) -> None:
    for page in (soup(f"$${evil}$$"), soup(f"Text ${evil}$ here"), soup(f"| a |\n|--|\n| ${evil}$ |")):
        assert page.find(["script", "img", "svg", "b", "a"]) is None
        assert all(
            name in {"display", "alttext"} or not name.startswith("on") for tag in page(True) for name in tag.attrs
        )
        assert not page.find_all(href=True)


def test_amounts_of_money_code_and_addresses_are_no_formulas() -> None:
    page = soup("It costs $5 and $10, or US$ 7. `$x$` \\$9\n\n```\n$y$\n```\n\nMail me@x.org, @nobody.")
    assert page.find("math") is None
    assert "It costs $5 and $10, or US$ 7." in page.text
    assert [tag.text.strip() for tag in page("code")] == ["$x$", "$y$"]


def test_formulas_are_numbered_and_referred_to() -> None:
    page = soup(
        "See \\eqref{a}, @eq-b and {eq}`c`.\n\n\\begin{equation}x=1\\label{a}\\end{equation}\n\n$$y$$ {#eq-b}\n\n"
        "$$\nz\n$$ (c)\n\n$$\\tag{*} w$$\n\n$$unnumbered$$\n\n:::{math}\n:label: d\nv\n:::"
    )
    assert [tag.text for tag in page.select(".formula .number")] == ["(1)", "(2)", "(3)", "(*)", "(4)"]
    links = [(link.text, link["href"]) for link in page.select("p a")]
    assert links == [("(1)", "#n-a"), ("(2)", "#n-eq-b"), ("(3)", "#n-c")]
    assert all(page.find(id=href[1:]) is not None for _, href in links)


def test_a_formula_that_cannot_be_set_stands_as_it_was_written() -> None:
    assert soup(r"$$\frac$$").select_one("code.tex").text == r"$$\frac$$"


def test_no_mark_of_a_formula_stays_behind() -> None:
    formulas = Formulas()
    page = markdown_html('![alt $x$](none.png) <b title="$y$">t</b> [link $z$](https://a.example "$w$")\n\n# $h$', None)
    assert formulas._mark[:1] == "x"
    assert not re.search(r"x[0-9a-f]{16}x\d+z|r[0-9a-f]{16}x\d+z", page)


@pytest.mark.parametrize("to", ["html", "docx"])
def test_formulas_of_prose_and_of_outputs_are_in_the_file(to: str, tmp_path: Path) -> None:
    latex = bundle(text_latex=r"$\displaystyle \frac{1}{2}$", text_plain="x")
    raw = bundle(text_latex=r"\frac{1}{3}", text_plain="x")
    table = bundle(text_html="<table><tr><td>$a_1$</td></tr></table>")
    report = export(
        write(tmp_path / "nb.ipynb", markdown("# T $x$\n\n$$y^2$$ and $z$"), code("1", latex, raw, table)), to
    )
    if to == "html":
        assert report.read_text("utf-8").count("<math") == 6
    else:
        assert zipfile.ZipFile(report).read("word/document.xml").count(b"<m:oMath") >= 4


# -- the Markdown of authors -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "kind", "title"),
    [
        ("> [!NOTE]\n> Words", "note", "Note"),
        ("> [!CAUTION]\n> Words", "caution", "Caution"),
        (":::{warning}\nWords\n:::", "warning", "Warning"),
        (":::{note} Look\n:class: x\nWords\n:::", "note", "Look"),
        ("```{tip}\nWords\n```", "tip", "Tip"),
        ('::: {.callout-important title="Read"}\nWords\n:::', "important", "Read"),
        ("::: tip\nWords\n:::", "tip", "Tip"),
        (":::{admonition} My own\nWords\n:::", "note", "My own"),
        ("!!! warning\n    Words", "warning", "Warning"),
        ('Before\n\n??? tip "Look *here*"\n\n    Words', "tip", "Look here"),
        ('???+ danger inline end "Stop"\n    Words\n\nAfter', "caution", "Stop"),
        ("!!! todo\n    Words", "note", "Todo"),
    ],
)
def test_callouts_of_github_myst_and_quarto(source: str, kind: str, title: str) -> None:
    page = soup(source)
    assert page.select_one(f".callout-{kind} .callout-title").text == title
    assert "Words" in page.text
    assert not re.search(r":::|!!!|\?\?\?", page.text)


def test_blocks_of_mkdocs_nest_and_end_where_they_are_indented_no_more() -> None:
    page = soup(
        '!!! note\n    A\n\n    ```python\n    !!! no\n    ```\n\n    !!! tip ""\n        B $x$\n\n    C\n\nD\n\n'
        '=== "One"\n    1\n\n=== "Two"\n    2\n\nEnd'
    )
    outer = page.select_one(".callout-note")
    assert "B" in outer.select_one(".callout-tip").text
    assert "!!! no" in outer.code.text
    assert "C" in outer.text
    assert "D" not in outer.text
    assert [tag.text for tag in page.select("details.tab > summary")] == ["One", "Two"]
    assert (
        soup("!!! Attention please\n\n??? who knows\n\nText").text.split()
        == "!!! Attention please ??? who knows Text".split()
    )


def test_theorems_and_listings_are_numbered_and_referred_to() -> None:
    page = soup(
        "By @thm-line, @lst-sum, @lst-all, {prf:ref}`euler` and @cor-all.\n\n"
        "::: {#thm-line}\n## A *line*\nIt is $y = mx$.\n:::\n\n:::{prf:theorem} Euler\n:label: euler\nWords\n:::\n\n"
        "::: {#cor-all}\nMore\n:::\n\n:::{prf:proof}\nClear.\n:::\n\n"
        '```{#lst-sum .python lst-cap="A sum"}\nx = 1\n```\n\n'
        "```{code-block} sql\n:name: lst-all\n:caption: All *rows*\nSELECT 1\n```"
    )
    heads = [tag.text for tag in page.select("div > p > strong")]
    assert heads == ["Theorem 1 (A line).", "Theorem 2 (Euler).", "Corollary 1.", "Proof."]
    assert [tag.text for tag in page.select("p.caption")] == ["Listing 1: A sum", "Listing 2: All rows"]
    links = [link.text for link in page.p("a")]
    assert links == ["Theorem 1", "Listing 1", "Listing 2", "Theorem 2", "Corollary 1"]
    assert all(page.find(id=link["href"][1:]) is not None for link in page.p("a"))
    assert [tag.text for tag in page("code")] == ["x = 1", "SELECT 1"]


@pytest.mark.parametrize("to", ["html", "docx", "pptx"])
def test_what_authors_count_is_in_every_file(to: str, tmp_path: Path) -> None:
    diagram = bundle(**{"text_vnd.mermaid": "graph TD; A-->B", "text_plain": "<Mermaid>"})
    source = write(
        tmp_path / "nb.ipynb",
        markdown("# T\n\nSee @thm-a and @lst-b.\n\n::: {#thm-a}\nSo it is.\n:::\n\n!!! note\n    Mind this."),
        markdown("| a |\n|-|\n| $x^2$ |"),
        code('#| lst-label: lst-b\n#| lst-cap: "How"\nf()', diagram, bundle(text_markdown="```mermaid\npie\n```")),
    )
    report = export(source, to)
    if to == "html":
        text = BeautifulSoup(report.read_text("utf-8"), "html.parser").main.text
    else:
        with zipfile.ZipFile(report) as parts:
            pages = [
                parts.read(name).decode() for name in parts.namelist() if re.match(r"word/document|ppt/slides/s", name)
            ]
        text = re.sub(r"<[^>]+>", "", " ".join(pages))
        assert any("<m:oMath" in page for page in pages)
    for words in ("See Theorem 1 and Listing 1.", "Theorem 1.", "Listing 1: How", "Mind this.", "A-->B", "pie"):
        assert words in text.replace("&gt;", ">"), words
    assert text.count("A Mermaid diagram stands here as its source") == 2
    assert "!!!" not in text


def test_divisions_of_the_same_length_nest() -> None:
    page = soup("::: {.callout-note}\nA\n\n::: {.callout-tip}\nB\n:::\n\nC\n:::\n\nD")
    outer = page.select_one(".callout-note")
    assert outer.select_one(".callout-tip").text.split() == ["Tip", "B"]
    assert "C" in outer.text
    assert "D" not in outer.text


def test_tabs_tasks_definitions_and_code() -> None:
    page = soup(
        "::: {.panel-tabset}\n## One\n1\n## Two\n```python\nx = 1  # ## no\n```\n:::\n\n- [x] done\n- [ ] open\n\n"
        "Term\n: Meaning\n\n::::{tab-set}\n:::{tab-item} Three\n3\n:::\n::::"
    )
    assert [tag.text for tag in page.select("details.tab > summary")] == ["One", "Two", "Three"]
    assert [tag.text for tag in page.select("li.task-list-item")] == ["☑ done", "☐ open"]
    assert (page.dt.text, page.dd.text.strip()) == ("Term", "Meaning")
    assert unified("```{python}\nx\n```") == "```{python}\nx\n```"


def test_figures_tables_and_sections_are_numbered_across_cells(tmp_path: Path) -> None:
    picture = "data:image/png;base64," + (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
    )
    cells = [
        markdown("# Start {#sec-start}\n\nSee @fig-two, @tbl-t, @fig-cell, [@sec-start], {ref}`later` and @fig-none."),
        markdown(f"![One]({picture}){{#fig-one}}\n\n![Two]({picture}){{#fig-two width=50%}}"),
        markdown("| a |\n|---|\n| b |\n\n: Letters {#tbl-t}"),
        code('#| label: fig-cell\n#| fig-cap: "Drawn"\n1', bundle(image_png=picture.partition(",")[2])),
        markdown("(later)=\n## Later on"),
    ]
    page = BeautifulSoup(export(write(tmp_path / "nb.ipynb", *cells)).read_text("utf-8"), "html.parser")
    links = [link.text for link in page.select("section.prose p a")]
    assert links == ["Figure 2", "Table 1", "Figure 3", "Start", "Later on"]
    assert [tag.text for tag in page.select("figcaption, p.caption")] == [
        "Figure 1: One", "Figure 2: Two", "Table 1: Letters", "Figure 3: Drawn"]  # fmt: skip
    assert all(page.find(id=str(link["href"])[1:]) for link in page.select("section.prose p a"))
    assert "@fig-none" in page.text


def test_front_matter_footnotes_and_citations(tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text(
        "@article{knuth84, author={Knuth, Donald E.}, title={Literate {P}rogramming}, year=1984, journal={CJ}}\n"
        '@book{two, author="G{\\"o}del, Kurt and Turing, Alan", title={X}, year={1931}, url={javascript:alert(1)}}\n'
    )
    head = (
        "---\ntitle: Sales of the north\nauthor:\n  - name: Ada Lovelace\n    affiliation: Engines\n"
        "date: 2026-11-26\nabstract: Short.\n---\n\n"
    )
    cells = [
        markdown(f"{head}## First\n\nAs [@knuth84, p. 3; @two] and @knuth84 say[^a]."),
        markdown("More[^b].\n\n[^a]: Note A.\n[^b]: Note B."),
    ]
    page = BeautifulSoup(export(write(tmp_path / "nb.ipynb", *cells)).read_text("utf-8"), "html.parser")
    assert page.h1.text == "Sales of the north"
    assert page.select_one(".byline").text == "Ada Lovelace (Engines) · 26 November 2026"
    assert "Short." in page.select_one(".abstract").text
    assert "title:" not in page.text
    assert "As (Knuth 1984, p. 3; Gödel and Turing 1931) and Knuth (1984) say1." in page.text
    assert [tag.text for tag in page.select(".references li")] == [
        "Gödel, Kurt and Turing, Alan (1931). X.", "Knuth, Donald E (1984). Literate Programming. CJ."]  # fmt: skip
    assert [tag.text for tag in page.select("sup a")] == ["1", "2"]
    assert not page.select('a[href^="javascript"]')


def test_a_bibliography_is_read_as_it_comes() -> None:
    entries = parse('@comment{x}\n@misc{a,title="No year"}\n@article{broken, author={X')
    assert short(entries["a"], brackets=True) == "year (n.d.)"
    assert "broken" in entries


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["**Chapter 2 – End-to-end project**\n\nText", "# Setup"], "Chapter 2 – End-to-end project"),
        (["##### Copyright 2019 The Authors.", "# Real title"], "Real title"),
        (["# Setup", "# The data"], "The data"),
        (["<h1>From HTML</h1>"], "From HTML"),
        (["# Setup"], "Setup"),
        (["# Fit of $y = x^2$"], "Fit of y=x^2"),
    ],
)
def test_the_title_says_what_the_notebook_is_about(cells: list[str], expected: str, tmp_path: Path) -> None:
    report = export(write(tmp_path / "nb.ipynb", *map(markdown, cells)))
    assert BeautifulSoup(report.read_text("utf-8"), "html.parser").title.text == expected


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("H~2~O x^2^ `a~b~` a^b", "<p>H<sub>2</sub>O x<sup>2</sup> <code>a~b~</code> a^b</p>"),
        ("::: {.callout-tip}\n## Title\nBody\n:::", '<p class="callout-title">Title</p>'),
        (":::{list-table}\n:header-rows: 1\n* - a\n  - b\n* - 1\n  - 2 | 3\n:::", "<td>2 | 3</td>"),
        ('```{csv-table}\n:header: a, b\n1, "2, 3"\n```', "<td>2, 3</td>"),
        (":::{dropdown} More\nhidden\n:::", "<strong>More</strong>"),
        ("a\n\n+++\n\nb {{< pagebreak >}}", "<p>a</p>\n<p>b</p>"),
        ("{{< kbd Ctrl+C >}} {{< fa star >}}", "<p><kbd>Ctrl+C</kbd></p>"),
        ("```\n+++\n{{< pagebreak >}}\n```", "+++\n{{&lt; pagebreak &gt;}}"),
    ],
)
def test_what_books_write_beside_markdown_is_read(text: str, html: str) -> None:
    assert html in markdown_html(text, None)


def test_office_files_raise_and_lower_and_count_each_list_anew() -> None:
    made = elements(
        markdown_html("m<sup>2</sup> H~2~O 5<sup>th</sup> x<sub>max</sub>\n\n1. a\n2. b\n\ntext\n\n3. c", None)
    )
    first = next(part for part in made if isinstance(part, Paragraph))
    assert first.text == "m² H₂O 5th xmax"
    assert [(run.text, run.raised) for run in first.runs if run.raised] == [("th", "sup"), ("max", "sub")]
    assert [part.number for part in made if isinstance(part, Paragraph)] == [0, 1, 2, 0, 3]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("title: Sales & *risks* of R&D\nabstract: Of $x^2$ *here* & there.", "Sales & *risks* of R&D"),
        ("title: Sales: the north\nabstract: |\n  Of $x^2$ *here*\n\n  & there.", "Sales: the north"),
    ],
)
def test_front_matter_is_read_as_people_write_it(head: str, title: str, tmp_path: Path) -> None:
    write(tmp_path / "nb.ipynb", markdown(f"---\n{head}\n---"), markdown("Words"))
    page = BeautifulSoup(export(tmp_path / "nb.ipynb").read_text("utf-8"), "html.parser")
    abstract = page.select_one(".abstract")
    assert page.h1.text == title
    assert "abstract:" not in page.main.text
    assert abstract.math is not None
    assert abstract.em.text == "here"
    word = docx.Document(str(export(tmp_path / "nb.ipynb", "docx")))
    assert any(line.style.name == "Callout" and "here" in line.text for line in word.paragraphs)


def test_a_head_that_refers_to_itself_is_text() -> None:
    assert front_matter({"cells": [markdown("---\na: &x [1]\nb: [*x, *x]\ntitle: T\n---")]}).title == ""


def test_titles_of_callouts_and_tabs_are_markdown() -> None:
    page = soup(
        "> [!NOTE]- Folded *title*\n> x\n\n:::{admonition} My **title** $x^2$\n:class: tip\ny\n:::\n\n"
        "::: {.panel-tabset}\n## Using `pip`\nz\n:::\n\n:::{tip} <script>a</script>[b](javascript:c)\nz\n:::"
    )
    titles = page.select(".callout-title")
    assert [title.text for title in titles[:1]] == ["Folded title"]
    assert titles[0].em.text == "title"
    assert titles[1].strong.text == "title"
    assert titles[1].math is not None
    assert page.summary.code.text == "pip"
    assert not page.select("script, a[href]")


@pytest.mark.parametrize(
    ("text", "formulas", "plain"),
    [
        (r"Set $\text{price in \$ of $x$ now} < 5$ and $y$.", 2, "Set  and ."),
        (r"So $a = \text{if $b$}$, $\text{c}$", 2, "So , "),
        (r"{math}`a^2` and `{math}` $5 to $6", 1, " and {math} $5 to $6"),
    ],
)
def test_dollars_in_the_words_of_a_formula_do_not_end_it(text: str, formulas: int, plain: str) -> None:
    page = soup(text)
    found = page.find_all("math")
    assert len(found) == formulas
    assert all("$" not in formula["alttext"].replace("$ of", "") for formula in found)
    for formula in found:
        formula.extract()
    assert page.text.strip("\n") == plain


def test_captions_of_cells_are_markdown(tmp_path: Path) -> None:
    cell = code('#| label: fig-a\n#| fig-cap: "Fit of $x^2$, *drawn* <b>x</b>"\nplot()', bundle(text_plain="7"))
    page = BeautifulSoup(export(write(tmp_path / "nb.ipynb", cell)).read_text("utf-8"), "html.parser")
    caption = page.select_one("p.caption")
    assert caption.text.startswith("Figure 1: Fit of ")
    assert caption.math is not None
    assert caption.em.text == "drawn"


def test_a_word_report_keeps_links_and_marks_also_in_cells(tmp_path: Path) -> None:
    text = (
        "# Report\n\nSee [the end](#end), @tbl-a, [site](https://a.example), [call](tel:+491234), [more](more.ipynb), "
        "[no](evil.exe), [none](#nowhere) ~~gone~~.[^1]\n\n"
        "| a |\n|---|\n| [cell](https://b.example) ~~old~~ `code` |\n\n"
        ": Letters {#tbl-a}\n\nTerm\n: Meaning\n\n## End {#end}\n\n[^1]: A note."
    )
    word = docx.Document(str(export(write(tmp_path / "nb.ipynb", markdown(text)), "docx")))
    links = {
        "".join(t.text for t in link.iter(qn("w:t"))): link.get(qn("w:anchor"))
        or word.part.rels[link.get(qn("r:id"))].target_ref
        for link in word.element.iter(qn("w:hyperlink"))
    }
    places = {mark.get(qn("w:name")) for mark in word.element.iter(qn("w:bookmarkStart"))}
    assert {links.pop(words) for words in ("the end", "Table 1", "¹")} <= places
    assert links == {
        "site": "https://a.example", "call": "tel:+491234", "more": "more.ipynb", "cell": "https://b.example",
    }  # fmt: skip
    struck = [run for run in word.element.iter(qn("w:r")) if run.find(f".//{qn('w:strike')}") is not None]
    assert [run.text for run in struck] == ["gone", "old"]
    assert next(line for line in word.paragraphs if line.text == "Term").runs[0].bold
    assert next(line for line in word.paragraphs if line.text == "Meaning").style.name == "List Continue"


def test_each_line_of_an_alignment_that_is_referred_to_has_its_number() -> None:
    page = soup(
        "$$\\begin{align} a &= b \\label{one} \\\\ c &= d \\label{two} \\end{align}$$\n\n"
        "See \\eqref{two} and \\eqref{one}.\n\n$$x$$ {#eq-x}"
    )
    assert [tag.text for tag in page.select(".number")] == ["(1, 2)", "(3)"]
    links = page.select("p a")
    assert [link.text for link in links] == ["(2)", "(1)"]
    assert all(page.find(id=link["href"][1:]) for link in links)


def test_figures_and_tables_of_quarto_and_empty_links_of_myst_are_references() -> None:
    page = soup(
        "::: {#fig-a}\n![](data:image/png;base64,AA==)\n\nSales *by* month\n:::\n\n"
        "::: {#tbl-a}\n| a |\n|---|\n| 1 |\n\nLetters\n:::\n\n@fig-a, [](#tbl-a), [words](#fig-a)"
    )
    assert page.figcaption.text == "Figure 1: Sales by month"
    assert page.select_one("p.caption").text == "Table 1: Letters"
    assert [(link.text, link["href"]) for link in page.find_all("p")[-1].find_all("a")] == [
        ("Figure 1", "#n-fig-a"), ("Table 1", "#n-tbl-a"), ("words", "#n-fig-a")]  # fmt: skip


def test_raw_cells_and_what_the_metadata_say_are_shown(tmp_path: Path) -> None:
    cells = [
        new_raw_cell("Plain <b> text"), new_raw_cell("<p>Set in <em>HTML</em><script>x</script></p>"),
        new_raw_cell("\\newpage"), new_raw_cell(".. note::", metadata={"raw_mimetype": "text/restructuredtext"}),
    ]  # fmt: skip
    notebook = write(tmp_path / "nb.ipynb", markdown("# T"), *cells, authors=[{"name": "Ada"}], date="2026-01-02")
    page = BeautifulSoup(export(notebook).read_text("utf-8"), "html.parser")
    assert [part.text for part in page.select("main pre")] == ["Plain <b> text"]
    assert page.main.em.text == "HTML"
    assert "newpage" not in page.main.text
    assert "note" not in page.main.text
    assert page.select_one(".byline").text == "Ada · 2026-01-02"


def test_an_entry_of_several_paragraphs_has_one_sign_and_lines_begin_at_their_edge() -> None:
    made = elements(markdown_html("- a\n\n  more of a\n- b\n\nOne  \nTwo\\\nThree", None))
    lines = [(part.style, part.text) for part in made if isinstance(part, Paragraph)]
    assert lines == [("bullet", "a"), ("definition", "more of a"), ("bullet", "b"), ("text", "One\nTwo\nThree")]
