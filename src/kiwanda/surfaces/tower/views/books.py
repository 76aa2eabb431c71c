"""The ledger: trial balance, single accounts, and files for others to read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from kiwanda.factory.network.models import Workshop
from kiwanda.factory.settlement import balances, chain, exporting
from kiwanda.factory.settlement.models import Account, BalanceSnapshot
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.queries import ledger as books
from kiwanda.surfaces.tower.views.pay import PER_PAGE, tabs_of
from kiwanda.surfaces.tower.views.shell import page

#: Lines sent at once.
LINES = 500


@require_GET
@staff_only
def ledger(request: HttpRequest) -> HttpResponse:
    """Balances of the accounts, and whether they balance."""
    accounts = balances.trial_balance()
    text = request.GET.get("q", "").strip()[:60]
    position, last = chain.head()
    context = {
        "tabs": tabs_of(request, "ledger"),
        "accounts": accounts,
        "sums": balances.totals(accounts),
        "page": Paginator(books.payables(text), PER_PAGE).get_page(request.GET.get("page")),
        "q": text,
        "links": position,
        "chain_head": last,
        "snapshot": BalanceSnapshot.objects.order_by("-taken_at").first(),
    }
    return page(request, "tower/ledger.html", "pay", context)


@require_GET
@staff_only
def account(request: HttpRequest, code: str) -> HttpResponse:
    """One account, transfer by transfer."""
    found = Account.objects.filter(code=code).first()
    if found is None:
        raise Http404
    debits, credits_ = balances.sums().get(found.pk, (0, 0))
    normal = -1 if found.kind in ("asset", "expense") else 1
    context = {
        "tabs": tabs_of(request, "ledger"),
        "account": found,
        "debits": debits,
        "credits": credits_,
        "balance": normal * (credits_ - debits),
        "owner": Workshop.objects.filter(pk=found.owner_id).first() if found.owner_id else None,
        "page": Paginator(books.transfers(found), PER_PAGE).get_page(request.GET.get("page")),
    }
    return page(request, "tower/ledger_account.html", "pay", context)


@require_GET
@staff_only
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The whole ledger as a file, sent as it is read."""
    lines, name, kind = {
        "csv": (exporting.csv_lines, "kiwanda-ledger.csv", "text/csv; charset=utf-8"),
        "beancount": (exporting.beancount_lines, "kiwanda.beancount", "text/plain; charset=utf-8"),
    }[form]
    answer = StreamingHttpResponse(_joined(lines()), content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _joined(lines: Iterator[str]) -> Iterator[str]:
    while part := "".join(islice(lines, LINES)):
        yield part
