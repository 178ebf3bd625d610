//! What the status of an order says about its money.
//!
//! Invariants: an unknown status counts as an order; a part refund leaves the order standing; what is not paid yet, or
//! whose payment failed, may still be paid under the same number, so that it is another thing than a cancellation.
//! Callers may rely on: no allocation for the statuses listed here in ASCII or Chinese.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusMeaning {
    Counts,
    /// Nothing was paid so far.
    Unpaid,
    /// Cancelled or closed for good.
    Cancelled,
    Refunded,
}

const UNPAID: &[&str] = &[
    "unpaid",
    "pending payment",
    "pending_payment",
    "failed",
    "wc-failed",
    "draft",
    "checkout-draft",
    "待付款",
    "未付款",
    "等待买家付款",
    "待付款項",
];

const CANCELLED: &[&str] = &[
    "cancelled",
    "canceled",
    "cancel",
    "voided",
    "void",
    "expired",
    "wc-cancelled",
    "trash",
    "已取消",
    "取消",
    "已取消订单",
    "交易取消",
    "订单取消",
    "交易关闭",
    "已关闭",
    "关闭",
    "订单关闭",
    "交易失败",
    "已作废",
    "作废",
    "交易關閉",
    "已關閉",
    "訂單取消",
    "交易失敗",
    "作廢",
    "已作廢",
];

const REFUNDED: &[&str] = &[
    "refunded",
    "refund",
    "returned",
    "return",
    "wc-refunded",
    "chargeback",
    "已退款",
    "退款",
    "退款成功",
    "全额退款",
    "已全额退款",
    "退款完成",
    "已退货",
    "退货",
    "退货退款",
    "退货成功",
    "退款关闭订单",
    "全額退款",
    "已退貨",
    "退貨",
    "退貨退款",
];

pub fn meaning_of(status: &str) -> StatusMeaning {
    let is_one_of = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(status));
    if is_one_of(UNPAID) {
        StatusMeaning::Unpaid
    } else if is_one_of(CANCELLED) {
        StatusMeaning::Cancelled
    } else if is_one_of(REFUNDED) {
        StatusMeaning::Refunded
    } else {
        StatusMeaning::Counts
    }
}
