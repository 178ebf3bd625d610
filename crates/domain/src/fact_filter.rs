//! Which facts are meant: by kind, by the name of the event, by where they came through.
//!
//! A filter is data, so that the history can run it as a query; [`FactFilter::matches`] says the same in memory.

use crate::fact::FactKind;

/// Names of events, pages or screens within a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Names {
    Any,
    Only(Vec<String>),
    /// Also those without a name.
    AllBut(Vec<String>),
}

/// Facts of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactClass {
    pub kind: FactKind,
    pub names: Names,
}

/// All conditions hold together; an empty filter is every fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactFilter {
    /// Of any of these; of none where the list is empty.
    pub classes: Option<Vec<FactClass>>,
    /// The channel that the message named.
    pub channel: Option<String>,
    /// The touch-point that the message named.
    pub touch_point: Option<String>,
}

impl FactFilter {
    pub fn of_kinds(kinds: Option<&[FactKind]>) -> Self {
        let class = |kind: &FactKind| FactClass { kind: *kind, names: Names::Any };
        Self { classes: kinds.map(|kinds| kinds.iter().map(class).collect()), ..Self::default() }
    }

    pub fn matches(
        &self,
        kind: FactKind,
        name: Option<&str>,
        channel: Option<&str>,
        touch_point: Option<&str>,
    ) -> bool {
        let is_of = |class: &FactClass| class.has(kind, name);
        self.classes.as_ref().is_none_or(|classes| classes.iter().any(is_of)) && self.came_through(channel, touch_point)
    }

    /// The part of it that says where facts came through.
    pub fn came_through(&self, channel: Option<&str>, touch_point: Option<&str>) -> bool {
        let holds = |wanted: &Option<String>, found: Option<&str>| wanted.is_none() || wanted.as_deref() == found;
        holds(&self.channel, channel) && holds(&self.touch_point, touch_point)
    }
}

impl FactClass {
    fn has(&self, kind: FactKind, name: Option<&str>) -> bool {
        let is_among = |names: &[String]| name.is_some_and(|name| names.iter().any(|one| one == name));
        self.kind == kind
            && match &self.names {
                Names::Any => true,
                Names::Only(names) => is_among(names),
                Names::AllBut(names) => !is_among(names),
            }
    }
}
