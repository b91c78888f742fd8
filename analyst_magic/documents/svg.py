"""SVG, rebuilt from what draws: no script, no style sheet, no animation, and nothing that is loaded from elsewhere.

Source: SVG 2 (W3C), chapters 5 to 13. Elements and attributes are those of drawings that plotting libraries write.
"""

from __future__ import annotations

import re
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from ..errors import FirewallError

MAX_DEPTH = 200
_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
_ELEMENTS = frozenset("""
circle clipPath defs desc ellipse feBlend feColorMatrix feComposite feFlood feGaussianBlur feMerge feMergeNode feOffset
filter g image line linearGradient marker mask path pattern polygon polyline radialGradient rect stop svg switch symbol
text textPath title tspan use view
""".split())  # fmt: skip
_LOADS = re.compile(
    r"url\s*\((?!\s*['\"]?#[\w.\-:]+['\"]?\s*\))|image-set|\b(?:image|src)\s*\(|@import|expression\s*\(|\\",
    re.IGNORECASE,
)
_INSIDE = re.compile(r"#[\w.\-:]+")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|jpg|gif);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z][\w.\-]*", re.ASCII)


class _Drawing:
    """Takes the events of a parser, and writes what is left."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.dropped = False
        self._skipped = self._depth = 0
        self._styles: list[str] | None = None

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FirewallError("it is nested too deeply.", "Save the figure as a PNG.")
        if self._depth == 1 and (space, local) != (_SVG, "svg"):
            raise FirewallError("it is not SVG.", "Save the figure again, or as a PNG.")
        if self._skipped or space != _SVG or local not in _ELEMENTS:
            self._skip(space, local)
            return
        spaces = f' xmlns="{_SVG}" xmlns:xlink="{_XLINK}"' if self._depth == 1 else ""
        self.pieces.append(f"<{local}{spaces}{''.join(self._attributes(local, attributes))}>")

    def text(self, text: str) -> None:
        if self._styles is not None:
            self._styles.append(text)
        elif not self._skipped:
            self.pieces.append(escape(text))

    def end(self, name: str) -> None:
        local = name.rpartition(" ")[2]
        self._depth -= 1
        if self._skipped:
            self._skipped -= 1
            if self._styles is not None and not self._skipped:
                self._end_style("".join(self._styles))
        else:
            self.pieces.append(f"</{local}>")

    def _skip(self, space: str, local: str) -> None:
        """Leave an element out with all that is in it; a style sheet that loads nothing stays."""
        self._skipped += 1
        if self._skipped == 1 and (space, local) == (_SVG, "style"):
            self._styles = []
        elif self._styles is not None or (self._skipped == 1 and (space, local) != (_SVG, "metadata")):
            self.dropped = True

    def _end_style(self, text: str) -> None:
        self._styles = None
        if _LOADS.search(text) or "<" in text:
            self.dropped = True
        else:
            self.pieces.append(f"<style>{escape(text)}</style>")

    def _attributes(self, element: str, attributes: dict[str, str]) -> list[str]:
        found = []
        for key, value in attributes.items():
            space, _, name = key.rpartition(" ")
            prefix = {"": "", _XLINK: "xlink:", _XML: "xml:"}.get(space)
            if prefix is None:
                continue  # of the program that drew it
            if _fits(element, name, value, space):
                found.append(f" {prefix}{name}={quoteattr(value)}")
            else:
                self.dropped = True
        return found


def _fits(element: str, name: str, value: str, space: str) -> bool:
    """Whether an attribute stays: an address leads into the drawing, or is a picture itself."""
    if name == "href":
        pattern = _PICTURE if element == "image" else _INSIDE
        return pattern.fullmatch(value.strip()) is not None
    if space == _XLINK or not _NAME.fullmatch(name) or name.lower().startswith("on") or name.lower() in {"src", "base"}:
        return False
    return _LOADS.search(value) is None


def _rebuild(data: bytes) -> _Drawing:
    drawing = _Drawing()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = drawing.begin, drawing.end
    parser.CharacterDataHandler, parser.buffer_text = drawing.text, True
    parser.EntityDeclHandler = _declared
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise FirewallError("it is not SVG.", "Save the figure again, or as a PNG.") from None
    return drawing


def rebuilt(data: bytes) -> tuple[bytes, bool]:
    """The drawing without what runs or loads, and whether something was taken out.

    Raises:
        FirewallError: It is no SVG.
    """
    drawing = _rebuild(data)
    text = '<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(drawing.pieces) + "\n"
    return text.encode(), drawing.dropped


def is_harmless(data: bytes) -> bool:
    """Whether there is nothing in the drawing that would have to be taken out."""
    try:
        return not _rebuild(data).dropped
    except FirewallError:
        return False


def _declared(*_what: object) -> None:
    raise FirewallError("it defines its own entities.", "Save the figure again, or as a PNG.")
