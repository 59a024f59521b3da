"""What the doors ask of the water, and what it may cost."""

from grilse.environment import lists, naming, series
from grilse.farm.listing_hot import hot
from grilse.proof.registry import Given, Hot, declare
from grilse.stock.proving import container


def _container() -> Given:
    found = container()
    return None if found is None else {"container": found.pk}


def _name() -> Given:
    found = container()
    return None if found is None else {"name": found.name}


declare(
    Hot(
        name="environment.series.daily_environment",
        run=series.daily_environment,
        example=_container,
        statements=1,
        unscanned=("environment_dailyenvironment",),
    ),
    # Who sends readings of many containers names each of them.
    Hot(name="environment.naming.named", run=naming.named, example=dict, statements=1, unscanned=()),
    Hot(name="environment.naming.container", run=naming.container, example=_name, statements=1, unscanned=()),
    *hot(lists.LISTS),
)
