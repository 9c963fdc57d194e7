import pytest
from casefiles import cases, check
from mscgen.cli.report import render
from mscgen.read import read_text


def outcome(found):
    node, diagnostics, source = read_text(found["contract.yaml"], "contract.yaml")
    if not diagnostics:
        return "no findings\n"
    return render(diagnostics, source) + ("" if node else "\nno tree\n")


@pytest.mark.parametrize("path", cases("read"))
def test_a_contract_is_read_as_its_case_says(path):
    check(path, outcome)
