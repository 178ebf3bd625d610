//! The columns of the files: their names and what they mean, once for headers and for the README.
//!
//! Invariants: `rows` writes the cells in this order; the names are recognised by the import.

pub struct Column {
    pub name: &'static str,
    pub meaning: &'static str,
}

const fn column(name: &'static str, meaning: &'static str) -> Column {
    Column { name, meaning }
}

pub const ORDER_COLUMNS: &[Column] = &[
    column("order_no", "unique; P… an order, R… the refund of the order with the same tail, X… a cancelled attempt"),
    column("ordered_at", "local date and time, no zone"),
    column("customer_id", "the shop's number; missing on some later orders"),
    column("phone", "E.164; missing where unknown or not asked"),
    column("email", "missing where unknown or not asked"),
    column("sku", "stock keeping unit"),
    column("product_name", "Chinese, English or both; may contain commas"),
    column("quantity", "pieces; negative on refunds"),
    column("unit_price", "what one piece cost in this order, after offers"),
    column("line_amount", "quantity × unit_price; the lines of an order sum to its Gamma-Gamma amount"),
    column("currency", "ISO 4217"),
    column("status", "completed, refunded or cancelled"),
    column("store", "shop or branch"),
    column("channel", "wechat_mini_program, tmall, store or website"),
];

pub const CUSTOMER_COLUMNS: &[Column] = &[
    column("customer_id", "the shop's number"),
    column("phone", "E.164; missing where unknown"),
    column("email", "missing where unknown"),
    column("name", "Chinese or English"),
    column("gender", "f, m or missing"),
    column("birthday", "missing where unknown"),
    column("city", "missing where unknown"),
    column("registered_at", "local date and time, at or shortly before the first order"),
];

pub const TRUTH_COLUMNS: &[Column] = &[
    column("customer_id", "as in the other files"),
    column("lambda", "purchases a week while alive"),
    column("p", "BG/NBD only: chance to leave after each repeat purchase"),
    column("mu", "Pareto/NBD only: departures a week"),
    column("alive_at_end", "true or false, at the end of the last day"),
    column("death_date", "the day the customer left; empty while alive"),
    column("mean_spend", "mean order of this customer, in units of the currency"),
    column("orders", "orders in the files, without cancelled ones and refunds"),
    column("purchase_days", "different days with an order: x + 1 of the models"),
    column("gross_amount", "sum of these orders"),
    column("refund_amount", "sum of the refunds in the files, positive"),
    column("future_purchases", "orders in the 365 days after the last day, as they came"),
    column("future_spend", "sum of these orders"),
    column("future_expected", "mean of future_purchases given the rates and that the customer lives or has left"),
];

pub fn push_header(columns: &[Column], out: &mut Vec<u8>) {
    for (place, column) in columns.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        out.extend_from_slice(column.name.as_bytes());
    }
    out.push(b'\n');
}
