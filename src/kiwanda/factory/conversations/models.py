"""Who was told what, by which channel, and what they answered: one thread per subject."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kiwanda.core.ids import new_id


class Thread(models.Model):
    """All messages about one thing with one workshop."""

    id = models.UUIDField(primary_key=True, default=new_id)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    workshop_id = models.UUIDField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "workshop_id"], name="thread_once")
        ]


class Message(models.Model):
    """One message out to an artisan (``out``) or in from her (``in``).

    The body holds no personal data and no secret: what a person wrote, and a log-in code, wait sealed in the vault
    under the message's (the code's) id.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages")
    direction = models.CharField(max_length=3)
    artisan_id = models.UUIDField(null=True)
    channel = models.CharField(max_length=10)
    language = models.CharField(max_length=5)
    template = models.CharField(max_length=40)
    body = models.TextField()
    params = models.JSONField(default=list, help_text="the template's values, for providers that send only templates")
    buttons = models.JSONField(default=list, help_text="[[id, title], …] the reader can tap")
    answers = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="answered_by", help_text="what she wrote before"
    )
    replaces = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="fallback",
        help_text="the message that did not arrive in time and that this SMS says again",
    )
    fallback_at = models.DateTimeField(null=True, help_text="an SMS goes out when it is not there by then")
    state = models.CharField(max_length=10, default="queued")
    provider_ref = models.CharField(max_length=80, blank=True)
    error = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, help_text="not tried again before")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    cost_micros = models.BigIntegerField(null=True, help_text="millionths of cost_currency; None: not known")
    cost_currency = models.CharField(max_length=3, blank=True)

    class Meta:
        ordering: ClassVar = ["created_at"]
        indexes: ClassVar = [
            models.Index(fields=["state", "created_at"], name="message_queue"),
            models.Index(fields=["artisan_id", "created_at"], name="message_artisan"),
            models.Index(fields=["created_at"], name="message_time"),
            models.Index(
                fields=["provider_ref"], condition=Q(direction="out") & ~Q(provider_ref=""), name="message_out_ref"
            ),
            models.Index(fields=["fallback_at"], condition=Q(fallback_at__isnull=False), name="message_fallback"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["channel", "provider_ref"], condition=Q(direction="in") & ~Q(provider_ref=""),
                name="message_in_once",
            )
        ]


class Contact(models.Model):
    """How one artisan is reached, beside her preferred channel (which the network keeps). Made when first needed.

    Hours are of Nairobi, 0 to 23; ``quiet_from`` None: the house's hours. The PIN guards what a phone lying about would
    show; only a keyed hash is kept.
    """

    artisan_id = models.UUIDField(primary_key=True)
    quiet_from = models.PositiveSmallIntegerField(null=True)
    quiet_until = models.PositiveSmallIntegerField(null=True)
    sms_stopped_at = models.DateTimeField(null=True)
    whatsapp_stopped_at = models.DateTimeField(null=True)
    whatsapp_heard_at = models.DateTimeField(null=True, help_text="free words may be sent for 24 hours from then")
    whatsapp_key = models.CharField(
        max_length=64, null=True, unique=True, help_text="blind index of WhatsApp's own name for her"
    )
    pin_hash = models.CharField(max_length=64, blank=True)
    pin_set_at = models.DateTimeField(null=True)
    pin_failures = models.PositiveSmallIntegerField(default=0)
    pin_locked_until = models.DateTimeField(null=True)


class Question(models.Model):
    """What we last asked somebody, with the answers pinned to things, so that a "2" means what it meant when asked.

    ``choices`` is ``[{"label": …, "do": …, …ids…}]``. One a person and channel; the next one takes its place.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    artisan_id = models.UUIDField()
    channel = models.CharField(max_length=10)
    choices = models.JSONField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["artisan_id", "channel"], name="question_one_open")]


class CallRequest(models.Model):
    """"Call me back": a person to speak to is worth more than any menu. A stranger's number waits in the vault."""

    id = models.UUIDField(primary_key=True, default=new_id)
    artisan_id = models.UUIDField(null=True)
    workshop_id = models.UUIDField(null=True)
    channel = models.CharField(max_length=10)
    state = models.CharField(max_length=10, default="open")
    requested_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    called_by = models.UUIDField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["requested_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["artisan_id"], condition=Q(state="open") & Q(artisan_id__isnull=False), name="call_one_open"
            )
        ]


class OnBehalf(models.Model):
    """Something staff did for an artisan: told to her with the reason, open to her objection, answered by another.

    Written in the transaction of what was done; ``message`` is the notice. ``id`` is the event's ``action_id``,
    ``event`` the event that tells what was done.
    """

    id = models.UUIDField(primary_key=True)
    event = models.OneToOneField("core.Event", on_delete=models.PROTECT, to_field="id", related_name="+")
    command = models.CharField(max_length=80)
    artisan_id = models.UUIDField(help_text="who is told: the person it concerns, else the workshop's owner")
    workshop_id = models.UUIDField()
    reason = models.CharField(max_length=120)
    role = models.CharField(max_length=20)
    acted_by = models.UUIDField()
    acted_at = models.DateTimeField()
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="on_behalf")
    state = models.CharField(max_length=10, default="told")
    contest = models.CharField(max_length=200, blank=True, help_text="what she says")
    contested_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["-acted_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["artisan_id", "acted_at"], name="on_behalf_artisan"),
            models.Index(fields=["workshop_id", "acted_at"], name="on_behalf_workshop"),
            models.Index(fields=["contested_at"], condition=Q(state="contested"), name="on_behalf_contested"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="on_behalf_has_reason"),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("acted_by")), name="on_behalf_answered_by_other"
            ),
        ]


class Delivery(models.Model):
    """One post of a provider, kept before anybody looked into it. The raw body is sealed in the vault under its id."""

    id = models.UUIDField(primary_key=True, default=new_id)
    source = models.CharField(max_length=30, help_text="sms_incoming, sms_delivery, ussd_end, whatsapp, slack")
    dedupe_key = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default="received", help_text="received, handled, unreadable, failed")
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["received_at"], condition=Q(state="received"), name="delivery_waiting"),
            models.Index(fields=["received_at"], name="delivery_time"),
        ]
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "dedupe_key"], name="delivery_once")]


class MenuSession(models.Model):
    """A USSD session. Its row is the lock under which hops are answered one after the other."""

    id = models.UUIDField(primary_key=True)
    artisan_id = models.UUIDField(null=True)
    begun_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="open", help_text="open, then what the provider says of its end")
    hops = models.PositiveSmallIntegerField(default=0)
    cost_micros = models.BigIntegerField(null=True)
    cost_currency = models.CharField(max_length=3, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["begun_at"], name="menu_session_time")]


class MenuHop(models.Model):
    """One answered hop: the same text again gets the same screen. What was typed (it may be a PIN) is kept as a keyed
    hash only; the screen is sealed in the vault under the hop's id.
    """

    id = models.UUIDField(primary_key=True, help_text="derived from the session and a keyed hash of the text")
    session = models.ForeignKey(MenuSession, on_delete=models.CASCADE, related_name="hop_rows")
    screen = models.CharField(max_length=30)
    data = models.JSONField(default=dict, help_text="what the numbers on the screen stand for: opaque ids only")
    ends = models.BooleanField(default=False)
    at = models.DateTimeField()


class StaffContact(models.Model):
    """A member of staff's name in the chat room: whose rights a pressed button has."""

    user_id = models.UUIDField(primary_key=True)
    chat_id = models.CharField(max_length=40, unique=True)
    linked_at = models.DateTimeField()


class StaffNotice(models.Model):
    """Something staff should look at, on its way to their chat room. ``id`` is derived from the event's."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    title = models.CharField(max_length=200)
    lines = models.JSONField(default=list)
    actions = models.JSONField(default=list, help_text="[[action, label, value, url, style], …]")
    state = models.CharField(max_length=10, default="queued")
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at"], condition=Q(state="queued"), name="staff_notice_waiting")
        ]
