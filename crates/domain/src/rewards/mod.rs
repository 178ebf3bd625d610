//! What a brand gives to its customers.
//!
//! The rules that always hold have names (`D3`, `C5`, …), and each has a property test of that name in
//! `tests/suite`. Nothing here reads a clock, a store or randomness.

pub mod coupons;
pub mod discounts;
