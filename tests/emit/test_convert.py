"""gen/convert.py: clean without a formatter for any contract, typed, the same for any order of the contract."""

from __future__ import annotations

import difflib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from contract_space import conversions
from contracts import contracts
from conversions import EVERYTHING, write_package
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mscgen.emit.convert import convert_text
from mscgen.emit.convert.module import codecs
from services import contract, load, service_of

RULES = ["--select", "E,F,I,UP,B,SIM,RUF", "--ignore", "E501"]


def run(*args: str, cwd: Path) -> str:
    """What a tool says; empty when it is content."""
    done = subprocess.run([sys.executable, "-m", *args], cwd=cwd, capture_output=True, text=True, timeout=300)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def assert_clean(text: str, folder: Path) -> None:
    path = folder / "convert.py"
    path.write_text(text, encoding="utf-8")
    common = ["--isolated", "--line-length", "100", str(path)]
    assert not run("ruff", "format", "--diff", *common, cwd=folder)
    assert not run("ruff", "check", *RULES, *common, cwd=folder)


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(text=conversions() | conversions(longest=7))
def test_it_is_clean_however_long_the_names(tmp_path_factory: pytest.TempPathFactory, text: dict[str, Any]) -> None:
    assert_clean(convert_text(service_of(text)), tmp_path_factory.mktemp("clean"))
