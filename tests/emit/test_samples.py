"""A sample is accepted: as JSON by the schema of its type, as a message by protobuf."""

from __future__ import annotations

import json
import re

import pytest
from contracts import contracts
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from hypothesis import assume, given
from jsonschema import Draft202012Validator
from mscgen.emit.jsonschema import Lowering, definitions
from mscgen.emit.pattern_sample import pattern_sample
from mscgen.emit.samples import Samples
from services import contract, load, service_of


@pytest.mark.parametrize(
    "pattern",
    [
        "^[A-Z]{2}-\\d+$",
        "^(?:foo|bar)baz?$",
        "^[^@ ]+@[^@ ]+$",
        "^[a-z][a-z0-9-]{0,61}[a-z0-9]$",
        "\\.txt$",
        "^(a|b){3}$",
        "^[]x]$",
        "^\\w+\\s\\w+$",
        "^v(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)$",
        "^$",
        ".{5,}",
    ],
)
def test_a_pattern_accepts_its_sample(pattern):
    made = pattern_sample(pattern)
    assert made is not None
    assert re.search(pattern, made)


@pytest.mark.parametrize("pattern", ["(?=x)y", "[", "(", "\\p{L}+", "(?i)x", "a{2"])
def test_what_cannot_be_read_has_no_sample_and_no_traceback(pattern):
    made = pattern_sample(pattern)
    assert made is None or re.search(pattern, made)


def test_a_sample_is_as_long_as_it_must_be():
    assert len(pattern_sample("^[a-z]+$", 12, 20) or "") >= 12
    assert pattern_sample("^[a-z]{4}$", 5) is None


def test_only_what_must_be_there_is_filled_in():
    service = service_of(
        contract(
            types={"Order": {"id": "uuid", "note": "string?", "kind": "int32(5..9)", "price": "decimal(0..1)"}},
            operations={"CreateOrder": {"http": "POST /o", "request": "Order", "idempotency": "none"}},
        )
    )
    sample = Samples(service).request(service.operations[0])
    assert sample == {"id": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "kind": 5, "price": "1"}


def test_the_contracts_own_examples_come_first():
    fields = {"name": {"type": "string", "example": "Ada"}, "age": "int32"}
    operation = {"http": "POST /p", "request": fields, "idempotency": "none", "examples": [{"name": "Bob", "age": 36}]}
    service = service_of(contract(operations={"AddPerson": operation}))
    assert Samples(service).request(service.operations[0]) == {"name": "Bob", "age": 36}


@given(contracts())
def test_every_sample_satisfies_the_schema_of_its_request(text):
    service, _, _ = load(text)
    assume(service is not None)
    samples, lowering = Samples(service), Lowering(service)
    schemas = {"components": {"schemas": definitions(service)}}
    for op in service.operations:
        value = samples.request(op)
        for f in op.request.fields:
            if f.name.raw in value:
                errors = list(Draft202012Validator({**lowering.field(f), **schemas}).iter_errors(value[f.name.raw]))
                assert not errors, (f.name.raw, value, errors)


@given(contracts())
def test_every_grpc_sample_is_a_message(text):
    service, _, _ = load(text)
    assume(service is not None)
    assume(service.wire.rpcs)
    pool = compiled(service)
    for op in service.operations:
        rpc = next((r for r in service.wire.rpcs if r.operation == op.name.raw), None)
        if rpc is not None:
            kind = message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{service.wire.package}.{rpc.request}"))
            sample = Samples(service).grpc(op)
            mask = sample.pop("update_mask", {"paths": []})
            message = json_format.Parse(json.dumps(sample), kind())
            if mask["paths"]:
                message.update_mask.paths.extend(mask["paths"])


def compiled(service) -> descriptor_pool.DescriptorPool:
    """The service's proto as protoc understands it."""
    import tempfile
    from pathlib import Path

    import grpc_tools
    from grpc_tools import protoc
    from mscgen.emit.proto import emit

    with tempfile.TemporaryDirectory() as folder:
        file = next(f for f in emit(service) if f.path.endswith(".proto"))
        path = Path(folder, service.wire.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text)
        out = Path(folder, "set.binpb")
        include = Path(grpc_tools.__file__).parent / "_proto"
        arguments = [
            "protoc",
            f"-I{folder}",
            f"-I{include}",
            "--include_imports",
            f"--descriptor_set_out={out}",
            str(path),
        ]
        assert protoc.main(arguments) == 0
        files = descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for descriptor in files.file:
        pool.Add(descriptor)
    return pool


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("list<string>(..3)", []),
        ("map<string>(..3)?", {}),
        ({"type": "string?", "nullable": True}, {"value": "text"}),
    ],
)
def test_a_partial_update_of_what_needs_a_form_of_its_own_on_the_wire(field, value):
    types = {"Thing": {"fields": {"some": field}}}
    request = {"id": "int32", "thing": "partial<Thing>"}
    service = service_of(contract(types=types, operations={"Change": {"request": request, "idempotency": "natural"}}))
    sample = Samples(service).grpc(service.operations[0])
    assert sample["thing"] == {"some": value}
    assert sample["update_mask"] == {"paths": ["some"]}
