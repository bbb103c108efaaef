"""What a linter says about a pack: where, what, and how to mend it."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from typing import Literal, NoReturn

Severity = Literal["error", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One fault or remark. Lines and columns count from 1."""

    line: int
    column: int
    code: str
    cause: str
    mend: str
    severity: Severity = "error"

    def at(self, path: str) -> str:
        """Returns the diagnostic as one line, the way compilers print theirs."""
        return (
            f"{path}:{self.line}:{self.column}: {self.severity} {self.code} {self.cause}. Fix: {self.mend}."
        )


ERRORS_LIMIT = 200
SENTENCE_LIMIT = 400
NOTES_LIMIT = 200
WORK_LIMIT = 100_000
"""How much work one check may take, in units of about ten microseconds."""


class CheckStoppedError(Exception):
    """The rest of a file is not looked at, because a limit of the whole check was reached; the report says which."""


@dataclass(slots=True)
class Report:
    """Collects every diagnostic of one file in one pass, and counts the questions that were read.

    With `lenient`, faults are taken down as remarks. The check stops at ERRORS_LIMIT errors, and where the work runs
    out; of the notes the first NOTES_LIMIT are kept.
    """

    diagnostics: list[Diagnostic] = field(default_factory=list)
    questions: int = 0
    lenient: bool = False
    work: int = WORK_LIMIT
    _faults: list[Diagnostic] = field(default_factory=list)
    _notes: int = 0

    def error(self, code: str, cause: str, *, mend: str, line: int, column: int = 1) -> None:
        """Adds a fault that keeps the file from being loaded. Raises CheckStoppedError when there are ERRORS_LIMIT of
        them.
        """
        if self.lenient:
            self.note(code, cause, mend=mend, line=line, column=column)
            return
        self._add_fault(Diagnostic(line, column, code, _short(cause), _short(mend)))
        if len(self._faults) == ERRORS_LIMIT:
            cause = f"{ERRORS_LIMIT} errors were found; the rest of the file was not checked"
            self.stop("NN008", cause, mend="fix these first", line=line)

    def note(self, code: str, cause: str, *, mend: str, line: int, column: int = 1) -> None:
        """Adds a remark that does not keep the file from being loaded."""
        self._notes += 1
        if self._notes < NOTES_LIMIT:
            self.diagnostics.append(Diagnostic(line, column, code, _short(cause), _short(mend), "note"))
        elif self._notes == NOTES_LIMIT:
            cause = f"there are {NOTES_LIMIT} notes or more; the others are not listed"
            self.diagnostics.append(Diagnostic(line, column, "NN008", cause, "look at these first", "note"))

    def take_over(self, remarks: Report) -> None:
        """Adds what another report holds, and takes off the work it took."""
        self.work = min(self.work, remarks.work)
        for remark in remarks.diagnostics:
            add = self.error if remark.severity == "error" else self.note
            add(remark.code, remark.cause, mend=remark.mend, line=remark.line, column=remark.column)

    def spend(self, units: int, line: int) -> None:
        """Takes off work for what stands on `line`. Raises CheckStoppedError when more is needed than one check may
        take.
        """
        self.work -= units
        if self.work < 0:
            cause = (
                "up to here the file holds as many paragraphs, list items, table cells, formulas and expressions "
                "as one check can take"
            )
            self.stop("NN009", cause, mend="divide the file here, or simplify what stands before", line=line)

    def stop(self, code: str, cause: str, *, mend: str, line: int) -> NoReturn:
        """Adds the fault after which the rest of the file is not looked at."""
        self._add_fault(Diagnostic(line, 1, code, cause, mend))
        raise CheckStoppedError

    def _add_fault(self, fault: Diagnostic) -> None:
        self.diagnostics.append(fault)
        insort(self._faults, fault)

    @property
    def in_order(self) -> list[Diagnostic]:
        """Every diagnostic once, in the order of lines."""
        return sorted(set(self.diagnostics))

    @property
    def errors(self) -> list[Diagnostic]:
        """The faults, in the order of their lines."""
        return list(self._faults)


def _short(text: str) -> str:
    """Returns a sentence of a diagnostic: what it quotes from the file may be of any length."""
    return text if len(text) <= SENTENCE_LIMIT else text[: SENTENCE_LIMIT - 1] + "…"
