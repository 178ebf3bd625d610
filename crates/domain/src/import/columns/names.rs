//! What columns are called: English, simplified and traditional Chinese.
//!
//! Invariants: names stand here in their normal form (see [`normal`]); one name means one field per kind.

use crate::import::field::{Field, ImportKind};

/// Lower case, without blanks, punctuation, a byte order mark, and what stands in brackets.
pub fn normal(header: &str) -> String {
    let mut text = String::with_capacity(header.len());
    let mut depth = 0u32;
    for letter in header.chars() {
        match letter {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            _ if letter.is_alphanumeric() => text.extend(half_width(letter).to_lowercase()),
            _ => {}
        }
    }
    text
}

fn half_width(letter: char) -> char {
    match letter {
        'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '０'..='９' => char::from_u32(letter as u32 - 0xFEE0).unwrap_or(letter),
        other => other,
    }
}

/// Names in words; the first ones say exactly the field, the later ones are habits.
type Names = &'static [(Field, &'static str)];

const IDENTIFIERS: Names = &[
    (
        Field::CustomerId,
        "customerid customer customerno customernumber custid clientid clientno userid uid buyerid shopperid \
         customercode customerkey householdid 客户id 客户编号 客户号 客户编码 顾客id 顾客编号 用户id 用户编号 \
         买家id 客戶id 客戶編號 顧客id 顧客編號 用戶id 用戶編號 買家id",
    ),
    (
        Field::MemberNo,
        "memberno memberid membernumber membershipno membershipid membershipnumber cardno cardnumber \
         membercard loyaltyid loyaltycard loyaltynumber 会员号 会员编号 会员卡号 会员id 会员编码 卡号 會員號 \
         會員編號 會員卡號 會員id 卡號",
    ),
    (
        Field::Phone,
        "phone phonenumber phoneno mobile mobilephone mobilenumber mobileno tel telephone cellphone cell \
         billingphone customerphone buyerphone 手机 手机号 手机号码 电话 电话号码 联系电话 联系手机 联系方式 \
         买家手机 买家手机号 收货人手机号 收件人手机 收货人手机 收货人手机号提货人手机号 会员手机号 客户手机 \
         客户手机号 手機 手機號 手機號碼 電話 電話號碼 聯絡電話 聯繫電話 買家手機 收件人手機 會員手機號",
    ),
    (
        Field::Email,
        "email emailaddress mail mailaddress billingemail customeremail buyeremail useremail contactemail \
         邮箱 电子邮箱 电子邮件 邮件 邮箱地址 邮件地址 郵箱 電子郵箱 電子郵件 電郵 信箱 電子信箱",
    ),
    (
        Field::OtherId,
        "otherid externalid openid unionid wechatid wechatopenid wechatunionid buyer buyername buyernick \
         username nickname loginname mastercustomerid 买家 买家昵称 买家会员名 买家账号 买家旺旺 会员名 \
         用户名 昵称 微信openid 微信unionid 外部编号 買家 買家暱稱 買家會員名 買家帳號 暱稱 用戶名 會員名",
    ),
];

const ORDERS: Names = &[
    (
        Field::OrderNo,
        "orderno orderid ordernumber order ordercode orderref orderreference invoiceno invoice invoiceid \
         invoicenumber receiptno receiptid receiptnumber receipt transactionid transactionno \
         transactionnumber basketid billno ticketno 订单号 订单编号 订单id 主订单编号 主订单号 交易号 \
         交易编号 交易单号 流水号 单号 小票号 订单流水号 訂單號 訂單編號 訂單id 交易號 交易編號 流水號 單號 \
         發票號碼",
    ),
    (
        Field::LineNo,
        "lineno lineid linenumber line lineitem itemno orderline orderitemid lineitemid 行号 子订单号 \
         子订单编号 明细编号 序号 行號 子訂單號 子訂單編號 序號",
    ),
    (
        Field::OrderedAt,
        "orderedat orderdate ordertime orderdatetime date datetime time timestamp createdat created \
         createtime datecreated orderplaced placedat purchasedate purchasedat purchasetime purchasetimestamp \
         orderpurchasetimestamp invoicedate transactiondate transactiontime transactiontimestamp \
         transactiondatetime saledate salesdate paidat paidtime paymenttime paymentdate paiddate 下单时间 \
         下单日期 订单时间 订单日期 订单创建时间 创建时间 付款时间 订单付款时间 支付时间 交易时间 交易日期 \
         购买时间 购买日期 成交时间 消费时间 消费日期 日期 时间 下單時間 下單日期 訂單時間 訂單日期 \
         訂單建立時間 建立時間 付款時間 支付時間 交易時間 購買時間 購買日期 成交時間 消費時間 消費日期 時間",
    ),
    (
        Field::Sku,
        "sku skuid skucode stockcode productid productcode productno itemid itemcode itemsku lineitemsku \
         barcode upc ean articleno 商品编码 商品编号 商品id 商家编码 货号 规格编码 sku编码 sku编号 商品条码 \
         条码 商品sku 商品編號 商品編碼 貨號 條碼",
    ),
    (
        Field::ProductName,
        "productname product producttitle itemname item itemtitle description title lineitemname goods \
         goodsname 商品名称 商品名 商品 宝贝标题 宝贝名称 商品标题 品名 产品名称 产品 货品名称 商品名稱 \
         產品名稱 產品 品項",
    ),
    (
        Field::Quantity,
        "quantity qty count units pieces cds lineitemquantity itemquantity orderedquantity 数量 购买数量 \
         商品数量 件数 宝贝数量 销售数量 宝贝总数量 數量 購買數量 商品數量 件數",
    ),
    (
        Field::UnitPrice,
        "unitprice price itemprice lineitemprice itemcost productprice priceperunit 单价 商品单价 价格 \
         商品价格 成交单价 销售单价 單價 商品單價 價格 商品價格",
    ),
    (
        Field::LineAmount,
        "lineamount linetotal lineprice salesvalue itemtotal itemamount lineitemtotal subtotalline 商品金额 \
         商品小计 小计 商品实付金额 商品实付 商品总价 行金额 商品實付金額 小計 商品金額 商品總價",
    ),
    (
        Field::OrderAmount,
        "orderamount ordertotal total totalamount totalprice amount grandtotal spend spent sales revenue \
         value ordervalue paidamount amountpaid totalpaid payment paymentvalue paymentamount netamount \
         totalspent 实付金额 实付款 实际支付金额 买家实际支付金额 买家实付金额 订单金额 订单总额 订单实付金额 \
         支付金额 付款金额 应付金额 总金额 金额 合计 成交金额 消费金额 交易金额 总额 订单总金额 實付金額 \
         實付款 訂單金額 訂單總額 支付金額 付款金額 總金額 金額 合計 成交金額 消費金額 交易金額 總額",
    ),
    (
        Field::Discount,
        "discount discountamount linediscount lineitemdiscount itemdiscount 优惠金额 折扣金额 优惠 商品优惠 \
         優惠金額 折扣金額 優惠",
    ),
    (Field::Currency, "currency currencycode ordercurrency 币种 货币 幣種 貨幣 幣別"),
    (
        Field::Status,
        "status orderstatus financialstatus paymentstatus state orderstate 订单状态 状态 交易状态 支付状态 \
         訂單狀態 狀態 交易狀態 支付狀態 付款狀態",
    ),
    (
        Field::RefundAmount,
        "refundamount refundedamount refund refunded amountrefunded totalrefunded 退款金额 已退款金额 \
         退款总金额 订单退款金额 退款金額 已退款金額",
    ),
    (
        Field::LineRefund,
        "linerefund linerefundamount lineitemrefund itemrefund itemrefundamount 商品退款金额 商品退款 商品退款金額",
    ),
    (
        Field::Store,
        "store storeid storename storecode shop shopid shopname location branch outlet vendor 门店 门店名称 \
         门店编号 店铺 店铺名称 归属门店 門店 門店名稱 店鋪 店鋪名稱",
    ),
    (
        Field::Channel,
        "channel saleschannel source ordersource platform utmsource 渠道 订单来源 来源 销售渠道 订单渠道 平台 \
         訂單來源 來源 銷售渠道 通路",
    ),
];

const CUSTOMERS: Names = &[
    (
        Field::Name,
        "name fullname customername membername realname contactname 姓名 客户姓名 客户名称 会员姓名 真实姓名 \
         收货人 联系人 名字 客戶姓名 會員姓名 真實姓名 聯絡人",
    ),
    (Field::Gender, "gender sex 性别 性別"),
    (Field::Birthday, "birthday birthdate dateofbirth dob born 生日 出生日期 会员生日 會員生日"),
    (Field::City, "city town 城市 所在城市 市 所在市"),
    (Field::Country, "country countrycode countryname 国家 国家地区 國家 國家地區"),
    (
        Field::RegisteredAt,
        "registeredat registrationdate registered registertime registrationtime signupdate signedupat \
         joindate joinedat joined createdat created createtime datecreated customersince membersince \
         enrolmentdate enrollmentdate 注册时间 注册日期 入会时间 入会日期 加入时间 开卡时间 开卡日期 创建时间 \
         成为会员时间 成为客户时间 註冊時間 註冊日期 入會時間 入會日期 開卡時間 建立時間",
    ),
    (
        Field::UpdatedAt,
        "updatedat updated lastupdated modifiedat modified lastmodified updatetime 更新时间 修改时间 \
         最后更新时间 更新時間 修改時間",
    ),
];

/// The field of this name and how sure the name alone makes it.
pub fn field_named(kind: ImportKind, normalised: &str) -> Option<(Field, f64)> {
    // Only told apart by what kind of file it is.
    if normalised == "id" || normalised == "编号" || normalised == "編號" {
        return Some(match kind {
            ImportKind::Orders => (Field::OrderNo, 0.6),
            ImportKind::Customers => (Field::CustomerId, 0.7),
        });
    }
    let own = match kind {
        ImportKind::Orders => ORDERS,
        ImportKind::Customers => CUSTOMERS,
    };
    let tables = own.iter().chain(IDENTIFIERS);
    for (field, names) in tables {
        if let Some(place) = names.split_whitespace().position(|name| name == normalised) {
            // The first names of a field say exactly that, the later ones are habits: the order of a
            // table decides between 下单时间 and 付款时间 in one file.
            return Some((*field, 0.95 - 0.002 * place.min(40) as f64));
        }
    }
    None
}
