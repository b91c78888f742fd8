"""A chart as Word and PowerPoint have their own, with its data, which a reader can edit."""

from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION

from .answer import Answer, ChartData, Look, chart_data, filled_text
from .column_format import excel_format, shown

MAX_BARS, MAX_SLICES = 20, 8


def filled_chart(blob: bytes, texts: dict[str, str]) -> bytes:
    """A chart of a template with the placeholders in its titles replaced."""
    tree = etree.fromstring(blob, etree.XMLParser(resolve_entities=False))
    for text in tree.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}t"):
        text.text = filled_text(text.text or "", texts, [])
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


def drawn_data(answer: Answer) -> ChartData:
    return chart_data(answer, MAX_SLICES if answer.chart == "pie" else MAX_BARS)


def chart_note(answer: Answer) -> str:
    """What the chart leaves out; empty where it draws all."""
    return drawn_data(answer).note if answer.drawn else ""


def chart_kind(answer: Answer, data: ChartData, line: str) -> Any:
    if answer.chart in ("line", "pie"):
        return XL_CHART_TYPE[line if answer.chart == "line" else "PIE"]
    way = "BAR" if data.sideways else "COLUMN"
    return XL_CHART_TYPE[f"{way}_{'STACKED' if data.stacked else 'CLUSTERED'}"]


def add_office_chart(
    shapes: Any, box: tuple[int, ...], answer: Answer, look: Look | None, font_size: int, line: str
) -> Any:
    """Add the chart to a slide; without a look it has the colours of the template's theme."""
    data, form = drawn_data(answer), answer.forms[answer.groups]
    content = CategoryChartData(number_format=excel_format(form))
    content.categories = data.categories
    for name, values in data.series:
        content.add_series(name, values)
    chart = shapes.add_chart(chart_kind(answer, data, line), *box, content).chart
    chart.has_title, chart.has_legend = False, answer.chart == "pie" or len(data.series) > 1
    chart.font.size = font_size
    if look is not None:
        chart.font.name, chart.font.color.rgb = look.body_font, RGBColor.from_string(look.ink)
    if chart.has_legend:
        chart.legend.include_in_layout, chart.legend.position = False, XL_LEGEND_POSITION.BOTTOM
    if answer.chart == "pie":
        colour_slices(chart, len(data.categories), look)
        return chart
    label_axes(chart, answer, data, look)
    for place, series in enumerate(chart.plots[0].series):
        colour = RGBColor.from_string(look.palette[place % len(look.palette)]) if look else None
        if answer.chart == "line":
            series.smooth = False
            if colour is not None:
                series.format.line.color.rgb = colour
        elif colour is not None:
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = colour
    if answer.chart == "bar":
        finish_bars(chart, data, form)
    return chart


def colour_slices(chart: Any, count: int, look: Look | None) -> None:
    plot = chart.plots[0]
    plot.has_data_labels = True
    plot.data_labels.show_percentage, plot.data_labels.show_value = True, False
    plot.data_labels.number_format, plot.data_labels.number_format_is_linked = "0%", False
    for place in range(count if look else 0):
        fill = plot.series[0].points[place].format.fill
        fill.solid()
        fill.fore_color.rgb = RGBColor.from_string(look.palette[place % len(look.palette)])  # type: ignore[union-attr]


def label_axes(chart: Any, answer: Answer, data: ChartData, look: Look | None) -> None:
    axis, form = chart.value_axis, answer.forms[answer.groups]
    top = max((abs(v) for _, row in data.series for v in row if v is not None), default=0)
    whole = form._replace(decimals=0 if top >= 10 or form.kind == "percent" else form.decimals)
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = excel_format(whole), False
    axis.has_title = chart.category_axis.has_title = True
    chart.category_axis.axis_title.text_frame.text = data.along
    axis.axis_title.text_frame.text = (
        answer.headings[answer.groups] if answer.groups == 2 or len(data.series) == 1 else ""
    )
    axis.has_title = bool(axis.axis_title.text_frame.text)
    axis.major_gridlines.format.line.color.rgb = RGBColor.from_string(look.rule if look else "5B6673")
    for title in (
        (axis.axis_title, chart.category_axis.axis_title) if axis.has_title else (chart.category_axis.axis_title,)
    ):
        for paragraph in title.text_frame.paragraphs:
            paragraph.font.bold, paragraph.font.size = False, chart.font.size


def finish_bars(chart: Any, data: ChartData, form: Any) -> None:
    """Bars from zero, with their values at their ends where there is room; those across from the top down."""
    chart.plots[0].gap_width = 45
    if data.stacked:
        chart.plots[0].overlap = 100
    if min((v for _, row in data.series for v in row if v is not None), default=0) >= 0:
        chart.value_axis.minimum_scale = 0  # a bar's length is its value only from zero
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW  # below what is negative, too
    if data.sideways:
        chart.category_axis.reverse_order = True
        chart.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    labels = [len(shown(value, form)) + 1 for value in data.series[0][1]]
    if len(data.series) == 1 and (data.sideways or sum(labels) <= 60):
        chart.value_axis.visible = chart.value_axis.has_major_gridlines = False  # each bar has its value
        plot = chart.plots[0]
        plot.has_data_labels = True
        plot.data_labels.number_format, plot.data_labels.number_format_is_linked = excel_format(form), False
        plot.data_labels.show_value = True
