"""Names that follow from the service's name and version."""

from __future__ import annotations

from mscgen.model.names import pascal, snake
from mscgen.read.node import Node


def major(version: str) -> int:
    """The number that proto packages and topics carry; `0.x` leads to 1 and shares its name."""
    return max(1, int(version.split(".")[0].split("-")[0].split("+")[0]))


def proto_names(root: Node, name: str, version: str) -> tuple[str, str]:
    """The proto package and service: from `proto:`, else from the service's name and version."""
    proto = root.get("proto")
    package = proto.text_of("package") if proto is not None else ""
    service = proto.text_of("service") if proto is not None else ""
    made = pascal(name)
    return (
        package or f"{snake(name)}.v{major(version)}",
        service or (made if made.endswith("Service") else made + "Service"),
    )
