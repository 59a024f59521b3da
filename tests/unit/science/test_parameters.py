from importlib.resources import files

import pytest

from grilse.science.parameters import STATUSES, load_entries, load_parameters

FILES = sorted(
    path.name.removesuffix(".toml")
    for path in files("grilse.science.parameters").iterdir()
    if path.name.endswith(".toml")
)


def iter_leaves(table):
    for key, entry in table.items():
        if "value" in entry:
            yield key, entry
        else:
            yield from iter_leaves(entry)


@pytest.mark.parametrize("name", FILES)
def test_every_value_has_its_unit_source_and_status(name):
    for key, entry in iter_leaves(load_entries(name)):
        assert set(entry) == {"value", "unit", "source", "status"}, key
        assert entry["status"] in STATUSES, key
        assert entry["source"], key


def test_groups_of_values_stay_groups():
    assert load_parameters("climate")["sea"]["scotland"]["mean"] == pytest.approx(10.978)


def test_a_file_that_is_not_there_is_an_error():
    with pytest.raises(FileNotFoundError):
        load_parameters("unicorns")
