"""datamodel-code-generator, called in process with the options that give stable, formatted, strict code."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from mscgen.cache import cache_dir

# The version that pyproject pins: part of the cache key without importing the package.
DCG_VERSION = "0.89.0"

OPTIONS: dict[str, Any] = {
    "input_file_type": "jsonschema",
    "output_model_type": "pydantic_v2.BaseModel",
    "target_python_version": "3.11",
    "target_pydantic_version": "2.11",
    "formatters": ["builtin"],
    "builtin_format_line_length": 100,
    "use_double_quotes": True,
    "use_annotated": True,
    "field_constraints": True,
    "use_type_alias": True,
    "strict_nullable": True,
    "use_default_kwarg": True,
    "skip_root_model": True,
    "use_specialized_enum": True,
    "capitalise_enum_members": True,
    "enum_field_as_literal": "none",
    "use_typed_nullable_map_values": True,
    "use_schema_description": True,
    "use_field_description": True,
    "use_single_line_docstring": True,
    "naming_strategy": "primary-first",
    "base_class": "gen.runtime.model.Model",
    "use_exact_imports": True,
    "disable_timestamp": True,
    "custom_file_header": "#",
    "allow_remote_refs": False,
    "strict_refs": True,
}


def generate_text(schema: dict[str, Any], aliases: dict[str, str]) -> str:
    """dcg's module for a schema. aliases: `Class.jsonKey` → Python attribute. Cached by content."""
    key = json.dumps([DCG_VERSION, OPTIONS, schema, aliases]).encode()
    path = cache_dir("models") / (hashlib.sha256(key).hexdigest() + ".py")
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        pass
    text = _generate(schema, aliases)
    _store(path, text)
    return text


def _generate(schema: dict[str, Any], aliases: dict[str, str]) -> str:
    import warnings

    from datamodel_code_generator import generate

    # dcg allocates much and frees little: the collector only costs time. A warning would be a lost constraint.
    collecting = gc.isenabled()
    gc.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            text = generate(schema, aliases=aliases, **OPTIONS)
    finally:
        if collecting:
            gc.enable()
    assert isinstance(text, str)
    return text


def _store(path: Path, text: str) -> None:
    """Atomically, so that a parallel run never reads half a file."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(name, path)
