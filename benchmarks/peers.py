"""How fast the sandbox is beside others that run a model's code in Docker: one run, rounds interleaved.

    make bench-peers                      # the environment and the images of the others, then a run
    python benchmarks/peers.py [--rounds 10] [--only NAME ...]

The others are no part of our environment: they live in one of their own, ``benchmarks/.peers``, and each contestant
runs in a process of its own, which measures itself. All print what they compute, so all do the same. The others get
what makes them fastest: images with everything in them, nothing installed at start, containers that die at once.

Each figure is a median of the rounds in ms, with the best in brackets; the first round is not counted. Read ratios:
they hold on other machines, the figures do not.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import tarfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from docker.errors import ImageNotFound

from analyst_magic.sandbox import docker
from analyst_magic.sandbox.image import IMAGE

HERE = Path(__file__).resolve().parent
THEIRS = HERE / ".peers" / "bin" / "python"

# name -> (script with its argument, image that it needs)
CONTESTANTS = {
    "local ipykernel, no isolation": ("local.py", ""),
    "sandbox": ("ours.py 0", IMAGE),
    "sandbox with a spare": ("ours.py 1", IMAGE),
    "Analyst.run": ("ours.py analyst", IMAGE),
    "llm-sandbox": ("llm.py plain", "analyst-bench-llm"),
    "llm-sandbox, interactive": ("llm.py interactive", "analyst-bench-llm"),
    "smolagents": ("smol.py", "analyst-bench-smolagents"),
}
MEASURES = {
    "cold": "from nothing to the result of 1 + 1",
    "call": "1 + 1 in a session that is up",
    "import": "import pandas, first time in a session",
    "fresh": "session thrown away, to the fresh one's first result of pandas",
    "overrun": "endless loop's limit of 1 s, to the next result",
}
DOCKERFILE = """FROM python:3.12-slim
COPY ca.cr[t] /build/
RUN set -eu; if [ -s /build/ca.crt ]; then export PIP_CERT=/build/ca.crt; fi; \\
    pip install --no-cache-dir --disable-pip-version-check --root-user-action ignore {packages}; \\
    python -m compileall -q -j 0 /usr/local/lib/python3.12 >/dev/null || true
{more}
"""
IMAGES = {
    # Its interactive session looks for an environment of its own, which it would make at every start.
    "analyst-bench-llm": ("pandas ipython", "RUN python -m venv --system-site-packages /sandbox/.sandbox-venv"),
    "analyst-bench-smolagents": (
        "pandas ipykernel jupyter_client jupyter_kernel_gateway",
        'CMD ["jupyter", "kernelgateway", "--KernelGatewayApp.ip=0.0.0.0", "--KernelGatewayApp.port=8888"]',
    ),
}


def build() -> None:
    """Build what images of the others are missing; a certificate that pip needs here (``PIP_CERT``) is passed on."""
    client = docker.connect()
    for tag, (packages, more) in IMAGES.items():
        if has_image(client, tag):
            continue
        context = io.BytesIO()
        with tarfile.open(fileobj=context, mode="w") as archive:
            text = DOCKERFILE.format(packages=packages, more=more).encode()
            entry = tarfile.TarInfo("Dockerfile")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
            if os.environ.get("PIP_CERT"):
                archive.add(Path(os.environ["PIP_CERT"]).resolve(), "ca.crt")
        context.seek(0)
        print(f"building {tag} ...", flush=True)
        for message in client.build(fileobj=context, custom_context=True, tag=tag, rm=True, forcerm=True, decode=True):
            if "error" in message:
                sys.exit(f"{tag}: {message['error']}")


def has_image(client: Any, name: str) -> bool:
    try:
        client.inspect_image(name)
    except ImageNotFound:
        return False
    return True


def missing(name: str, client: Any) -> str:
    """Why a contestant cannot run here, or an empty text."""
    script, image = CONTESTANTS[name]
    if image and not has_image(client, image):
        return f"the image {image} is missing"
    if interpreter(script) != sys.executable and not THEIRS.exists():
        return f"{THEIRS} is missing"
    return ""


def interpreter(script: str) -> str:
    return str(THEIRS) if script.startswith(("llm", "smol")) else sys.executable


def start(name: str) -> subprocess.Popen[str]:
    """A contestant's process."""
    script, *arguments = CONTESTANTS[name][0].split()
    command = [interpreter(script), str(HERE / "contestants" / script), *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)


def play(process: subprocess.Popen[str]) -> dict[str, Any]:
    """One round of one contestant: its measures, or its error."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write("\n")
        process.stdin.flush()
        answer: dict[str, Any] = json.loads(process.stdout.readline())
    except (OSError, ValueError):
        return {"error": f"its process ended with {process.wait(10)}"}
    return answer


def compete(names: list[str], rounds: int) -> tuple[dict[str, dict[str, list[float]]], dict[str, str]]:
    """Play all rounds, each time in another order; measures and errors by contestant."""
    found: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in names}
    errors: dict[str, str] = {}
    processes = {name: start(name) for name in names}
    try:
        for number in range(rounds + 1):
            turn = number % len(names)
            for name in [*names[turn:], *names[:turn]]:
                answer = play(processes[name])
                if "error" in answer:
                    errors[name] = answer["error"]
                for measure, values in answer.get("measures", {}).items() if number else ():
                    found[name][measure] += values
            print(f"round {number} of {rounds}, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
    finally:
        for process in processes.values():
            if process.stdin is not None:
                process.stdin.close()
            process.wait(60)
    return found, errors


def table(found: dict[str, dict[str, list[float]]]) -> None:
    """Print medians and best, then every median against the local kernel's."""
    base = next(iter(found.values()))
    print(f"{'':30}" + "".join(f"{measure:>18}" for measure in MEASURES))
    for name, measures in found.items():
        cells = [f"{statistics.median(v):.1f} [{min(v):.1f}]" if (v := measures.get(m)) else "-" for m in MEASURES]
        print(f"{name:30}" + "".join(f"{cell:>18}" for cell in cells))
    print(f"\n{'times ' + next(iter(found)):30}")
    for name, measures in found.items():
        ratios = [
            f"{statistics.median(v) / statistics.median(b):.2f}"
            if (v := measures.get(m)) and (b := base.get(m))
            else "-"
            for m in MEASURES
        ]
        print(f"{name:30}" + "".join(f"{ratio:>18}" for ratio in ratios))
    print("\n" + "\n".join(f"{measure:8} {meaning}" for measure, meaning in MEASURES.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--only", nargs="+", choices=CONTESTANTS, default=list(CONTESTANTS), metavar="NAME")
    parser.add_argument("--build", action="store_true", help="only build the others' images, where they are missing")
    options = parser.parse_args()
    if options.build:
        build()
        return
    client = docker.connect()
    absent = {name: why for name in options.only if (why := missing(name, client))}
    names = [name for name in options.only if name not in absent]
    engine = client.version()["Version"]
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, engine {engine}, {options.rounds} rounds", flush=True
    )
    if THEIRS.exists():
        versions = (
            "import importlib.metadata as m; print(*(f'{n} {m.version(n)}' for n in ('llm-sandbox', 'smolagents')))"
        )
        print(subprocess.run([THEIRS, "-c", versions], capture_output=True, text=True).stdout, flush=True)
    started = time.monotonic()
    found, errors = compete(names, options.rounds)
    table(found)
    for name, why in absent.items():
        print(f"MISSING: {name}: {why}; run `make bench-peers`")
    for name, why in errors.items():
        print(f"FAILED: {name}: {why}")
    print(f"\n{time.monotonic() - started:.0f} s, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
