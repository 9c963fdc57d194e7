"""Generated packages for tests: written to a folder, imported under a name of their own."""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from mscgen.emit import models, runtime
from mscgen.emit.file import File
from mscgen.model.service import Service

_COUNT = itertools.count()


def models_of(service: Service, folder: Path) -> ModuleType:
    """The generated models of a service, imported."""
    return imported(service, folder, "models")


def imported(service: Service, folder: Path, module: str) -> ModuleType:
    """A module of the generated package `gen`, whose package gets a fresh name, so that tests do not share any."""
    renamed = replace(service, package=f"generated_{next(_COUNT)}")
    for file in files_of(renamed, module):
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
    package = folder / "src" / renamed.package
    for init in (package / "__init__.py", package / "gen" / "__init__.py"):
        init.touch()
    sys.path.insert(0, str(folder / "src"))
    try:
        return importlib.import_module(f"{renamed.package}.gen.{module}")
    finally:
        sys.path.remove(str(folder / "src"))


def files_of(service: Service, module: str) -> Iterator[File]:
    """What the module needs."""
    yield from runtime.emit(service)
    yield from models.emit(service)
    if module == "convert":
        from mscgen.emit import convert, pb

        yield from pb.emit(service)
        yield from convert.emit(service)
