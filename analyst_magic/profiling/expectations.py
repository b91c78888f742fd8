"""Files of expectations: read, drafted from a profile, and held against data in the sandbox.

The format is the YAML of a pandera ``DataFrameSchema`` (``schema.to_yaml()``, pandera's documentation, "Schema
persistence"), so pandera reads a draft, and a file of pandera's is read here. What is not supported here (an index,
custom checks, ``coerce``) is an error or, where it changes no outcome, has no effect; nothing is skipped in silence.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from ruamel.yaml import YAML

from ..errors import FirewallError, InputError
from ..language import message
from ..semantics.content import load
from ..storage.files import SHARED, write_atomic
from ..wording import count
from .profile import Profile
from .record import ColumnProfile, records

VERSION = "0.26.1"
"""The version of pandera whose format a draft is written in."""
CHECKS = frozenset(
    {"equal_to", "not_equal_to", "greater_than", "greater_than_or_equal_to", "less_than", "less_than_or_equal_to",
     "in_range", "isin", "notin", "str_matches", "str_contains", "str_startswith", "str_endswith", "str_length"}
)  # fmt: skip
ALIASES = {"eq": "equal_to", "ne": "not_equal_to", "gt": "greater_than", "ge": "greater_than_or_equal_to",
           "lt": "less_than", "le": "less_than_or_equal_to", "between": "in_range"}  # fmt: skip
_TOP = frozenset({"schema_type", "version", "columns", "checks", "index", "dtype", "coerce", "strict", "name",
                  "ordered", "unique", "report_duplicates", "unique_column_names", "add_missing_columns", "title",
                  "description"})  # fmt: skip
_COLUMN = frozenset({"title", "description", "dtype", "nullable", "checks", "unique", "coerce", "required", "regex"})
_DTYPES = {"integer": "int64", "number": "float64", "text": "str", "boolean": "bool", "moment": "datetime64[ns]",
           "date": "date"}  # fmt: skip
MAX_VALUES = 20
"""Distinct values up to which a draft lists them."""
MIN_ROWS = 20


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What became of one expectation.

    Attributes:
        column, check: The column, empty for the whole, and the expectation.
        ok: Whether the data meets it.
        broken, rows: Rows that break it, of how many.
        examples: A few values that do.
        note: What is wrong where it is no value.
        warning: Whether it only warns.
    """

    column: str
    check: str
    ok: bool
    broken: int = 0
    rows: int = 0
    examples: tuple[Any, ...] = ()
    note: str = ""
    warning: bool = False

    def __str__(self) -> str:
        mark = "ok  " if self.ok else "warn" if self.warning else "FAIL"
        line = f"{mark}  {self.column + ': ' if self.column else ''}{self.check}"
        details = [count(self.broken, "row") + f" of {self.rows:,}"] if self.broken else []
        details += [f"such as {', '.join(map(str, self.examples))}"] if self.examples else []
        details += [self.note] if self.note else []
        return f"{line} ({'; '.join(details)})" if details else line


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What became of a file of expectations.

    Attributes:
        name: What the data is called.
        results: One for each expectation, in the order of the file.

    Example:
        >>> report = CheckReport("sales", (CheckResult("price", "greater_than 0", False, 2, 10, (-1,)),))
        >>> report.ok
        False
        >>> print(report)
        FAIL  price: greater_than 0 (2 rows of 10; such as -1)
        sales breaks 1 of 1 expectation.
    """

    name: str
    results: tuple[CheckResult, ...]

    @property
    def failures(self) -> tuple[CheckResult, ...]:
        """The expectations that the data breaks, but for those that only warn."""
        return tuple(result for result in self.results if not result.ok and not result.warning)

    @property
    def ok(self) -> bool:
        """Whether the data breaks none of them."""
        return not self.failures

    def __str__(self) -> str:
        lines = [str(result) for result in self.results if not result.ok]
        total = count(len(self.results), "expectation")
        last = f"{self.name} meets {total}." if self.ok else f"{self.name} breaks {len(self.failures)} of {total}."
        return "\n".join([*lines, last])


def read_expectations(path: Path) -> dict[str, Any]:
    """The expectations of a file, as the sandbox takes them.

    Raises:
        InputError: The file cannot be read, or expects what cannot be checked here.
    """
    content = load(path)
    if not isinstance(content, Mapping) or not isinstance(content.get("columns"), Mapping):
        raise InputError(
            message("{file} has no columns.", file=path.name), message("Write one with: analyst check DATA --draft.")
        )
    _known(path.name, "the file", content, _TOP)
    for name in ("index", "checks", "dtype"):
        if content.get(name):
            raise InputError(
                message("{file} has {name} for the whole frame.", file=path.name, name=name),
                message("Expectations here are of columns."),
            )
    columns = {str(name): _column(path.name, str(name), given or {}) for name, given in content["columns"].items()}
    return {"columns": columns} | {name: _plain(content.get(name)) for name in ("unique", "strict", "ordered")}


def _known(file: str, place: str, given: Mapping[str, Any], names: frozenset[str]) -> None:
    unknown = [str(name) for name in given if name not in names]
    if unknown:
        raise InputError(
            message(
                "{file}: {place} has {unknown}, which is unknown.",
                file=file,
                place=str(place),
                unknown=", ".join(unknown),
            ),
            message("Known are {names}.", names=", ".join(sorted(names))),
        )


def _column(file: str, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    _known(file, name, given, _COLUMN)
    checks: dict[str, Any] = {}
    found = given.get("checks") or {}
    for part in found if isinstance(found, list) else [found]:
        for check, options in _named(file, name, part):
            checks[check] = _plain(options)
    return {key: _plain(given[key]) for key in _COLUMN - {"checks"} if key in given} | {"checks": checks}


def _named(file: str, column: str, part: Any) -> list[tuple[str, Any]]:
    """The checks of a mapping; of ``options: {check_name: …}`` the one that it names."""
    if not isinstance(part, Mapping):
        raise InputError(
            message("{file}: the checks of {column} are no names with values.", file=file, column=column),
            message("Write: greater_than: 0."),
        )
    inner = part.get("options")
    if isinstance(inner, Mapping) and "check_name" in inner:
        values = {key: value for key, value in part.items() if key != "options"}
        rest = {key: value for key, value in inner.items() if key != "check_name"}
        value = values["value"] if list(values) == ["value"] else values
        part = {inner["check_name"]: {"value": value, "options": rest}}
    pairs = [(ALIASES.get(str(name), str(name)), options) for name, options in part.items()]
    for name, _ in pairs:
        if name not in CHECKS:
            raise InputError(
                message(
                    "{file}: {column} has the check {name}, which is unknown.", file=file, column=column, name=name
                ),
                message("Known are {checks}.", checks=", ".join(sorted(CHECKS))),
            )
    return pairs


def _plain(value: Any) -> Any:
    """A value of the YAML as JSON has it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    return float(value) if isinstance(value, float) else str(value)


def draft(profile: Profile) -> str:
    """Expectations that the data meets now, as YAML to be edited.

    Example:
        >>> price = ColumnProfile(name="price", type="double", kind="number", rows=50, missing=0, distinct=9,
        ...                       minimum=1.5, maximum=80.0)
        >>> print(draft(Profile(name="sales", rows=50, columns=(price,))).split("columns:")[1].split("checks: null")[0])
        <BLANKLINE>
          price:
            dtype: float64
            nullable: false
            unique: false
            required: true
            checks:
              greater_than_or_equal_to: 0
        <BLANKLINE>
    """
    columns = {column.name: _expected(column, profile) for column in profile.columns}
    schema = {
        "schema_type": "dataframe", "version": VERSION, "columns": columns, "checks": None, "index": None,
        "dtype": None, "coerce": False, "strict": False, "name": profile.name, "ordered": False, "unique": None,
        "report_duplicates": "all", "unique_column_names": False, "add_missing_columns": False,
    }  # fmt: skip
    target = io.StringIO()
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.representer.add_representer(type(None), lambda r, _: r.represent_scalar("tag:yaml.org,2002:null", "null"))
    yaml.dump(schema, target)
    head = (
        f"# What {profile.name} met when this was drafted, from {count(profile.rows, 'row')}. Edit it, then run it.\n"
    )
    return head + target.getvalue()


def _expected(column: ColumnProfile, profile: Profile) -> dict[str, Any]:
    checks: dict[str, Any] = {}
    if column.kind in ("integer", "number") and isinstance(column.minimum, int | float) and column.minimum >= 0:
        checks["greater_than_or_equal_to"] = 0
    if column.kind == "text" and not column.personal and column.distinct_is_exact:
        listed = [value for value, _ in column.top]
        few = 0 < column.distinct <= min(MAX_VALUES, column.rows / MIN_ROWS)
        if few and len(listed) == column.distinct:
            checks["isin"] = sorted(str(value) for value in listed)
    expected: dict[str, Any] = {
        "dtype": _DTYPES.get(column.kind), "nullable": bool(column.missing),
        "unique": column.name in profile.keys and profile.sampled is None and profile.rows >= MIN_ROWS,
        "required": True, "checks": checks or None,
    }  # fmt: skip
    return expected


def write_draft(profile: Profile, path: Path) -> Path:
    """Write a draft beside the data; a file that is there stays.

    Raises:
        InputError: There is one, or it cannot be written.
    """
    if path.exists():
        raise InputError(
            message("{path} is there already.", path=path), message("Name another file, or delete it first.")
        )
    try:
        write_atomic(path, draft(profile), mode=SHARED)
    except OSError as error:
        raise InputError(
            message("{path} cannot be written: {reason}.", path=path, reason=error.strerror),
            message("Name another file."),
        ) from error
    return path


def make_report(name: str, table: pa.Table) -> CheckReport:
    """The report in the records that the sandbox sent.

    Raises:
        FirewallError: They are not what a report is.
    """
    try:
        results = [
            CheckResult(
                str(r["column"]), str(r["check"]), r["ok"] is True, int(r["broken"]), int(r["rows"]),
                tuple(str(value)[:80] for value in r["examples"]), str(r["note"]), r["warning"] is True,
            )
            for r in records(table)
        ]  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise FirewallError(
            message("The sandbox sent something else than results of checks."), message("Run it again.")
        ) from error
    return CheckReport(name, tuple(results))
