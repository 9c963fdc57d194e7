"""The pages of what `read` reports: `mscgen explain <rule>` prints one. A test runs every example."""

from __future__ import annotations

PAGES: dict[str, str] = {
    "unreadable-file": """\
The contract cannot be read from disk.

## Why it matters
The file is missing, is a folder, may not be read, or is larger than 16 MiB. Nothing else can be said about it.

## What to do
Check the path and the permissions; a contract is usually called `contract.yaml`, and `mscgen new` makes one.
""",
    "yaml-syntax": """\
The file is not YAML 1.2 as contracts use it.

## Why it matters
A contract is read the same way by every tool: UTF-8, one document, no tags, no tabs for indentation, bounded aliases
and depth. In a flow mapping `?` must be quoted, because YAML parsers disagree about it.

## Bad
```yaml
types:
  Order: {note: string?}
```

## Good
```yaml
types:
  Order: {note: "string?"}
```
""",
    "duplicate-key": """\
A key stands twice in one mapping.

## Why it matters
Most YAML readers silently keep the last of the two: the first field, error or operation would be lost.

## Bad
```yaml
types:
  Order:
    note: string(..500)
    note: string(..100)
```

## Good
```yaml
types:
  Order:
    note: string(..500)
```
""",
    "unknown-key": """\
The language has no such key here.

## Why it matters
A mistyped `deadline` or `auth` would silently mean the default. Keys of your own start with `x-`; they are kept.

## Bad
```yaml
operations:
  Ping:
    deadlin: 1s
    idempotency: safe
```

## Good
```yaml
operations:
  Ping:
    deadline: 1s
    idempotency: safe
    x-team: blue
```
""",
    "wrong-kind": """\
A value has the wrong kind: a list for a mapping, a number for a text, nothing for something.

## Why it matters
YAML guesses kinds from the spelling: `1.10` is a number, and would lose its zero. Quote what is a text.

## Bad
```yaml
proto: [a, b]
```

## Good
```yaml
proto: {package: shop.orders.v1}
```
""",
    "missing-key": """\
A key that is always needed is not there.

## Why it matters
There is no default that would be right for everybody.

## Bad
```yaml
stores:
  orders: {owns: [orders]}
```

## Good
```yaml
stores:
  orders: {kind: postgres, owns: [orders]}
```
""",
    "bad-value": """\
A value is not one that this key may have.

## Why it matters
A duration without a unit, an unknown word or a status outside its range would fail later, in another place.

## Bad
```yaml
operations:
  Ping:
    deadline: 5 minutes
    idempotency: sometimes
```

## Good
```yaml
operations:
  Ping:
    deadline: 300ms
    idempotency: safe
```
""",
    "bad-name": """\
A name is not in the form of its kind.

## Why it matters
Names become packages, files, classes, columns and URLs. One form for each kind means that nobody has to guess, and
that no name can leave the place where it is put.

## Bad
```yaml
types:
  order_line: {SKU: string(1..32)}
```

## Good
```yaml
types:
  OrderLine: {sku: string(1..32)}
```
""",
    "not-yet": """\
A word of the language that this version does not know yet.

## Why it matters
It is refused rather than ignored: a contract must not promise what nobody serves.

## Bad
```yaml
types:
  Photo: {content: file}
```

## Good
```yaml
types:
  Photo: {content: bytes(..1000000)}
```
""",
}
