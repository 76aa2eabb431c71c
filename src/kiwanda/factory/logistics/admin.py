"""Break-glass views of logistics."""

from django.contrib import admin

from kiwanda.core.admin import ReadOnlyAdmin
from kiwanda.factory.logistics.models import Carton, Piece, Shipment

admin.site.register(Carton, ReadOnlyAdmin)
admin.site.register(Piece, ReadOnlyAdmin)
admin.site.register(Shipment, ReadOnlyAdmin)
