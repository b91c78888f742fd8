"""A plan as a Python program that writes one document to ``OUTPUT_PATH``."""

from __future__ import annotations

from ...turn import FrameCard
from .assemble import MAX_ROWS, document_program
from .cards import find, is_time
from .charts import answer_code, bin_width, histogram_as_bars
from .describe import dimension_heading, measure_heading, title
from .schema import Dimension, Measure, QueryPlan
from .sql import query
from .text import flat_copy, query_lines, quoted
from .words import capital, heading

NATIVE = frozenset({"bar", "line", "pie"})
_TIME_STYLES = {"hour": "yyyy-mm-dd hh:mm", "hour of day": "General", "month": "yyyy-mm", "year": "yyyy"}
BOX_HEADINGS = ("5th percentile", "First quartile", "Median", "Third quartile", "95th percentile")


def document_code(plan: QueryPlan, card: FrameCard, template: bool = False) -> str:
    """The program: imports, the constants and the query of this question, and the fixed part that writes the file."""
    format = plan.document or "xlsx"
    asked = _drawable(plan, card)
    source, flat = flat_copy(card)
    columns = _columns(asked, card)
    chart = native_chart(asked, card)
    program = document_program(format, chart, template)
    lines = [
        *program.standard,
        "",
        "import duckdb",
        *program.imports,
        "",
        f"TITLE = {quoted(title(plan))}",
        f"HEADINGS = [{', '.join(quoted(words) for words, _ in columns)}]",
        f"FORMATS = [{', '.join(quoted(style) for _, style in columns)}]",
        f"GROUPS, MEASURES, CHART = {len(asked.group_by)}, {len(asked.measures)}, {chart!r}",
        f"MAX_ROWS, TEMPLATE = {MAX_ROWS[format]:_}, {'TEMPLATE_PATH' if template else None}",
        "",
        *flat,
        *query_lines(query(asked, card, source).sql("duckdb", pretty=True)),
        *_source(plan, source),
        *answer_code(plan, card, source),
        "",
        program.body,
        "",
        "result = Answer(data, TITLE, SOURCE, HEADINGS, FORMATS, GROUPS, MEASURES, CHART, MAX_ROWS, TEMPLATE)",
        "write_document(result, OUTPUT_PATH)",
    ]
    return "\n".join(lines) + "\n"


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
    if len(plan.group_by) != 1 or not plan.measures or (plan.chart and plan.chart not in NATIVE):
        return None
    return plan.chart or ("line" if _runs_on(plan.group_by[0], card) else "bar")


def _runs_on(dimension: Dimension, card: FrameCard) -> bool:
    if dimension.time:
        return dimension.time not in {"day of week", "month of year"}
    return is_time(find(card, dimension.column))


def _drawable(plan: QueryPlan, card: FrameCard) -> QueryPlan:
    """The plan, with a histogram turned into counted bins where the column's range is known."""
    if plan.chart != "histogram":
        return plan
    width = bin_width(find(card, plan.select[0]))
    return histogram_as_bars(plan, width) if width else plan


def _columns(plan: QueryPlan, card: FrameCard) -> list[tuple[str, str]]:
    """Heading and number format of each column of the answer."""
    groups = [(dimension_heading(d), _group_style(d, card)) for d in plan.group_by]
    if plan.lists_rows and plan.chart != "box":
        names = plan.select or tuple(column.sql for column in card.columns)
        names += (plan.colour,) if plan.colour and plan.colour not in names else ()
        return [(heading(name), _style(find(card, name).type)) for name in names]
    if plan.chart == "box":
        return groups + [(f"{words}", "#,##0.00") for words in BOX_HEADINGS]
    return groups + [(capital(measure_heading(m, plan)), _measure_style(m, card)) for m in plan.measures]


def _group_style(dimension: Dimension, card: FrameCard) -> str:
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
