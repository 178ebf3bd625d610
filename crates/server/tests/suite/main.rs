//! Tests of the whole: the rules of the house, read from the tree itself.
//!
//! One test binary per crate: each one links everything that the crate uses.

#[cfg(test)]
mod arrows;
#[cfg(test)]
mod capabilities;
#[cfg(test)]
mod care_commands;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod hostile_import;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod kill_erasure;
#[cfg(test)]
mod kill_merge;
#[cfg(test)]
mod kill_quarantine;
#[cfg(test)]
mod kill_serve;
#[cfg(test)]
mod kill_tracking;
#[cfg(test)]
mod kill_webhooks;
#[cfg(test)]
mod licences;
#[cfg(test)]
mod manifests;
#[cfg(test)]
mod plan_commands;
#[cfg(test)]
mod served;
#[cfg(test)]
mod serving;
#[cfg(test)]
mod sources;
#[cfg(test)]
mod traces;
#[cfg(test)]
mod tree;
#[cfg(test)]
mod webhooks;
