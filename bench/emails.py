"""`make bench-emails`: what sending takes, one line of JSON per figure.

- e-mails a minute on SQLite and PostgreSQL with a mail server beside it, against a bare loop that hands the same texts
  to the same server over one connection and keeps no books;
- memory of the sender with 10,000 and with 100,000 e-mails owed: it must not grow;
- the query that finds who is owed an e-mail among 1,000,000 learners' preferences on PostgreSQL, with its plan.
"""

from __future__ import annotations

import json
import os
import resource
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.test import override_settings
from django.utils import timezone

# Sets Django up.
from bench.faults.learners import learners
from mail.actions import send_pending
from mail.models import OutboundEmail
from nnprep.tests.servers import free_port, postgres
from nnprep.tests.sink import sink
from quizzes.notifications import queries
from quizzes.notifications.models import NotificationPreferences, Switch

ROOT = Path(__file__).resolve().parent.parent
EMAILS, TURNS, SAMPLE = 1000, 3, 100
FEW, MANY = 10_000, 100_000
# Long enough for the many to show what they cost: a sender that held them all would have them in its first seconds.
WATCHED_SECONDS = 60
LEARNERS = 1_000_000
TIMES = 50


def main() -> None:
    """Start each measurement in a process of its own, on fresh databases."""
    if len(sys.argv) > 1:
        JOBS[sys.argv[1]](*map(int, sys.argv[2:]))
        return
    with mail_server() as port:
        for database in ("sqlite", "postgresql"):
            with fresh(database, port) as environment:
                run(environment, "pace", EMAILS)
        for owed in (FEW, MANY):
            with fresh("postgresql", port) as environment:
                run(environment, "memory", owed)
        with fresh("postgresql", port) as environment:
            run(environment, "finding", LEARNERS)


def pace(emails: int) -> None:
    """Send them as the clock does, and the same texts in a bare loop, in turns: the middle one of each counts."""
    product, bare = [], []
    texts: list[bytes] = []
    for turn in range(TURNS):
        learners(emails, now=timezone.now(), owed=True, start=turn * emails)
        texts = texts or written(OutboundEmail.objects.all()[:SAMPLE])
        began = time.perf_counter()
        sent = send_pending(clock=timezone.now, seconds=600)
        product.append(sent * 60 / (time.perf_counter() - began))
        began = time.perf_counter()
        with smtplib.SMTP("127.0.0.1", int(os.environ["SINK_PORT"])) as server:
            for place in range(emails):
                server.sendmail("nnprep@localhost", [f"learner{place}@example.org"], texts[place % SAMPLE])
        bare.append(emails * 60 / (time.perf_counter() - began))
    say(
        what="e-mails a minute",
        database=connection.vendor,
        emails=emails,
        turns=TURNS,
        product=round(statistics.median(product)),
        bare_loop=round(statistics.median(bare)),
        ratio=round(statistics.median(product) / statistics.median(bare), 3),
    )


def written(emails: QuerySet[OutboundEmail]) -> list[bytes]:
    """E-mails as they leave; they are owed again afterwards."""
    kept = [email.pk for email in emails]
    OutboundEmail.objects.exclude(pk__in=kept).update(state="cancelled")
    with sink() as server, override_settings(EMAIL_PORT=server.port):
        send_pending(clock=timezone.now, seconds=60)
    OutboundEmail.objects.update(state="pending")
    return server.texts


def memory(owed: int) -> None:
    """Send for a minute with so many owed; the most memory the process ever held, in MB."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sent = send_pending(clock=timezone.now, seconds=WATCHED_SECONDS)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    say(what="memory of the sender", owed=owed, sent=sent, at_start_mb=before // 1024, peak_mb=peak // 1024)


def finding(people: int) -> None:
    """Look for due preferences among many: with none due, and with a batch."""
    unchosen = NotificationPreferences()
    chosen = [str(unchosen.is_on(switch)).lower() for switch in Switch]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_user (password, is_superuser, email, time_zone, rollover_hour, theme, is_staff,"
            " is_active, is_demo, session_generation, joined_at)"
            " SELECT '!', false, 'learner' || n || '@example.org', 'UTC', 4, 'auto', false, true, false, 0, now()"
            " FROM generate_series(1, %s) n",
            [people],
        )
        cursor.execute(
            f"INSERT INTO quizzes_notificationpreferences (user_id, public_id, hour, {', '.join(Switch.values)},"
            " chosen_at, next_due_at, bounced_address, bounce_reason)"
            f" SELECT id, gen_random_uuid(), id % 24, {', '.join(chosen)},"
            " now(), now() + (id % 1440 + 1) * interval '1 minute', '', ''"
            " FROM accounts_user"
        )
        cursor.execute("ANALYZE")
    now = timezone.now()
    for due, moment in (("none", now), ("a minute's worth", now + timedelta(minutes=2))):
        asked = queries.due_preferences(moment).select_related("user__study")[:500]
        times = []
        for _ in range(TIMES):
            began = time.perf_counter()
            found = len(list(asked.all()))
            times.append(time.perf_counter() - began)
        (plan,) = json.loads(asked.explain(analyze=True, format="json"))
        say(
            what="finding due preferences",
            learners=people,
            due=due,
            found=found,
            median_ms=round(statistics.median(times) * 1000, 2),
            execution_ms=plan["Execution Time"],
            plan=list(nodes(plan["Plan"])),
        )


def nodes(plan: dict[str, Any]) -> Iterator[str]:
    """Each node of a plan with the index it uses, from the outside in."""
    yield plan["Node Type"] + (f" using {plan['Index Name']}" if "Index Name" in plan else "")
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


JOBS: dict[str, Any] = {"pace": pace, "memory": memory, "finding": finding}


@contextmanager
def mail_server() -> Iterator[int]:
    """A mail server in a process of its own."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "nnprep.tests.sink", str(port)], cwd=ROOT, stdout=subprocess.PIPE
    )
    try:
        if server.stdout:
            server.stdout.readline()
        yield port
    finally:
        server.terminate()
        server.wait(20)


@contextmanager
def fresh(database: str, port: int) -> Iterator[dict[str, str]]:
    """A migrated database in the environment of a process."""
    with tempfile.TemporaryDirectory(prefix="nnprep-bench-") as folder:
        given = {
            "DATA_DIR": folder,
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "SINK_PORT": str(port),
            "LOG_LEVEL": "ERROR",
        }
        if database == "sqlite":
            environment = os.environ | given
            migrate(environment)
            yield environment
            return
        with postgres() as url:
            environment = os.environ | given | {"DATABASE_URL": url, "DATABASE_POOL": "0"}
            migrate(environment)
            yield environment


def migrate(environment: dict[str, str]) -> None:
    """Make the tables."""
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=environment, check=True
    )


def run(environment: dict[str, str], job: str, number: int) -> None:
    """Measure in a fresh process; learners for the memory are written by another one, whose memory does not count."""
    if job == "memory":
        words = ["-m", "bench.faults.learners", str(number), "--owed"]
        subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, check=True)
    subprocess.run(
        [sys.executable, "-m", "bench.emails", job, str(number)], cwd=ROOT, env=environment, check=True
    )


def say(**figures: Any) -> None:
    """Print one line of JSON."""
    print(json.dumps({"bench": "emails", **figures}), flush=True)


if __name__ == "__main__":
    main()
