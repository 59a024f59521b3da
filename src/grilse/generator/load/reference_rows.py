"""Reference data of all companies, which a database has from its migrations."""

from importlib import import_module

import numpy as np

from grilse.bulk.table import Table
from grilse.generator.load.shards import ReferenceColumn, RowKeys, ShardSink
from grilse.generator.load.world_shard import convert_columns
from grilse.health.models import MortalityCause
from grilse.stock.models import Species, Stage


def write_reference_rows(sink: ShardSink, species: str) -> None:
    """Write the species, its stages and the tree of causes of death."""
    known = sink.write_with_keys(Species, {"name": np.array([species])}, ("name",))
    stages = import_module("grilse.stock.migrations.0002_rules").STAGES
    names = ("order", "name", "min_weight_g", "max_weight_g", "water")
    columns = convert_columns(Stage, dict(zip(names, zip(*stages, strict=True), strict=True)))
    sink.write(Stage, {"species": ReferenceColumn(known, np.zeros(len(stages), np.int64)), **columns})
    _write_causes(sink)


def _write_causes(sink: ShardSink) -> None:
    codes, names, above = zip(*import_module("grilse.health.migrations.0002_rules").CAUSES, strict=True)
    place = {code: position for position, code in enumerate(codes)}
    keys = RowKeys(Table.from_model(MortalityCause), {"code": np.array(codes)})
    parent = ReferenceColumn(keys, np.array([place.get(code, -1) for code in above]))
    sink.write(MortalityCause, {**convert_columns(MortalityCause, {"code": codes, "name": names}), "parent": parent})
