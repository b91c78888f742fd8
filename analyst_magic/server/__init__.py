"""The Jupyter Server extension: tasks, history, artifacts, providers, settings and health, below ``/analyst/``.

A question is never asked here: that is a kernel's work. So nothing of this package imports the engine, the sandbox or
the context. What the kernels count joins the server's own ``/metrics``.
"""

from __future__ import annotations

from typing import Any

from jupyter_server.utils import url_path_join
from prometheus_client import REGISTRY

from ..administrator import hand_down
from ..history.store import History, history_path
from ..settings import AnalystSettings, load_settings
from ..telemetry.metrics import Collector, Counters, metrics_path
from .health import HealthCheck
from .limits import RateLimit
from .routes import ROUTES
from .task_metrics import TaskCollector
from .task_routes import TASK_ROUTES, NoRoute
from .task_runner import TaskRunner
from .task_store import NAME, TaskStore


def _runner(store: TaskStore, kernels: Any, settings: AnalystSettings) -> TaskRunner:
    if not settings.broker:
        store.interrupt([*store.sent("pending"), *store.sent("running")], "The server has no broker any more.")
        return TaskRunner(store, kernels, settings.task_kernels)
    from .broker_runner import BrokerRunner

    return BrokerRunner(store, kernels, settings.broker)


def _load_jupyter_server_extension(server: Any) -> None:
    """Called by the Jupyter Server when it starts."""
    settings = load_settings(parent=server)
    configured = set(server.config.get("AnalystSettings", {})) - {"broker"}  # its password is no kernel's business
    if values := {name: getattr(settings, name) for name in settings.trait_names(config=True) if name in configured}:
        hand_down(values)
    tasks = history_path(settings.history_path).with_name(NAME)
    runner = _runner(TaskStore(tasks, settings.task_days), server.kernel_manager, settings)
    server.io_loop.add_callback(runner.start)
    server.web_app.settings["analyst"] = {
        "settings": settings,
        "tasks": runner,
        "health": HealthCheck(runner, tasks),
        "history": History(history_path(settings.history_path)),
        "limit": RateLimit(),
    }
    REGISTRY.register(TaskCollector(runner.store))
    REGISTRY.register(Collector(Counters(metrics_path(history_path(settings.history_path)))))
    base = server.web_app.settings["base_url"]
    folder = {"path": server.web_app.settings["contents_manager"].root_dir}
    server.web_app.add_handlers(
        ".*$",
        [
            (url_path_join(base, "analyst", pattern), handler, folder if handler.serves_files else {})
            for pattern, handler, _ in (*ROUTES, *TASK_ROUTES, ("(.*[^/])", NoRoute, ""))
        ],
    )
