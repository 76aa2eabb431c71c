"""The double-entry ledger: rows of transfers, balanced by construction, never edited.

``post`` books one business fact under an idempotency key; the same key with the same content books nothing and gives
the first entry again. Accounts are made when first named (see :mod:`.chart`). Balances are kept only on tracked
accounts (those of workshops), updated by ``F()`` in a fixed order; the busy system accounts are summed from their
transfers since the last snapshot (:mod:`.balances`) when asked. The chain of hashes is :mod:`.chain`.

Money that is held but not yet spent has no phase of its own: a hold is an entry that moves it to an account for money
on its way (``clearing:payouts``), posting it is an entry from there to where it went, voiding it is the reversal of the
hold. The three are bound by their keys and by ``reverses``, which is unique: a hold ends once. ``kiwanda audit`` proves
that the account for money on its way holds exactly the open holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, Sum

from kiwanda.core.errors import Rejected
from kiwanda.core.ids import derived_id
from kiwanda.core.rows import insert_many
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.settlement.chart import CREDIT_NORMAL as CREDIT_NORMAL
from kiwanda.factory.settlement.chart import prefix_of
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.models import Account, LedgerEntry, Transfer
from kiwanda.ports.payments import RAIL_NAMES

COST_PIECEWORK = "cost:piecework"
COST_FEES = "cost:fees"
COST_KILL_FEES = "cost:called-off-work"
COST_WRITTEN_OFF = "cost:faulty-pieces"
#: Mobile-money rails in reach pay Kenyan shillings.
RAIL_CURRENCY = "KES"
CLEARING_PAYOUTS = "clearing:payouts"

@dataclass(frozen=True, slots=True)
class Move:
    """``amount_minor`` (> 0) from the account ``debit`` to the account ``credit``, by code."""

    debit: str
    credit: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Posting:
    """One business fact: what ``post_many`` books under ``key``."""

    key: str
    kind: str
    subject_id: UUID
    moves: tuple[Move, ...]
    reverses_id: UUID | None = None


def payable(workshop_code: str) -> str:
    """Code of the account that holds what is owed to a workshop."""
    return f"payable:{workshop_code}"


def recover(workshop_code: str) -> str:
    """Code of the account that holds what is to be taken back from a workshop, with its consent."""
    return f"recover:{workshop_code}"


def float_at(rail: str) -> str:
    """Code of the account that holds our money at a payment rail."""
    return f"float:{rail}"


def post(
    key: str, kind: str, subject_id: UUID, transfers: Sequence[Move], at: datetime, *, fresh: bool = False
) -> LedgerEntry:
    """Book one entry and return it; the same ``key`` again returns the first entry, with other content it is refused.

    ``fresh`` skips the look-up of the key where the caller made its subject in this very transaction; the unique
    constraint still guards it.
    """
    return post_many([Posting(key, kind, subject_id, tuple(transfers))], at, fresh=fresh)[0]


def post_many(postings: Sequence[Posting], at: datetime, *, fresh: bool = False) -> list[LedgerEntry]:
    """Book many entries at once, in order, each idempotent by its key."""
    keys = [posting.key for posting in postings]
    if len(set(keys)) != len(keys):
        raise ValueError("A ledger key appears twice in one call.")
    known = {} if fresh else {entry.key: entry for entry in LedgerEntry.objects.filter(key__in=keys)}
    new = [posting for posting in postings if posting.key not in known]
    for posting in postings:
        if posting.key in known:
            _require_same(known[posting.key], posting)
    if new:
        accounts = _accounts({code for posting in new for move in posting.moves for code in (move.debit, move.credit)},
                             new)
        made = {p.key: LedgerEntry(key=p.key, kind=p.kind, subject_id=p.subject_id, reverses_id=p.reverses_id,
                                   booked_at=at) for p in new}
        insert_many(list(made.values()))
        transfers = [
            Transfer(
                entry=made[posting.key], debit=_fitting(accounts[move.debit], move),
                credit=_fitting(accounts[move.credit], move), amount_minor=move.amount_minor, currency=move.currency,
            )
            for posting in new
            for move in posting.moves
        ]
        insert_many(transfers)
        _track(transfers)
        known.update(made)
    return [known[key] for key in keys]


def reverse(entry: LedgerEntry, key: str, at: datetime) -> LedgerEntry:
    """Undo ``entry`` by a mirror entry under ``key``; an entry is reversed once."""
    earlier = LedgerEntry.objects.filter(reverses=entry).first()
    if earlier is not None:
        if earlier.key == key:
            return earlier
        raise Rejected(SettlementError.ALREADY_REVERSED)
    moves = tuple(
        Move(debit=row.credit.code, credit=row.debit.code, amount_minor=row.amount_minor, currency=row.currency)
        for row in entry.transfers.select_related("debit", "credit").order_by("pk")
    )
    return post_many([Posting(key, f"{entry.kind}_reversed", entry.subject_id, moves, entry.pk)], at)[0]


def balance_minor(code: str) -> int:
    """An account's balance in its natural direction, summed from its transfers; 0 for one never used."""
    account = Account.objects.filter(code=code).first()
    return 0 if account is None else summed_balance(account)


def summed_balance(account: Account) -> int:
    """The balance of ``account`` from its transfers, whatever its kept balance says."""
    sums = Transfer.objects.filter(Q(debit=account) | Q(credit=account)).aggregate(
        debits=Sum("amount_minor", filter=Q(debit=account)), credits=Sum("amount_minor", filter=Q(credit=account))
    )
    net = (sums["credits"] or 0) - (sums["debits"] or 0)
    return net if account.kind in CREDIT_NORMAL else -net


#: Accounts this process has met, by code; only what never changes about them is used. See :func:`_accounts`.
_met: dict[str, Account] = {}
#: Codes of accounts made here by transactions that did not commit (yet).
_uncommitted: set[str] = set()


def forget_accounts() -> None:
    """Drop what is remembered about accounts (after the database was emptied or replaced under the process)."""
    _met.clear()


def _accounts(codes: set[str], postings: Iterable[Posting]) -> dict[str, Account]:
    """The accounts by code, made where they are new.

    Accounts are remembered only once they are known to be committed: one made in a transaction that is rolled back must
    be made again.
    """
    found = {code: _met[code] for code in codes if code in _met}
    if len(found) == len(codes):
        return found
    listed = sorted(codes - found.keys())
    for start in range(0, len(listed), 500):
        for account in Account.objects.filter(code__in=listed[start : start + 500]).order_by():
            found[account.code] = account
            if account.code not in _uncommitted:
                _met[account.code] = account
    missing = [code for code in listed if code not in found]
    if missing:
        currencies = {
            code: move.currency for posting in postings for move in posting.moves for code in (move.debit, move.credit)
        }
        owners = dict(
            Workshop.objects.filter(
                code__in=[code.partition(":")[2] for code in missing if prefix_of(code).owned]
            ).values_list("code", "pk")
        )
        # The id follows from the code, and a twin's row is left standing: two commands may meet a new workshop at once.
        Account.objects.bulk_create(
            [_new_account(code, currencies[code], owners) for code in missing], ignore_conflicts=True, batch_size=500
        )
        _uncommitted.update(missing)
        transaction.on_commit(lambda: _uncommitted.difference_update(missing))
        for start in range(0, len(missing), 500):
            for account in Account.objects.filter(code__in=missing[start : start + 500]).order_by():
                found[account.code] = account
    return found


def _new_account(code: str, currency: str, owners: dict[str, UUID]) -> Account:
    rest = code.partition(":")[2]
    prefix = prefix_of(code)
    name = prefix.name.format(RAIL_NAMES.get(rest, rest))
    return Account(
        id=derived_id("account", code), code=code, name=name, kind=prefix.kind, currency=currency,
        owner_id=owners[rest] if prefix.owned else None, tracked=prefix.owned, floor_minor=0 if prefix.owned else None,
    )


def _fitting(account: Account, move: Move) -> Account:
    if account.currency != move.currency:
        raise Rejected(
            SettlementError.CURRENCY_MIXED, account=account.code, wanted=account.currency, currency=move.currency
        )
    return account


def _track(rows: Iterable[Transfer]) -> None:
    """Bring the tracked balances up to date, in the order of account ids so that two postings never deadlock."""
    change: dict[UUID, int] = {}
    for row in rows:
        for account, sign in ((row.debit, -1), (row.credit, 1)):
            if account.tracked:
                natural = sign if account.kind in CREDIT_NORMAL else -sign
                change[account.pk] = change.get(account.pk, 0) + natural * row.amount_minor
    moved = [(amount, _as_stored(identifier)) for identifier, amount in sorted(change.items()) if amount]
    if moved:
        # One prepared statement for all of them: compiling an UPDATE each would be most of a posting's time.
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {Account._meta.db_table} SET balance_minor = balance_minor + %s WHERE id = %s", moved
            )


def _as_stored(identifier: UUID) -> Any:
    """An account's id as this database holds it."""
    return Account._meta.pk.get_db_prep_value(identifier, connection)


def _require_same(entry: LedgerEntry, posting: Posting) -> None:
    booked = [
        Move(row.debit.code, row.credit.code, row.amount_minor, row.currency)
        for row in entry.transfers.select_related("debit", "credit").order_by("pk")
    ]
    if (entry.kind, entry.subject_id, booked) != (posting.kind, posting.subject_id, list(posting.moves)):
        raise Rejected(SettlementError.KEY_REUSED, key=posting.key)
