"""The house polices itself: import directions, module names, documented commands, no strays."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "generator" / "mscgen"

# A module may import only what its line names (and its own folder). The pipeline is the only place that knows all.
ALLOWED = {
    "diagnostics": set(),
    "resources": set(),
    "cache": {"resources"},
    "model": {"diagnostics"},
    "read": {"diagnostics"},
    "resolve": {"diagnostics", "model", "read"},
    "lint": {"diagnostics", "model", "read"},
    "emit": {"diagnostics", "model", "resources", "cache"},
    "write": {"diagnostics", "emit", "resources", "cache"},
    "pipeline": {"diagnostics", "model", "read", "resolve", "lint", "emit", "write"},
    "cli": {"diagnostics", "model", "read", "resolve", "lint", "emit", "write", "pipeline", "resources", "cache"},
}
# Narrow exceptions, each with its reason.
EXCEPTIONS = {
    ("lint", "read"): "only the Source type: lines for waivers",
    ("write", "emit"): "only emit.file: what a File is",
}
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}


def modules():
    return sorted(p for p in PACKAGE.rglob("*.py") if "_data" not in p.parts)


def imports_of(path: Path) -> set[str]:
    """Every `mscgen.x…` module that the file imports, at any depth."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names if a.name.startswith("mscgen.")}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "mscgen":
            if node.module == "mscgen":
                found |= {f"mscgen.{a.name}" for a in node.names if not a.name.startswith("__")}
            else:
                found.add(node.module)
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_module_imports_only_in_the_direction_of_the_pipeline(path):
    own = path.relative_to(PACKAGE).with_suffix("").parts[0]
    if own in {"__init__", "__main__"}:
        return
    assert own in ALLOWED, f"{own} has no line in the table of import directions"
    for name in imports_of(path):
        stage = name.split(".")[1]
        assert stage == own or stage in ALLOWED[own], f"{path.name} imports {name}"
        if (own, stage) == ("write", "emit"):
            assert name == "mscgen.emit.file"


def test_no_module_is_named_after_nothing():
    tracked = [*modules(), *(ROOT / "templates").rglob("*.py*"), *(ROOT / "tests").rglob("*.py")]
    assert not [p for p in tracked if p.name.split(".")[0] in BANNED_NAMES]


def test_templates_runtime_imports_nothing_of_ours():
    for path in (ROOT / "templates" / "runtime").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(from|import) mscgen\b", text, flags=re.M), path


def test_every_command_is_in_the_readme():
    out = subprocess.run([sys.executable, "-m", "mscgen", "--help"], capture_output=True, text=True, check=True).stdout
    commands = re.findall(r"^  ([a-z][a-z-]*)  ", out.split("Commands:")[1], flags=re.M)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert commands
    assert not [c for c in commands if f"mscgen {c}" not in readme]


def test_lint_stays_light():
    """The heavy libraries load only for the commands that need them."""
    code = (
        "import sys; from pathlib import Path; import mscgen.pipeline as p; "
        "import mscgen.cli; p.check(Path('contract.yaml')); "
        "print([m for m in ('copier', 'jinja2', 'pydantic', 'jsonschema', 'google.protobuf', 'grpc_tools', "
        "'datamodel_code_generator') if m in sys.modules])"
    )
    contract = ROOT / "examples" / "order-service"
    out = subprocess.run([sys.executable, "-c", code], cwd=contract, capture_output=True, text=True)
    assert out.stdout.strip() == "[]", out.stdout + out.stderr


def test_the_changelog_has_the_version_of_the_package():
    from mscgen import __version__

    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_service_extra_is_what_the_scaffold_installs():
    import tomllib

    ours = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["service"]
    scaffold = (ROOT / "templates/scaffold/service/pyproject.toml.jinja").read_text(encoding="utf-8")
    name = re.compile(r"[A-Za-z0-9_.\[\],-]+")
    missing = [d for d in ours if name.match(d)[0] not in scaffold]
    assert not missing


def test_reference_pages_and_schemas_are_those_of_the_code():
    build = [sys.executable, str(ROOT / "docs" / "reference" / "build.py"), "--check"]
    out = subprocess.run(build, capture_output=True, text=True)
    assert out.returncode == 0, out.stdout + out.stderr
