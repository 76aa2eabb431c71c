"""What the synthetic network assumes of Kenya's crafts: who makes what where, in which company, under which names.

Stated as constants so that they can be argued with; what is measured (people, phones, names) is in ``data``.
"""

from __future__ import annotations

#: Main technique: share of workshops. Finishing is placed by hand (FINISHERS): plating is central.
TECHNIQUE_SHARES = {
    "cast": 0.165, "bead": 0.195, "leather": 0.115, "assemble": 0.125, "wirework": 0.105, "glass_cut": 0.075,
    "wood_turn": 0.060, "forge": 0.045, "bone_carve": 0.050, "horn_carve": 0.045, "enamel": 0.020,
}  # fmt: skip

#: Techniques that live side by side in one workshop, in the order people pick them up (assumed).
RELATED = {
    "cast": ("forge", "wirework", "assemble", "enamel"),
    "forge": ("wirework", "cast", "assemble"),
    "wirework": ("bead", "assemble", "forge"),
    "bead": ("assemble", "wirework", "leather"),
    "horn_carve": ("bone_carve", "wood_turn", "assemble"),
    "bone_carve": ("horn_carve", "wood_turn", "assemble"),
    "glass_cut": ("bead", "assemble", "enamel"),
    "wood_turn": ("horn_carve", "bone_carve", "assemble"),
    "leather": ("bead", "assemble"),
    "enamel": ("glass_cut", "cast", "assemble"),
    "assemble": ("bead", "wirework", "leather"),
    "polish_plate": ("assemble",),
}
TECHNIQUE_COUNT_SHARES = (0.30, 0.34, 0.22, 0.10, 0.04)

#: Where a craft is commoner than elsewhere: technique -> {county code: factor}. Assumed from what is widely known of
#: Kenya's crafts (brass in Nairobi, Kamba carving, beadwork in the south, glass in Kajiado, horn and bone in Nairobi).
CRAFT_CLUSTERS = {
    "cast": {47: 2.2, 42: 1.8, 1: 1.4},
    "forge": {47: 1.8, 32: 1.4, 42: 1.4},
    "bead": {34: 4.0, 33: 4.0, 25: 4.0, 23: 2.5, 10: 2.5, 1: 1.3},
    "horn_carve": {47: 2.0, 45: 1.6, 16: 1.6},
    "bone_carve": {47: 2.2, 45: 1.5, 1: 1.3},
    "wood_turn": {16: 5.0, 17: 3.5, 15: 3.0, 2: 2.0, 3: 2.0, 5: 3.0, 1: 2.0},
    "glass_cut": {34: 3.0, 47: 1.6, 22: 1.5},
    "leather": {32: 2.0, 33: 2.0, 34: 2.0, 30: 1.8, 7: 1.8, 19: 1.4},
}
#: More workshops a head than the population alone would give: towns, and counties with a craft market (assumed).
URBAN_PULL = 0.8
FINISHERS = {"NBI": 26, "NBD": 12, "MSA": 5, "KSM": 5}

WOMEN_SHARE = {"bead": 0.78, "assemble": 0.62, "leather": 0.42, "wirework": 0.50, "glass_cut": 0.48, "enamel": 0.50}
WOMEN_SHARE_OTHER = 0.18
ARTISAN_SHARES = (0.34, 0.27, 0.18, 0.11, 0.06, 0.04)

#: Words of nature and making; a test keeps every one of them out of the list of personal names.
TRADE_WORDS = (
    "Mto", "Mlima", "Bahari", "Jua Kali", "Mwamba", "Mawimbi", "Nyika", "Savana", "Mbuyu", "Mwembe", "Mnazi", "Msitu",
    "Chemchemi", "Upepo", "Radi", "Ngurumo", "Mawingu", "Machweo", "Mapambazuko", "Kilele", "Bonde", "Jangwa", "Kisiwa",
    "Matumbawe", "Mawe", "Chuma", "Tanuri", "Nyundo", "Patasi", "Sindano", "Uzi", "Mshono", "Kitanzi", "Shoka",
    "Ufundi", "Mkono", "Kazi Mikono", "Ustadi", "Twiga", "Ndovu", "Korongo", "Mbuni", "Kobe", "Nyuki", "Kware",
    "Pundamilia", "Swara", "Chui", "Tausi", "Mbayuwayu", "Mkuki", "Kibuyu", "Mkeka", "Kikapu", "Ngalawa", "Dau",
    "Barabara", "Soko", "Daraja", "Kona", "Mtaa", "Reli", "Kituo", "Ushirika",
)  # fmt: skip
TRADE_CRAFT = {
    "cast": ("Brass", "Foundry", "Casting"), "forge": ("Forge", "Metal", "Iron and Brass"),
    "wirework": ("Wire", "Wirework", "Coil"), "bead": ("Beads", "Beadwork", "Shanga"),
    "horn_carve": ("Horn", "Pembe", "Horn and Bone"), "bone_carve": ("Bone", "Carving", "Bone and Horn"),
    "glass_cut": ("Glass", "Kioo", "Bottle Glass"), "wood_turn": ("Wood", "Carvers", "Mbao"),
    "leather": ("Leather", "Ngozi", "Hide"), "enamel": ("Enamel", "Colour", "Fired"),
    "assemble": ("Jewellery", "Vito", "Findings"), "polish_plate": ("Finishing", "Plating", "Polish"),
}  # fmt: skip
TRADE_FORM = ("Works", "Crafts", "Workshop", "Studio", "Group", "Makers", "Yard")
