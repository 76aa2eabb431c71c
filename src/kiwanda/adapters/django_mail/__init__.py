"""E-mail through Django's back-ends: SMTP in production, a folder of files in the demo."""

from kiwanda.adapters.django_mail.post import DjangoMail, smtp_options

__all__ = ["DjangoMail", "smtp_options"]
