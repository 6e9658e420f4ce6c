"""Python in a process whose clock goes wrong (tests/chaos/clocks.py): a sleep that libfaketime lets happen.

`time.sleep` waits until an instant of the monotonic clock. libfaketime 0.9.10 reckons that instant anew by the clock of
the day even where it is told to leave the monotonic one alone; the system then refuses the wait (EINVAL). A wait for so
many seconds, as select has it, is left alone.
"""

import select
import time


def sleep(seconds: float) -> None:
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], seconds)


time.sleep = sleep
