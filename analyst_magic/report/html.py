"""The nbconvert exporter ``analyst_html``: a notebook as one file that works offline and can be passed on."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert.exporters.html import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from pygments.formatters import HtmlFormatter
from traitlets import default
from traitlets.config import Config

from ..drawing.bundles import Script
from ..drawing.figures import left_out
from ..drawing.page import content_policy, drawing_script, inline, scripts_for
from ..language import tr, trn
from ..theme import FONT_STACK
from ..wording import count
from .cells import Block, code_trait
from .counts import counts_of
from .markdown import code_html
from .media import media_words
from .reading import Report, read_report
from .story import LEFT_OUT

TEMPLATES = Path(__file__).parent / "templates"
_MAX_PRINT = 150
_OWN = TEMPLATES / "analyst_html"
_FIGURES = re.compile(r'<figure class="plot" [^>]*? data-library="([a-z]+)" data-traces="([a-z0-9 -]*)"')


@dataclass(frozen=True, slots=True)
class Page:
    """All that the template needs.

    Attributes:
        report: What the notebook holds.
        appendix: The code of each answer, highlighted, in the order of the report's provenance.
        paper: Whether the page is to be printed: then nothing can be unfolded.
        theme: ``auto``, ``light`` or ``dark``: the colours that the page begins with.
        policy: The page's Content-Security-Policy.
        style: The page's style sheet.
        packed: Scripts, packed and written in letters, that the page unpacks and runs before its own.
        scripts: The scripts that run as they stand, in order.
    """

    report: Report
    appendix: list[Markup]
    paper: bool
    theme: str
    policy: str
    style: Markup
    packed: list[str]
    scripts: list[Markup]

    @property
    def logo(self) -> str:
        """The theme's logo as an address that loads nothing; empty where there is none."""
        kind = "png" if self.report.logo.startswith(b"\x89PNG") else "jpeg"
        picture = base64.b64encode(self.report.logo).decode("ascii")
        return f"data:image/{kind};base64,{picture}" if picture else ""

    @property
    def appended(self) -> bool:
        """Whether there is an appendix: for questions, and on paper for all code that the text does not show."""
        folded = any(block.kind == "code" and block.code and not block.open for block in self.report.blocks)
        if not self.report.options.appendix:
            return False
        return bool(self.report.provenance) or (self.paper and folded)


class AnalystHTMLExporter(HTMLExporter):
    """A self-contained report: figures interactive, code folded away, nothing loaded, nothing of the notebook run."""

    export_from_notebook = "Analyst report (HTML)"

    code = code_trait()
    paper = False

    @default("template_name")
    def _template_name(self) -> str:
        return "analyst_html"

    @default("extra_template_basedirs")
    def _template_directories(self) -> list[str]:
        return [str(TEMPLATES)]

    @property
    def default_config(self) -> Config:
        """The configuration of every exporter, without what nbconvert adds for its own HTML template."""
        return Config()

    def _create_environment(self) -> Any:
        environment = super()._create_environment()  # type: ignore[no-untyped-call]
        environment.autoescape = True
        return environment

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        """The filters of nbconvert, and the one that the template is made of."""
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield "report_page", report_page
        yield "tr", tr
        yield "lines", lambda count: trn("{number} line", "{number} lines", count)
        yield "outputs", lambda count: trn("{number} output", "{number} outputs", count)

    def from_notebook_node(  # type: ignore[override]  # as every text exporter of nbconvert does
        self, nb: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Render the notebook. The step of ``HTMLExporter`` that parses the page again is left out: what has been
        sanitised once must not be written anew by a parser that reads HTML in another way than browsers do."""
        said = {**(resources or {}), "analyst": {"code": self.code, "paper": self.paper}}
        page, resources = TemplateExporter.from_notebook_node(self, nb, said, **kw)
        return str(page), resources


def report_page(notebook: Any, resources: dict[str, Any]) -> Page:
    """Everything on the page of a notebook, already harmless."""
    chosen = resources.get("analyst", {})
    report = read_report(notebook, resources, chosen.get("code", "folded"))
    paper = bool(chosen.get("paper"))
    chosen["options"] = report.options
    resources["counts"] = counts_of(report, plays=not paper)
    if paper:
        report = replace(report, blocks=tuple(_for_paper(block) for block in report.blocks))
    figures = "".join(html for block in report.blocks for html in block.outputs if '<figure class="plot"' in html)
    libraries = libraries_of(figures) if figures else []
    scripts = [inline(script.text) for script in libraries] if paper else []
    own = [_OWN / name for name in ("unpack.js", "figures.js")]
    scripts += [inline(drawing_script(figures, *own))] if figures else []
    packed = [] if paper else libraries
    return Page(
        report=report,
        appendix=[code_html(one.answer.code, one.answer.language) for one in report.provenance],
        paper=paper,
        theme=report.options.theme,
        policy=content_policy([*scripts, *(script.text for script in packed)]),
        style=Markup(_style(report)),  # noqa: S704 - a file of ours
        packed=[base64.b64encode(script.packed).decode("ascii") for script in packed],
        scripts=[Markup(script) for script in scripts],  # noqa: S704 - files of ours and of the figures' libraries
    )


_PLAYER = re.compile(r'<(audio|video) [^>]*?data-size="([^"]*)"[^>]*>.*?</\1>', re.DOTALL)
_PRINT = re.compile(r'(<pre class="output[^>]*>)(.*?)(</pre>)', re.DOTALL)


def _for_paper(block: Block) -> Block:
    """A block whose long prints are cut to what somebody would read on paper."""

    def cut(found: re.Match[str]) -> str:
        lines = found[2].split("\n")
        if len(lines) <= _MAX_PRINT:
            return found[0]
        first, last = lines[: _MAX_PRINT * 2 // 3], lines[-(_MAX_PRINT // 3) :]
        dropped = lines[len(first) : len(lines) - len(last)]
        more = sum(int(said[1].replace(",", "")) - 1 for line in dropped if (said := LEFT_OUT.match(line)))
        middle = f"… {count(len(dropped) + more, 'line')} left out …"
        return f"{found[1]}{chr(10).join([*first, middle, *last])}{found[3]}"

    def printed(html: str) -> Markup:
        html = _PLAYER.sub(lambda player: left_out(media_words(player[1], player[2]), player[1]), html)
        html = html.replace('<details class="json">', '<details class="json" open>')
        return Markup(_PRINT.sub(cut, html))  # noqa: S704 - fewer lines of the same

    opened = re.sub(r"<details(?![^>]*\bopen\b)", "<details open", block.content)
    content = Markup(opened)  # noqa: S704 - the same, unfolded
    return replace(block, content=content, outputs=tuple(map(printed, block.outputs)))


def libraries_of(figures: str) -> list[Script]:
    """The scripts that draw figures.

    Args:
        figures: The figures' HTML, as ``figures.figure_html`` writes it.
    """
    return scripts_for([(library, tuple(parts.split())) for library, parts in _FIGURES.findall(figures)])


def _style(report: Report) -> str:
    """The page's style sheet, with the colours that the reader chose in place of those that the system asks for."""
    light = HtmlFormatter(style="default").get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    own = (_OWN / "style.css").read_text("utf-8")
    colours = re.search(r"prefers-color-scheme: dark\) \{\n  :root \{(.*?)\n  \}\n\}", own, re.DOTALL)
    night = colours[1] if colours else ""
    own = own.replace("prefers-color-scheme: dark) {\n  :root {", f"prefers-color-scheme: dark) {{\n  {_AS_IT_IS} {{")
    parts = [own, light, f"@media screen and (prefers-color-scheme: dark) {{{_AS_IT_IS} {{{dark}}}}}"]
    parts.append(f"@media screen {{:root:has(#theme-dark:checked) {{color-scheme: dark; {night}\n{dark}}}}}")
    parts.append(":root:has(#theme-light:checked) {color-scheme: light;}")
    if report.theme is not None:
        parts.append(f":root {{--accent: #{report.theme.accent}; --heading: {_font(report.theme.heading_font)};}}")
        parts.append(f":root {{--sans: {_font(report.theme.body_font)};}}")
    if report.options.page:
        parts.append(f"@media print {{@page {{size: {report.options.page};}}}}")
    return "\n".join(parts) + "\n"


def _font(name: str) -> str:
    return f"{json.dumps(name)}, {FONT_STACK}"


_AS_IT_IS = ":root:not(:has(#theme-light:checked))"


def index_page(entries: str) -> str:
    """The first page of a site.

    Args:
        entries: Its entries, as items of a list.
    """
    style = (_OWN / "style.css").read_text("utf-8")
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{content_policy([])}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Reports</title>'
        f"<style>{style}</style></head><body><main><h1>Reports</h1><ul>{entries}</ul></main></body></html>"
    )
