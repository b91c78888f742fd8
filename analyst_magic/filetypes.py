"""THE lists of files: data that can be asked about, what may come back from a sandbox, and why others stay there.

What decides is what opening a file does, on a double click and in JupyterLab. A file comes back where opening it shows
something: data, text, a picture, a document that has been checked. What runs code, asks other machines or takes the
place of other files when it is opened, and what cannot be looked into, stays in the sandbox.
"""

from __future__ import annotations

from typing import NamedTuple


class FileType(NamedTuple):
    """A kind of file.

    Attributes:
        label: What people call it.
        colour: The colour of its badge; white text is readable on it.
        mime: Its media type.
    """

    label: str
    colour: str
    mime: str


OUTPUT_FOLDER = "analyst_output"
"""The folder beside the notebook that files come back to, unless a setting names another."""
DATA_FORMATS = {
    ".csv": "csv", ".tsv": "csv", ".csv.gz": "csv", ".tsv.gz": "csv", ".parquet": "parquet", ".json": "json",
    ".jsonl": "json", ".ndjson": "json", ".jsonl.gz": "json", ".ndjson.gz": "json", ".xlsx": "excel",
    ".txt": "csv", ".tab": "csv", ".psv": "csv", ".dat": "csv", ".txt.gz": "csv",
}  # fmt: skip
"""The data files that can be asked about: how each ending is read. The panel gets its list from here, by the server."""
MAYBE_TABLES = (".txt", ".dat", ".txt.gz")
"""Endings of files that may hold a table or anything else: what stands between the values is found out, and said."""

_GREY, _PURPLE, _BROWN = "#57606a", "#7d3c98", "#8a4b08"
_OFFICE = "application/vnd.openxmlformats-officedocument."
FILE_TYPES: dict[str, FileType] = {
    "xlsx": FileType("Excel workbook", "#1d6f42", f"{_OFFICE}spreadsheetml.sheet"),
    "docx": FileType("Word document", "#2b579a", f"{_OFFICE}wordprocessingml.document"),
    "pdf": FileType("PDF document", "#b3261e", "application/pdf"),
    "pptx": FileType("PowerPoint presentation", "#b7472a", f"{_OFFICE}presentationml.presentation"),
    "csv": FileType("CSV file", _GREY, "text/csv"),
    "tsv": FileType("TSV file", _GREY, "text/tab-separated-values"),
    "parquet": FileType("Parquet file", _GREY, "application/vnd.apache.parquet"),
    "arrow": FileType("Arrow file", _GREY, "application/vnd.apache.arrow.file"),
    "feather": FileType("Feather file", _GREY, "application/vnd.apache.arrow.file"),
    "json": FileType("JSON file", _GREY, "application/json"),
    "jsonl": FileType("JSON lines file", _GREY, "application/jsonl"),
    "geojson": FileType("GeoJSON file", _GREY, "application/geo+json"),
    "xml": FileType("XML file", _GREY, "application/xml"),
    "yaml": FileType("YAML file", _GREY, "application/yaml"),
    "txt": FileType("Text file", _GREY, "text/plain"),
    "log": FileType("Log file", _GREY, "text/plain"),
    "sql": FileType("SQL file", _GREY, "application/sql"),
    "md": FileType("Markdown file", _GREY, "text/markdown"),
    "html": FileType("HTML page", _BROWN, "text/html"),
    "png": FileType("PNG image", _PURPLE, "image/png"),
    "jpg": FileType("JPEG image", _PURPLE, "image/jpeg"),
    "gif": FileType("GIF image", _PURPLE, "image/gif"),
    "svg": FileType("SVG drawing", _PURPLE, "image/svg+xml"),
}
"""The kinds that may come back, by the ending of their names."""

OTHER = FileType("File", _GREY, "application/octet-stream")
_ALIASES = {"jpeg": "jpg", "htm": "html", "yml": "yaml", "ndjson": "jsonl", "tab": "tsv", "text": "txt"}

_PICKLE = ("opening a pickle runs code", "Write tables as Parquet or CSV")
_ARRAYS = ("it cannot be looked into here", "Write tables as Parquet or CSV")
_DATABASE = ("a database file cannot be looked into here", "Write its tables as Parquet or CSV")
_PACKED = ("what is packed in it cannot be looked into here", "Write the files one by one: each comes back by itself")
_PROGRAM = ("opening it may run it", "Save it as .txt, or print it")
_MACROS = ("it may hold macros", "Save it as .xlsx, .docx or .pptx")
_OLD_OFFICE = ("it cannot be looked into here", "Save it as .xlsx, .docx or .pptx")
_IMAGE = ("it cannot be looked into here", "Save the picture as PNG or JPEG")
_MEDIA = ("it cannot be looked into here", "Save an animation as GIF")
_ELSEWHERE = ("opening it may load other addresses", "Show the figure, or save it as PNG or SVG")
_STAYS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("pkl", "pickle", "joblib", "sav", "dill", "pt", "pth", "ckpt", "cloudpickle"), _PICKLE),
    **dict.fromkeys(("npy", "npz", "h5", "hdf5", "hdf", "nc", "mat", "rds", "rdata", "orc", "avro", "dta", "sas7bdat",
                     "zarr", "onnx", "model", "dat", "bin"), _ARRAYS),
    **dict.fromkeys(("db", "sqlite", "sqlite3", "duckdb", "mdb", "accdb"), _DATABASE),
    **dict.fromkeys(("zip", "gz", "tgz", "tar", "bz2", "xz", "7z", "rar", "zst"), _PACKED),
    **dict.fromkeys(("py", "pyw", "pyc", "ipynb", "r", "sh", "bash", "bat", "cmd", "ps1", "js", "mjs", "vbs", "exe",
                     "com", "msi", "dll", "so", "jar", "app", "scr", "lnk", "url", "desktop",
                     "command", "reg"), _PROGRAM),
    **dict.fromkeys(("xlsm", "xltm", "docm", "dotm", "pptm", "ppsm", "xlam"), _MACROS),
    **dict.fromkeys(("xls", "xlsb", "doc", "ppt", "rtf", "ods", "odt", "odp", "xltx", "dotx", "potx"), _OLD_OFFICE),
    **dict.fromkeys(("webp", "bmp", "tif", "tiff", "eps", "ps", "ico", "heic", "emf", "wmf"), _IMAGE),
    **dict.fromkeys(("mp4", "webm", "mov", "avi", "mp3", "wav", "ogg"), _MEDIA),
    **dict.fromkeys(("kml", "kmz", "gpx", "vl", "vg", "mhtml", "xhtml", "hta"), _ELSEWHERE),
}  # fmt: skip
_UNKNOWN = ("files of this kind are not looked into here", "Save it as .csv, .json, .txt or .png")


def ending_of(name: str) -> str:
    """The ending of a file's name, without its dot, in the one form that it has here; empty where it has none."""
    ending = name.rpartition(".")[2].strip().lower() if "." in name else ""
    return _ALIASES.get(ending, ending)


def endings() -> list[str]:
    """All endings, aliases too, of files that may come back."""
    return [*FILE_TYPES, *_ALIASES]


def why_it_stays(name: str) -> tuple[str, str]:
    """Why a file stays in the sandbox, as the end of a sentence, and what to do instead, without a full stop."""
    return _STAYS.get(ending_of(name), _UNKNOWN)
