"""The pages of what `resolve` reports: `mscgen explain <rule>` prints one. A test runs every example."""

from __future__ import annotations

PAGES: dict[str, str] = {
    "unknown-type": """\
A type is named that is neither a scalar nor declared.

## Why it matters
Nothing can be generated for it. The scalars are bool, int32, int64, uint32, uint64, float, double, decimal, string,
bytes, uuid, timestamp, date, duration and json.

## Bad
```yaml
types:
  Order: {lines: list<Lin>, total: money}
  Line: {sku: string(1..32)}
```

## Good
```yaml
types:
  Order: {lines: list<Line>, total: decimal}
  Line: {sku: string(1..32)}
```
""",
    "bad-type": """\
A type string cannot be read, or stands where it may not.

## Why it matters
A type is a name, a name with a range, `list<…>` or `map<…>`; then `?` or ` = default`, once and last.

## Bad
```yaml
types:
  Order: {tags: 'string[]', note: 'string?(..500)'}
```

## Good
```yaml
types:
  Order: {tags: list<string(..20)>(..10), note: 'string(..500)?'}
```
""",
    "wrong-type": """\
A type is declared, but not of the kind that is needed here.

## Why it matters
A request, an arm of a union and `partial<…>` take records; a path, a query and a header carry scalars; an event's key
has one text form.

## Bad
```yaml
types:
  Status: {enum: [a, b]}
operations:
  Set: {request: Status, idempotency: natural}
```

## Good
```yaml
types:
  Status: {enum: [a, b]}
operations:
  Set: {request: {status: Status}, idempotency: natural}
```
""",
    "unknown-field": """\
A field is named that its record does not have.

## Why it matters
`etag`, `query`, `headers`, `key`, `reads`, `with` and `fingerprint` point at fields; a wrong name would send nothing.

## Bad
```yaml
operations:
  Find:
    http: {method: POST, path: /v1/find, query: [pag]}
    request: {page: int32}
    idempotency: safe
```

## Good
```yaml
operations:
  Find:
    http: {method: POST, path: /v1/find, query: [page]}
    request: {page: int32}
    idempotency: safe
```
""",
    "path-field-unknown": """\
The path names a field that the request does not have.

## Why it matters
The value in the path would have nowhere to go.

## Bad
```yaml
operations:
  GetOrder:
    http: GET /v1/orders/{id}
    request: {order_id: uuid}
```

## Good
```yaml
operations:
  GetOrder:
    http: GET /v1/orders/{order_id}
    request: {order_id: uuid}
```
""",
    "bad-path": """\
A path cannot be routed as it is written.

## Why it matters
A path is literal segments and `{fields}`; two fields in one segment need a character between them. Queries,
fragments, wildcards and empty segments are matched by no server in the same way.

## Bad
```yaml
operations:
  GetOrder:
    http: GET /v1//orders/{order_id=*}
    request: {order_id: uuid}
```

## Good
```yaml
operations:
  GetOrder:
    http: GET /v1/orders/{order_id}
    request: {order_id: uuid}
```
""",
    "stream-on-rest": """\
A stream has no form on REST here.

## Why it matters
REST streams answers only, as server-sent events of a GET or a POST; a streamed request stays on gRPC.

## Bad
```yaml
operations:
  Upload:
    http: POST /v1/parts
    request: stream Part
types:
  Part: {data: bytes(..65536)}
```

## Good
```yaml
operations:
  Upload:
    request: stream Part
types:
  Part: {data: bytes(..65536)}
```
""",
    "bad-default": """\
A default is not a value of its type, or its type has no defaults.

## Why it matters
A default holds on every transport, so it must be writable everywhere. Times, uuids, bytes, json, records and unions
have none; a list or map only an empty one. A field with a default needs no `?`.

## Bad
```yaml
types:
  Order: {count: int32(1..10) = 11, at: timestamp = now}
```

## Good
```yaml
types:
  Order: {count: int32(1..10) = 10, at: 'timestamp?'}
```
""",
    "bad-example": """\
An example is not a value of its type.

## Why it matters
Examples are shown in the documentation and are what people paste.

## Bad
```yaml
operations:
  Add:
    request: {count: int32}
    idempotency: none
    examples: [{count: many}]
```

## Good
```yaml
operations:
  Add:
    request: {count: int32}
    idempotency: none
    examples: [{count: 3}]
```
""",
    "bad-fallback": """\
A fallback is not an answer that the callee could have given.

## Why it matters
It is used when the callee is down, which is a bad time to find out. Checked when the callee's contract is at hand.

## Bad
```yaml
dependencies:
  stock:
    contract: stock.yaml
    operations:
      Count: {fallback: {value: {cuont: 0}}}
```

## Good
```yaml
dependencies:
  stock:
    contract: stock.yaml
    operations:
      Count: {fallback: {value: {count: 0}}}
```
""",
    "bad-pattern": """\
A pattern does not mean the same in every engine, or does not compile.

## Why it matters
The pattern runs in Rust (pydantic), in browsers (JSON Schema) and in Go (gateways). What they share takes linear
time: no look-around, no back-references, no inline flags.

## Bad
```yaml
types:
  Order: {code: {type: string, pattern: '(?=a)b'}}
```

## Good
```yaml
types:
  Order: {code: {type: string, pattern: '^[a-z]{2}$'}}
```
""",
    "bad-paginate": """\
`paginate` does not fit its operation.

## Why it matters
It names the list field of the response record and adds `page_size` and `page_token` to the request and
`next_page_token` to the response (AIP-158).

## Bad
```yaml
operations:
  ListOrders:
    http: GET /v1/orders
    response: {orders: int32}
    paginate: orders
```

## Good
```yaml
operations:
  ListOrders:
    http: GET /v1/orders
    response: {orders: list<uuid>}
    paginate: orders
```
""",
    "bad-rename": """\
`renamed_from` names something that is still there.

## Why it matters
The old name's proto number would belong to two fields.

## Bad
```yaml
types:
  Order:
    total: decimal
    amount: {type: decimal, renamed_from: total}
```

## Good
```yaml
types:
  Order:
    amount: {type: decimal, renamed_from: total}
```
""",
    "alias-cycle": """\
An alias stands for itself.

## Why it matters
`A: B` and `B: A` never arrive at a type.

## Bad
```yaml
types:
  First: Second
  Second: First
```

## Good
```yaml
types:
  First: Second
  Second: string(1..32)
```
""",
    "extends-cycle": """\
A record extends itself.

## Why it matters
Its fields would start with its fields.

## Bad
```yaml
types:
  First: {extends: Second, fields: {a: bool}}
  Second: {extends: First, fields: {b: bool}}
```

## Good
```yaml
types:
  First: {extends: Second, fields: {a: bool}}
  Second: {b: bool}
```
""",
    "infinite-type": """\
No value of a record is ever complete.

## Why it matters
Each needs another of its own kind inside, without an end. Recursion is fine through `?`, a list or a map.

## Bad
```yaml
types:
  Tree: {left: Tree}
```

## Good
```yaml
types:
  Tree: {left: 'Tree?'}
```
""",
    "empty-type": """\
An enum or a union has nothing to choose from.

## Why it matters
No value could ever be sent.

## Bad
```yaml
types:
  Status: {enum: []}
```

## Good
```yaml
types:
  Status: {enum: [pending, paid]}
```
""",
    "duplicate-value": """\
Something is listed twice.

## Why it matters
One of the two has no effect, or two names would be one in an output.

## Bad
```yaml
types:
  Status: {enum: [pending, paid, pending]}
```

## Good
```yaml
types:
  Status: {enum: [pending, paid]}
```
""",
    "name-collision": """\
Two names fall together in something that is generated.

## Why it matters
`GetURL` and `GetUrl` have one handler file; `line_1` and `line1` have one JSON name in proto; a made-up name
(`<Operation>Request`, `<Error>Details`) may meet a declared one. One of the two would be lost.

## Bad
```yaml
operations:
  GetURL: {idempotency: safe}
  GetUrl: {idempotency: safe}
```

## Good
```yaml
operations:
  GetURL: {idempotency: safe}
  FindUrl: {idempotency: safe}
```
""",
    "number-collision": """\
Two fields of a record have the same proto number.

## Why it matters
A reader tells fields apart by nothing else.

## Bad
```yaml
types:
  Order:
    a: {type: bool, number: 1}
    b: {type: bool, number: 1}
```

## Good
```yaml
types:
  Order:
    a: {type: bool, number: 1}
    b: {type: bool, number: 2}
```
""",
    "bad-number": """\
A pinned proto number cannot be given.

## Why it matters
A number means one field or value for as long as messages live. It may be outside of what protobuf allows, taken by
another name, used once by a removed one, or differ from the number that contract.lock remembers. In an enum without
`proto:` the number 0 means that the value is not known.

## Bad
```yaml
types:
  Status: {enum: {paid: {number: 0}}}
operations:
  Set: {request: {status: Status}, idempotency: natural}
```

## Good
```yaml
types:
  Status: {enum: {paid: {number: 1}}}
operations:
  Set: {request: {status: Status}, idempotency: natural}
```
""",
    "lock-file": """\
`contract.lock` cannot be read.

## Why it matters
The lock holds the proto numbers that callers and stored messages use. A number that is lost cannot be guessed again.

## What to do
After a git merge run `mscgen lock resolve`. If the file is damaged or deleted, restore it from git; it is written by
`mscgen generate` and never by hand.
""",
    "reserved-name": """\
A name is taken by Python, by a library or by the generated code.

## Why it matters
A type `Decimal` or a package `redis` would hide what the generated code needs. Fields are never affected: they get a
trailing `_` in Python.

## Bad
```yaml
types:
  Decimal: {digits: string(1..40)}
```

## Good
```yaml
types:
  DecimalNumber: {digits: string(1..40)}
```
""",
    "unknown-error": """\
An operation lists an error that is not declared.

## Why it matters
Callers are promised a typed exception that nobody can raise.

## Bad
```yaml
errors:
  OrderNotFound: not_found
operations:
  Ping: {idempotency: safe, errors: [OrderNotFoud]}
```

## Good
```yaml
errors:
  OrderNotFound: not_found
operations:
  Ping: {idempotency: safe, errors: [OrderNotFound]}
```
""",
    "unknown-event": """\
An event is named that nobody publishes.

## Why it matters
It would never be sent, or never arrive.

## Bad
```yaml
operations:
  Ping: {idempotency: none, emits: [Pinged]}
```

## Good
```yaml
operations:
  Ping: {idempotency: none, emits: [Pinged]}
publishes:
  Pinged: {payload: {at: timestamp}}
```
""",
    "unknown-dependency": """\
A dependency is named that is not declared.

## Why it matters
Every service that is called stands under `dependencies`, with its terms.

## Bad
```yaml
operations:
  Ping: {idempotency: none, calls: [stock.Count]}
```

## Good
```yaml
operations:
  Ping: {idempotency: none, calls: [stock.Count]}
dependencies:
  stock: {contract: ../stock-service/contract.yaml}
```
""",
    "unknown-operation": """\
A dependency's contract has no such operation.

## Why it matters
The call would fail at run time. Checked when the callee's contract is at hand.

## Bad
```yaml
operations:
  Ping: {idempotency: none, calls: [stock.Cuont]}
dependencies:
  stock: {contract: stock.yaml}
```

## Good
```yaml
operations:
  Ping: {idempotency: none, calls: [stock.Count]}
dependencies:
  stock: {contract: stock.yaml}
```
""",
    "unknown-policy": """\
A policy is named that does not exist.

## Why it matters
`default`, `critical` and `batch` exist already; others stand under `policies`.

## Bad
```yaml
dependencies:
  stock: {contract: ../stock-service/contract.yaml, policy: slow}
```

## Good
```yaml
dependencies:
  stock: {contract: ../stock-service/contract.yaml, policy: slow}
policies:
  slow: {timeout: 5s}
```
""",
    "contract-not-found": """\
The contract of a dependency is not where it should be.

## Why it matters
Its operations, events and types cannot be checked; types of it cannot be used. A callee in another repository can be
vendored beside this contract.

## Bad
```yaml
dependencies:
  stock: {contract: ../nowhere/contract.yaml}
```

## Good
```yaml
dependencies:
  stock: {contract: stock.yaml}
```
""",
    "contract-invalid": """\
The contract of a dependency has errors.

## Why it matters
What it offers cannot be told until they are corrected: run `mscgen lint` on it.

## Bad
```yaml
operations:
  Ping: {idempotency: none, calls: [stock.Count]}
dependencies:
  stock: {contract: broken.yaml}
```

## Good
```yaml
operations:
  Ping: {idempotency: none, calls: [stock.Count]}
dependencies:
  stock: {contract: stock.yaml}
```
""",
    "import-cycle": """\
Types of two contracts need each other.

## Why it matters
Each would be a copy of the other's copy. Declare the shared type in one of them, or in a third contract.

## Bad
```yaml
types:
  Mine: {other: peer.Theirs}
dependencies:
  peer: {contract: peer.yaml}
```

## Good
```yaml
types:
  Mine: {other: peer.Plain}
dependencies:
  peer: {contract: peer.yaml}
```
""",
    "gateway-only": """\
`expose` and `compose` are for gateways.

## Why it matters
A service answers from its own handlers; a gateway (`kind: gateway`) has none and passes calls on.

## Bad
```yaml
dependencies:
  orders: {contract: ../order-service/contract.yaml}
expose: {orders: all}
```

## Good
```yaml
kind: gateway
dependencies:
  orders: {contract: ../order-service/contract.yaml}
expose: {orders: all}
```
""",
    "section-without-emitter": """\
A part of the contract is read and checked, and nothing is generated from it yet.

## Why it matters
The contract may say more than this version generates. It is told, so that nobody waits for a client or a consumer
that does not come.

## Bad
```yaml
stores:
  orders: {kind: postgres, owns: [orders]}
```

## Good
```yaml
types:
  Order: {order_id: uuid}
```
""",
}
