"""Which Python packages code in the sandbox can import, and how to add one: the one owner of that list.

The list itself is ``sandbox_image/requirements.in`` (what is offered) and ``requirements.txt`` (all that is installed,
with versions and hashes). Packages that the setting ``packages`` adds come on top.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shlex
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from .errors import InputError
from .language import message

# Modules whose distribution has another name. The first name is what `--with` and pip take.
DISTRIBUTIONS = {
    "Bio": "biopython", "Crypto": "pycryptodome", "IPython": "ipython", "Levenshtein": "levenshtein", "PIL": "pillow",
    "attr": "attrs", "attrs": "attrs", "bs4": "beautifulsoup4", "community": "python-louvain",
    "cv2": "opencv-python-headless", "dateutil": "python-dateutil", "docx": "python-docx", "dotenv": "python-dotenv",
    "fitz": "pymupdf", "fontTools": "fonttools", "git": "gitpython", "imblearn": "imbalanced-learn", "jwt": "pyjwt",
    "markdown_it": "markdown-it-py", "mpl_toolkits": "matplotlib", "odf": "odfpy", "osgeo": "gdal",
    "pptx": "python-pptx", "psycopg2": "psycopg2-binary", "pylab": "matplotlib", "matplotlib": "matplotlib",
    "pypdfium2": "pypdfium2", "pypdfium2_raw": "pypdfium2", "rpds": "rpds-py",
    "serial": "pyserial", "skimage": "scikit-image", "sklearn": "scikit-learn", "skopt": "scikit-optimize",
    "sksurv": "scikit-survival", "umap": "umap-learn", "xgboost": "xgboost-cpu", "yaml": "pyyaml",
    "_polars_runtime_32": "polars-runtime-32",
}  # fmt: skip
PYTHON = "3.12"
"""The version of Python in the image."""
REMOVED = frozenset({"jedi"})
"""Requirements of requirements that the image is built without."""
DOCUMENT_WRITERS = "analyst_documents"
"""Our package in the sandbox that code may import: it writes documents."""
PROFILER = "analyst_profile"
"""Our package in the sandbox that looks at data."""
STATISTICS = "analyst_statistics"
"""Our package in the sandbox that code may import: it compares groups, explains changes and forecasts."""
_STATISTICS_CALLS = (
    "analyst_statistics has compare_groups(df, value, by), explain_change(df, value, by, period, before, after), "
    "forecast(df, time, value, periods), outliers(df, value), regress and classify(df, target, features); show the "
    "result, answer with its .sentence"
)
"""What a model is told of it; ``help`` in the sandbox tells the rest."""
OWN_PACKAGES = frozenset({DOCUMENT_WRITERS, PROFILER, STATISTICS})
"""What code may import of ours."""
_PLUMBING = frozenset({"ipython", "nbformat", "pytz", "html5lib", "uharfbuzz", "xlrd"})
"""Offered, and of no use to name in a message."""
_FOR_FILES = frozenset({"beautifulsoup4", "docxtpl", "lxml", "openpyxl", "pypdfium2", "python-calamine", "python-docx",
                        "python-pptx", "pyyaml", "reportlab", "rich", "tabulate", "tqdm", "xlsxwriter"})  # fmt: skip
"""Libraries that read and write files or format text: a model is told of them where a question asks for a file."""
_DATED = frozenset({"pandas", "duckdb", "plotly"})
"""Whose major version is told, as models remember older ones."""


def source_directory() -> Path:
    """Where ``Dockerfile``, requirements, seccomp profile and guest lie: in the package, or in the checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "sandbox_image"
    return installed if installed.is_dir() else package.parent / "sandbox_image"


def guest_packages() -> dict[str, Path]:
    """The Python packages that the sandbox gets from here, by the name that they have inside.

    ``analyst_exact`` is the host's own ``exact``: both ends make and read the same descriptions of frames.
    ``analyst_documents`` is ``writers``, which programs that make documents import. ``analyst_profile`` is ``facts``:
    the host counts the rows of large frames by it. ``analyst_statistics`` stands beside the guest.
    """
    package = Path(__file__).resolve().parent
    return {
        "analyst_guest": source_directory() / "guest",
        "analyst_exact": package / "exact",
        DOCUMENT_WRITERS: package / "writers",
        PROFILER: package / "facts",
        STATISTICS: source_directory() / STATISTICS,
    }


@cache
def offered() -> tuple[str, ...]:
    """The distributions of ``requirements.in``, as they are written there."""
    lines = (source_directory() / "requirements.in").read_text("utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@cache
def pins() -> dict[str, str]:
    """The version of each distribution in the image, by its canonical name."""
    text = (source_directory() / "requirements.txt").read_text("utf-8")
    return {canonicalize_name(n): v for n, v in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE)}


def parse_packages(texts: Iterable[str]) -> tuple[str, ...]:
    """Requirements as the setting ``packages`` and ``--with`` take them, in one spelling and order.

    Args:
        texts: Each as ``prophet``, ``prophet>=1.1`` or ``dask[dataframe]``; several in one text, with commas between.
            A comma inside brackets or before a version's comparison belongs to the requirement.

    Returns:
        Those that the image does not have anyway.

    Raises:
        InputError: One is no requirement by name (PEP 508), has an address or a condition, or asks for a version of a
            package whose version the image pins.
    """
    wanted: dict[str, str] = {}
    for text in filter(None, (part.strip() for part in _split(",".join(texts)))):
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            requirement = None
        if requirement is None or requirement.url or requirement.marker:
            raise InputError(
                message("{text} is no package that can be added.", text=repr(text[:80])),
                message("Write names as PyPI has them, with a version where it matters: prophet, nltk>=3.9."),
            )
        name = canonicalize_name(requirement.name)
        pinned = pins().get(name)
        if pinned is not None and not requirement.specifier.contains(pinned, prereleases=True):
            raise InputError(
                message(
                    "The sandbox has {name} {pinned}, so {text} cannot be added.", name=name, pinned=pinned, text=text
                ),
                message("Leave the version of this one out."),
            )
        if pinned is None or requirement.extras:
            extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
            wanted[name] = f"{name}{extras}{requirement.specifier}"
    return tuple(wanted[name] for name in sorted(wanted))


def build_command(packages: Iterable[str] = ()) -> str:
    """The command that builds the image with these packages, ready for a shell."""
    wanted = ",".join(packages)
    return f"analyst image build --with {shlex.quote(wanted)}" if wanted else "analyst image build"


@dataclass(frozen=True, slots=True)
class Packages:
    """The packages of one kind of sandbox.

    Attributes:
        extras: What the setting ``packages`` adds to the image.
        local: Whether the sandbox runs this process's Python in place of the image's.
    """

    extras: tuple[str, ...] = ()
    local: bool = False

    def lacks(self, module: str) -> bool:
        """Whether importing a module surely fails. Nobody knows the modules of extras before they run.

        Args:
            module: Its name, also of one inside a package.
        """
        root = module.partition(".")[0]
        if root in sys.stdlib_module_names or root in OWN_PACKAGES:
            return False
        if self.local:
            return not _installed(root)
        return not self.extras and root not in modules()

    @property
    def listing(self) -> str:
        """What there is, for a person or a model: names, with the major version of those that change much."""
        names = [name for name in offered() if canonicalize_name(name) not in _PLUMBING]
        return ", ".join([*self._dated(names), *self.extras])

    @property
    def environment(self) -> str:
        """What there is for the analysis of data, for a model: the version of Python, and names of packages."""
        version = f"{sys.version_info.major}.{sys.version_info.minor}" if self.local else PYTHON
        names = [name for name in offered() if canonicalize_name(name) not in _PLUMBING | _FOR_FILES]
        own = f"; {_STATISTICS_CALLS}" if not self.lacks("statsmodels") and not self.lacks("sklearn") else ""
        return f"Python {version} with {', '.join([*self._dated(names), *self.extras])}{own}"

    def _dated(self, names: Iterable[str]) -> list[str]:
        """Those of the names that there are, some with their major version."""
        if self.local:
            names = [name for name in names if any(_installed(module) for module in _modules_of(name))]
        return [self._with_major(name) if name.lower() in _DATED else name for name in names]

    def _with_major(self, name: str) -> str:
        version = _version(name, _search_path()) if self.local else pins()[canonicalize_name(name)]
        return f"{name} {version.partition('.')[0]}"

    def how_to_add(self, module: str) -> str:
        """What a user can do about a module that is missing, in one or two sentences."""
        root = module.partition(".")[0]
        name = DISTRIBUTIONS.get(root, root.replace("_", "-"))
        if self.local:
            return (
                "The local sandbox runs this notebook's own Python. If you trust the package, add it there: "
                f"`pip install {name}` (or its line with version and hash in your requirements), then `%analyst reset`."
            )
        every = parse_packages([*self.extras, name])
        setting = ",".join(every)
        return (
            f"The image has {self.listing}. If you trust the package, add it: `{build_command(every)}`, then "
            f"`%config AnalystSettings.packages = {setting.split(',')!r}` (or ANALYST_PACKAGES={setting})."
        )


def modules() -> frozenset[str]:
    """Top-level modules of the image, beside Python's own."""
    return frozenset(module for name in pins() if name not in REMOVED for module in _modules_of(name))


def _modules_of(distribution: str) -> tuple[str, ...]:
    name = canonicalize_name(distribution)
    known = tuple(module for module, owner in DISTRIBUTIONS.items() if owner == name)
    return known or (name.replace("-", "_"),)


def _installed(root: str) -> bool:
    """Whether this Python finds a top-level module; it is not imported."""
    return _is_found(root, _search_path())


def _search_path() -> tuple[tuple[str, int], ...]:
    """Where this Python looks for modules, with the time of the last change there: what is installed changes one."""
    found = []
    for folder in sys.path:
        with suppress(OSError):
            found.append((folder, os.stat(folder or ".").st_mtime_ns))
    return tuple(found)


@lru_cache(maxsize=1024)
def _is_found(root: str, search_path: tuple[tuple[str, int], ...]) -> bool:
    try:
        return root.isidentifier() and importlib.util.find_spec(root) is not None
    except (ImportError, ValueError):
        return False


@lru_cache(maxsize=256)
def _version(name: str, search_path: tuple[tuple[str, int], ...]) -> str:
    return importlib.metadata.version(name)


def _split(text: str) -> list[str]:
    """The requirements of a text: commas inside brackets, and before a comparison, separate none."""
    return re.split(r",(?![^\[]*\])(?!\s*[<>=!~])", text)
