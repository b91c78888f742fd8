"""What is set in libraries when code first imports them; nothing is imported for it before."""

from __future__ import annotations

import importlib.util
import os

from . import import_hooks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

FONTS = "/usr/share/fonts/truetype/sandbox"
SEMIBOLD = 600


def all_scripts(font_manager: Any) -> None:
    """Let matplotlib take glyphs that a font lacks from the image's own fonts, whatever fonts the code names."""
    search = font_manager.FontManager._find_fonts_by_props

    def search_further(self: Any, prop: Any, *arguments: Any, **options: Any) -> list[str]:
        fonts: list[str] = search(self, prop, *arguments, **options)
        weight = font_manager.FontProperties._from_any(prop).get_weight()
        bold = font_manager.weight_dict.get(weight, weight) >= SEMIBOLD
        return fonts + [font for font in further(bold) if font not in fonts]

    font_manager.FontManager._find_fonts_by_props = search_further


def further(bold: bool) -> list[str]:
    """The image's own fonts, each once: the bold one where there is one and it is wanted."""
    names = sorted(name for name in os.listdir(FONTS) if name.endswith(".ttf"))
    other = "-Regular.ttf" if bold else "-Bold.ttf"
    both = {name.rpartition("-")[0] for name in names if name.endswith("-Bold.ttf")}
    return [os.path.join(FONTS, n) for n in names if not (n.endswith(other) and n.rpartition("-")[0] in both)]


def spreadsheets(pandas: Any) -> None:
    """Let pandas read .xlsb and .ods by the reader that is there, where its usual one is not."""
    for ending, usual in (("xlsb", "pyxlsb"), ("ods", "odf"), ("xls", "xlrd")):
        if importlib.util.find_spec(usual) is None and importlib.util.find_spec("python_calamine") is not None:
            pandas.set_option(f"io.excel.{ending}.reader", "calamine")


def figure_widgets(stand_in: Any) -> None:
    """Let a FigureWidget be a figure where its package is not there: nothing here hears a click, but it is drawn."""
    from plotly.graph_objs import Figure

    stand_in.FigureWidget = type(
        "FigureWidget", (Figure,), {"__doc__": Figure.__doc__, "__module__": Figure.__module__}
    )


def install() -> None:
    """Have it done from now on."""
    actions: dict[str, Callable[[Any], object]] = {
        "pandas": spreadsheets,
        "plotly.missing_anywidget": figure_widgets,
    }
    if os.path.isdir(FONTS):
        actions["matplotlib.font_manager"] = all_scripts
    import_hooks.install(actions)
