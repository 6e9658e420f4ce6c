"""One call, whatever the receiver does: it ends in time, reads little, and never raises."""

import ssl
import time

import pytest

from portal.webhooks import posting
from portal.webhooks.addresses import read_networks
from tests.webhooks.receiver import Raw, Receiver

HERE = read_networks(["127.0.0.1/32"])


def call(url: str, *, seconds: float = 2.0, **fields) -> posting.Result:
    return posting.post(url, body=b'{"a":1}', headers={"webhook-id": "x"}, seconds=seconds, allowed=HERE, **fields)


def test_the_whole_request_arrives():
    with Receiver() as receiver:
        assert call(receiver.url + "?a=b") == posting.Result(200)
    (got,) = receiver.got
    assert (got.path, got.body, got.headers["webhook-id"]) == ("/hooks?a=b", b'{"a":1}', "x")
    assert got.headers["host"] == receiver.url.split("/")[2]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204),
        (b"HTTP/1.0 200\r\n\r\n", 200),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", 200),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 500 No\r\n\r\n", 500),
        (b"HTTP/1.1 410 Gone\r\n\r\n" + b"x" * 100, 410),
    ],
)
def test_what_is_http_is_understood(answer, status):
    with Raw(answer) as receiver:
        assert call(receiver.url).status == status


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200",
        b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
        b"HTTP/1.1 2xx OK\r\n\r\n",
        b"HTTP/1.1 99999 OK\r\n\r\n",
        b"HTTP/1.1 \xb2\xb2\xb2 OK\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"\x00" * 500 + b"\r\n\r\n",
        b"<html>200 OK</html>\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 1000,
    ],
    ids=["cut-off", "ssh", "letters", "five-digits", "superscript", "http2", "zeros", "html", "huge-head", "continue"],
)
def test_garbage_is_a_failure(answer):
    with Raw(answer) as receiver:
        began = time.monotonic()
        assert call(receiver.url) == posting.Result(None, "garbage")
        assert time.monotonic() - began < 1.5


def test_a_receiver_that_says_nothing_costs_the_time_limit_and_no_more():
    with Raw(b"", then_close=False) as receiver:
        began = time.monotonic()
        assert call(receiver.url, seconds=0.5) == posting.Result(None, "timeout")
        assert time.monotonic() - began < 1.5


def test_a_receiver_that_drips_is_cut_off_at_the_limit_in_total():
    with Raw(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"y" * 1000, drip=0.05) as receiver:
        began = time.monotonic()
        assert call(receiver.url, seconds=0.6) == posting.Result(None, "timeout")
        assert time.monotonic() - began < 1.5
        assert receiver.written > 5


def test_a_huge_answer_is_not_read():
    answer = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 50_000_000
    with Raw(answer) as receiver:
        began = time.monotonic()
        assert call(receiver.url).status == 200
        assert time.monotonic() - began < 1.5
        assert receiver.written == 0, "it could not write it all"


def test_a_body_that_never_ends_does_not_matter():
    with Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx", then_close=False) as receiver:
        began = time.monotonic()
        assert call(receiver.url).status == 200
        assert time.monotonic() - began < 1.5


def test_a_port_on_which_nobody_listens_is_no_connection():
    with Raw(b"") as receiver:
        url = receiver.url
    assert call(url).problem == "no_connection"


def test_a_resolver_that_hangs_costs_the_time_limit_and_no_more():
    began = time.monotonic()
    result = call("https://crm.example/", seconds=0.3, resolver=lambda _host, _port: time.sleep(3) or ["1.1.1.1"])
    assert result == posting.Result(None, "timeout")
    assert time.monotonic() - began < 1.5


def test_a_receiver_without_tls_under_https_is_a_failure():
    with Receiver() as receiver:
        assert call(receiver.url.replace("http:", "https:")).problem == "tls"
    assert receiver.got == []


def test_a_certificate_of_nobody_we_trust_is_refused_and_the_named_one_taken(tmp_path):
    with Receiver() as receiver:
        certificate, trust = _serve_tls(receiver, tmp_path)
        url = receiver.url.replace("http://127.0.0.1", "https://crm.example")
        here = {"resolver": lambda _host, _port: ["127.0.0.1"]}
        assert call(url, **here).problem == "tls"
        assert receiver.got == []
        assert call(url, trust=trust, **here).status == 200
        other = url.replace("crm.example", "other.example")
        assert call(other, trust=trust, **here).problem == "tls", "the certificate is for another host"
        assert certificate.exists()


def _serve_tls(receiver: Receiver, folder):
    """A certificate of its own for crm.example."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "crm.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("crm.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "both.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(path)
    receiver.server.socket = serving.wrap_socket(receiver.server.socket, server_side=True)
    trust = ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())
    return path, trust
