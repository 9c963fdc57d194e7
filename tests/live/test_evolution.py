"""A contract grows, as its user sees it: the command line, the files that stay and the files that change, old clients."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from google.protobuf import descriptor_pool, message_factory
from mscgen import pipeline
from probes import KEY, descriptors
from projects import Project, running

pytestmark = pytest.mark.live

PROTO = "api/gen/proto/order_service/v1/order_service.proto"
HANDLERS = "src/order_service/handlers"
COUNT = """  CountOrders:
    doc: How many there are.
    http: GET /v1/order-count
    response: {count: int64(0..)}
"""


def mscgen(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mscgen", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """An order service as `mscgen new` makes it; tests work on copies."""
    folder = tmp_path_factory.mktemp("fresh")
    home = tmp_path_factory.mktemp("home")
    command = [sys.executable, "-m", "mscgen", "new", "order-service", "--defaults"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env={**os.environ, "HOME": str(home)})
    assert done.returncode == 0, done.stderr
    return folder / "order-service"


@pytest.fixture
def project(fresh, tmp_path):
    return Path(shutil.copytree(fresh, tmp_path / "order-service"))


def edit(project: Path, *changes: tuple[str, str]) -> None:
    """Replaces in the contract; every text has to be there."""
    path = project / "contract.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def grow(project: Path) -> None:
    """A new field, enum value and operation; a renamed field and operation; an operation less."""
    edit(
        project,
        ("[draft, active, archived]", "[draft, active, lost, archived]"),
        (
            "    amount: decimal(0..)\n",
            "    price: {type: decimal(0..), renamed_from: amount}\n    priority: int32(0..9)?\n",
        ),
        (" amount: decimal(0..), note", " price: {type: decimal(0..), renamed_from: amount}, note"),
        ("  GetOrder:\n", "  ReadOrder:\n    renamed_from: GetOrder\n"),
    )
    path = project / "contract.yaml"
    text = path.read_text(encoding="utf-8")
    gone = text[text.index("  WatchOrder:") : text.index("  DeleteOrder:")]
    path.write_text(text.replace(gone, "") + COUNT, encoding="utf-8")


def state(project: Path) -> dict[str, tuple[bytes, int]]:
    """Path → bytes and time of the last change; git's own and mscgen's memory of the last run aside."""
    found = (p for p in project.rglob("*") if p.is_file() and ".git" not in p.parts)
    return {
        p.relative_to(project).as_posix(): (p.read_bytes(), p.stat().st_mtime_ns)
        for p in found
        if p.name not in ("fresh.json", "lock") and p.suffix != ".pyc"
    }


def numbers(text: str, block: str) -> dict[str, int]:
    """Name → number in one message or enum of a proto file."""
    body = re.search(rf"^(?:message|enum) {block} {{\n(.*?)^}}", text, re.MULTILINE | re.DOTALL)
    assert body is not None, block
    return {m[1]: int(m[2]) for m in re.finditer(r"(\w+) = (\d+)", body[1])}


def as_project(folder: Path) -> Project:
    service = pipeline.load(folder / "contract.yaml").service
    assert service is not None
    return Project(folder, service)


@pytest.mark.parametrize(
    ("flag", "code", "says"), [("--check", 1, "create"), ("--diff", 0, "+++ b/"), ("--dry-run", 0, "create")]
)
def test_looking_changes_nothing_on_disk(project, flag, code, says):
    grow(project)
    before = state(project)
    done = mscgen(project, "generate", flag)
    assert done.returncode == code, done.stderr
    assert says in done.stdout
    assert "Traceback" not in done.stderr
    assert state(project) == before


def test_a_second_run_changes_nothing_not_even_a_timestamp(project):
    grow(project)
    assert mscgen(project, "generate").returncode == 0
    before = state(project)
    again = mscgen(project, "generate")
    assert again.returncode == 0
    assert "nothing to do" in again.stdout
    assert mscgen(project, "generate", "--check").returncode == 0
    (project / ".mscgen/fresh.json").unlink(
        missing_ok=True
    )  # without the memory of the last run everything is looked at again
    assert mscgen(project, "generate").returncode == 0
    assert state(project) == before


def test_the_plan_names_what_is_done_and_user_files_keep_every_byte(project):
    before = state(project)
    grow(project)
    done = mscgen(project, "generate")
    assert done.returncode == 0, done.stderr
    after = state(project)
    for line in (
        f"create   {HANDLERS}/count_orders.py",
        "create   tests/handlers/test_count_orders.py",
        f"move     {HANDLERS}/get_order.py -> {HANDLERS}/read_order.py",
        f"orphan   {HANDLERS}/watch_order.py",
    ):
        assert line in done.stdout
    assert len(done.stdout.splitlines()) < 20
    moved = {
        f"{HANDLERS}/get_order.py": f"{HANDLERS}/read_order.py",
        "tests/handlers/test_get_order.py": "tests/handlers/test_read_order.py",
    }
    for path, (content, _) in before.items():
        managed = "/gen/" in path or path in ("contract.yaml", "contract.lock", ".mscgen/manifest.json")
        if not managed:
            assert after[moved.get(path, path)][0] == content, path
    assert not any((project / path).exists() for path in moved)
    assert "raise ctx.unimplemented()" in after[f"{HANDLERS}/count_orders.py"][0].decode()


def test_numbers_stay_and_renamed_fields_keep_theirs(project):
    before = (project / PROTO).read_text()
    grow(project)
    assert mscgen(project, "generate").returncode == 0
    after = (project / PROTO).read_text()
    old, new = numbers(before, "Order"), numbers(after, "Order")
    assert new == {("price" if name == "amount" else name): number for name, number in old.items()} | {"priority": 7}
    statuses = numbers(before, "OrderStatus")
    assert numbers(after, "OrderStatus") == statuses | {"ORDER_STATUS_LOST": max(statuses.values()) + 1}
    assert numbers(after, "ReadOrderRequest") == numbers(before, "GetOrderRequest")


def test_what_is_removed_is_reserved_and_comes_back_with_its_number(project):
    before = (project / PROTO).read_text()
    note, archived = "    note: string(..500)?\n", ", archived]"
    edit(project, (note, ""), (archived, "]"))
    assert mscgen(project, "generate").returncode == 0
    removed = (project / PROTO).read_text()
    assert f"reserved {numbers(before, 'Order')['note']};" in removed
    assert 'reserved "note";' in removed
    assert 'reserved "ORDER_STATUS_ARCHIVED";' in removed
    edit(
        project,
        ("    amount: decimal(0..)\n", "    amount: decimal(0..)\n    extra: string(..9)?\n"),
        ("[draft, active]", "[draft, active, lost]"),
    )
    assert mscgen(project, "generate").returncode == 0
    edit(project, ("    extra:", f"{note}    extra:"), ("lost]", "lost, archived]"))
    assert mscgen(project, "generate").returncode == 0
    back = (project / PROTO).read_text()
    assert numbers(back, "Order").items() > numbers(before, "Order").items()
    assert numbers(back, "OrderStatus").items() > numbers(before, "OrderStatus").items()
    assert "reserved" not in back


def test_reordering_the_contract_changes_no_byte_of_the_proto(project):
    before = (project / PROTO).read_bytes()
    title, note = "    title: string(1..200)\n", "    note: string(..500)?\n"
    edit(project, (title, ""), (note, note + title), ("[draft, active, archived]", "[archived, draft, active]"))
    assert mscgen(project, "generate").returncode == 0
    assert (project / PROTO).read_bytes() == before


def test_prune_moves_orphans_aside_with_their_bytes(project):
    handler = (project / HANDLERS / "watch_order.py").read_bytes()
    grow(project)
    assert mscgen(project, "generate").returncode == 0
    assert (project / HANDLERS / "watch_order.py").read_bytes() == handler
    done = mscgen(project, "prune")
    assert done.returncode == 0, done.stderr
    assert (project / ".mscgen/pruned" / HANDLERS / "watch_order.py").read_bytes() == handler
    assert not (project / HANDLERS / "watch_order.py").exists()
    assert "nothing to prune" in mscgen(project, "prune").stdout
    assert "orphan" not in mscgen(project, "generate").stdout


def test_a_managed_file_edited_by_hand_is_refused_with_the_way_out(project):
    path = project / "src/order_service/gen/rest.py"
    original = path.read_bytes()
    lines = original.decode().splitlines(keepends=True)
    path.write_text("".join([*lines[:11], "X = 1\n", *lines[11:]]))
    grow(project)
    before = state(project)
    done = mscgen(project, "generate")
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert "src/order_service/gen/rest.py:12 was edited by hand" in said
    assert "--adopt src/order_service/gen/rest.py" in said
    assert "--discard src/order_service/gen/rest.py" in said
    assert state(project) == before
    assert mscgen(project, "generate", "--discard", "src/order_service/gen/rest.py").returncode == 0
    assert b"X = 1" not in path.read_bytes()
    assert path.read_bytes() != original


def hunks(project: Path) -> dict[str, int]:
    """Managed file → how many hunks it differs in from the last commit."""
    found = {}
    for path in git(project, "diff", "--name-only").splitlines():
        if "/gen/" in path and "/runtime/" not in path:
            found[path.rsplit("/", 1)[1]] = git(project, "diff", "-U3", "--", path).count("\n@@ ")
    return found


def test_one_added_field_is_one_hunk_for_each_place_that_spells_its_record(project):
    edit(project, ("request: {status: ", 'request: {owner: "string(..40)?", status: '))
    assert mscgen(project, "generate").returncode == 0
    # protoc writes the descriptor as one line and offsets at the end; the stub has the field, then its presence.
    assert hunks(project) == {
        "openapi.yaml": 1,
        "openapi.json": 1,
        "order_service.proto": 1,
        "api.md": 1,
        "convert.py": 2,  # to the message, from the message
        "models.py": 1,
        "rest.py": 1,  # it is a parameter of the query
        "order_service_pb2.py": 3,
        "order_service_pb2.pyi": 2,
    }


def test_one_added_field_of_a_patched_record_is_in_the_record_and_in_its_patch(project):
    edit(project, ("    note: string(..500)?\n", "    note: string(..500)?\n    priority: int32(0..9)?\n"))
    assert mscgen(project, "generate").returncode == 0
    changed = hunks(project)
    most = {
        "convert.py": 4,
        "openapi.yaml": 2,
        "openapi.json": 2,
        "models.py": 2,
        "order_service_pb2.py": 3,
        "order_service_pb2.pyi": 2,
    }
    assert {name: count for name, count in changed.items() if count > most.get(name, 1)} == {}
    assert "rest.py" not in changed
    assert "app.py" not in changed


def adapt(project: Path) -> None:
    """What the user does to the own files after `grow`."""
    for path in [*project.glob(f"{HANDLERS}/*.py"), *project.glob("tests/handlers/*.py")]:
        text = path.read_text(encoding="utf-8").replace("amount", "price")
        text = text.replace("get_order", "read_order").replace("GetOrder", "ReadOrder")
        path.write_text(text, encoding="utf-8")


@pytest.mark.slow
def test_the_grown_service_passes_its_tests_and_serves_clients_of_the_old_proto(project):
    old = descriptors(project / "api/gen/proto", project / PROTO)
    grow(project)
    assert mscgen(project, "generate").returncode == 0
    assert mscgen(project, "prune").returncode == 0
    adapt(project)
    done = subprocess.run(
        ["make", "test", f"PY={sys.executable}"], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\d+ passed", done.stdout, re.MULTILINE)

    pool = descriptor_pool.DescriptorPool()
    for file in old.file:
        pool.Add(file)
    methods = pool.FindServiceByName("order_service.v1.OrderService").methods_by_name
    with running(as_project(project), LOG_LEVEL="warning") as server, grpc.insecure_channel(server.grpc) as channel:

        def call(method: str, **fields: str):
            kinds = [
                message_factory.GetMessageClass(m) for m in (methods[method].input_type, methods[method].output_type)
            ]
            send = channel.unary_unary(
                f"/order_service.v1.OrderService/{method}", kinds[0].SerializeToString, kinds[1].FromString
            )
            return send(kinds[0](**fields), timeout=20, metadata=[("idempotency-key", KEY)])

        made = call("CreateOrder", title="tea", amount="3.50").order
        assert (made.title, made.amount, made.status) == ("tea", "3.50", 1)
        assert list(call("ListOrders").orders) == [made]
        with pytest.raises(grpc.RpcError) as gone:
            call("GetOrder", order_id=made.order_id)
        assert gone.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_buf_finds_nothing_broken_on_the_wire(project, tmp_path):
    buf = Path(sys.executable).with_name("buf")
    for name in ("before", "after"):
        if name == "after":
            grow(project)
            edit(project, ("    note: string(..500)?\n", ""))
            assert mscgen(project, "generate").returncode == 0
        shutil.copytree(project / "api/gen/proto", tmp_path / name)
        (tmp_path / name / "buf.yaml").write_text("version: v2\nbreaking:\n  use: [WIRE]\n")
    command = [buf, "breaking", "after", "--against", "before"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_renamed_type_keeps_its_numbers(project):
    edit(
        project,
        ("OrderStatus", "OrderState"),
        ("  OrderState:\n    enum:", "  OrderState:\n    renamed_from: OrderStatus\n    enum:"),
    )
    before = (project / PROTO).read_text()
    assert mscgen(project, "generate").returncode == 0
    after = (project / PROTO).read_text()
    assert list(numbers(after, "OrderState").values()) == list(numbers(before, "OrderStatus").values())
