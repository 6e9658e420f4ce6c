"""A port for the web server: the one asked for, or the first free one from 8000 on."""

import errno
import socket
import sys
from dataclasses import dataclass

from portal.embedded.trouble import Trouble

HOST = "127.0.0.1"
DEFAULT = 8000
TRIES = 100


@dataclass
class Port:
    """A free port, kept for this launcher while it lives."""

    number: int
    reservation: socket.socket | None

    def release(self) -> None:
        """Lets another launcher have it."""
        if self.reservation is not None:
            self.reservation.close()


def choose(wanted: str | None) -> Port:
    """The wanted port, or with None the first free one; raises Trouble when the wanted one cannot be had."""
    if wanted is None:
        return first_free()
    number = parse(wanted)
    port = claim(number)
    if port is None:
        raise Trouble(
            f"Port {number} is taken by another program: stop that program, or choose another one with --port."
        )
    return port


def parse(wanted: str) -> int:
    """The number a person wrote."""
    if not wanted.isdecimal() or not 1 <= int(wanted) <= 65535:
        raise Trouble(f"A port is a number from 1 to 65535, not {wanted!r}.")
    return int(wanted)


def first_free(start: int = DEFAULT) -> Port:
    """The first free port from `start` on."""
    for number in range(start, start + TRIES):
        port = claim(number)
        if port is not None:
            return port
    raise Trouble(f"Ports {start} to {start + TRIES - 1} are all taken: choose another one with --port.")


def claim(number: int) -> Port | None:
    """The port if nobody listens there and no other launcher is about to, else None."""
    try:
        reservation = reserve(number)
    except OSError:
        return None
    if answers(number) or not can_bind(number):
        if reservation is not None:
            reservation.close()
        return None
    return Port(number, reservation)


def reserve(number: int) -> socket.socket | None:
    """A name in the kernel that only one process can hold, for the time until the web server listens.

    Two launchers started in the same second would otherwise both find the port free, and the web server's
    SO_REUSEPORT would let both have it. Linux only; elsewhere the window stays open.
    """
    if not sys.platform.startswith("linux"):
        return None
    name = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        name.bind(f"\0kontaktklar-port-{number}")
    except OSError:
        name.close()
        raise
    return name


def answers(number: int) -> bool:
    """Whether somebody listens there already, also on the wildcard address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, number)) == 0


def can_bind(number: int) -> bool:
    """Whether we may listen there; SO_REUSEADDR so that connections just closed do not count."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, number))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Trouble(f"Port {number} needs root's rights: choose one from 1024 on with --port.") from error
            return False
    return True
