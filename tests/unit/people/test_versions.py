"""What becomes of what a phone sends late, twice, in any order and in any number of requests."""

import itertools
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from grilse.people.sync_versions import ItemVersion, SyncOutcome, plan_sync

SENT = st.lists(
    st.builds(
        lambda name, version, text: ItemVersion(client_id=name, version=version, content={"body": text}),
        st.sampled_from("abc"),
        st.integers(1, 4),
        st.sampled_from(["one", "two"]),
    ),
    max_size=12,
)


def item(name, version, text):
    return ItemVersion(client_id=name, version=version, content={"body": text})


def sent(there, items):
    """Return what stands after a request, and its outcomes."""
    found = plan_sync(there.values(), items)
    after = dict(there)
    for place in found.written:
        after[items[place].client_id] = items[place]
    return after, found


def test_each_outcome():
    there, _ = sent({}, [item("a", 2, "stands")])
    arrived = [item("b", 1, "text"), item("a", 2, "stands"), item("a", 2, "else"), item("a", 1, "x"), item("a", 3, "y")]
    _, found = sent(there, arrived)
    assert found.outcomes == ["new", "known", "conflict", "older", "newer"]
    assert (found.written, found.replaced) == ([0, 4], [there["a"]])
    assert [version for version, _ in found.kept] == [arrived[2], arrived[3], there["a"]]


def test_of_several_versions_in_one_request_the_highest_stands_once():
    _, found = sent({}, [item("a", 1, "x"), item("a", 3, "z"), item("a", 2, "y")])
    assert (found.written, found.replaced) == ([1], [])
    assert found.outcomes == [SyncOutcome.NEW, SyncOutcome.NEWER, SyncOutcome.OLDER]


@given(SENT, st.lists(st.integers(0, 12), max_size=4))
def test_a_queue_may_be_split_into_requests_anywhere(items, cuts):
    whole, told = sent({}, items)
    there, outcomes = {}, []
    edges = sorted({0, len(items), *(min(cut, len(items)) for cut in cuts)})
    for first, last in itertools.pairwise(edges):
        there, found = sent(there, items[first:last])
        outcomes += found.outcomes
    assert (there, outcomes) == (whole, told.outcomes)


@given(SENT, st.randoms())
def test_the_highest_version_stands_in_any_order(items, chance):
    mixed = list(items)
    chance.shuffle(mixed)
    one, _ = sent({}, items)
    other, _ = sent({}, mixed)
    assert {name: s.version for name, s in one.items()} == {name: s.version for name, s in other.items()}


@given(SENT)
def test_sent_twice_is_sent_once(items):
    once, first = sent({}, items)
    twice, again = sent(once, items)
    assert twice == once
    assert not again.written
    # Nothing is lost: what does not stand was overtaken by what came later, or is kept.
    assert {version.digest for version, _ in first.kept} <= {version.digest for version, _ in again.kept}


@given(SENT, st.randoms())
def test_what_is_kept_is_the_same_after_the_queue_came_again(items, chance):
    def kept(found):
        return {(version.client_id, version.digest) for version, _ in found.kept}

    once, first = sent({}, items)
    _, again = sent(once, items)
    stands = {(name, one.digest) for name, one in once.items()}
    everything = {(one.client_id, one.digest) for one in items}
    assert kept(first) | stands == everything
    assert kept(first) | kept(again) | stands == everything


def test_a_moment_and_a_number_have_one_digest_however_written():
    here = timezone(timedelta(hours=2))
    one = {"at": datetime(2026, 5, 1, 12, tzinfo=UTC), "mood": 7.0}
    other = {"mood": 7, "at": datetime(2026, 5, 1, 14, tzinfo=here)}
    first, second, third = (
        ItemVersion(client_id="a", version=1, content=content) for content in (one, other, {**one, "mood": 8})
    )
    assert first.digest == second.digest
    assert first.digest != third.digest
