"""What is set in libraries when code first imports them; nothing is imported for it before."""

import importlib.util
import os
import sys

FONTS = "/usr/share/fonts/truetype/sandbox"
SEMIBOLD = 600


class Setter:
    """A finder of modules that runs a function once a module has been loaded.

    Args:
        actions: A function of the module for each module's name.
    """

    def __init__(self, actions):
        self.actions = dict(actions)

    def find_spec(self, name, path=None, target=None):
        action = self.actions.pop(name, None)  # so that the search below does not end here again
        spec = importlib.util.find_spec(name) if action else None
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_and_set(module):
                del spec.loader.exec_module
                load(module)
                action(module)

            spec.loader.exec_module = load_and_set
        return spec


def all_scripts(font_manager):
    """Let matplotlib take glyphs that a font lacks from the image's own fonts, whatever fonts the code names."""
    search = font_manager.FontManager._find_fonts_by_props

    def search_further(self, prop, *arguments, **options):
        fonts = search(self, prop, *arguments, **options)
        weight = font_manager.FontProperties._from_any(prop).get_weight()
        bold = font_manager.weight_dict.get(weight, weight) >= SEMIBOLD
        return fonts + [font for font in further(bold) if font not in fonts]

    font_manager.FontManager._find_fonts_by_props = search_further


def further(bold):
    """The image's own fonts, each once: the bold one where there is one and it is wanted."""
    names = sorted(name for name in os.listdir(FONTS) if name.endswith(".ttf"))
    other = "-Regular.ttf" if bold else "-Bold.ttf"
    both = {name.rpartition("-")[0] for name in names if name.endswith("-Bold.ttf")}
    return [os.path.join(FONTS, n) for n in names if not (n.endswith(other) and n.rpartition("-")[0] in both)]


def spreadsheets(pandas):
    """Let pandas read .xlsb and .ods by the reader that is there, where its usual one is not."""
    for ending, usual in (("xlsb", "pyxlsb"), ("ods", "odf"), ("xls", "xlrd")):
        if importlib.util.find_spec(usual) is None and importlib.util.find_spec("python_calamine") is not None:
            pandas.set_option(f"io.excel.{ending}.reader", "calamine")


def install():
    """Have it done from now on."""
    actions = {"pandas": spreadsheets}
    if os.path.isdir(FONTS):
        actions["matplotlib.font_manager"] = all_scripts
    sys.meta_path.insert(0, Setter(actions))
