"""Two plans side by side as the tower shows and exports them: names for ids, filters, tables."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiwanda.factory.catalog.models import Technique
from kiwanda.factory.network.models import Hub, Workshop
from kiwanda.factory.planning.differences import Difference, OrderChange, TechniqueChange
from kiwanda.surfaces.tower.queries.objective import Shown, side_by_side
from kiwanda.surfaces.tower.queries.plan_cell import real_id
from kiwanda.surfaces.tower.templatetags.tower import named

PARTS = {
    "orders": gettext_lazy("Orders"),
    "workshops": gettext_lazy("Workshops"),
    "techniques": gettext_lazy("Techniques"),
}
KINDS = {
    "later": gettext_lazy("Later"),
    "lost": gettext_lazy("No longer finished"),
    "earlier": gettext_lazy("Earlier"),
    "gained": gettext_lazy("Now finished"),
    "added": gettext_lazy("Only in the second"),
    "gone": gettext_lazy("Only in the first"),
    "same": gettext_lazy("The same day"),
}
LOOKS = {
    "later": ("bad", "trending-down"),
    "lost": ("bad", "triangle-alert"),
    "earlier": ("good", "trending-up"),
    "gained": ("good", "check"),
    "added": ("info", "plus"),
    "gone": ("mute", "minus"),
    "same": ("mute", "check"),
}
SIDES = {"lose": gettext_lazy("Less pay"), "gain": gettext_lazy("More pay"), "moved": gettext_lazy("Lots moved")}
#: Edges of the histogram of pay changes, in whole units of money.
EDGES = (-10_000, -5_000, -1_000, 0, 1_000, 5_000, 10_000)
CURRENCY = "KES"


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in both plans; ``real`` is None for one that exists only in a what-if."""

    change: OrderChange
    real: UUID | None
    word: Any
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class WorkshopRow:
    """A workshop in both plans, hours and pay."""

    id: UUID
    name: str
    hub: str
    hub_code: str
    before_minor: int
    after_minor: int
    hours_before: float
    hours_after: float
    lots_moved: int

    @property
    def gain_minor(self) -> int:
        return self.after_minor - self.before_minor


@dataclass(frozen=True, slots=True)
class TechniqueRow:
    """A technique in both plans, hours."""

    change: TechniqueChange
    name: Any

    @property
    def hours_before(self) -> float:
        return self.change.load_before / 60

    @property
    def hours_after(self) -> float:
        return self.change.load_after / 60

    @property
    def shift(self) -> float:
        return self.change.shift / 60


@dataclass(frozen=True)
class Compared:
    """What a comparison's page shows above its table."""

    difference: Difference
    figures: list[Shown]
    kinds: list[tuple[str, Any, int]]
    bars: list[dict[str, Any]]

    @property
    def income(self) -> Mapping[str, Any]:
        return self.difference.income


def compared(difference: Difference) -> Compared:
    """The head of the page. No query."""
    counts = difference.order_counts
    return Compared(
        difference,
        side_by_side(difference.before.objective, difference.after.objective),
        [(kind, word, counts[kind]) for kind, word in KINDS.items() if counts[kind]],
        _histogram(difference),
    )


def _histogram(difference: Difference) -> list[dict[str, Any]]:
    counts = difference.histogram([edge * 100 for edge in EDGES])
    said = [f"{edge:+,}".replace("-", "−") if edge else "0" for edge in EDGES]
    labels = [f"< {said[0]}", *(f"{low} … {high}" for low, high in itertools.pairwise(said)), f"> {said[-1]}"]
    tones = ["terracotta" if index < EDGES.index(0) + 1 else "green" for index in range(len(labels))]
    return [
        {"label": label, "value": count, "tone": tone}
        for label, count, tone in zip(labels, counts, tones, strict=True)
    ]


def order_rows(difference: Difference, *, kind: str = "", text: str = "") -> list[OrderRow]:
    """Orders of one kind (all but the unchanged without one), their code holding ``text``."""
    wanted = [
        row
        for row in difference.orders
        if (row.kind == kind if kind in KINDS else row.kind != "same") and text.lower() in row.code.lower()
    ]
    return [OrderRow(row, real_id(row.id), KINDS[row.kind], *LOOKS[row.kind]) for row in wanted]


def workshop_rows(difference: Difference, *, side: str = "", hub: str = "", text: str = "") -> list[WorkshopRow]:
    """Workshops whose pay or lots change, those who lose most first; with ``gain`` those who gain most. Two queries."""
    known = {
        str(pk): (name, code) for pk, name, code in Workshop.objects.values_list("pk", "trade_name", "code")
    }
    hubs = dict(Hub.objects.values_list("code", "name"))
    rows = []
    for row in difference.workshops:
        name, code = known.get(row.id, (row.id, ""))
        if (
            (hub and row.hub != hub)
            or (text and text.lower() not in f"{name} {code}".lower())
            or (side == "gain" and row.gain_minor <= 0)
            or (side == "lose" and row.gain_minor >= 0)
            or (side not in ("gain", "lose") and not row.gain_minor and not row.lots_moved)
        ):
            continue
        rows.append(
            WorkshopRow(
                UUID(row.id), name, hubs.get(row.hub, row.hub), row.hub, row.before_minor, row.after_minor,
                row.minutes_before / 60, row.minutes_after / 60, row.lots_moved,
            )
        )
    if side == "gain":
        rows.reverse()
    elif side == "moved":
        rows.sort(key=lambda row: (-row.lots_moved, row.name))
    elif not side:
        rows.sort(key=lambda row: (-abs(row.gain_minor), row.name))
    return rows


def technique_rows(difference: Difference) -> list[TechniqueRow]:
    """Techniques with work in either plan, the largest shift first. One query."""
    names = Technique.objects.in_bulk()
    return [TechniqueRow(row, names.get(row.code, row.code)) for row in difference.techniques]


# Export -----------------------------------------------------------------------------------------------------------

Table = tuple[list[str], list[list[Any]]]


def tables(difference: Difference, filters: Mapping[str, str]) -> dict[str, Table]:
    """Every part as head and rows, filtered like the screen; days and numbers stay days and numbers."""
    return {
        "figures": _figure_table(difference),
        "orders": _order_table(order_rows(difference, kind=filters.get("kind", ""), text=filters.get("q", ""))),
        "workshops": _workshop_table(
            workshop_rows(
                difference, side=filters.get("side", ""), hub=filters.get("hub", ""), text=filters.get("q", "")
            )
        ),
        "techniques": _technique_table(technique_rows(difference)),
    }


def _figure_table(difference: Difference) -> Table:
    head = [_("Figure"), _("Unit"), _("Before"), _("After"), _("Change")]
    rows = [
        [str(row.figure.label), str(row.figure.unit), row.before, row.value, row.change]
        for row in side_by_side(difference.before.objective, difference.after.objective)
    ]
    return head, rows


def _order_table(rows: Iterable[OrderRow]) -> Table:
    head = [
        _("Order"), _("Due"), _("Finished before"), _("Finished after"), _("Days later (+) or earlier (−)"),
        _("Days late before"), _("Days late after"), _("Pieces undone before"), _("Pieces undone after"), _("Change"),
    ]  # fmt: skip
    return head, [
        [
            row.change.code, row.change.due_on, row.change.before_on, row.change.after_on, row.change.days,
            row.change.late_before, row.change.late_after, row.change.undone_before, row.change.undone_after,
            str(row.word),
        ]
        for row in rows
    ]


def _workshop_table(rows: Iterable[WorkshopRow]) -> Table:
    head = [
        _("Workshop"), _("Hub"), _("Pay before (KES)"), _("Pay after (KES)"), _("Change (KES)"), _("Hours before"),
        _("Hours after"), _("Lots moved"),
    ]  # fmt: skip
    return head, [
        [
            row.name, row.hub, row.before_minor / 100, row.after_minor / 100, row.gain_minor / 100,
            round(row.hours_before, 1), round(row.hours_after, 1), row.lots_moved,
        ]
        for row in rows
    ]


def _technique_table(rows: Iterable[TechniqueRow]) -> Table:
    head = [
        _("Technique"), _("Hours before"), _("Hours after"), _("Change in hours"), _("Capacity before"),
        _("Capacity after"), _("Fullest week before"), _("Fullest week after"),
    ]  # fmt: skip
    return head, [
        [
            named(row.name), round(row.hours_before, 1), round(row.hours_after, 1), round(row.shift, 1),
            round(row.change.capacity_before / 60, 1), round(row.change.capacity_after / 60, 1),
            round(row.change.busiest_before, 3), round(row.change.busiest_after, 3),
        ]
        for row in rows
    ]


def as_csv(table: Table) -> str:
    """One part as CSV; text a spreadsheet would take for a formula is quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in (table[0], *table[1]):
        writer.writerow([_safe(value) for value in row])
    return out.getvalue()


def as_workbook(parts: Mapping[str, Table]) -> bytes:
    """All parts as one XLSX, a sheet each."""
    import openpyxl
    from openpyxl.styles import Font

    book = openpyxl.Workbook(write_only=True)
    titles = {"figures": _("Figures"), **{key: str(word) for key, word in PARTS.items()}}
    for key, (head, rows) in parts.items():
        sheet = book.create_sheet(titles[key][:31])
        sheet.freeze_panes = "A2"
        for index, title in enumerate(head):
            sheet.column_dimensions[chr(65 + index)].width = max(12, min(36, len(title) + 2))
        cells = []
        for title in head:
            cell = openpyxl.cell.WriteOnlyCell(sheet, value=title)
            cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)
        for row in rows:
            sheet.append([value if isinstance(value, date) else _safe(value) for value in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _safe(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value.isoformat() if isinstance(value, date) else value
