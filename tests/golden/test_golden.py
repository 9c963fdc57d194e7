"""The golden projects come out as they are kept, byte for byte: a change of any emitter shows in a diff."""

from __future__ import annotations

import difflib

import golden_projects as projects
import pytest

WAY_OUT = "if this is what you meant: make golden, then read the diff"


def difference(path: str, kept: bytes | None, now: bytes | None) -> str:
    if kept is None or now is None:
        return f"{path}: {'is new' if kept is None else 'is gone'}\n"
    lines = [text.decode().splitlines(keepends=True) for text in (kept, now)]
    return "".join(list(difflib.unified_diff(*lines, f"{path} (kept)", f"{path} (now)"))[:40])


@pytest.mark.parametrize("name", projects.NAMES)
def test_a_golden_project_comes_out_byte_for_byte(name):
    kept, now = projects.expected(name), projects.emitted(name)
    if kept != now:
        changed = [path for path in sorted(kept.keys() | now.keys()) if kept.get(path) != now.get(path)]
        pytest.fail(
            f"{len(changed)} file(s) of {name} differ; {WAY_OUT}\n"
            + "\n".join(difference(path, kept.get(path), now.get(path)) for path in changed[:10]),
            pytrace=False,
        )


@pytest.mark.parametrize("name", projects.NAMES)
def test_a_lock_made_from_nothing_gives_the_same_files_again(name, tmp_path):
    from mscgen import pipeline
    from mscgen.emit import emit

    (tmp_path / "contract.yaml").write_bytes((projects.HERE / name / "contract.yaml").read_bytes())
    (tmp_path / projects.LOCK).write_bytes(projects.expected(name)[projects.LOCK])
    service = pipeline.check(tmp_path / "contract.yaml").service
    assert service is not None
    again = {f.path: f.text.encode() for f in emit(service) if "/gen/runtime/" not in f.path}
    assert again == {path: text for path, text in projects.emitted(name).items() if path != projects.LOCK}
