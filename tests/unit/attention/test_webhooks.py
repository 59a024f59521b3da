"""The signature of webhooks is that of the specification, and quiet hours end when they say."""

import socket
from datetime import datetime, time
from ipaddress import ip_address, ip_network

import pytest

from grilse.attention.delivery import end_quiet_hours
from grilse.attention.webhooks import WebhookError, create_secret, is_public, post_message, sign_message


def test_the_signature_is_that_of_the_example_of_the_specification():
    signature = sign_message(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_differ():
    assert create_secret() != create_secret()
    assert create_secret().startswith("whsec_")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_messages_go_to_public_addresses_only(address, public):
    assert is_public(ip_address(address)) is public
    assert is_public(ip_address("10.1.2.3"), [ip_network("10.1.0.0/16")])
    assert not is_public(ip_address("10.2.2.3"), [ip_network("10.1.0.0/16")])


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433", "[::1]", "0x7f.1"])
def test_a_host_that_resolves_to_this_machine_is_not_called(host):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        url = f"http://{host}:{server.getsockname()[1]}/"
        with pytest.raises(WebhookError):
            post_message(url, create_secret(), "msg_1", 1, {})
        with pytest.raises(BlockingIOError):
            server.accept()


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
