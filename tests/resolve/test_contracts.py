"""Contracts of dependencies: read when asked for, and never more than a regular file."""

from __future__ import annotations

import os
import threading

from mscgen.read import read_text
from mscgen.resolve import resolve
from mscgen.resolve.lock import EMPTY

HEADER = "mscgen: 1\nservice: order-service\nversion: 1.0.0\n"


def found_in(text, folder):
    node, found, _ = read_text(HEADER + text, "contract.yaml")
    assert not found
    return resolve(node, folder, EMPTY)[1]


def test_a_pipe_in_place_of_a_contract_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "stock.yaml")
    done: list[set[str]] = []
    text = "dependencies: {stock: {contract: stock.yaml}}\noperations: {A: {idempotency: none, calls: [stock.Count]}}\n"
    worker = threading.Thread(target=lambda: done.append({d.rule for d in found_in(text, tmp_path)}), daemon=True)
    worker.start()
    worker.join(20)
    assert done
    assert "contract-not-found" in done[0]


def test_a_contract_that_depends_on_itself_is_answered(tmp_path):
    text = "dependencies: {me: {contract: contract.yaml}}\ntypes: {A: {b: 'me.A?', c: 'me.B?'}, B: {d: bool}}\n"
    (tmp_path / "contract.yaml").write_text(HEADER + text)
    rules = [d.rule for d in found_in(text, tmp_path)]
    assert rules.count("import-cycle") == 1


def test_a_chain_of_imports_over_many_contracts_ends(tmp_path):
    for n in range(12):
        text = f"types: {{T: {{next: 'other.T?', all: 'list<other.T>'}}}}\ndependencies: {{other: {{contract: c{(n + 1) % 12}.yaml}}}}\n"
        (tmp_path / f"c{n}.yaml").write_text(HEADER + text)
    found = found_in("types: {T: {next: 'other.T?'}}\ndependencies: {other: {contract: c0.yaml}}\n", tmp_path)
    assert "import-cycle" in {d.rule for d in found}


def test_a_contract_is_read_once_however_often_it_is_asked_for(tmp_path, monkeypatch):
    import mscgen.read as reading

    count = []
    real = reading.read
    monkeypatch.setattr(reading, "read", lambda path: count.append(path) or real(path))
    (tmp_path / "stock.yaml").write_text(
        HEADER + "operations: {Count: {idempotency: safe}}\ntypes: {A: {b: bool}, C: {a: A}}\n"
    )
    calls = ", ".join(["stock.Count"] * 30)
    text = f"dependencies: {{stock: {{contract: stock.yaml}}, twin: {{contract: ./stock.yaml}}}}\ntypes: {{X: {{a: stock.A, b: stock.C, c: twin.C}}}}\noperations: {{A: {{idempotency: none, calls: [{calls}]}}}}\n"
    assert not [d for d in found_in(text, tmp_path) if d.severity == "error"]
    assert len(count) == 1
