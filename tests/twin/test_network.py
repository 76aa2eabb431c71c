"""The synthetic network: complete, plausible, repeatable, and nobody in it is real."""

from __future__ import annotations

import csv
from collections import Counter

import phonenumbers
import pytest

from kiwanda.twin import network
from kiwanda.twin.catalogue import DATA, collection


@pytest.fixture(scope="module")
def full() -> network.Network:
    return network.generate(seed=7)


def test_same_seed_same_network_other_seed_other_network(full: network.Network) -> None:
    assert network.generate(seed=7) == full
    assert network.generate(seed=8).workshops != full.workshops


def test_full_size_hubs_and_hands(full: network.Network) -> None:
    assert len(full.workshops) == 2_300
    assert len({w.code for w in full.workshops}) == len({w.name for w in full.workshops}) == 2_300
    assert len(full.hubs) == 12
    assert {w.hub_code for w in full.workshops} == {h.code for h in full.hubs}
    assert {len(w.artisans) for w in full.workshops} == {1, 2, 3, 4, 5, 6}
    assert all(w.artisans[0].is_owner and w.artisans[0].phone for w in full.workshops)
    assert all(1 <= len(w.capabilities) <= 5 for w in full.workshops)
    assert all(0 < w.capacity_factor <= 1 for w in full.workshops)


def test_every_technique_of_the_collection_has_hands_and_finishing_is_central(full: network.Network) -> None:
    able = Counter(c.technique for w in full.workshops for c in w.capabilities)
    assert set(able) == {t.code for t in collection().techniques}
    finishers = [w for w in full.workshops if any(c.technique == "polish_plate" for c in w.capabilities)]
    assert 30 <= len(finishers) <= 60
    assert {w.hub_code for w in finishers} == {"NBI", "NBD", "MSA", "KSM"}


def test_workshops_follow_the_people_of_each_county(full: network.Network) -> None:
    with (DATA / "counties.csv").open(encoding="utf-8") as handle:
        people = {int(row["county_code"]): int(row["pop_total"]) for row in csv.DictReader(handle)}
    assert sum(people.values()) == 47_564_296  # the census
    found = Counter(w.county_code for w in full.workshops)
    assert found.most_common(1)[0][0] == 47
    assert set(found) == set(people)
    share = {code: found[code] / 2_300 / (people[code] / 47_564_296) for code in people}
    # Clusters pull, but no county is out of all proportion.
    assert max(share.values()) < 4
    assert min(share.values()) > 0.3


def test_a_hub_is_the_nearest_one_but_for_central_finishers(full: network.Network) -> None:
    for workshop in full.workshops:
        if workshop.capabilities[0].technique != "polish_plate":
            nearest = network.nearest_hub(workshop.lat, workshop.lon)
            gap = network.great_circle_km(workshop.lat, workshop.lon, nearest.lat, nearest.lon)
            hub = next(h for h in full.hubs if h.code == workshop.hub_code)
            assert network.great_circle_km(workshop.lat, workshop.lon, hub.lat, hub.lon) <= gap + 3


def test_transfer_days_are_zero_at_home_symmetric_and_longer_by_road() -> None:
    days = network.transfer_days()
    for i, row in enumerate(days):
        assert row[i] == 0
        assert all(days[j][i] == value for j, value in enumerate(row))
        assert all(value >= 1 for j, value in enumerate(row) if j != i)
    codes = [hub.code for hub in network.HUBS]
    assert days[codes.index("MSA")][codes.index("KSM")] == 4
    # The known road from Nairobi to Mombasa is about 485 km; the great circle about 440.
    assert network.great_circle_km(-1.307, 36.858, -4.043, 39.668) == pytest.approx(437, abs=8)


def test_phone_numbers_cannot_belong_to_anybody(full: network.Network) -> None:
    phones = [a.phone for w in full.workshops for a in w.artisans if a.phone]
    assert len(phones) == len(set(phones)) > 2_300
    for text in phones[::50]:
        number = phonenumbers.parse(text)
        assert phonenumbers.is_possible_number(number)
        assert not phonenumbers.is_valid_number(number)
    assert all(text.startswith("+25419") for text in phones)


def test_trade_names_name_no_person(full: network.Network) -> None:
    with (DATA / "kenyan_names.csv").open(encoding="utf-8") as handle:
        names = {row["name"].casefold() for row in csv.DictReader(handle)}
    words = {word.casefold() for w in full.workshops for word in w.name.split()}
    assert not words & names
    assert not {word.casefold() for s in collection().styles for word in s.name_en.split()} & names


def test_phones_and_channels_follow_the_county(full: network.Network) -> None:
    def share(county: int, *channels: str) -> float:
        owners = [w.artisans[0] for w in full.workshops if w.county_code == county]
        return sum(a.channel in channels for a in owners) / len(owners)

    assert share(47, "app", "whatsapp") > 0.7  # Nairobi
    assert share(23, "app", "whatsapp") < 0.35  # Turkana
    without = Counter(a.phone is None for w in full.workshops for a in w.artisans if not a.is_owner)
    assert 0.1 < without[True] / without.total() < 0.5


def test_a_small_network_still_knows_every_craft() -> None:
    small = network.generate(seed=1, workshops=60)
    assert len(small.workshops) == 60
    main = {w.capabilities[0].technique for w in small.workshops}
    assert main == {t.code for t in collection().techniques}
    with pytest.raises(ValueError, match="at least 12"):
        network.generate(workshops=5)
