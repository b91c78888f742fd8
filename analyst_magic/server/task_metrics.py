"""What ``/metrics`` of the server shows of its tasks."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import Histogram
from prometheus_client.core import GaugeMetricFamily, Metric

from .task_store import STATES, Task, TaskStore

SECONDS = Histogram(
    "analyst_task_seconds",
    "Time from the start of a task to its end, by what became of it.",
    ["outcome"],
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800),
    registry=None,  # the collector below shows it
)
WAITED = Histogram(
    "analyst_task_wait_seconds",
    "Time that a task waited for its start.",
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 1800),
    registry=None,
)


def observe(task: Task | None) -> None:
    """Count a task that has ended.

    Args:
        task: The task as it stands now; None counts nothing.
    """
    if task is None or task.ended is None:
        return
    begun = task.started or task.ended
    SECONDS.labels(task.state).observe(max(0.0, task.ended - begun))
    WAITED.observe(max(0.0, begun - task.created))


class TaskCollector:
    """Number of tasks by state, how long the oldest waits, and how long tasks took in the mean.

    Args:
        store: The tasks.
    """

    def __init__(self, store: TaskStore) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        """The metrics, read from the store when somebody asks."""
        counts = self._store.counts()
        number = GaugeMetricFamily("analyst_tasks", "Tasks by state.", labels=["state"])
        for state in STATES:
            number.add_metric([state], counts.get(state, 0))
        yield number
        yield from SECONDS.collect()
        yield from WAITED.collect()
        yield GaugeMetricFamily(
            "analyst_tasks_oldest_pending_seconds", "How long the oldest task waits.", self._store.oldest_pending()
        )
        yield GaugeMetricFamily(
            "analyst_tasks_mean_seconds", "Mean time from the start of a task to its end.", self._store.mean_seconds()
        )
