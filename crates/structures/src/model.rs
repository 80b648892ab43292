//! The one model of a structure that everything else works on.

use crate::conditions::Bound;
use jiff::civil::Date;
use records::Lang;
use records::code::GeneralType;

/// A text in Finnish and Swedish. English readers get the Finnish: the structures have no other (decisions.md 15).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// Finnish.
    pub fi: String,
    /// Swedish; empty where THL gives none (14 structures lack even a Swedish name).
    pub sv: String,
}

impl Names {
    /// Makes a pair of texts.
    pub fn new(fi: impl Into<String>, sv: impl Into<String>) -> Self {
        Self { fi: fi.into(), sv: sv.into() }
    }

    /// The text in a language; a missing Swedish one falls back to the Finnish.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Sv if !self.sv.is_empty() => &self.sv,
            _ => &self.fi,
        }
    }

    /// Whether neither language has a text.
    pub fn is_empty(&self) -> bool {
        self.fi.is_empty() && self.sv.is_empty()
    }
}

/// Where the codes of a field come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeSystem {
    /// A national code system; `system` is its OID as a URN, with or without version nodes behind.
    Oid(String),
    /// A list inside the structure; `system` is exactly this text, `<structure>/<field>`.
    Internal(String),
    /// The structure does not say: any text.
    Any,
}

/// One allowed code of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The code.
    pub code: String,
    /// Its name.
    pub display: Names,
}

/// A coded field: its code system and, when the structure narrows it, the allowed codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coded {
    /// The code system.
    pub system: CodeSystem,
    /// Allowed codes; empty means every code of the system.
    pub accepted: Vec<Accepted>,
}

/// How a field is represented (esitysmuoto, wire-format 6.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A group of fields (also THL's *Otsikko*).
    Group,
    /// Free text of several lines (Teksti).
    Text,
    /// A short text (Nimi).
    Name,
    /// A fixed text that the system fills (Fraasi).
    Phrase(String),
    /// A code (Koodi).
    Code(Coded),
    /// An identifier (Tunnus); the system when the structure fixes it, as a bare OID.
    Id(Option<String>),
    /// A year, a year and month, or a day (Pvm).
    Date,
    /// A date or an instant with its zone (Hetki).
    Moment,
    /// Yes or no (Kytkin).
    Bool,
    /// A number (Numero).
    Number,
    /// A count (Lkm).
    Count,
    /// A value with its unit (Määrä, Mitta, Prosentti).
    Quantity,
    /// The mark of a handwritten signature on a paper form (Allekirjoitus).
    Signature,
}

/// One field of a structure, with the fields below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The JSON key; always [`crate::key_of`] the Finnish name.
    pub key: String,
    /// The name shown to people.
    pub name: Names,
    /// What the field holds.
    pub kind: Kind,
    /// Whether it must be present where its group is present.
    pub required: bool,
    /// Whether it repeats (JSON array).
    pub repeats: bool,
    /// Whether it is required under a condition that the structure states in words (ehdollisesti pakollinen).
    pub conditional: bool,
    /// Whether it belongs to the national minimum (valtakunnallisesti kirjattava tieto).
    pub national: bool,
    /// THL's `hiddenField`: the group is only a grouping and is not shown as a heading of its own.
    pub hidden_field: bool,
    /// THL's `hiddenTitle`: the value is shown without the field's name.
    pub hidden_title: bool,
    /// Help for the one who fills it.
    pub help: Names,
    /// An example of a value.
    pub example: Names,
    /// Note to implementers; conditional rules live here in words.
    pub note: Names,
    /// Fields below, in order of display; only groups have them.
    pub children: Vec<Field>,
}

impl Field {
    /// The field below with this key.
    pub fn child(&self, key: &str) -> Option<&Field> {
        self.children.iter().find(|field| field.key == key)
    }

    /// The field at a dotted path of keys below this one; the empty path is the field itself.
    pub fn at(&self, path: &str) -> Option<&Field> {
        path.split('.').filter(|key| !key.is_empty()).try_fold(self, |field, key| field.child(key))
    }

    /// Whether it holds other fields.
    pub fn is_group(&self) -> bool {
        self.kind == Kind::Group
    }

    /// Calls `visit` with every field below this one and its dotted path, parents first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&str, &'a Field)) {
        fn down<'a>(field: &'a Field, path: &str, visit: &mut dyn FnMut(&str, &'a Field)) {
            for child in &field.children {
                let path = if path.is_empty() { child.key.clone() } else { format!("{path}.{}", child.key) };
                visit(&path, child);
                down(child, &path, visit);
            }
        }
        down(self, "", visit);
    }
}

/// Who wrote the structure that we hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Written by us from the public facts; instances also pass THL's own schema.
    BuiltIn,
    /// Read from THL's published JSON Schema.
    Thl,
}

/// A document structure of one version.
#[derive(Debug, Clone, PartialEq)]
pub struct Structure {
    pub(crate) oid: String,
    pub(crate) type_code: String,
    pub(crate) version: Date,
    pub(crate) document_type: String,
    pub(crate) subject: String,
    pub(crate) source: Source,
    pub(crate) root: Field,
    /// The encoded conditions that apply, found when first asked for.
    pub(crate) bound: Bound,
}

impl Structure {
    /// The OID with its version date, as `contentSpecificationId` names it.
    pub fn oid(&self) -> &str {
        &self.oid
    }

    /// The kind of document: `19007`, or with its arc for the control documents, `1505.1`.
    pub fn type_code(&self) -> &str {
        &self.type_code
    }

    /// The date of the definition, the OID's last three nodes.
    pub fn version(&self) -> Date {
        self.version
    }

    /// The name of the kind of document.
    pub fn name(&self, lang: Lang) -> &str {
        self.root.name.get(lang)
    }

    /// The general type's code in 1506, from the type that the structure declares; `None` for the control documents.
    pub fn general_type(&self) -> Option<&str> {
        self.declared_type().map(GeneralType::code)
    }

    /// The general type's name.
    pub fn general_type_name(&self, lang: Lang) -> &str {
        self.declared_type().map_or(&self.document_type, |declared| declared.name(lang))
    }

    /// Looked up by the declared name, never computed from the number: 1001 is declared Yhteenveto, not Arvio.
    fn declared_type(&self) -> Option<GeneralType> {
        GeneralType::ALL.iter().copied().find(|one| one.name(Lang::Fi) == self.document_type)
    }

    /// The group of services that THL files the structure under.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Who wrote it.
    pub fn source(&self) -> Source {
        self.source
    }

    /// The one key at the top of every instance.
    pub fn root_key(&self) -> &str {
        &self.root.key
    }

    /// The field under the root key.
    pub fn root(&self) -> &Field {
        &self.root
    }

    /// Whether a professional must sign (functional-spec 3.5 rule 2): the structure demands the kind of signature.
    pub fn needs_professional_signature(&self) -> bool {
        let mut needs = false;
        self.root.walk(&mut |_, field| needs |= field.key == "allekirjoituksen_tyyppi" && field.required);
        needs
    }

    /// Whether the client may be named by a temporary id (functional-spec 3.15): the content does not demand a personal
    /// identity code. 81 structures do; 98 have a field for the temporary id, in 23 the code is optional or absent.
    pub fn temporary_id_allowed(&self) -> bool {
        self.root.child("asiakas").is_none_or(|client| {
            client.child("tilapainen_yksilointitunnus").is_some()
                || client.child("henkilotunnus").is_none_or(|hetu| !hetu.required)
        })
    }

    /// Whether the document may have several clients (functional-spec 3.4 rule 8).
    pub fn repeats_client(&self) -> bool {
        self.root.child("asiakas").is_some_and(|client| client.repeats)
    }
}
