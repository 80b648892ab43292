//! The display form read back into parts. It is our own or has passed the gate of `kanta::xhtml`, so the elements are few;
//! whatever holds text comes out as a part, known class or not.

use crate::{Block, Fault};
use roxmltree::{Document, Node};

/// A display form in parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Read {
    /// The controller, from the header.
    pub organisation: String,
    /// Kind of document.
    pub kind: String,
    /// The document's day.
    pub day: String,
    /// The title.
    pub title: String,
    /// The content.
    pub blocks: Vec<Block>,
    /// The footer in one line.
    pub footer: String,
}

/// Reads a display form.
///
/// # Errors
/// `Display` when it is not XML.
pub fn read(xhtml: &str) -> Result<Read, Fault> {
    let tree = Document::parse(xhtml).map_err(|_| Fault::Display)?;
    let mut read = Read::default();
    for part in tree.root_element().children().filter(Node::is_element) {
        match class(part) {
            "soc-header" => {
                let lines = lines(part);
                let mut lines = lines.into_iter();
                read.organisation = lines.next().unwrap_or_default();
                read.kind = lines.next().unwrap_or_default();
                read.day = lines.next().unwrap_or_default();
                read.blocks.extend(lines.map(Block::Text));
            }
            "soc-footer" => read.footer = lines(part).join(" · "),
            _ => walk(part, 0, &mut read),
        }
    }
    Ok(read)
}

fn class<'a>(node: Node<'a, '_>) -> &'a str {
    node.attribute("class").unwrap_or_default()
}

/// The text of each child that has any.
fn lines(node: Node<'_, '_>) -> Vec<String> {
    node.children().filter(Node::is_element).map(text).filter(|text| !text.is_empty()).collect()
}

/// A node's text; `br` is a line break.
fn text(node: Node<'_, '_>) -> String {
    let mut out = String::new();
    for one in node.descendants() {
        if one.is_text() {
            out.push_str(one.text().unwrap_or_default());
        } else if one.has_tag_name((one.tag_name().namespace().unwrap_or_default(), "br")) {
            out.push('\n');
        }
    }
    out.trim_matches('\n').to_owned()
}

fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

fn walk(node: Node<'_, '_>, depth: u8, read: &mut Read) {
    match node.tag_name().name() {
        "h1" if class(node) == "soc-fulltitle" => read.title = text(node),
        "h1" | "h2" | "h3" => push(read, Block::Heading(depth + 2, text(node))),
        "div" if class(node) == "soc-item" => item(node, depth, read),
        "li" => push(read, Block::Text(format!("– {}", text(node)))),
        "table" => table(node, read),
        "div" | "ul" | "ol" => {
            for child in node.children() {
                if child.is_text() {
                    push(read, Block::Text(child.text().unwrap_or_default().trim().to_owned()));
                } else if child.is_element() {
                    walk(child, depth, read);
                }
            }
        }
        _ => push(read, Block::Text(text(node))),
    }
}

/// Adds a part that holds something.
fn push(read: &mut Read, block: Block) {
    let empty = matches!(&block, Block::Text(text) | Block::Heading(_, text) if text.trim().is_empty());
    if !empty {
        read.blocks.push(block);
    }
}

/// A titled item: a name with its texts, or a heading with what stands below it.
fn item(node: Node<'_, '_>, depth: u8, read: &mut Read) {
    let title = node.children().find(|child| is(*child, "h1")).map(text).unwrap_or_default();
    let rest: Vec<Node<'_, '_>> = node
        .children()
        .filter(|child| child.is_element() && !is(*child, "h1"))
        .flat_map(|child| if class(child) == "soc-content" { child.children().collect() } else { vec![child] })
        .filter(Node::is_element)
        .collect();
    if !title.is_empty() && !rest.is_empty() && rest.iter().all(|child| is(*child, "p")) {
        read.blocks.push(Block::Named { depth, name: title, texts: rest.into_iter().map(text).collect() });
        return;
    }
    let below = if title.is_empty() { depth } else { depth.saturating_add(1) };
    if !title.is_empty() {
        read.blocks.push(Block::Heading(depth.saturating_add(2), title));
    }
    for child in rest {
        walk(child, below, read);
    }
}

fn table(node: Node<'_, '_>, read: &mut Read) {
    let cells = |row: Node<'_, '_>| row.children().filter(Node::is_element).map(text).collect::<Vec<_>>();
    let mut rows: Vec<Vec<String>> = node.descendants().filter(|one| is(*one, "tr")).map(cells).collect();
    let headed = node.descendants().find(|one| is(*one, "tr")).is_some_and(|row| row.children().all(|c| !is(c, "td")));
    let head = if headed && !rows.is_empty() { rows.remove(0) } else { Vec::new() };
    read.blocks.push(Block::Table { head, rows });
}
