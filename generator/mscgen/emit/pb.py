"""The Python of the .proto: protoc's module and typed stubs by mypy-protobuf, moved into the generated package.

Both run in this process. protoc writes imports that only work with its output folder on `sys.path`, and a module
name that exists nowhere; here both are made right (`relocate`). No `*_pb2_grpc`: the server and client tables are a
few typed lines of our own, and raw bytes reach our own error handling.
"""

from __future__ import annotations

import keyword
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mscgen.cache import remembered
from mscgen.emit import header
from mscgen.emit.file import File
from mscgen.emit.proto import proto_text
from mscgen.model.service import Service

if TYPE_CHECKING:
    from google.protobuf.descriptor_pb2 import FileDescriptorSet

# What pyproject.toml pins: part of the cache key, known without reading package metadata.
GRPC_TOOLS = "1.85.1"
MYPY_PROTOBUF = "5.1.0"

_HEADER = header.lines("#")
# What follows is protoc's own style, not ours.
_LEAVE_ALONE = "# ruff: noqa\n# fmt: off\n"
_MODULE_NAME = re.compile(r"(BuildTopDescriptorsAndMessages\(DESCRIPTOR, )'[\w.]+'")


def emit(service: Service) -> Iterator[File]:
    """The module, its stub and the packages around them; nothing for a service without gRPC."""
    if not service.wire.rpcs:
        return
    *packages, module = module_path(service)
    folder = f"src/{service.package}/gen"
    for package in packages:
        folder += f"/{package}"
        yield File(f"{folder}/__init__.py", _HEADER)
    python, stub = compiled(service)
    yield File(f"{folder}/{module}.py", python)
    yield File(f"{folder}/{module}.pyi", stub)


def module_path(service: Service) -> list[str]:
    """The module below `gen`: `["pb", "order_service", "v1", "order_service_pb2"]`."""
    *folders, name = service.wire.path.removesuffix(".proto").split("/")
    return ["pb", *(f + "_" if keyword.iskeyword(f) else f for f in folders), f"{name}_pb2"]


def compiled(service: Service) -> tuple[str, str]:
    """The texts of the module and of its stub."""
    proto = proto_text(service)
    path = service.wire.path
    key = "\0".join([GRPC_TOOLS, MYPY_PROTOBUF, _HEADER, path, proto])
    python, _, stub = remembered("pb", key, lambda: "\0".join(_compile(path, proto))).partition("\0")
    return python, stub


def _compile(path: str, proto: str) -> tuple[str, str]:
    from google.protobuf.descriptor_pb2 import FileDescriptorSet

    with tempfile.TemporaryDirectory(prefix="mscgen-pb-") as folder:
        source = Path(folder, path)
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(proto, encoding="utf-8")
        _protoc(
            f"-I{folder}", f"--python_out={folder}", f"--descriptor_set_out={folder}/set", "--include_imports", path
        )
        python = source.with_name(source.stem + "_pb2.py").read_text(encoding="utf-8")
        descriptors = FileDescriptorSet.FromString(Path(folder, "set").read_bytes())
    return relocate(python), _HEADER + _LEAVE_ALONE + _stub(descriptors, path)


def relocate(python: str) -> str:
    """protoc's module as a part of the generated package.

    The module name given to the builder becomes the real one, else messages cannot be pickled. The descriptor's file
    name stays as in the proto, so that a service and a client of it in one process share the file in the pool.
    """
    body = "\n".join(line for line in python.splitlines() if not line.startswith("# -*-"))
    return _HEADER + _LEAVE_ALONE + _MODULE_NAME.sub(r"\1__name__", body) + "\n"


def _protoc(*arguments: str) -> None:
    """Runs protoc in this process. Raises RuntimeError with what it printed: the proto is ours, so it is our bug."""
    from grpc_tools import protoc

    well_known = str(Path(protoc.__file__).parent / "_proto")
    with _stderr() as printed:
        code = protoc.main(["protoc", *arguments, f"-I{well_known}"])
    if code != 0:
        raise RuntimeError(f"protoc refused the generated proto: {''.join(printed)}")


@contextmanager
def _stderr() -> Iterator[list[str]]:
    """Catches what C code prints to the standard error: it does not go through `sys.stderr`."""
    printed: list[str] = []
    sys.stderr.flush()
    with tempfile.TemporaryFile() as sink:
        kept = os.dup(2)
        os.dup2(sink.fileno(), 2)
        try:
            yield printed
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            sink.seek(0)
            printed.append(sink.read().decode("utf-8", "replace"))


def _stub(descriptors: FileDescriptorSet, path: str) -> str:
    """The stub, by mypy-protobuf's own functions: a plugin process would cost more than all of protoc."""
    from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest, CodeGeneratorResponse
    from mypy_protobuf.main import Descriptors, generate_mypy_stubs

    request = CodeGeneratorRequest(file_to_generate=[path], proto_file=descriptors.file)
    response: Any = CodeGeneratorResponse()
    generate_mypy_stubs(
        Descriptors(request),
        response,
        quiet=True,
        readable_stubs=False,
        relax_strict_optional_primitives=False,
        use_default_deprecation_warnings=True,
        generate_concrete_servicer_stubs=False,
    )
    # The marks are for flake8-pyi; ruff does not know the rule, and says so even in a file it is told to leave alone.
    return str(response.file[0].content).replace("  # noqa: Y015", "")
