"""A profile as HTML: what deserves a look, a row for each column with its distribution, and what belongs together.

Everything in it is escaped; it loads nothing and runs nothing. In a cell it takes the colours of the theme around it.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..results.html import LINE, MUTED, escape, one_line
from ..theme import load_theme
from ..wording import count
from .record import ColumnProfile, Finding, Histogram, ProfileRecord
from .text import headline, number_text, sections, values_text

WIDTH, HEIGHT = 132, 34
MAX_TOP = 5
MAX_LINES = 40
"""Lines of a section that are shown."""
WEIGHT = {1: "Wrong or dangerous", 2: "Doubtful", 3: "Good to know"}
_CELL = f"text-align:left;vertical-align:top;padding:6px 14px 6px 0;border-bottom:{LINE}"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def profile_html(profile: ProfileRecord) -> str:
    """The page as a fragment."""
    parts = [f'<div style="font-weight:600;font-size:1.1em">{escape(headline(profile))}</div>']
    parts += [f'<div style="{MUTED}">{escape(note)}</div>' for note in profile.notes]
    if profile.findings:
        parts.append(_findings(profile.findings))
    if profile.columns:
        parts.append(_columns(profile.columns))
    for title, lines in sections(profile):
        parts += [_heading(title), _lines(map(escape, lines), len(lines))]
    return f'<div class="mathjax_ignore tex2jax_ignore" style="line-height:1.4">{"".join(parts)}</div>'


def whole_page(profile: ProfileRecord) -> str:
    """The page as one file, in the fonts and with the footer of the theme."""
    theme = load_theme()
    title = escape(f"{profile.name}: profile")
    font = escape(theme.css_font(theme.body_font))
    style = (
        f"body{{font-family:{font};margin:32px auto;max-width:1100px;padding:0 16px}}"
        ":root{color-scheme:light dark}table{width:100%}"
    )
    footer = f'<footer style="{MUTED};margin-top:24px">{escape(theme.footer)}</footer>' if theme.footer else ""
    head = (
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{style}</style>'
    )
    body = f"<h1>{title}</h1>{profile_html(profile)}{footer}"
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>{body}</body></html>\n'


def _heading(text: str) -> str:
    return f'<div style="font-weight:600;margin-top:14px">{escape(text)}</div>'


def _lines(items: Iterable[str], number: int) -> str:
    shown = [f"<li>{item}</li>" for _, item in zip(range(MAX_LINES), items, strict=False)]
    more = f'<li style="{MUTED}">{count(number - MAX_LINES, "more line")}</li>' if number > MAX_LINES else ""
    return f'<ul style="margin:4px 0 0;padding-left:20px">{"".join(shown)}{more}</ul>'


def _findings(findings: tuple[Finding, ...]) -> str:
    items = [
        f'{escape(finding.message)} <span style="{MUTED}">{WEIGHT[finding.severity]}</span>' for finding in findings
    ]
    return _heading("Look first at") + _lines(items, len(items)).replace("<ul", "<ol").replace("</ul>", "</ol>")


def _columns(columns: tuple[ColumnProfile, ...]) -> str:
    heads = "".join(
        f'<th style="{_CELL};font-weight:600">{head}</th>'
        for head in ("Column", "Missing", "Distinct", "Distribution", "Values")
    )
    rows = "".join(map(_column, columns))
    return (
        '<div style="overflow-x:auto;margin-top:14px"><table style="border-collapse:collapse">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _column(column: ColumnProfile) -> str:
    name = f'<b>{escape(one_line(column.name, 60))}</b><br><span style="{MUTED}">{escape(column.kind)}</span>'
    missing = f"{column.missing:,}<br>{column.missing_share:.1%}" if column.missing else "–"
    distinct = f"{column.distinct:,}" if column.distinct_is_exact else f"at least {column.distinct:,}"
    cells = (name, missing, distinct, _chart(column), _values(column))
    return "<tr>" + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in cells) + "</tr>"


def _chart(column: ColumnProfile) -> str:
    if column.histogram is not None and column.histogram.counts:
        return _bars(column.name, column.histogram)
    return _shares(column) if column.top and not column.personal else ""


def _bars(name: str, histogram: Histogram) -> str:
    """Upright bars, with the values of each in its title."""
    most, number = max(histogram.counts) or 1, len(histogram.counts)
    step = WIDTH / number
    parts = []
    for position, rows in enumerate(histogram.counts):
        height = max(1.0, (HEIGHT - 2) * rows / most) if rows else 0.0
        place = f'x="{position * step:.1f}" y="{HEIGHT - height:.1f}" width="{max(1, step - 1):.1f}"'
        title = escape(f"{_stretch(name, histogram, position)}: {count(rows, 'row')}")
        parts.append(f'<rect {place} height="{height:.1f}"><title>{title}</title></rect>')
    return _drawing("".join(parts), HEIGHT)


def _stretch(name: str, histogram: Histogram, position: int) -> str:
    low = number_text(name, histogram.edges[position])
    return low if histogram.discrete else f"{low} to {number_text(name, histogram.edges[position + 1])}"


def _shares(column: ColumnProfile) -> str:
    """Lying bars of the commonest values."""
    most = max(rows for _, rows in column.top) or 1
    parts = []
    for position, (value, rows) in enumerate(column.top[:MAX_TOP]):
        title = escape(f"{one_line(str(value), 60)}: {count(rows, 'row')}")
        place = f'x="0" y="{position * 8}" width="{max(1.0, WIDTH * rows / most):.1f}" height="6"'
        parts.append(f"<rect {place}><title>{title}</title></rect>")
    return _drawing("".join(parts), 8 * min(MAX_TOP, len(column.top)))


def _drawing(content: str, height: int) -> str:
    view = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    return f'<svg {view} fill="currentColor" opacity="0.6" role="img">{content}</svg>'


def _values(column: ColumnProfile) -> str:
    lines = [escape(values_text(column))]
    if column.quantiles:
        first, third = (number_text(column.name, column.quantiles[place]) for place in (1, 3))
        lines.append(f'<span style="{MUTED}">half of them {escape(first)} to {escape(third)}</span>')
    if column.unique:
        lines.append(f'<span style="{MUTED}">each value once</span>')
    return "<br>".join(filter(None, lines))
