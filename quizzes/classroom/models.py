"""Classes, who is in them and how they came, what is assigned to whom until when."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from quizzes.bank.models import Question, QuestionSet


class Classroom(models.Model):
    """A group of learners and those who teach them. Its owner is the member of that role.

    `time_zone` is where its dates are said; `exam_on` the day of the interview or exam it prepares for, in that zone.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=120)
    about = models.CharField(max_length=400, blank=True)
    time_zone = models.CharField(max_length=64)
    exam_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "classes"

    def __str__(self) -> str:
        return self.title


class Membership(models.Model):
    """Someone's place in a class, now or (`left_at`) once. Whoever comes back gets the same place again.

    `name` is what the roster calls them; without one they are known by their address.
    """

    class Role(models.TextChoices):
        """What a member may do there; quizzes/classroom/rights.py holds the table."""

        LEARNER = "learner", "Learner"
        ASSISTANT = "assistant", "Assistant"
        INSTRUCTOR = "instructor", "Co-instructor"
        OWNER = "owner", "Owner"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.LEARNER)
    name = models.CharField(max_length=120, blank=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["classroom", "user"], name="one_place_per_member"),
            models.UniqueConstraint(
                fields=["classroom"],
                condition=models.Q(role="owner", left_at=None),
                name="one_owner_per_class",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "left_at"], name="membership_by_user")]

    def __str__(self) -> str:
        return f"{self.role} {self.user_id} of class {self.classroom_id}"


class Group(models.Model):
    """Some learners of a class, to assign to."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="groups")
    title = models.CharField(max_length=80)
    members: models.ManyToManyField[Membership, GroupMember] = models.ManyToManyField(
        Membership, through="GroupMember", related_name="groups"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("classroom", Lower("title"), name="one_group_per_title")
        ]

    def __str__(self) -> str:
        return self.title


class GroupMember(models.Model):
    """One learner's place in a group."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="places")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="group_places")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "membership"], name="one_group_place_per_member")
        ]

    def __str__(self) -> str:
        return f"member {self.membership_id} of group {self.group_id}"


class JoinLink(models.Model):
    """A way into a class for whoever holds its link or its code, until it expires, is used up or replaced."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="join_links")
    token = models.CharField(max_length=43, unique=True)
    code = models.CharField(max_length=8, unique=True)
    expires_at = models.DateTimeField()
    max_uses = models.PositiveIntegerField()
    uses = models.PositiveIntegerField(default=0)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["classroom", "closed_at"], name="join_link_of_class")]

    def __str__(self) -> str:
        return f"link {self.pk} into class {self.classroom_id}"


class EmailState(models.TextChoices):
    """What became of the e-mail a row asks for. From ENQUEUED on it is in the hands of whoever sends e-mails."""

    PENDING = "pending", "On its way"
    ENQUEUED = "enqueued", "On its way"
    SENT = "sent", "Sent"
    FAILED = "failed", "Not delivered"
    # Nobody needs it any more: joined meanwhile, past due, or withdrawn.
    CANCELLED = "cancelled", "Not needed"
    # The address got another invitation's e-mail within a week.
    HELD = "held", "Not sent: an address gets at most one invitation e-mail a week"
    REFUSED = "refused", "This address does not want invitations"


class Invitation(models.Model):
    """Someone on the roster who has not joined yet: good for one person, until it expires or is withdrawn."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    # What the address is compared by: `mailboxes.mailbox_of` it.
    mailbox = models.CharField(max_length=254, blank=True)
    name = models.CharField(max_length=120, blank=True)
    group = models.ForeignKey(Group, on_delete=models.SET_NULL, null=True, related_name="invitations")
    token = models.CharField(max_length=43, unique=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # Whoever was invited said no: withdrawn too, but not to be asked again unawares.
    declined_at = models.DateTimeField(null=True, blank=True)
    # Who came of it; with their place goes this row too.
    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, null=True, related_name="invitations"
    )
    email_state = models.CharField(max_length=9, choices=EmailState.choices, default=EmailState.PENDING)
    email_error = models.CharField(max_length=300, blank=True)
    # When the e-mail may leave; once it is written, when that was.
    write_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "classroom",
                Lower("email"),
                condition=models.Q(withdrawn_at=None, membership=None),
                name="one_open_invitation_per_address",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["write_at"], condition=models.Q(email_state="pending"), name="invitation_pending"
            ),
            models.Index(fields=["email"], name="invitation_by_email"),
            models.Index(fields=["mailbox"], name="invitation_by_mailbox"),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk} to class {self.classroom_id}"


class UnwantedAddress(models.Model):
    """A mailbox that asked never to be written to again: a keyed hash of it, and nothing else."""

    digest = models.CharField(max_length=64, primary_key=True)

    class Meta:
        verbose_name_plural = "unwanted addresses"

    def __str__(self) -> str:
        return self.digest[:8]


class Assignment(models.Model):
    """A set given to a class, to some of its groups or to single learners.

    `opens_at`, `due_at` and `closes_at` are moments; people say and read them as wall time in the class's zone, which
    stays what it was when the class moves to another zone. The questions are chosen when it is made and stay.
    """

    class Goal(models.TextChoices):
        """What is asked of each learner; `goal_value` says how much."""

        SEEN = "seen", "Every question seen"
        RECALL = "recall", "Expected recall on the due date"
        MINUTES = "minutes", "Minutes a day"

    class Late(models.TextChoices):
        """What becomes of answers after the due moment."""

        ACCEPT = "accept", "Counts like any other"
        MARK = "mark", "Counts and is marked as late"
        REFUSE = "refuse", "Does not count"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # The public id it had while it shared one with something else: links in e-mails still name it.
    former_id = models.UUIDField(null=True, editable=False, db_index=True)
    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="assignments")
    question_set = models.ForeignKey(
        QuestionSet, on_delete=models.SET_NULL, null=True, related_name="assignments"
    )
    title = models.CharField(max_length=120)
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True, blank=True)
    goal = models.CharField(max_length=7, choices=Goal.choices, default=Goal.SEEN)
    # A share for RECALL, minutes a day for MINUTES, None for SEEN.
    goal_value = models.FloatField(null=True, blank=True)
    late = models.CharField(max_length=6, choices=Late.choices, default=Late.MARK)
    # Else for its targets only, and for nobody when these are gone.
    for_everyone = models.BooleanField(default=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["classroom", "due_at"], name="assignment_by_due")]

    def __str__(self) -> str:
        return self.title


class AssignmentItem(models.Model):
    """One question of an assignment, in its order."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="items")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="assignment_items")
    position = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment", "question"], name="one_assignment_item_per_question"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question_id} in assignment {self.assignment_id}"


class AssignmentTarget(models.Model):
    """A group or a member an assignment is for that is not for everyone."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="targets")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(group__isnull=True) ^ models.Q(membership__isnull=True),
                name="group_or_member",
            ),
        ]

    def __str__(self) -> str:
        return f"target {self.pk} of assignment {self.assignment_id}"


class Extension(models.Model):
    """Other dates for one learner, with the reason. The newest holds; older ones stay, no longer active."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="extensions")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="extensions")
    opens_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=400)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment", "membership"],
                condition=models.Q(active=True),
                name="one_active_extension",
            )
        ]

    def __str__(self) -> str:
        return f"extension {self.pk} of assignment {self.assignment_id}"


class Assignee(models.Model):
    """One learner who has an assignment, with the dates as they hold for them, extensions included.

    Worked out from the class's members, groups and extensions whenever these change; only `email`, the announcement,
    is its own.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="assignees")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="assigned")
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True)
    email_state = models.CharField(max_length=9, choices=EmailState.choices, default=EmailState.PENDING)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "membership"], name="one_assignee_per_member")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["opens_at"], condition=models.Q(email_state="pending"), name="announcement_pending"
            )
        ]

    def __str__(self) -> str:
        return f"assignment {self.assignment_id} for member {self.membership_id}"


class AuditRow(models.Model):
    """What someone did in a class that others may ask about later. Append-only; names nobody in its words."""

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="audit")
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    action = models.CharField(max_length=40)
    membership = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    assignment = models.ForeignKey(Assignment, on_delete=models.SET_NULL, null=True, related_name="+")
    detail = models.CharField(max_length=600, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["classroom", "-at"], name="audit_by_time")]

    def __str__(self) -> str:
        return f"{self.action} in class {self.classroom_id}"
