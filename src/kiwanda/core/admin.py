"""Break-glass administration: everything can be looked at, nothing changed past the commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from kiwanda.core.models import Event, ParkedEvent, ReactionCursor, Receipt

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[models.Model]
else:
    _ModelAdmin = admin.ModelAdmin


class ReadOnlyAdmin(_ModelAdmin):
    """Rooms register their tables with this: no add, change or delete."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        fields = self.model._meta.fields
        plain = (field for field in fields if not isinstance(field, models.JSONField | models.TextField))
        return tuple(field.attname for field in plain)[:8]


for model in (Event, Receipt, ReactionCursor, ParkedEvent):
    admin.site.register(model, ReadOnlyAdmin)
