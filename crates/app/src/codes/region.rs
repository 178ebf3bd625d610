//! Where a scan comes from: what a proxy of ours says, else what the operator's table says of the address. Nothing is
//! guessed, and the address itself is not kept.

use super::error::CodeError;
use crate::access::{Actor, require};
use crate::{App, audit};
use ipnet::IpNet;
use perennial_domain::access::Right;
use perennial_domain::code::REGION_BYTES_MAX;
use perennial_domain::settings::FieldError;
use perennial_store::StoreError;
use perennial_store::codes::{self as table, RegionRange};
use serde_json::json;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

const RANGES_MAX: usize = 10_000;

/// Rows of the operator: network such as `203.0.113.0/24`, and its region.
pub type RegionTable = Vec<(String, String)>;

/// Replaces the whole table; returns how many networks it has.
pub async fn put_regions(app: &App, actor: &Actor, rows: RegionTable) -> Result<i64, CodeError> {
    require(actor, Right::TouchPointsManage)?;
    let invalid = |place: Option<usize>, field, allowed| {
        CodeError::Invalid(place.map(|place| ("networks", place)), vec![FieldError { field, allowed }])
    };
    if rows.len() > RANGES_MAX {
        return Err(invalid(None, "networks", "at most 10000 networks"));
    }
    let mut ranges = Vec::with_capacity(rows.len());
    for (place, (network, region)) in rows.into_iter().enumerate() {
        let (first, last) = ends_of(&network)
            .ok_or_else(|| invalid(Some(place), "network", "such as 203.0.113.0/24 or 2001:db8::/32"))?;
        let region = plain(&region).ok_or_else(|| invalid(Some(place), "region", "1 to 60 bytes"))?;
        ranges.push((first, last, region, place));
    }
    ranges.sort_unstable();
    let overlap = ranges.windows(2).find(|pair| pair[1].0 <= pair[0].1);
    if let Some(pair) = overlap {
        return Err(invalid(Some(pair[1].3), "network", "networks that do not overlap"));
    }
    let ranges: Vec<RegionRange> = ranges
        .into_iter()
        .map(|(first, last, region, _)| RegionRange { first_address: key(first), last_address: key(last), region })
        .collect();
    let mut tx = app.store.write().await?;
    table::put_regions(&mut tx, &ranges).await?;
    let count = table::count_regions(&mut tx).await?;
    audit::append(app, &mut tx, actor, "regions.replaced", "regions", json!({ "networks": count })).await?;
    tx.commit().await?;
    Ok(count)
}

/// What is told of the place: first what a proxy of ours says, then the table. Empty where nobody knows.
pub async fn region_of(app: &App, told: Option<&str>, address: Option<&str>) -> Result<String, StoreError> {
    if let Some(region) = told.and_then(plain) {
        return Ok(region);
    }
    let Some(address) = address.and_then(address_of) else { return Ok(String::new()) };
    let mut tx = app.store.read().await?;
    Ok(table::region_of(&mut tx, &key(number(address))).await?.unwrap_or_default())
}

fn plain(region: &str) -> Option<String> {
    let region = region.trim();
    let usable = (1..=REGION_BYTES_MAX).contains(&region.len()) && !region.chars().any(char::is_control);
    usable.then(|| region.to_owned())
}

fn address_of(text: &str) -> Option<IpAddr> {
    let bare = text.trim().trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| text.trim().parse::<SocketAddr>().ok().map(|both| both.ip()))
}

/// IPv4 addresses have their place among those of IPv6.
fn number(address: IpAddr) -> u128 {
    let wide: Ipv6Addr = match address.to_canonical() {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    };
    u128::from(wide)
}

fn key(number: u128) -> String {
    format!("{number:032x}")
}

fn ends_of(network: &str) -> Option<(u128, u128)> {
    let network: IpNet = network.trim().parse().ok()?;
    Some((number(network.network()), number(network.broadcast())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_have_two_ends() {
        let number_of = |text: &str| number(text.parse().unwrap());
        let (first, last) = ends_of("203.0.113.77/24").unwrap();
        assert_eq!((first, last), (number_of("203.0.113.0"), number_of("203.0.113.255")));
        assert_eq!(ends_of("::/0"), Some((0, u128::MAX)));
        assert_eq!(ends_of("2001:db8::1/128").map(|(first, last)| first == last), Some(true));
        for wrong in ["", "203.0.113.0", "203.0.113.0/33", "x/8", "1.2.3/8", "::/129"] {
            assert_eq!(ends_of(wrong), None, "{wrong}");
        }
        assert_eq!(address_of("[2001:db8::1]:80"), "2001:db8::1".parse().ok());
    }
}
