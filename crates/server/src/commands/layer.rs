//! `perennial layer`: everybody in exactly one of some stages. Works beside a running server.

use super::CLI;
use crate::output::{Output, Refused};
use crate::workspace::Shared;
use clap::{Args as ClapArgs, Subcommand};
use perennial_app::access::idempotency::Once;
use perennial_app::layers::{self, Language, Layer, LayerError, LayerTemplate, Values};
use perennial_domain::rules::text::print;
use perennial_domain::time::Instant;
use serde_json::{Value, json};

#[derive(ClapArgs)]
#[command(after_help = "Examples:
  perennial layer templates
  perennial layer create lifecycle --template lifecycle --set dormant_days=45
  perennial layer list --json")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// All layers that are not archived.
    #[command(after_help = "Example:\n  perennial layer list --json")]
    List,
    /// What a layer can be begun with, and what is lacking for it.
    #[command(after_help = "Example:\n  perennial layer templates --language zh-CN")]
    Templates(LanguageArgs),
    /// Make a layer of a template.
    #[command(after_help = "Example:\n  perennial layer create lifecycle --template lifecycle --set dormant_days=45")]
    Create(CreateArgs),
}

#[derive(ClapArgs)]
struct LanguageArgs {
    /// Of names: zh-CN or en.
    #[arg(long, value_name = "LANGUAGE", default_value = "en", env = "PERENNIAL_LANGUAGE")]
    language: String,
}

#[derive(ClapArgs)]
struct CreateArgs {
    /// The code of the layer.
    #[arg(value_name = "CODE")]
    code: String,
    /// The code of the template.
    #[arg(long, value_name = "CODE", env = "PERENNIAL_TEMPLATE")]
    template: String,
    /// A parameter with its value; several values of a list stand behind commas.
    #[arg(long = "set", value_name = "NAME=VALUE", env = "PERENNIAL_SET")]
    set: Vec<String>,
    #[command(flatten)]
    language: LanguageArgs,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    match args.what {
        What::List => {
            let found = layers::list_layers(&app, &CLI, Some(false)).await.map_err(refused)?;
            let items: Vec<Value> = found.iter().map(layer_json).collect();
            let lines: Vec<String> = found.iter().map(line_of).collect();
            output.result(&json!({ "items": items }), &lines)
        }
        What::Templates(args) => {
            let found = layers::layer_templates(&app, &CLI, language_of(&args)?).await.map_err(refused)?;
            let items: Vec<Value> = found.iter().map(template_json).collect();
            let lines: Vec<String> = found.iter().map(template_line).collect();
            output.result(&json!({ "items": items }), &lines)
        }
        What::Create(args) => {
            let values = values_of(&args.set)?;
            let language = language_of(&args.language)?;
            let filled =
                layers::layer_template(&app, &CLI, &args.template, language, &values).await.map_err(refused)?;
            let made = layers::create_layer(&app, &CLI, &args.code, filled.settings(), &Once::unkeyed()).await;
            let layer = made.map_err(refused)?;
            output.result(&layer_json(&layer), &[line_of(&layer)])
        }
    }
}

fn language_of(args: &LanguageArgs) -> Result<Language, Refused> {
    Language::parse(&args.language).ok_or_else(|| Refused(format!("--language: {}", Language::ALLOWED)))
}

fn values_of(set: &[String]) -> Result<Values, Refused> {
    let value = |one: &String| {
        let (name, value) = one.split_once('=')?;
        Some((name.to_owned(), value.split(',').map(|one| one.trim().to_owned()).collect()))
    };
    let wrong = |one: &String| Refused(format!("--set {one}: a name, an equals sign and a value"));
    set.iter().map(|one| value(one).ok_or_else(|| wrong(one))).collect()
}

fn layer_json(layer: &Layer) -> Value {
    let newest = &layer.newest;
    let stage = |one: &layers::Stage| json!({ "code": one.code, "name": one.name, "text": print(&one.rule), "effective_text": print(&one.effective) });
    json!({
        "code": layer.code,
        "name": newest.name,
        "description": newest.description,
        "version": newest.version,
        "base": newest.base.as_ref().map(print),
        "stages": newest.stages.iter().map(stage).collect::<Vec<_>>(),
        "changed_by": newest.changed_by,
        "changed_at": newest.changed_at.rfc3339(),
        "archived_at": layer.archived_at.map(Instant::rfc3339),
    })
}

fn line_of(layer: &Layer) -> String {
    let newest = &layer.newest;
    format!("{} version {}: {}, {} stages", layer.code, newest.version, newest.name, newest.stages.len())
}

fn template_json(template: &LayerTemplate) -> Value {
    let parameter = |one: &layers::Parameter| json!({ "code": one.code, "name": one.name, "kind": one.kind.code(), "values": one.values });
    let stage = |one: &layers::TemplateStage| json!({ "code": one.code, "name": one.name, "text": one.text });
    let lack = |one: &layers::Lack| json!({ "stage": one.stage, "message": one.message });
    json!({
        "code": template.code,
        "name": template.name,
        "description": template.description,
        "base": template.base,
        "parameters": template.parameters.iter().map(parameter).collect::<Vec<_>>(),
        "stages": template.stages.iter().map(stage).collect::<Vec<_>>(),
        "lacks": template.lacks.iter().map(lack).collect::<Vec<_>>(),
    })
}

fn template_line(template: &LayerTemplate) -> String {
    let lacks = match template.lacks.as_slice() {
        [] => String::new(),
        [first, ..] => format!(" (lacks: {})", first.message),
    };
    format!("{}: {}, {} stages{lacks}", template.code, template.name, template.stages.len())
}

/// What was asked for cannot be done: another exit code than a failure.
fn refused(error: LayerError) -> anyhow::Error {
    match error {
        LayerError::Invalid(_)
        | LayerError::NoLayer
        | LayerError::NoTemplate
        | LayerError::Taken
        | LayerError::VersionConflict
        | LayerError::Archived
        | LayerError::StoodOn(_) => Refused(error.to_string()).into(),
        other => other.into(),
    }
}
