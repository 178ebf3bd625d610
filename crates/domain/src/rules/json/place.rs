//! A value of a JSON document with the place where it stands.

use crate::rules::problem::{Problem, closest};
use serde_json::{Map, Value as Json};

#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    pub value: &'a Json,
    pub pointer: String,
}

pub(super) type Read<T> = Result<T, Problem>;

impl<'a> Place<'a> {
    pub fn root(value: &'a Json) -> Self {
        Self { value, pointer: String::new() }
    }

    pub fn wrong<T>(&self, message: impl Into<String>) -> Read<T> {
        Err(Problem::new(&self.pointer, message))
    }

    pub fn object(&self) -> Read<Object<'a>> {
        match self.value {
            Json::Object(map) => Ok(Object { map, pointer: self.pointer.clone() }),
            other => self.wrong(format!("an object is expected here, not {}", named(other))),
        }
    }

    pub fn list(&self) -> Read<Vec<Place<'a>>> {
        let Json::Array(list) = self.value else {
            return self.wrong(format!("a list is expected here, not {}", named(self.value)));
        };
        let place = |(place, value)| Place { value, pointer: format!("{}/{place}", self.pointer) };
        Ok(list.iter().enumerate().map(place).collect())
    }

    pub fn text(&self) -> Read<&'a str> {
        match self.value {
            Json::String(text) => Ok(text),
            other => self.wrong(format!("a text is expected here, not {}", named(other))),
        }
    }

    pub fn name(&self) -> Read<String> {
        self.text().map(str::to_owned)
    }

    /// A text that means something.
    pub fn parsed<T>(&self, parse: impl FnOnce(&str) -> Option<T>, allowed: &str) -> Read<T> {
        let text = self.text()?;
        parse(text).map_or_else(|| self.wrong(format!("`{text}` is none of what is allowed here: {allowed}")), Ok)
    }
}

pub(super) struct Object<'a> {
    map: &'a Map<String, Json>,
    pub pointer: String,
}

impl<'a> Object<'a> {
    pub fn get(&self, key: &str) -> Option<Place<'a>> {
        let value = self.map.get(key)?;
        Some(Place { value, pointer: format!("{}/{key}", self.pointer) })
    }

    pub fn need(&self, key: &str) -> Read<Place<'a>> {
        self.get(key).map_or_else(|| self.wrong(format!("`{key}` is missing")), Ok)
    }

    /// The one key of those that is there.
    pub fn one_of(&self, keys: &[&'static str]) -> Read<(&'static str, Place<'a>)> {
        let mut there = keys.iter().filter_map(|key| self.get(key).map(|place| (*key, place)));
        match (there.next(), there.next()) {
            (Some(one), None) => Ok(one),
            (Some((one, _)), Some((other, place))) => {
                Err(Problem::new(&place.pointer, format!("`{other}` does not stand beside `{one}`")))
            }
            (None, _) => self.wrong(self.nothing_of(keys)),
        }
    }

    fn nothing_of(&self, keys: &[&'static str]) -> String {
        let allowed = listed(keys);
        let close = self.map.keys().find_map(|key| Some((key, closest(key, keys.iter().copied())?)));
        match close {
            Some((key, close)) => format!("there is no `{key}` here: did you mean `{close}`? Allowed: {allowed}"),
            None => format!("one of these keys is expected here: {allowed}"),
        }
    }

    /// Nothing else stands here.
    pub fn only(&self, keys: &[&'static str]) -> Read<()> {
        let Some(strange) = self.map.keys().find(|key| !keys.contains(&key.as_str())) else { return Ok(()) };
        let pointer = format!("{}/{}", self.pointer, strange.replace('~', "~0").replace('/', "~1"));
        Err(Problem::new(&pointer, format!("there is no `{strange}` here: allowed are {}", listed(keys))))
    }

    pub fn wrong<T>(&self, message: impl Into<String>) -> Read<T> {
        Err(Problem::new(&self.pointer, message))
    }
}

fn listed(keys: &[&str]) -> String {
    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}

pub(super) fn named(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
