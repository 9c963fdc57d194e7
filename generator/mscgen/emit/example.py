"""The example that a new service starts with: handlers that work, on a repository in memory, and their tests.

Not one of the emitters: only `mscgen new` asks for it. The files are the user's from the first minute.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from mscgen.emit import layout
from mscgen.emit.file import File, Owner
from mscgen.emit.render import render
from mscgen.model.names import Name, pascal, python_attribute, snake

MAX_RESOURCE = 20  # letters; longer ones would make lines that a formatter breaks
_OPERATIONS = ("create", "get", "list", "update", "watch", "delete")
# Names in the example's own code that an attribute or a fixture of the resource's name would be confused with.
_TAKEN = {"context", "ctx", "datetime", "decimal", "deps", "error", "errors", "grpc", "model", "models", "operations"}
_TAKEN |= {"pb", "request", "rest", "uuid", "uuid4", "str", "int", "list", "dict", "set", "type", "service"}
_TAKEN |= {"call", "channel", "made", "key"}


@dataclass(frozen=True, slots=True)
class Example:
    """A service's package and proto package, and its one resource in every form that the templates need."""

    package: str
    proto_package: str
    resource: str
    plural: str

    @property
    def snake(self) -> str:
        """`LineItem` → `line_item`."""
        return snake(self.resource)

    @property
    def variable(self) -> str:
        """The Python variable and attribute for one of them."""
        return python_attribute(self.snake)

    @property
    def snake_plural(self) -> str:
        """`LineItem` → `line_items`."""
        return snake(self.plural)

    @property
    def words(self) -> str:
        """`LineItem` → `line item`."""
        return self.snake.replace("_", " ")

    @property
    def attribute_plural(self) -> str:
        """The Python attribute for a list of them."""
        return python_attribute(self.snake_plural)

    @property
    def words_plural(self) -> str:
        """`LineItems` → `line items`."""
        return self.snake_plural.replace("_", " ")

    @property
    def pb_import(self) -> str:
        """The import of the generated messages as `pb`."""
        module, name = f"{self.package}.gen.pb.{self.proto_package}", f"{self.package}_pb2 as pb"
        return layout.from_import(module, [name])

    @property
    def path(self) -> str:
        """The REST collection: `/v1/line-items`."""
        return f"/v1/{Name(self.plural).kebab}"


def emit_example(example: Example) -> Iterator[File]:
    """Handlers and their tests are stubs of their operations; the repository and the fixtures are seeds."""
    view = {"x": example, "layout": layout}
    source = f"src/{example.package}"
    yield File(f"{source}/repository.py", render("stubs/example/repository.py", **view), Owner.SEED)
    text = render("stubs/example/tests/handlers/conftest.py", **view)
    yield File("tests/handlers/conftest.py", text, Owner.SEED)
    for verb in _OPERATIONS:
        name = f"{verb}_{example.snake_plural if verb == 'list' else example.snake}"
        text = render(f"stubs/example/handlers/{verb}.py", **view)
        yield File(f"{source}/handlers/{name}.py", text, Owner.STUB)
        text = render(f"stubs/example/tests/handlers/test_{verb}.py", **view)
        yield File(f"tests/handlers/test_{name}.py", text, Owner.STUB)


def default_resource(service: str, reserved: Container[str] = ()) -> str:
    """What a service of that name is probably about: `orders-service` → `Order`; `Item` where that cannot be."""
    words = re.sub(r"-(service|svc|api|server)$", "", service)
    name = pascal(re.sub(r"(?<![siu])s$", "", re.sub(r"ies$", "y", words)))
    return "Item" if resource_fault(name, reserved) else name


def resource_fault(name: str, reserved: Container[str] = ()) -> str | None:
    """Why the example cannot have a resource of that name; None when it can. reserved: type names that are taken."""
    if not _is_resource(name):
        return f"must be written like Order or LineItem, in at most {MAX_RESOURCE} letters and digits"
    if snake(name) in _TAKEN or keyword.iskeyword(snake(name)) or name in reserved:
        return "means something else in the generated code"
    return None


def _is_resource(name: str) -> bool:
    return re.fullmatch(r"([A-Z][a-z0-9]+)+", name) is not None and len(name) <= MAX_RESOURCE


def plural(name: str) -> str:
    """The English plural, well enough for a path: `Order` → `Orders`, `Category` → `Categories`, `Box` → `Boxes`."""
    if re.search(r"[^aeiou]y$", name):
        return f"{name[:-1]}ies"
    return f"{name}es" if re.search(r"(s|x|z|ch|sh)$", name) else f"{name}s"
