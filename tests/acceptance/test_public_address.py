"""The server behind nginx with TLS, as the guide configures it."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from tests.acceptance.commands import run_refused_command, serve_database

GUIDE = Path(__file__).parents[2] / "docs/how-to/serve-behind-a-proxy.md"
PASSWORD = "a-password-of-some-length"
TOKEN = re.compile(r'csrfmiddlewaretoken" value="([^"]+)')


def reserve_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def nginx():
    """Path of nginx."""
    path = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if path is None and os.environ.get("CI"):
        pytest.fail("NO NGINX: the guide was not run; on Debian `apt-get install nginx-light`", pytrace=False)
    return path or pytest.skip("NO NGINX: the guide was not run; on Debian `apt-get install nginx-light`")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-made certificate of localhost."""
    folder = tmp_path_factory.mktemp("certificate")
    files = folder / "certificate.pem", folder / "key.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    written = ["-days", "1", "-out", str(files[0]), "-keyout", str(files[1])]
    subprocess.run([*command, *subject, *written], check=True, capture_output=True)
    return files


@pytest.fixture(scope="module")
def public_address(database, nginx, certificate, tmp_path_factory):
    """Address of nginx in front of a server with the login kari, and that of the server itself."""
    from django.contrib.auth import get_user_model

    get_user_model().objects.create_user("kari", password=PASSWORD)
    folder, (plain, secure) = tmp_path_factory.mktemp("nginx"), (reserve_port(), reserve_port())
    address = f"https://localhost:{secure}"
    with serve_database(folder, "--public-url", address) as server:
        changes = {
            "https://farm.example.com": address,
            "farm.example.com;": "localhost;",
            "127.0.0.1:8000": server.address.removeprefix("http://"),
            "listen 80;": f"listen 127.0.0.1:{plain};",
            "listen 443": f"listen 127.0.0.1:{secure}",
            "/etc/ssl/certs/farm.example.com.pem": str(certificate[0]),
            "/etc/ssl/private/farm.example.com.key": str(certificate[1]),
        }
        [configuration] = re.findall(r"```nginx\n(.*?)```", GUIDE.read_text(), re.DOTALL)
        for written, here in changes.items():
            assert written in configuration
            configuration = configuration.replace(written, here)
        (folder / "grilse.conf").write_text(configuration)
        (folder / "nginx.conf").write_text(FRAME.format(folder=folder))
        process = subprocess.Popen([nginx, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "errors"])
        try:
            wait_for_port(secure, process)
            yield address, server.address, f"http://localhost:{plain}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


# What Debian's nginx.conf has around the files of conf.d.
FRAME = """
daemon off;
worker_processes 1;
pid {folder}/pid;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/grilse.conf;
}}
"""


def wait_for_port(port, process):
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("nginx did not start")


@pytest.fixture
def visitor(public_address, certificate):
    """A browser's way of sending forms: it trusts the certificate, keeps cookies and states its origin."""
    trust = ssl.create_default_context(cafile=certificate[0])
    with httpx.Client(base_url=public_address[0], verify=trust, timeout=60) as client:
        yield client


def send_form(client, path, origin=None, **fields):
    """Send the form of a page."""
    token = TOKEN.search(client.get(path).text)
    origin = origin or str(client.base_url).rstrip("/")
    headers = {"Origin": origin, "Referer": f"{origin}{path}"}
    return client.post(path, data={"csrfmiddlewaretoken": token[1], **fields}, headers=headers)


def log_in(client, **options):
    return send_form(client, "/login/", username="kari", password=PASSWORD, **options)


def test_a_login_through_the_proxy_gets_secure_cookies(visitor):
    answer = log_in(visitor)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    cookies = answer.headers.get_list("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} == {"csrftoken", "sessionid"}
    assert all("; Secure" in cookie for cookie in cookies)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_forms_of_a_session_are_accepted_with_their_token_only(visitor):
    log_in(visitor)
    form = {"oldpassword": "wrong", "password1": "x", "password2": "x"}
    assert "not your current password" in send_form(visitor, "/password/change/", **form).text
    without_token = visitor.post("/password/change/", data=form, headers={"Origin": str(visitor.base_url).rstrip("/")})
    assert without_token.status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example.com", "http://localhost", "null"])
def test_a_form_from_another_origin_is_refused(visitor, origin):
    assert log_in(visitor, origin=origin).status_code == 403


def test_a_login_without_a_cookie_is_accepted_from_this_origin(public_address):
    with httpx.Client(base_url=public_address[1], headers={"X-Forwarded-Proto": "https"}) as client:
        form = {"username": "kari", "password": PASSWORD}
        headers = {"Origin": public_address[0], "Host": public_address[0].removeprefix("https://")}
        assert client.post("/login/", data=form, headers=headers).status_code == 302
        assert client.post("/login/", data=form).status_code == 403


def test_plain_http_is_redirected(public_address):
    answer = httpx.get(f"{public_address[2]}/batches/?x=1")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{public_address[0]}/batches/?x=1")


def test_another_host_name_is_refused(visitor, public_address):
    assert visitor.get("/health/live", headers={"Host": "evil.example.com"}).status_code == 400
    assert httpx.get(f"{public_address[1]}/health/live").status_code == 200


@pytest.mark.parametrize(
    ("option", "value", "remedy"),
    [
        ("--public-url", "farm.example.com", "set it to scheme and host, like https://farm.example.com"),
        ("--public-url", "https://farm.example.com/grilse", "set it to scheme and host"),
        ("--public-url", "ftp://farm.example.com", "set it to scheme and host"),
        ("--trusted-proxy", "proxy.example.com", "set it to one IP address, like 10.0.0.2"),
    ],
)
def test_a_wrong_setting_is_refused_in_one_line(database, option, value, remedy):
    message = run_refused_command(dict(os.environ), "serve", "--port", reserve_port(), option, value)
    assert message.startswith("error: GRILSE_")
    assert remedy in message
    assert "\n" not in message
