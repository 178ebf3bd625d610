//! Tickets of people who go: whoever is disabled, or may not write about customers any more, looks after none.

use crate::people::Teller;
use crate::stage::{Stage, TESTER, on_both};
use crate::usage_cards::{FIELDS, all_tickets, card, rated, settings};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{NewUser, UserChange, create_user, update_user};
use perennial_app::{audit, tickets};
use perennial_domain::access::Role;
use perennial_domain::ticket::TicketState;
use serde_json::json;

on_both! {
    whoever_is_disabled_or_gets_another_role_gives_back_all_open_tickets,
}

async fn service(stage: &Stage, name: &str) -> String {
    let email = format!("{name}@example.com");
    let new = NewUser { email, name: name.to_owned(), role: Role::Service.code().to_owned() };
    create_user(&stage.app, &TESTER, new, &Once::unkeyed()).await.unwrap().0.id
}

/// Name, role, status.
async fn change(stage: &Stage, user: &str, to: [Option<&str>; 3]) {
    let [name, role, status] = to.map(|one| one.map(str::to_owned));
    update_user(&stage.app, &TESTER, user, UserChange { name, role, status }).await.unwrap();
}

async fn whoever_is_disabled_or_gets_another_role_gives_back_all_open_tickets(stage: &Stage) {
    let app = &stage.app;
    card(stage, "seven_days", settings(&FIELDS)).await;
    let mut shop = Teller::users("src_shop");
    let told: Vec<_> = (0..5).map(|number| rated(&format!("u{number}"), "seven_days", 1)).collect();
    shop.tell(stage, &told).await;
    let (su, wu) = (service(stage, "su").await, service(stage, "wu").await);
    let all = all_tickets(stage).await;
    for (ticket, user) in all.iter().zip([&su, &su, &su, &wu]) {
        tickets::assign_ticket(app, &TESTER, &ticket.id, 1, Some(user)).await.unwrap();
    }
    // A closed one stays with whoever closed it.
    tickets::close_ticket(app, &TESTER, &all[2].id, "called back").await.unwrap();
    let with = async || {
        let tickets = all_tickets(stage).await.into_iter();
        tickets.map(|one| (one.assigned.map(|to| to.user_id), one.state, one.version)).collect::<Vec<_>>()
    };
    let open = TicketState::Open;
    let (of_su, of_wu) = (Some(su.clone()), Some(wu.clone()));
    let closed = (of_su.clone(), TicketState::Closed, 3);
    let before =
        [(of_su.clone(), open, 2), (of_su, open, 2), closed.clone(), (of_wu.clone(), open, 2), (None, open, 1)];
    assert_eq!(with().await, before);
    // Another name is no reason.
    change(stage, &su, [Some("Su Li"), None, None]).await;
    assert_eq!(with().await, before);
    change(stage, &su, [None, None, Some("disabled")]).await;
    assert_eq!(with().await, [(None, open, 3), (None, open, 3), closed.clone(), (of_wu, open, 2), (None, open, 1)]);
    let entries = audit::list(app, &TESTER, None, 3).await.unwrap().0;
    let actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["ticket.assigned", "ticket.assigned", "user.updated"]);
    for (entry, ticket) in entries.iter().zip([&all[1], &all[0]]) {
        let detail = json!({ "customer": ticket.customer.public_id(), "user": { "from": su, "to": null } });
        assert_eq!((entry.subject.as_str(), json!(entry.detail)), (ticket.id.as_str(), detail));
    }
    change(stage, &wu, [None, Some(Role::Analyst.code()), None]).await;
    assert_eq!(with().await, [(None, open, 3), (None, open, 3), closed, (None, open, 3), (None, open, 1)]);
}
