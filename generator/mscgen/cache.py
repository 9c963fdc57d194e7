"""A folder for what can be made again: compiled templates, generated models by content hash."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from mscgen import __version__


def cache_dir(kind: str) -> Path:
    """The folder for one kind of thing, made if missing.

    `$MSCGEN_CACHE_DIR`, else `$XDG_CACHE_HOME/mscgen`, else `~/.cache/mscgen`; a private temporary folder when none
    of them can be written.
    """
    base = os.environ.get("MSCGEN_CACHE_DIR") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "mscgen"
    )
    path = Path(base, __version__, kind)
    try:
        path.mkdir(parents=True, exist_ok=True)
        if os.access(path, os.W_OK):
            return path
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="mscgen-"))
