"""PostgreSQL and MariaDB as processes of these tests, with data of their own in a temporary folder.

``python tests/database_servers.py`` starts both, prints their addresses and ends them with Ctrl-C.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534
"""Who the servers run as where the tests run as root, which they refuse."""
START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        host, port: Where it listens.
        user: Its superuser, who needs no password.
        database: A database that is there.
    """

    host: str
    port: int
    user: str
    database: str


def why_missing(program: str) -> str:
    """Why a server cannot be started here; empty where it can."""
    found = _postgres_folder() if program == "postgres" else shutil.which("mariadbd", path=_PATH)
    package = {"postgres": "postgresql", "mariadbd": "mariadb-server-core"}[program]
    return "" if found else f"there is no {program}: `apt-get install {package}`"


@contextlib.contextmanager
def postgres() -> Iterator[Server]:
    """A PostgreSQL server while the block runs."""
    programs = _postgres_folder()
    assert programs is not None
    with _folder() as folder:
        data, port = folder / "data", _free_port()
        own = "-c fsync=off -c autovacuum=off -c shared_buffers=32MB"
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} {own}"
        _run(folder, f"{programs}/initdb", "-D", data, "-A", "trust", "-U", "test", "-N", "--locale=C.UTF-8")
        _lock(data / "pg_hba.conf")
        start = ("-D", data, "-w", "-t", START_SECONDS, "-l", folder / "log", "-o", options, "start")
        _run(folder, f"{programs}/pg_ctl", *start)
        try:
            yield Server("127.0.0.1", port, "test", "postgres")
        finally:
            _run(folder, f"{programs}/pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


@contextlib.contextmanager
def replica() -> Iterator[tuple[Server, Server]]:
    """A PostgreSQL server, and a standby that follows it and can only be read, while the block runs."""
    programs = _postgres_folder()
    assert programs is not None
    with postgres() as primary, _folder() as folder:
        data, port = folder / "data", _free_port()
        _run(
            folder, f"{programs}/pg_basebackup", "-h", primary.host, "-p", primary.port, "-U", primary.user, "-D", data,
            "-R", "-X", "stream", "-c", "fast",
        )  # fmt: skip
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off"
        _run(
            folder, f"{programs}/pg_ctl", "-D", data, "-w", "-t", START_SECONDS, "-l", folder / "log", "-o", options,
            "start",
        )  # fmt: skip
        try:
            yield primary, Server("127.0.0.1", port, primary.user, primary.database)
        finally:
            _run(folder, f"{programs}/pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _lock(rules: Path) -> None:
    """Let the user ``locked`` in by a password only, where all others need none."""
    lines = rules.read_text()
    with rules.open("w") as file:  # it stays the file of the server's user
        file.write("host all locked 127.0.0.1/32 scram-sha-256\n" + lines)


@contextlib.contextmanager
def mariadb() -> Iterator[Server]:
    """A MariaDB server while the block runs."""
    with _folder() as folder:
        data, port = folder / "data", _free_port()
        _run(
            folder, "env", f"TMPDIR={folder}", "mariadb-install-db", "--no-defaults", f"--datadir={data}",
            "--skip-test-db", "--auth-root-authentication-method=normal", "--skip-name-resolve",
        )  # fmt: skip
        command = [
            "mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={folder}/socket", f"--pid-file={folder}/pid",
            "--bind-address=127.0.0.1", f"--port={port}", "--skip-name-resolve", "--innodb-buffer-pool-size=32M",
            "--innodb-flush-log-at-trx-commit=0", f"--tmpdir={folder}",  # not shared
        ]  # fmt: skip
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen([*_as_user(folder), *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            _wait_for(port)
            yield Server("127.0.0.1", port, "root", "mysql")
        finally:
            server.terminate()
            server.wait(timeout=START_SECONDS)


_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])


def _postgres_folder() -> Path | None:
    """The folder with the newest server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb", path=_PATH)
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """A new folder that the server's user owns."""
    with tempfile.TemporaryDirectory(prefix="analyst-db-", ignore_cleanup_errors=True) as name:
        if os.geteuid() == 0:
            os.chown(name, NOBODY, NOBODY)
        yield Path(name)


def _as_user(folder: Path) -> list[str]:
    home = ["env", f"HOME={folder}", f"PATH={_PATH}"]
    drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return [*drop, *home] if os.geteuid() == 0 else home


def _run(folder: Path, *command: object) -> None:
    with (folder / "setup.log").open("ab") as log:  # a pipe would be held open by the server that pg_ctl leaves
        done = subprocess.run([*_as_user(folder), *map(str, command)], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {(folder / 'setup.log').read_text()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait_for(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


if __name__ == "__main__":
    with postgres() as first, mariadb() as second, contextlib.suppress(KeyboardInterrupt):
        print(first, second, sep="\n", flush=True)
        while True:
            time.sleep(60)
