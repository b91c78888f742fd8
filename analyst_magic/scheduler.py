"""Reports from JupyterLab's scheduled jobs: what `jupyter-scheduler` calls to list our formats and to run a job.

Where that extension is installed beside this package, `etc/jupyter/jupyter_jupyter_scheduler_config.json` names the
two classes below; a configuration of the user's own goes before it. A job answers its questions from the
`analyst.lock` that lay beside the notebook when it was scheduled, without a model; with ``ANALYST_FROZEN=0`` in the
server's environment it may ask one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jupyter_scheduler.environments import CondaEnvironmentManager
from jupyter_scheduler.executors import DefaultExecutionManager
from jupyter_scheduler.models import RuntimeEnvironment
from jupyter_scheduler.orm import Job
from jupyter_scheduler.scheduler import Scheduler
from nbconvert import get_exporter
from nbconvert.preprocessors import CellExecutionError
from traitlets import default

from .errors import AnalystError
from .history.lock import NAME as LOCK
from .report_formats import PREFIX, REPORT_FORMATS
from .theme import FILE as THEME

FORMATS = {f"{PREFIX}{name}": f"Analyst report ({form.title})" for name, form in REPORT_FORMATS.items()}
"""Our formats, as nbconvert and a job's form know them."""
_MAX_BESIDE = 20_000_000


def formats() -> dict[str, str]:
    """Our formats that can be written here: none without the extra ``reports``."""
    return FORMATS if all(find_spec(module) for module in ("bs4", "docx", "pptx", "pypdf")) else {}


class ReportEnvironments(CondaEnvironmentManager):
    """The environments of a job, each with our formats among its choices."""

    def list_environments(self) -> list[RuntimeEnvironment]:
        """The environments that jupyter-scheduler finds, with our formats."""
        found = super().list_environments()
        for environment in found:
            environment.output_formats = [*environment.output_formats, *formats()]
        return list(found)

    def output_formats_mapping(self) -> dict[str, str]:
        """What each format is called in a job's form."""
        return {**super().output_formats_mapping(), **FORMATS}


class ReportScheduler(Scheduler):
    """The scheduler, which takes along what a report needs beside its notebook, and gives reports names that open."""

    @default("execution_manager_class")
    def _execution_manager_class(self) -> type:
        return ReportExecution

    def copy_input_file(self, input_uri: str, copy_to_path: str) -> None:
        """Copy the notebook, and what lies beside it for its answers and its looks."""
        super().copy_input_file(input_uri, copy_to_path)
        folder, target = Path(self.root_dir, input_uri).parent, Path(copy_to_path).parent
        for path in (folder / LOCK, folder / "report.toml", folder / THEME, *sorted(folder.glob("*.bib"))):
            if path.is_file() and path.stat().st_size <= _MAX_BESIDE and folder != target:
                shutil.copyfile(path, target / path.name)

    def get_staging_paths(self, model: Any) -> dict[str, str]:
        """Where a job's files are written, by format."""
        return {form: _named(form, path) for form, path in super().get_staging_paths(model).items()}

    def get_job_filenames(self, model: Any) -> dict[str, Any]:
        """What a job's files are called where the user finds them, by format."""
        return {form: _named(form, name) for form, name in super().get_job_filenames(model).items()}


def _named(form: str, path: Any) -> Any:
    """A file's name with the ending that says what it is."""
    ending = f".{form}"
    return f"{path.removesuffix(ending)}-report.{form.removeprefix(PREFIX)}" if form in FORMATS else path


class ReportExecution(DefaultExecutionManager):
    """Runs a job: the notebook from its lock file, then each format; what failed or changed is the job's message."""

    def execute(self) -> None:
        """Run the notebook and write all formats, also of a notebook that failed on the way.

        Raises:
            AnalystError: A cell failed, or a format could not be written.
        """
        os.environ.setdefault("ANALYST_FROZEN", "1")
        self._failures: list[str] = []
        self._remarks: list[str] = []
        self._notebook: Any = None
        try:
            super().execute()
        except CellExecutionError as error:
            from .report.execute import failure

            message, step = failure(self._notebook, error, os.environ["ANALYST_FROZEN"] != "0")
            raise AnalystError(" ".join([message, step, *self._failures])) from None
        if self._failures:
            raise AnalystError(" ".join(self._failures))

    def create_output_files(self, job: Any, notebook_node: Any) -> None:
        """Write each format; one that cannot be written keeps no other from it."""
        self._notebook = notebook_node
        folder = Path(self.staging_paths["input"]).parent
        name = Path(self.staging_paths["input"]).stem
        for form in job.output_formats:
            resources = {"metadata": {"name": name, "path": str(folder)}} if form in FORMATS else None
            try:
                exporter: Any = get_exporter(form)  # type: ignore[no-untyped-call]
                body, made = exporter().from_notebook_node(notebook_node, resources)
            except Exception as error:  # noqa: BLE001 - nbconvert's exporters raise anything
                self._failures.append(f"{FORMATS.get(form, form)} could not be written: {error}")
                continue
            Path(self.staging_paths[form]).write_bytes(body if isinstance(body, bytes) else body.encode("utf-8"))
            self._remarks += [said for said in _remarks(form, made) if said not in self._remarks]

    def on_complete(self) -> None:
        """Note that the job is done, with what its reader has to know."""
        super().on_complete()
        if self._remarks:
            with self.db_session() as session:
                changes = {"status_message": " ".join(self._remarks)}
                session.query(Job).filter(Job.job_id == self.job_id).update(changes)
                session.commit()


def _remarks(form: str, resources: Mapping[str, Any]) -> list[str]:
    """What changed and what was left out of a report, in sentences."""
    counts = resources.get("counts")
    if counts is None:
        return []
    changed = [
        f"The answer to “{question}” is no longer what was pinned in analyst.lock." for question in counts.changed
    ]
    lost = ", ".join(f"{number} × {kind}" for kind, number in counts.lost.items())
    return changed + ([f"{FORMATS[form]} leaves out: {lost}."] if lost else [])
