//! The example files from their bytes to facts, with the counts their README states.

use crate::support::{path, recognise_file, rows_of};
use perennial_connect::tabular::{ReadOptions, ReadRow, open};
use perennial_domain::fact::FactKind;
use perennial_domain::import::columns::Layout;
use perennial_domain::import::customers::CustomerRowParser;
use perennial_domain::import::field::ImportKind;
use perennial_domain::import::mapping::{Options, Settled};
use perennial_domain::import::orders::{
    AssembleContext, Assembled, OrderRow, OrderRowParser, OrderRowReader, assemble,
};
use perennial_domain::time::Zone;
use std::collections::HashSet;

fn orders_of(name: &str, layout: Layout, currency: &str) -> (Vec<OrderRow>, u64) {
    let recognition = recognise_file(name, ImportKind::Orders);
    assert_eq!(recognition.layout, Some(layout));
    let settled: Settled = recognition.settle(&Options::default(), &Zone::utc(), None).unwrap();
    assert_eq!(settled.currency.code(), currency);
    let parser = OrderRowParser::new(&recognition.headers(), &recognition.mapping(), &settled).unwrap();
    let mut typed = OrderRowReader::new(&parser, 0);
    let mut reader = rows_of(open(&path(name), &ReadOptions::default()).unwrap());
    let (mut rows, mut rejected) = (Vec::new(), 0);
    while let Some(read) = reader.next().unwrap() {
        match read {
            ReadRow::Row(row) => match typed.parse(&row.cells, row.row_number) {
                Ok(row) => rows.push(row),
                Err(_) => rejected += 1,
            },
            ReadRow::Rejected(_) => rejected += 1,
        }
    }
    assert_eq!(reader.progress().bytes_read(), std::fs::metadata(path(name)).unwrap().len());
    (rows, rejected)
}

fn facts_of(rows: Vec<OrderRow>) -> Vec<Assembled> {
    assemble(rows, &AssembleContext { source: "file" })
}

#[test]
fn cdnow_is_read_without_a_rejected_row() {
    let (rows, rejected) = orders_of("cdnow_master.csv.gz", Layout::Cdnow, "USD");
    assert_eq!((rows.len(), rejected), (69_659, 0));
    assert_eq!(rows.last().map(|row| row.row_number), Some(69_660));
    let customers: HashSet<_> = rows.iter().map(|row| row.identifiers[0].clone()).collect();
    assert_eq!(customers.len(), 23_570);
    let facts = facts_of(rows);
    assert_eq!(facts.len(), 69_659, "every row of CDNOW is an order");
    let keys: HashSet<_> = facts.iter().map(|item| item.fact.key).collect();
    assert_eq!(keys.len(), 69_659, "equal rows have keys of their own");
}

#[test]
fn the_cdnow_sample_keeps_the_number_in_the_master_beside_its_own() {
    let (rows, rejected) = orders_of("cdnow_sample.csv.gz", Layout::Cdnow, "USD");
    assert_eq!((rows.len(), rejected), (6_919, 0));
    let types: Vec<&str> = rows[0].identifiers.iter().map(|identifier| identifier.kind.code()).collect();
    assert_eq!(types, ["customer_id", "other_id"]);
    assert_eq!(rows[0].identifiers[0].value, "1");
}

#[test]
fn online_retail_gives_the_figures_of_its_readme() {
    let (rows, rejected) = orders_of("online_retail_main.csv.gz", Layout::OnlineRetail, "GBP");
    assert_eq!((rows.len(), rejected), (443_159, 0));
    let sales: Vec<&OrderRow> =
        rows.iter().filter(|row| row.kind == FactKind::Order && !row.identifiers.is_empty()).collect();
    assert_eq!(sales.len(), 301_022);
    let customers: HashSet<&str> = sales.iter().map(|row| row.identifiers[0].value.as_str()).collect();
    assert_eq!(customers.len(), 3_242);
    assert_eq!(sales.iter().filter_map(|row| row.amount_minor).sum::<i64>(), 705_087_451);
    assert_eq!(rows.iter().filter(|row| row.identifiers.is_empty()).count(), 135_080, "rows of guests");
    let facts = facts_of(rows);
    let lines: u32 = facts.iter().map(|item| item.rows).sum();
    assert_eq!(lines, 443_159, "every row is one line");
    assert!(facts.iter().all(|item| item.fact.lines.len() == item.rows as usize));
    let of_customers = |item: &&Assembled| item.fact.kind == FactKind::Order && !item.fact.identifiers.is_empty();
    let orders: Vec<&Assembled> = facts.iter().filter(of_customers).collect();
    assert_eq!(orders.len(), 14_202);
    assert_eq!(orders.iter().filter_map(|item| item.fact.amount_minor()).sum::<i64>(), 705_087_451);
}

#[test]
fn complete_journey_is_read_as_lines_of_baskets() {
    let (rows, rejected) = orders_of("complete_journey_transactions_sample.csv.gz", Layout::CompleteJourney, "USD");
    assert_eq!((rows.len(), rejected), (75_000, 0));
    let households: HashSet<&str> = rows.iter().map(|row| row.identifiers[0].value.as_str()).collect();
    assert_eq!(households.len(), 2_377);
    assert!(rows.iter().all(|row| row.amount_minor.is_some() && row.order_no.is_some()));
}

#[test]
fn complete_journey_households_are_customers_with_traits() {
    let name = "complete_journey_demographics.csv.gz";
    let recognition = recognise_file(name, ImportKind::Customers);
    let settled = recognition.settle(&Options::default(), &Zone::utc(), None).unwrap();
    let parser = CustomerRowParser::new(&recognition.headers(), &recognition.mapping(), &settled).unwrap();
    let mut reader = rows_of(open(&path(name), &ReadOptions::default()).unwrap());
    let mut rows = Vec::new();
    while let Some(ReadRow::Row(row)) = reader.next().unwrap() {
        rows.push(parser.parse(&row.cells, row.row_number).unwrap());
    }
    assert_eq!(rows.len(), 801);
    assert!(rows[0].traits.iter().any(|item| item.name == "income" && item.value == "35-49K"));
}
