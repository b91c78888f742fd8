"""The rows behind SQL that ran on a connection: counted by the same engine, so that no row leaves it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..errors import CodeFailed, RunTimeout
from ..evidence.row_counting import Counting, countings, steps_of
from ..evidence.selects import TableFacts
from ..language import message
from ..query import policy
from ..turn import RowStep
from ..turn.queries import Query
from .connected import Connected, run_query
from .job import Job

MIN_SECONDS = 1.0
"""Seconds that the counts of a query may take at least; above, they may take as long as the query itself did."""
_log = logging.getLogger(__name__)


async def rows_behind(
    job: Job, queries: Sequence[tuple[Query, float]], connections: Mapping[str, Connected]
) -> tuple[tuple[RowStep, ...], tuple[str, ...]]:
    """What became of the rows that queries read, and a remark where counting them took too long.

    Args:
        job: The question.
        queries: The queries that ran, each with the seconds that it took.
        connections: The connections in scope.

    Raises:
        Stopped: The user stopped it.
    """
    steps, remarks = list[RowStep](), dict[str, None]()
    with job.clock.stage("query") as stage:
        for query, seconds in queries:
            place = connections[query.connection]
            counts = countings(query.text, _tables(place), place.connection.dialect)
            try:
                for counting in counts:
                    steps += await _counted(job, query, counting, place, max(MIN_SECONDS, seconds))
            except RunTimeout:
                remarks[
                    message(
                        "The rows behind the answer were not counted: {connection} takes too long for it.",
                        connection=query.connection,
                    )
                ] = None
        stage.facts |= {"counted": len(steps)}
    return tuple(steps), tuple(remarks)


async def _counted(job: Job, query: Query, counting: Counting, place: Connected, seconds: float) -> tuple[RowStep, ...]:
    """The steps of one counting; none where the engine cannot count so.

    Raises:
        RunTimeout: It took too long.
    """
    try:
        row = await _row(job, query, counting.sql, place, seconds) if counting.sql else []
        detailed = counting.detail and (not row or row[0] < counting.below)
        detail = await _row(job, query, counting.detail, place, seconds) if detailed else None
        return steps_of(counting, row, detail)
    except (CodeFailed, StopIteration) as error:
        _log.debug("The rows behind a query on %s could not be counted: %s", query.connection, error)
        return ()


async def _row(job: Job, query: Query, text: str, place: Connected, seconds: float) -> list[int]:
    """The one row of a statement of counts, which is judged and runs as any other.

    Raises:
        CodeFailed: The policy or the engine refuses it.
        RunTimeout: It took too long.
    """
    if wrong := policy.check(text, place.connection.dialect, place.scope(job.hidden)):
        raise CodeFailed(wrong[0].message, "", name="ProgrammingError", value=wrong[0].message)
    found = await run_query(job, replace(query, text=text), place, seconds=seconds)
    return [int(column[0].as_py()) for column in found.table.columns]


def _tables(place: Connected) -> dict[str, TableFacts]:
    """The tables of a connection by their names; one whose name another schema has too is left out.

    Of a database the catalogue knows rows by an estimate alone, so they are counted.
    """
    tables = [table.table for table in place.tables.values()]
    times = Counter(table.name.casefold() for table in tables)
    return {
        table.name: TableFacts(tuple(column.name for column in table.columns))
        for table in tables
        if times[table.name.casefold()] == 1
    }
