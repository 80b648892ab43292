//! Tables on paper: columns as wide as their words ask, rows that go over pages, headings again on each page.

use crate::{
    flow::{Flow, GREY, LEFT, Look, RIGHT},
    fonts,
    tree::Kind,
};

const CELL: Look = Look::plain(9.0);
const HEAD: Look = Look::bold(8.5).colour(GREY);
const GAP: f32 = 10.0;
/// Widest that a column asks to be before others have got theirs.
const WISH_MAX: f32 = 230.0;

impl Flow {
    pub(crate) fn table(&mut self, head: &[String], rows: &[Vec<String>]) {
        let columns = rows.iter().map(Vec::len).chain([head.len()]).max().unwrap_or(0);
        if columns == 0 {
            return;
        }
        let widths = widths(head, rows, columns);
        let table = self.tree.branch(Kind::Table, None);
        self.room(60.0);
        self.down(4.0);
        if !head.is_empty() {
            self.row(head, &widths, Some(table), HEAD, Kind::ColumnHead);
        }
        for row in rows {
            let tall = row.iter().zip(&widths).map(|(cell, width)| CELL.lines(cell, width - GAP).len()).max();
            let height = tall.unwrap_or(1) as f32 * CELL.height();
            if self.room(height.min(300.0)) && !head.is_empty() {
                self.row(head, &widths, None, HEAD, Kind::ColumnHead);
            }
            self.row(row, &widths, Some(table), CELL, Kind::Cell);
        }
        self.down(8.0);
    }

    /// One row; without a table it is the headings again, which are said once only.
    fn row(&mut self, cells: &[String], widths: &[f32], table: Option<usize>, look: Look, kind: Kind) {
        let row = table.map(|table| self.tree.branch(Kind::Row, Some(table)));
        let mut columns = Vec::new();
        let mut x = LEFT;
        for (index, width) in widths.iter().enumerate() {
            let text = cells.get(index).map_or("", String::as_str);
            let kind = if index == 0 && matches!(kind, Kind::Cell) { Kind::RowHead } else { kind.clone() };
            let leaf = row.map(|row| self.tree.leaf_of(kind, row));
            columns.push((x, leaf, look.lines(text, width - GAP)));
            x += width;
        }
        let tall = columns.iter().map(|(_, _, lines)| lines.len()).max().unwrap_or(0);
        for at in 0..tall {
            self.room(0.0);
            for (x, leaf, lines) in &columns {
                if let Some(line) = lines.get(at) {
                    self.put(*x, look, line, *leaf);
                }
            }
            self.down(look.height());
        }
        self.down(6.0);
        self.rule(LEFT, look.height());
    }
}

/// Each column gets what its longest word needs; the rest is shared by what the columns wish.
fn widths(head: &[String], rows: &[Vec<String>], columns: usize) -> Vec<f32> {
    let whole = RIGHT - LEFT;
    let mut needs = vec![0.0_f32; columns];
    let mut wishes = vec![0.0_f32; columns];
    for (row, look) in std::iter::once((head, HEAD)).chain(rows.iter().map(|row| (row.as_slice(), CELL))) {
        for (index, text) in row.iter().enumerate() {
            let wide = |text: &str| fonts::width(&fonts::printable(text), look.weight, look.size) + GAP;
            needs[index] = text.split_whitespace().map(wide).fold(needs[index], f32::max).min(whole / 3.0);
            wishes[index] = text.split('\n').map(wide).fold(wishes[index], f32::max).min(WISH_MAX);
        }
    }
    let needed: f32 = needs.iter().sum();
    if needed > whole {
        return needs.iter().map(|need| need / needed * whole).collect();
    }
    let wished: f32 = wishes.iter().zip(&needs).map(|(wish, need)| (wish - need).max(0.0)).sum();
    let rest = whole - needed;
    let share = if wished > 0.0 { (rest / wished).min(1.0) } else { 0.0 };
    needs.iter().zip(&wishes).map(|(need, wish)| need + (wish - need).max(0.0) * share).collect()
}
