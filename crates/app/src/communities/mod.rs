//! Communities: members of a segment invited into groups of a chat, and who of them has joined.
//!
//! | what | where |
//! |---|---|
//! | how many groups a segment would need | [`preview_community`] |
//! | a community with its groups and invitations, made, renamed, archived; whoever came later is invited too | [`create_community`], [`update_community`], [`preview_top_up`], [`top_up`] |
//! | code, link and owner of a group | [`update_group`] |
//! | who joined and left, of facts, noted where they are applied | [`note_joins`] |
//! | that somebody joined, written down by hand, and taken back | [`set_joined`] |
//! | how many were invited and have joined; who they are; as a file | [`list_communities`], [`get_community`], [`invited_people`], [`begin_file`] |
//!
//! Tables: `communities`, `community_groups`; `community_invitations` and `community_joins` by profile, so that merging and parting move
//! nothing: a customer's invitation is the earliest of their profiles'. Invariants: nobody is invited twice into a community, and no
//! group gets more invitations than its greatest size, those of merged profiles counted; what was written down by hand is a fact of the
//! customer; nothing is sent from here. Whoever invites holds `journal::lock_applier`, then the community. Invitations and joins of
//! somebody who is erased go with them.

mod error;
mod file;
mod invite;
mod joins;
mod people;
mod register;

pub use error::CommunityError;
pub use file::{File, begin_file};
pub use invite::{
    AddedTo, NewCommunity, Preview, TopUp, ToppedUp, create_community, preview_community, preview_top_up, top_up,
};
pub(crate) use joins::note_joins;
pub use joins::set_joined;
pub use people::{Invited, InvitedPage, InvitedQuery, Wanted, invited_people};
pub use register::{
    Community, CommunityChange, CommunityItem, Group, GroupChange, get_community, list_communities, update_community,
    update_group,
};
