"""Random streams belong to what they are for."""

from grilse.generator.random_streams import create_random_stream


def test_the_same_name_gives_the_same_numbers():
    assert (
        create_random_stream(1, "eggs", "FO-2021-001").random()
        == create_random_stream(1, "eggs", "FO-2021-001").random()
    )


def test_seed_tag_and_entity_each_give_another_stream():
    names = [(1, "eggs", "a"), (2, "eggs", "a"), (1, "lice", "a"), (1, "eggs", "b"), (1, "eggsa"), (1, "eggs")]
    assert len({create_random_stream(*name).random() for name in names}) == len(names)


def test_a_stream_stays_the_same_between_versions():
    assert create_random_stream(1, "plan.eggs", "FO-2021-001").integers(0, 2**32) == 3392720656
