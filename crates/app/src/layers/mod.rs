//! Layers: everybody of a base in exactly one of some stages, each stage a segment.
//!
//! | what | where |
//! |---|---|
//! | layers in versions, made, changed, archived together with their stages | [`create_layer`], [`update_layer`], [`set_layer_archived`], [`list_layers`], [`get_layer`] |
//! | what a brand can begin with: definitions in one file, filled in for this workspace | [`layer_templates`], [`layer_template`] |
//! | how many are in each stage, now | [`count_stages`] |
//! | who went from which stage to which between two days, as a matrix and as people | [`movement()`], [`movement_people`] |
//!
//! Tables: `layers`, `layer_versions`, `layer_stages`; stages are rows of `segments`, so members, reasons, moves and trends of
//! a stage are those of its segment. Invariants: the rule of a stage's segment is what [`perennial_domain::layers::effective`]
//! makes of the layer, saved in the same transaction; a segment that is a stage is changed by its layer alone, and stays that
//! layer's also where it is left out, so that who was in it when remains told.

mod count;
mod error;
mod movement;
mod named;
mod register;
mod templates;

pub use count::{StageCounts, count_stages};
pub use error::{LayerError, LayerProblem, ProblemKind};
pub use movement::{Between, Cell, Movement, movement, movement_people};
pub(crate) use named::named_layers;
pub use named::{NamedLayer, NamedStage};
pub use register::{
    LAYERS_MAX, Layer, LayerSettings, LayerVersion, STAGES_MAX, Stage, StageSettings, create_layer, get_layer,
    list_layers, set_layer_archived, update_layer,
};
pub use templates::{
    Lack, Language, LayerTemplate, Parameter, ParameterKind, TemplateStage, Values, layer_template, layer_templates,
};
