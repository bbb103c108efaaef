"""The rules of mail: who sends an e-mail, what became of it. Every action is told the time."""

from mail.actions.bouncing import take_bounce
from mail.actions.outage import end_outage
from mail.actions.sending import send_pending
from mail.actions.set_back import free_keys
from mail.actions.transactional import send_at_once

__all__ = ["end_outage", "free_keys", "send_at_once", "send_pending", "take_bounce"]
