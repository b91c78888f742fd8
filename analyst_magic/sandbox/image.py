"""The sandbox image: its sources, and how it is built from them."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docker.errors import APIError

from .. import __version__
from ..errors import InputError, SandboxError

LABEL = "analyst_magic"
SOURCES_LABEL = f"{LABEL}.sources"
BASE_IMAGE = "python:3.12-slim"
# Seconds that a build may take over one step without a word: installing and compiling are silent.
BUILD_SILENCE = 1800.0


def source_directory() -> Path:
    """Where ``Dockerfile``, requirements, seccomp profile and guest lie: in the package, or in the checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "sandbox_image"
    return installed if installed.is_dir() else package.parent / "sandbox_image"


def _sources() -> list[Path]:
    root = source_directory()
    return [root / "Dockerfile", root / "requirements.txt", root / "terse.py", *sorted((root / "guest").glob("*.py"))]


def sources_digest() -> str:
    """Fingerprint of what the image is made of, to notice one that is out of date."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:32]


# Named after its sources, so that two versions on one machine do not take turns in replacing each other's.
IMAGE = f"analyst-magic-sandbox:{__version__}-{sources_digest()[:8]}"


def build(
    client: Any, *, base_image: str = BASE_IMAGE, wheels: Path | None = None, ca: Path | None = None, tag: str = IMAGE
) -> Iterator[str]:
    """Build the image and give the engine's messages, line by line.

    Args:
        client: A client of the engine.
        base_image: The image to start from: Debian or alike, with Python 3.12.
        wheels: A folder of wheels to install from; then the build needs no network.
        ca: A certificate to trust for the package index, beside those of the base image. The one that pip uses here
            (``PIP_CERT``) where None. It does not end up in the image.
        tag: The image's name.

    Raises:
        InputError: A file or folder that was named does not exist.
        SandboxError: The engine could not build it.
    """
    if wheels is not None and not any(wheels.glob("*.whl")):
        raise InputError(f"There are no wheels in {wheels}.", "Fill it with `pip download`, or leave the option out.")
    if ca is None and os.environ.get("PIP_CERT"):
        ca = Path(os.environ["PIP_CERT"])
    if ca is not None and not ca.is_file():
        raise InputError(f"There is no certificate {ca}.", "Name a file with certificates in PEM form.")
    messages = client.build(
        fileobj=_context(wheels, ca),
        custom_context=True,
        encoding="gzip",
        tag=tag,
        buildargs={"BASE_IMAGE": base_image},
        labels={LABEL: "image", SOURCES_LABEL: sources_digest()},
        network_mode="none" if wheels is not None else None,
        rm=True,
        forcerm=True,
        decode=True,
        timeout=BUILD_SILENCE,
    )
    for message in messages:
        if "error" in message:
            raise SandboxError(
                f"The image could not be built: {str(message['error']).strip()[:500]}",
                "Behind a proxy give --ca FILE; without a network give --wheels FOLDER.",
            )
        yield from (line for line in str(message.get("stream", "")).splitlines() if line.strip())


def remove_old(client: Any) -> tuple[int, int]:
    """Remove images of earlier versions that no container uses; returns their number and their size in bytes.

    Args:
        client: A client of the engine.
    """
    removed = size = 0
    for found in client.images(filters={"label": f"{LABEL}=image"}):
        tags = found.get("RepoTags") or []
        if any(tag.endswith(IMAGE) for tag in tags):
            continue
        try:
            for name in tags or [found["Id"]]:
                client.remove_image(name)
        except APIError:  # in use
            continue
        removed, size = removed + 1, size + found["Size"]
    return removed, size


def _context(wheels: Path | None, ca: Path | None) -> io.BytesIO:
    """The build context as a compressed archive: the sources, and what the caller adds."""
    stream = io.BytesIO()
    root = source_directory()
    with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=1) as archive:
        for path in _sources():
            archive.add(path, str(path.relative_to(root)), filter=_anonymous)
        if ca is not None:
            archive.add(ca.resolve(), "ca.crt", filter=_anonymous)
        for wheel in sorted(wheels.glob("*.whl")) if wheels is not None else ():
            archive.add(wheel.resolve(), f"wheels/{wheel.name}", filter=_anonymous)
    stream.seek(0)
    return stream


def _anonymous(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without owner and time, so that the same sources give the same layers."""
    info.uid = info.gid = info.mtime = 0
    info.uname = info.gname = ""
    info.mode = 0o755 if info.isdir() else 0o644
    return info
