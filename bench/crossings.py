"""`python -m bench.crossings`: how often one answer goes from room to room, as a line of JSON.

One POST of a choice answer, as htmx sends it, on a fresh database, after another one has warmed everything up. Counted
are the calls of our own functions; a crossing is a call in another room than the call of ours before it. `value` counts
those while the answer is recorded, `with_page` those of the whole request: middleware, record, feedback, template.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any

import django

FOLDER = tempfile.TemporaryDirectory()
os.environ["DATA_DIR"] = FOLDER.name
os.environ["LOG_LEVEL"] = "ERROR"
os.environ.pop("DATABASE_URL", None)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
django.setup()

from django.conf import settings  # noqa: E402 -- Django must be set up before its models are imported
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.house import ROOT, packages, room_of  # noqa: E402
from quizzes.bank.actions import load_pack  # noqa: E402

HIDDEN = re.compile(r'name="(\w+)" value="([^"]*)"')
HTMX = {"HX-Request": "true"}
RECORD = "record_answer"
PACK = "---\npack: way\ntitle: Way\nnumber: 1\nsummary: To be followed.\n---\n" + "".join(
    f"\n## Which way, {n}? {{#way-{n}}}\n\n- [x] Down\n- [ ] Up\n  > Never.\n\n### Explanation\n\nDown.\n"
    for n in range(3)
)


class Way:
    """The calls of our own functions, in order, as a profiler sees them."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        # Calls from one room into another: the caller's room, the room entered, the function.
        self.entries: list[tuple[str, str, str]] = []
        # The calls from that of record_answer to its return.
        self.recording = slice(0)
        # Prepared statements stand where the ORM's do.
        self.tops = {f"{ROOT / top}{os.sep}" for top in packages() if top != "prepared"}

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """Notes a call; what a comprehension or a generator goes on with is none."""
        code = frame.f_code
        if event == "return" and code.co_name == RECORD and self.is_ours(frame):
            names = [function for _, function in self.calls]
            self.recording = slice(names.index(RECORD), len(names))
        if event != "call" or not self.is_ours(frame) or code.co_name.startswith("<"):
            return
        self.calls.append((code.co_filename, code.co_qualname))
        caller = frame.f_back
        while caller and not self.is_ours(caller):
            caller = caller.f_back
        there = room_of(Path(code.co_filename))
        here = room_of(Path(caller.f_code.co_filename)) if caller else ""
        if here != there:
            self.entries.append((here, there, code.co_qualname))

    def is_ours(self, frame: FrameType) -> bool:
        """Returns whether the frame runs code of the product."""
        return frame.f_code.co_filename.startswith(tuple(self.tops))

    def hops(self, where: list[str]) -> int:
        """Returns how often one of them differs from the one before."""
        return sum(one != other for one, other in pairwise(where))


def answer(client: Client, way: Way | None = None) -> None:
    """Opens the next question and answers it; the way is followed while the answer is taken."""
    page = client.get("/review/", headers=HTMX).content.decode()
    fields = dict(HIDDEN.findall(page)) | {"choice": "0", "confidence": "sure"}
    sys.setprofile(way)
    response = client.post("/review/answer/", fields, headers=HTMX)
    sys.setprofile(None)
    if response.status_code != 200 or b"data-correct" not in response.content:
        raise SystemExit(f"the answer was not taken: {response.status_code}")


def main() -> None:
    """Makes a learner and three questions, answers one, follows the second answer, prints the figures."""
    settings.ALLOWED_HOSTS.append("testserver")
    call_command("migrate", verbosity=0)
    now = timezone.now()
    load_pack(text=PACK, path=Path("way.md"), now=now)
    learner = User.objects.create_user("learner@example.org")
    User.objects.filter(pk=learner.pk).update(welcomed_at=now)
    client = Client()
    client.force_login(learner)
    answer(client)
    way = Way()
    answer(client, way)
    files = [file for file, _ in way.calls]
    rooms = [room_of(Path(file)) for file in files]
    figures = {
        "name": "room_crossings_of_an_answer",
        "value": way.hops(rooms[way.recording]),
        "with_page": way.hops(rooms),
        "calls": len(way.calls),
        "functions": len(set(way.calls)),
        "files": len(set(files)),
        "file_hops": way.hops(files),
        "entries": way.entries,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
