"""A chart as Word and PowerPoint have their own, with its data, which a reader can edit."""

from typing import Any

import pandas as pd
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE

from .answer import PALETTE, Answer, as_text, is_missing, is_numeric


def add_office_chart(
    shapes: Any, box: tuple[int, ...], answer: Answer, accent: str | None, font_size: int, line: str
) -> Any:
    """Add the chart to a slide; without an accent it has the colours of the template's theme."""
    content = CategoryChartData(number_format=answer.formats[1])
    content.categories = [as_text(v, answer.formats[0]) or "missing" for v in answer.rows.iloc[:, 0]]
    content.add_series(answer.headings[1], [None if is_missing(v) else float(v) for v in answer.rows.iloc[:, 1]])
    kind = {"bar": "COLUMN_CLUSTERED", "line": line, "pie": "PIE"}[answer.chart or "bar"]
    chart = shapes.add_chart(XL_CHART_TYPE[kind], *box, content).chart
    chart.has_title, chart.has_legend = False, answer.chart == "pie"
    chart.font.size = font_size
    series = chart.plots[0].series[0]
    if answer.chart == "pie":
        chart.legend.include_in_layout = False
        for place in range(len(answer.rows) if accent else 0):
            fill = series.points[place].format.fill
            fill.solid()
            fill.fore_color.rgb = RGBColor.from_string(PALETTE[place % len(PALETTE)])
        return chart
    axis, style = chart.value_axis, answer.formats[1]
    axis.tick_labels.number_format = style.partition(".")[0] if is_numeric(style) else "#,##0.##"
    axis.tick_labels.number_format_is_linked = False
    axis.has_title = chart.category_axis.has_title = True
    chart.category_axis.axis_title.text_frame.text, axis.axis_title.text_frame.text = answer.headings[:2]
    axis.major_gridlines.format.line.color.rgb = RGBColor.from_string("E3E6EB" if accent else "5B6673")
    if answer.chart == "bar":
        chart.plots[0].gap_width = 60
        if pd.to_numeric(answer.rows.iloc[:, 1], errors="coerce").min() >= 0:
            axis.minimum_scale = 0  # a bar's length is its value only from zero
        if accent:
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = RGBColor.from_string(accent)
    if answer.chart == "line":
        series.smooth = False
        if accent:
            series.format.line.color.rgb = RGBColor.from_string(accent)
    return chart
