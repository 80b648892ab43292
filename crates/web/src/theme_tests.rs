//! The theme's colours are readable (WCAG 2.2 AA 1.4.3 and 1.4.11), in light and dark, staff and citizen.

use std::collections::HashMap;

const CSS: &str = include_str!("../assets/vakka.css");

/// Text on its ground: at least 4.5 to 1.
const TEXT: [(&str, &str); 19] = [
    ("text", "page"),
    ("text", "surface"),
    ("text", "sunken"),
    ("text", "accent-soft"),
    ("text", "good-soft"),
    ("text", "warning-soft"),
    ("text", "bad-soft"),
    ("text", "busy-soft"),
    ("muted", "page"),
    ("muted", "surface"),
    ("muted", "sunken"),
    ("muted", "accent-soft"),
    ("accent", "page"),
    ("accent", "surface"),
    ("accent", "accent-soft"),
    ("good", "good-soft"),
    ("warning", "warning-soft"),
    ("bad", "bad-soft"),
    ("busy", "busy-soft"),
];

/// Edges of controls and the focus ring: at least 3 to 1.
const EDGES: [(&str, &str); 5] =
    [("control", "surface"), ("control", "page"), ("focus", "surface"), ("focus", "page"), ("bad", "surface")];

#[test]
fn every_pair_of_colours_has_enough_contrast_in_every_theme() {
    for (name, theme) in themes() {
        for (front, back) in TEXT {
            let ratio = contrast(&theme, front, back);
            assert!(ratio >= 4.5, "{name}: {front} on {back} has {ratio:.2}");
        }
        let ratio = contrast(&theme, "on-accent", "accent");
        assert!(ratio >= 4.5, "{name}: on-accent has {ratio:.2}");
        for (front, back) in EDGES {
            let ratio = contrast(&theme, front, back);
            assert!(ratio >= 3.0, "{name}: {front} on {back} has {ratio:.2}");
        }
    }
}

#[test]
fn the_measure_itself_is_right() {
    let theme = HashMap::from([("a".to_owned(), rgb("#000000")), ("b".to_owned(), rgb("#ffffff"))]);
    assert!((contrast(&theme, "a", "b") - 21.0).abs() < 0.01);
    assert_eq!(rgb("hsl(210, 50%, 50%)"), [64, 128, 191]);
}

fn themes() -> Vec<(&'static str, HashMap<String, [u8; 3]>)> {
    let blocks: Vec<&str> = CSS.split('{').collect();
    let after = |mark: &str| blocks.iter().position(|block| block.trim_end().ends_with(mark)).unwrap() + 1;
    let read = |at: usize| colours(blocks[at].split('}').next().unwrap());
    let staff = read(after(":root"));
    let mut citizen = staff.clone();
    citizen.extend(read(after("\n.citizen")));
    let mut dark = staff.clone();
    dark.extend(read(after(":root,\n  .citizen")));
    vec![("staff", staff), ("citizen", citizen), ("dark", dark)]
}

/// Custom properties of a block; of `var(--token, fallback)` the fallback, which is the token's own value.
fn colours(block: &str) -> HashMap<String, [u8; 3]> {
    let read = |line: &str| {
        let (name, value) = line.trim().strip_prefix("--")?.split_once(':')?;
        let value = value.trim().trim_end_matches(';');
        let value = match value.strip_prefix("var(") {
            Some(inside) => inside.strip_suffix(')')?.split_once(',')?.1.trim(),
            None => value,
        };
        (value.starts_with('#') || value.starts_with("hsl")).then(|| (name.to_owned(), rgb(value)))
    };
    block.lines().filter_map(read).collect()
}

fn rgb(text: &str) -> [u8; 3] {
    if let Some(hex) = text.strip_prefix('#') {
        return [0, 2, 4].map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap());
    }
    let inside = text.trim_start_matches("hsl(").trim_end_matches(')');
    let parts: Vec<f64> = inside.split(',').map(|part| part.trim().trim_end_matches('%').parse().unwrap()).collect();
    let (hue, saturation, light) = (parts[0], parts[1] / 100.0, parts[2] / 100.0);
    let reach = saturation * light.min(1.0 - light);
    [0.0, 8.0, 4.0].map(|n| {
        let k = (n + hue / 30.0) % 12.0;
        let value = light - reach * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0);
        (value * 255.0).round() as u8
    })
}

fn contrast(theme: &HashMap<String, [u8; 3]>, front: &str, back: &str) -> f64 {
    let luminance = |name: &str| {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = theme[name].map(part);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (a, b) = (luminance(front), luminance(back));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}
