"""Real servers for tests: each started on a free port with its data in a folder of its own, and stopped.

Where a server is not installed its tests are skipped with the reason; with CI=true they fail instead, so
that a missing server cannot turn CI green (`.ci/services` installs what is missing).
"""

from __future__ import annotations

import contextlib
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

START_TIMEOUT = 60.0


def unavailable(reason: str) -> None:
    """Skips the test, or fails it where everything has to be there. Never returns."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}; run .ci/services", pytrace=False)
    pytest.skip(reason)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """A running server. `url` is what clients connect to."""

    url: str
    command: list[str]
    log: Path
    ready: Callable[[], bool]
    options: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the process and returns once it answers."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, **self.options
            )
        until = time.monotonic() + START_TIMEOUT
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"{self.command[0]} did not start:\n{self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)

    def pause(self) -> None:
        """Stops all its processes where they are: the server accepts connections and says nothing."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Ends `pause`."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """Ends the server in an orderly way, which also gives back what it holds of the system."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        self.kill()

    def kill(self) -> None:
        """Ends all its processes at once, as a crash would."""
        self._signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()
            self.process = None

    def _signal(self, number: int) -> None:
        # Not by the process group: PostgreSQL's children each make one of their own.
        for process in _family(self.process.pid) if self.process is not None else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)


def _family(parent: int) -> list[int]:
    """The process and all its descendants, parents first."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # pid (name) state ppid …; the name may hold anything but ends at the last parenthesis.
            ppid = int(entry.read_text().rpartition(")")[2].split()[1])
            children.setdefault(ppid, []).append(int(entry.parent.name))
    family = [parent]
    for member in family:
        family += children.get(member, ())
    return family


@contextlib.contextmanager
def _running(make: Callable[[Path], Server]) -> Iterator[Server]:
    # Not pytest's tmp_path: its parents are closed to the user that PostgreSQL runs as, and its names are too
    # long for a Unix socket.
    folder = Path(tempfile.mkdtemp(prefix="srv-"))
    try:
        for attempt in (1, 2, 3):
            server = make(folder / str(attempt))
            try:
                server.start()
                break
            except RuntimeError:
                # The port may have been taken since it was free.
                if attempt == 3:
                    raise
        try:
            yield server
        finally:
            server.resume()
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def redis_server() -> contextlib.AbstractContextManager[Server]:
    """A Redis without persistence."""
    binary = shutil.which("redis-server")
    if binary is None:
        unavailable("redis-server is not installed")

    def make(folder: Path) -> Server:
        folder.mkdir()
        port = free_port()
        command = [str(binary), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        return Server(f"redis://127.0.0.1:{port}/0", command, folder / "log", lambda: _pongs(port))

    return _running(make)


def _pongs(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def postgres_server() -> contextlib.AbstractContextManager[Server]:
    """A PostgreSQL that does not wait for the disk, with the superuser `postgres` and no password."""
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(Path(p).parent.name))
    binary = shutil.which("initdb", path=os.pathsep.join([*reversed(folders), os.environ.get("PATH", "")]))
    if binary is None:
        unavailable("PostgreSQL is not installed")
    binaries = Path(str(binary)).parent
    options = _unprivileged()

    def make(folder: Path) -> Server:
        folder.mkdir()
        if "user" in options:
            os.chown(folder, options["user"], options["group"])
            folder.parent.chmod(0o755)
        data, port = folder / "data", free_port()
        init = [str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "-N", "-E", "UTF8"]
        subprocess.run([*init, "--locale=C"], check=True, capture_output=True, cwd=folder, **options)
        command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder)]
        for setting in ("listen_addresses=127.0.0.1", "fsync=off", "max_connections=60"):
            command += ["-c", setting]
        ready = [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        return Server(
            f"postgresql://postgres@127.0.0.1:{port}/postgres",
            command,
            folder / "log",
            lambda: subprocess.run(ready, check=False).returncode == 0,
            options | {"cwd": folder},
        )

    return _running(make)


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: the options of Popen for another user, if need be."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL cannot run as root, and there is no other user")
