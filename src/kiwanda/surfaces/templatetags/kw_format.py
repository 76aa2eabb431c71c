"""How values are written for people: money, moments, days, shares, names and icons."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiwanda.core.clock import FACTORY_ZONE
from kiwanda.core.money import EXPONENTS, format_money

register = template.Library()

DASH = "–"


@register.simple_tag
def icon(name: str, label: str = "", classes: str = "") -> SafeString:
    """An icon of the vendored sprite; decorative unless it is given a ``label``."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="kw-icon {}" {} focusable="false"><use href="{}#{}"></use></svg>',
        classes,
        spoken,
        static("vendor/lucide/icons.svg"),
        name,
    )


@register.filter
def money(value: Any, currency: str = "KES") -> str:
    """``125000|money:"KES"`` or a ``Money`` → ``KSh 1,250``; a dash for None."""
    if value is None or value == "":
        return DASH
    if hasattr(value, "minor"):
        return format_money(value.minor, value.currency)
    return format_money(int(value), currency)


@register.filter
def money_round(value: Any, currency: str = "KES") -> str:
    """Money for tiles: whole units only (a total of thousands needs no cents)."""
    if value is None or value == "":
        return DASH
    if hasattr(value, "minor"):
        value, currency = value.minor, value.currency
    unit = 10 ** EXPONENTS.get(currency, 2)
    return format_money(round(int(value) / unit) * unit, currency)


@register.simple_tag
def amount(value: Any, currency: str = "KES", signed: bool = False) -> SafeString:
    """Money as an element that never breaks over two lines; with ``signed`` a plus stands before gains."""
    text = money(value, currency)
    minor = getattr(value, "minor", value)
    if signed and minor and int(minor) > 0:
        text = f"+{text}"
    return format_html('<span class="kw-money">{}</span>', text)


@register.filter
def whole(value: Any) -> str:
    """A whole number with thousands separators; a dash for None."""
    if value is None or value == "":
        return DASH
    return f"{round(value):,}"


@register.filter
def percent(value: Any, places: int = 0) -> str:
    """A share (0.853) as ``85 %``; a dash for None."""
    if value is None or value == "":
        return DASH
    return f"{float(value) * 100:.{places}f}\u00a0%"


@register.filter
def raw(value: Any) -> str:
    """The value without localisation, for attributes and addresses."""
    return str(value)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(FACTORY_ZONE) if timezone.is_aware(moment) else moment


@register.simple_tag
def moment(value: datetime | None, with_zone: bool = True) -> SafeString | str:
    """``23 Nov, 14:05 EAT`` as a ``<time>``; the year only where it is not this one's neighbour in reading."""
    if value is None:
        return DASH
    local = _local(value)
    text = f"{formats.date_format(local, 'j M')}, {local:%H:%M}"
    if with_zone:
        text = f"{text} {local.tzname()}"
    full = f"{formats.date_format(local, 'l j F Y')}, {local:%H:%M} {local.tzname()}"
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), full, text)


@register.simple_tag
def day(value: date | datetime | None, with_year: bool = False, weekday: bool = True) -> SafeString | str:
    """``Mon 23 Nov`` as a ``<time>``."""
    if value is None:
        return DASH
    local = _local(value).date() if isinstance(value, datetime) else value
    pattern = ("D " if weekday else "") + "j M" + (" Y" if with_year else "")
    full = formats.date_format(local, "l j F Y")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', local.isoformat(), full, formats.date_format(local, pattern)
    )


@register.simple_tag
def clock_time(value: datetime) -> SafeString:
    """``14:05 EAT`` as a ``<time>``."""
    local = _local(value)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), f"{local:%H:%M} {local.tzname()}")


def elapsed(span: timedelta) -> str:
    """A span in the largest sensible unit: ``12 min``, ``5 h``, ``3 days``."""
    minutes = int(abs(span).total_seconds() // 60)
    if minutes < 1:
        return _("under a minute")
    if minutes < 90:
        return ngettext("%(count)s min", "%(count)s min", minutes) % {"count": minutes}
    hours = minutes // 60
    if hours < 36:
        return ngettext("%(count)s h", "%(count)s h", hours) % {"count": hours}
    days = round(minutes / 1440)
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


@register.simple_tag(takes_context=True)
def ago(context: dict[str, Any], value: datetime | date | None, now: datetime | None = None) -> SafeString | str:
    """How long ago (or until) against the factory's clock, as a ``<time>``."""
    if value is None:
        return DASH
    present = now or context.get("factory_now") or timezone.now()
    if isinstance(value, datetime):
        span = present - value
        stamp, full = _local(value).isoformat(), f"{formats.date_format(_local(value), 'l j F Y, H:i')} EAT"
        text = elapsed(span)
    else:
        span = timedelta(days=(_local(present).date() - value).days)
        stamp, full = value.isoformat(), formats.date_format(value, "l j F Y")
        if span.days == 0:
            return format_html('<time datetime="{}" title="{}">{}</time>', stamp, full, _("today"))
        text = ngettext("%(count)s day", "%(count)s days", abs(span.days)) % {"count": abs(span.days)}
    said = _("%(span)s ago") % {"span": text} if span >= timedelta(0) else _("in %(span)s") % {"span": text}
    return format_html('<time datetime="{}" title="{}">{}</time>', stamp, full, said)


#: Hues of avatars; each keeps 4.5:1 against white text in both themes.
AVATAR_TONES = 6


def initials_of(name: str) -> str:
    """Two letters for ``name``: the first of the first and last word."""
    words = [word for word in name.replace("-", " ").split() if word[:1].isalnum()]
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][:2].upper()
    return (words[0][0] + words[-1][0]).upper()


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """The initials of ``name`` on one of six tones, always the same one; decorative, the name stands beside it."""
    tone = hashlib.sha256(name.encode()).digest()[0] % AVATAR_TONES
    return format_html(
        '<span class="kw-avatar kw-avatar-{} {}" aria-hidden="true">{}</span>',
        tone,
        f"kw-avatar-{size}" if size else "",
        initials_of(name),
    )
