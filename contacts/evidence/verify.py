#!/usr/bin/env python3
"""Checks an evidence pack of Kontaktklar without Kontaktklar: Python 3.9 or later and the files of the pack.

    python3 verify.py [--heads HEADS] [--key KEY]

Run it in the folder of the unpacked ZIP. It compares every file with the list (manifest.json), the entries of the audit
trail with their proofs (trail.json, by verify_trail.py), what evidence.json says of them with what was hashed, and the
wordings and snapshots with their SHA-256.

--heads  a file with heads of the trail that you hold yourself (see verify_trail.py)
--key    the public key that you know to be the company's, in hexadecimal digits

Exit code 0: everything that could be checked is right. 1: something differs. 2: it could not be verified.
"""

import argparse
import datetime
import hashlib
import importlib
import json
import pathlib
import sys
import unicodedata

sys.dont_write_bytecode = True  # a folder of evidence stays as it was unpacked
HERE = pathlib.Path(__file__).resolve().parent
FORMAT = "kontaktklar-evidence-pack/1"
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class Differs(Exception):
    """Something is not what it claims to be."""


class CannotVerify(Exception):
    """There is not enough to say whether it is right."""


def read(folder, name):
    return json.loads((folder / name).read_text(encoding="utf-8"))


def check_files(folder):
    """That the files are those of the list, no more and no fewer."""
    listed = read(folder, "manifest.json")
    if listed.get("format") != FORMAT:
        raise CannotVerify("manifest.json is no list of an evidence pack that this program knows.")
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {"manifest.json"}
    for name in sorted(found ^ set(listed["files"])):
        raise Differs(f"{name} is {'not on the list' if name in found else 'missing'}.")
    for name, said in sorted(listed["files"].items()):
        content = (folder / name).read_bytes()
        if len(content) != said["size"] or hashlib.sha256(content).hexdigest() != said["sha256"]:
            raise Differs(f"{name} is not the file that was packed: its SHA-256 differs.")
    return f"{len(listed['files'])} files are those of the list."


def micros(text):
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def check_trail(evidence, proofs):
    """That evidence.json says of the entries what was hashed, and leaves none out and adds none."""
    proven = {one["id"]: one for one in proofs["entries"]}
    told = {one["id"]: one for one in evidence["trail"]}
    if set(told) != set(proven):
        raise Differs(f"evidence.json and trail.json name different entries: {sorted(set(told) ^ set(proven))}.")
    for number, said in told.items():
        hashed = json.loads(proven[number]["data"])
        if any(not same(said[name], hashed[name]) for name in ("verb", "subject_type", "subject_id")):
            raise Differs(f"Entry {number}: evidence.json says something else than what was hashed.")
        if micros(said["at"]) != hashed["at"]:
            raise Differs(f"Entry {number}: evidence.json names another time than what was hashed.")
        check_values(number, said, hashed, proven[number])
    return f"evidence.json says of its {len(told)} entries of the trail what was hashed."


def same(one, other):
    """Whether two JSON values are spelt alike: what was hashed has its Unicode composed (NFC)."""
    spelt = [
        unicodedata.normalize("NFC", json.dumps(value, sort_keys=True, ensure_ascii=False)) for value in (one, other)
    ]
    return spelt[0] == spelt[1]


def check_values(number, said, hashed, proof):
    private = {(one["part"], one["field"]): one for kind in ("opened", "erased", "closed") for one in proof[kind]}
    for part in ("before", "after"):
        for name in set(said[part]) | set(hashed[part]):
            one = private.get((part, name))
            if one is None and not same(said[part].get(name), hashed[part].get(name)):
                raise Differs(f"Entry {number}: {part} {name} is not what was hashed.")
            if one is not None and "value" in one and not same(said[part].get(name), one["value"]):
                raise Differs(f"Entry {number}: {part} {name} is not the value that was committed to.")


def wording_hash(text):
    seen = [text["reference"], text["purpose"], text["channels"], text["platform"], text["title"], text["body"]]
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()


def check_wordings(evidence):
    """That each wording has the hash that was taken when it was put on record, by the row and by the trail."""
    vouched = {one["subject_id"]: one["after"]["sha256"] for one in evidence["trail"] if is_kept(one, "consent_text.")}
    sentences = []
    for text in evidence.get("wordings", []):
        name, made = text["reference"], wording_hash(text)
        if (made == text["sha256"]) != text["intact"]:
            raise Differs(f"Wording {name}: evidence.json says wrongly whether its SHA-256 is right.")
        if name in vouched and vouched[name] != text["sha256"]:
            raise Differs(f"Wording {name} has another SHA-256 than the one that stands in the trail.")
        state = "is the text that was put on record" if text["intact"] else "IS NOT the text that was put on record"
        trail = "" if name in vouched else " (the trail does not say how it was put on record)"
        sentences.append(f"wording {name} {state}{trail}.")
    return sentences


def is_kept(entry, prefix):
    return entry["verb"].startswith(prefix) and "sha256" in entry["after"]


def check_rule_sets(evidence):
    vouched = {one["subject_id"]: one["after"]["sha256"] for one in evidence["trail"] if is_kept(one, "rules.")}
    for one in evidence.get("rule_sets", []):
        known = vouched.get(str(one["number"]))
        if known is not None and known != one["hash"]:
            raise Differs(f"Rule set {one['number']} has another hash than the one it was released with.")


def check_snapshots(evidence):
    """That what was handed in has the hash under which it was judged; an erasure leaves only the hash."""
    requests = [*evidence.get("requests", []), *([evidence["request"]] if "request" in evidence else [])]
    checked = 0
    for asked in requests:
        for one in asked["submissions"]:
            text = json.dumps(one["content"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
            right = hashlib.sha256(text.encode()).hexdigest() == one["sha256"] if one["content"] else None
            if right != one["intact"]:
                raise Differs(f"{asked['number']}: evidence.json says wrongly whether a submission is as handed in.")
            checked += right is True
    return f"{checked} submissions of requests are as they were handed in."


def verify(folder, lines=None, key=None):
    """Sentences about what was found right. Raises Differs or CannotVerify, or those of verify_trail."""
    found = [check_files(folder)]
    sys.path.insert(0, str(folder))
    verify_trail = importlib.import_module("verify_trail")
    evidence, proofs = read(folder, "evidence.json"), read(folder, "trail.json")
    if proofs["entries"]:
        found += verify_trail.verify(proofs, lines, key)
    found += [check_trail(evidence, proofs), *check_wordings(evidence), check_snapshots(evidence)]
    check_rule_sets(evidence)
    return found


def say(line):
    sys.stdout.write(line + "\n")


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Checks an evidence pack of Kontaktklar.")
    parser.add_argument("--heads", help="a file with heads that you hold yourself")
    parser.add_argument("--key", help="the company's public key in hexadecimal digits")
    given = parser.parse_args(arguments)
    try:
        lines = pathlib.Path(given.heads).read_text(encoding="utf-8").splitlines() if given.heads else None
        found = verify(HERE, lines, bytes.fromhex(given.key) if given.key else None)
    except CannotVerify as trouble:
        return refuse(2, trouble)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SyntaxError, ImportError) as trouble:
        return refuse(2, f"the pack cannot be read ({type(trouble).__name__}: {trouble}).")
    except Exception as trouble:  # Differs of this program or of verify_trail, which can be told only by its name
        return refuse(2 if type(trouble).__name__ == "CannotVerify" else 1, trouble)
    for sentence in found:
        say(f"ok: {sentence}")
    if not given.heads:
        say("note: nothing was compared with a head of the trail that you hold yourself (--heads).")
    if not given.key:
        say("note: the public key was taken from the pack (--key).")
    return 0


def refuse(code, trouble):
    say(f"{'DIFFERS' if code == 1 else 'COULD NOT VERIFY'}: {trouble}")
    return code


if __name__ == "__main__":
    sys.exit(main())
