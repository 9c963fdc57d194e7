"""Any sequence of contracts, edits and deletions: what is the user's stays, what is managed ends up right."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from mscgen.write import apply, plan

from .conftest import Project, managed, stub, tree

GEN = [f"src/gen/{name}" for name in ("a.py", "b.py", "deep/c.py", "ünï.md")]
STUBS = [f"src/handlers/{name}.py" for name in "abc"]
texts = st.text(st.characters(codec="utf-8"), max_size=12)

contracts = st.tuples(st.dictionaries(st.sampled_from(GEN), texts), st.sets(st.sampled_from(STUBS)))
edits = st.dictionaries(st.sampled_from([*GEN, *STUBS, "notes.txt"]), st.one_of(st.none(), texts.map(str.encode)))


@given(st.lists(st.tuples(contracts, edits), min_size=1, max_size=5))
def test_user_bytes_survive_and_managed_files_are_exact(history):
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        for (gen, stubs), changes in history:
            files = [managed(p, text) for p, text in gen.items()] + [stub(p, "stub\n") for p in stubs]
            before = tree(project.root)
            first = plan(files, project.root)
            refused = [r.path for r in first.refuse]
            made = plan(files, project.root, discard=refused)
            assert not made.refuse
            assert apply(made, project.root) == []
            after = tree(project.root)
            assert all(after[p] == text.encode() or p in made.unchanged for p, text in gen.items())
            assert all(after[p] == content for p, content in before.items() if p in STUBS or p == "notes.txt")
            assert not plan(files, project.root).changes
            for path, content in changes.items():
                if content is None:
                    (project.root / path).unlink(missing_ok=True)
                else:
                    project.write(path, content)
