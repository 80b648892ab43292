//! Signed documents, damaged at random thousands of times: nothing panics, and what still verifies still says the same.

use crate::fixture::{World, document, document_id, noon};
use seal::{Role, enveloped, sign, verify};

/// A small generator of its own (SplitMix64), so that every run does the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }

    /// Changes, cuts, doubles or moves something.
    fn damage(&mut self, whole: &[u8]) -> Vec<u8> {
        let mut bytes = whole.to_vec();
        for _ in 0..=self.below(3) {
            let at = self.below(bytes.len());
            let end = (at + 1 + self.below(60)).min(bytes.len());
            match self.below(5) {
                0 => bytes[at] = b"<>&\"'/ =AZ09#:\0\xff"[self.below(16)],
                1 => drop(bytes.drain(at..end)),
                2 => {
                    let part = bytes[at..end].to_vec();
                    let to = self.below(bytes.len());
                    bytes.splice(to..to, part);
                }
                3 => bytes.truncate(at.max(1)),
                _ => bytes.insert(at, b' '),
            }
        }
        bytes
    }
}

/// Text and JSON of the body, read independently of the code under test.
fn said(xml: &[u8]) -> Option<Vec<String>> {
    let tree = roxmltree::Document::parse(std::str::from_utf8(xml).ok()?).ok()?;
    let component = tree.root_element().children().find(|node| node.has_tag_name(("urn:hl7-org:v3", "component")))?;
    let body = component.children().find(|node| node.has_tag_name(("urn:hl7-org:v3", "nonXMLBody")))?;
    let all_text = |node: roxmltree::Node| {
        node.descendants().filter_map(|one| one.is_text().then(|| one.text()).flatten()).collect()
    };
    Some(body.children().filter(roxmltree::Node::is_element).map(all_text).collect())
}

#[test]
fn fr_39_a_damaged_document_never_panics_and_never_says_anything_else() {
    let world = World::new();
    let first = sign(document().as_bytes(), Role::Professional, &world.key("professional-sign"), noon()).unwrap();
    let xml = sign(&first, Role::System, &world.key("system"), noon()).unwrap();
    let original = said(&xml);
    assert!(original.is_some());
    let (mut dice, mut accepted) = (Dice(7), 0);
    for _ in 0..6000 {
        let damaged = dice.damage(&xml);
        if let Ok(found) = verify(&damaged, &document_id()) {
            accepted += 1;
            assert_eq!(said(&damaged), original, "{}", String::from_utf8_lossy(&damaged));
            assert!(found.iter().all(|one| one.at == noon()));
        }
    }
    assert!((1..3000).contains(&accepted), "damage outside the signed parts is no fault: {accepted} accepted");
}

#[test]
fn a_damaged_toimija_never_panics_and_never_says_anything_else() {
    let world = World::new();
    let plain = r#"<t:T xmlns:t="urn:t" ID="t1"><t:a b="1">yksi</t:a><t:a b="2">kaksi</t:a></t:T>"#;
    let xml = enveloped::sign(plain.as_bytes(), "t1", &world.key("system")).unwrap();
    let mut dice = Dice(11);
    for _ in 0..6000 {
        let damaged = dice.damage(&xml);
        if enveloped::verify(&damaged).is_ok() {
            let found = enveloped::verify_within(&damaged, "urn:t", "T").unwrap();
            assert_eq!(String::from_utf8(found.canonical).unwrap(), plain);
        }
    }
}
