//! Files of keys in the data folder: made once, for the eyes of their owner alone.
//!
//! Invariants: a file is there whole or not at all, and on disk; of two processes that make it at once one is first, and
//! what that one wrote stays.

use crate::random::Random;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Result, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Written beside and then linked, which changes nothing where somebody was faster. The folder is there.
pub(crate) fn make_once(random: &dyn Random, path: &Path, content: &[u8]) -> Result<()> {
    let mut name = [0; 8];
    random.fill(&mut name);
    let beside = path.with_extension(format!("{:016x}.new", u64::from_be_bytes(name)));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    let linked = file.write_all(content).and_then(|()| file.sync_all()).and_then(|()| fs::hard_link(&beside, path));
    fs::remove_file(&beside)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        Ok(()) | Err(_) => path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_first_one_stays_and_nobody_else_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.key");
        for content in ["first", "second"] {
            make_once(&SystemRandom, &path, content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), "first");
        }
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
        assert!(make_once(&SystemRandom, &folder.path().join("none/some.key"), b"x").is_err());
    }
}
