"""One writer at a time: the operating system drops the lock when its holder dies, however it dies."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mscgen.write.apply import prepare
from mscgen.write.paths import STATE


@contextmanager
def exclusive(root: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the project's write lock (`.mscgen/lock`). waiting: called once when another mscgen holds it.

    Waits as long as the other one lives. Raises OSError when the project cannot be written.
    """
    prepare(root)
    with open(root / STATE / "lock", "ab") as file:
        if not _take(file, wait=False):
            waiting()
            _take(file, wait=True)
        yield


if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes], wait: bool) -> bool:
        file.seek(0)
        while True:
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            except OSError:
                if not wait:
                    return False
            else:
                return True

else:
    import fcntl

    def _take(file: IO[bytes], wait: bool) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True
