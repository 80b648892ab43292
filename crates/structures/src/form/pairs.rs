//! Pairs of a page as a tree.

use super::{INSTANCES_MAX, PAIRS_MAX};
use std::collections::BTreeMap;

/// Deepest name read; the deepest structure has nine levels.
const NAME_PARTS_MAX: usize = 40;

/// What stands under one part of a name.
#[derive(Debug, Default)]
pub(super) struct Node {
    texts: Vec<String>,
    children: BTreeMap<String, Node>,
    items: BTreeMap<usize, Node>,
}

impl Node {
    /// Reads pairs; names that are no names of a form (and indexes beyond the limit) are left out.
    pub(super) fn read(pairs: &[(String, String)]) -> Self {
        let mut root = Node::default();
        for (name, text) in pairs.iter().take(PAIRS_MAX) {
            if let Some(node) = root.reach(name) {
                node.texts.push(text.clone());
            }
        }
        root
    }

    fn reach(&mut self, name: &str) -> Option<&mut Node> {
        let parts: Vec<&str> = name.split('.').collect();
        if parts.len() > NAME_PARTS_MAX {
            return None;
        }
        let parsed: Option<Vec<(&str, Option<usize>)>> = parts.into_iter().map(split_part).collect();
        let mut node = self;
        for (key, index) in parsed? {
            node = node.children.entry(key.to_owned()).or_default();
            if let Some(index) = index {
                node = node.items.entry(index).or_default();
            }
        }
        Some(node)
    }

    pub(super) fn child(&self, key: &str) -> Option<&Node> {
        self.children.get(key)
    }

    /// The node of a full name.
    pub(super) fn at(&self, name: &str) -> Option<&Node> {
        let mut node = self;
        for part in name.split('.') {
            let (key, index) = split_part(part)?;
            node = node.children.get(key)?;
            if let Some(index) = index {
                node = node.items.get(&index)?;
            }
        }
        Some(node)
    }

    /// The first text, trimmed at both ends as people expect; line ends as the archive wants them.
    pub(super) fn text(&self) -> String {
        self.texts.iter().map(|text| clean(text)).find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// All texts given under the same name: a group of check boxes.
    pub(super) fn texts(&self) -> impl Iterator<Item = String> {
        self.texts.iter().map(|text| clean(text)).filter(|text| !text.is_empty())
    }

    pub(super) fn instance(&self, index: usize) -> Option<&Node> {
        self.items.get(&index)
    }

    /// How many instances the indexes call for.
    pub(super) fn instances(&self) -> usize {
        self.items.keys().next_back().map_or(0, |last| last + 1)
    }

    /// Instances in order.
    pub(super) fn items(&self) -> impl Iterator<Item = &Node> {
        self.items.values()
    }
}

/// White space around is not content; browsers send CRLF where people pressed enter.
fn clean(text: &str) -> String {
    text.trim().replace("\r\n", "\n")
}

/// Splits `asiakas[0]` into key and index.
fn split_part(part: &str) -> Option<(&str, Option<usize>)> {
    match part.strip_suffix(']') {
        None => Some((part, None)),
        Some(rest) => {
            let (key, index) = rest.split_once('[')?;
            if index.is_empty() {
                return Some((key, None));
            }
            let index: usize = index.parse().ok().filter(|index| *index < INSTANCES_MAX)?;
            Some((key, Some(index)))
        }
    }
}
