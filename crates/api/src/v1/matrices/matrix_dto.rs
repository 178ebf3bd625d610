//! Matrices in JSON.

use perennial_app::layers::{NamedLayer, NamedStage};
use perennial_app::matrices::{CustomerContents, Matrix, MatrixItem, NewMatrix, Published, Showing};
use perennial_domain::matrix::{Content, MatrixSettings};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A content with the stages that may see it.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatrixContentDto {
    /// a to z, 0 to 9 and _, 1 to 40, a letter first; no other content of the matrix has it.
    #[schema(example = "spring_tea")]
    pub code: String,
    /// 1 to 60 characters.
    #[schema(example = "First teas of spring")]
    pub name: String,
    /// Of a page: https or http, up to 2000 bytes; null where it has none.
    #[schema(example = "https://shop.example/spring")]
    pub url: Option<String>,
    /// Codes, in the order of the layer; each once.
    #[schema(example = json!(["life_new", "life_angel"]))]
    pub stages: Vec<String>,
}

impl From<Content> for MatrixContentDto {
    fn from(Content { code, name, url, stages }: Content) -> Self {
        Self { code, name, url, stages }
    }
}

fn contents_of(contents: Vec<MatrixContentDto>) -> Vec<Content> {
    let content = |MatrixContentDto { code, name, url, stages }| Content { code, name, url, stages };
    contents.into_iter().map(content).collect()
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMatrixBody {
    /// a to z, 0 to 9 and _, 1 to 40, a letter first. It stays.
    #[schema(example = "teas")]
    pub code: String,
    /// The code of a layer that is not archived. It stays.
    #[schema(example = "lifecycle")]
    pub layer: String,
    /// 1 to 60 characters.
    #[schema(example = "Teas by lifecycle")]
    pub name: String,
    /// Up to 100, in their order.
    pub contents: Vec<MatrixContentDto>,
}

impl NewMatrixBody {
    pub fn read(self) -> NewMatrix {
        let Self { code, layer, name, contents } = self;
        NewMatrix { code, layer, settings: MatrixSettings { name, contents: contents_of(contents) } }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatrixBody {
    /// 1 to 60 characters.
    #[schema(example = "Teas by lifecycle")]
    pub name: String,
    /// Up to 100, in their order.
    pub contents: Vec<MatrixContentDto>,
}

impl MatrixBody {
    pub fn read(self) -> MatrixSettings {
        MatrixSettings { name: self.name, contents: contents_of(self.contents) }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct MatrixStageDto {
    /// Of its segment.
    #[schema(example = "life_angel")]
    pub code: String,
    #[schema(example = "Angel user")]
    pub name: String,
}

impl From<NamedStage> for MatrixStageDto {
    fn from(NamedStage { code, name }: NamedStage) -> Self {
        Self { code, name }
    }
}

/// The layer of a matrix, as it is now.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct MatrixLayerDto {
    #[schema(example = "lifecycle")]
    pub code: String,
    #[schema(example = "Lifecycle")]
    pub name: String,
    /// Then nobody is in its stages, and nobody is shown anything.
    pub archived: bool,
    /// In their order.
    pub stages: Vec<MatrixStageDto>,
}

impl From<NamedLayer> for MatrixLayerDto {
    fn from(layer: NamedLayer) -> Self {
        Self {
            code: layer.code,
            name: layer.name,
            archived: layer.is_archived,
            stages: layer.stages.into_iter().map(MatrixStageDto::from).collect(),
        }
    }
}

/// What decides.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct PublishedMatrixDto {
    /// Of the draft that it was.
    #[schema(example = 2)]
    pub version: i64,
    pub contents: Vec<MatrixContentDto>,
    /// Codes of stages that see nothing, as the layer is now.
    #[schema(example = json!(["life_prospect"]))]
    pub uncovered_stages: Vec<String>,
    #[schema(example = "Li")]
    pub published_by: String,
    #[schema(format = DateTime)]
    pub published_at: String,
}

impl From<Published> for PublishedMatrixDto {
    fn from(published: Published) -> Self {
        Self {
            version: published.version,
            contents: published.contents.into_iter().map(MatrixContentDto::from).collect(),
            uncovered_stages: published.coverage.uncovered_stages,
            published_by: published.by,
            published_at: published.at.rfc3339(),
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct MatrixDto {
    #[schema(example = "teas")]
    pub code: String,
    #[schema(example = "Teas by lifecycle")]
    pub name: String,
    pub layer: MatrixLayerDto,
    /// Of the draft, in their order.
    pub contents: Vec<MatrixContentDto>,
    /// Codes of stages that the draft allows nothing, in the order of the layer.
    #[schema(example = json!(["life_prospect"]))]
    pub uncovered_stages: Vec<String>,
    /// Codes of contents that the draft shows to no stage of the layer.
    #[schema(example = json!(["old_teas"]))]
    pub unused_contents: Vec<String>,
    /// Codes of stages that the draft names and the layer does not have any more: it is saved without them before it is published.
    #[schema(example = json!([]))]
    pub gone_stages: Vec<String>,
    /// Null where nobody is shown anything so far.
    pub published: Option<PublishedMatrixDto>,
    /// Of the draft, for `If-Match`; grows by one with each change.
    #[schema(example = 3)]
    pub version: i64,
    #[schema(example = "Ada")]
    pub created_by: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(example = "Li")]
    pub changed_by: String,
    #[schema(format = DateTime)]
    pub changed_at: String,
}

impl From<Matrix> for MatrixDto {
    fn from(matrix: Matrix) -> Self {
        Self {
            code: matrix.code,
            name: matrix.settings.name,
            layer: matrix.layer.into(),
            contents: matrix.settings.contents.into_iter().map(MatrixContentDto::from).collect(),
            uncovered_stages: matrix.coverage.uncovered_stages,
            unused_contents: matrix.coverage.unused_contents,
            gone_stages: matrix.coverage.gone_stages,
            published: matrix.published.map(PublishedMatrixDto::from),
            version: matrix.version,
            created_by: matrix.created_by,
            created_at: matrix.created_at.rfc3339(),
            changed_by: matrix.changed_by,
            changed_at: matrix.changed_at.rfc3339(),
        }
    }
}

/// A matrix in a list.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct MatrixItemDto {
    #[schema(example = "teas")]
    pub code: String,
    #[schema(example = "Teas by lifecycle")]
    pub name: String,
    /// By code.
    #[schema(example = "lifecycle")]
    pub layer: String,
    #[schema(example = "Lifecycle")]
    pub layer_name: String,
    pub layer_archived: bool,
    #[schema(example = 8)]
    pub stages_count: usize,
    #[schema(example = 10)]
    pub contents_count: usize,
    /// Stages that the draft allows nothing.
    #[schema(example = 1)]
    pub uncovered_count: usize,
    /// Contents that the draft shows to no stage.
    #[schema(example = 0)]
    pub unused_count: usize,
    /// Of the draft.
    #[schema(example = 3)]
    pub version: i64,
    /// Null where nothing is published; below `version` where the draft has gone on since.
    #[schema(example = 2)]
    pub published_version: Option<i64>,
    #[schema(format = DateTime)]
    pub changed_at: String,
}

impl From<MatrixItem> for MatrixItemDto {
    fn from(item: MatrixItem) -> Self {
        Self {
            code: item.code,
            name: item.name,
            layer: item.layer.code,
            layer_name: item.layer.name,
            layer_archived: item.layer.is_archived,
            stages_count: item.layer.stages.len(),
            contents_count: item.contents_count,
            uncovered_count: item.coverage.uncovered_stages.len(),
            unused_count: item.coverage.unused_contents.len(),
            version: item.version,
            published_version: item.published_version,
            changed_at: item.changed_at.rfc3339(),
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct MatricesDto {
    /// By code.
    pub items: Vec<MatrixItemDto>,
}

/// Why there are contents, or none.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShowingDto {
    Allowed,
    /// What is published allows nothing for the stage, which may be newer.
    Uncovered,
    /// The customer is in no stage of the layer.
    NoStage,
    /// Nobody is in its stages.
    LayerArchived,
}

/// A content that a customer may be shown.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct ShownContentDto {
    #[schema(example = "spring_tea")]
    pub code: String,
    #[schema(example = "First teas of spring")]
    pub name: String,
    #[schema(example = "https://shop.example/spring")]
    pub url: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CustomerContentsDto {
    /// Where the customer is at this instant; null: in no stage of the layer.
    pub stage: Option<MatrixStageDto>,
    pub showing: ShowingDto,
    /// What is published for this stage, in the order of the matrix, and nothing else.
    pub contents: Vec<ShownContentDto>,
    /// Of the draft that is published.
    #[schema(example = 2)]
    pub published_version: i64,
    #[schema(format = DateTime)]
    pub as_of: String,
}

impl From<CustomerContents> for CustomerContentsDto {
    fn from(found: CustomerContents) -> Self {
        let content = |Content { code, name, url, .. }| ShownContentDto { code, name, url };
        Self {
            stage: found.stage.map(MatrixStageDto::from),
            showing: match found.showing {
                Showing::Allowed => ShowingDto::Allowed,
                Showing::Uncovered => ShowingDto::Uncovered,
                Showing::NoStage => ShowingDto::NoStage,
                Showing::LayerArchived => ShowingDto::LayerArchived,
            },
            contents: found.contents.into_iter().map(content).collect(),
            published_version: found.version,
            as_of: found.as_of.rfc3339(),
        }
    }
}
