"""CPU seconds of whole process trees, taken in alternation so that a busy machine is unfair to nobody.

CPU time, not wall time: other work on the machine changes how long a command takes, hardly how much it computes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "mscgen-benchmarks")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Run:
    """cpu: user and system seconds of the process and everything it waited for. rss: MiB of its largest process."""

    cpu: float
    rss: float


@dataclass(frozen=True)
class Side:
    """One of the things compared. reset: run before each measured run, outside the measurement."""

    name: str
    command: Sequence[str | Path]
    cwd: Path
    environment: Mapping[str, str] | None = None
    reset: Callable[[], None] | None = None


def run(side: Side) -> Run:
    """One run. Raises SystemExit with the output when the command fails: a figure of a failure is worth nothing."""
    if side.reset:
        side.reset()
    with tempfile.TemporaryFile() as log:
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", **(side.environment or {})}
        command = [str(part) for part in side.command]
        process = subprocess.Popen(command, cwd=side.cwd, env=environment, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            log.seek(0)
            raise SystemExit(f"{side.name} failed:\n{log.read().decode(errors='replace')[-4000:]}")
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def alternate(sides: Sequence[Side], rounds: int) -> dict[str, Run]:
    """The median run of each side. One round runs every side once; the first round only warms and is not counted."""
    found: dict[str, list[Run]] = {side.name: [] for side in sides}
    for number in range(rounds + 1):
        for side in sides:
            result = run(side)
            if number:
                found[side.name].append(result)
    return {name: middle(runs) for name, runs in found.items()}


def middle(runs: Sequence[Run]) -> Run:
    """The medians of both numbers."""
    return Run(statistics.median(r.cpu for r in runs), max(r.rss for r in runs))


def cpu_of(pid: int) -> float:
    """CPU seconds that a running process has used so far, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def rss_of(pid: int) -> float:
    """Resident MiB of a running process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


class Report:
    """The figures of one script, printed as they come and at the end as one JSON line for programs."""

    def __init__(self) -> None:
        self._figures: dict[str, dict[str, object]] = {}

    def ratio(self, name: str, ours: float, theirs: float, against: str) -> None:
        """ours / theirs: below 1 is less than the other."""
        self._add(name, ours / theirs, "ratio", against)

    def value(self, name: str, value: float, unit: str, against: str) -> None:
        """A plain figure; against: the bound it is held to."""
        self._add(name, value, unit, against)

    def _add(self, name: str, value: float, unit: str, against: str) -> None:
        self._figures[name] = {"value": round(value, 3), "unit": unit, "against": against}
        print(f"{name:42} {value:9.3f} {unit:6} against {against}", flush=True)

    def close(self) -> None:
        """The last line."""
        print(json.dumps(self._figures), flush=True)


def arguments(description: str) -> argparse.Namespace:
    """`--quick`, the same for every script."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="fewer and smaller runs, under 50 seconds")
    return parser.parse_args()


def mscgen() -> list[str | Path]:
    """The command of this checkout, as a user's shell starts it."""
    beside = Path(sys.executable).with_name("mscgen")
    return [beside] if beside.exists() else [sys.executable, "-m", "mscgen"]


def tool(name: str, package: str = "") -> Path | None:
    """A command of this environment; with `package`, of an environment of its own, made on demand in a cache folder.

    None, with a line that says why, when it cannot be had: the figure is then missing, never guessed.
    """
    beside = Path(sys.executable).with_name(name)
    if beside.exists():
        return beside
    if not package:
        found = shutil.which(name)
        if found is None:
            print(f"skipped: {name} is not installed", flush=True)
        return Path(found) if found else None
    home = CACHE / package.replace("==", "-").split("[")[0]
    if not (home / "bin" / name).exists():
        steps = [
            [sys.executable, "-m", "venv", str(home)],
            [str(home / "bin" / "python"), "-m", "pip", "install", "-q", package],
        ]
        for step in steps:
            done = subprocess.run(step, capture_output=True, text=True)
            if done.returncode:
                print(f"skipped: {package} cannot be installed: {done.stderr.strip().splitlines()[-1:]}", flush=True)
                return None
    return home / "bin" / name
