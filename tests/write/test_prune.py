"""Handlers of removed operations are moved aside, never deleted."""

from mscgen.write.prune import prune

from .conftest import managed, stub, tree


def test_orphans_are_moved_aside_and_forgotten(project):
    project.generate(managed("gen/a.py", "a\n"), stub("handlers/a.py", "x\n"), stub("handlers/b.py", "y\n"))
    project.write("handlers/a.py", "mine\n")
    orphans = project.plan(managed("gen/a.py", "a\n"), stub("handlers/b.py", "y\n")).orphans
    assert prune(project.root, orphans) == [("handlers/a.py", ".mscgen/pruned/handlers/a.py")]
    assert tree(project.root) == {"gen/a.py": b"a\n", "handlers/b.py": b"y\n"}
    assert project.read(".mscgen/pruned/handlers/a.py") == "mine\n"
    assert not project.plan(managed("gen/a.py", "a\n"), stub("handlers/b.py", "y\n")).changes


def test_an_earlier_pruned_file_of_the_same_name_is_kept(project):
    for text in ("first\n", "second\n"):
        project.generate(stub("handlers/a.py", text))
        prune(project.root, project.plan().orphans)
    assert project.read(".mscgen/pruned/handlers/a.py") == "first\n"
    assert project.read(".mscgen/pruned/handlers/a.py.2") == "second\n"
