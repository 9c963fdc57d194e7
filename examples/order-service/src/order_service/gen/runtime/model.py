"""The class behind every generated model: what JSON may hold, and what it will hold.

Rules that pydantic does not have by itself are built into the compiled schema once, when a class is
made, so that a value costs nothing more:

- A field that may be absent but not null refuses `null` in JSON. In Python `None` means absent.
- An absent field is left out of the answer; one that may be absent *and* null (`__nullable__`) is
  left out only when it was not set.
- `__sensitive__` names what `redaction.py` keeps out of logs and traces.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import is_
from typing import Any, ClassVar, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import CoreSchema, core_schema

_is_none = partial(is_, None)


class Model(BaseModel):
    """A record of the contract. Unknown keys are refused; JSON keys are the wire names."""

    model_config = ConfigDict(
        extra="forbid",
        serialize_by_alias=True,
        validate_by_alias=True,
        validate_by_name=True,
        allow_inf_nan=False,
        protected_namespaces=(),
        hide_input_in_errors=True,
    )

    __nullable__: ClassVar[tuple[str, ...]] = ()
    __sensitive__: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        schema = handler(source)
        model: dict[str, Any] = handler.resolve_ref_schema(schema)  # type: ignore[assignment]
        for name, field in model["schema"].get("fields", {}).items():
            if name not in cls.__nullable__:
                _refuse_null(field)
        if cls.__nullable__:
            model["serialization"] = core_schema.wrap_serializer_function_ser_schema(_without_unset)
        return schema


def _refuse_null(field: dict[str, Any]) -> None:
    """For `T | None = None`: JSON may not say null, and None is not said in JSON."""
    default = field["schema"]
    if default["type"] != "default" or default.get("default", ...) is not None:
        return
    nullable = default["schema"]
    if nullable["type"] == "nullable":
        default["schema"] = core_schema.json_or_python_schema(nullable["schema"], nullable)
        field["serialization_exclude_if"] = _is_none


def _without_unset(value: Model, handler: SerializerFunctionWrapHandler) -> Any:
    """The record without its nullable fields that nobody set."""
    data = handler(value)
    for name in set(value.__nullable__) - value.model_fields_set:
        data.pop(type(value).model_fields[name].alias or name, None)
        data.pop(name, None)
    return data


M = TypeVar("M", bound=Model)


class Patch(Model):
    """A partial update: the fields that were given; null removes a value (RFC 7396)."""

    def changes(self) -> dict[str, Any]:
        """The given fields by Python name; a nested record's changes stay a Patch."""
        return {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name in self.model_fields_set
        }

    def apply(self, target: M) -> M:
        """A copy of `target` with the changes made, validated. Raises pydantic.ValidationError."""
        values = {name: getattr(target, name) for name in target.model_fields_set}
        for name, value in self.changes().items():
            if value is None and not _keeps_null(type(target), name):
                values.pop(name, None)
            elif isinstance(value, Patch):
                values[name] = _nested(type(target), name, getattr(target, name), value)
            elif isinstance(value, dict):
                values[name] = _merged(getattr(target, name), value)
            else:
                values[name] = value
        return type(target).model_validate(values)


def _keeps_null(model: type[Model], name: str) -> bool:
    """Whether null is a value of the field, not its absence."""
    return name in model.__nullable__ or model.model_fields[name].is_required()


def _nested(model: type[Model], name: str, current: Any, patch: Patch) -> Any:
    """A nested record with its patch applied; validation says what an absent one still lacks."""
    if isinstance(current, Model):
        return patch.apply(current)
    return {key: value for key, value in patch.changes().items() if value is not None}


def _merged(current: Any, change: dict[str, Any]) -> dict[str, Any]:
    """A map with entries set, and removed where the change says null."""
    merged = {**(current or {}), **change}
    return {key: value for key, value in merged.items() if value is not None}


def json_of(kind: Any) -> Callable[[Any], bytes]:
    """What writes values of that type as JSON.

    It raises TypeError for None where the type has none: pydantic writes `null` for whatever it is
    told to write, and a handler that has forgotten its `return` would answer with that. It raises
    PydanticSerializationError for any other value of another type.
    """
    adapter = TypeAdapter(kind)
    to_json = adapter.serializer.to_json
    try:
        adapter.validate_python(None)
    except ValidationError:
        nullable = False
    else:
        nullable = True

    def write(value: Any) -> bytes:
        if value is None and not nullable:
            raise TypeError("the handler returned None where the contract has a response")
        return to_json(value, warnings="error")

    return write
