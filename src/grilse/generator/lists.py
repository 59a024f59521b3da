"""The list of what has been loaded of generated histories."""

from grilse.farm.listing import Listing
from grilse.farm.listing_filters import contains, is_
from grilse.generator.models import Shard

SHARDS = Listing(
    name="shards",
    title="Parts of generated histories, each loaded in one transaction",
    of=Shard,
    needs="farm.read",
    fields={
        "id": "id",
        "run": "run",
        "kind": "kind",
        "key": "key",
        "rows": "rows",
        "finished_at": "finished_at",
    },
    orders={"entry": ("id",)},
    newest_first=True,
    filters={"run": is_("run", "the run"), "kind": is_("kind", "what it holds"), "text": contains("key")},
)

LISTS = (SHARDS,)
