"""What this room offers the others: they import nothing else of it but its tables."""

from accounts import anonymous_session, drafts
from accounts.actions import delete_account
from accounts.adapter import emails_stay_here
from accounts.email_restore import GOOD_FOR
from accounts.forms import DayForm, DeletionForm, ZoneForm, zones
from accounts.http import SeeOther, SignedInRequest, next_address, with_next
from accounts.limits import limited, refused, say_when, seconds_to_wait, too_many_requests, turn, within_limit
from accounts.single_line import LineField, SearchField, TitleField, fault_of_line, flat, holds_address

__all__ = [
    "GOOD_FOR",
    "DayForm",
    "DeletionForm",
    "LineField",
    "SearchField",
    "SeeOther",
    "SignedInRequest",
    "TitleField",
    "ZoneForm",
    "anonymous_session",
    "delete_account",
    "drafts",
    "emails_stay_here",
    "fault_of_line",
    "flat",
    "holds_address",
    "limited",
    "next_address",
    "refused",
    "say_when",
    "seconds_to_wait",
    "too_many_requests",
    "turn",
    "with_next",
    "within_limit",
    "zones",
]
