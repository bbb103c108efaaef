"""`manage.py seed_demo [--remove]`: a class of simulated learners, to see every page full."""

from __future__ import annotations

import time

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from quizzes.management.demo.seeding import DOMAIN, seed
from quizzes.management.demo.seeding import remove as remove_demo


class Command(BaseCommand):
    """Makes or removes the demo class."""

    help = (
        "Make a demo class: 30 simulated learners with eight weeks of history. Nobody can sign in as one of them; "
        "say with --for who is to teach it. With --remove, take it away again with all that belongs to it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--for", dest="who", metavar="EMAIL", help="an account that becomes its co-instructor"
        )
        parser.add_argument("--remove", action="store_true", help="remove the demo accounts and classes")

    def handle(self, *_args: object, who: str | None, remove: bool, **_options: object) -> None:
        began = time.monotonic()
        if remove:
            many = remove_demo(tell=self._tell)
            self.stdout.write(f"{many} demo accounts are gone." if many else "There is no demo to remove.")
            return
        if User.objects.filter(is_demo=True).exists():
            raise CommandError("There is a demo already. Remove it first: manage.py seed_demo --remove")
        also = None
        if who:
            also = User.objects.filter(email=who.strip().lower()).first()
            if also is None:
                raise CommandError(f"Nobody has the address {who}. Sign up with it first.")
        try:
            classroom = seed(now=timezone.now(), tell=self._tell, also=also)
        except ValueError as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(
            f"“{classroom.title}” is ready at /classes/{classroom.public_id}/ ({time.monotonic() - began:.0f} s)."
        )
        if also is None:
            self.stdout.write(f"It belongs to teacher@{DOMAIN}. To see it, seed it --for your own account.")

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
