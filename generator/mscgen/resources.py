"""Where `templates/`, `schemas/` and `copier.yml` are: in a wheel (`mscgen/_data`) or in a checkout."""

from functools import cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent


@cache
def data_root() -> Path:
    """The folder that holds `templates/` and `schemas/`.

    Raises RuntimeError when the installation lost them.
    """
    packed = _HERE / "_data"
    if packed.is_dir():
        return packed
    root = _HERE.parents[1]
    if (root / "templates").is_dir() and (root / "schemas").is_dir():
        return root
    raise RuntimeError("mscgen is installed without its templates; reinstall it")


def is_checkout() -> bool:
    """Whether mscgen runs from its own source tree (only there can a scaffold be frozen)."""
    return data_root() != _HERE / "_data"
