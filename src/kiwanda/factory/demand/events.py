"""What demand tells. A channel and a SKU mapping have ids derived from their codes, so that the log can hold them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kiwanda.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class SalesChannelRegistered(DomainEvent, subject="sales_channel"):
    sales_channel_id: UUID
    code: str
    kind: str
    currency: str


@dataclass(frozen=True, slots=True)
class SalesOrderPlaced(DomainEvent, subject="order"):
    """An order to be made came in. ``pieces`` counts its open lines; ``waiting_lines`` have no mapping yet."""

    order_id: UUID
    channel_code: str
    import_run_id: UUID | None
    lines: int
    waiting_lines: int
    pieces: int


@dataclass(frozen=True, slots=True)
class SalesOrderExtended(DomainEvent, subject="order"):
    """A later file brought more lines of an order known already."""

    order_id: UUID
    import_run_id: UUID | None
    line_ids: list[UUID]
    pieces: int


@dataclass(frozen=True, slots=True)
class OrdersImported(DomainEvent, subject="import_run"):
    """A file was applied. ``is_history`` orders have no events of their own."""

    import_run_id: UUID
    channel_code: str
    format: str
    is_history: bool
    orders: int
    lines: int
    waiting_lines: int


@dataclass(frozen=True, slots=True)
class ImportChecked(DomainEvent, subject="import_run"):
    """A file was only looked at (dry run), without an error."""

    import_run_id: UUID
    channel_code: str
    format: str
    orders: int
    lines: int


@dataclass(frozen=True, slots=True)
class ImportRefused(DomainEvent, subject="import_run"):
    """A file had errors; nothing of it was taken."""

    import_run_id: UUID
    channel_code: str
    format: str
    error_count: int


@dataclass(frozen=True, slots=True)
class ImportRequested(DomainEvent, subject="import_run"):
    """Somebody gave a file to the worker; ``again_of`` names an earlier import of the same file."""

    import_run_id: UUID
    channel_code: str
    format: str
    dry_run: bool
    again_of: UUID | None


@dataclass(frozen=True, slots=True)
class ImportFailed(DomainEvent, subject="import_run"):
    """An import ended without a result: nothing of the file was taken. Not the file's fault."""

    import_run_id: UUID
    channel_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class SkuMapped(DomainEvent, subject="sku_mapping"):
    """A channel's SKU got its variant; ``opened_lines`` waited for it."""

    sku_mapping_id: UUID
    channel_code: str
    external_sku: str
    variant_id: UUID
    pieces_per_unit: int
    opened_lines: int


@dataclass(frozen=True, slots=True)
class SkuIgnored(DomainEvent, subject="sku_mapping"):
    sku_mapping_id: UUID
    channel_code: str
    external_sku: str
    reason: str
    ignored_lines: int


@dataclass(frozen=True, slots=True)
class OrderLineCancelled(DomainEvent, subject="line"):
    """``was`` is the line's state before: pieces of an ``in_production`` line are under way."""

    line_id: UUID
    order_id: UUID
    variant_id: UUID | None
    quantity: int
    was: str
    reason: str


@dataclass(frozen=True, slots=True)
class SalesOrderCancelled(DomainEvent, subject="order"):
    order_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class LinePromised(DomainEvent, subject="line"):
    line_id: UUID
    order_id: UUID
    promised_on: date
    confidence_percent: int | None
    basis: str


@dataclass(frozen=True, slots=True)
class OrderLineFulfilled(DomainEvent, subject="line"):
    """Every piece of the line has left."""

    line_id: UUID
    order_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class SalesOrderFulfilled(DomainEvent, subject="order"):
    order_id: UUID
