"""Looking after a registry: verify, repair, back up, restore."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from jupyter_modelreg.core.context import Topic, without_way_back
from jupyter_modelreg.core.entities.findings import Backup, Finding, Moved, Restored, Verification
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.unit_of_work import UnitOfWork

# How many of the rows that a repair has rebuilt the log names.
_MOST_NAMED = 100


class Maintenance(Topic):
    """`registry.maintenance`."""

    def verify(
        self,
        reference: str | None = None,
        *,
        namespace: str | None = None,
        rebuild: bool = False,
        seal: str | None = None,
    ) -> Verification:
        """Check the registry, others at work or not: the activity log, all rows, and all managed files.

        With `reference`, a model, a schema or a catalog (`namespace` goes in front of a short name), the log, and of
        that alone all rows and all files; every row of it is held against the log.

        The rows of some models, chosen at random, are held against what the log says of them; with `rebuild` the whole
        log is replayed, and every row is. With `seal`, a line that `history.seal` has given, the log is held against
        that, too. Changes nothing. Raises NotFound, InvalidInput for what is no seal, or the seal of another registry,
        RegistryUnavailable when the database cannot be read at all, SourceUnavailable when the folder of the files
        cannot.
        """
        self._context.authorise("maintenance.verify")
        if reference is not None:
            from jupyter_modelreg.core.maintenance.part import examine_part

            return examine_part(self._context, reference, namespace, seal)
        from jupyter_modelreg.core.maintenance.verify import examine

        return examine(self._context, rebuild=rebuild, seal=seal).verification

    @without_way_back()
    def repair(self, *, rebuild: bool = False, reason: str | None = None) -> Verification:
        """Verify, and put right what nobody can want as it is; the rest stays untouched, and is found again.

        Versions whose registration ended with its process become FAILED_REGISTRATION. Rows that are not what the log
        says are rebuilt from it, and what a model says of its newest versions is made to agree with them. Files of
        registrations that failed, of versions that were purged, and of processes that are gone are removed.
        Raises as `verify` does, and RegistryUnavailable when something cannot be removed.
        """
        from jupyter_modelreg.core.maintenance.rebuild import rebuild as rebuild_rows
        from jupyter_modelreg.core.maintenance.verify import examine

        self._context.authorise("maintenance.repair")
        examined = examine(self._context, rebuild=rebuild)
        found = examined.verification
        mendable = [finding for finding in found.findings if finding.repairable]
        failed: set[int] = set()
        stuck = [finding.version_id for finding in mendable if finding.kind == "stuck"]
        if stuck:
            with self._context.write(reason) as work:
                work.authorise("maintenance.repair", None)
                failed = {version_id for version_id in stuck if version_id and self._fail(work, version_id)}
        rows = [finding for finding in mendable if finding.kind == "row"]
        if rows:
            with self._context.write(reason) as work:
                work.authorise("maintenance.repair", None)
                rebuilt: list[JsonValue] = list(rebuild_rows(work, examined.differences))
                work.tx.integrity.derive()
                derived: list[JsonValue] = [finding.subject for finding in rows]
                work.log("registry.repaired", None, after={"rebuilt": (rebuilt or derived)[:_MOST_NAMED]})
                wrong = {orphan.message for orphan in work.tx.integrity.dangling()}
            # What only led nowhere since a row was not as the log says is right now.
            led_nowhere = {orphan.message for orphan in examined.orphans}
            mendable += [
                each for each in found.findings if each.message in led_nowhere - wrong and each not in mendable
            ]
        mended: list[Finding] = []
        for finding in mendable:
            if finding.kind == "stuck" and finding.version_id not in failed:
                continue  # it has come to an end by itself meanwhile
            if finding.version_id is not None and finding.kind != "row":
                self._context.files.remove(finding.version_id)
            mended.append(finding)
        self._context.files.clean_up()
        if mended:
            self._context.store.clean_up()
        return replace(
            found, findings=[replace(each, mended=True) if each in mended else each for each in found.findings]
        )

    def backup(self, file: str | Path, *, skip_damaged: bool = False) -> Backup:
        """Write the whole registry, as it is in one moment, into one new file, while others go on working.

        `skip_damaged` leaves out the files of versions that are damaged; without it, one of them stops the backup.
        Raises AlreadyExists, FilesDamaged, RegistryUnavailable (the database is damaged, the file cannot be written).
        """
        from jupyter_modelreg.core.maintenance.backup import back_up

        self._context.authorise("maintenance.backup")
        return back_up(self._context, Path(file).expanduser(), skip_damaged=skip_damaged)

    def occupied(self) -> bool:
        """Whether there is a registry here, or files of one, which `restore` would have to move aside."""
        if self._context.store.exists():  # which is asked first, as a restore that was cut off ends with it
            return True
        found = self._context.files.inventory()
        return bool(found.versions or found.unexpected)

    def restore(self, file: str | Path, *, force: bool = False, reason: str | None = None) -> Restored:
        """Bring back the registry of a backup, here, where none must be unless `force` moves that one aside.

        Everything is unpacked and checked before anything is put in place; the activity log ends with the restore.
        Raises InvalidInput (no backup), AlreadyExists, FilesDamaged, RegistryUnavailable.
        """
        from jupyter_modelreg.core.maintenance.backup import restore

        return restore(self._context, Path(file).expanduser(), force=force, reason=reason)

    def move_to(self, uri: str, *, keep: bool = False, dry_run: bool = False, reason: str | None = None) -> Moved:
        """Move the whole registry to `uri`, another file or database, where none must be; it goes on there.

        Files come first, then the tables, in one step; every file is hashed, every row compared. What was cut off is
        gone on with by calling it again. From then on nothing can be changed here, and undo of the move opens the
        registry here again. With `keep` it stays as it is, and there are two; with `dry_run` nothing is done.
        Raises InvalidInput, AlreadyExists, FilesDamaged, RegistryBusy, RegistryUnavailable, InvalidState (it has moved
        already).
        """
        from jupyter_modelreg.core.maintenance.moving import move

        self._context.authorise("maintenance.move_to")
        return move(self._context, uri, keep=keep, dry_run=dry_run, reason=reason)

    def _fail(self, work: UnitOfWork, version_id: int) -> bool:
        from jupyter_modelreg.core.maintenance.verify import is_stuck, why_stuck
        from jupyter_modelreg.core.versions.pending import fail

        version = work.tx.integrity.line(version_id)
        if version is None or not is_stuck(version, self._context.files, work.now):
            return False
        fail(work, version, why_stuck(version))
        return True
