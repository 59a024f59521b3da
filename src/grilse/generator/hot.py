"""What the doors ask of loaded histories, and what it may cost."""

from grilse.farm.listing_hot import Cost, hot
from grilse.generator import lists
from grilse.proof.registry import declare

declare(*hot(lists.LISTS, {"shards": Cost(few=True)}))
