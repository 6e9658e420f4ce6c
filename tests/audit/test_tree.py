"""The tree is that of RFC 6962: published vectors, every proof of small trees, and no forgery is taken."""

import os
import random

import pytest

from portal.audit import verifier
from portal.audit.rules import tree

LONG = os.environ.get("KONTAKTKLAR_LONG") == "1"
# The reference leaves of Certificate Transparency and the roots published for the first 0 to 8 of them
# (transparency-dev/merkle, testonly).
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
BOTH = [tree, verifier]


def hashes(count):
    return [tree.leaf_hash(bytes([number])) for number in range(count)]


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots_come_out(size):
    leaves = [tree.leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES[:size]]
    growing = tree.Growing()
    for leaf in leaves:
        growing.add(leaf)
    assert tree.root(tree.nodes_of(leaves), size).hex() == growing.root().hex() == ROOTS[size]


def test_the_published_proofs_come_out():
    nodes = tree.nodes_of([tree.leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES])
    assert [step.hex() for step in tree.inclusion_proof(nodes, 5, 8)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [step.hex() for step in tree.consistency_proof(nodes, 6, 8)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [step.hex() for step in tree.consistency_proof(nodes, 2, 5)] == [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]


def test_every_tree_up_to_130_continues_every_smaller_one():
    leaves = hashes(130)
    nodes = tree.nodes_of(leaves)
    roots = [tree.root(nodes, size) for size in range(131)]
    for second in range(131):
        for first in range(second + 1):
            proof = tree.consistency_proof(nodes, first, second)
            assert tree.continues(first, second, proof, roots[first], roots[second])
            assert first == 0 or verifier.continues(first, second, proof, roots[first], roots[second])
            if 0 < first < second:
                assert not tree.continues(first, second, proof, roots[first - 1], roots[second])
                assert not tree.continues(first, second, proof[:-1], roots[first], roots[second])


@pytest.mark.parametrize("module", BOTH)
def test_every_leaf_of_every_tree_up_to_70_is_shown_to_be_in_it(module):
    leaves = hashes(70)
    nodes = tree.nodes_of(leaves)
    for size in range(1, 71):
        root = tree.root(nodes, size)
        for index in range(size):
            proof = tree.inclusion_proof(nodes, index, size)
            assert module.included(leaves[index], index, size, proof, root)
            assert not module.included(leaves[index], (index + 1) % size, size, proof, root) or size == 1


def test_a_node_does_not_pass_for_a_leaf():
    leaves = hashes(8)
    nodes = tree.nodes_of(leaves)
    inner = leaves[0] + leaves[1]
    assert not tree.included(tree.leaf_hash(inner), 0, 4, tree.inclusion_proof(nodes, 0, 8)[1:], tree.root(nodes, 8))


def forged(random, leaves, nodes, roots):
    """The arguments of a check of inclusion or consistency in which one thing, at random, is not as it should be."""
    size = random.randrange(2, len(leaves) + 1)
    index = random.randrange(size)
    proof, what = tree.inclusion_proof(nodes, index, size), random.randrange(8)
    said = [leaves[index], index, size, proof, roots[size]]
    if what == 0:
        said[0] = random.randbytes(32)
    elif what == 1:
        said[1] = random.choice([one for one in range(-1, size + 2) if one != index])
    elif what == 2:
        said[3] = [*proof[:-1]] if random.random() < 0.5 else [*proof, random.randbytes(32)]
    elif what == 3:
        place = random.randrange(len(proof))
        said[3] = [*proof[:place], random.randbytes(32), *proof[place + 1 :]]
    elif what == 4 and len(proof) > 1:
        first, second = random.sample(range(len(proof)), 2)
        said[3] = [*proof]
        said[3][first], said[3][second] = proof[second], proof[first]
    elif what == 5:
        said[0] = tree.sha256(b"\x00" + leaves[index]).digest()
    elif what == 6:
        said[4] = roots[random.choice([one for one in range(len(roots)) if one != size])]
    else:
        bit = 1 << random.randrange(8)
        said[3] = [bytes([proof[0][0] ^ bit]) + proof[0][1:], *proof[1:]]
    return said


def test_no_forged_proof_is_taken():
    """Of a million (KONTAKTKLAR_LONG=1), or a sample of it."""
    draw = random.Random(6962)
    leaves = hashes(130)
    nodes = tree.nodes_of(leaves)
    roots = [tree.root(nodes, size) for size in range(131)]
    taken = 0
    for _ in range(500_000 if LONG else 5_000):
        said = forged(draw, leaves, nodes, roots)
        taken += tree.included(*said) + verifier.included(*said)
    for _ in range(500_000 if LONG else 5_000):
        first, second = sorted(draw.sample(range(1, 131), 2))
        proof = tree.consistency_proof(nodes, first, second)
        what, place = draw.randrange(4), draw.randrange(len(proof))
        said = [first, second, proof, roots[first], roots[second]]
        if what == 0:
            said[2] = [*proof[:place], draw.randbytes(32), *proof[place + 1 :]]
        elif what == 1:
            said[3] = roots[draw.choice([one for one in range(131) if one != first])]
        elif what == 2:
            said[2] = [*proof[:place], *proof[place + 1 :]]
        else:
            said[4] = draw.randbytes(32)
        taken += tree.continues(*said) + verifier.continues(*said)
    assert taken == 0
