"""What a linter says about a pack: where, what, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

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
        """The diagnostic as one line, the way compilers print theirs."""
        return (
            f"{path}:{self.line}:{self.column}: {self.severity} {self.code} {self.cause}. Mend: {self.mend}."
        )


@dataclass(slots=True)
class Report:
    """Collects every diagnostic of one file in one pass, and counts the questions that were read."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    questions: int = 0

    def error(self, code: str, cause: str, *, mend: str, line: int, column: int = 1) -> None:
        """Add a fault that keeps the file from being loaded."""
        self.diagnostics.append(Diagnostic(line, column, code, cause, mend))

    def note(self, code: str, cause: str, *, mend: str, line: int, column: int = 1) -> None:
        """Add a remark that does not keep the file from being loaded."""
        self.diagnostics.append(Diagnostic(line, column, code, cause, mend, "note"))

    @property
    def in_order(self) -> list[Diagnostic]:
        """Every diagnostic once, in the order of lines."""
        return sorted(set(self.diagnostics))

    @property
    def errors(self) -> list[Diagnostic]:
        """The faults, in the order of their lines."""
        return sorted(d for d in self.diagnostics if d.severity == "error")
