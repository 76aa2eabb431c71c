"""Break-glass views of billing."""

from django.contrib import admin

from kiwanda.core.admin import ReadOnlyAdmin
from kiwanda.factory.billing.models import BrandPayment, Invoice, InvoiceLine, PaymentMatch, ShipmentCost

for model in (Invoice, InvoiceLine, BrandPayment, PaymentMatch, ShipmentCost):
    admin.site.register(model, ReadOnlyAdmin)
