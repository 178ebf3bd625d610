//! What the brand sells.
//!
//! Invariants: products are sorted by list price; the amounts of orders come from the spend model, so a
//! product is chosen to fit the amount of a line, and its price in an order moves around the list price.

use super::plan::Plan;

pub(super) struct Product {
    pub sku: String,
    /// May contain commas.
    pub name: String,
    list_price_minor: f64,
}

pub(super) struct Catalogue {
    pub products: Vec<Product>,
}

/// Chinese and English; the English name may hold a comma, as real ones do.
const ITEMS: [(&str, &str); 32] = [
    ("桂花乌龙茶", "Osmanthus Oolong"),
    ("茉莉花茶", "Jasmine Tea"),
    ("陈皮普洱", "Aged Tangerine Pu'er"),
    ("龙井绿茶", "Longjing Green Tea"),
    ("玫瑰红茶", "Rose Black Tea"),
    ("白毫银针", "Silver Needle"),
    ("手工曲奇", "Butter Cookies"),
    ("坚果礼盒", "Mixed Nuts"),
    ("冻干草莓", "Freeze-dried Strawberries"),
    ("黑巧克力", "Dark Chocolate, 72 %"),
    ("蜂蜜柚子茶", "Honey Yuzu Tea"),
    ("冷萃咖啡", "Cold Brew Coffee"),
    ("咖啡豆", "Coffee Beans"),
    ("挂耳咖啡", "Drip Bag Coffee"),
    ("陶瓷杯", "Ceramic Cup"),
    ("玻璃茶壶", "Glass Teapot"),
    ("竹制茶盘", "Bamboo Tea Tray"),
    ("保温杯", "Vacuum Flask"),
    ("香薰蜡烛", "Scented Candle"),
    ("护手霜", "Hand Cream"),
    ("洁面乳", "Facial Cleanser"),
    ("保湿面霜", "Moisturising Cream"),
    ("防晒霜", "Sunscreen, SPF 50"),
    ("洗发水", "Shampoo"),
    ("沐浴露", "Shower Gel"),
    ("棉质毛巾", "Cotton Towel"),
    ("真丝眼罩", "Silk Eye Mask"),
    ("帆布袋", "Canvas Bag"),
    ("羊毛围巾", "Wool Scarf"),
    ("纯棉T恤", "Cotton T-shirt"),
    ("针织帽", "Knitted Hat"),
    ("毛绒玩偶", "Plush Toy"),
];
const GRADES: [(&str, &str); 8] = [
    ("小份", "small"),
    ("标准装", "regular"),
    ("大份", "large"),
    ("家庭装", "family pack"),
    ("礼盒装", "gift box"),
    ("限定款", "limited edition"),
    ("联名款", "collaboration"),
    ("典藏版", "collector's edition"),
];
/// List prices go from a fortieth of the mean order to eight of it, in equal ratios.
const LOWEST_SHARE: f64 = 1.0 / 40.0;
const HIGHEST_SHARE: f64 = 8.0;
/// How far from the best fitting product the choice may lie, in places either way.
pub(super) const CHOICE_SPREAD: usize = 5;

impl Catalogue {
    pub(super) fn of(plan: &Plan) -> Self {
        let count = ITEMS.len() * GRADES.len();
        let minor_units = f64::from(10u32.pow(u32::from(plan.currency.exponent())));
        let mean_minor = plan.spend.mean() * minor_units;
        let step = libm::log(HIGHEST_SHARE / LOWEST_SHARE) / (count - 1) as f64;
        let products = (0..count).map(|place| {
            let list_price_minor = mean_minor * LOWEST_SHARE * libm::exp(step * place as f64);
            Product { sku: format!("SKU-{:04}", place + 1), name: name_of(place), list_price_minor }
        });
        Self { products: products.collect() }
    }

    /// The place of a product whose list price is near; `jitter` is one of 0 to twice the spread.
    pub(super) fn near(&self, price_minor: f64, jitter: usize) -> u16 {
        let best = self.products.partition_point(|product| product.list_price_minor < price_minor);
        let place = (best + jitter).saturating_sub(CHOICE_SPREAD).min(self.products.len() - 1);
        place as u16
    }
}

/// Neighbours in price are different things: items run fastest.
fn name_of(place: usize) -> String {
    let (chinese, english) = ITEMS[(place * 11) % ITEMS.len()];
    let (grade_chinese, grade_english) = GRADES[place / ITEMS.len()];
    match place % 3 {
        0 => format!("{chinese} {grade_chinese}"),
        1 => format!("{english}, {grade_english}"),
        _ => format!("{chinese}{grade_chinese} {english}"),
    }
}
