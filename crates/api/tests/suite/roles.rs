//! Every endpoint with every role, taken from the document, so that a new endpoint is in the table by itself.

use crate::support::{Caller, TestApi, on_both};
use perennial_domain::access::{Right, Role};
use serde_json::Value;

on_both!(
    every_endpoint_lets_in_exactly_the_roles_with_its_right,
    nobody_gets_in_without_signing_in_but_where_the_document_says_so,
    a_token_of_nobody_is_turned_away,
);

struct Operation {
    method: String,
    path: String,
    /// `None`: anybody; `Some(None)`: whoever has signed in; else a right.
    needs: Option<Option<Right>>,
}

fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(perennial_api::openapi()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations.push(Operation {
                method: method.to_uppercase(),
                path: path.replace("{id}", "unknown"),
                needs: needs(&operation["security"]),
            });
        }
    }
    assert!(operations.len() > 30);
    operations
}

fn needs(security: &Value) -> Option<Option<Right>> {
    let schemes: Vec<&Value> = security.as_array().unwrap().iter().collect();
    let rights_of = |scheme: &str| {
        schemes.iter().find_map(|requirement| requirement.get(scheme)).map(|rights| rights.as_array().unwrap().clone())
    };
    let session = rights_of("session")?;
    let right = session.first().map(|code| {
        let code = code.as_str().unwrap();
        Right::ALL.into_iter().find(|right| right.code() == code).unwrap_or_else(|| panic!("no right {code}"))
    });
    if right.is_some() {
        assert_eq!(rights_of("token"), Some(session), "a right is needed by session and token alike");
    }
    Some(right)
}

async fn status(api: &TestApi, caller: &Caller, operation: &Operation) -> (u16, String) {
    let request = TestApi::request(caller, &operation.method, &operation.path, None, &[]);
    let answer = api.send(request).await;
    let code = match serde_json::from_slice::<Value>(&answer.bytes) {
        Ok(body) => body["code"].as_str().unwrap_or_default().to_owned(),
        Err(_) => String::new(),
    };
    (answer.status.as_u16(), code)
}

async fn every_endpoint_lets_in_exactly_the_roles_with_its_right(api: TestApi) {
    for role in Role::ALL {
        let caller = api.caller(role).await;
        for operation in operations() {
            let Some(Some(right)) = operation.needs else { continue };
            let (status, code) = status(&api, &caller, &operation).await;
            let forbidden = status == 403 && code == "forbidden";
            let place = format!("{} {} as {}: {status} {code}", operation.method, operation.path, role.code());
            assert_eq!(forbidden, !role.has(right), "{place}");
            assert_ne!(status, 401, "{place}");
            assert_ne!(status, 500, "{place}");
        }
    }
}

async fn nobody_gets_in_without_signing_in_but_where_the_document_says_so(api: TestApi) {
    for operation in operations() {
        let (status, code) = status(&api, &Caller::default(), &operation).await;
        let turned_away = status == 401 && code == "unauthenticated";
        assert_eq!(turned_away, operation.needs.is_some(), "{} {}", operation.method, operation.path);
    }
}

async fn a_token_of_nobody_is_turned_away(api: TestApi) {
    for bearer in ["pat_unknown", "", "usr_1"] {
        let caller = Caller { bearer: Some(bearer.to_owned()), ..Caller::default() };
        assert_eq!(api.get(&caller, "/api/v1/customers").await.problem(), "401 unauthenticated");
    }
}
