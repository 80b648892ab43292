//! What the marks mean: the tree that a screen reader follows.

use krilla::tagging::{Identifier, Node, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};
use std::num::NonZeroU16;

/// Meaning of a node.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// A paragraph, with its language when it is not the document's.
    Text(Option<&'static str>),
    Heading(u8, String),
    Table,
    Row,
    ColumnHead,
    RowHead,
    Cell,
}

struct Entry {
    kind: Kind,
    parent: Option<usize>,
    marks: Vec<Identifier>,
}

/// The tree in the order of reading. A branch holds nodes, a leaf holds marks.
#[derive(Default)]
pub(crate) struct Tree(Vec<Entry>);

impl Tree {
    pub(crate) fn leaf(&mut self, kind: Kind) -> usize {
        self.branch(kind, None)
    }

    pub(crate) fn leaf_of(&mut self, kind: Kind, parent: usize) -> usize {
        self.branch(kind, Some(parent))
    }

    pub(crate) fn branch(&mut self, kind: Kind, parent: Option<usize>) -> usize {
        self.0.push(Entry { kind, parent, marks: Vec::new() });
        self.0.len() - 1
    }

    /// Says that a mark belongs to a leaf.
    pub(crate) fn claim(&mut self, leaf: usize, mark: Identifier) {
        if let Some(entry) = self.0.get_mut(leaf) {
            entry.marks.push(mark);
        }
    }

    /// The tree as the file holds it.
    pub(crate) fn tags(&self, language: &str) -> TagTree {
        let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
        for node in self.below(None) {
            tree.push(node);
        }
        tree
    }

    fn below(&self, parent: Option<usize>) -> Vec<Node> {
        let own = self.0.iter().enumerate().filter(|(_, entry)| entry.parent == parent);
        own.filter_map(|(index, entry)| {
            let mut group = TagGroup::new(tag(&entry.kind));
            entry.marks.iter().for_each(|mark| group.push(*mark));
            self.below(Some(index)).into_iter().for_each(|node| group.push(node));
            // An empty cell stays: it holds its column's place. Anything else that is empty says nothing.
            let keeps = matches!(entry.kind, Kind::ColumnHead | Kind::RowHead | Kind::Cell);
            (keeps || !group.children.is_empty()).then(|| Node::from(group))
        })
        .collect()
    }
}

fn tag(kind: &Kind) -> TagKind {
    match kind {
        Kind::Text(language) => Tag::P.with_lang(language.map(str::to_owned)).into(),
        Kind::Heading(level, title) => {
            let level = NonZeroU16::new(u16::from(*level)).unwrap_or(NonZeroU16::MIN);
            Tag::Hn(level, Some(title.clone())).into()
        }
        Kind::Table => Tag::Table.into(),
        Kind::Row => Tag::TR.into(),
        Kind::ColumnHead => Tag::TH(TableHeaderScope::Column).into(),
        Kind::RowHead => Tag::TH(TableHeaderScope::Row).into(),
        Kind::Cell => Tag::TD.into(),
    }
}
