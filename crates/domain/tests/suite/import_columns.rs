//! Recognition of columns by layout, name and content.

use perennial_domain::import::cells::RowBuffer;
use perennial_domain::import::columns::{Layout, Recognition, Why, recognise};
use perennial_domain::import::field::{Field, ImportKind};
use perennial_domain::import::mapping::{Mapping, MappingProblemCode, Options, Target};
use perennial_domain::import::parse::dates::{DateOrder, DateOrderFinding};
use perennial_domain::import::sample::Sample;
use perennial_domain::money::Currency;
use perennial_domain::time::Zone;

fn recognised(kind: ImportKind, headers: &[&str], rows: &[&[&str]], user: Option<&Mapping>) -> Recognition {
    let headers: Vec<String> = headers.iter().map(|name| (*name).to_owned()).collect();
    let mut sample = Sample::new(headers.len());
    for row in rows {
        sample.observe(&RowBuffer::of(row).cells());
    }
    recognise(kind, &headers, &sample, user)
}

fn fields(recognition: &Recognition) -> Vec<String> {
    recognition.columns.iter().map(|column| column.field.as_ref().map_or("-".to_owned(), Target::text)).collect()
}

#[test]
fn known_layouts_need_no_flag() {
    let cases: [(&str, Layout, Option<&str>, &str); 6] = [
        ("customer_id,date,cds,spend", Layout::Cdnow, Some("USD"), "customer_id,ordered_at,quantity,order_amount"),
        (
            "master_customer_id,customer_id,date,cds,spend",
            Layout::Cdnow,
            Some("USD"),
            "other_id,customer_id,ordered_at,quantity,order_amount",
        ),
        (
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
            Layout::OnlineRetail,
            Some("GBP"),
            "order_no,sku,product_name,quantity,ordered_at,unit_price,customer_id,trait:country",
        ),
        (
            "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country",
            Layout::OnlineRetail,
            Some("GBP"),
            "order_no,sku,product_name,quantity,ordered_at,unit_price,customer_id,trait:country",
        ),
        (
            "household_id,store_id,basket_id,product_id,quantity,sales_value,retail_disc,transaction_timestamp",
            Layout::CompleteJourney,
            Some("USD"),
            "customer_id,store,order_no,sku,quantity,line_amount,ignore,ordered_at",
        ),
        (
            "Name,Email,Financial Status,Paid at,Currency,Total,Discount Amount,Created at,Lineitem quantity,\
             Lineitem name,Lineitem price,Lineitem sku,Refunded Amount",
            Layout::Shopify,
            None,
            "order_no,email,status,ignore,currency,order_amount,discount,ordered_at,quantity,product_name,unit_price,\
             sku,refund_amount",
        ),
    ];
    for (header, layout, currency, meanings) in cases {
        let headers: Vec<&str> = header.split(',').collect();
        let recognition = recognised(ImportKind::Orders, &headers, &[], None);
        assert_eq!(recognition.layout, Some(layout), "{header}");
        assert_eq!(recognition.currency.map(|own| own.code().to_owned()).as_deref(), currency, "{header}");
        assert_eq!(fields(&recognition).join(","), meanings, "{header}");
        assert!(recognition.columns.iter().all(|column| column.why == Some(Why::Layout)), "{header}");
    }
}

#[test]
fn chinese_headers_are_known_by_name() {
    let headers =
        ["订单号", "下单时间", "付款时间", "买家", "手机号", "实付金额（元）", "商品名称", "数量", "单价", "订单状态"];
    let row = |number: &'static str| -> Vec<&'static str> {
        vec![
            number,
            "2026-01-02 10:00:00",
            "2026-01-02 10:01:00",
            "小明",
            "13812345678",
            "19.90",
            "红茶",
            "1",
            "25.00",
            "交易成功",
        ]
    };
    let once: Vec<Vec<&str>> = ["1", "2", "3", "4", "5"].map(row).to_vec();
    let once: Vec<&[&str]> = once.iter().map(Vec::as_slice).collect();
    let found = recognised(ImportKind::Orders, &headers, &once, None);
    let expected = "order_no,ordered_at,-,other_id,phone,line_amount,product_name,quantity,unit_price,status";
    assert_eq!(fields(&found).join(","), expected, "what was paid is of the line where no order number repeats");
    let twice: Vec<Vec<&str>> = ["1", "1", "3", "3", "5"].map(row).to_vec();
    let twice: Vec<&[&str]> = twice.iter().map(Vec::as_slice).collect();
    let found = recognised(ImportKind::Orders, &headers, &twice, None);
    assert_eq!(fields(&found)[5], "order_amount");
    let traditional = ["訂單編號", "下單時間", "會員編號", "實付金額", "商品名稱", "數量"];
    let found = recognised(ImportKind::Orders, &traditional, &[], None);
    assert_eq!(fields(&found).join(","), "order_no,ordered_at,member_no,order_amount,product_name,quantity");
}

#[test]
fn content_helps_where_names_say_nothing() {
    let rows: Vec<Vec<String>> = (1..=9)
        .map(|day| vec![format!("user{day}@shop.cn"), format!("2026-01-0{day}"), format!("{day}.50"), "x".to_owned()])
        .collect();
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let found = recognised(ImportKind::Orders, &["a", "b", "c", "d"], &rows, None);
    assert_eq!(fields(&found).join(","), "email,ordered_at,order_amount,-");
    assert!(found.columns[..3].iter().all(|column| column.why == Some(Why::Content) && column.confidence < 0.9));
}

#[test]
fn the_user_overrides_and_frees_the_field() {
    let user: Mapping = serde_json::from_str(r#"{"booked":"ordered_at","shop":"trait:shop","sku":"ignore"}"#).unwrap();
    let found = recognised(ImportKind::Orders, &["date", "booked", "shop", "sku"], &[], Some(&user));
    assert_eq!(fields(&found).join(","), "-,ordered_at,trait:shop,ignore");
    assert!(serde_json::from_str::<Mapping>(r#"{"a":"nonsense"}"#).is_err());
    assert_eq!(serde_json::to_string(&user).unwrap(), r#"{"booked":"ordered_at","shop":"trait:shop","sku":"ignore"}"#);
}

#[test]
fn what_is_missing_is_said_with_its_reason() {
    let codes = |recognition: &Recognition, options: &Options, currency| {
        let outcome = recognition.settle(options, &Zone::utc(), currency);
        outcome.map(|_| ()).map_err(|problems| problems.iter().map(|problem| problem.code).collect::<Vec<_>>())
    };
    let (none, gbp) = (Options::default(), Currency::parse("GBP"));
    let found = recognised(ImportKind::Customers, &["name", "city"], &[], None);
    assert_eq!(codes(&found, &none, gbp), Err(vec![MappingProblemCode::MissingIdentifier]));
    let found = recognised(ImportKind::Orders, &["email", "amount"], &[], None);
    assert_eq!(
        codes(&found, &none, None),
        Err(vec![MappingProblemCode::MissingField, MappingProblemCode::MissingCurrency])
    );
    let found = recognised(ImportKind::Orders, &["email", "date"], &[], None);
    assert_eq!(codes(&found, &none, None), Ok(()), "without amounts no currency is needed");
    let cdnow = recognised(ImportKind::Orders, &["customer_id", "date", "cds", "spend"], &[], None);
    assert_eq!(codes(&cdnow, &none, gbp), Err(vec![MappingProblemCode::CurrencyDiffers]));
    let zone = Options { time_zone: Some("Mars/Base".to_owned()), ..Options::default() };
    assert_eq!(codes(&cdnow, &zone, None), Err(vec![MappingProblemCode::UnknownTimeZone]));
}

#[test]
fn an_ambiguous_date_order_must_be_stated() {
    let rows: [&[&str]; 2] = [&["01/02/2011", "a@b.cn"], &["03/04/2011", "a@b.cn"]];
    let found = recognised(ImportKind::Orders, &["date", "email"], &rows, None);
    assert_eq!(found.date_order, DateOrderFinding::Ambiguous);
    let problems = found.settle(&Options::default(), &Zone::utc(), None).unwrap_err();
    assert_eq!(problems[0].code, MappingProblemCode::AmbiguousDateOrder);
    let stated = Options { date_order: Some(DateOrder::Dmy), ..Options::default() };
    assert_eq!(found.settle(&stated, &Zone::utc(), None).unwrap().date_order, DateOrder::Dmy);
    assert_eq!(found.columns[0].field, Some(Target::Field(Field::OrderedAt)));
}
