"""The register of personal data: which tables and columns belong to a person, and why the others do not.

Every model and every column stands once, in a table of `learner_tables`, `class_tables` or `author_tables`, or here in
WITHHELD; a test walks Django's registry and fails for whatever stands in neither, so that nothing new is forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping

from quizzes.privacy import author_tables, class_tables, learner_tables

TABLES = (*learner_tables.TABLES, *class_tables.TABLES, *author_tables.TABLES)

# A model ("app.Model") or a column ("app.Model.column") that no file holds, with the reason.
WITHHELD: Mapping[str, str] = {
    "accounts.User.password": "a secret",
    "accounts.User.session_generation": "a part of what sign-ins are checked against",
    "accounts.User_groups": "Django's own groups; no account is in one",
    "accounts.User_user_permissions": "Django's own permissions; no account has one of its own",
    "account.EmailConfirmation": "a proof of an address under way, gone when it is used or late",
    "auth.Group": "Django's own groups; none is made",
    "auth.Group_permissions": "Django's own permissions of groups; none is made",
    "auth.Permission": "Django's list of permissions; about nobody",
    "contenttypes.ContentType": "Django's list of models; about nobody",
    "sessions.Session": (
        "holds a browser's sign-in, which is a secret, and for a day a form that could not be sent; ends with it"
    ),
    "quizzes.Topic": "a subject of the bank; a pack's own is told by its title",
    "quizzes.Searchable": "the words of a version once more, for the search",
    "quizzes.Snapshot": "numbers of a whole class, worked out from rows that stand here",
    "quizzes.UnwantedAddress": "a keyed hash of an address that is not to be written to; it cannot be read back",
    "mail.Outage": "since when the mail server takes nothing; about nobody",
    "quizzes.Mark": "moments of the site's own clock; about nobody",
    "quizzes.JobRun": "when the clock's jobs ran; about nobody",
    "quizzes.Pack.digest": "a checksum of the text it was loaded from",
    "quizzes.Question.prompt_digest": "a checksum of its prompt",
    "quizzes.Version.spec_hash": "a checksum of `spec`",
    "quizzes.NotificationPreferences.public_id": "opens the links that stop e-mails",
    "quizzes.Invitation.mailbox": "the address once more, as it is compared",
    "quizzes.Invitation.token": "opens the class to whoever holds it",
    "quizzes.JoinLink.token": "opens the class to whoever holds it",
    "quizzes.JoinLink.code": "opens the class to whoever holds it",
    "mail.OutboundEmail.source": "the text of an e-mail about the account until it has left; may hold a code",
    "mail.OutboundEmail.holder": "which process has it in hand",
    "mail.OutboundEmail.lease_until": "until when a process has it in hand",
}
