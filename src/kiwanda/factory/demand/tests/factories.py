"""Channels, orders and files for the tests of demand and of the rooms below it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kiwanda.core import actors
from kiwanda.core.actors import Actor, Role
from kiwanda.core.audit import load_checks
from kiwanda.core.ids import new_id
from kiwanda.factory.demand.commands import NewLine, import_orders, place_sales_order, register_sales_channel
from kiwanda.factory.demand.models import ImportRun, SalesChannel, SalesOrder
from kiwanda.factory.demand.tests.tables import csv_bytes


def merchandiser() -> Actor:
    return actors.staff(new_id(), Role.MERCHANDISER)


def make_channel(code: str = "desk", kind: str = "kiwanda", **more: Any) -> SalesChannel:
    return register_sales_channel(actor=merchandiser(), code=code, name=code.title(), kind=kind, **more)


def make_order(channel_code: str = "desk", *lines: tuple[str, int] | NewLine, **more: Any) -> SalesOrder:
    """An order placed by hand; lines as (sku, quantity)."""
    new = [line if isinstance(line, NewLine) else NewLine(*line) for line in lines or (("KW-BANGLE", 10),)]
    return place_sales_order(actor=merchandiser(), channel_code=channel_code, lines=new, **more)


def kiwanda_file(*rows: Iterable[object]) -> bytes:
    """CSV of Kiwanda's own format: order_number, sku, quantity, due_on."""
    return csv_bytes([["order_number", "sku", "quantity", "due_on"], *[list(row) for row in rows]])


def take(content: bytes, channel_code: str = "desk", format: str = "kiwanda", **more: Any) -> ImportRun:
    return import_orders(
        actor=merchandiser(), channel_code=channel_code, format=format, filename="test.csv", content=content, **more
    )


def audit() -> list[str]:
    """Everything that demand's own checks find wrong."""
    return [
        problem for name, item in load_checks().items() if name.startswith("demand.") for problem in item.function()
    ]
