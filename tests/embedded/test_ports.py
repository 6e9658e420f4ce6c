"""Which port the web server gets."""

import socket

import pytest

from portal.embedded import ports
from portal.embedded.trouble import Trouble


@pytest.fixture
def taken():
    """A port on which somebody listens."""
    with socket.create_server((ports.HOST, 0)) as listener:
        yield listener.getsockname()[1]


def test_a_taken_port_that_was_asked_for_is_one_sentence(taken):
    with pytest.raises(Trouble, match=rf"^Port {taken} is taken by another program: .* --port\.$"):
        ports.choose(str(taken))


def test_a_port_taken_on_every_address_counts_as_taken():
    with socket.create_server(("0.0.0.0", 0)) as listener:
        assert ports.claim(listener.getsockname()[1]) is None


def test_without_a_wish_the_next_free_one_is_used(taken):
    port = ports.first_free(taken)
    assert taken < port.number < taken + ports.TRIES
    port.release()


def test_two_launchers_never_get_the_same(taken):
    first = ports.first_free(taken)
    second = ports.first_free(taken)
    assert first.number != second.number
    first.release()
    second.release()


@pytest.mark.parametrize("wanted", ["0", "65536", "http", "-1", "80 80", ""])
def test_what_is_no_port_is_one_sentence(wanted):
    with pytest.raises(Trouble, match="A port is a number from 1 to 65535"):
        ports.choose(wanted)


def test_a_released_port_can_be_had_again(taken):
    port = ports.first_free(taken)
    port.release()
    again = ports.choose(str(port.number))
    assert again.number == port.number
    again.release()
