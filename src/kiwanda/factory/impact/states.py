"""Surveys have no life of their own: they are recorded once."""
