"""Break-glass views of settlement."""

from django.contrib import admin

from kiwanda.core.admin import ReadOnlyAdmin
from kiwanda.factory.settlement.models import (
    Account,
    Earning,
    LedgerEntry,
    Payout,
    PayoutAttempt,
    PayoutBatch,
    Transfer,
)

for model in (Account, LedgerEntry, Transfer, PayoutBatch, Payout, PayoutAttempt, Earning):
    admin.site.register(model, ReadOnlyAdmin)
