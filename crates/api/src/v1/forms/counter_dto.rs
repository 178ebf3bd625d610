//! A counter in JSON. Its address needs that of its form.

use perennial_app::forms::Counter;
use perennial_domain::form::CounterSettings;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CounterBody {
    /// 1 to 60 characters.
    #[schema(example = "Tablet by the door")]
    name: String,
    /// The id of the store: whoever answers belongs to it.
    #[schema(example = "plc_1c9f0x3abcdefghjk")]
    place: String,
    /// The id of the clerk for whom the answers count.
    #[schema(example = "clk_1c9f0x3abcdefghjk")]
    clerk: Option<String>,
    /// The id of the channel code that is shown to whoever has answered; null: that of the form.
    #[schema(example = "cod_1c9f0x3abcdefghjk")]
    code: Option<String>,
}

impl From<CounterBody> for CounterSettings {
    fn from(CounterBody { name, place, clerk, code }: CounterBody) -> Self {
        Self { name, place, clerk, code }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CounterDto {
    #[schema(example = "fco_1c9f0x3abcdefghjk")]
    pub id: String,
    #[schema(example = "frm_1c9f0x3abcdefghjk")]
    pub form_id: String,
    /// Behind the path of the form.
    #[schema(example = "4N8P2RTV6X")]
    pub slug: String,
    #[schema(example = "Tablet by the door")]
    pub name: String,
    pub place: String,
    pub clerk: Option<String>,
    pub code: Option<String>,
    pub created_by: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Null: it is open.
    #[schema(format = DateTime)]
    pub archived_at: Option<String>,
    /// The version that `If-Match` names.
    #[schema(example = 1)]
    pub version: i64,
}

impl From<Counter> for CounterDto {
    fn from(counter: Counter) -> Self {
        let CounterSettings { name, place, clerk, code } = counter.settings;
        Self {
            id: counter.id,
            form_id: counter.form_id,
            slug: counter.slug,
            name,
            place,
            clerk,
            code,
            created_by: counter.created_by,
            created_at: counter.created_at.rfc3339(),
            archived_at: counter.archived_at.map(Instant::rfc3339),
            version: counter.version,
        }
    }
}
