#!/usr/bin/env python3
"""Checks entries of Kontaktklar's audit trail without Kontaktklar: one file, Python 3.9 or later, nothing else.

    python verify_trail.py trail.json [--heads HEADS] [--key KEY]

trail.json   the file with the entries, out of the same export
--heads      a file with heads that you hold yourself (one line of JSON each, as it stands in the mail or in the file
             of heads). Without it this program shows that the export is consistent in itself and signed, and not that
             it is the trail of which you once were told.
--key        the public key that you know to be the company's, in hexadecimal digits. Without it the key in the export
             is believed.

Exit code 0: everything that could be checked is right. 1: something differs. 2: it could not be verified.

How it is built: a leaf is SHA-256(0x00, data), a node SHA-256(0x01, left, right), the tree that of RFC 6962. Heads are
signed with Ed25519 (RFC 8032). A private value stands in the data as HMAC-SHA256(salt, value in canonical JSON).
"""

import argparse
import hashlib
import hmac
import json
import sys
import unicodedata

FORMAT = "kontaktklar-trail/1"
SIGNED_PREFIX = b"kontaktklar-trail-head/1\n"


class Differs(Exception):
    """Something is not what it claims to be."""


class CannotVerify(Exception):
    """There is not enough to say whether it is right."""


# --- Ed25519, RFC 8032, 5.1: only the check of signatures, with nothing secret in it.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def point_add(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_times(factor, point):
    result = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            result = point_add(result, point)
        point, factor = point_add(point, point), factor >> 1
    return result


def point_read(data):
    """The point that 32 bytes stand for, or None."""
    y = int.from_bytes(data, "little")
    odd, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and odd):
        return None
    x = P - x if x & 1 != odd else x
    return (x, y, 1, x * y % P)


BASE = point_read((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(key, message, signature):
    """Whether `signature` over `message` was made with the secret that belongs to the public `key`."""
    if len(key) != 32 or len(signature) != 64:
        return False
    owner, nonce = point_read(key), point_read(signature[:32])
    factor = int.from_bytes(signature[32:], "little")
    if owner is None or nonce is None or factor >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    left, right = point_times(factor, BASE), point_add(nonce, point_times(challenge, owner))
    same_x = (left[0] * right[2] - right[0] * left[2]) % P == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % P == 0


# --- the tree, RFC 6962 and RFC 9162
def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(leaf, index, size, proof, root):
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    fn, sn, found = index, size - 1, leaf
    for step in proof:
        if sn == 0:
            return False
        if fn % 2 or fn == sn:
            found = node_hash(step, found)
            while fn % 2 == 0 and fn:
                fn, sn = fn // 2, sn // 2
        else:
            found = node_hash(found, step)
        fn, sn = fn // 2, sn // 2
    return sn == 0 and found == root


def continues(first, second, proof, first_root, second_root):
    """RFC 9162, 2.1.4.2."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    steps = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not steps:
        return False
    fn, sn = first - 1, second - 1
    while fn % 2:
        fn, sn = fn // 2, sn // 2
    old = new = steps[0]
    for step in steps[1:]:
        if sn == 0:
            return False
        if fn % 2 or fn == sn:
            old, new = node_hash(step, old), node_hash(step, new)
            while fn % 2 == 0 and fn:
                fn, sn = fn // 2, sn // 2
        else:
            new = node_hash(new, step)
        fn, sn = fn // 2, sn // 2
    return sn == 0 and old == first_root and new == second_root


def canonical(value):
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return unicodedata.normalize("NFC", text)


# --- what an export says
def head_of(said):
    """(size, root, key) of a head whose signature is right."""
    root, key, signature = (bytes.fromhex(said[name]) for name in ("root", "key", "signature"))
    told = {name: said[name] for name in ("key", "root", "time", "tree_size")}
    if not is_signed(key, SIGNED_PREFIX + canonical(told).encode(), signature):
        raise Differs(f"The signature of the head over {said['tree_size']} entries is wrong.")
    return said["tree_size"], root, key


def check_entry(entry, size, root):
    number, data = entry["id"], entry["data"].encode()
    told = json.loads(entry["data"])
    if told["id"] != number or told["index"] != entry["leaf_index"]:
        raise Differs(f"Entry {number}: what was hashed names another entry.")
    proof = [bytes.fromhex(step) for step in entry["proof"]]
    if not included(leaf_hash(data), entry["leaf_index"], size, proof, root):
        raise Differs(f"Entry {number} is not the one that stands in the trail: its proof does not lead to the head.")
    named = [(one["part"], one["field"]) for kind in ("opened", "erased", "closed") for one in entry[kind]]
    inside = [(part, field) for part in told["committed"] for field in told["committed"][part]]
    if sorted(named) != sorted(inside):
        raise Differs(f"Entry {number}: its private values are not those that were committed to.")
    for one in entry["opened"]:
        made = hmac.new(bytes.fromhex(one["salt"]), canonical(one["value"]).encode(), hashlib.sha256).hexdigest()
        if made != told["committed"][one["part"]][one["field"]]:
            raise Differs(f"Entry {number}: the value of {one['field']} is not the one that was committed to.")


def check_earlier(heads, size, root, key):
    """The roots of earlier heads by their sizes, each shown to be the beginning of the newest one."""
    known = {size: root}
    for said in heads:
        first, first_root, _ = head_of(said)
        proof = [bytes.fromhex(step) for step in said["consistency"]]
        if not continues(first, size, proof, first_root, root):
            raise Differs(f"The newest head does not continue the one over {first} entries.")
        known[first] = first_root
    return known


def check_anchors(lines, known):
    """How many of the heads that somebody else kept could be compared."""
    compared = 0
    for line in lines:
        if not line.strip():
            continue
        size, root, _ = head_of(json.loads(line))
        if size in known:
            compared += 1
            if known[size] != root:
                raise Differs(
                    f"The head over {size} entries that you hold names another root: the trail was rewritten."
                )
    return compared


def verify(said, lines=None, trusted_key=None):
    """Sentences about what was found right. Raises Differs or CannotVerify."""
    if said.get("format") != FORMAT:
        raise CannotVerify("This file is no export of the trail that this program knows.")
    size, root, key = head_of(said["head"])
    if trusted_key is not None and key != trusted_key:
        raise Differs("The head is signed with another key than the one you gave.")
    known = check_earlier(said["heads"], size, root, key)
    for entry in said["entries"]:
        check_entry(entry, size, root)
    found = [f"The head over {size} entries is signed with the key {key.hex()}."]
    found.append(f"{len(said['entries'])} entries stand in the trail as they are shown here.")
    erased = sum(len(entry["erased"]) for entry in said["entries"])
    if erased:
        found.append(f"{erased} private values were erased with their person; the proofs hold without them.")
    if said["pending"]:
        raise CannotVerify(f"Entries without a proof: {said['pending']}. Ask for the export again.")
    if lines is not None:
        compared = check_anchors(lines, known)
        if not compared:
            raise CannotVerify("None of the heads that you hold has a size that the export names. Ask for one with it.")
        found.append(f"{compared} heads that you hold are the same as those of the export.")
    return found


def say(line):
    sys.stdout.write(line + "\n")


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Checks entries of Kontaktklar's audit trail.")
    parser.add_argument("trail", help="trail.json of the export")
    parser.add_argument("--heads", help="a file with heads that you hold yourself")
    parser.add_argument("--key", help="the company's public key in hexadecimal digits")
    given = parser.parse_args(arguments)
    try:
        with open(given.trail, encoding="utf-8") as file:
            said = json.load(file)
        lines = None
        if given.heads:
            with open(given.heads, encoding="utf-8") as file:
                lines = file.readlines()
        found = verify(said, lines, bytes.fromhex(given.key) if given.key else None)
    except Differs as trouble:
        say(f"DIFFERS: {trouble}")
        return 1
    except CannotVerify as trouble:
        say(f"COULD NOT VERIFY: {trouble}")
        return 2
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as trouble:
        say(f"COULD NOT VERIFY: the file cannot be read as an export ({type(trouble).__name__}: {trouble}).")
        return 2
    for sentence in found:
        say(f"ok: {sentence}")
    if not given.heads:
        say("note: nothing was compared with a head that you hold yourself (--heads).")
    if not given.key:
        say("note: the key was taken from the export (--key).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
