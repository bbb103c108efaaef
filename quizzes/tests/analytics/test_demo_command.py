from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import User


def test_the_command_says_what_is_missing(db: None) -> None:
    with pytest.raises(CommandError, match="load_bank"):
        call_command("seed_demo", stdout=StringIO())
    with pytest.raises(CommandError, match="Nobody has the address"):
        call_command("seed_demo", "--for", "zoe@example.org", stdout=StringIO())
    assert not User.objects.exists()
    out = StringIO()
    call_command("seed_demo", "--remove", stdout=out)
    assert "There is no demo to remove." in out.getvalue()
