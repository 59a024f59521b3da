"""The list of loaded shards of generated histories."""

from grilse.generator.models import Shard
from grilse.listing.filters import build_text_filter
from grilse.listing.listing import Filter, Listing, build_fields

SHARDS = Listing(
    name="shards",
    title="Parts of generated histories, each loaded in one transaction",
    model=Shard,
    permission="farm.read",
    fields=build_fields("id run kind key rows finished_at"),
    newest_first=True,
    filters={
        "run": Filter("run", "the run"),
        "kind": Filter("kind", "what it holds"),
        "text": build_text_filter("key"),
    },
)

LISTS = (SHARDS,)
