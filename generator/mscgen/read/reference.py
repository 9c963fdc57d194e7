"""Writes `schemas/contract.schema.json` and `docs/reference/contract.md` from the language table.

Run `python -m mscgen.read.reference` after a change in `language/`; a test fails while they differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mscgen.read.language import CONTRACT
from mscgen.read.schema import contract_schema
from mscgen.read.shape import Shape

_HEAD = """\
# The contract

<!-- Made by `python -m mscgen.read.reference` from generator/mscgen/read/language. -->

One YAML file says what a service offers, what it needs and how it may fail. Everything else is derived from it.

- Every node has a short form; the long form is for what does not fit.
- An operation is declared once; `http:` maps it to REST; gRPC follows by itself.
- What is left out has a default, and `mscgen explain <Operation>` prints every default that took effect.
- It is YAML 1.2 core: `on`, `no` and `yes` are texts, a key stands once, anchors are bounded, tags are refused.
- In an editor, `# yaml-language-server: $schema=…/contract.schema.json` gives completion.

```yaml
mscgen: 1
service: order-service
version: 1.4.0
auth: public

types:
  OrderStatus:
    enum: [pending, paid, shipped, cancelled]
  Order:
    order_id: uuid
    total: decimal(0..)
    status: OrderStatus = pending
    note: string(..500)?

errors:
  OrderNotFound: not_found

operations:
  GetOrder:
    http: GET /v1/orders/{order_id}
    request: {order_id: uuid}
    response: Order
    errors: [OrderNotFound]
```

## Names

| thing | form | example | becomes |
| --- | --- | --- | --- |
| service | kebab, at most 63 characters | `order-service` | package `order_service`, proto package `order_service.v1` |
| type, operation, event, error | Pascal | `CreateOrder` | rpc `CreateOrder`, function and file `create_order` |
| field, enum value, dependency, store, policy | snake | `customer_id` | the same in JSON, proto and Python |

A field that Python or pydantic needs for itself keeps its wire name and gets a trailing `_` in Python (`from` →
`from_`). Two names that fall together in an output are an error that names both places. `0.x` versions share the names
of `v1`.

## Type strings

```
type    = scalar [range] | Name | alias.Name | list<type> [range] | map<type> [range] | partial<Name>
suffix  = "?"  may be absent          " = literal"  value when absent
range   = "(" [min] ".." [max] ")"    inclusive; lengths for string, bytes, list and map, values for numbers
scalar  = bool int32 int64 uint32 uint64 float double decimal string bytes uuid timestamp date duration json
```

| type string | meaning |
| --- | --- |
| `string(1..32)` | 1 to 32 characters |
| `decimal(0..)` | not negative; a string in JSON, so that no digit is lost |
| `list<Item>(1..100)` | 1 to 100 items |
| `map<int32>` | string keys, whole numbers |
| `note: string(..500)?` | the key may be absent |
| `status: OrderStatus = pending` | `pending` when the key is absent |
| `inventory.Sku` | a type of the contract of the dependency `inventory`, copied as `InventorySku` |
| `order: partial<Order>` | any part of an Order; a JSON Merge Patch on REST, `update_mask` on gRPC |
| `response: stream Order` | many answers; server-sent events on REST |

`?` must be quoted in a flow mapping: `{note: "string?"}`. A default is a whole text (`= hello there`), a number,
`true`, `false`, a value of an enum, or a text in double quotes. `bytes`, `uuid`, `json`, times and records have no
default; a list or map only an empty one, in the long form (`default: []`), since an empty and an absent list look the
same on gRPC.

A **record** is a mapping of fields; a string makes an **alias**; `enum:`, `union:`, `fields:` and `alias:` start the
long forms. A field called like one of these four words, or `extends`, needs the long form of its record.

Patterns are the part of regular expressions that RE2, Rust and browsers share: no look-around, no back-references, no
inline flags. A pattern is searched in the text; anchor it with `^` and `$` to match all of it.
"""


def contract_page() -> str:
    """The text of `docs/reference/contract.md`."""
    parts = [_HEAD]
    seen: set[int] = set()
    for section in _sections(CONTRACT, seen):
        parts.append(_section(section))
    return "\n".join(parts)


def _sections(shape: Shape, seen: set[int]) -> Iterator[Shape]:
    """Every section that has keys, where it is first mentioned, outer before inner."""
    if id(shape) in seen:
        return
    seen.add(id(shape))
    if shape.kind == "section" and shape.keys:
        yield shape
    inner = [key.shape for key in shape.keys.values()]
    inner += [s for s in (shape.of, shape.rest, *shape.options) if s is not None]
    for one in inner:
        yield from _sections(one, seen)


def _section(shape: Shape) -> str:
    title = "Top level" if shape is CONTRACT else shape.name.capitalize()
    rows = [f"## {title}", "", shape.doc, "", "| key | value | default | meaning |", "| --- | --- | --- | --- |"]
    for name, key in shape.keys.items():
        default = "**required**" if key.required else key.default or "–"
        rows.append(f"| `{name}` | {_cell(_value(key.shape))} | {_cell(default)} | {_cell(key.doc)} |")
    if shape.rest is not None and shape.key is not None:
        rows.append(f"| {_cell(shape.key.says)} | {_cell(shape.rest.says)} | – | – |")
    return "\n".join(rows) + "\n"


def _value(shape: Shape) -> str:
    """What a key holds, with links to the sections that it opens."""
    linked = [s.name for s in _opened(shape, set())]
    links = ", ".join(f"[{name}](#{name.replace(' ', '-')})" for name in dict.fromkeys(linked))
    return f"{shape.says} ({links})" if links else shape.says


def _opened(shape: Shape, seen: set[int]) -> Iterator[Shape]:
    if id(shape) in seen:
        return
    seen.add(id(shape))
    if shape.kind == "section":
        if shape.keys:
            yield shape
        return
    for one in (shape.of, *shape.options):
        if one is not None:
            yield from _opened(one, seen)


def _cell(text: str) -> str:
    """Text in a table: no border, and no HTML outside of code."""
    parts = text.replace("|", "\\|").split("`")
    return "`".join(part if index % 2 else part.replace("<", "&lt;") for index, part in enumerate(parts))


def write(root: Path) -> list[Path]:
    """Writes both files below a checkout and returns those that changed."""
    wanted = {
        root / "schemas" / "contract.schema.json": contract_schema(),
        root / "docs" / "reference" / "contract.md": contract_page(),
    }
    changed = [path for path, text in wanted.items() if not path.is_file() or path.read_text("utf-8") != text]
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], "utf-8")
    return changed


if __name__ == "__main__":
    for written in write(Path(__file__).resolve().parents[3]):
        print(f"wrote {written}")
