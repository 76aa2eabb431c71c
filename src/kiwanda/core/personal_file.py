"""The file a person takes away: everything held about her as a page and as JSON, with pictures."""

from __future__ import annotations

import json
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.utils import formats, timezone, translation
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiwanda.core import clock, files, vault
from kiwanda.core.money import format_money
from kiwanda.core.personal import Holding, Person, everything, plain

#: Ending of a column → what it is called. The first that fits is taken.
WORDS: tuple[tuple[str, str | Promise], ...] = (
    ("due_on", gettext_lazy("Due")),
    ("_at", gettext_lazy("When")),
    ("at", gettext_lazy("When")),
    ("_on", gettext_lazy("Day")),
    ("code__name_sw", gettext_lazy("Defect")),
    ("code__name_en", gettext_lazy("Defect")),
    ("operation__name_sw", gettext_lazy("Operation")),
    ("operation__name_en", gettext_lazy("Operation")),
    ("material__name_sw", gettext_lazy("Material")),
    ("material__name_en", gettext_lazy("Material")),
    ("name_sw", gettext_lazy("Technique")),
    ("name_en", gettext_lazy("Technique")),
    ("accepted_quantity", gettext_lazy("Accepted")),
    ("rejected_quantity", gettext_lazy("Rejected")),
    ("rework_quantity", gettext_lazy("Rework")),
    ("received_quantity", gettext_lazy("Received")),
    ("returned_quantity", gettext_lazy("Returned")),
    ("quantity", gettext_lazy("Quantity")),
    ("piece_rate_minor", gettext_lazy("Per piece")),
    ("fee_minor", gettext_lazy("Fee")),
    ("repaid_minor", gettext_lazy("Repaid")),
    ("balance_minor", gettext_lazy("Balance")),
    ("_minor", gettext_lazy("Amount")),
    ("county__name", gettext_lazy("County")),
    ("hub__name", gettext_lazy("Hub")),
    ("code", gettext_lazy("Code")),
    ("name", gettext_lazy("Name")),
    ("receipt_ref", gettext_lazy("Receipt")),
    ("state", gettext_lazy("State")),
    ("status", gettext_lazy("State")),
    ("outcome", gettext_lazy("State")),
    ("reason", gettext_lazy("Reason")),
    ("channel", gettext_lazy("Means")),
    ("language", gettext_lazy("Language")),
    ("role", gettext_lazy("Role")),
    ("gender", gettext_lazy("Gender")),
    ("body", gettext_lazy("Words")),
    ("message", gettext_lazy("Words")),
    ("ussd_screen", gettext_lazy("Words")),
    ("note", gettext_lazy("Note")),
    ("answer", gettext_lazy("Answer")),
    ("decision", gettext_lazy("Answer")),
    ("payee_masked", gettext_lazy("Phone")),
    ("grade", gettext_lazy("Grade")),
    ("page", gettext_lazy("Page")),
    ("field", gettext_lazy("What")),
    ("type", gettext_lazy("What")),
    ("kind", gettext_lazy("What")),
    ("command", gettext_lazy("What")),
    ("purpose", gettext_lazy("Purpose")),
)
FACTS: dict[str, str | Promise] = {
    vault.NAME: gettext_lazy("Name"),
    vault.PHONE: gettext_lazy("Phone"),
    vault.NATIONAL_ID: gettext_lazy("National id"),
    vault.PLACE: gettext_lazy("Place"),
}
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#221c16}"
    "h1{font-size:1.7rem}h2{font-size:1.15rem;margin:2rem 0 .4rem}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #ddd;vertical-align:top;"
    "overflow-wrap:anywhere}th{font-weight:600}.wide{overflow-x:auto}small{color:#665}"
)


def write(person: Person, stream: IO[bytes]) -> int:
    """Write the ZIP (``index.html``, ``data.json``, ``files/``) to ``stream``; returns the number of rows given.

    Whatever the vault opens counts as looked at (:mod:`kiwanda.core.looks`). Pictures that are gone are left out.
    """
    with translation.override(person.language):
        facts = vault.facts_of(person.id)
        parts = list(everything(person))
        made_at = clock.now()
        pictures = sorted({
            str(row[name]) for holding, rows in parts for row in rows for name in holding.files if row.get(name)
        })  # fmt: skip
        data = {
            "person": str(person.id),
            "made_at": made_at.isoformat(),
            "facts": facts,
            "tables": {
                holding.label: {"title": str(holding.title), "rows": [plain(row) for row in rows]}
                for holding, rows in parts
            },
        }
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("index.html", _page(person, facts, parts, made_at))
            archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=1, default=str))
            for sha256 in pictures:
                path = files.path_of(sha256)
                if path.is_file():
                    archive.write(path, f"files/{sha256}{_ending(path.read_bytes()[:12])}")
    return sum(len(rows) for _holding, rows in parts)


def _page(
    person: Person, facts: dict[str, str], parts: list[tuple[Holding, list[dict[str, Any]]]], made_at: datetime
) -> str:
    known = format_html_join(
        "", "<tr><th>{}</th><td>{}</td></tr>", [(str(FACTS.get(name, name)), value) for name, value in facts.items()]
    )  # fmt: skip
    return format_html(
        '<!doctype html><html lang="{}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>{}</title><style>{}</style><h1>{}</h1><p>{}</p><h2>{}</h2><table>{}</table>{}</html>",
        person.language,
        _("What Kiwanda holds about you"),
        mark_safe(STYLE),
        _("What Kiwanda holds about you"),
        _("Made on %(day)s. The same, complete, is in data.json; pictures are in the folder files.")
        % {"day": _shown("made_at", made_at, {})},
        _("You"),
        known,
        format_html_join("", "{}", [(_table(holding, rows, person.language),) for holding, rows in parts]),
    )


def _table(holding: Holding, rows: list[dict[str, Any]], language: str) -> SafeString:
    columns = [name for name in holding.page_columns(language) if any(row.get(name) not in (None, "") for row in rows)]
    head = format_html_join("", "<th>{}</th>", [(word(name),) for name in columns])
    body = format_html_join(
        "",
        "<tr>{}</tr>",
        [
            (format_html_join("", "<td>{}</td>", [(_shown(name, row.get(name), row),) for name in columns]),)
            for row in reversed(rows)
        ],
    )
    return format_html(
        '<h2>{} <small>{}</small></h2><div class="wide"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
        "</div>",
        str(holding.title), len(rows), head, body,
    )  # fmt: skip


def word(column: str) -> str:
    """What a column is called on the page."""
    for ending, name in WORDS:
        if column.endswith(ending):
            return str(name)
    return column.rpartition("__")[2].replace("_", " ")


def _shown(name: str, value: Any, row: dict[str, Any]) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value, clock.FACTORY_ZONE), "j M Y H:i")
    if isinstance(value, date):
        return formats.date_format(value, "j M Y")
    if name.endswith("_minor"):
        return format_money(int(value), str(row.get("currency") or "KES"))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else str(value)


def _ending(head: bytes) -> str:
    for magic, content_type in files.PICTURE_KINDS.items():
        if head.startswith(magic):
            return "." + content_type.rpartition("/")[2].replace("jpeg", "jpg")
    return ""
