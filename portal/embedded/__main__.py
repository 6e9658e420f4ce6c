"""The launcher's command line, behind bin/up, bin/manage and bin/test."""

import argparse
import sys

from portal.embedded import manage, supervise, testing
from portal.embedded.paths import ROOT
from portal.embedded.terminal import complain
from portal.embedded.trouble import Stop, Trouble, sentence


def parser() -> argparse.ArgumentParser:
    """The command line of `up` and `test-services`; `manage` passes all its words on to Django."""
    result = argparse.ArgumentParser(prog="python -m portal.embedded")
    commands = result.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", prog="bin/up", help="start the portal and stay until Ctrl-C")
    up.add_argument("--reset", action="store_true", help="stop what runs here and delete its data first")
    up.add_argument("--port", help="the port of the web server (default: 8000 or the next free one)")
    up.add_argument("--empty", action="store_true", help="do not load the demo company into an empty database")
    tests = commands.add_parser("test-services", help="run a command with a PostgreSQL and a Redis for tests")
    tests.add_argument("--durable", action="store_true", help="wait for the disk, as in production (for benchmarks)")
    tests.add_argument("words", nargs="+", metavar="COMMAND")
    commands.add_parser("manage", help="run one of Django's commands with the services of this checkout")
    return result


def run(words: list[str]) -> int:
    """Runs what the words ask for; returns the exit code."""
    if words[:1] == ["manage"]:
        return manage.run(ROOT, words[1:])
    options = parser().parse_args(words)
    if options.command == "up":
        return supervise.up(ROOT, options.port, reset=options.reset, empty=options.empty)
    return testing.run(ROOT, options.words, durable=options.durable)


def main(words: list[str]) -> int:
    """Foreseeable trouble is one sentence and the exit code 1."""
    try:
        return run(words)
    except Trouble as trouble:
        complain(str(trouble))
    except OSError as error:
        complain(sentence(error))
    except (Stop, KeyboardInterrupt):
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
