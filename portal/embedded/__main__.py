"""The launcher's command line: `python -m portal.embedded up` and `... test-services -- COMMAND`."""

import argparse
import sys

from portal.embedded import supervise, testing
from portal.embedded.paths import ROOT
from portal.embedded.terminal import complain
from portal.embedded.trouble import Stop, Trouble, sentence


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = argparse.ArgumentParser(prog="bin/up", description="Starts Kontaktklar on this machine.")
    commands = result.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", prog="bin/up", help="start the portal and stay until Ctrl-C")
    up.add_argument("--reset", action="store_true", help="stop what runs here and delete its data first")
    up.add_argument("--port", help="the port of the web server (default: 8000 or the next free one)")
    tests = commands.add_parser("test-services", help="run a command with a PostgreSQL and a Redis for tests")
    tests.add_argument("words", nargs="+", metavar="COMMAND")
    return result


def main(words: list[str]) -> int:
    """Runs what the words ask for; returns the exit code. Foreseeable trouble is one sentence."""
    options = parser().parse_args(words)
    try:
        if options.command == "up":
            return supervise.up(ROOT, options.port, reset=options.reset)
        return testing.run(ROOT, options.words)
    except Trouble as trouble:
        complain(str(trouble))
    except OSError as error:
        complain(sentence(error))
    except (Stop, KeyboardInterrupt):
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
