"""Contract types as Python annotations, and what they need imported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mscgen.emit.imports import Imports
from mscgen.model.derived import local_name, patch_name
from mscgen.model.types import Alias, Declared, ListType, MapType, PartialType, Scalar, ScalarType, TypeRef

# Python type, and where it comes from.
_SCALARS = {
    Scalar.BOOL: ("", "bool"),
    Scalar.INT32: ("", "int"),
    Scalar.INT64: ("", "int"),
    Scalar.UINT32: ("", "int"),
    Scalar.UINT64: ("", "int"),
    Scalar.FLOAT: ("", "float"),
    Scalar.DOUBLE: ("", "float"),
    Scalar.DECIMAL: ("decimal", "Decimal"),
    Scalar.STRING: ("", "str"),
    Scalar.BYTES: ("", "bytes"),
    Scalar.UUID: ("uuid", "UUID"),
    Scalar.TIMESTAMP: ("datetime", "datetime"),
    Scalar.DATE: ("datetime", "date"),
    Scalar.DURATION: ("datetime", "timedelta"),
    Scalar.JSON: ("pydantic", "JsonValue"),
}
# The same types with the contract's JSON rules; to a type checker they are the types above.
_WIRE = {
    Scalar.DECIMAL: "WireDecimal",
    Scalar.BYTES: "WireBytes",
    Scalar.UUID: "WireUuid",
    Scalar.TIMESTAMP: "WireTimestamp",
    Scalar.DATE: "WireDate",
    Scalar.DURATION: "WireDuration",
    Scalar.JSON: "WireJson",
}


@dataclass(frozen=True, slots=True)
class Annotations:
    """Writes annotations for one module and collects what they import.

    models, scalars: the modules of the models and of the JSON rules; without `scalars`, plain Python types.
    """

    types: dict[str, Declared]
    imports: Imports
    models: str
    scalars: str = ""

    def of(self, ref: TypeRef | None) -> str:
        """The annotation of a value of that type; `None` for no type.

        An alias is written as what it stands for: its constraints belong to fields, not to a signature.
        """
        if ref is None:
            return "None"
        if isinstance(ref, ScalarType):
            return self._scalar(ref.scalar)
        if isinstance(ref, ListType):
            return f"{self.imports.builtin('list')}[{self.of(ref.item)}]"
        if isinstance(ref, MapType):
            return f"{self.imports.builtin('dict')}[{self.imports.builtin('str')}, {self.of(ref.value)}]"
        if isinstance(ref, PartialType):
            return self.model(patch_name(ref.record))
        declared = self.types.get(local_name(ref))
        return self.of(declared.type) if isinstance(declared, Alias) else self.model(local_name(ref))

    def _scalar(self, scalar: Scalar) -> str:
        if self.scalars and scalar in _WIRE:
            return self.imports.name(self.scalars, _WIRE[scalar])
        module, name = _SCALARS[scalar]
        return self.imports.name(module, name) if module else self.imports.builtin(name)

    def model(self, name: str) -> str:
        """The local name of a model class."""
        return self.imports.name(self.models, name, "Model")

    def any_of(self, refs: Iterable[TypeRef | None]) -> str:
        """`A | B`, each once."""
        return " | ".join(dict.fromkeys(map(self.of, refs)))
