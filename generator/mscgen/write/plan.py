"""files → plan: what a run would create, update, move, remove, keep and refuse. Reads the disk, changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from mscgen.emit.file import File, Owner
from mscgen.write import edits, manifest
from mscgen.write.paths import Ground, check_relative


@dataclass(frozen=True, slots=True)
class Write:
    """A file to put in place. old: what the disk holds now, None for a new file. note: why, when it is not obvious."""

    path: str
    text: str
    owner: Owner
    old: bytes | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A stub that follows its renamed operation, byte for byte. note: what its owner has to rename inside."""

    source: str
    path: str
    note: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that mscgen does not dare to touch. line and text: the first line written by hand, when one is known."""

    path: str
    reason: str
    help: str
    line: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything one run would do; paths are relative to the project and sorted.

    keep: stubs that exist. adopted: managed paths that the user took over. orphans: stubs whose operation is gone.
    manifest: its text after the run. unused: `--adopt` and `--discard` paths that matched nothing.
    """

    create: tuple[Write, ...] = ()
    update: tuple[Write, ...] = ()
    move: tuple[Move, ...] = ()
    remove: tuple[str, ...] = ()
    refuse: tuple[Refusal, ...] = ()
    unchanged: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    adopted: tuple[str, ...] = ()
    orphans: tuple[str, ...] = ()
    manifest: str = ""
    manifest_changed: bool = False
    unused: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether applying the plan changes any byte below the project."""
        return bool(self.create or self.update or self.move or self.remove or self.manifest_changed)


def plan(files: Iterable[File], root: Path, adopt: Iterable[str] = (), discard: Iterable[str] = ()) -> Plan:
    """What has to happen so that `root` holds `files`.

    adopt, discard: paths (a file, a folder, `.` for all) for which a refusal is settled: the file becomes the user's
    and is not written any more, or the edit is dropped. Raises UnsafePath for a path that leaves the project and
    ValueError for one that is emitted twice: both are mistakes of an emitter.
    """
    draft = _Draft(root, manifest.read(root), _Choice(adopt), _Choice(discard))
    emitted: dict[str, File] = {}
    for file in files:
        if check_relative(file.path) in emitted:
            raise ValueError(f"{file.path} is emitted twice")
        emitted[file.path] = file
    draft.retire(emitted)
    for path in sorted(emitted):
        draft.place(emitted[path], emitted)
    draft.find_orphans(emitted)
    return draft.finish()


class _Choice:
    """Paths given on the command line; remembers which of them were needed."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = {p: PurePosixPath(p).as_posix() for p in paths}
        self.unused = dict.fromkeys(self._paths)

    def covers(self, path: str) -> bool:
        hit = False
        for given, clean in self._paths.items():
            if clean in {".", path} or path.startswith(clean + "/"):
                self.unused.pop(given, None)
                hit = True
        return hit


@dataclass(slots=True)
class _Draft:
    """The plan while it is being made."""

    root: Path
    known: manifest.Manifest
    adopt: _Choice
    discard: _Choice
    ground: Ground = field(init=False)
    create: list[Write] = field(default_factory=list)
    update: list[Write] = field(default_factory=list)
    move: list[Move] = field(default_factory=list)
    remove: list[str] = field(default_factory=list)
    refuse: list[Refusal] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    keep: list[str] = field(default_factory=list)
    adopted: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    managed: dict[str, str] = field(default_factory=dict)
    stubs: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.ground = Ground(self.root)

    def place(self, file: File, emitted: dict[str, File]) -> None:
        """Decide about one emitted file."""
        if file.owner is Owner.STUB:
            self._place_stub(file, emitted)
        elif file.owner is Owner.LOCK:
            self._place_lock(file)
        elif file.owner is Owner.SEED:
            if not self._exists(file.path):
                self._write(file, None)
        else:
            self._place_managed(file)

    def _place_managed(self, file: File) -> None:
        disk, new = self._read(file.path), file.text.encode()
        if file.path in self.known.adopted and not self.discard.covers(file.path):
            self.adopted.append(file.path)
            return
        hashes = self.known.managed.get(file.path, frozenset())
        if disk is not None and manifest.normal(disk) == new:
            self.unchanged.append(file.path)
        elif disk is None:
            self._write(file, None, "somebody deleted it" if hashes else "")
        elif manifest.digest(disk) in hashes:
            self._write(file, disk)
        elif edits.has_conflict_markers(disk):
            self._write(file, disk, "a merge had stopped in it")
        elif self.discard.covers(file.path):
            self._write(file, disk, "drops what was written by hand")
        elif self.adopt.covers(file.path):
            self.adopted.append(file.path)
            return
        else:
            self.refuse.append(self._edited(file.path, disk, hashes, new))
        self.managed[file.path] = manifest.digest(new)

    def _place_stub(self, file: File, emitted: dict[str, File]) -> None:
        self.stubs.add(file.path)
        known = file.path in self.known.stubs
        source = file.moved_from
        if self._exists(file.path):
            self.keep.append(file.path)
        elif source and source not in emitted and (self.root / check_relative(source)).is_file():
            if self._is_free(file.path):
                self.move.append(Move(source, file.path, _rename_note(source, file.path)))
        elif known and file.path.startswith("tests/"):
            pass  # a deleted test stays deleted: nothing imports it
        else:
            self._write(file, None, "it was deleted, but its operation still needs it" if known else "")

    def _place_lock(self, file: File) -> None:
        disk = self._read(file.path)
        if disk is not None and manifest.normal(disk) == file.text.encode():
            self.unchanged.append(file.path)
        else:
            self._write(file, disk)

    def _write(self, file: File, disk: bytes | None, note: str = "") -> None:
        if self._is_free(file.path):
            (self.create if disk is None else self.update).append(Write(file.path, file.text, file.owner, disk, note))

    def _is_free(self, path: str) -> bool:
        reason = self.ground.obstacle(path, frozenset(self.remove))
        if reason:
            self.refuse.append(Refusal(path, reason, "move it out of the way, then run mscgen generate again"))
        return reason is None

    def retire(self, emitted: dict[str, File]) -> None:
        """Decide about what an earlier run wrote and this one does not emit."""
        for path, hashes in sorted(self.known.managed.items()):
            if path in emitted or path in self.known.adopted:
                continue
            disk = self._read(path)
            if disk is None or self.adopt.covers(path):
                continue
            if manifest.digest(disk) in hashes or self.discard.covers(path):
                self.remove.append(path)
                continue
            line, text = edits.locate(self.root, path, disk, hashes, None)
            reason = "is no longer generated, but was edited by hand"
            self.refuse.append(Refusal(path, reason, _way_out(path, "delete it"), line, text))

    def find_orphans(self, emitted: dict[str, File]) -> None:
        """Stubs of operations that are gone: reported, never deleted."""
        moved = {m.source for m in self.move}
        for path in sorted(self.known.stubs - emitted.keys() - moved):
            if self._exists(path):
                self.orphans.append(path)
                self.stubs.add(path)
        for file in emitted.values():
            source = file.moved_from
            left = source and source not in emitted and source not in moved and source not in self.orphans
            if source and left and self._exists(source):
                self.orphans.append(source)

    def _edited(self, path: str, disk: bytes, hashes: frozenset[str], new: bytes) -> Refusal:
        line, text = edits.locate(self.root, path, disk, hashes, new)
        if hashes:
            return Refusal(path, "was edited by hand", _way_out(path, "drop the edit"), line, text)
        return Refusal(path, "was not written by mscgen", _way_out(path, "overwrite it"), line, text)

    def _read(self, path: str) -> bytes | None:
        try:
            return (self.root / path).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None

    def _exists(self, path: str) -> bool:
        target = self.root / path
        return target.exists() or target.is_symlink()

    def finish(self) -> Plan:
        """The plan, with everything sorted."""
        text = manifest.dump(self.managed, self.adopted, self.stubs)
        on_disk = self._read(manifest.PATH)
        return Plan(
            create=tuple(self.create),
            update=tuple(self.update),
            move=tuple(self.move),
            remove=tuple(self.remove),
            refuse=tuple(sorted(self.refuse, key=lambda r: r.path)),
            unchanged=tuple(self.unchanged),
            keep=tuple(self.keep),
            adopted=tuple(self.adopted),
            orphans=tuple(sorted(self.orphans)),
            manifest=text,
            manifest_changed=on_disk is None or manifest.normal(on_disk) != text.encode(),
            unused=(*self.adopt.unused, *self.discard.unused),
        )


def _rename_note(source: str, path: str) -> str:
    old, new = PurePosixPath(source).stem, PurePosixPath(path).stem
    return f"inside, rename `{old.removeprefix('test_')}` to `{new.removeprefix('test_')}`"


def _way_out(path: str, discard: str) -> str:
    return f"keep it as yours: mscgen generate --adopt {path}; {discard}: mscgen generate --discard {path}"
