"""``jobs`` and ``stop``: the questions that were asked in the background."""

from __future__ import annotations

from collections.abc import Iterable

from ..engine.background import BackgroundJob
from ..language import message, messages
from .listing import Listing


def list_jobs(jobs: Iterable[BackgroundJob]) -> str:
    """One line for each question, with its state."""
    rows = [(job.status, " ".join(job.question.split())[:100]) for job in jobs]
    return Listing.of(rows, ("state", "question")) if rows else message("Nothing was asked in the background.")


def stop(jobs: Iterable[BackgroundJob]) -> str:
    """Stop the questions that wait or run, and say how many there were."""
    going = [job for job in jobs if job.status in {"pending", "running"}]
    for job in going:
        job.cancel()
    return (
        messages("{number} question stopped.", "{number} questions stopped.", len(going))
        if going
        else message("Nothing runs in the background.")
    )
