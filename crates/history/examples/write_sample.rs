//! Writes the sample of stored history that the tests keep readable: `write_sample <empty folder>`. Run it once
//! per schema version, and never overwrite the sample of a released one.

#[path = "../tests/suite/sample_facts.rs"]
mod sample_facts;

use perennial_domain::fact::AppliedBlock;
use perennial_history::History;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root: PathBuf = std::env::args_os().nth(1).ok_or("which folder?")?.into();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let history = History::open(&root).await?;
        // Blocks follow each other without gaps; those before the sample had nothing new in them.
        let mut blocks: Vec<_> = (1..=sample_facts::SAMPLE_SEQUENCE)
            .map(|sequence| (sequence, AppliedBlock { facts: Vec::new(), ..sample_facts::sample_block_v2() }))
            .collect();
        if let Some((_, last)) = blocks.last_mut() {
            *last = sample_facts::sample_block_v2();
        }
        history.append(&blocks).await?;
        Ok(())
    })
}
