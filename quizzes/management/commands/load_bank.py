"""`manage.py load_bank [FILES]`: store packs, each whole or not at all."""

from __future__ import annotations

import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from quizzes.bank import asking, search
from quizzes.bank.actions import LoadResult, PackChangedError, load_pack, packs_of
from quizzes.bank.loading.plan import Plan
from quizzes.bank.models import Pack
from quizzes.markup.diagnostics import Report
from quizzes.markup.files import read_file


class Command(BaseCommand):
    """Loads packs into the bank."""

    help = (
        "Load packs into the bank, the built-in ones when no file is named. A file with an error is left out as a "
        "whole, all its faults are listed, and the exit status is 1. "
        "Loading a file again changes only what changed in it. A file with front matter is the pack it declares. A "
        "plain document is a new pack; one that has the name of a pack that is there is refused until you say which "
        "it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="a pack, or a plain document")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="say which questions would be new, changed, back and retired, and write nothing",
        )
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            "--replace",
            metavar="PACK",
            help="the one file is the next edition of the built-in pack of this name",
        )
        which.add_argument(
            "--new",
            action="store_true",
            help="plain documents are new packs, whatever packs have their names",
        )

    def handle(
        self,
        *_args: object,
        files: list[Path],
        replace: str | None,
        new: bool,
        dry_run: bool,
        verbosity: int,
        **_options: object,
    ) -> None:
        packs = files or _built_in()
        if not packs:
            self.stdout.write("There is no pack to load.")
        into = _replaced(replace, files)
        refused = 0
        loaded: dict[str, Path] = {}
        for path in packs:
            try:
                result = self._load(path, loaded, into, as_new=new, dry_run=dry_run)
            except PackChangedError as changed:
                told = f"{path}: the pack was changed by someone else just now. Load it again."
                raise CommandError(told) from changed
            self._tell(path, result, verbose=verbosity > 1, dry_run=dry_run)
            if result.failed:
                refused += 1
            else:
                loaded[result.pack] = path
        if dry_run:
            self.stdout.write("Nothing was written.")
        else:
            # Unchanged packs are not written again: this is what brings their words up to date.
            search.respell()
        if refused:
            self.stdout.write(f"{refused} of {len(files)} files were refused")
            sys.exit(1)

    def _load(
        self, path: Path, loaded: dict[str, Path], into: Pack | None, *, as_new: bool, dry_run: bool
    ) -> LoadResult:
        report = Report()
        text = read_file(path, report)
        if text is None:
            return LoadResult(0, 0, 0, 0, report.in_order)
        # Front matter says which pack the file is; --new is for those without.
        as_new = as_new and not text.lstrip("\ufeff").startswith("---")
        return load_pack(
            text=text, path=path, now=timezone.now(), taken=loaded, into=into, as_new=as_new, dry_run=dry_run
        )

    def _tell(self, path: Path, result: LoadResult, *, verbose: bool, dry_run: bool) -> None:
        for diagnostic in result.diagnostics:
            if diagnostic.severity == "error" or verbose:
                self.stdout.write(diagnostic.at(str(path)))
        if result.failed:
            self.stdout.write(f"{path}: nothing was loaded")
            return
        back = f", {result.back} back" if result.back else ""
        self.stdout.write(
            f"{path}: {result.created} created, {result.updated} updated, "
            f"{result.unchanged} unchanged, {result.retired} retired{back}"
        )
        if dry_run and result.plan is not None:
            self._tell_questions(result.plan)

    def _tell_questions(self, plan: Plan) -> None:
        for word, lines in (("new", plan.new), ("changed", plan.changed), ("back", plan.back)):
            for line in lines:
                how = f" ({line.change})" if line.question is not None and line.change else ""
                self.stdout.write(f"  {word}{how}, line {line.draft.line}: {line.prompt}")
        for question in plan.gone:
            prompt = asking.prompt(question.current.spec) if question.current else question.slug
            self.stdout.write(f"  retired: {prompt}")


def _replaced(name: str | None, files: list[Path]) -> Pack | None:
    """Returns the built-in pack that is to be replaced by the one file, if any is."""
    if name is None:
        return None
    if len(files) != 1:
        raise CommandError("--replace takes exactly one file.")
    into = packs_of(None).filter(slug=name).first()
    if into is None:
        raise CommandError(f"There is no built-in pack “{name}”.")
    return into


def _built_in() -> list[Path]:
    """Returns the project's packs, named from where we stand when they lie below."""
    folder = Path(settings.BASE_DIR) / "content"
    here = Path.cwd()
    return [
        path.relative_to(here) if path.is_relative_to(here) else path for path in sorted(folder.glob("*.md"))
    ]
