//! Texts in Finnish, Swedish and English, kept in Fluent files and looked up by key.
//!
//! A key that is missing is loud: the page shows `⟦key⟧`, which every rendering test looks for, and the log has an
//! error. English is complete only where visitors come (decisions.md 15); elsewhere it falls back to Finnish.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use records::Lang;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::sync::Arc;

/// The kit's own texts, language by language.
const KIT: [(Lang, &str); 3] = [
    (Lang::Fi, include_str!("../texts/fi.ftl")),
    (Lang::Sv, include_str!("../texts/sv.ftl")),
    (Lang::En, include_str!("../texts/en.ftl")),
];

/// Marks a text that is missing; rendering tests refuse pages that hold it.
pub const MISSING: char = '⟦';

/// Why texts could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TextsError {
    /// A file is not Fluent; `place` names the first fault.
    #[error("the texts in {language} are not Fluent: {place}")]
    Form {
        /// Language tag of the file.
        language: &'static str,
        /// The parser's words.
        place: String,
    },
    /// A key stands twice in one language.
    #[error("the text {key} stands twice in {language}")]
    Twice {
        /// Language tag.
        language: &'static str,
        /// The key.
        key: String,
    },
}

/// All texts of one application: the kit's and its own.
pub struct Texts {
    bundles: BTreeMap<Lang, FluentBundle<FluentResource>>,
    keys: BTreeMap<Lang, BTreeSet<String>>,
}

impl Texts {
    /// The kit's texts together with an application's own, e.g. `&[(Lang::Fi, include_str!("../texts/fi.ftl")), …]`.
    ///
    /// # Errors
    /// [`TextsError`] when a file is not Fluent or a key stands twice in one language.
    pub fn with(own: &[(Lang, &str)]) -> Result<Arc<Self>, TextsError> {
        let mut texts = Self { bundles: BTreeMap::new(), keys: BTreeMap::new() };
        for (lang, source) in KIT.iter().chain(own) {
            texts.add(*lang, source)?;
        }
        Ok(Arc::new(texts))
    }

    fn add(&mut self, lang: Lang, source: &str) -> Result<(), TextsError> {
        let language = lang.tag();
        let resource = FluentResource::try_new(source.to_owned()).map_err(|(_, faults)| TextsError::Form {
            language,
            place: faults.iter().take(3).map(ToString::to_string).collect::<Vec<_>>().join("; "),
        })?;
        let keys = self.keys.entry(lang).or_default();
        for key in keys_of(source) {
            if !keys.insert(key.clone()) {
                return Err(TextsError::Twice { language, key });
            }
        }
        let bundle = self.bundles.entry(lang).or_insert_with(|| {
            let tag = language.parse().expect("fi, sv and en are language tags");
            let mut bundle = FluentBundle::new_concurrent(vec![tag]);
            // The marks around arguments would be read out by some screen readers, and all our text runs one way.
            bundle.set_use_isolating(false);
            bundle
        });
        bundle.add_resource(resource).map_err(|_| TextsError::Twice { language, key: String::new() })
    }

    /// A handle that speaks one language.
    pub fn t(self: &Arc<Self>, lang: Lang) -> T {
        T { texts: Arc::clone(self), lang }
    }

    /// The keys of one language.
    pub fn keys(&self, lang: Lang) -> BTreeSet<String> {
        self.keys.get(&lang).cloned().unwrap_or_default()
    }

    /// Completeness check for tests: `sources` are the texts of templates and Rust files that use keys.
    ///
    /// Gives one sentence per fault: a key that a language of `complete` lacks, and a key of `own` (the application's
    /// Finnish file; the kit's keys are judged by the kit) that no source names. A key built at run time counts as
    /// used when a source holds the part before its last hyphen followed by `-{` or `-"`, e.g. `format!("status-{}")`.
    pub fn missing_or_unused(&self, own: &str, sources: &[String], complete: &[Lang]) -> Vec<String> {
        let finnish = self.keys(Lang::Fi);
        let mut faults = Vec::new();
        for lang in complete {
            let have = self.keys(*lang);
            faults.extend(finnish.difference(&have).map(|key| format!("{key} is missing in {}", lang.tag())));
            faults.extend(have.difference(&finnish).map(|key| format!("{key} is only in {}", lang.tag())));
        }
        let used = |key: &str| {
            let stem = key.rfind('-').map(|at| &key[..at]);
            sources.iter().any(|source| {
                source.contains(&format!("\"{key}\""))
                    || stem.is_some_and(|stem| {
                        source.contains(&format!("\"{stem}-{{")) || source.contains(&format!("\"{stem}-\""))
                    })
            })
        };
        faults.extend(keys_of(own).into_iter().filter(|key| !used(key)).map(|key| format!("{key} is used nowhere")));
        faults
    }

    fn say(&self, lang: Lang, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let bundle = self.bundles.get(&lang)?;
        let pattern = bundle.get_message(key)?.value()?;
        let mut faults = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut faults).into_owned();
        if !faults.is_empty() {
            tracing::error!(key, language = lang.tag(), "a text lacks an argument");
            return Some(format!("{MISSING}{key}?⟧"));
        }
        Some(text)
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Texts").finish_non_exhaustive()
    }
}

/// Keys of a Fluent file in order: the lines that begin with a name and `=`.
fn keys_of(source: &str) -> Vec<String> {
    let key = |line: &str| {
        let (name, _) = line.split_once('=')?;
        let name = name.trim_end();
        let first = name.chars().next()?;
        let fits = first.is_ascii_alphabetic() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
        fits.then(|| name.to_owned())
    };
    source.lines().filter_map(key).collect()
}

/// A handle to the texts in one language, cheap to clone; templates call it.
#[derive(Debug, Clone)]
pub struct T {
    texts: Arc<Texts>,
    lang: Lang,
}

impl T {
    /// The language that this handle speaks.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The tag for the `lang` attribute.
    pub fn tag(&self) -> &'static str {
        self.lang.tag()
    }

    /// The same texts in another language, for a passage in a language of its own.
    pub fn in_lang(&self, lang: Lang) -> T {
        T { texts: Arc::clone(&self.texts), lang }
    }

    /// The text of a key.
    pub fn get(&self, key: &str) -> String {
        self.look_up(key, None)
    }

    /// The text of a key with arguments, e.g. `t.with("drafts", [("n", 3)])`, in templates with `name.as_str()` for texts.
    ///
    /// Short whole numbers become Fluent numbers, so that plural forms work; everything else stays as written.
    /// For arguments of several types, write `&[("n", &3 as &dyn Display), …]` or make them strings.
    pub fn with<'a, V: Display + 'a>(&self, key: &str, args: impl AsRef<[(&'a str, V)]>) -> String {
        let args = args.as_ref();
        let mut fluent = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            let value = value.to_string();
            let counts = value.len() < 10
                && value.bytes().all(|b| b.is_ascii_digit())
                && (value == "0" || !value.starts_with('0'));
            let value = match value.parse::<i64>() {
                Ok(number) if counts => FluentValue::from(number),
                _ => FluentValue::from(value),
            };
            fluent.set((*name).to_owned(), value);
        }
        self.look_up(key, Some(&fluent))
    }

    fn look_up(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let said = self.texts.say(self.lang, key, args);
        let said = if self.lang == Lang::En { said.or_else(|| self.texts.say(Lang::Fi, key, args)) } else { said };
        said.unwrap_or_else(|| {
            tracing::error!(key, language = self.lang.tag(), "a text is missing");
            format!("{MISSING}{key}⟧")
        })
    }
}
