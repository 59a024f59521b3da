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


def build_item(name, version, text):
    return ItemVersion(client_id=name, version=version, content={"body": text})


def apply_items(there, items):
    """Return what stands after a request, and its outcomes."""
    sync_plan = plan_sync(there.values(), items)
    after = dict(there)
    for place in sync_plan.written:
        after[items[place].client_id] = items[place]
    return after, sync_plan


def test_each_outcome():
    there, _ = apply_items({}, [build_item("a", 2, "stands")])
    arrived = [
        build_item("b", 1, "text"),
        build_item("a", 2, "stands"),
        build_item("a", 2, "else"),
        build_item("a", 1, "x"),
        build_item("a", 3, "y"),
    ]
    _, outcome = apply_items(there, arrived)
    assert outcome.outcomes == ["new", "known", "conflict", "older", "newer"]
    assert (outcome.written, outcome.replaced) == ([0, 4], [there["a"]])
    assert [version for version, _ in outcome.kept] == [arrived[2], arrived[3], there["a"]]


def test_the_highest_of_several_versions_is_stored_once():
    _, outcome = apply_items({}, [build_item("a", 1, "x"), build_item("a", 3, "z"), build_item("a", 2, "y")])
    assert (outcome.written, outcome.replaced) == ([1], [])
    assert outcome.outcomes == [SyncOutcome.NEW, SyncOutcome.NEWER, SyncOutcome.OLDER]


@given(SENT, st.lists(st.integers(0, 12), max_size=4))
def test_a_queue_may_be_split_into_requests_anywhere(items, cuts):
    at_once, expected = apply_items({}, items)
    there, outcomes = {}, []
    edges = sorted({0, len(items), *(min(cut, len(items)) for cut in cuts)})
    for first, last in itertools.pairwise(edges):
        there, outcome = apply_items(there, items[first:last])
        outcomes += outcome.outcomes
    assert (there, outcomes) == (at_once, expected.outcomes)


@given(SENT, st.randoms())
def test_the_highest_version_stands_in_any_order(items, chance):
    mixed = list(items)
    chance.shuffle(mixed)
    at_once, _ = apply_items({}, items)
    other, _ = apply_items({}, mixed)
    assert {name: s.version for name, s in at_once.items()} == {name: s.version for name, s in other.items()}


@given(SENT)
def test_sent_twice_is_sent_once(items):
    once, first = apply_items({}, items)
    twice, again = apply_items(once, items)
    assert twice == once
    assert not again.written
    # Nothing is lost: what does not stand was overtaken by what came later, or is kept.
    assert {version.digest for version, _ in first.kept} <= {version.digest for version, _ in again.kept}


@given(SENT, st.randoms())
def test_what_is_kept_is_the_same_after_the_queue_came_again(items, chance):
    def list_kept_versions(sync_plan):
        return {(version.client_id, version.digest) for version, _ in sync_plan.kept}

    once, first = apply_items({}, items)
    _, again = apply_items(once, items)
    expected = {(name, learned_version.digest) for name, learned_version in once.items()}
    everything = {(item.client_id, item.digest) for item in items}
    assert list_kept_versions(first) | expected == everything
    assert list_kept_versions(first) | list_kept_versions(again) | expected == everything


def test_a_moment_and_a_number_have_one_digest_however_written():
    here = timezone(timedelta(hours=2))
    version_content = {"at": datetime(2026, 5, 1, 12, tzinfo=UTC), "mood": 7.0}
    other = {"mood": 7, "at": datetime(2026, 5, 1, 14, tzinfo=here)}
    first, second, third = (
        ItemVersion(client_id="a", version=1, content=content)
        for content in (version_content, other, {**version_content, "mood": 8})
    )
    assert first.digest == second.digest
    assert first.digest != third.digest
