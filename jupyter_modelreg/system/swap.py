"""Several files and folders of one folder, moved in one step as far as anybody can tell.

What is to be moved is written down first, in a file of its own. Whoever comes to those files next, after the process
that moved them was killed, finds that file and moves the rest (`finish`). So they are found either all as they were
before, or all as they are to be.
"""

from __future__ import annotations

import glob
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from jupyter_modelreg.system.files import discard, sync_folder

Moves = Sequence[tuple[Path, Path]]


def swap(intent: Path, aside: Moves, place: Moves) -> None:
    """Rename each first path to the second one, in order: first those `aside`, then those to `place`.

    All are below the folder of `intent`; second paths of `aside` are free, and stay so. The caller keeps everybody
    else from these files. Whatever it raises, OSError above all: everything is as it was, or `finish` will do the rest.
    """
    discard_held(intent)
    ready = [(held_path(intent, str(number)), new) for number, (_, new) in enumerate(place)]
    try:
        # Where nobody but `finish` looks for it.
        for (old, _), (kept, _) in zip(place, ready, strict=True):
            old.rename(kept)
        _write_down(intent, aside, ready)
        for old, new in aside:
            old.rename(new)
        for old, new in ready:
            _place(old, new)
    except BaseException:  # an interrupt, too, after which it is not known how far it has come
        for old, new in reversed(ready):
            if not os.path.lexists(old) and intent.exists():
                new.rename(old)
        for old, new in reversed(aside):
            if os.path.lexists(new):
                new.rename(old)
        intent.unlink(missing_ok=True)
        discard_held(intent)
        raise
    _conclude(intent, [*aside, *ready])


def held_path(intent: Path, what: str) -> Path:
    """The name of something that belongs to a swap, and is removed when that is over."""
    return intent.with_name(f"{intent.name}-{what}")


def held(intent: Path) -> list[Path]:
    """What lies there for a swap; without `intent`, it is of one whose process was killed before that began."""
    return sorted(intent.parent.glob(f"{glob.escape(intent.name)}-*"))


def discard_held(intent: Path) -> None:
    """Remove what lies there for a swap. What cannot be removed stays, and the log says so."""
    for left in held(intent):
        discard(left)


def finish(intent: Path) -> bool:
    """Do what is left of a `swap` whose process was killed; whether there was one. For whoever may have the files.

    Raises OSError, and ValueError for a file that `swap` has not written.
    """
    try:
        text = intent.read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    aside, place = (_moves(intent.parent, text, kind) for kind in ("aside", "place"))
    for old, new in aside:
        if not os.path.lexists(new) and os.path.lexists(old):
            old.rename(new)
    for old, new in place:
        if os.path.lexists(old):
            _place(old, new)
    _conclude(intent, [*aside, *place])
    return True


def _write_down(intent: Path, aside: Moves, place: Moves) -> None:
    folder = intent.parent
    content = {
        kind: [[os.fspath(path.relative_to(folder)) for path in move] for move in moves]
        for kind, moves in (("aside", aside), ("place", place))
    }
    draft = held_path(intent, "draft")
    with draft.open("w", encoding="utf-8") as writer:
        json.dump(content, writer)
        writer.flush()
        os.fsync(writer.fileno())
    draft.replace(intent)
    sync_folder(folder)


def _place(old: Path, new: Path) -> None:
    if new.is_dir():  # made anew meanwhile by somebody who does not ask for the files, to work in it
        new.rename(old.with_name(f"{old.name}.late"))
    old.rename(new)


def _moves(folder: Path, text: str, kind: str) -> list[tuple[Path, Path]]:
    try:
        return [(_inside(folder, str(old)), _inside(folder, str(new))) for old, new in json.loads(text)[kind]]
    except (KeyError, TypeError) as error:
        raise ValueError("it does not say what is to be moved") from error


def _inside(folder: Path, name: str) -> Path:
    path = Path(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{name!r} is not below {folder}")
    return folder / path


def _conclude(intent: Path, moves: Moves) -> None:
    for folder in {path.parent for move in moves for path in move}:
        with suppress(FileNotFoundError):  # a temporary one that is gone
            sync_folder(folder)
    intent.unlink()
    sync_folder(intent.parent)
    discard_held(intent)
