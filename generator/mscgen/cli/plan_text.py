"""A plan in words: short for many files, exact for the user's own."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator

import click

from mscgen.cli.report.excerpt import visible
from mscgen.write import Owner, Plan, Write

_FEW = 10  # managed files of one kind that are listed one by one; twice as many of the user's
_COLOURS = {"create": "green", "update": "yellow", "move": "cyan", "remove": "red", "refused": "red"}


def describe(plan: Plan) -> Iterator[str]:
    """One line for each thing the plan does or refuses; managed files are counted by folder when they are many."""
    yield from _writes("create", plan.create)
    yield from _writes("update", plan.update)
    for move in plan.move:
        yield _line("move", f"{move.source} -> {move.path}", move.note)
    yield from (_line("remove", path) for path in _few(plan.remove))
    for path in plan.orphans:
        yield _line("orphan", path, "its operation is gone; mscgen prune moves it aside")
    for path in plan.adopted:
        yield _line("adopted", path, "yours: not updated; mscgen generate --discard takes it back")
    for refusal in plan.refuse:
        place = refusal.path if refusal.line is None else f"{refusal.path}:{refusal.line}"
        yield _line("refused", f"{place} {refusal.reason}")
        if refusal.text.strip():
            yield f"             {refusal.line} | {visible(refusal.text[:100])}"
        yield f"           help: {refusal.help}"


def summary(plan: Plan) -> str:
    """How many files each verb of the plan is about."""
    counts = {
        "created": len(plan.create),
        "updated": len(plan.update),
        "moved": len(plan.move),
        "removed": len(plan.remove),
        "refused": len(plan.refuse),
        "unchanged": len(plan.unchanged),
    }
    return ", ".join(f"{count} {verb}" for verb, count in counts.items() if count)


def diff(plan: Plan) -> Iterator[str]:
    """The plan as a unified diff, in pieces that end with a newline."""
    for write in sorted((*plan.create, *plan.update), key=lambda w: w.path):
        old = "" if write.old is None else write.old.decode("utf-8", "replace").replace("\r\n", "\n")
        yield from _unified(write.path, old, write.text, write.old is None)
    for path in plan.remove:
        yield f"--- a/{path}\n+++ /dev/null\n"
    for move in plan.move:
        yield f"rename from {move.source}\nrename to {move.path}\n"


def _unified(path: str, old: str, new: str, created: bool) -> Iterator[str]:
    before = "/dev/null" if created else f"a/{path}"
    for line in difflib.unified_diff(old.splitlines(True), new.splitlines(True), before, f"b/{path}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _writes(verb: str, writes: tuple[Write, ...]) -> Iterator[str]:
    plain = [w.path for w in writes if w.owner is Owner.MANAGED and not w.note]
    for path in _few(plain):
        yield _line(verb, path)
    for write in writes:
        if write.note or write.owner is Owner.LOCK:
            yield _line(verb, write.path, write.note)
    yours = [w.path for w in writes if w.owner in {Owner.STUB, Owner.SEED} and not w.note]
    for path in _few(yours, limit=2 * _FEW):
        yield _line(verb, path, "yours from now on")


def _few(paths: Iterable[str], limit: int = _FEW) -> list[str]:
    paths = list(paths)
    if len(paths) <= limit:
        return paths
    folders = Counter(_folder(path) for path in paths)
    return [f"{folder}  ({count} file{'s' if count > 1 else ''})" for folder, count in folders.items()]


def _folder(path: str) -> str:
    head, found, _ = path.partition("gen/")
    return head + found if found else f"{path.rpartition('/')[0]}/"


def _line(verb: str, what: str, note: str = "") -> str:
    marked = click.style(f"{verb:<8}", fg=_COLOURS.get(verb))
    return f"  {marked} {what}" + (f"   {click.style(note, dim=True)}" if note else "")
