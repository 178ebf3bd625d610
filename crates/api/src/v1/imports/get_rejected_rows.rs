//! The rejected rows of an import as a file.

use super::problem_of_import;
use crate::auth::{Allowed, ImportsRead};
use crate::extract::ApiPath;
use crate::problem::{Code, Problem, ProblemBody};
use crate::state::ApiState;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use perennial_app::imports;
use tokio::io::AsyncReadExt;

const PIECE_BYTES: usize = 64 * 1024;

/// CSV: row number, file, field, code, reason and the original columns; formulas are neutralised.
#[utoipa::path(
    get, path = "/api/v1/imports/{id}/rejected", operation_id = "get_rejected_rows", tag = "imports",
    security(("session" = ["imports.read"]), ("token" = ["imports.read"])),
    params(("id" = String, Path, example = "imp_1c9f0x3abcdefghjk")),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json",
            description = "not_found: no such import, or no rejected row"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    _: Allowed<ImportsRead>,
    ApiPath(id): ApiPath,
) -> Result<Response, Problem> {
    // Known before its id becomes part of a path.
    let view = imports::view(&state.app, &id).await.map_err(problem_of_import)?;
    let missing = || Problem::new(Code::NotFound, "this import has no rejected rows");
    // The file begins with the names of the columns, so that it is there also where no row is.
    if view.result.rejected == 0 {
        return Err(missing());
    }
    let path = imports::rejected_file(&state.app, &view.id).ok_or_else(missing)?;
    let file = tokio::fs::File::open(path).await.map_err(|error| Problem::internal(&error))?;
    let pieces = try_unfold(file, |mut file| async move {
        let mut piece = vec![0; PIECE_BYTES];
        let length = file.read(&mut piece).await?;
        piece.truncate(length);
        Ok::<_, std::io::Error>((length > 0).then_some((piece, file)))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"rejected-rows.csv\""),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}
