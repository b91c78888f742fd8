"""Figures in the language of now: the names of months and weekdays and the signs of numbers that Plotly writes.

Plotly takes them from a figure's configuration, so no page needs one of its locale files. The figure's own texts are
data, and stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..language import CONVENTIONS, ENGLISH, language, plotly_separators

_BUTTONS = (
    "Download plot as a PNG", "Zoom", "Pan", "Zoom in", "Zoom out", "Autoscale", "Reset axes", "Box Select",
    "Lasso Select",
)  # fmt: skip
"""What stands on the buttons above a figure, as Plotly calls it."""


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of one language.

    Attributes:
        months: The months in full, with spaces between; a Chinese one is its number.
        days, short_days: The weekdays, from Sunday.
        day_month: A day without its year, as Plotly takes it; ``month`` and ``year`` likewise.
        buttons: What stands on the buttons above a figure, with bars between.
    """

    months: str
    days: str
    short_days: str
    day_month: str
    buttons: str
    month: str = "%b %Y"
    year: str = "%Y"


_NAMES = {
    "de": _Names(
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag", "So Mo Di Mi Do Fr Sa", "%-d. %b",
        "Als PNG herunterladen|Ausschnitt wählen|Verschieben|Vergrößern|Verkleinern|Alles zeigen|"
        "Achsen zurücksetzen|Rechteck auswählen|Fläche auswählen",
    ),
    "fr": _Names(
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "dimanche lundi mardi mercredi jeudi vendredi samedi", "dim. lun. mar. mer. jeu. ven. sam.", "%-d %b",
        "Télécharger en PNG|Choisir une zone|Déplacer|Agrandir|Réduire|Tout montrer|Rétablir les axes|"
        "Sélectionner un rectangle|Sélectionner au lasso",
    ),
    "es": _Names(
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "domingo lunes martes miércoles jueves viernes sábado", "dom lun mar mié jue vie sáb", "%-d %b",
        "Descargar como PNG|Elegir una zona|Desplazar|Ampliar|Reducir|Mostrar todo|Restablecer los ejes|"
        "Seleccionar un rectángulo|Seleccionar con lazo",
    ),
    "zh": _Names(
        "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
        "星期日 星期一 星期二 星期三 星期四 星期五 星期六", "周日 周一 周二 周三 周四 周五 周六", "%-m月%-d日",
        "下载为 PNG|框选缩放|平移|放大|缩小|自动缩放|重置坐标轴|矩形选择|套索选择", "%Y年%-m月", "%Y年",
    ),
}  # fmt: skip


def language_config() -> Mapping[str, Any]:
    """What a figure's configuration says of the language; nothing in English, which Plotly has.

    Example:
        >>> from analyst_magic.language import shown_in
        >>> with shown_in("fr"):
        ...     found = language_config()
        >>> found["locale"], found["locales"]["fr"]["format"]["shortMonths"][:2]
        ('fr', ['janv.', 'févr.'])
    """
    return _config(language())


@cache
def _config(code: str) -> Mapping[str, Any]:
    if code == ENGLISH:
        return {}
    names, ways = _NAMES[code], CONVENTIONS[code]
    form = {
        "days": names.days.split(), "shortDays": names.short_days.split(),
        "months": names.months.split(), "shortMonths": list(ways.months),
        "date": ways.date, "decimal": ways.point, "thousands": ways.thousands,
        "year": names.year, "month": names.month, "dayMonth": names.day_month,
        "dayMonthYear": "%Y年%-m月%-d日" if code == "zh" else f"{names.day_month} %Y",
    }  # fmt: skip
    dictionary = dict(zip(_BUTTONS, names.buttons.split("|"), strict=True))
    return {"locale": code, "locales": {code: {"dictionary": dictionary, "format": form}}}


def with_separators(figure: Mapping[str, Any]) -> Mapping[str, Any]:
    """A figure whose template writes numbers in the way of the language; one that says its own way keeps it.

    Args:
        figure: Plotly's JSON.

    Example:
        >>> from analyst_magic.language import shown_in
        >>> with shown_in("de"):
        ...     with_separators({"layout": {"template": {"layout": {"separators": ".,"}}}})
        {'layout': {'template': {'layout': {'separators': ',.'}}}}
    """
    layout = figure.get("layout")
    if not isinstance(layout, Mapping) or "separators" in layout:
        return figure
    template = layout.get("template")
    drawn = template.get("layout") if isinstance(template, Mapping) else None
    theirs = drawn.get("separators", ".,") if isinstance(drawn, Mapping) else ".,"
    if theirs == (ours := plotly_separators()):
        return figure
    if isinstance(template, Mapping) and isinstance(drawn, Mapping):
        template = {**template, "layout": {**drawn, "separators": ours}}
        return {**figure, "layout": {**layout, "template": template}}
    return {**figure, "layout": {**layout, "separators": ours}}
