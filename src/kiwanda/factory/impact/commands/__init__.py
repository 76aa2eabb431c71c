"""What impact can do."""

from kiwanda.factory.impact.commands.record_survey import AnswerSpec, record_survey

__all__ = ["AnswerSpec", "record_survey"]
