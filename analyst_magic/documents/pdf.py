"""A PDF, read object by object and written anew, so that it holds nothing but what was judged.

Source: PDF 2.0 (ISO 32000-2), 12.5 "Annotations", 12.6 "Actions", 7.11 "File specifications". qpdf reads it (through
pikepdf), which resolves names and values wherever they stand: in streams of objects, behind references, or written with
escapes. Of the actions those are allowed that go to a place in the document, and links on a click.
"""

from __future__ import annotations

import io
from collections.abc import Iterable

import pikepdf

from . import links

MAX_PAGES = 5_000
MAX_OBJECTS = 1_000_000
MAX_DEPTH = 60
_ATTACHED = "embedded files"
_MEDIA = "rich media"
_SCRIPT = "a script"
_FORM = "a form with a program of its own"
_REMOTE = "something that is loaded from elsewhere"
_BY_ITSELF = "an action that happens by itself"
_OTHER_FILE = "an action that opens another file"
_REFUSED_KEYS = {
    "/JS": _SCRIPT, "/JavaScript": _SCRIPT, "/OnInstantiate": _SCRIPT, "/XFA": _FORM, "/EmbeddedFiles": _ATTACHED,
    "/EF": _ATTACHED, "/RF": _ATTACHED, "/AF": _ATTACHED, "/Collection": _ATTACHED, "/Renditions": _MEDIA,
    "/3DD": _MEDIA, "/RichMediaContent": _MEDIA, "/RichMediaSettings": _MEDIA, "/Movie": _MEDIA, "/Sound": _MEDIA,
    "/OPI": _REMOTE, "/Ref": _REMOTE, "/SpiderInfo": _REMOTE, "/URLS": _REMOTE, "/Alternates": "other pictures",
    "/AA": _BY_ITSELF, "/PresSteps": _BY_ITSELF, "/AlternatePresentations": _ATTACHED, "/NeedsRendering": _FORM,
    "/Win": "an action that starts a program",
}  # fmt: skip
_REFUSED_NAMES = {
    "/JavaScript": _SCRIPT, "/Launch": "an action that starts a program", "/SubmitForm": "an action that sends data",
    "/ImportData": "an action that loads data", "/GoToR": _OTHER_FILE, "/GoToE": _OTHER_FILE,
    "/GoTo3DView": _MEDIA, "/GoToDp": _OTHER_FILE, "/Rendition": _MEDIA, "/RichMediaExecute": _MEDIA, "/Movie": _MEDIA,
    "/Sound": _MEDIA, "/SetState": _FORM, "/Hide": _FORM, "/ResetForm": _FORM, "/EmbeddedFile": _ATTACHED,
    "/RichMedia": _MEDIA, "/Screen": _MEDIA, "/3D": _MEDIA, "/U3D": _MEDIA, "/PRC": _MEDIA,
    "/FileAttachment": _ATTACHED, "/Filespec": _ATTACHED, "/F": _ATTACHED, "/PS": "a program for printers",
    "/Projection": _MEDIA,
}  # fmt: skip
_PAGES_BY_NAME = {"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"}
_ANNOTATIONS = {
    "/Text", "/Link", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight", "/Underline",
    "/Squiggly", "/StrikeOut", "/Caret", "/Stamp", "/Ink", "/Popup", "/Widget", "/PrinterMark", "/Watermark", "/Redact",
}  # fmt: skip
_BROKEN = (pikepdf.PdfError, pikepdf.ForeignObjectError, ValueError, KeyError, TypeError, AttributeError,
            IndexError, RecursionError, OSError, NotImplementedError, MemoryError, RuntimeError)  # fmt: skip


class _Refused(Exception):
    """Ends the reading."""


def look_into(data: bytes) -> tuple[str, str, bytes]:
    """Why a PDF is refused (empty where it is not), its number of pages, and its bytes as they were written anew."""
    if not data.startswith(b"%PDF-"):
        return "it is not a PDF", "", data
    if b"%%EOF" not in data[-2048:]:
        return "it breaks off before its end", "", data
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            return _read(pdf)
    except _Refused as refused:
        return str(refused), "", data
    except pikepdf.PasswordError:
        return "it is encrypted", "", data
    except _BROKEN:
        return "it cannot be read as a PDF", "", data


def _read(pdf: pikepdf.Pdf) -> tuple[str, str, bytes]:
    if pdf.is_encrypted:
        return "it is encrypted", "", b""
    pages = len(pdf.pages)
    if pages > MAX_PAGES or len(pdf.objects) > MAX_OBJECTS:
        return f"it has {pages:,} pages and {len(pdf.objects):,} objects", "", b""
    for found in [*pdf.objects, pdf.trailer]:
        _judge(found, 0)
    _judge_opening(pdf.Root)
    written = io.BytesIO()
    pdf.save(
        written,
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,  # what differs from run to run stays in sight
        fix_metadata_version=False,
        deterministic_id=True,
    )
    return "", f"{pages} page{'s' if pages != 1 else ''}", written.getvalue()


def _judge(value: pikepdf.Object, depth: int) -> None:
    """Judge an object with its direct values; indirect ones are judged when it is their turn."""
    if depth > MAX_DEPTH:
        raise _Refused("it holds objects that are nested too deeply")
    if isinstance(value, pikepdf.Stream):
        if "/F" in value:
            raise _Refused(f"it holds {_REMOTE}")
        _dictionary(value.stream_dict, depth)
    elif isinstance(value, pikepdf.Dictionary):
        _dictionary(value, depth)
    elif isinstance(value, pikepdf.Array):
        for item in value:
            if isinstance(item, pikepdf.Object) and not item.is_indirect:
                _judge(item, depth + 1)


def _dictionary(value: pikepdf.Object, depth: int) -> None:
    for key, item in value.items():
        if key in _REFUSED_KEYS and not _is_empty(item) and not _is_resource(item, key):
            raise _Refused(f"it holds {_REFUSED_KEYS[key]}")
        if key in {"/S", "/Type", "/Subtype", "/FT"} and isinstance(item, pikepdf.Name):
            _name(str(item))
        elif key == "/URI" or (key == "/URL" and isinstance(item, pikepdf.String)):
            _address(item)
        elif key in {"/A", "/PA", "/Next"}:
            _actions(item)
        elif key == "/Annots":
            _annotations(item)
        if isinstance(item, pikepdf.Object) and not item.is_indirect:
            _judge(item, depth + 1)


def _name(name: str) -> None:
    if name in _REFUSED_NAMES:
        raise _Refused(f"it holds {_REFUSED_NAMES[name]}")


def _address(value: object) -> None:
    """The address of a link; of the catalog, a dictionary with the beginning of relative ones."""
    if isinstance(value, pikepdf.Dictionary) and not value.keys():
        return
    if not isinstance(value, pikepdf.String) or not links.allowed(bytes(value).decode("latin-1")):
        raise _Refused(f"it holds {links.REASON.replace(' in it leads', ' that leads')}")


def _actions(value: object) -> None:
    """Actions of a click, one or a list; other dictionaries that stand here are attributes, without a name."""
    for action in _items(value):
        if not isinstance(action, pikepdf.Dictionary):
            continue
        kind = str(action.get("/S", ""))
        if kind == "/Named" and str(action.get("/N", "")) not in _PAGES_BY_NAME:
            raise _Refused("it holds an action that is not known")
        if kind and kind not in {"/GoTo", "/URI", "/Named"}:
            _name(kind)
            raise _Refused("it holds an action that is not known")


def _annotations(value: object) -> None:
    for annotation in _items(value):
        if isinstance(annotation, pikepdf.Dictionary) and str(annotation.get("/Subtype", "")) not in _ANNOTATIONS:
            _name(str(annotation.get("/Subtype", "")))
            raise _Refused("it holds an annotation that is not known")


def _judge_opening(root: pikepdf.Object) -> None:
    """What happens when the file is opened: at most that a place in it is shown."""
    waiting: list[object] = [root.get("/OpenAction")]
    for _ in range(MAX_DEPTH):
        if not waiting:
            return
        action = waiting.pop()
        if isinstance(action, pikepdf.Dictionary):
            _actions(action)
            if str(action.get("/S", "")) not in {"/GoTo", "/Named"}:
                raise _Refused(f"it holds {_BY_ITSELF}")
            waiting += _items(action.get("/Next"))
    raise _Refused(f"it holds {_BY_ITSELF}")


def _items(value: object) -> Iterable[object]:
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def _is_empty(value: object) -> bool:
    if isinstance(value, pikepdf.Dictionary):
        return not value.keys()
    return isinstance(value, pikepdf.Array) and len(value) == 0


def _is_resource(value: object, key: str) -> bool:
    """Whether a key is a word of a document's own: structure and resources are named by whoever writes them."""
    return key in {"/Win", "/Ref", "/Sound", "/Movie"} and isinstance(value, pikepdf.Name | pikepdf.String | bool | int)
