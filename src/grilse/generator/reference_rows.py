"""Reference data of all companies, which a database has from its migrations."""

from importlib import import_module

import numpy as np

from grilse.bulk.table import Table
from grilse.generator.places import columns_of
from grilse.generator.shards import Keys, Reference, Sink
from grilse.health.models import MortalityCause
from grilse.stock.models import Species, Stage


def write_reference_rows(sink: Sink, species: str) -> None:
    """Write the species, its stages and the tree of causes of death."""
    known = sink.enter(Species, {"name": np.array([species])}, ("name",))
    stages = import_module("grilse.stock.migrations.0003_atlantic_salmon").STAGES
    names = ("order", "name", "min_weight_g", "max_weight_g", "water")
    columns = columns_of(Stage, dict(zip(names, zip(*stages, strict=True), strict=True)))
    sink.write(Stage, {"species": Reference(known, np.zeros(len(stages), np.int64)), **columns})
    _causes(sink)


def _causes(sink: Sink) -> None:
    codes, names, above = zip(*import_module("grilse.health.migrations.0002_rules").CAUSES, strict=True)
    place = {code: position for position, code in enumerate(codes)}
    keys = Keys(Table.of(MortalityCause), {"code": np.array(codes)})
    parent = Reference(keys, np.array([place.get(code, -1) for code in above]))
    sink.write(
        MortalityCause, {**columns_of(MortalityCause, {"code": codes, "name": names}), "parent": parent}
    )
