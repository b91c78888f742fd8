"""The kernel of the sandbox: a stock ipykernel whose requests may carry frames, SQL and limits in their metadata."""

import base64
import contextlib
import os
import re
import resource
import sys
import types

from analyst_guest import frames, guard, outputs, warm
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp

HIGH_WATER = 20000


class Kernel(IPythonKernel):
    """Runs what the host sends: ``metadata["analyst"]`` names language, frames, limits and the file to write."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.publisher = outputs.Publisher(self)
        self.publisher.install(self.shell)
        self.own = set(self.shell.user_ns) | {"OUTPUT_PATH", "TEMPLATE_PATH"}

    async def do_execute(self, code, silent, *args, **kwargs):
        request = self.get_parent("shell").get("metadata", {}).get("analyst")
        if not request:
            return await super().do_execute(code, silent, *args, **kwargs)
        if request.get("warm"):
            warm.up(request["warm"] == "whole")
            return self.done()
        if request["output_path"]:
            request["output_path"] = os.path.join(outputs.WORK, request["output_path"])
        self.publisher.begin(request["most_rows"], request["most_bytes"])
        make_room(request["frames"])
        before = outputs.snapshot()
        try:
            if request["language"] == "sql":
                reply = self.query(code, request)
            else:
                reply = await self.python(code, silent, request, args, kwargs)
        except BaseException as error:  # a failure to load frames, or an interrupt on the way
            reply = self.failure(error)
        if reply["status"] == "ok":
            self.publish_files(before, request)
        reply["analyst"] = {"variables": self.variables()}
        return reply

    async def python(self, code, silent, request, args, kwargs):
        namespace = self.shell.user_ns
        if any(spec["kind"] == "file" for spec in request["frames"].values()):
            import duckdb

            duckdb.execute(f"SET memory_limit = '{request['memory'] // 1_000_000}MB'")
            duckdb.execute(f"SET threads = {request['threads']}")
        for name, spec in request["frames"].items():
            namespace[name] = frames.load(spec)
        seed(code)
        namespace.pop("TEMPLATE_PATH", None)
        if request["output_path"]:
            namespace["OUTPUT_PATH"] = request["output_path"]
        if request.get("template"):
            ending = os.path.splitext(request["output_path"])[1]
            namespace["TEMPLATE_PATH"] = os.path.join(outputs.WORK, f".template{ending}")
            put(namespace["TEMPLATE_PATH"], request["template"])
        return await super().do_execute(code, silent, *args, **kwargs)

    def query(self, code, request):
        from analyst_guest import sql

        specs = request["frames"].items()
        tables = {name: frames.table(spec["file"])[0] for name, spec in specs if spec["kind"] != "file"}
        files = {name: (frames.place(spec), frames.query(spec)) for name, spec in specs if spec["kind"] == "file"}
        result, more = sql.run(code, tables, files, request["threads"], request["memory"], request["most_rows"])
        labels = list(result.column_names)
        self.publisher.table(result, labels, -1 if more else result.num_rows)
        if len(set(labels)) == len(labels):
            self.shell.user_ns["result"] = result.to_pandas()
        return self.done()

    def done(self):
        return {"status": "ok", "execution_count": self.shell.execution_count, "payload": [], "user_expressions": {}}

    def failure(self, error):
        content = {"ename": type(error).__name__, "evalue": str(error), "traceback": []}
        self.send_response(self.iopub_socket, "error", content, ident=b"error")
        return {"status": "error", "execution_count": self.shell.execution_count, **content}

    def publish_files(self, before, request):
        changed = [path for path, state in outputs.snapshot().items() if before.get(path) != state]
        if request["output_path"]:  # what else a document's code wrote are its ingredients
            changed = [path for path in changed if path == request["output_path"]]
        for path in changed[: outputs.MOST_FILES]:
            self.publisher.file(path)
        if len(changed) > outputs.MOST_FILES:
            print(f"Only the first {outputs.MOST_FILES} new files come back; pack them into one.", file=sys.stderr)

    def variables(self):
        """Names and types of what the code has left alive."""
        names = {
            name: type(value).__name__
            for name, value in self.shell.user_ns.items()
            if name not in self.own and not name.startswith("_") and not isinstance(value, types.ModuleType)
        }
        return dict(list(names.items())[-50:])


def put(path, content):
    with open(path, "wb") as file:
        file.write(base64.b64decode(content))


def seed(code):
    """The same random numbers at every run: an answer that draws a sample is the same answer tomorrow."""
    import random

    random.seed(0)
    if "numpy" in sys.modules or re.search(r"\b(?:numpy|sklearn|scipy|pandas|statsmodels)\b", code):
        import numpy as np

        np.random.seed(0)
        if not hasattr(np.random, "analyst_default_rng"):
            np.random.analyst_default_rng = np.random.default_rng
            np.random.default_rng = lambda seed=None: np.random.analyst_default_rng(0 if seed is None else seed)


def make_room(specs):
    """Where a limit of the process stands in for the container's, do not count mapped frames as the code's memory."""
    if limit := int(os.environ.get("ANALYST_MEMORY", "0")):
        mapped = [spec["file"] for spec in specs.values() if spec["kind"] != "file"]
        size = sum(os.path.getsize(f"{frames.DIRECTORY}/{name}") for name in mapped)
        most = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (min(limit + size, most), most))


class App(IPKernelApp):
    """The kernel's application, with room for a burst of messages."""

    kernel_class = Kernel
    outstream_class = "analyst_guest.streams.Stream"
    blocking_class = None  # of a client, which it has no use for

    def init_iopub(self, context):
        context.sndhwm = HIGH_WATER
        super().init_iopub(context)


OPTIONS = [
    "--HistoryManager.enabled=False",
    "--InteractiveShell.cache_size=0",
    "--InteractiveShell.colors=nocolor",
    "--IPKernelApp.log_level=40",
]


def main(arguments):
    """Run the kernel until it ends.

    Args:
        arguments: What an ipykernel is started with.
    """
    if readable := os.environ.get("ANALYST_GUARD"):
        guard.install(readable.split(os.pathsep))
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("500")  # when memory runs out, the code goes first, not the relay that reports it
    os.chdir(outputs.WORK)
    sys.path[:] = [path for path in sys.path if path != ""]
    os.environ["PLOTLY_RENDERER"] = "plotly_mimetype"
    App.launch_instance([*arguments, *OPTIONS])
