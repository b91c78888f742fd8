"""A plan as a Python program that writes one document to ``OUTPUT_PATH``."""

from __future__ import annotations

import base64

from ...column_format import is_money, single_currency
from ...theme import DEFAULT, MAX_LOGO_IN_FILES, Theme, logo_data
from ...turn import DOCUMENTS, DocumentFormat, FrameCard
from .cards import answer_card, find, is_time, row_card
from .charts import answer_code, bin_width, far_edges, histogram_as_bars
from .columns import literal
from .describe import CHARTS, title
from .nouns import computed_heading, dimension_heading, measure_heading
from .quality import quality_columns
from .schema import Dimension, Look, Measure, QueryPlan
from .sql import query
from .text import answer_call, flat_copy, query_lines, quoted
from .words import capital, heading

MAX_ROWS: dict[DocumentFormat, int] = {"xlsx": 100_000, "docx": 200, "pdf": 300, "pptx": 36}
"""How many rows are written; where there are more, the document says so."""
MAX_POINTS: dict[DocumentFormat, int] = {"xlsx": 5_000, "docx": 200, "pdf": 300, "pptx": 120}
"""How many points a line or a scatter chart has at most. Of bars and slices the largest are drawn."""
MAX_GROUPS = 100_000
NATIVE = frozenset({"bar", "line", "pie"})
_TIME_STYLES = {
    "minute": "yyyy-mm-dd hh:mm",
    "hour": "yyyy-mm-dd hh:mm",
    "hour of day": "General",
    "week of year": "General",
    "day of month": "General",
    "decade": "General",
    "weekend": "General",
    "quarter of year": "General",
    "month": "yyyy-mm",
    "year": "yyyy",
}
BOX_HEADINGS = ("5th percentile", "First quartile", "Median", "Third quartile", "95th percentile")


def document_code(plan: QueryPlan, card: FrameCard, template: bool = False, theme: Theme = DEFAULT) -> str:
    """The program: imports, the constants and the query of this question, and the fixed part that writes the file."""
    format = plan.document or "xlsx"
    card = row_card(plan, card)
    asked = _drawable(plan, card)
    source, flat = flat_copy(card)
    columns = _columns(asked, card)
    chart = native_chart(asked, card)
    logo, no_logo = (b"", "") if format == "xlsx" or template else logo_data(theme, MAX_LOGO_IN_FILES)
    lines = [
        "import duckdb",
        "from analyst_documents.answer import Answer, Look",
        f"from analyst_documents.{format} import write_document",
        "",
        f"TITLE = {quoted(title(plan))}",
        f"HEADINGS = [{', '.join(quoted(words) for words, _ in columns)}]",
        f"FORMATS = [{', '.join(quoted(style) for _, style in columns)}]",
        f"GROUPS, MEASURES, CHART = {len(asked.group_by)}, {_figure_count(asked)}, {chart!r}",
        f"MAX_ROWS, MAX_DRAWN = {MAX_ROWS[format]:_}, {_most_drawn(format, chart):_}",
        f"TEMPLATE = {'TEMPLATE_PATH' if template else None}",
        f"ADDITIVE = {_adds_up(asked)}",
        f"COLOURS = {list(theme.palette)!r}",
        f"LOOK = COLOURS, {', '.join(map(quoted, (theme.ink, theme.muted, theme.rule, theme.stripe)))}",
        *_logo(logo),
        f"FONTS = {quoted(theme.heading_font)}, {quoted(theme.body_font)}, {quoted(theme.footer)}",
        "",
        *flat,
        *query_lines(query(asked, card, source).sql("duckdb", pretty=True)),
        *_source(plan, source),
        *answer_code(plan, card, source),
        *_left_out(plan, chart, format),
        *_currencies(asked, card, source),
        *([f"answer({quoted(literal(no_logo))})"] if no_logo else []),
        "",
        "parts = HEADINGS, FORMATS, GROUPS, MEASURES, CHART, MAX_ROWS, MAX_DRAWN",
        f"look = Look(*LOOK, *FONTS{', LOGO' if logo else ''})",
        "result = Answer(data, TITLE, SOURCE, *parts, look, TEMPLATE, ADDITIVE, CURRENCIES)",
        "for note in write_document(result, OUTPUT_PATH):",
        "    answer(note)",
    ]
    return "\n".join(lines) + "\n"


def _most_drawn(format: DocumentFormat, chart: str | None) -> int:
    return MAX_POINTS[format] if chart in {"line", "scatter"} else MAX_GROUPS


def _kind(plan: QueryPlan) -> str:
    """The chart that was asked for: ``bar chart``."""
    return CHARTS[plan.chart or "bar"].partition(" ")[2]


def chart_note(plan: QueryPlan, chart: str | None) -> str:
    """What a document cannot hold of the chart that was asked for; an empty string where it holds it."""
    if not plan.chart or not plan.document:
        return ""
    kind, place = _kind(plan), DOCUMENTS[plan.document].label
    if chart is None:
        return f"The {kind} is left out, as {place} cannot hold it in this form: its figures are in the table."
    stacked = len(plan.group_by) == 2 and _adds_up(plan)
    look = plan.look.model_copy(update={"stacked": False}) if stacked else plan.look
    if look != Look() or len(plan.measures) + len(plan.computed) > 1:
        return f"The chart in {place} is a plain {kind} of the first figure."
    return ""


def _left_out(plan: QueryPlan, chart: str | None, format: DocumentFormat) -> list[str]:
    """The lines that say, in the document and in the answer, that a chart is left out."""
    note = chart_note(plan, chart)
    if note:
        return [f"SOURCE += {quoted(f' {note}')}", *answer_call([note])]
    if not plan.chart or chart not in {"line", "scatter"}:
        return []
    most = _most_drawn(format, chart)
    values = f"it would have {{rows:,}} values, and {most:,} are the most."
    return [
        "if len(data) > MAX_DRAWN:",
        f"    answer({quoted(f'The {_kind(plan)} is left out: {values}')}, rows=data)",
        '    SOURCE += f" The chart is left out: it would have {len(data):,} values, and {MAX_DRAWN:,} are the most."',
    ]


def _source(plan: QueryPlan, table: str) -> list[str]:
    """The line that says where the figures come from: the frames, and how many rows one alone has."""
    names = " and ".join([plan.frame, *(join.frame for join in plan.joins)])
    if plan.joins:
        return [f"SOURCE = {quoted(f'Source: {names}.')}"]
    counted = 'SELECT count(*) FROM "{}"'.format(table.replace('"', '""'))  # noqa: S608 - quoted
    return [
        f"counted = duckdb.sql({counted!r}).fetchall()[0][0]",
        f'SOURCE = {quoted(f"Source: {names}, ")} + f"{{counted:,}} rows."',
    ]


def native_chart(plan: QueryPlan, card: FrameCard) -> str | None:
    """The document's own chart: the one asked for, or bars or a line where the answer is one figure for each group."""
    if plan.chart == "scatter" and plan.document == "xlsx" and not plan.colour:
        return "scatter"
    if not plan.measures or plan.pivot or (plan.chart and plan.chart not in NATIVE):
        return None
    if len(plan.group_by) == 2 and len(plan.measures) + len(plan.computed) == 1 and plan.chart in {None, "bar"}:
        return "bar"
    if len(plan.group_by) != 1:
        return None
    return plan.chart or ("line" if _runs_on(plan.group_by[0], card) else "bar")


def _runs_on(dimension: Dimension, card: FrameCard) -> bool:
    if dimension.time:
        return dimension.time not in {"day of week", "month of year"}
    return is_time(find(card, dimension.column))


def _logo(data: bytes) -> list[str]:
    """The logo as a constant, so that the program has all that it needs."""
    return [f'LOGO = "{base64.b64encode(data).decode()}"'] if data else []


def _adds_up(plan: QueryPlan) -> bool:
    """Whether the first figures of all groups together are that of all rows."""
    return bool(plan.measures) and plan.measures[0].function in {"count", "sum"} and not plan.computed


def _currencies(plan: QueryPlan, card: FrameCard, source: str) -> list[str]:
    """The lines that find in which currencies the rows behind amounts are."""
    money = any(measure.column and is_money(measure.column) for measure in plan.measures)
    named = next((column for column in card.columns if single_currency([(column.sql, ["EUR"])])[0]), None)
    if not money or named is None or plan.joins or plan.pivot:
        return ["CURRENCIES = ()"]
    by_currency = plan.model_copy(
        update={
            "group_by": (Dimension(column=named.sql),), "measures": (Measure(function="count"),), "computed": (),
            "having": (), "qualify": (), "order": (), "limit": None, "offset": 0, "each": (), "ties": None,
            "claim": None, "wanted": (), "chart": None, "look": Look(), "document": None,
        }
    )  # fmt: skip
    lines = query_lines(query(by_currency, card, source).sql("duckdb"), "found")
    return [*lines, "CURRENCIES = tuple(sorted(str(code) for code in found.iloc[:, 0].dropna()))"]


def _drawable(plan: QueryPlan, card: FrameCard) -> QueryPlan:
    """The plan, with a histogram turned into counted bins where the column's range is known."""
    if plan.chart != "histogram":
        return plan
    column = find(card, plan.select[0])
    width = bin_width(column)
    return histogram_as_bars(plan, width, far_edges(column)) if width else plan


def _figure_count(plan: QueryPlan) -> int:
    return len(plan.measures) + len(plan.computed)


ABOUT_HEADINGS = {
    "columns": ("Column", "Type", "Known", "Different"), "missing": ("Column", "Missing", "Missing (%)"),
    "summary": ("Column", "Known", "Mean", "Standard deviation", "Minimum", *BOX_HEADINGS[1:4], "Maximum"),
    "correlations": ("First column", "Second column", "Correlation"),
}  # fmt: skip


def _columns(plan: QueryPlan, card: FrameCard) -> list[tuple[str, str]]:
    """Heading and number format of each column of the answer."""
    if plan.about == "duplicates":
        return [(heading(c.sql), _style(c.type)) for c in quality_columns(plan, card)] + [("Copies", "#,##0")]
    if plan.about:
        return [(words, _about_style(words)) for words in ABOUT_HEADINGS[plan.about]]
    groups = [(dimension_heading(d), _group_style(d, card)) for d in plan.group_by]
    kinds = {column.sql: column.type for column in answer_card(plan, card).columns}
    made = [(computed_heading(part, plan), _number_style(kinds[part.name])) for part in plan.computed]
    made += [("Answer", "General")] if plan.claim is not None else []
    if plan.lists_rows and plan.chart not in {"box", "violin"}:
        names = plan.select or tuple(column.sql for column in card.columns)
        names += tuple(n for n in (plan.colour, plan.look.size) if n and n not in names)
        return [(heading(name), _style(find(card, name).type)) for name in names] + made
    if plan.chart in {"box", "violin"}:
        return groups + [(f"{words}", "#,##0.00") for words in BOX_HEADINGS]
    return groups + [(capital(measure_heading(m, plan)), _measure_style(m, card)) for m in plan.measures] + made


def _about_style(words: str) -> str:
    """The format of a figure about the data; values of the data keep their own digits."""
    if words in {"Mean", "Standard deviation", "Correlation", *BOX_HEADINGS}:
        return "#,##0.0000"
    return {"Known": "#,##0", "Different": "#,##0", "Missing": "#,##0", "Missing (%)": "#,##0.0"}.get(words, "General")


def _number_style(kind: str) -> str:
    return {"integer": "#,##0", "float": "#,##0.00"}.get(kind, _style(kind))


def _group_style(dimension: Dimension, card: FrameCard) -> str:
    if dimension.edges or (dimension.fiscal > 1 and dimension.time == "year"):
        return "General"
    if dimension.time:
        return _TIME_STYLES.get(dimension.time, "yyyy-mm-dd")
    return _style(find(card, dimension.column).type)


def _style(kind: str) -> str:
    return {"date": "yyyy-mm-dd", "timestamp": "yyyy-mm-dd hh:mm", "decimal": "#,##0.00"}.get(kind, "General")


def _measure_style(measure: Measure, card: FrameCard) -> str:
    if measure.function in {"count", "count distinct"} or measure.column is None:
        return "#,##0.0" if measure.function == "share" else "#,##0"
    kind = find(card, measure.column).type
    if measure.function in {"sum", "min", "max"}:
        return "#,##0" if kind == "integer" else "#,##0.00" if kind in {"float", "decimal"} else _style(kind)
    return "#,##0.0" if measure.function == "share" else "#,##0.00"
