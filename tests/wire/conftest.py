"""The package of a contract with every type in every place, generated once for all tests of a worker."""

from __future__ import annotations

import pytest
from conversions import EVERYTHING, Package, load_package


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return load_package(EVERYTHING, tmp_path_factory.mktemp("everything"))
