"""The list of the loaded shards of generated histories."""

from grilse.generator.models import Shard
from grilse.listing.filters import build_text_filter, build_value_filter
from grilse.listing.listing import Listing

SHARDS = Listing(
    name="shards",
    title="Parts of generated histories, each loaded in one transaction",
    of=Shard,
    needs="farm.read",
    fields={"id": "id", "run": "run", "kind": "kind", "key": "key", "rows": "rows", "finished_at": "finished_at"},
    orders={"entry": ("id",)},
    newest_first=True,
    filters={
        "run": build_value_filter("run", "the run"),
        "kind": build_value_filter("kind", "what it holds"),
        "text": build_text_filter("key"),
    },
)

LISTS = (SHARDS,)
