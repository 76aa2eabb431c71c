"""Break-glass views of the network. Log-in codes and the vault are not shown."""

from django.contrib import admin

from kiwanda.core.admin import ReadOnlyAdmin
from kiwanda.factory.network.models import (
    Artisan,
    Calendar,
    CalendarDay,
    Capability,
    Consent,
    County,
    DayOff,
    Hub,
    TransferTime,
    Workshop,
)

for model in (County, Hub, TransferTime, Calendar, CalendarDay, Workshop, Artisan, Capability, DayOff, Consent):
    admin.site.register(model, ReadOnlyAdmin)
