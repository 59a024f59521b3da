"""The signature of webhooks is that of the specification, and quiet hours end when they say."""

from datetime import datetime, time

import pytest

from grilse.attention.delivery import end_quiet_hours
from grilse.attention.webhooks import create_secret, sign_message


def test_the_signature_is_that_of_the_example_of_the_specification():
    signature = sign_message(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_differ():
    assert create_secret() != create_secret()
    assert create_secret().startswith("whsec_")


@pytest.mark.parametrize(
    ("at", "start", "end", "due"),
    [
        ("2024-02-14 23:00", time(22), time(6), "2024-02-15 06:00"),
        ("2024-02-15 05:59", time(22), time(6), "2024-02-15 06:00"),
        ("2024-02-15 06:00", time(22), time(6), "2024-02-15 06:00"),
        ("2024-02-15 21:59", time(22), time(6), "2024-02-15 21:59"),
        ("2024-02-15 12:30", time(12), time(13), "2024-02-15 13:00"),
        ("2024-02-15 11:30", time(12), time(13), "2024-02-15 11:30"),
        ("2024-02-15 23:30", None, None, "2024-02-15 23:30"),
    ],
)
def test_a_message_in_quiet_hours_waits_for_their_end(at, start, end, due):
    assert end_quiet_hours(datetime.fromisoformat(at), start, end) == datetime.fromisoformat(due)
