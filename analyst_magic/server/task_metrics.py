"""What ``/metrics`` of the server shows of its tasks."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric

from .task_store import STATES, TaskStore


class TaskCollector:
    """Number of tasks by state, how long the oldest waits, and how long tasks took.

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
        yield GaugeMetricFamily(
            "analyst_tasks_oldest_pending_seconds", "How long the oldest task waits.", self._store.oldest_pending()
        )
        yield GaugeMetricFamily(
            "analyst_tasks_mean_seconds", "Mean time from the start of a task to its end.", self._store.mean_seconds()
        )
