"""The packaged world, and a small one of somebody else's."""

import pytest

from grilse.generator.world.world import World, load_world, parse_world

SMALL = """\
name: loch
company: Loch Farms
species: Atlantic Salmon
since: 2010-01-01
until: 2024-06-30
stages:
- {name: Egg&Alevin, days: 90, usual_days: 90, early_days: 0, end_weight_g: 0.2}
- {name: Fry, days: 90, usual_days: 90, early_days: 0, end_weight_g: 6}
- {name: Parr, days: 90, usual_days: 90, early_days: 14, end_weight_g: 60}
- {name: Smolt, days: 90, usual_days: 90, early_days: 14, end_weight_g: 180}
- {name: Post-Smolt, days: 90, usual_days: 90, early_days: 14, end_weight_g: 500}
- {name: Adult, days: 450, usual_days: 380, early_days: 10, end_weight_g: 6500}
stocking:
  eggs: [200000, 250000]
  survival_to_sea: 0.87
  survival_at_sea: 0.85
  planned_pen_fish: 195000
  planned_pen_density_kg_m3: 14
  max_pen_fish: 200000
halls:
- {letter: A, stage: 1, containers: 2, kind: tray, volume_m3: 10, max_density_kg_m3: 80,
   fallow_days: 7, silo_kg: 5000}
- {letter: B, stage: 2, containers: 2, kind: tank, volume_m3: 100, max_density_kg_m3: 80,
   fallow_days: 7, silo_kg: 5000}
- {letter: C, stage: 3, containers: 2, kind: tank, volume_m3: 500, max_density_kg_m3: 80,
   fallow_days: 7, silo_kg: 5000}
- {letter: D, stage: 4, containers: 2, kind: tank, volume_m3: 500, max_density_kg_m3: 80,
   fallow_days: 7, silo_kg: 5000}
- {letter: E, stage: 5, containers: 2, kind: tank, volume_m3: 1000, max_density_kg_m3: 80,
   fallow_days: 7, silo_kg: 5000}
geographies:
- name: Argyll
  code: AR
  climate: scotland
  stations: {count: 2, along: [[56.0, -5.4]]}
  areas:
  - name: Loch Fyne
    latitude: 56.0
    longitude: -5.4
    max_biomass_kg: 2500000
    fallow_days: 42
    pens:
    - {name: Fyne 1, volume_m3: 25000, max_density_kg_m3: 15}
    - {name: Fyne 2, volume_m3: 25000, max_density_kg_m3: 15}
    - {name: Fyne 3, volume_m3: 25000, max_density_kg_m3: 15}
    - {name: Fyne 4, volume_m3: 25000, max_density_kg_m3: 15}
    - {name: Fyne old, volume_m3: 15000, max_density_kg_m3: 15}
    barges:
    - {name: Fyne barge, capacity_kg: 300000}
"""


@pytest.fixture(scope="session")
def world() -> World:
    return load_world()


@pytest.fixture
def small_text() -> str:
    return SMALL


@pytest.fixture(scope="session")
def small_world() -> World:
    return parse_world(SMALL, "loch.yaml")
