"""The demo collection: honest rates, sound routings, a mapping that covers the real order lines, drawn pictures."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from kiwanda.twin import catalogue, network, orders, pictures

WHOLE = catalogue.collection()


@pytest.mark.parametrize("style", WHOLE.styles, ids=lambda s: s.code)
def test_style_is_complete(style: catalogue.StyleRow) -> None:
    assert style.variants
    assert style.bill_of_materials
    assert style.points
    assert style.name_sw != style.name_en
    assert 2 <= len(style.operations) <= 5
    codes = [operation.code for operation in style.operations]
    for at, operation in enumerate(style.operations):
        assert set(operation.after) <= set(codes[:at]), "an operation follows only earlier ones"
        assert 1 <= operation.min_lot <= operation.max_lot
        # A lot is at most about two weeks of a half-time workshop.
        assert operation.minutes * operation.max_lot <= 2_600
    last = [code for code in codes if not any(code in operation.after for operation in style.operations)]
    assert len(last) == 1, "every routing ends in one operation"
    techniques = {operation.code: operation.technique for operation in style.operations}
    for material, code, quantity in style.bill_of_materials:
        assert quantity > 0
        if material in ("recycled_glass", "cow_horn", "cow_bone", "offcut_wood", "leather_offcut", "enamel_powder"):
            worked = {"glass_cut", "horn_carve", "bone_carve", "wood_turn", "leather", "enamel"}
            assert techniques[code] in worked, (material, code)
    price_kes = style.variants[0].price_usd_minor / 100 * catalogue.KES_PER_USD_FOR_CHECKS
    assert price_kes > 2 * (style.labour_minor / 100 + catalogue.material_cost_kes(style))


def test_rates_stand_on_the_pay_floor() -> None:
    assert catalogue.hourly_floor_kes() == pytest.approx(170.8, abs=0.05)
    assert catalogue.hourly_floor_kes(statutory_hourly_kes=200.0) == 200.0
    assert catalogue.piece_rate_minor(60, 0) >= 1.2 * 17_076
    for style in WHOLE.styles:
        for operation in style.operations:
            floor_kes = 1.2 * catalogue.hourly_floor_kes() * operation.minutes / 60
            assert operation.piece_rate_minor >= 100 * floor_kes
            assert operation.piece_rate_minor % catalogue.RATE_STEP_MINOR == 0
            assert operation.piece_rate_minor < 130 * floor_kes + 25, "the floor is a floor, not a gift"


def test_skus_and_names_are_unique() -> None:
    skus = [v.sku for s in WHOLE.styles for v in s.variants]
    assert len(skus) == len(set(skus)) > 100
    assert len({s.name_en for s in WHOLE.styles}) == len(WHOLE.styles)


def test_mapping_points_at_variants_or_gives_a_reason() -> None:
    rows = catalogue.sku_mapping()
    assert len({row.stock_code for row in rows}) == len(rows)
    for row in rows:
        assert bool(row.sku) != bool(row.ignore_reason)
        if row.sku:
            WHOLE.style_of(row.sku)
            assert row.pieces_per_unit > 0
    with pytest.raises(KeyError):
        WHOLE.style_of("KW-NONE")


def test_mapping_leaves_a_few_lines_open_on_purpose() -> None:
    known = {row.stock_code: row for row in catalogue.sku_mapping()}
    lines = [line for day in orders.source_lines().values() for line in day]
    kinds = Counter(
        "unmapped" if line[1] not in known else "ignored" if known[line[1]].ignore_reason else "mapped"
        for line in lines
    )
    assert sum(kinds.values()) == 7_729
    assert 0.02 < kinds["unmapped"] / 7_729 < 0.06
    assert kinds["mapped"] / 7_729 > 0.4


def test_six_weeks_load_about_a_third_of_the_network() -> None:
    known = {row.stock_code: row for row in catalogue.sku_mapping() if row.sku}
    net = network.generate()
    capacity: Counter[str] = Counter()
    for workshop in net.workshops:
        for capability in workshop.capabilities:
            capacity[capability.technique] += min(2_880.0, workshop.weekly_minutes) * 6 / len(workshop.capabilities)
    demand: Counter[str] = Counter()
    today = date(2026, 11, 23)
    for back in range(42):
        source, _ = orders.source_day(today - timedelta(days=back), today)
        for invoice, code, _, units, *_ in orders.source_lines().get(source, ()):
            if not invoice.startswith("C") and code in known:
                for operation in WHOLE.style_of(known[code].sku).operations:
                    demand[operation.technique] += operation.minutes * int(units) * known[code].pieces_per_unit
    assert 0.22 < sum(demand.values()) / sum(capacity.values()) < 0.38
    # No craft is overrun, even when a workshop's time is split evenly over its crafts.
    assert all(demand[technique] < 0.95 * capacity[technique] for technique in capacity)


def test_pictures_in_the_repository_are_what_the_code_draws() -> None:
    drawn = pictures.all_pictures()
    files = {path.stem: path.read_text(encoding="utf-8") for path in pictures.PICTURES.glob("*.svg")}
    assert files == drawn, "run python -m kiwanda.twin.pictures"


def test_pictures_are_small_sound_and_titled() -> None:
    for sku, text in pictures.all_pictures().items():
        assert len(text.encode()) <= pictures.MAX_BYTES, sku
        root = ElementTree.fromstring(text)
        assert root.get("viewBox") == "0 0 120 120"
        assert root[0].tag.endswith("title")
        assert root[0].text
        identifiers = {element.get("id") for element in root.iter() if element.get("id")}
        used = {part.split(")")[0] for part in text.split("url(#")[1:]}
        assert used == identifiers, sku


def test_variants_of_a_style_look_different() -> None:
    drawn = pictures.all_pictures()
    for style in WHOLE.styles:
        bodies = {drawn[v.sku].split("</title>")[1] for v in style.variants}
        assert len(bodies) == len(style.variants), style.code


def test_orders_keep_weekdays_and_begin_again_when_the_source_ends() -> None:
    today = date(2026, 11, 25)  # a Wednesday
    for ahead in range(-42, 400, 5):
        on = today + timedelta(days=ahead)
        source, round_ = orders.source_day(on, today)
        assert source.weekday() == on.weekday()
        assert (round_ == 0) == (ahead <= 130), ahead
    file = orders.order_file(today, today)
    assert file is not None
    assert file.content.count(b"2026-11-25 ") == file.lines
    later = orders.order_file(today + timedelta(days=212), today)
    assert later is not None
    numbers = {line.split(b",")[0] for line in later.content.splitlines()[1:]}
    assert all(len(number.lstrip(b"C")) == 7 for number in numbers)


def test_a_share_of_orders_is_stable_and_about_right() -> None:
    today = date(2026, 11, 23)
    whole = part = 0
    for back in range(60):
        on = today - timedelta(days=back)
        if full := orders.order_file(on, today):
            whole += full.lines
            small = orders.order_file(on, today, share=0.2)
            part += small.lines if small else 0
            if small:
                assert set(small.content.splitlines()) <= set(full.content.splitlines())
    assert 0.1 < part / whole < 0.3
