"""The embedded Redis, with real servers and Celery's own client library."""

import pytest
from kombu import Connection

from portal.embedded.redis import Server, url
from portal.embedded.trouble import Trouble


@pytest.fixture
def server(var):
    made = Server(var, var / "redis.log")
    yield made
    made.stop()


def put(address: str, word: str) -> None:
    with Connection(address) as connection:
        connection.SimpleQueue("letters").put(word)


def get(address: str) -> str:
    with Connection(address) as connection:
        message = connection.SimpleQueue("letters").get(timeout=5)
        message.ack()
        return message.payload


def setting(address: str, name: str) -> str:
    with Connection(address) as connection:
        return connection.default_channel.client.config_get(name)[name]


def test_a_letter_goes_round(server):
    address = server.start()
    put(address, "Grüße")
    assert get(address) == "Grüße"


def test_what_is_queued_survives_a_restart(server):
    put(server.start(), "later")
    server.stop()
    assert get(server.start()) == "later"


def test_a_full_broker_refuses_rather_than_forgets(server):
    address = server.start()
    assert setting(address, "maxmemory-policy") == "noeviction"
    assert setting(address, "port") == "0"


def test_the_socket_is_for_the_account_alone(server):
    server.start()
    assert server.home.stat().st_mode & 0o777 == 0o700


def test_a_path_too_long_for_a_socket(var):
    deep = var / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    server = Server(deep, var / "redis.log")
    try:
        address = server.start()
        put(address, "short way")
        assert get(address) == "short way"
    finally:
        server.stop()
        server.remove()


def test_one_data_folder_has_one_server(server, var):
    server.start()
    with pytest.raises(Trouble, match="A Redis already runs on"):
        Server(var, var / "other.log").start()


def test_a_socket_of_a_killed_server_is_no_obstacle(server):
    put(server.start(), "before")
    server.child.popen.kill()
    server.child.popen.wait()
    put(server.start(), "after")


def test_the_url_has_no_bare_blank(tmp_path):
    assert " " not in url(tmp_path / "a b" / "redis.sock")
