//! The conditions that structures state in words (ehdollisesti pakollinen), as data.

use crate::model::{Field, Structure};
use crate::validate::{Fault, Rule, join};
use serde_json::{Map, Value};

/// The faults of a body against the conditions encoded for its structure.
pub(crate) fn check(structure: &Structure, body: &Map<String, Value>) -> Vec<Fault> {
    let mut faults = Vec::new();
    hetu_or_temporary(structure.root(), body, "", &mut faults);
    faults
}

/// Of the personal identity code and the temporary id at least one, where the structure makes both conditional
/// (wire-format 15: both together were seen and are only a warning).
fn hetu_or_temporary(group: &Field, body: &Map<String, Value>, path: &str, faults: &mut Vec<Fault>) {
    if let (Some(hetu), Some(temporary)) = (group.child("henkilotunnus"), group.child("tilapainen_yksilointitunnus"))
        && hetu.conditional
        && temporary.conditional
        && !body.contains_key(&hetu.key)
        && !body.contains_key(&temporary.key)
    {
        let rule = Rule::Condition {
            fi: format!("anna joko {} tai {}.", hetu.name.fi.to_lowercase(), temporary.name.fi.to_lowercase()),
            sv: format!("ange antingen {} eller {}.", hetu.name.sv.to_lowercase(), temporary.name.sv.to_lowercase()),
        };
        faults.push(Fault::new(&join(path, &hetu.key), hetu, rule));
    }
    for child in &group.children {
        let at = join(path, &child.key);
        match body.get(&child.key) {
            Some(Value::Object(inner)) if child.is_group() => hetu_or_temporary(child, inner, &at, faults),
            Some(Value::Array(items)) if child.is_group() => {
                for (index, item) in items.iter().enumerate() {
                    if let Some(inner) = item.as_object() {
                        hetu_or_temporary(child, inner, &format!("{at}[{index}]"), faults);
                    }
                }
            }
            _ => {}
        }
    }
}
