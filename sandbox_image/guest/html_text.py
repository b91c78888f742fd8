"""The text of HTML."""

from __future__ import annotations

import html.parser
import re

MAX_HTML_CHARACTERS = 2_000_000
BLOCK_TAGS = frozenset("""address article blockquote br caption dd div dl dt fieldset figcaption figure footer form h1
    h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody tfoot thead tr ul""".split())  # fmt: skip
HIDDEN_TAGS = frozenset(("script", "style", "template", "head", "title", "iframe", "object", "svg"))


class TextParser(html.parser.HTMLParser):
    """Collects the text of a page, a line for each block and a tab between the cells of a row."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in HIDDEN_TAGS:
            self.hidden.append(tag)
        elif tag in BLOCK_TAGS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append("\t")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.hidden:
            del self.hidden[self.hidden.index(tag) :]
        elif tag in BLOCK_TAGS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(re.sub(r"\s+", " ", data))

    def text(self) -> str:
        lines = (re.sub(r" *\t *", "\t", line).strip() for line in "".join(self.parts).split("\n"))
        return "\n".join(line for line in lines if line)


def html_to_text(source: str) -> str:
    """The text of HTML; empty where it has none."""
    parser = TextParser()
    parser.feed(source[:MAX_HTML_CHARACTERS])
    parser.close()
    return parser.text()
