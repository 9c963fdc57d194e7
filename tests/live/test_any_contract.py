"""Any valid contract becomes a project that is clean, compiles, starts, and answers on both transports."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import grpc
import pytest
from contracts import contracts
from hypothesis import HealthCheck, Phase, given, seed, settings
from probes import Rest, grpc_probe
from projects import Project, Workshop, running

pytestmark = [pytest.mark.live, pytest.mark.slow]

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
# Parts run on different workers; each starts a service a few times.
PARTS = 4
STARTS = 100 if SOAK else 4
CALM = list(HealthCheck)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    return Workshop(tmp_path_factory.mktemp("projects"))


def examples(part: int, count: int):
    """Settings of a property that is slow: the same examples on every run, and no shrinking; more of them in a soak."""
    phases = [Phase.generate, Phase.shrink] if SOAK else [Phase.generate]
    chosen = settings(
        max_examples=count, database=None, derandomize=False, deadline=None, phases=phases, suppress_health_check=CALM
    )
    return lambda test: chosen(test if SOAK else seed(part)(test))


def clean(project: Project) -> None:
    """No formatter and no fixer would change a byte, and nothing compiles with a warning."""
    for command in (["ruff", "check", "--no-cache", "."], ["ruff", "format", "--no-cache", "--check", "--diff", "."]):
        done = project.run(*command)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    for path in project.own_files():
        if path.suffix == ".py":
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                compile(path.read_bytes(), str(path), "exec")


def answered(project: Project) -> None:
    """Every operation says that it is not written yet to a right request, and what is wrong to a wrong one."""
    service = project.service
    with (
        running(project, LOG_LEVEL="warning") as server,
        grpc_probe(service, server.grpc, project.folder / "api/gen/proto") as rpc,
    ):
        rest = Rest(service, server.url)
        for op in service.operations:
            if op.http is not None:
                status, problem = rest.valid(op)
                assert (status, problem["code"]) == (501, "unimplemented"), (op.name, problem)
                status, problem = rest.unknown_parameter(op)
                assert status == 400, (op.name, problem)
                if op.http.body is not None:
                    for body in (b"{", b"[" * 5000, b'{"a": NaN}', b"\xff", b'{"no such field": 1}', b'"text"'):
                        status, problem = rest.broken_body(op, body)
                        assert status == 400, (op.name, body[:20], problem)
            if op.grpc is not None:
                assert rpc.valid(op) == (grpc.StatusCode.UNIMPLEMENTED, "UNIMPLEMENTED"), op.name
                expected = {(grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")}
                if op.kind.value in ("client_stream", "bidi_stream"):
                    # A handler that reads nothing of its stream has not seen the garbage.
                    expected.add((grpc.StatusCode.UNIMPLEMENTED, "UNIMPLEMENTED"))
                assert rpc.garbage(op) in expected, op.name
        log = server.log.read_text(encoding="utf-8")
        assert "Traceback" not in log, log[-4000:]


@pytest.mark.parametrize("part", range(PARTS))
def test_any_valid_contract_becomes_a_clean_service_that_answers(part, workshop):
    @examples(part, STARTS)
    @given(contracts(at_least=2))
    def check(text: str) -> None:
        project = workshop.make(text)
        clean(project)
        answered(project)

    check()


def test_any_valid_contract_is_clean(workshop):
    @examples(9, 500 if SOAK else 25)
    @given(contracts())
    def check(text: str) -> None:
        clean(workshop.make(text))

    check()


def test_any_valid_contract_is_typed(workshop, tmp_path):
    @examples(5, 40 if SOAK else 2)
    @given(contracts(at_least=4))
    def check(text: str) -> None:
        project = workshop.make(text)
        done = project.run("mypy", "--cache-dir", str(tmp_path / "cache"))
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]

    check()


def test_a_second_generation_changes_nothing_for_any_contract(workshop):
    from mscgen import pipeline

    @examples(7, 200 if SOAK else 10)
    @given(contracts())
    def check(text: str) -> None:
        project = workshop.make(text)
        _, plan = pipeline.plan(Path(project.folder / "contract.yaml"), project.folder)
        assert plan is not None
        assert not plan.changes
        assert not plan.refuse

    check()
