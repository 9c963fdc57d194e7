"""A folder for what can be made again: compiled templates, generated models by content hash."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from mscgen import __version__
from mscgen.resources import is_checkout


def cache_dir(kind: str) -> Path:
    """The folder for one kind of thing, made if missing.

    `$MSCGEN_CACHE_DIR`, else `$XDG_CACHE_HOME/mscgen`, else `~/.cache/mscgen`; a private temporary folder when none
    of them can be written.
    """
    base = os.environ.get("MSCGEN_CACHE_DIR") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "mscgen"
    )
    path = Path(base, _maker(), kind)
    try:
        path.mkdir(parents=True, exist_ok=True)
        if os.access(path, os.W_OK):
            return path
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="mscgen-"))


@functools.cache
def _maker() -> str:
    """Who made an entry: the version, and in a checkout also the state of the code, which changes within a version."""
    if not is_checkout():
        return __version__
    seen = hashlib.sha256()
    for path in sorted((Path(__file__).parent / "emit").rglob("*.py")):
        status = path.stat()
        seen.update(f"{path} {status.st_size} {status.st_mtime_ns}".encode())
    return f"{__version__}-{seen.hexdigest()[:12]}"


def remembered(kind: str, key: str, make: Callable[[], str]) -> str:
    """The text that `make` gives, from the cache when it was made before.

    key: names everything that the text depends on, so an entry is never stale; it is hashed. A cache that cannot be
    written only costs time.
    """
    path = cache_dir(kind) / hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        text = make()
        store(path, text)
        return text


def store(path: Path, text: str) -> None:
    """Writes an entry so that a reader sees all of it or nothing."""
    part = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    with contextlib.suppress(OSError):
        part.write_text(text, encoding="utf-8")
        part.replace(path)
