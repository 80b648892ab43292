//! Parts laid on pages: what stands where, and what each piece means to a screen reader.

use crate::{
    Block, Paper,
    fonts::{self, Weight},
    tree::{Kind, Tree},
};

/// A4 in points.
pub(crate) const PAGE: (f32, f32) = (595.28, 841.89);
/// Left and right edge of the text.
pub(crate) const LEFT: f32 = 62.0;
pub(crate) const RIGHT: f32 = 541.0;
/// Where the right half of the letterhead begins.
pub(crate) const HALF: f32 = 360.0;
/// Baseline of a page's first line; a page after the first has a line of its own above it.
pub(crate) const TOP: f32 = 52.0;
const TOP_LATER: f32 = 84.0;
/// Lowest baseline of the content.
pub(crate) const BOTTOM: f32 = 766.0;

/// Size of the text, and the height of its lines relative to it.
const SIZE: f32 = 10.0;
const LEADING: f32 = 1.42;
/// Where short texts begin beside their names, however deep those stand.
const BESIDE: f32 = LEFT + 168.0;
const INDENT: f32 = 12.0;

/// Colours, red green blue; each is dark enough on white for small print (WCAG 1.4.3).
pub(crate) const INK: [u8; 3] = [26, 26, 26];
pub(crate) const GREY: [u8; 3] = [89, 89, 89];
pub(crate) const BLUE: [u8; 3] = [0, 66, 110];
const LINE: [u8; 3] = [196, 204, 212];

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub size: f32,
    pub weight: Weight,
    pub colour: [u8; 3],
}

impl Look {
    pub(crate) const fn plain(size: f32) -> Self {
        Self { size, weight: Weight::Plain, colour: INK }
    }

    pub(crate) const fn bold(size: f32) -> Self {
        Self { weight: Weight::Bold, ..Self::plain(size) }
    }

    pub(crate) const fn colour(self, colour: [u8; 3]) -> Self {
        Self { colour, ..self }
    }

    pub(crate) fn height(&self) -> f32 {
        self.size * LEADING
    }

    pub(crate) fn lines(&self, text: &str, room: f32) -> Vec<String> {
        fonts::lines(text, self.weight, self.size, room)
    }
}

/// A mark on a page. What belongs to no leaf of the tree is decoration.
pub(crate) enum Mark {
    Text { x: f32, y: f32, look: Look, text: String, leaf: Option<usize> },
    Rule { from: f32, to: f32, y: f32, colour: [u8; 3] },
    Frame { left: f32, top: f32, right: f32, bottom: f32 },
}

/// Everything laid down: the marks of each page and the tree of meanings.
#[derive(Default)]
pub(crate) struct Flow {
    pub pages: Vec<Vec<Mark>>,
    pub tree: Tree,
    /// Places for the reader's list of contents: page from 0, height on it, heading. The first is the title.
    pub contents: Vec<(usize, f32, String)>,
    /// Whether the last part stood below a heading.
    deep: bool,
    y: f32,
}

/// Lays a paper on pages.
pub(crate) fn lay(paper: &Paper) -> Flow {
    let mut flow = Flow { pages: vec![Vec::new()], y: TOP, ..Flow::default() };
    flow.letterhead(paper);
    flow.title(paper);
    for (index, block) in paper.blocks.iter().enumerate() {
        flow.block(block, paper.blocks.get(index + 1));
    }
    flow
}

impl Flow {
    /// Puts a mark on the page in hand.
    pub(crate) fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// One line at the place in hand; the place moves when the caller moves it.
    pub(crate) fn put(&mut self, x: f32, look: Look, text: &str, leaf: Option<usize>) {
        let y = self.y;
        if !text.trim().is_empty() {
            self.mark(Mark::Text { x, y, look, text: text.to_owned(), leaf });
        }
    }

    pub(crate) fn down(&mut self, by: f32) {
        self.y += by;
    }

    pub(crate) fn rule(&mut self, from: f32, above: f32) {
        let y = self.y - above;
        self.mark(Mark::Rule { from, to: RIGHT, y, colour: LINE });
    }

    /// Makes sure that so much fits on the page in hand; true when a new page was begun.
    pub(crate) fn room(&mut self, height: f32) -> bool {
        if self.y + height <= BOTTOM {
            return false;
        }
        self.pages.push(Vec::new());
        self.y = TOP_LATER;
        true
    }

    /// Lines one below the other, over pages where need be.
    fn paragraph(&mut self, x: f32, look: Look, text: &str, leaf: usize) {
        for line in look.lines(text, RIGHT - x) {
            self.room(0.0);
            self.put(x, look, &line, Some(leaf));
            self.down(look.height());
        }
    }

    /// Sender at the left, kind, day and page at the right, as Finnish documents have them.
    fn letterhead(&mut self, paper: &Paper) {
        let head = &paper.head;
        let room = HALF - LEFT - 20.0;
        let mut lines = Vec::new();
        if !head.mark.is_empty() {
            lines.push((Look::bold(17.0).colour(BLUE), head.mark.as_str()));
        }
        lines.push((if head.mark.is_empty() { Look::bold(13.0).colour(BLUE) } else { Look::bold(10.0) }, &head.name));
        lines.extend(head.lines.iter().map(|line| (Look::plain(8.5).colour(GREY), line.as_str())));
        for (look, text) in lines {
            let leaf = self.tree.leaf(Kind::Text(Some(paper.frame)));
            for line in look.lines(text, room) {
                self.put(LEFT, look, &line, Some(leaf));
                self.down(look.height());
            }
        }
        let left = std::mem::replace(&mut self.y, TOP);
        // The first line of the right half is the page's number, which is drawn when the pages are counted.
        self.down(16.0);
        for (look, text) in [(Look::bold(10.0), &paper.kind), (Look::plain(10.0), &paper.day)] {
            let leaf = self.tree.leaf(Kind::Text(None));
            for line in look.lines(text, RIGHT - HALF) {
                self.put(HALF, look, &line, Some(leaf));
                self.down(look.height());
            }
        }
        self.y = self.y.max(left) + 6.0;
        self.rule(LEFT, 8.0);
        self.down(22.0);
    }

    fn title(&mut self, paper: &Paper) {
        let look = Look::bold(17.0);
        let leaf = self.tree.leaf(Kind::Heading(1, paper.title.clone()));
        self.contents.push((0, self.y - look.size, paper.title.clone()));
        for line in look.lines(&paper.title, RIGHT - LEFT) {
            self.put(LEFT, look, &line, Some(leaf));
            self.down(22.0);
        }
        if let Some(banner) = &paper.banner {
            let look = Look::bold(10.0);
            let lines = look.lines(&banner.text, RIGHT - LEFT - 20.0);
            let top = self.y - 8.0;
            let bottom = top + 14.0 + lines.len() as f32 * look.height();
            self.mark(Mark::Frame { left: LEFT, top, right: RIGHT, bottom });
            self.down(8.0);
            let leaf = self.tree.leaf(Kind::Text(Some(paper.frame)));
            for line in lines {
                self.put(LEFT + 10.0, look, &line, Some(leaf));
                self.down(look.height());
            }
            self.y = bottom + 16.0;
        }
        self.down(4.0);
    }

    fn block(&mut self, block: &Block, next: Option<&Block>) {
        match block {
            Block::Heading(level, text) => self.heading(*level, text, next.is_some()),
            Block::Text(text) => {
                let leaf = self.tree.leaf(Kind::Text(None));
                self.room(SIZE);
                self.paragraph(LEFT, Look::plain(SIZE), text, leaf);
                self.down(5.0);
            }
            Block::Small(text) => {
                let leaf = self.tree.leaf(Kind::Text(None));
                self.down(4.0);
                self.paragraph(LEFT, Look::plain(8.0).colour(GREY), text, leaf);
            }
            Block::Named { depth, name, texts } => self.named(*depth, name, texts),
            Block::Table { head, rows } => self.table(head, rows),
        }
    }

    fn heading(&mut self, level: u8, text: &str, more: bool) {
        let (size, gap) = match level {
            0..=2 => (12.5, 14.0),
            3 => (11.0, 9.0),
            _ => (10.0, 6.0),
        };
        let look = Look::bold(size).colour(BLUE);
        let x = LEFT + indent(level.saturating_sub(2));
        // A heading never stands alone at the foot of a page.
        let alone = self.room(gap + look.height() + if more { 44.0 } else { 0.0 });
        if !alone {
            self.down(gap);
        }
        self.deep = true;
        if level <= 2 {
            self.rule(LEFT, size + 5.0);
        }
        if level <= 2 {
            self.contents.push((self.pages.len() - 1, self.y - size, text.to_owned()));
        }
        let leaf = self.tree.leaf(Kind::Heading(level.clamp(2, 6), text.to_owned()));
        self.paragraph(x, look, text, leaf);
        self.down(2.0);
    }

    /// Short texts stand beside their name, long ones below it.
    fn named(&mut self, depth: u8, name: &str, texts: &[String]) {
        let x = LEFT + indent(depth);
        let (label, value) = (Look::plain(9.0).colour(GREY), Look::plain(SIZE));
        let names = label.lines(name, BESIDE - x - 10.0);
        let short: Vec<Vec<String>> = texts.iter().map(|text| value.lines(text, RIGHT - BESIDE)).collect();
        if depth == 0 && self.deep && !self.room(28.0) {
            // What belongs to the whole document again must not look like the end of the section above it.
            self.down(16.0);
            self.rule(LEFT, SIZE + 5.0);
        }
        self.deep = depth > 0;
        let rows = short.iter().flatten().count();
        if names.len() <= 3 && rows <= 3 && short.iter().all(|lines| lines.len() <= 2) {
            self.room(rows.max(names.len()) as f32 * value.height());
            let (of_name, of_text) = (self.tree.leaf(Kind::Text(None)), self.tree.leaf(Kind::Text(None)));
            let top = self.y;
            for line in &names {
                self.put(x, label, line, Some(of_name));
                self.down(label.height());
            }
            let below = std::mem::replace(&mut self.y, top);
            for line in short.iter().flatten() {
                self.put(BESIDE, value, line, Some(of_text));
                self.down(value.height());
            }
            self.y = self.y.max(below);
        } else {
            self.room(label.height() + 2.0 * value.height());
            let leaf = self.tree.leaf(Kind::Text(None));
            self.paragraph(x, label, name, leaf);
            for text in texts {
                let leaf = self.tree.leaf(Kind::Text(None));
                self.paragraph(x, value, text, leaf);
                self.down(3.0);
            }
        }
        self.down(3.0);
    }
}

/// How far a depth is set in; a deep structure keeps room for its text.
fn indent(depth: u8) -> f32 {
    f32::from(depth.saturating_sub(1).min(4)) * INDENT
}
