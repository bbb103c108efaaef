"""`python -m bench.hostile_learners 4`: learners whose next questions are hostile; prints their session keys.

The questions are stored as versions of before the limits, or as the dearest that a check lets through.
"""

from __future__ import annotations

import json
import sys

from bench.hostile import dear
from bench.learners import learner, session_key
from quizzes.bank.models import Question


def main() -> None:
    """Make as many learners as the first argument says; every question of a kind that is dear becomes a dear one."""
    users = [learner(number) for number in range(int(sys.argv[1]))]
    specs: dict[str, list[dict[str, object]]] = {}
    for spec, _ in dear().values():
        specs.setdefault(str(spec["kind"]), []).append(spec)
    for question in Question.objects.filter(kind__in=specs).select_related("current"):
        if question.current is not None:
            question.current.spec = specs[question.kind][question.pk % len(specs[question.kind])]
            question.current.save(update_fields=["spec"])
    print(json.dumps({"sessions": [session_key(user) for user in users]}))


if __name__ == "__main__":
    main()
