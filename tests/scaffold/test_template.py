"""The scaffold itself: rendered by copier for both kinds, without trust, the same wherever and whenever."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from mscgen.emit.example import Example, default_resource, plural, resource_fault
from mscgen.model.names import Name
from mscgen.resolve.reserved import TYPE_NAMES
from mscgen.resources import data_root
from mscgen.write import scaffold, store

from .conftest import commit, replace

ANSWERS = {"service_name": "order-service"}


def test_the_live_template_renders_with_nothing_but_a_name(copie):
    result = copie.copy(extra_answers=ANSWERS, template_dir=data_root())
    assert result.exit_code == 0, result.exception
    assert result.answers == {
        "service_name": "order-service",
        "kind": "service",
        "example": True,
        "resource": "Order",
        "owner": "team-order",
        "doc": "Keeps orders.",
    }
    contract = yaml.safe_load((result.project_dir / "contract.yaml").read_text())
    assert list(contract["operations"]) == [
        "CreateOrder", "GetOrder", "ListOrders", "UpdateOrder", "WatchOrder", "DeleteOrder",
    ]  # fmt: skip


def test_a_gateway_has_the_same_files_but_a_contract_of_its_own(copie, live):
    service = copie.copy(extra_answers=ANSWERS, template_dir=live).project_dir
    result = copie.copy(extra_answers={"service_name": "edge", "kind": "gateway"}, template_dir=live)
    assert result.exit_code == 0, result.exception
    names = {
        p.relative_to(result.project_dir).as_posix().replace("edge", "order_service") for p in files(result.project_dir)
    }
    assert names == {p.relative_to(service).as_posix() for p in files(service)}
    assert yaml.safe_load((result.project_dir / "contract.yaml").read_text())["kind"] == "gateway"


def files(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file()]


@pytest.mark.parametrize(
    ("name", "ok"),
    [("a", True), ("a-1", True), ("x" * 63, True), ("Order", False), ("1x", False), ("a b", False), ("a-", False),
     ("a--b", False), ("x" * 64, False), ("", False), ("a_b", False), ("ä", False)],
)  # fmt: skip
def test_names_that_no_network_accepts_are_refused(copie, live, name, ok):
    result = copie.copy(extra_answers={"service_name": name}, template_dir=live)
    assert (result.exit_code == 0) is ok, result.exception


def test_no_trust_is_needed(tmp_path, live_repo):
    from copier import run_copy

    run_copy(str(live_repo), tmp_path / "p", data=ANSWERS, defaults=True, quiet=True, unsafe=False)
    questions = yaml.safe_load((data_root() / "copier.yml").read_text())
    assert not {"_tasks", "_migrations", "_jinja_extensions", "_external_data"} & questions.keys()


def test_an_edit_survives_an_update_with_plain_copier(copie, live_repo):
    result = copie.copy(extra_answers=ANSWERS, template_dir=live_repo, vcs_ref="v1.0.0")
    assert result.exit_code == 0, result.exception
    readme = result.project_dir / "README.md"
    replace(readme, "# order-service\n", "# order-service\n\nMine.\n")
    commit(result.project_dir, "scaffold")
    template = live_repo / "templates/scaffold/service/README.md.jinja"
    template.write_text(template.read_text() + "\n## New in v2\n")
    commit(live_repo, "v2", "v2.0.0")
    updated = copie.update(result, vcs_ref="v2.0.0")
    assert updated.exit_code == 0, updated.exception
    assert "Mine." in readme.read_text()
    assert "## New in v2" in readme.read_text()
    assert yaml.safe_load((result.project_dir / ".copier-answers.yml").read_text())["_commit"] == "v2.0.0"


def test_renders_do_not_depend_on_place_or_moment():
    """Whatever differs between two of copier's temporary renders becomes a conflict at every update."""
    banned = (
        "_folder_name", "_copier_conf.dst_path", "_copier_conf.src_path", "_copier_phase", "_copier_operation",
        "_external_data", "strftime", "ans_random", "_copier_python", "now()",
    )  # fmt: skip
    for path, file in store.live_files():
        text = path + file.read_text(encoding="utf-8")
        assert not [word for word in banned if word in text], path


def test_the_scaffold_holds_no_binaries_and_no_contract_dependent_files():
    for path, file in store.live_files():
        assert b"\0" not in file.read_bytes(), path
        assert "/gen/" not in path


@pytest.mark.parametrize(
    "text", ['says "hi"', "a: b", "# no comment", "{{ x }} {% y %}", "back\\slash", "ünï – ☃", "'", "- x", "yes"]
)
def test_what_people_answer_lands_whole_in_yaml_and_toml(copie, live, text):
    result = copie.copy(extra_answers=ANSWERS | {"doc": text, "owner": text}, template_dir=live)
    assert result.exit_code == 0, result.exception
    contract = yaml.safe_load((result.project_dir / "contract.yaml").read_text(encoding="utf-8"))
    assert contract["doc"] == text
    assert str(contract["owner"]) == text
    project = tomllib.loads((result.project_dir / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["description"] == text


@pytest.mark.parametrize(
    "resource", ["Order", "LineItem", "Box", "Category", "Day", "S3", "Http2Check", "News", "Branch"]
)
def test_copier_and_the_example_agree_on_every_form_of_the_resource(copie, live, resource):
    assert resource_fault(resource) is None
    x = Example("order_service", "order_service.v1", resource, plural(resource))
    result = copie.copy(extra_answers=ANSWERS | {"resource": resource}, template_dir=live)
    assert result.exit_code == 0, result.exception
    contract = yaml.safe_load((result.project_dir / "contract.yaml").read_text())
    operations = contract["operations"]
    assert operations[f"Create{resource}"]["http"] == f"POST {x.path}"
    assert list(operations[f"List{x.plural}"]["response"]) == [x.snake_plural]
    assert f"{x.snake}_id" in contract["types"][resource]
    assert operations[f"Update{resource}"]["request"][x.snake] == f"partial<{resource}>"


@pytest.mark.parametrize(
    ("service", "resource"),
    [("order-service", "Order"), ("orders", "Order"), ("inventory-svc", "Inventory"), ("categories-api", "Category"),
     ("address-service", "Address"), ("status-server", "Status"), ("line-items", "LineItem"), ("s3-proxy", "S3Proxy")],
)  # fmt: skip
def test_the_default_resource_comes_from_the_name_in_copier_as_in_mscgen(copie, live, service, resource):
    assert default_resource(service) == resource
    result = copie.copy(extra_answers={"service_name": service}, template_dir=live)
    assert result.answers["resource"] == resource


@pytest.mark.parametrize(
    "name",
    [
        "order",
        "ORDER",
        "Line_Item",
        "LineITEM",
        "Request",
        "Class",
        "List",
        "X" * 30,
        "Abcdefghijklmnopqrstu",
        "",
        "Ör",
    ],
)
def test_resources_that_would_not_be_good_code_are_refused(name):
    assert resource_fault(name)


@pytest.mark.parametrize("name", ["request-service", "list-service", "field-service", "a", "x" * 63, "class"])
def test_a_name_whose_resource_would_not_do_gets_one_that_does(name):
    assert default_resource(name, TYPE_NAMES) == "Item"
    assert resource_fault("Item", TYPE_NAMES) is None


@given(st.from_regex(r"[a-z]([a-z0-9]|-(?=[a-z0-9])){0,40}", fullmatch=True))
def test_the_package_in_the_scaffold_is_the_package_of_the_contract(name):
    assert Name(name).snake == name.replace("-", "_")


def test_continuous_integration_checks_what_the_makefile_checks():
    scaffold_root = data_root() / "templates/scaffold/service"
    workflow = yaml.safe_load((scaffold_root / ".github/workflows/ci.yml").read_text())
    steps = [s.get("run", "") for s in workflow["jobs"]["check"]["steps"]]
    assert [s for s in steps if s.startswith("mscgen")] == ["mscgen lint", "mscgen generate --check"]
    for tool in re.findall(r"\$\(PY\) -m (ruff|mypy|pytest)", (scaffold_root / "Makefile.jinja").read_text()):
        assert any(s.startswith(tool) for s in steps)


def test_a_scaffold_refuses_answers_that_are_none(tmp_path):
    (tmp_path / "p").mkdir()
    with pytest.raises(scaffold.ScaffoldError, match="copier: "):
        scaffold.render(tmp_path / "p", {"service_name": "order-service", "kind": "rocket"})
