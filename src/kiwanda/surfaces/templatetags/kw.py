"""``{% load kw %}``: every tag and filter of the design system in one library."""

from __future__ import annotations

from django import template

from kiwanda.surfaces.templatetags import kw_data, kw_format, kw_map, kw_nav, kw_parts

register = template.Library()
for _part in (kw_format, kw_parts, kw_data, kw_map, kw_nav):
    register.tags.update(_part.register.tags)
    register.filters.update(_part.register.filters)
