"""Keeps values that the contract calls sensitive out of logs, traces and dead letters.

A generated model names its sensitive fields in `__sensitive__`; that covers nesting and
recursion. Keys that can only hold credentials are covered by name, wherever they stand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from pydantic import BaseModel

REDACTED: Final = "[redacted]"
MAX_DEPTH: Final = 32

SECRET_NAMES: Final = frozenset(
    {
        "api_key",
        "apikey",
        "authorization",
        "client_secret",
        "cookie",
        "passwd",
        "password",
        "private_key",
        "proxy_authorization",
        "secret",
        "set_cookie",
        "token",
        "access_token",
        "refresh_token",
        "id_token",
        "x_api_key",
    }
)


def is_secret_name(name: str) -> bool:
    """Whether a key of that name can only hold a credential."""
    return name.lower().replace("-", "_") in SECRET_NAMES


def redact(value: Any, sensitive_paths: Collection[str] = ()) -> Any:
    """A copy of plain dicts, lists and scalars in which sensitive values are `REDACTED`.

    sensitive_paths: dotted names from the root, such as `customer.email`; lists are passed
    through, `*` is every key of a mapping. They add to what the models say of themselves. Absent
    and null values are shown as they are: they tell nothing.
    """
    return _copy(value, [tuple(path.split(".")) for path in sensitive_paths], MAX_DEPTH)


def _copy(value: Any, paths: list[tuple[str, ...]], depth: int) -> Any:
    if isinstance(value, BaseModel):
        return _fields(_items(value), type(value), paths, depth)
    if isinstance(value, Mapping):
        return _fields(dict(value), None, paths, depth)
    if isinstance(value, list | tuple | set | frozenset):
        return [_copy(item, paths, depth - 1) for item in value] if depth else "…"
    return value


def _items(model: BaseModel) -> dict[str, Any]:
    fields = type(model).model_fields
    # A model made by `model_construct` may lack attributes.
    return {name: model.__dict__[name] for name in fields if name in model.__dict__}


def _fields(
    items: dict[Any, Any], kind: type[BaseModel] | None, paths: list[tuple[str, ...]], depth: int
) -> Any:
    if not depth:
        return "…"
    sensitive = getattr(kind, "__sensitive__", ())
    copy = {}
    for key, value in items.items():
        name = str(key)
        below = [path[1:] for path in paths if path[0] in (name, "*")]
        hidden = name in sensitive or () in below or (kind is None and is_secret_name(name))
        label = _json_name(kind, name)
        copy[label] = REDACTED if hidden and value is not None else _copy(value, below, depth - 1)
    return copy


def _json_name(kind: type[BaseModel] | None, name: str) -> str:
    return (kind is not None and kind.model_fields[name].alias) or name
