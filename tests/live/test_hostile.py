"""Hostile contracts: text that wants to leave its place, names that want to hide others, files that want to exhaust."""

from __future__ import annotations

import ast
import json
import keyword
import os
import re
import resource
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from itertools import pairwise
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml
from contracts import FIELD_NAMES, HOSTILE, WIRE_NAMES
from google.protobuf import json_format, message_factory
from markdown_it import MarkdownIt
from mscgen.emit.quote import one_line
from mscgen.emit.yaml import dump
from mscgen.model.names import MODEL_ATTRIBUTES
from probes import Grpc, Rest, descriptors, grpc_probe
from projects import EMPTY, Project, Workshop, running

pytestmark = pytest.mark.live

TRAVERSALS = [
    "../../etc/passwd",
    "..",
    "/etc/passwd",
    "a/b",
    "a\\b",
    "a\x00b",
    "~",
    "C:\\x",
    "..%2f",
    "a\nb",
    "$(x)",
    "",
]
STUB = '#!/bin/sh\nprintf "%s\\0" "${0##*/}" "$@" >> "$RECORD"\nprintf "\\n" >> "$RECORD"\n'


def hostile_contract() -> dict[str, Any]:
    """Every text place of the language, each hostile text once in most of them."""
    everywhere = " ".join(HOSTILE)
    fields: dict[str, Any] = {}
    for i, text in enumerate(HOSTILE):
        fields[f"doc_{i}"] = {
            "type": "string(..200)",
            "doc": text,
            "default": text,
            "wire": f"w{i}{WIRE_NAMES[i % len(WIRE_NAMES)]}",
        }
        fields[f"example_{i}"] = {"type": "string(..200)", "doc": text, "example": text}
        fields[f"pattern_{i}"] = {
            "type": "string(..200)?",
            "pattern": f"^{re.escape(one_line(text)).replace(chr(92) + ' ', ' ')}"[:80].rstrip("\\"),
            "doc": text,
        }
    values = {f"value_{i}": {"wire": wire, "doc": HOSTILE[i % len(HOSTILE)]} for i, wire in enumerate(WIRE_NAMES)}
    example = {
        name: HOSTILE[i % len(HOSTILE)] for i, name in enumerate(n for n in fields if n.startswith(("doc", "example")))
    }
    return {
        "mscgen": 1,
        "service": "hostile-service",
        "version": "1.0.0",
        "owner": everywhere,
        "doc": everywhere,
        "auth": "public",
        "types": {
            "Texts": {"fields": fields, "doc": everywhere},
            "Odd": {"enum": values, "doc": everywhere},
            "Sku": {"alias": "string(..99)", "doc": everywhere, "format": HOSTILE[0]},
            "Left": {"odd": "Odd", "sku": "Sku"},
            "Either": {"union": {"left": {"type": "Left", "doc": everywhere}}, "doc": everywhere},
        },
        "errors": {
            "Gone": {"code": "not_found", "doc": everywhere, "details": {"why": {"type": "Odd", "doc": everywhere}}}
        },
        "operations": {
            **{
                f"Say{i}": {
                    "doc": text,
                    "http": f"POST /v1/say{i}",
                    "request": {"either": "Either"},
                    "response": "Texts",
                    "errors": ["Gone"],
                    "idempotency": "none",
                }
                for i, text in enumerate(HOSTILE)
            },
            "Show": {
                "doc": everywhere,
                "http": "POST /v1/show",
                "request": "Texts",
                "response": "stream Texts",
                "idempotency": "none",
                "examples": [example],
            },
            "Find": {
                "doc": everywhere,
                "http": "GET /v1/find/{key}",
                "request": {
                    "key": {"type": "string(1..200)", "example": HOSTILE[9]},
                    "query": {"type": "string(..200)", "example": HOSTILE[1]},
                },
                "response": "Texts",
            },
        },
    }


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    return Workshop(tmp_path_factory.mktemp("projects"))


@pytest.fixture(scope="module")
def made(workshop) -> list[Project]:
    return []


@pytest.fixture
def project(workshop, made) -> Project:
    """The hostile contract's project, made by the first test that needs it."""
    if not made:
        made.append(workshop.make(dump(hostile_contract())))
    return made[0]


def plain(text: str | None) -> str:
    return " ".join((text or "").split())


def test_generated_python_is_clean_and_its_docstrings_are_the_documentation(project):
    for command in (["ruff", "check", "--no-cache", "."], ["ruff", "format", "--no-cache", "--diff", "."]):
        done = project.run(*command)
        assert done.returncode == 0, done.stdout
    classes = {
        n.name: n
        for n in ast.parse((project.source / "gen/models.py").read_bytes()).body
        if isinstance(n, ast.ClassDef)
    }
    assert plain(ast.get_docstring(classes["Texts"])) == plain(one_line(" ".join(HOSTILE)))
    for i, text in enumerate(HOSTILE):
        module = ast.parse((project.source / f"handlers/say{i}.py").read_bytes())
        function = next(n for n in module.body if isinstance(n, ast.AsyncFunctionDef))
        assert plain(ast.get_docstring(function)) == plain(one_line(text))


def test_the_proto_says_what_it_should_and_nothing_else(project):
    root = project.folder / "api/gen/proto"
    file = next(f for f in descriptors(root, project.proto).file if f.package == "hostile_service.v1")
    assert [s.name for s in file.service] == ["HostileService"]
    assert {m.name for m in file.service[0].method} == {op.name.raw for op in project.service.operations}
    assert {m.name for m in file.message_type} == {m.name for m in project.service.wire.messages}


def test_yaml_and_json_load_and_hold_the_texts(project):
    from openapi_spec_validator import validate

    document = yaml.safe_load((project.folder / "api/gen/openapi.yaml").read_text(encoding="utf-8"))
    assert document == json.loads((project.source / "gen/openapi.json").read_text(encoding="utf-8"))
    validate(document)
    assert len(document["paths"]) == len(project.service.operations)
    properties = document["components"]["schemas"]["Texts"]["properties"]
    for i, text in enumerate(HOSTILE):
        assert properties[f"w{i}{WIRE_NAMES[i % len(WIRE_NAMES)]}"]["default"] == text
    for path in project.own_files():
        if path.suffix in (".yaml", ".yml", ".lock"):
            yaml.safe_load(path.read_text(encoding="utf-8"))
        elif path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))


def test_markdown_has_no_html_and_no_link_of_a_contract(project):
    allowed = re.compile(r'<a id="(?:op|type|error|event)-\w+">|</a>|<!-- [^<>]* -->\s*|<br>')
    for path in (project.folder / "docs/gen").glob("*.md"):
        for token in _tokens(MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8"))):
            if token.type in ("html_block", "html_inline"):
                assert allowed.sub("", token.content).strip() == "", (path.name, token.content)
            href = token.attrs.get("href") if token.type == "link_open" else None
            assert href is None or re.match(r"https?://|#|\w+\.md", str(href)), href


def _tokens(tokens):
    for token in tokens:
        yield token
        yield from _tokens(token.children or ())


def test_no_file_has_a_control_or_bidi_character(project):
    for path in project.own_files():
        if path.name != "contract.yaml":
            text = path.read_bytes().decode("utf-8")
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069]", text), path


def test_pasted_commands_run_curl_and_grpcurl_and_nothing_else(project, tmp_path):
    bash = shutil.which("bash")
    assert bash is not None
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("curl", "grpcurl", "uuidgen", "reboot", "rm", "echo"):
        (programs / name).write_text(STUB)
        (programs / name).chmod(0o755)
    page = (project.folder / "docs/gen/api.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= len(project.service.operations)
    record = tmp_path / "record"
    for block in blocks:
        # Without built-in echo and with nothing else in PATH, whatever a text starts is recorded.
        done = subprocess.run(
            [bash, "-c", "enable -n echo\n" + block],
            env={"PATH": str(programs), "RECORD": str(record)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, ""), block
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bin", "record"]
    calls = [[*call.split("\0")] for call in record.read_text(encoding="utf-8").removesuffix("\0\n").split("\0\n")]
    assert {call[0] for call in calls} <= {"curl", "grpcurl", "uuidgen"}
    for call in calls:
        for option, value in pairwise(call):
            if option == "-d":
                json.loads(value)


@pytest.mark.slow
def test_the_hostile_service_answers_and_every_line_of_its_log_is_json(project):
    with (
        running(project, LOG_LEVEL="info") as server,
        grpc_probe(project.service, server.grpc, project.folder / "api/gen/proto") as rpc,
    ):
        rest = Rest(project.service, server.url)
        for op in project.service.operations:
            assert rest.valid(op)[0] == 501, rest.valid(op)
            assert rpc.valid(op) == (grpc.StatusCode.UNIMPLEMENTED, "UNIMPLEMENTED")
        for path in ("/v1/%0a%1b%5b31m", "/v1/find/%E2%80%AE?query=%0d%0aX:1", "/%00", "/v1/find/%ff"):
            request = urllib.request.Request(
                server.url + path, headers={"X-Request-Id": "\x1b[31m", "User-Agent": '"}\t{"'}
            )
            with pytest.raises(urllib.error.HTTPError) as failed:
                urllib.request.urlopen(request, timeout=20)
            assert failed.value.code in (400, 404, 501), path
        lines = server.log.read_text(encoding="utf-8").splitlines()
        assert lines
        for line in lines:
            json.loads(line)
            assert not re.search("[\x00-\x1f\x7f]", line)


@pytest.mark.slow
def test_names_of_python_and_of_pydantic_come_through_both_transports(workshop):
    names = sorted(
        {*(k for k in keyword.kwlist if k.islower()), *keyword.softkwlist, *MODEL_ATTRIBUTES, *FIELD_NAMES, *dir(int)}
    )
    names = [name for name in names if re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name)]
    contract = {
        "mscgen": 1,
        "service": "order-service",
        "version": "1.0.0",
        "owner": "team-a",
        "auth": "public",
        "types": {"Odd": dict.fromkeys(names, "int32?")},
        "operations": {
            "Class": {"http": "POST /v1/odd", "request": "Odd", "response": "Odd", "idempotency": "none"},
            "Import": {"http": "GET /v1/import", "request": dict.fromkeys(names, "int32?")},
        },
    }
    project = workshop.make(dump(contract))
    handler = project.source / "handlers/class_.py"
    handler.write_text(
        handler.read_text().replace("raise ctx.unimplemented()", "return request\n    raise ctx.unimplemented()")
    )
    values = {name: i for i, name in enumerate(names)}
    with (
        running(project, LOG_LEVEL="warning") as server,
        grpc_probe(project.service, server.grpc, project.folder / "api/gen/proto") as rpc,
    ):
        request = urllib.request.Request(
            f"{server.url}/v1/odd", json.dumps(values).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert json.loads(answer.read()) == values
        assert Rest(project.service, server.url).valid(project.service.operations[1])[0] == 501
        assert _echo(rpc, "Class", values) == values


def _echo(rpc: Grpc, method: str, values: dict[str, int]) -> dict[str, int]:
    found = rpc._methods[method]
    request = json_format.ParseDict(
        values, message_factory.GetMessageClass(found.input_type)(), descriptor_pool=rpc._pool
    )
    answer = message_factory.GetMessageClass(found.output_type)
    call = rpc._channel.unary_unary(
        f"/{found.containing_service.full_name}/{method}", response_deserializer=answer.FromString
    )
    inner = call(request.SerializeToString(), timeout=20).odd
    return {field.name: value for field, value in inner.ListFields()}


def mscgen(folder: Path, *arguments: str, memory: int = 2**31) -> subprocess.CompletedProcess[str]:
    """The command with bounded memory and time."""
    return subprocess.run(
        [sys.executable, "-m", "mscgen", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory)),
    )


@pytest.mark.parametrize("place", ["service", "type", "operation", "field", "error", "renamed_from", "enum"])
def test_a_name_that_is_a_path_is_refused_and_writes_nothing(place, tmp_path):
    from mscgen import pipeline
    from mscgen.diagnostics import has_errors

    for name in TRAVERSALS:
        contract: dict[str, Any] = {
            "mscgen": 1,
            "service": "order-service",
            "version": "1.0.0",
            "owner": "team-a",
            "auth": "public",
            "types": {},
            "errors": {},
            "operations": {"Say": {"idempotency": "none"}},
        }
        match place:
            case "service":
                contract["service"] = name
            case "type":
                contract["types"][name] = {"a": "bool"}
            case "operation":
                contract["operations"][name] = {"idempotency": "none"}
            case "field":
                contract["types"]["Thing"] = {name: "bool"}
            case "error":
                contract["errors"][name] = "not_found"
            case "renamed_from":
                contract["operations"]["Say"]["renamed_from"] = name
            case "enum":
                contract["types"]["Thing"] = {"enum": ["a", name]}
        (tmp_path / "contract.yaml").write_text(dump(contract), encoding="utf-8")
        loaded, plan = pipeline.plan(tmp_path / "contract.yaml", tmp_path)
        assert has_errors(loaded.diagnostics), name
        assert plan is None
        assert all(d.help for d in loaded.diagnostics)
    assert os.listdir(tmp_path) == ["contract.yaml"]


def test_a_manifest_that_points_outside_deletes_nothing_there(workshop, tmp_path):
    import hashlib

    project = workshop.make(
        dump({"mscgen": 1, "service": "order-service", "version": "1.0.0", "owner": "a", "auth": "public"})
    )
    victim = project.folder.parent / "victim.txt"
    victim.write_text("precious")
    manifest = project.folder / ".mscgen/manifest.json"
    text = manifest.read_text()
    known = json.loads(text)
    digest = hashlib.sha256(b"precious").hexdigest()
    first = next(key for key, value in known.items() if isinstance(value, dict) and value)
    sample = next(iter(known[first].values()))
    known[first]["../victim.txt"] = f"sha256:{digest}" if str(sample).startswith("sha256:") else digest
    manifest.write_text(json.dumps(known))
    done = mscgen(project.folder, "generate")
    assert "Traceback" not in done.stderr
    assert victim.read_text() == "precious"


def test_a_folder_that_is_a_link_to_elsewhere_is_not_written_through(workshop, tmp_path):
    contract = EMPTY.format("order-service") + "operations: {Say: {idempotency: none}}\n"
    project = workshop.make(contract)
    outside = tmp_path / "outside"
    outside.mkdir()
    shutil.rmtree(project.folder / "docs/gen")
    (project.folder / "docs/gen").symlink_to(outside, target_is_directory=True)
    done = mscgen(project.folder, "generate")
    assert "Traceback" not in done.stderr
    assert done.returncode == 1, done.stdout
    assert os.listdir(outside) == []


def _bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    return "mscgen: 1\nx-bomb:\n" + "".join(f"  {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("an alias bomb", _bomb()),
        ("deep brackets", "mscgen: 1\nx-a: " + "[" * 100_000),
        ("deep braces", "mscgen: 1\nx-a: " + "{a: " * 50_000 + "1" + "}" * 50_000),
        ("deep blocks", "mscgen: 1\n" + "".join(" " * i + "x-a:\n" for i in range(1, 2000))),
        ("deep types", "mscgen: 1\nservice: a\nversion: 1.0.0\nowner: a\nauth: public\ntypes:\n  T: " + "list<" * 20_000 + "bool" + ">" * 20_000),
        ("a long range", "mscgen: 1\nservice: a\nversion: 1.0.0\nowner: a\nauth: public\ntypes:\n  T: int32(1.." + "9" * 200_000 + ")"),
        ("a big exponent", "mscgen: 1\nservice: a\nversion: 1.0.0\nowner: a\nauth: public\ntypes:\n  T: {x: {type: decimal, max: 1e999999999}}"),
        ("a cyclic anchor", "mscgen: 1\nx-a: &a [*a]"),
        ("a long key", "mscgen: 1\n" + "k" * 1_000_000 + ": 1"),
        ("a huge file", "mscgen: 1\n" + "# filler\n" * 4_000_000),
        ("a pattern with a huge repetition", "mscgen: 1\nservice: a\nversion: 1.0.0\nowner: a\nauth: public\ntypes:\n  T: {x: {type: string, pattern: '((a{1000}){1000}){1000}'}}"),
    ],
    ids=lambda value: value if len(value) < 40 else "",
)  # fmt: skip
def test_a_file_that_wants_to_exhaust_is_refused_in_bounds(name, text, tmp_path):
    (tmp_path / "contract.yaml").write_text(text, encoding="utf-8")
    done = mscgen(tmp_path, "generate")
    said = done.stdout + done.stderr
    assert done.returncode in (1, 2), (name, said[:2000])
    assert "Traceback" not in said
    assert "contract.yaml" in said
    assert "help:" in said
    assert len(said) < 20_000, name
    assert sorted(os.listdir(tmp_path)) == ["contract.yaml"] or sorted(os.listdir(tmp_path)) == [
        ".mscgen",
        "contract.yaml",
    ]
