//! Journal payloads: a format byte, then zstd of JSON. JSON because every later version must read what
//! an earlier one wrote, and a person with a backup should be able to as well.

use serde::Serialize;
use serde::de::DeserializeOwned;

const FORMAT_ZSTD_JSON: u8 = 1;
const ZSTD_LEVEL: i32 = 1;
/// Room for the JSON of a block, so that it is not copied from one small room to the next while it grows.
const JSON_BYTES_START: usize = 256 * 1024;
/// A block that unpacks to more than this was not written by us.
const UNPACKED_BYTES_MAX: usize = 256 * 1024 * 1024;
/// What may be accepted: applying makes a block a little larger, and what is applied must be readable.
pub const ACCEPTED_BYTES_MAX: usize = 128 * 1024 * 1024;

/// Refuses what would be larger than `limit` unpacked.
pub fn encode<T: Serialize>(value: &T, limit: usize) -> Result<Vec<u8>, String> {
    let mut json = Vec::with_capacity(JSON_BYTES_START);
    serde_json::to_writer(&mut json, value).map_err(|error| error.to_string())?;
    if json.len() > limit {
        return Err(format!("{} bytes are more than the limit of {limit}", json.len()));
    }
    let packed = zstd::bulk::compress(&json, ZSTD_LEVEL).map_err(|error| error.to_string())?;
    let length = u32::try_from(json.len()).map_err(|error| error.to_string())?;
    let mut payload = Vec::with_capacity(packed.len() + 5);
    payload.push(FORMAT_ZSTD_JSON);
    payload.extend_from_slice(&length.to_le_bytes());
    payload.extend_from_slice(&packed);
    Ok(payload)
}

/// An applied block, which may be as large as one that can be read.
pub fn encode_applied<T: Serialize>(value: &T) -> Result<Vec<u8>, String> {
    encode(value, UNPACKED_BYTES_MAX)
}

pub fn decode<T: DeserializeOwned>(payload: &[u8]) -> Result<T, String> {
    let (format, rest) = payload.split_first().ok_or("empty payload")?;
    if *format != FORMAT_ZSTD_JSON {
        return Err(format!("payload format {format} is not known to this version"));
    }
    let (length, packed) = rest.split_first_chunk::<4>().ok_or("payload too short")?;
    let length = u32::from_le_bytes(*length) as usize;
    if length > UNPACKED_BYTES_MAX {
        return Err(format!("payload unpacks to {length} bytes, more than the limit of {UNPACKED_BYTES_MAX}"));
    }
    let json = zstd::bulk::decompress(packed, length).map_err(|error| error.to_string())?;
    serde_json::from_slice(&json).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_domain::fact::{FACT_BLOCK_VERSION, FactBlock};
    use perennial_domain::money::Currency;

    #[test]
    fn a_block_comes_back_as_it_was_and_a_broken_one_says_why() {
        let block = FactBlock {
            version: FACT_BLOCK_VERSION,
            source: "file".into(),
            import_id: Some("imp_1".into()),
            currency: Currency::parse("CNY").unwrap(),
            facts: vec![],
            rows: vec![],
        };
        let payload = encode(&block, ACCEPTED_BYTES_MAX).unwrap();
        assert!(encode(&block, 10).unwrap_err().contains("more than the limit"));
        assert_eq!(decode::<FactBlock>(&payload), Ok(block));
        assert!(decode::<FactBlock>(&payload[..payload.len() - 1]).is_err());
        assert!(decode::<FactBlock>(&[]).is_err());
        assert!(decode::<FactBlock>(&[9, 0, 0, 0, 0]).unwrap_err().contains("not known"));
    }
}
