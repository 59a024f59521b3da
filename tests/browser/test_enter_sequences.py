"""Random sequences of what happens to phones: whatever their order, nothing is lost and nothing is entered twice.

A few sequences with every run of the tests; `make fuzz` tries 200.
"""

import os
import random
from collections import Counter

import pytest
from tests.browser.conftest import PASSWORD
from tests.browser.devices import wait_until
from tests.browser.stocked_company import read_movements, read_rows
from tests.browser.test_enter import line, make_device, running_playwright, stocked

__all__ = ["line", "make_device", "running_playwright", "stocked"]  # fixtures

SEQUENCES = int(os.environ.get("GRILSE_PHONE_SEQUENCES", "4"))
STEPS = 8
OWNERS = ("ola", "kari")


class Play:
    """Two phones, each of a login, and what they entered."""

    def __init__(self, seed, stocked, line, devices):
        self.draws, self.stocked, self.line = random.Random(seed), stocked, line
        self.devices = dict(zip(OWNERS, devices, strict=True))
        self.away, self.signed_out = set(), set()
        # Each phone has pens of its own: what two enter in one pen asks, which has a test of its own.
        self.pens = {owner: list(range(place, 14, 2)) for place, owner in enumerate(OWNERS)}
        self.entered, self.photos = Counter(), 0
        self.log = [f"seed {seed}"]

    def enter(self, owner):
        pen, count = self.draws.choice(self.pens[owner]), self.draws.randint(1, 19)
        self.devices[owner].record(pen, count)
        self.entered[pen] += count

    def enter_with_photo(self, owner):
        """Enter dead fish with a photo whose color no other photo has."""
        self.devices[owner].add_photo(f"#{self.draws.getrandbits(24):06x}")
        self.photos += 1
        self.enter(owner)

    def toggle_line(self, owner):
        device = self.devices[owner]
        device.context.set_offline(owner not in self.away)
        self.away ^= {owner}

    def reload(self, owner):
        self.devices[owner].page.goto("/enter/")
        self.arrive(owner)

    def restart_browser(self, owner):
        self.devices[owner].restart()
        self.devices[owner].context.set_offline(owner in self.away)
        self.reload(owner)

    def arrive(self, owner):
        """Wait for the page, and sign in where the session has ended."""
        page = self.devices[owner].page
        page.wait_for_selector(".pen, #id_username")
        if page.locator("#id_username").count():
            page.fill("#id_username", owner)
            page.fill("#id_password", PASSWORD)
            page.click("button.primary")
            page.wait_for_selector(".pen")
            self.signed_out.discard(owner)

    def sign_out_and_in(self, owner):
        if owner not in self.away | self.signed_out:
            self.devices[owner].sign_out()
            self.devices[owner].sign_in(owner)

    def expire_session(self, owner):
        self.devices[owner].context.clear_cookies(name="sessionid")
        self.signed_out.add(owner)

    def kill_server_after_write(self, owner):
        if owner in self.away | self.signed_out:
            return
        with_photo = self.draws.random() < 0.5
        self.line.kills_after = "POST /api/v1/photos" if with_photo else "POST /api/v1/losses"
        (self.enter_with_photo if with_photo else self.enter)(owner)
        wait_until(lambda: self.line.server.poll() is not None, "the server still runs")
        self.line.start()

    def refuse_one(self, owner):
        """Enter more dead fish than there are, which the server does not accept."""
        device = self.devices[owner]
        device.page.locator(".pen input").nth(14).fill("900000")
        device.page.locator(".pen input").nth(14).press("Enter")
        device.save()

    def settle(self):
        for owner, device in self.devices.items():
            device.context.set_offline(False)
            self.reload(owner)
            wait_until(lambda device=device: "waiting" not in device.list_states(), "\n".join(self.log))


STEPS_BY_NAME = {
    "enter": 4, "enter_with_photo": 2, "toggle_line": 3, "reload": 2, "restart_browser": 1, "expire_session": 1,
    "sign_out_and_in": 1, "kill_server_after_write": 1, "refuse_one": 1,
}  # fmt: skip


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_nothing_is_lost_and_nothing_is_doubled(seed, stocked, line, make_device):
    before, photos_before = [_count(stocked, pen) for pen in range(15)], _count_photos()
    play = Play(seed, stocked, line, [make_device(owner) for owner in OWNERS])
    for _ in range(STEPS):
        owner = play.draws.choice(OWNERS)
        [step] = play.draws.choices(list(STEPS_BY_NAME), list(STEPS_BY_NAME.values()))
        play.log.append(f"{owner}: {step}")
        getattr(play, step)(owner)
    play.settle()

    entered = [_count(stocked, pen) - before[pen] for pen in range(15)]
    assert entered == [play.entered[pen] for pen in range(15)], "\n".join(play.log)
    assert _count_photos() - photos_before == play.photos, "\n".join(play.log)
    for device in play.devices.values():
        assert set(device.list_states()) <= {"sent", "asking", "refused"}, "\n".join(play.log)


def _count_photos():
    return read_rows("SELECT count(*) FROM stock_photo")[0][0]


def _count(stocked, pen):
    movements = read_movements(stocked.placements[f"Vagur-P{pen + 1:02d}"])
    return sum(count for kind, count, _ in movements if kind == "MORTALITY")
