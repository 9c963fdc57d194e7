"""The lists of names that a contract may not use are those that the generated code needs, no fewer."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from mscgen.emit.models import models_text
from mscgen.resolve.reserved import ERROR_NAMES, PACKAGES, TYPE_NAMES
from services import contract, service_of

ROOT = Path(__file__).parents[2]
EVERYTHING = {
    "Status": {"enum": ["a", "b"]},
    "Code": "string(1..4)",
    "Card": {"number": "string"},
    "Iban": {"iban": "string"},
    "Payment": {"union": {"card": "Card", "iban": "Iban"}},
    "All": {
        **{
            f"f_{name}": name
            for name in [
                "bool",
                "int32",
                "int64",
                "uint32",
                "uint64",
                "float",
                "double",
                "decimal",
                "string",
                "bytes",
                "uuid",
                "timestamp",
                "date",
                "duration",
                "json",
            ]
        },
        "ranged": "decimal(0..)",
        "sized": "list<string(1..3)>(..3)",
        "mapped": "map<uuid>",
        "status": "Status = a",
        "code": "Code?",
        "pay": "Payment",
        "nullable": {"type": "string", "nullable": True},
    },
}


def test_no_type_can_be_called_like_something_that_models_import():
    operation = {"http": "PATCH /v1/all", "request": {"all": "partial<All>"}, "response": "All", "idempotency": "none"}
    text = models_text(service_of(contract(types=EVERYTHING, operations={"Echo": operation})))
    imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
    names = {alias.asname or alias.name for node in imports for alias in node.names}
    assert {n for n in names if n[0].isupper()} <= TYPE_NAMES


def test_no_error_can_be_called_like_one_that_every_service_has():
    tree = ast.parse((ROOT / "templates" / "runtime" / "errors.py").read_text("utf-8"))
    bases = {n.name: {getattr(b, "id", "") for b in n.bases} for n in tree.body if isinstance(n, ast.ClassDef)}
    assert {name for name, base in bases.items() if "ServiceError" in base} <= ERROR_NAMES


def test_no_service_can_be_called_like_a_package_that_it_imports():
    found = set()
    for path in (ROOT / "templates" / "runtime").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                found.add(node.module.split(".")[0])
    assert found - set(sys.stdlib_module_names) <= PACKAGES
