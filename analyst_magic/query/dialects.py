"""sqlglot's dialects as sqlglot ships them, whatever other packages of the process have made of them.

sqlglot keeps its dialects in classes that a whole process shares, and packages change them: Ibis, where it is imported,
puts functions of its own into the generators of MySQL, PostgreSQL, Oracle, and others, and registers a ClickHouse of
its own. A statement must not be read or written in another way because of that.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from typing import Any

from sqlglot import Dialect
from sqlglot.errors import SqlglotError


@cache
def dialect_of(name: str) -> Dialect:
    """A dialect by its name, for ``read=`` and ``dialect=`` of sqlglot's functions.

    >>> import sqlglot
    >>> mysql = dialect_of("mysql")
    >>> sqlglot.parse_one("SELECT a REGEXP 'x' FROM t", read=mysql).sql(dialect=mysql)
    "SELECT REGEXP_LIKE(a, 'x') FROM t"

    Args:
        name: sqlglot's name of the dialect.

    Raises:
        SqlglotError: There is no such dialect.
    """
    try:
        module = import_module(f"sqlglot.dialects.{name}")
    except ModuleNotFoundError:
        raise SqlglotError(f"there is no dialect {name}") from None
    own = [kind for kind in vars(module).values() if isinstance(kind, type) and kind.__module__ == module.__name__]
    dialect: Dialect = next(kind for kind in own if issubclass(kind, Dialect))()
    dialect.generator_class = _generator(dialect.generator_class)
    return dialect


def _generator(shared: Any) -> Any:
    """A generator's class from its source once more: its tables are not those that other packages can reach."""
    spec = find_spec(shared.__module__)
    if spec is None or spec.loader is None:
        raise SqlglotError(f"{shared.__module__} has no source")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)  # it is not put into sys.modules
    generator = getattr(module, shared.__name__)
    for kind in generator.TRANSFORMS.keys() - shared.TRANSFORMS.keys():  # what the dialect does not support
        del generator.TRANSFORMS[kind]
    return generator
