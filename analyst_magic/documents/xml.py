"""XML of data: what a browser, a style sheet or Office would take for more than data is refused."""

from __future__ import annotations

from xml.parsers import expat

MAX_DEPTH = 500
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


class _Refused(Exception):
    """Ends the parsing."""


class _Data:
    def __init__(self) -> None:
        self._depth = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _Refused("it is nested too deeply")
        if " " in name:
            raise _Refused("its elements have a namespace, which a browser or Office may act on")
        if any(" " in key and key != f"{_INSTANCE} nil" for key in attributes):
            raise _Refused("its attributes have a namespace, which a browser or Office may act on")

    def end(self, name: str) -> None:
        self._depth -= 1

    def refuse(self, *_declared: object) -> None:
        raise _Refused("it declares a document type, or names a program or a style sheet to open it with")


def reason(data: bytes) -> str:
    """Why an XML file is refused; empty where it is plain data."""
    seen = _Data()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = seen.begin, seen.end
    parser.StartDoctypeDeclHandler = parser.ProcessingInstructionHandler = seen.refuse
    try:
        parser.Parse(data, True)
    except _Refused as refused:
        return str(refused)
    except expat.ExpatError:
        return "it is not well-formed XML"
    return ""
