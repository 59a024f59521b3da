"""Messages reach webhooks and people: signed, once, again after a failure, not in quiet hours, not beyond roles."""

import json
import socketserver
import threading
from datetime import UTC, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network

import pytest
from django.test import override_settings
from tests.edited_farm import LAST, on, write_farm
from tests.integration.attention.conftest import NOW

from grilse.access import memberships
from grilse.access.tenancy import tenant_transaction
from grilse.attention import delivery
from grilse.attention.actions import delivery as settings
from grilse.attention.actions.findings import acknowledge_finding
from grilse.attention.models import AlertMessage, AlertSettings, Finding, Webhook
from grilse.attention.refresh import refresh_findings
from grilse.attention.webhooks import sign_message
from grilse.environment.models import DailyEnvironment
from grilse.errors import GrilseError
from grilse.people.models import Person

DB = "owner"


@pytest.fixture(autouse=True)
def _own_network():
    """Let webhooks call this machine, where the receivers of the tests are."""
    with override_settings(WEBHOOK_NETWORKS=(ip_network("127.0.0.0/8"),)):
        yield


class Receiver(BaseHTTPRequestHandler):
    """Takes webhooks, and answers with the statuses that it is given."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.messages.append((dict(self.headers), body))
        status = self.server.statuses.pop(0) if self.server.statuses else 204
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *arguments):
        pass


class MailReceiver(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as a mail needs."""

    def handle(self):
        self.reply(220)
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "DATA":
                self.reply(354)
                text = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    text += part
                self.server.mails.append(text.decode())
            self.reply(221 if verb == "QUIT" else 250)
            if verb == "QUIT":
                return

    def reply(self, code):
        self.wfile.write(f"{code} fine\r\n".encode())


def serve(server):
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def receiver():
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.messages, server.statuses = [], []
    yield from serve(server)


@pytest.fixture
def mails():
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), MailReceiver)
    server.mails = []
    for running in serve(server):
        host, port = running.server_address
        backend = "django.core.mail.backends.smtp.EmailBackend"
        with override_settings(EMAIL_HOST=host, EMAIL_PORT=port, EMAIL_BACKEND=backend):
            yield running.mails


@pytest.fixture
def company_of(company):
    """A farm that is committed, with a manager who has an address."""
    farm = write_farm(company)
    with tenant_transaction(company):
        user = memberships.add_login(f"manager-{company}", email="kari@example.com")
        memberships.grant_role(user, "manager", None)
        Person.objects.create(company_id=company, user_id=user, name="Kari", email="kari@example.com")
    return farm, user


def set_oxygen(farm, percent):
    rows = DailyEnvironment.objects.using(DB).filter(container=farm.containers["P3"], date=on(LAST))
    rows.update(oxygen_min=percent)


def refresh(farm, now=NOW):
    with tenant_transaction(farm.company):
        refresh_findings(now)
    return list(AlertMessage.objects.using(DB).filter(company=farm.company, sent_at=None).order_by("id"))


def add_webhook(farm, user, url, **values):
    with tenant_transaction(farm.company, user):
        return settings.add_webhook(settings.NewWebhook(name="control room", url=url, kinds=["oxygen"], **values))


def build_url(receiver):
    return f"http://127.0.0.1:{receiver.server_address[1]}/alerts"


def test_a_webhook_gets_what_begins_gets_worse_and_ends_signed_with_its_secret(company_of, receiver):
    farm, user = company_of
    key = add_webhook(farm, user, build_url(receiver))
    for percent in (50.0, 44.0, 80.0):
        set_oxygen(farm, percent)
        for message in refresh(farm):
            delivery.send_message(farm.company, message.pk)
            delivery.send_message(farm.company, message.pk)  # a message that was sent is not sent again

    payloads = [json.loads(body) for _, body in receiver.messages]
    assert [payload["type"] for payload in payloads] == ["finding.begun", "finding.worse", "finding.ended"]
    assert payloads[0]["data"]["figure"] == 50.0
    assert payloads[0]["data"]["title"] == "Oxygen low"
    assert payloads[2]["data"]["ended_on"] == str(on(LAST))
    ids = {headers["Webhook-Id"] for headers, _ in receiver.messages}
    assert len(ids) == 3
    headers, body = receiver.messages[0]
    stamp = int(headers["Webhook-Timestamp"])
    assert abs(stamp - datetime.now(UTC).timestamp()) < 60
    assert headers["Webhook-Signature"] == sign_message(key.secret, headers["Webhook-Id"], stamp, body)


def test_a_webhook_calls_no_private_address_unless_its_network_is_allowed(company_of, receiver):
    farm, user = company_of
    # A name of this machine: the address that it resolves to counts.
    add_webhook(farm, user, build_url(receiver).replace("127.0.0.1", "localhost"))
    set_oxygen(farm, 50.0)
    [message] = refresh(farm)

    with override_settings(WEBHOOK_NETWORKS=()), pytest.raises(delivery.DeliveryError, match="no public address"):
        delivery.send_message(farm.company, message.pk)

    assert receiver.messages == []


def test_a_message_that_is_not_accepted_is_sent_again_later_and_given_up_in_the_end(company_of, receiver):
    farm, user = company_of
    add_webhook(farm, user, build_url(receiver))
    set_oxygen(farm, 50.0)
    [message] = refresh(farm)
    receiver.statuses[:] = [503, 302, *[500] * 7]

    waits = []
    for _ in range(8):
        with pytest.raises(delivery.DeliveryError) as failure:
            delivery.send_message(farm.company, message.pk)
        waits.append(failure.value.seconds)
    delivery.send_message(farm.company, message.pk)

    assert waits == list(delivery.RETRY_SECONDS)
    assert len({headers["Webhook-Id"] for headers, _ in receiver.messages}) == 1
    row = AlertMessage.objects.using(DB).get(pk=message.pk)
    assert (row.attempts, row.sent_at, row.error) == (9, None, "status 500")
    assert row.failed_at is not None


def test_a_message_is_sent_after_an_attempt_that_failed(company_of, receiver):
    farm, user = company_of
    add_webhook(farm, user, build_url(receiver))
    set_oxygen(farm, 50.0)
    [message] = refresh(farm)
    receiver.statuses[:] = [503]
    with pytest.raises(delivery.DeliveryError, match="503"):
        delivery.send_message(farm.company, message.pk)

    delivery.send_message(farm.company, message.pk)

    row = AlertMessage.objects.using(DB).get(pk=message.pk)
    assert (row.attempts, row.error) == (2, "")
    assert row.sent_at is not None


def test_a_receiver_that_is_gone_gets_no_more(company_of, receiver):
    farm, user = company_of
    key = add_webhook(farm, user, build_url(receiver))
    set_oxygen(farm, 50.0)
    [message] = refresh(farm)
    receiver.statuses[:] = [410]

    delivery.send_message(farm.company, message.pk)

    assert not Webhook.objects.using(DB).get(pk=key.id).active
    set_oxygen(farm, 80.0)
    assert refresh(farm) == [message]


def test_a_test_message_reaches_the_receiver(company_of, receiver):
    farm, user = company_of
    key = add_webhook(farm, user, build_url(receiver))
    with tenant_transaction(farm.company, user):
        settings.send_test_message(key.id)

    [message] = AlertMessage.objects.using(DB).filter(company=farm.company)
    delivery.send_message(farm.company, message.pk)
    assert json.loads(receiver.messages[0][1])["type"] == "test"


@pytest.mark.parametrize("url", ["ftp://example.com", "example.com", "https://user:word@example.com", "https://"])
def test_an_address_that_is_none_is_refused(company_of, url):
    farm, user = company_of
    with pytest.raises(GrilseError, match="is no address"):
        add_webhook(farm, user, url)


def test_a_worker_sends_what_is_queued(company_of, receiver):
    from grilse.jobs import worker

    farm, user = company_of
    add_webhook(farm, user, build_url(receiver))
    set_oxygen(farm, 50.0)
    refresh(farm)

    worker.run_waiting_jobs()

    assert [json.loads(body)["type"] for _, body in receiver.messages] == ["finding.begun"]


def save_settings(farm, user, **values):
    with tenant_transaction(farm.company, user):
        settings.save_own_settings(settings.AlertSettingsValues(**values))


def test_a_person_gets_the_chosen_kinds_at_once(company_of, mails):
    farm, user = company_of
    save_settings(farm, user, at_once=["oxygen"])
    set_oxygen(farm, 50.0)
    [message] = refresh(farm)

    delivery.send_message(farm.company, message.pk)

    [mail] = mails
    assert "To: kari@example.com" in mail
    assert "Subject: Oxygen low: Loch A" in mail
    assert "50 % saturation, threshold 60" in mail


def test_what_has_ended_or_was_acknowledged_meanwhile_is_not_sent(company_of, mails):
    farm, user = company_of
    save_settings(farm, user, at_once=["oxygen"])
    set_oxygen(farm, 50.0)
    [message] = refresh(farm)
    with tenant_transaction(farm.company, user):
        acknowledge_finding(message.findings[0], note="", days=3)

    delivery.send_message(farm.company, message.pk)

    assert mails == []
    assert AlertMessage.objects.using(DB).get(pk=message.pk).error == "nothing is open any more"


def test_a_person_gets_only_what_is_severe_if_they_want_so(company_of, mails):
    farm, user = company_of
    save_settings(farm, user, at_once=["oxygen"], only_severe=True)
    set_oxygen(farm, 50.0)
    assert refresh(farm) == []

    set_oxygen(farm, 44.0)
    assert [len(message.findings) for message in refresh(farm)] == [1]


def test_a_message_waits_for_the_end_of_quiet_hours(company_of, mails):
    farm, user = company_of
    save_settings(farm, user, at_once=["oxygen"], quiet_from=time(11), quiet_to=time(14))
    set_oxygen(farm, 50.0)

    [message] = refresh(farm)

    assert message.due_at == NOW.replace(hour=14)


def test_a_person_whose_role_ended_gets_nothing(company_of, mails):
    farm, user = company_of
    save_settings(farm, user, at_once=["oxygen"])
    set_oxygen(farm, 50.0)
    [message] = refresh(farm)
    from grilse.access.models import Membership

    Membership.objects.using(DB).filter(user=user).delete()
    delivery.send_message(farm.company, message.pk)

    assert mails == []


def test_a_digest_is_sent_once_a_day_with_all_open_findings(company_of, mails):
    farm, user = company_of
    save_settings(farm, user, digest_at=time(7))
    set_oxygen(farm, 50.0)
    refresh(farm)
    early = NOW.replace(hour=6)
    for now, queued in ((early, 0), (early + timedelta(hours=1), 1), (NOW, 0), (early + timedelta(days=1, hours=1), 1)):
        with tenant_transaction(farm.company):
            assert delivery.queue_digests(now) == queued

    for message in AlertMessage.objects.using(DB).filter(company=farm.company).order_by("id")[:1]:
        delivery.send_message(farm.company, message.pk)
    open_findings = Finding.objects.using(DB).filter(company=farm.company, ended_at=None).count()
    assert f"Subject: {open_findings} findings" in mails[0]


def test_without_a_mail_server_nothing_is_queued_for_people(company_of):
    farm, user = company_of
    save_settings(farm, user, at_once=["oxygen"], digest_at=time(0))
    set_oxygen(farm, 50.0)

    assert refresh(farm) == []
    assert AlertSettings.objects.using(DB).filter(company=farm.company).exists()


def test_settings_are_of_the_person_and_refused_where_they_make_no_sense(company_of):
    farm, user = company_of
    wanted = settings.AlertSettingsValues(at_once=["oxygen", "lice"], quiet_from=time(22), quiet_to=time(6))
    with tenant_transaction(farm.company, user):
        assert settings.read_own_settings() == settings.AlertSettingsValues()
        settings.save_own_settings(wanted)
        assert settings.read_own_settings() == wanted
    for wrong in ({"at_once": ["weather"]}, {"quiet_from": time(22)}):
        with pytest.raises(GrilseError):
            save_settings(farm, user, **wrong)
