"""What can be done about signed histories."""

from kiwanda.factory.records.commands.issue_record import issue_record
from kiwanda.factory.records.commands.rotate_signing_key import rotate_signing_key

__all__ = ["issue_record", "rotate_signing_key"]
