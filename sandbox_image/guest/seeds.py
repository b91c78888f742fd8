"""Random numbers: a rerun of the whole session draws the same ones, and no two generators share theirs.

Seeds are set once, when the session begins; after that draws go on. What has no seed of its own (``random.Random()``,
``numpy.random.default_rng()``, ``PCG64()``, ``RandomState()``, connections of DuckDB) takes one from ``source``, in
place of the system's entropy. ``secrets``, ``uuid`` and ``random.SystemRandom`` stay with the system's.
"""

import functools
import os
import random
import re
import sys
import tempfile

from analyst_guest import hooks

SEED = 0
DRAWN_ELSEWHERE = re.compile(r"\b(?:random|shuffle|uuid|gen_random_uuid)\s*\(|\b(?:table)?sample\b", re.I)
"""Draws of polars and DuckDB, whose generators do not tell of them."""

SPEAKS_SQL = re.compile(r"\bduckdb\b|\.sql\(")

source = random.Random(SEED)
loaded = {}
"""The state of numpy's global generator as it was when numpy was imported."""


def install():
    """Take the place of the system's entropy, now and in what is imported later; called once, before any code runs."""
    seed = random.Random.seed

    @functools.wraps(seed)
    def seeded(self, a=None, version=2):
        return seed(self, source.getrandbits(256) if a is None else a, version)

    random.Random.seed = seeded
    random.seed = random._inst.seed
    random.seed(SEED)
    tempfile._Random = random.SystemRandom  # names of files are nobody's draws
    hooks.install({"numpy.random": numpy, "polars": polars, "duckdb": duckdb})
    drawn = []
    os.register_at_fork(
        before=lambda: drawn.append(source.getrandbits(256)),
        after_in_parent=drawn.clear,
        after_in_child=lambda: fork(drawn.pop()),
    )


def fork(seed):
    """A forked process goes on with draws of its own, as it does without a fixed seed."""
    source.seed(seed)
    random.seed()


def numpy(module):
    module.bit_generator.randbits = source.getrandbits  # what SeedSequence asks where it is given nothing
    module.seed(SEED)
    loaded["numpy"] = numpy_state()


def polars(module):
    module.set_random_seed(SEED)


def duckdb(module):
    connect = module.connect

    @functools.wraps(connect)
    def seeded(database=":memory:", *arguments, **options):
        connection = connect(database, *arguments, **options)
        if database != ":default:":
            connection.execute(f"SELECT setseed({fraction()})").fetchall()
        return connection

    module.connect = seeded


def fraction():
    """A seed for DuckDB, which takes one between -1 and 1."""
    return source.uniform(-1, 1)


def restart():
    """Begin the session's draws: what was drawn while the sandbox was warmed does not count."""
    source.seed(SEED)
    random.seed(SEED)
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed(SEED)
    if "polars" in sys.modules:
        sys.modules["polars"].set_random_seed(SEED)


@functools.cache
def default_connection():
    """Seed DuckDB's own connection, once; it is made when code first speaks of DuckDB, as that costs 50 ms."""
    import duckdb

    duckdb.execute(f"SELECT setseed({SEED})").fetchall()


def numpy_state():
    found = sys.modules.get("numpy.random")
    if found is None:
        return loaded.get("numpy")
    state = found.get_state(legacy=False)
    return state["state"]["key"].tobytes(), state["state"]["pos"], state["has_gauss"]


class Draws:
    """Notices whether code draws random numbers, from when this is made.

    Args:
        code: The code.
        language: What it is written in.
    """

    def __init__(self, code, language):
        self.code, self.language, self.before = code, language, self.states()

    @staticmethod
    def states():
        return source.getstate(), random.getstate(), numpy_state()

    def any(self):
        """Whether random numbers have been drawn; of polars and DuckDB whether the code looks like it."""
        now = self.states()
        same = self.before[:2] == now[:2] and (self.before[2] or loaded.get("numpy")) == now[2]
        elsewhere = self.language == "sql" or "polars" in sys.modules or SPEAKS_SQL.search(self.code)
        return not same or bool(elsewhere and DRAWN_ELSEWHERE.search(self.code))
