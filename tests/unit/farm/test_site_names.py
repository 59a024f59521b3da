"""Names of containers: alone where only one site has them, else with the site; names may contain slashes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.farm.site_names import describe_ambiguous_name, describe_lookalikes, index_site_names, join_site_name

short = st.text("1AB/", min_size=1, max_size=4)


def index(names, sites):
    return index_site_names(names, [[site] for site in sites])


def list_labels(names, sites):
    """Return how each row is written: by its name, or by `site/name` where the name alone is not of this row."""
    unique, _ = index(names, sites)
    return [
        name if unique.get(name) == position else join_site_name(site, name)
        for position, (site, name) in enumerate(zip(sites, names, strict=True))
    ]


def test_a_name_of_two_sites_needs_its_site():
    unique, ambiguous = index(["1", "1", "2"], ["Bay", "Loch", "Loch"])
    assert unique == {"Bay/1": 0, "Loch/1": 1, "2": 2, "Loch/2": 2}
    assert ambiguous == {"1": ["Bay/1", "Loch/1"]}
    assert list_labels(["1", "1", "2"], ["Bay", "Loch", "Loch"]) == ["Bay/1", "Loch/1", "2"]


def test_what_names_a_site_and_a_container_is_not_taken_for_a_name():
    unique, _ = index(["1", "Bay/1"], ["Bay", "Loch"])
    assert unique["Bay/1"] == 0
    assert unique["Loch/Bay/1"] == 1
    assert list_labels(["1", "Bay/1"], ["Bay", "Loch"]) == ["1", "Loch/Bay/1"]


@given(st.lists(st.tuples(short, short), unique=True, min_size=1, max_size=8))
def test_every_label_is_understood_as_the_row_it_was_written_for(rows):
    sites, names = zip(*rows, strict=True)
    unique, ambiguous = index(names, sites)
    for position, label in enumerate(list_labels(names, sites)):
        assert unique.get(label, position) == position
        assert label in unique or label in ambiguous


def test_a_hall_of_several_stations_is_named_with_its_station():
    halls = [["North/A", "A", "North/A"], ["South/A", "A", "South/A"], ["B", "B", "South/B"]]
    unique, ambiguous = index_site_names(["1", "1", "2"], halls)
    assert unique == {"North/A/1": 0, "South/A/1": 1, "2": 2, "B/2": 2, "South/B/2": 2}
    assert ambiguous == {"1": ["North/A/1", "South/A/1"], "A/1": ["North/A/1", "South/A/1"]}


def test_a_short_name_of_one_row_is_not_taken_for_the_longest_of_another():
    unique, _ = index_site_names(["1", "1"], [["Sound"], ["North/Sound", "Sound", "North/Sound"]])
    assert unique == {"Sound/1": 0, "North/Sound/1": 1}


def test_a_refusal_lists_a_few_sites():
    paths = [f"Site {number}/1" for number in range(12)]
    assert describe_ambiguous_name("container", "1", paths).endswith("and 4 more")


@pytest.mark.parametrize(
    "name", ["\u0420en 1", "pen 1", "Pen  1", "Pen\u00ad1", "Pen\u200b 1", "Ｐen 1", "\u03a1en\u00a01"]
)
def test_a_name_that_looks_like_another_is_told_from_it(name):
    assert describe_lookalikes([name, "Pen 2"], ["Pen 1", "Pen 10"]) == {
        name: "; 'Pen 1' has other letters, case or spaces"
    }
