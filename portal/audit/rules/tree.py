"""The Merkle tree of RFC 6962, 2.1: hashes of leaves and nodes, and proofs that a leaf is in a tree and that one tree
continues another (checked as RFC 9162, 2.1.3.2 and 2.1.4.2, spells it out)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

#: Gives the hash of the complete subtree that has 2^level leaves and is the index-th of its kind.
Nodes = Callable[[int, int], bytes]
EMPTY = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root(nodes: Nodes, size: int) -> bytes:
    """The hash of the tree over the first `size` leaves."""
    return _range(nodes, 0, size) if size else EMPTY


def inclusion_proof(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """The audit path of a leaf (RFC 6962, 2.1.1), nearest sibling first."""
    low, high, found = 0, size, list[bytes]()
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            found.append(_range(nodes, middle, high))
            high = middle
        else:
            found.append(_range(nodes, low, middle))
            low = middle
    return found[::-1]


def consistency_proof(nodes: Nodes, first: int, second: int) -> list[bytes]:
    """That the tree of `first` leaves is the beginning of the tree of `second` (RFC 6962, 2.1.2)."""
    if not 0 < first < second:
        return []
    low, high, whole, found = 0, second, True, list[bytes]()
    while first != high:
        middle = low + _split(high - low)
        if first <= middle:
            found.append(_range(nodes, middle, high))
            high = middle
        else:
            found.append(_range(nodes, low, middle))
            low, whole = middle, False
    return [*([] if whole else [_range(nodes, low, high)]), *found[::-1]]


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from this leaf, at this place, to the root of a tree of this size."""
    if not 0 <= index < size:
        return False
    place, last, hash = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            hash = node_hash(sibling, hash)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            hash = node_hash(hash, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and hash == root


def continues(first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes) -> bool:
    """Whether the proof shows that the first tree is the beginning of the second."""
    if not 0 <= first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof and first_root == EMPTY
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


class Growing:
    """A tree that keeps only the complete subtrees along its right edge: leaves go in one by one, in order."""

    __slots__ = ("peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        hash, carry, peaks = leaf, self.size, self.peaks
        while carry & 1:
            hash = sha256(b"\x01" + peaks.pop() + hash).digest()
            carry >>= 1
        peaks.append(hash)
        self.size += 1

    def root(self) -> bytes:
        return fold(self.peaks)


def fold(peaks: Sequence[bytes]) -> bytes:
    """The root over complete subtrees of falling size."""
    if not peaks:
        return EMPTY
    hash = peaks[-1]
    for peak in reversed(peaks[:-1]):
        hash = node_hash(peak, hash)
    return hash


def nodes_of(leaves: Iterable[bytes]) -> Nodes:
    """The nodes over leaf hashes that are all at hand."""
    known = {(0, index): leaf for index, leaf in enumerate(leaves)}

    def node(level: int, index: int) -> bytes:
        if (level, index) not in known:
            known[level, index] = node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))
        return known[level, index]

    return node


def _range(nodes: Nodes, low: int, high: int) -> bytes:
    """The hash over the leaves from `low` up to `high`; the splits of the tree make every full range an aligned one."""
    size = high - low
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return nodes(level, low >> level)
    middle = low + _split(size)
    return node_hash(_range(nodes, low, middle), _range(nodes, middle, high))


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


class Tiled:
    """A growing tree that also says of each tile, when its last leaf has come, which hash it has."""

    def __init__(self, step: int) -> None:
        self.step, self.full = step, 1 << step
        self.floors = [Growing()]
        self.size = 0

    def add(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Level, index and hash of the tiles that this leaf completes; mostly none."""
        self.size += 1
        ground = self.floors[0]
        ground.add(leaf)
        return self._carry() if ground.size == self.full else []

    def root(self) -> bytes:
        return fold([peak for floor in reversed(self.floors) for peak in floor.peaks])

    def _carry(self) -> list[tuple[int, int, bytes]]:
        done, floor = list[tuple[int, int, bytes]](), 0
        while self.floors[floor].size == self.full:
            (hash,) = self.floors[floor].peaks
            self.floors[floor] = Growing()
            floor += 1
            level = floor * self.step
            done.append((level, (self.size >> level) - 1, hash))
            if floor == len(self.floors):
                self.floors.append(Growing())
            self.floors[floor].add(hash)
        return done
