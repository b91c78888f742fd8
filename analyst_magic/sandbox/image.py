"""The sandbox image: its sources, and how it is built from them."""

from __future__ import annotations

import hashlib
import io
import os
import re
import tarfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any, cast

from .. import __version__
from ..cleaning.text import TERMINAL_ESCAPES
from ..errors import InputError, SandboxError
from ..language import message
from ..packages import PYTHON, guest_packages, source_directory

LABEL = "analyst_magic"
SOURCES_LABEL = f"{LABEL}.sources"
PACKAGES_LABEL = f"{LABEL}.packages"
BASE_LABEL = f"{LABEL}.base"
FONTS_LABEL = f"{LABEL}.fonts"
INSTALLED = "/opt/guest/extras.lock"
"""Where an image says what ``--with`` added."""
_LOCKED = re.compile(r"[A-Za-z0-9][\w.-]*==[\w.+!-]+(?:\s+--hash=sha256:[0-9a-f]{64})+")
BASE_IMAGE = f"python:{PYTHON}-slim"


def _sources() -> dict[str, Path]:
    """The files of the build context, by their names in it."""
    root = source_directory()
    names = ("Dockerfile", "requirements.in", "requirements.txt", "fonts.txt", "strip_docstrings.py", "lock.py")
    sources = {name: root / name for name in names}
    for package, folder in guest_packages().items():
        sources |= {f"{package}/{path.relative_to(folder).as_posix()}": path for path in sorted(folder.rglob("*.py"))}
    return sources


def sources_digest() -> str:
    """Fingerprint of what the image is made of, to notice one that is out of date."""
    digest = hashlib.sha256()
    for name, path in _sources().items():
        digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:32]


# Named after its sources, so that two versions on one machine do not take turns in replacing each other's.
IMAGE = f"analyst-magic-sandbox:{__version__}-{sources_digest()[:8]}"


def image_name(packages: Sequence[str] = ()) -> str:
    """The name of this version's image with further packages.

    Args:
        packages: As ``parse_packages`` gives them; none for the image itself.
    """
    return f"{IMAGE}-{hashlib.sha256(','.join(packages).encode()).hexdigest()[:8]}" if packages else IMAGE


def build(
    client: Any,
    *,
    base_image: str = BASE_IMAGE,
    wheels: Path | None = None,
    ca: Path | None = None,
    packages: Sequence[str] = (),
    lock: str = "",
    fonts: bool = True,
    tag: str = "",
) -> Iterator[str]:
    """Build the image and give the engine's messages, line by line.

    Args:
        client: A client of the engine.
        base_image: The image to start from: Debian or alike, with Python 3.12. ``NAME@sha256:DIGEST`` pins it.
        wheels: A folder of wheels, and of Debian's packages of fonts (``.deb``), to install from; then the build needs
            no network.
        ca: A certificate to trust for the package index, beside those of the base image. The one that pip uses here
            (``PIP_CERT``) where None. It does not end up in the image.
        packages: Requirements to install beside those of the image, as ``parse_packages`` gives them.
        lock: Their versions and hashes, as ``installed_packages`` gave them of another build, and those of all that
            they need: nothing else is installed. Empty for pip to choose.
        fonts: Whether to install fonts for other scripts than matplotlib's own font has. A folder of wheels without
            fonts leaves them out as well, and the messages say so.
        tag: The image's name; empty for that of this version and the packages.

    Raises:
        InputError: A file or folder that was named does not exist.
        SandboxError: The engine could not build it.
    """
    _check_wheels(wheels)
    context = _context(wheels, _certificate(ca), packages, lock)
    if fonts and wheels is not None and not any(wheels.glob("*.deb")):
        fonts = False
        yield f"Without fonts for other scripts, as {wheels} has no .deb of them: {_font_packages()}."
    pinned, base = _base(client, base_image)
    yield f"The base image is {describe_base(base)}."
    messages = client.build(
        fileobj=context,
        custom_context=True,
        encoding="gzip",
        tag=tag or image_name(packages),
        buildargs={"BASE_IMAGE": pinned, "FONTS": "yes" if fonts else "no"},
        labels={
            LABEL: "image",
            SOURCES_LABEL: sources_digest(),
            PACKAGES_LABEL: ",".join(packages),
            BASE_LABEL: base,
            FONTS_LABEL: "yes" if fonts else "no",
        },
        network_mode="none" if wheels is not None else None,
        rm=True,
        forcerm=True,
        decode=True,
    )
    yield from _lines(_spoken(messages))


def _check_wheels(folder: Path | None) -> None:
    if folder is not None and not any(folder.glob("*.whl")):
        raise InputError(
            message("There are no wheels in {wheels}.", wheels=folder),
            message("Fill it with `pip download`, or leave the option out."),
        )


def _certificate(ca: Path | None) -> Path | None:
    """The certificate to trust: the one that was named, else that of pip here, if any.

    Raises:
        InputError: It is not there.
    """
    if ca is None and os.environ.get("PIP_CERT"):
        ca = Path(os.environ["PIP_CERT"])
    if ca is not None and not ca.is_file():
        raise InputError(
            message("There is no certificate {ca}.", ca=ca), message("Name a file with certificates in PEM form.")
        )
    return ca


def _lines(messages: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of the engine's messages.

    Raises:
        SandboxError: The build failed; with the last lines of the failing command.
    """
    last_lines: deque[str] = deque(maxlen=3)
    for event in messages:
        if "error" in event:
            cause = " ".join(last_lines) or str(event["error"]).strip()
            raise SandboxError(message("The image could not be built: {cause}", cause=cause[:500]), _next_step(cause))
        for line in str(event.get("stream", "")).splitlines():
            plain = TERMINAL_ESCAPES.sub("", line).strip()
            if plain.startswith("ERROR: "):
                last_lines.append(plain.removeprefix("ERROR: "))
            if line.strip():
                yield line


def _next_step(cause: str) -> str:
    if "the lock lacks" in cause or "DO NOT MATCH THE HASHES" in cause or "a SHA-256" in cause:
        return message(
            "Look at where the packages come from. To let pip choose anew, name another file with --lock, or none."
        )
    if "fonts" in cause:
        return message(
            "Put {packages} (.deb) into the folder of --wheels, or leave them out with --no-fonts.",
            packages=_font_packages(),
        )
    if "No matching distribution" in cause:
        return "Check the package's name and version; it needs a wheel for Linux and Python 3.12."
    if "conflict" in cause.lower():
        return "Another version of that package may fit those of the image."
    return "Behind a proxy give --ca FILE; without a network give --wheels FOLDER."


def _base(client: Any, name: str) -> tuple[str, str]:
    """The base image: how the build names it, and what its label says.

    One from a registry is named by the digest that the registry has for it, so that what is built from is what the
    label says; one that comes from none has its own id in the label. It is pulled where it is not on this machine.

    Raises:
        SandboxError: It cannot be pulled, or is not what its digest says.
    """
    found = _found(client, name)
    repository = _repository(name)
    digests = sorted(found.get("RepoDigests") or [], key=lambda one: _repository(one) != repository)
    wanted = name.partition("@")[2]
    if wanted and wanted not in {one.partition("@")[2] for one in digests}:
        raise SandboxError(
            message("The engine gave another image for {name}: {digests}.", name=name, digests=digests or found["Id"]),
            message("Look at the digest, and at where the engine pulls from."),
        )
    if not digests:
        return name, f"{name} {found['Id']}"
    pinned = name if wanted else digests[0]
    return pinned, pinned


def _repository(name: str) -> str:
    """An image's name without tag and digest, as ``python`` for ``docker.io/library/python:3.12-slim``."""
    bare = re.sub(r":[\w.-]+$", "", name.partition("@")[0])
    return bare.removeprefix("docker.io/").removeprefix("library/")


def _found(client: Any, name: str) -> Mapping[str, Any]:
    """What the engine says of an image, which it pulls first where it has to.

    Raises:
        SandboxError: It cannot be pulled.
    """
    from .docker_sdk import APIError, ImageNotFound

    with suppress(ImageNotFound):
        return cast(Mapping[str, Any], client.inspect_image(name))
    try:
        repository, _, version = name.partition(":") if "@" not in name else (name, "", "")
        client.pull(repository, tag=version or None)
        return cast(Mapping[str, Any], client.inspect_image(name))
    except APIError as error:
        raise SandboxError(
            message(
                "The base image {name} cannot be pulled: {explanation}",
                name=name,
                explanation=str(error.explanation or error),
            ),
            message("Check its name, or name one that is on this machine: --base-image NAME."),
        ) from error


def base_of(client: Any, name: str) -> str:
    """The base that an image was made from, for a person: its name and digest, and whether a registry vouches for it.

    Args:
        client: A client of the engine.
        name: The image's name.
    """
    labels = client.inspect_image(name)["Config"].get("Labels") or {}
    return describe_base(labels.get(BASE_LABEL, ""))


def describe_base(label: str) -> str:
    """A label of a base, for a person.

    Example:
        >>> describe_base("python@sha256:0a1b"), describe_base("python:3.12-slim sha256:0a1b")
        ('python@sha256:0a1b', 'python:3.12-slim sha256:0a1b, which has no digest of a registry')
    """
    if not label:
        return "an unknown base"
    return label if "@sha256:" in label else f"{label}, which has no digest of a registry"


def _font_packages() -> str:
    lines = (source_directory() / "fonts.txt").read_text("utf-8").splitlines()
    return ", ".join(line.removeprefix("package ") for line in lines if line.startswith("package "))


def _spoken(messages: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The messages of a build; an engine that falls silent is an error."""
    from .docker_sdk import requests, urllib3

    try:
        yield from messages
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise SandboxError(
            message("The engine stopped answering while it built the image."),
            message("See whether `docker info` answers, and try again."),
        ) from error


def installed_packages(client: Any, name: str) -> str:
    """What an image has beside its pinned packages: requirements with versions and hashes, one to a line.

    Args:
        client: A client of the engine.
        name: The image's name.
    """
    made = client.create_container(name, ["true"])["Id"]
    try:
        stream = b"".join(client.get_archive(made, INSTALLED)[0])
    finally:
        client.remove_container(made, force=True)
    with tarfile.open(fileobj=io.BytesIO(stream)) as archive:
        content = archive.extractfile(PurePosixPath(INSTALLED).name)
        return content.read().decode() if content is not None else ""


def read_lock(path: Path) -> str:
    """The requirements of a lock file.

    Raises:
        InputError: It cannot be read, or a line of it is more than a name, a version and hashes.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise InputError(
            message("{path} cannot be read: {error}", path=path, error=str(error)), message("Name a file of text.")
        ) from error
    lines = [line.strip() for line in text.replace("\\\n", " ").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    wrong = next((line for line in lines if not _LOCKED.fullmatch(line)), "")
    if wrong or not lines:
        raise InputError(
            message("{path} is no lock of packages: {line}.", path=path, line=repr(wrong[:80]))
            if wrong
            else message("{path} is no lock of packages, as it is empty.", path=path),
            message("Name a file that is not there to have it written, or one that was written so."),
        )
    return "".join(f"{line}\n" for line in lines)


def remove_old(client: Any) -> tuple[int, int]:
    """Remove images of earlier versions that no container uses; returns their number and their size in bytes.

    Args:
        client: A client of the engine.
    """
    from .docker_sdk import APIError

    removed = size = 0
    for found in client.images(filters={"label": f"{LABEL}=image"}):
        tags = found.get("RepoTags") or []
        if tags and (found.get("Labels") or {}).get(SOURCES_LABEL) == sources_digest():
            continue
        try:
            for name in tags or [found["Id"]]:
                client.remove_image(name)
        except APIError:  # in use
            continue
        removed, size = removed + 1, size + found["Size"]
    return removed, size


def _context(wheels: Path | None, ca: Path | None, packages: Sequence[str], lock: str = "") -> io.BytesIO:
    """The build context as a compressed archive: the sources, and what the caller adds."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=1) as archive:
        for name, path in _sources().items():
            archive.add(path, name, filter=_anonymous)
        if ca is not None:
            archive.add(ca.resolve(), "ca.crt", filter=_anonymous)
        for ending, folder in (("whl", "wheels"), ("deb", "debs")):
            for file in sorted(wheels.glob(f"*.{ending}")) if wheels is not None else ():
                archive.add(file.resolve(), f"{folder}/{file.name}", filter=_anonymous)
        for name, text in (("extras.txt", "".join(f"{package}\n" for package in packages)), ("extras.lock", lock)):
            if packages and text:
                info = tarfile.TarInfo(name)
                info.size = len(text.encode())
                archive.addfile(_anonymous(info), io.BytesIO(text.encode()))
    stream.seek(0)
    return stream


def _anonymous(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without owner and time, so that the same sources give the same layers."""
    info.uid = info.gid = info.mtime = 0
    info.uname = info.gname = ""
    info.mode = 0o755 if info.isdir() else 0o644
    return info
