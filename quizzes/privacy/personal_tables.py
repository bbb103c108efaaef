"""A table that belongs to a person: which rows are theirs, what the file of their data says of each, what stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q, QuerySet

from accounts.models import User

# Each name in the file, and the path from the row to its value.
Columns = dict[str, str]


@dataclass(frozen=True, slots=True)
class PersonalTable:
    """Rows of one model that belong to a person, and what the file of their data says of each.

    `whose` holds the paths from a row to an account: the row is the person's when one of them leads to theirs, and
    `where` holds too. `by_address` is a column whose e-mail address makes it theirs as well. `worked_out` holds columns
    that no row stores, each with its expression. `stays` gives the reason for which rows outlive the account, "" where
    none does.
    """

    name: str
    model: type[Model]
    whose: tuple[str, ...]
    columns: Columns
    where: Q = field(default_factory=Q)
    by_address: str = ""
    stays: str = ""
    worked_out: Mapping[str, Any] = field(default_factory=dict)
    order: tuple[str, ...] = ("pk",)

    # Any: rows of any table.
    def rows(self, user: User) -> QuerySet[Any]:
        """Returns the person's rows, each once, in a fixed order."""
        mine = Q(*((path, user.pk) for path in self.whose), _connector=Q.OR)
        if self.by_address:
            mine |= Q((self.by_address, user.email))
        rows: QuerySet[Any] = QuerySet(self.model).filter(mine & self.where).order_by(*self.order)
        worked_out: QuerySet[Any] = rows.annotate(**self.worked_out)
        return worked_out


def same(*names: str) -> Columns:
    """Returns columns that the file calls what the table calls them."""
    return {name: name for name in names}


def question_columns(path: str = "question") -> Columns:
    """Returns the columns that name the question at the end of `path`."""
    return {"pack": f"{path}__pack__slug", "question": f"{path}__slug"}
