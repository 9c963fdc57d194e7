from pathlib import Path

import pytest
from casefiles import cases, check, write_files
from mscgen.cli.report import render
from mscgen.diagnostics import Diagnostic, has_errors
from mscgen.read import read
from mscgen.resolve import resolve
from mscgen.resolve.lock import EMPTY
from portrait import portrait


@pytest.mark.parametrize("path", cases("resolve"))
def test_a_contract_means_what_its_case_says(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def outcome(found):
        write_files(found, tmp_path)
        contract = Path("contract.yaml")
        node, diagnostics, source = read(contract)
        service = None
        if node is not None and not has_errors(diagnostics):
            service, more, _ = resolve(node, contract.parent, EMPTY)
            diagnostics = diagnostics + more
        shown: list[Diagnostic] = [d for d in diagnostics if d.rule != "section-without-emitter"]
        pieces = [render(shown, source)] if shown else []
        return "\n".join([*pieces, *([portrait(service)] if service else [])])

    check(path, outcome)
