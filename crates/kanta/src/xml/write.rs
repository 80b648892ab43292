//! A plain writer: what is asked for, in the order asked for, escaped.

/// Writes XML text. The same calls give the same bytes.
pub(crate) struct Writer {
    out: String,
}

impl Writer {
    /// A writer with room for about so many bytes.
    pub(crate) fn new(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes) }
    }

    /// The XML declaration.
    pub(crate) fn declaration(&mut self) {
        self.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    }

    /// A start tag.
    pub(crate) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.out.push('>');
    }

    /// An element without content.
    pub(crate) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.out.push_str("/>");
    }

    /// An end tag.
    pub(crate) fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// An element with text.
    pub(crate) fn element(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        self.escaped(text, false);
        self.close(name);
    }

    /// Text that needs no escaping: base64, or elements written before.
    pub(crate) fn plain(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// What was written.
    pub(crate) fn finish(self) -> String {
        self.out
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes {
            self.out.push(' ');
            self.out.push_str(key);
            self.out.push_str("=\"");
            self.escaped(value, true);
            self.out.push('"');
        }
    }

    /// A character that XML does not know is written as a space: no text of ours may break a message.
    fn escaped(&mut self, text: &str, attribute: bool) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' if attribute => self.out.push_str("&quot;"),
                '\r' => self.out.push_str("&#13;"),
                '\n' if attribute => self.out.push_str("&#10;"),
                '\t' if attribute => self.out.push_str("&#9;"),
                '\t' | '\n' => self.out.push(c),
                '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => self.out.push(' '),
                _ => self.out.push(c),
            }
        }
    }
}
