//! RFC 6962 (Certificate Transparency) hashing: the arithmetic behind "nothing was removed or changed".
//!
//! Pure. Small enough to be read in one sitting, which is why no crate is used: the auditor reads this file, and
//! only aws-lc hashes.

use aws_lc_rs::digest::{Context, SHA256};

/// A SHA-256 hash in the tree.
pub type Hash = [u8; 32];

fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    parts.iter().for_each(|part| context.update(part));
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// Hash of a leaf: `SHA-256(0x00 || bytes)`.
pub fn leaf(bytes: &[u8]) -> Hash {
    sha256(&[&[0], bytes])
}

/// Hash of an inner node: `SHA-256(0x01 || left || right)`.
pub fn node(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

/// The right edge of a tree: the roots of its perfect subtrees, largest first. Enough to append in O(log n).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// Reads a frontier as stored by [`Frontier::to_bytes`]; `None` when the length does not fit the size.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Option<Self> {
        let peaks: Vec<Hash> = bytes.chunks_exact(32).map(|c| c.try_into().expect("chunks of 32")).collect();
        (bytes.len().is_multiple_of(32) && peaks.len() == size.count_ones() as usize).then_some(Self { size, peaks })
    }

    /// The peaks one after another, 32 bytes each.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.peaks.concat()
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf at the right end.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            hash = node(&self.peaks.pop().expect("a peak per set bit of the size"), &hash);
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The root of the tree; of an empty tree the hash of nothing.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return sha256(&[]) };
        peaks.fold(*last, |right, left| node(left, &right))
    }
}

/// The root over leaf hashes.
pub fn root(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::default();
    leaves.iter().for_each(|leaf| frontier.push(*leaf));
    frontier.root()
}

/// The largest power of two smaller than `n` (n > 1): where RFC 6962 splits a tree.
fn split(n: usize) -> usize {
    1 << (usize::BITS - 1 - (n - 1).leading_zeros())
}

/// Proof that leaf `index` is in the tree over `leaves` (RFC 6962 2.1.1), nearest hash first. `None` when the index
/// lies outside.
pub fn inclusion_proof(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    if leaves.len() == 1 {
        return Some(Vec::new());
    }
    let middle = split(leaves.len());
    let (left, right) = leaves.split_at(middle);
    let (mut proof, sibling) = if index < middle {
        (inclusion_proof(left, index)?, root(right))
    } else {
        (inclusion_proof(right, index - middle)?, root(left))
    };
    proof.push(sibling);
    Some(proof)
}

/// Whether the proof shows that `leaf` stands at `index` of the tree of `size` leaves with this root.
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Proof that the tree over the first `from` of the leaves is a beginning of the tree over all (RFC 6962 2.1.2).
/// `None` unless `0 < from <= leaves.len()`.
pub fn consistency_proof(leaves: &[Hash], from: usize) -> Option<Vec<Hash>> {
    (from > 0 && from <= leaves.len()).then(|| subproof(leaves, from, true))
}

fn subproof(leaves: &[Hash], from: usize, known: bool) -> Vec<Hash> {
    if from == leaves.len() {
        return if known { Vec::new() } else { vec![root(leaves)] };
    }
    let middle = split(leaves.len());
    let (left, right) = leaves.split_at(middle);
    let (mut proof, sibling) = if from <= middle {
        (subproof(left, from, known), root(right))
    } else {
        (subproof(right, from - middle, false), root(left))
    };
    proof.push(sibling);
    proof
}

/// Whether the proof shows that the tree `(from, from_root)` is a beginning of `(to, to_root)`.
pub fn verify_consistency(from: u64, to: u64, proof: &[Hash], from_root: &Hash, to_root: &Hash) -> bool {
    if from == 0 || from > to {
        return false;
    }
    if from == to {
        return proof.is_empty() && from_root == to_root;
    }
    let mut proof = proof.iter();
    // A perfect old tree is a node of the new one, and its root is not repeated in the proof.
    let first = if from.is_power_of_two() { Some(from_root) } else { proof.next() };
    let Some(first) = first else { return false };
    let (mut at, mut last) = (from - 1, to - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let (mut old, mut new) = (*first, *first);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            old = node(sibling, &old);
            new = node(sibling, &new);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            new = node(&new, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && old == *from_root && new == *to_root
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(n: usize) -> Vec<Hash> {
        (0..n).map(|i| leaf(&i.to_be_bytes())).collect()
    }

    /// The definition of RFC 6962 2.1, as an oracle for the frontier.
    fn by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => sha256(&[]),
            [one] => *one,
            _ => {
                let (left, right) = leaves.split_at(split(leaves.len()));
                node(&by_definition(left), &by_definition(right))
            }
        }
    }

    #[test]
    fn the_frontier_gives_the_root_of_the_definition() {
        for n in 0..70 {
            let leaves = leaves(n);
            let mut frontier = Frontier::default();
            leaves.iter().for_each(|l| frontier.push(*l));
            assert_eq!(frontier.root(), by_definition(&leaves), "{n} leaves");
            let again = Frontier::from_bytes(frontier.size(), &frontier.to_bytes());
            assert_eq!(again, Some(frontier));
        }
        assert_eq!(Frontier::from_bytes(3, &[0; 32]), None);
        assert_eq!(Frontier::from_bytes(1, &[0; 33]), None);
    }

    #[test]
    fn the_empty_tree_and_one_leaf_have_the_published_hashes() {
        assert_eq!(hex::encode(root(&[])), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(hex::encode(leaf(b"")), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    }

    #[test]
    fn a_proof_of_inclusion_holds_for_its_leaf_only() {
        for n in 1..20 {
            let leaves = leaves(n);
            let root = root(&leaves);
            for index in 0..n {
                let proof = inclusion_proof(&leaves, index).unwrap();
                let (i, size) = (index as u64, n as u64);
                assert!(verify_inclusion(&leaves[index], i, size, &proof, &root));
                assert!(!verify_inclusion(&leaf(b"other"), i, size, &proof, &root));
                assert!(!verify_inclusion(&leaves[index], size, size, &proof, &root));
                assert!(!verify_inclusion(&leaves[index], i, 0, &proof, &root));
                let mut long = proof.clone();
                long.push([7; 32]);
                assert!(!verify_inclusion(&leaves[index], i, size, &long, &root));
                for at in 0..proof.len() {
                    let mut bad = proof.clone();
                    bad[at][0] ^= 1;
                    assert!(!verify_inclusion(&leaves[index], i, size, &bad, &root));
                    bad.truncate(at);
                    assert!(!verify_inclusion(&leaves[index], i, size, &bad, &root));
                }
            }
        }
        assert_eq!(inclusion_proof(&leaves(3), 3), None);
    }

    #[test]
    fn a_proof_of_consistency_holds_for_a_true_beginning_only() {
        for to in 1..20 {
            let all = leaves(to);
            for from in 1..=to {
                let (old, new) = (root(&all[..from]), root(&all));
                let proof = consistency_proof(&all, from).unwrap();
                let (f, t) = (from as u64, to as u64);
                assert!(verify_consistency(f, t, &proof, &old, &new), "{from} in {to}");
                assert!(!verify_consistency(f, t, &proof, &leaf(b"fork"), &new));
                assert!(!verify_consistency(f, t, &proof, &old, &leaf(b"fork")));
                assert!(!verify_consistency(0, t, &proof, &old, &new));
                let mut long = proof.clone();
                long.push([7; 32]);
                assert!(!verify_consistency(f, t, &long, &old, &new));
                for at in 0..proof.len() {
                    let mut bad = proof.clone();
                    bad[at][0] ^= 1;
                    assert!(!verify_consistency(f, t, &bad, &old, &new));
                    bad.truncate(at);
                    assert!(!verify_consistency(f, t, &bad, &old, &new));
                }
            }
        }
        assert_eq!(consistency_proof(&leaves(3), 0), None);
        assert_eq!(consistency_proof(&leaves(3), 4), None);
    }
}
