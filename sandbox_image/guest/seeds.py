"""Random numbers: a rerun of the whole session draws the same ones, and no two generators share theirs.

Seeds are set once, when the session begins; after that draws go on. What has no seed of its own (``random.Random()``,
``numpy.random.default_rng()``, ``PCG64()``, ``RandomState()``, connections of DuckDB) takes one from ``source``, in
place of the system's entropy. ``secrets``, ``uuid`` and ``random.SystemRandom`` stay with the system's.
"""

from __future__ import annotations

import functools
import os
import random
import re
import sys
import tempfile

from . import import_hooks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SEED = 0
DRAWN_ELSEWHERE = re.compile(r"\b(?:random|shuffle|uuid|gen_random_uuid)\s*\(|\b(?:table)?sample\b", re.I)
"""Draws of polars and DuckDB, whose generators do not tell of them."""

SPEAKS_SQL = re.compile(r"\bduckdb\b|\.sql\(")

source = random.Random(SEED)
given = {"seeds": 0}
"""How many seeds were given out."""
reached: dict[str, tuple[int, Any, Any]] = {}
"""How far all generators were at the end of the last run."""
loaded: dict[str, Any] = {}
"""The state of numpy's global generator as it was when numpy was imported."""


def entropy(bits: int) -> int:
    """What stands in for the system's: a number of so many bits."""
    given["seeds"] += 1
    return source.getrandbits(bits)


def install() -> None:
    """Take the place of the system's entropy, now and in what is imported later; called once, before any code runs."""
    seed = random.Random.seed

    @functools.wraps(seed)
    def seeded(self: random.Random, a: Any = None, version: int = 2) -> None:
        return seed(self, entropy(256) if a is None else a, version)

    random.Random.seed = seeded  # type: ignore[method-assign]
    random.seed = random._inst.seed
    random.seed(SEED)
    # Names of files are nobody's draws.
    tempfile._Random = random.SystemRandom  # type: ignore[attr-defined]
    import_hooks.install({"numpy.random": numpy, "polars": polars, "duckdb": duckdb})
    reached["states"] = states()
    passed: list[int] = []
    os.register_at_fork(
        before=lambda: passed.append(entropy(256)),
        after_in_parent=passed.clear,
        after_in_child=lambda: fork(passed.pop()),
    )


def fork(seed: int) -> None:
    """A forked process goes on with draws of its own, as it does without a fixed seed."""
    source.seed(seed)
    random.seed()


def numpy(module: Any) -> None:
    module.bit_generator.randbits = entropy  # what SeedSequence asks where it is given nothing
    module.seed(SEED)
    loaded["numpy"] = numpy_state()


def polars(module: Any) -> None:
    module.set_random_seed(SEED)


def duckdb(module: Any) -> None:
    connect = module.connect

    @functools.wraps(connect)
    def seeded(database: Any = ":memory:", *arguments: Any, **options: Any) -> Any:
        connection = connect(database, *arguments, **options)
        if database != ":default:":
            connection.execute(f"SELECT setseed({fraction()})").fetchall()
        return connection

    module.connect = seeded


def fraction() -> float:
    """A seed for DuckDB, which takes one between -1 and 1."""
    return entropy(53) / 2**52 - 1


def restart() -> None:
    """Begin the session's draws: what was drawn while the sandbox was warmed does not count."""
    source.seed(SEED)
    random.seed(SEED)
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed(SEED)
    if "polars" in sys.modules:
        sys.modules["polars"].set_random_seed(SEED)
    reached["states"] = states()


@functools.cache
def default_connection() -> None:
    """Seed DuckDB's own connection, once; it is made when code first speaks of DuckDB, as that costs 50 ms."""
    import duckdb

    duckdb.execute(f"SELECT setseed({SEED})").fetchall()


def numpy_state() -> Any:
    found = sys.modules.get("numpy.random")
    if found is None:
        return loaded.get("numpy")
    state = found.get_state(legacy=False)
    return state["state"]["key"].tobytes(), state["state"]["pos"], state["has_gauss"]


def states() -> tuple[int, Any, Any]:
    """How far the generators are: seeds given out, and the state of Python's and of numpy's global one."""
    return given["seeds"], random.getstate(), numpy_state()


def drawn(code: str, language: str) -> bool:
    """Whether random numbers have been drawn since this was last asked.

    Of polars and DuckDB, whose generators do not tell, whether the code looks like it.
    """
    seeds, ours, numbers = reached["states"]
    reached["states"] = now = states()
    same = (seeds, ours, numbers or loaded.get("numpy")) == now
    elsewhere = language == "sql" or "polars" in sys.modules or SPEAKS_SQL.search(code)
    return not same or bool(elsewhere and DRAWN_ELSEWHERE.search(code))
