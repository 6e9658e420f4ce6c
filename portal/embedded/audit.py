"""Whether a pinned package has a known hole: asks pip-audit, and tells three answers apart.

    python -m portal.embedded.audit REQUIREMENTS.txt

A known hole is red. No hole is green. Where nobody could be asked, because a build machine has no network, that is said
loudly and is not red by itself: nothing in the project has changed, and docs/dependencies.md says who looks then.
"""

import json
import subprocess
import sys

from portal.embedded.terminal import say

PATIENCE_SECONDS = 120
COULD_NOT = "!!! COULD NOT CHECK for known holes in the packages: "


def ask(requirements: str) -> tuple[str, str]:
    """What pip-audit answers, and what it says of trouble. The pins have hashes, so nothing is resolved or built."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "-r", requirements]
    options = ["--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    try:
        done = subprocess.run(
            [*command, *options], capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as trouble:
        return "", type(trouble).__name__
    return done.stdout, done.stderr


def verdict(answer: str, trouble: str = "") -> tuple[int, list[str]]:
    """The exit code and the lines to say. Not every package answered for is a check that could not be made, too."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = trouble.strip().splitlines()[-1:] or ["no answer"]
        return 0, [COULD_NOT + last[0][:200]]
    if not packages:
        return 0, [COULD_NOT + "the answer names no package"]
    holes = [_said(one, hole) for one in packages for hole in one.get("vulns", ())]
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    unasked = [f"{COULD_NOT}nothing is known of {_few(skipped)}"] if skipped else []
    clean = [f"No known hole in {len(packages) - len(skipped)} packages."] if len(skipped) < len(packages) else []
    return (1, [*holes, *unasked]) if holes else (0, [*unasked, *clean])


def _few(names: list[str]) -> str:
    """Behind some mirrors of the package index none is known: then a list of all would hide the sentence."""
    return f"{len(names)} packages" if len(names) > 5 else ", ".join(names)


def _said(package: dict, hole: dict) -> str:
    mended = ", ".join(hole.get("fix_versions") or ()) or "no version yet"
    return f"{package['name']} {package['version']}: {hole['id']}, mended in {mended}"


def main(words: list[str]) -> int:
    worst = 0
    for requirements in words or ["requirements.txt"]:
        code, lines = verdict(*ask(requirements))
        worst = max(worst, code)
        for line in lines:
            say(f"{requirements}: {line}")
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
