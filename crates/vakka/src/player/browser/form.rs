//! A form as a person sees it: fields with labels, values, and whether they must be filled.

use super::{Page, select};
use anyhow::{Context, Result};
use scraper::{ElementRef, Html};

/// What is written into a mandatory field that the player has nothing to say to.
const FILLER: &str = "Kirjattu keskustelussa.";

/// A form with its present values.
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// By POST, or else by GET.
    pub posts: bool,
    name: String,
    controls: Vec<Control>,
}

/// A control, or one choice of several that share a name.
struct Control {
    name: String,
    label: String,
    kind: Kind,
    value: String,
    /// Whether it is sent: an unchecked box is not.
    sent: bool,
    required: bool,
}

#[derive(PartialEq)]
enum Kind {
    Line(String),
    Text,
    /// Values of a list.
    List(Vec<String>),
    Choice,
}

impl Form {
    /// Reads the first form that fits the selector.
    ///
    /// # Errors
    /// When the page has none; the page's words are told then.
    pub fn read(page: &Page, css: &str) -> Result<Self> {
        let document = Html::parse_document(&page.html);
        let form = document.select(&select(css)?).next().with_context(|| {
            let seen: String = page.text().chars().take(300).collect();
            format!("{} ({}) has no form {css}; it says: {seen}", page.path, page.status)
        })?;
        let mut controls = Vec::new();
        for element in form.select(&select("input[name], textarea[name], select[name]")?) {
            controls.extend(Control::read(&element, &form)?);
        }
        Ok(Self {
            action: form.value().attr("action").unwrap_or_default().to_owned(),
            posts: form.value().attr("method").is_some_and(|method| method.eq_ignore_ascii_case("post")),
            name: format!("{css} of {}", page.path),
            controls,
        })
    }

    /// The form with values in the fields of these names, or of labels that hold these words.
    ///
    /// # Errors
    /// When there is no such field.
    pub fn filled(mut self, values: &[(&str, &str)]) -> Result<Self> {
        for (key, value) in values {
            let by_name = self.controls.iter().any(|control| control.name == *key);
            let fits = |control: &Control| if by_name { control.name == *key } else { control.label.contains(key) };
            let first = self.controls.iter().position(fits);
            let first = first.with_context(|| format!("the form {} has no field «{key}»", self.name))?;
            let name = self.controls[first].name.clone();
            self.set(&name, value);
        }
        Ok(self)
    }

    /// The form as somebody would send it who writes fields of his own into it: they are added, and it goes elsewhere.
    pub fn forged(mut self, action: &str, fields: &[(&str, &str)]) -> Self {
        action.clone_into(&mut self.action);
        self.controls.extend(fields.iter().map(|(name, value)| Control {
            name: (*name).to_owned(),
            label: String::new(),
            kind: Kind::Text,
            value: (*value).to_owned(),
            sent: true,
            required: false,
        }));
        self
    }

    fn set(&mut self, name: &str, value: &str) {
        let same = self.controls.iter_mut().filter(|control| control.name == name);
        for control in same {
            if control.kind == Kind::Choice {
                control.sent = control.value == value;
            } else {
                value.clone_into(&mut control.value);
                control.sent = true;
            }
        }
    }

    /// The form with something in every mandatory field.
    pub fn completed(mut self) -> Self {
        let empty: Vec<(String, String)> = self
            .controls
            .iter()
            .filter(|control| control.required && !self.is_answered(&control.name))
            .map(|control| (control.name.clone(), control.plausible()))
            .collect();
        for (name, value) in empty {
            if !self.is_answered(&name) {
                self.set(&name, &value);
            }
        }
        self
    }

    fn is_answered(&self, name: &str) -> bool {
        self.controls.iter().any(|control| control.name == name && control.sent && !control.value.is_empty())
    }

    /// What is sent.
    pub fn fields(&self) -> Vec<(&str, &str)> {
        let sent = self.controls.iter().filter(|control| control.sent);
        sent.map(|control| (control.name.as_str(), control.value.as_str())).collect()
    }
}

impl Control {
    fn read(control: &ElementRef<'_>, form: &ElementRef<'_>) -> Result<Option<Self>> {
        let element = control.value();
        let attribute = |name| element.attr(name).unwrap_or_default().to_owned();
        if element.attr("disabled").is_some() {
            return Ok(None);
        }
        let (kind, value, sent) = match (element.name(), element.attr("type").unwrap_or("text")) {
            (_, "submit" | "button" | "file" | "image" | "reset") => return Ok(None),
            ("textarea", _) => (Kind::Text, control.text().collect(), true),
            ("select", _) => {
                let (values, chosen) = options(control)?;
                let sent = !values.is_empty();
                (Kind::List(values), chosen, sent)
            }
            (_, "checkbox" | "radio") => {
                let value = element.attr("value").unwrap_or("on").to_owned();
                (Kind::Choice, value, element.attr("checked").is_some())
            }
            (_, kind) => (Kind::Line(kind.to_owned()), attribute("value"), true),
        };
        let label = label_of(control, form)?;
        let required = element.attr("required").is_some();
        Ok(Some(Self { name: attribute("name"), label, kind, value, sent, required }))
    }

    fn plausible(&self) -> String {
        match &self.kind {
            Kind::List(values) => values.iter().find(|value| !value.is_empty()).cloned().unwrap_or_default(),
            Kind::Choice => self.value.clone(),
            Kind::Line(kind) if kind == "date" => "2026-09-07".to_owned(),
            Kind::Line(kind) if kind == "datetime-local" => "2026-09-07T10:00".to_owned(),
            Kind::Line(kind) if kind == "number" => "1".to_owned(),
            Kind::Line(kind) if kind == "tel" => "019 000 0000".to_owned(),
            Kind::Line(_) | Kind::Text => FILLER.to_owned(),
        }
    }
}

/// The values of a list and the one that is chosen.
fn options(list: &ElementRef<'_>) -> Result<(Vec<String>, String)> {
    let options: Vec<_> = list.select(&select("option")?).collect();
    let value = |option: &ElementRef<'_>| {
        let text = || option.text().collect::<String>().trim().to_owned();
        option.value().attr("value").map_or_else(text, str::to_owned)
    };
    let chosen = options.iter().find(|option| option.value().attr("selected").is_some()).or(options.first());
    Ok((options.iter().map(value).collect(), chosen.map(value).unwrap_or_default()))
}

/// The text of the label that names the control, or of the label around it.
fn label_of(control: &ElementRef<'_>, form: &ElementRef<'_>) -> Result<String> {
    let text =
        |label: ElementRef<'_>| label.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(id) = control.value().attr("id") {
        let named = form.select(&select("label[for]")?).find(|label| label.value().attr("for") == Some(id)).map(text);
        if let Some(named) = named {
            return Ok(named);
        }
    }
    let around = control.ancestors().filter_map(ElementRef::wrap).find(|element| element.value().name() == "label");
    Ok(around.map(text).unwrap_or_default())
}
