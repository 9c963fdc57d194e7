"""The golden projects: a contract, its lock, and every file that it gives, byte for byte."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = sorted(p.parent.name for p in HERE.glob("*/contract.yaml"))
LOCK = "contract.lock"


def expected_folder(name: str) -> Path:
    """Where the files of a golden project are."""
    return HERE / name / "expected"


def expected(name: str) -> dict[str, bytes]:
    """Path → bytes of what is kept."""
    folder = expected_folder(name)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def emitted(name: str) -> dict[str, bytes]:
    """Path → bytes of what the contract gives now, for somebody who generates it for the first time.

    Without the verbatim copies of templates/runtime, which have tests of their own. Raises ValueError with the
    findings when the contract has errors.
    """
    from mscgen import pipeline
    from mscgen.emit import emit
    from mscgen.resolve.lock import dump

    loaded = pipeline.check(HERE / name / "contract.yaml")
    if loaded.service is None:
        raise ValueError("\n".join(f"{d.span}: {d.message}" for d in loaded.diagnostics))
    files = {f.path: f.text.encode() for f in emit(loaded.service) if "/gen/runtime/" not in f.path}
    return {LOCK: dump(loaded.lock).encode(), **files}
