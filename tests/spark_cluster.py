"""A real cluster of Spark on this machine: one master, two workers, and sessions on it, classic and of Connect."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from orders_database import orders_tables
from shop_database import TABLES, shop

SECONDS = 120
SMALL = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xss512k"
"""Options of Java for programs that live for some minutes."""


def why_missing() -> str:
    """Why there is no Spark here; empty where there is."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "pyspark is not installed: make spark-env"
    return "" if shutil.which("java") else "there is no Java: apt-get install openjdk-17-jre-headless"


@dataclass
class Cluster:
    """A running cluster.

    Attributes:
        address: Of its master.
        folder: Where it writes.
        workers: The processes of its workers.
    """

    address: str
    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def add_workers(self, count: int) -> None:
        """Start more workers at once, and wait for them to be known."""
        logs = [self.folder / f"worker{number}-{time.monotonic_ns()}.log" for number in range(count)]
        options = ["--host", "127.0.0.1", "--webui-port", "0", "-c", "2", "-m", "1024M", self.address]
        started = [_start("org.apache.spark.deploy.worker.Worker", options, log, self.folder) for log in logs]
        self.workers += started
        for log, process in zip(logs, started, strict=True):
            _wait(log, process, r"Successfully registered with master")

    def kill(self, worker: int) -> None:
        """End a worker and what it runs, as a machine ends that loses its power."""
        with suppress(ProcessLookupError):
            os.killpg(self.workers[worker].pid, signal.SIGKILL)
        self.workers.pop(worker).wait()


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """A cluster that ends with the block."""
    log = folder / "master.log"
    options = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
    master = _start("org.apache.spark.deploy.master.Master", options, log, folder)
    made = Cluster("", folder)
    try:
        made.address = _wait(log, master, r"Starting Spark master at (spark://\S+)")[1]
        made.add_workers(workers)
        yield made
    finally:
        for process in [*made.workers, master]:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def connect_server(cluster: Cluster) -> Iterator[str]:
    """A server of Spark Connect on a cluster; its address."""
    log, port = cluster.folder / "connect.log", _free_port()
    options = ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "--master", cluster.address]
    own = {"spark.cores.max": "1", "spark.log.level": "INFO", "spark.connect.grpc.binding.port": str(port)}
    for name, value in {**SETTINGS, **own, "spark.connect.grpc.binding.address": "127.0.0.1"}.items():
        options += ["--conf", f"{name}={value}"]
    program = "org.apache.spark.deploy.SparkSubmit"
    process = _start(program, [*options, "spark-internal"], log, cluster.folder, memory="700m")
    try:
        _wait(log, process, r"Spark Connect server started at")
        yield f"sc://127.0.0.1:{port}"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


SETTINGS = {
    "spark.executor.memory": "500m", "spark.executor.cores": "1", "spark.driver.memory": "700m", "spark.cores.max": "2",
    "spark.driver.maxResultSize": "100m", "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "2", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
    "spark.log.level": "OFF", "spark.driver.extraJavaOptions": SMALL, "spark.executor.extraJavaOptions": SMALL,
    "spark.sql.catalogImplementation": "in-memory", "spark.shuffle.io.retryWait": "500ms",
    "spark.shuffle.io.maxRetries": "1",
}  # fmt: skip
"""Settings of a session on a small machine."""


QUICK = {
    "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false", "spark.sql.shuffle.partitions": "1",
}  # fmt: skip
"""Settings of a session for many small statements: none is compiled first."""


def _free_port() -> int:
    import socket

    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def _start(program: str, options: list[str], log: Path, folder: Path, memory: str = "192m") -> subprocess.Popen[bytes]:
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = {
        **os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_WORKER_DIR": str(folder / "work"),
        "SPARK_DAEMON_MEMORY": memory, "SPARK_DAEMON_JAVA_OPTS": SMALL, "SPARK_LOCAL_DIRS": str(folder / "local"),
    }  # fmt: skip
    with log.open("wb") as output:
        return subprocess.Popen(
            [str(home / "bin" / "spark-class"), program, *options], env=environment, stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.STDOUT, start_new_session=True, cwd=folder,
        )  # fmt: skip


def _wait(log: Path, process: subprocess.Popen[bytes], pattern: str) -> re.Match[str]:
    """Wait for a line of a log.

    Raises:
        AssertionError: It does not come.
    """
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(pattern, log.read_text(errors="replace")):
            return found
        time.sleep(0.1)  # a log tells nobody that it has a new line
    raise AssertionError(f"Spark did not start: {log.read_text(errors='replace')[-2000:]}")


@pytest.fixture(scope="session")
def spark_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One master and two workers for all tests; skipped by name where there is no Spark, which in CI is a failure."""
    if missing := why_missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    with cluster(tmp_path_factory.mktemp("spark")) as made:
        yield made


@pytest.fixture(scope="session")
def spark(spark_cluster: Cluster) -> Iterator[Any]:
    """A classic session on the cluster, with the shop as tables."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(spark_cluster.address).appName("tests")
    for name, value in {**SETTINGS, "spark.sql.warehouse.dir": str(spark_cluster.folder / "warehouse")}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    for name, table in shop_tables().items():
        session.createDataFrame(table).coalesce(2).write.saveAsTable(name)
    session.sql("ANALYZE TABLE orders COMPUTE STATISTICS")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def spark_orders(spark: Any, spark_cluster: Cluster) -> Any:
    """A session of its own on the cluster, with a wholesaler's orders as views of files."""
    session = spark.newSession()
    for setting, value in QUICK.items():
        session.conf.set(setting, value)
    for name, table in orders_tables().items():
        path = spark_cluster.folder / f"{name}.parquet"
        pq.write_table(table, path)
        session.read.parquet(str(path)).createOrReplaceTempView(name)
    return session


@pytest.fixture(scope="session")
def spark_connect(spark: Any, spark_cluster: Cluster) -> Iterator[Any]:
    """A session of Spark Connect on the cluster, with the shop as views."""
    from pyspark.sql.connect.session import SparkSession

    with connect_server(spark_cluster) as address:
        session = SparkSession.builder.remote(address).create()
        for name in shop_tables():
            path = str(spark_cluster.folder / "warehouse" / name)
            session.read.parquet(path).createOrReplaceTempView(name)
        yield session
        session.stop()


def shop_tables() -> dict[str, pa.Table]:
    """The shop as tables of Arrow."""
    kinds = {"INTEGER": pa.int32(), "VARCHAR": pa.string(), "DECIMAL(10, 2)": pa.decimal128(10, 2), "DATE": pa.date32()}
    found = {}
    for name, columns in TABLES.items():
        fields = [(column.split()[0], column.partition(" ")[2].removesuffix(" PRIMARY KEY")) for column in columns]
        schema = pa.schema([(column, kinds.get(kind, pa.string())) for column, kind in fields])
        values = list(zip(*shop()[name], strict=True))
        arrays = [pa.array(column).cast(field.type) for column, field in zip(values, schema, strict=True)]
        found[name] = pa.table(arrays, schema=schema)
    return found
