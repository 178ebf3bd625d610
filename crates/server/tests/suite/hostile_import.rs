//! A whole import of a file made to do harm is bounded in memory, and ends with a clear answer.
//!
//! The peak of the process is read while it runs: it only grows, and a look comes every few milliseconds.

use crate::serving::STEP_MAX;
use serde_json::Value;
use std::io::{BufWriter, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

const LOOK: Duration = Duration::from_millis(3);
const MIB: u64 = 1024 * 1024;
/// More than an import of three rows takes. A line or a frame that is held as a whole takes more.
const GROWTH_MAX: u64 = 96 * MIB;
const LINE_BYTES: u64 = 192 * MIB;
const HEAD: &str = "order_no,customer_id,ordered_at,order_amount\n";

struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
    resident_bytes_max: u64,
}

fn peak_of(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

fn import(data: &Path, file: &Path) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_perennial"));
    command.args(["import", "orders"]).arg(file).args(["--json", "--currency", "CNY", "--data"]).arg(data);
    command.env_remove("PERENNIAL_DATABASE_URL").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut stdout, mut stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let (sender, ended) = channel::<()>();
    let output = std::thread::spawn(move || {
        let (mut out, mut err) = (String::new(), String::new());
        stdout.read_to_string(&mut out).unwrap();
        stderr.read_to_string(&mut err).unwrap();
        drop(sender);
        (out, err)
    });
    let begun = Instant::now();
    let mut resident_bytes_max = 0;
    while ended.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
        resident_bytes_max = peak_of(child.id()).unwrap_or(resident_bytes_max);
        if begun.elapsed() > STEP_MAX {
            child.kill().unwrap();
            panic!("it did not end within {STEP_MAX:?}");
        }
    }
    let code = child.wait().unwrap().code().unwrap();
    let (stdout, stderr) = output.join().unwrap();
    assert!(resident_bytes_max > 0, "nothing was seen of the process");
    Ran { code, stdout, stderr, resident_bytes_max }
}

/// What an import of next to nothing needs, in a workspace of its own.
fn usual_bytes() -> u64 {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("orders.csv");
    std::fs::write(&file, format!("{HEAD}1,A,2025-03-01,10.00\n2,B,2025-03-02,20.00\n")).unwrap();
    let ran = import(data.path(), &file);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.resident_bytes_max
}

#[track_caller]
fn assert_bounded(ran: &Ran, usual: u64, what: &str) {
    let grown = ran.resident_bytes_max.saturating_sub(usual);
    assert!(grown < GROWTH_MAX, "{what}: {} MiB more than usual", grown / MIB);
}

#[test]
fn an_endless_line_is_one_rejected_row_and_the_others_are_imported() {
    let usual = usual_bytes();
    for (what, piece) in [("one cell", "xxxxxxxx"), ("cells without end", "x,x,x,x,"), ("a quote", "\"xxxxxx\"")] {
        let data = tempfile::tempdir().unwrap();
        let path = data.path().join("orders.csv");
        let mut file = BufWriter::new(std::fs::File::create(&path).unwrap());
        file.write_all(HEAD.as_bytes()).unwrap();
        file.write_all(b"1,A,2025-03-01,10.00\n").unwrap();
        let chunk = piece.repeat(128 * 1024);
        for _ in 0..LINE_BYTES / chunk.len() as u64 {
            file.write_all(chunk.as_bytes()).unwrap();
        }
        file.write_all(b"\n3,B,2025-03-02,20.00\n").unwrap();
        file.into_inner().unwrap().sync_all().unwrap();
        let ran = import(data.path(), &path);
        assert_eq!(ran.code, 0, "{what}: {}", ran.stderr);
        let imported: Value = serde_json::from_str(&ran.stdout).unwrap();
        let counts = ["rows", "accepted", "rejected"].map(|key| imported[key].as_u64().unwrap());
        assert_eq!(counts, [3, 2, 1], "{what}");
        let rejected = std::fs::read_to_string(imported["rejected_file"].as_str().unwrap()).unwrap();
        assert!(rejected.len() < 16 * 1024, "{what}: the file of rejected rows has {} bytes", rejected.len());
        assert_bounded(&ran, usual, what);
    }
}

const ZSTD_MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
/// What one block of a frame may become.
const BLOCK_BYTES: u32 = 128 * 1024;

/// The head of a block: whether it is the last, its kind (0 as it is, 1 one byte repeated), its size.
fn block_head(last: bool, kind: u32, size: u32) -> [u8; 3] {
    let bits = u32::from(last) | kind << 1 | size << 3;
    [bits as u8, (bits >> 8) as u8, (bits >> 16) as u8]
}

/// A frame that says `window` of itself: some rows, then blocks of one byte repeated, each 128 KiB in four bytes.
fn bomb(window: u8, byte: u8, blocks: u32) -> Vec<u8> {
    let text = format!("{HEAD}1,A,2025-03-01,10.00\n");
    let mut frame = ZSTD_MAGIC.to_vec();
    // No size of the content, no checksum, no dictionary; the window is told.
    frame.extend([0, window]);
    frame.extend(block_head(false, 0, text.len() as u32));
    frame.extend(text.as_bytes());
    for place in 0..blocks {
        frame.extend(block_head(place + 1 == blocks, 1, BLOCK_BYTES));
        frame.push(byte);
    }
    frame
}

#[test]
fn a_zstd_bomb_is_refused() {
    const WINDOW_8_MIB: u8 = 13 << 3;
    const WINDOW_2_GIB: u8 = 21 << 3;
    let usual = usual_bytes();
    // Four gibibytes in 128 KiB: of one line, of empty lines, of one character.
    let cases = [
        ("an endless line", bomb(WINDOW_8_MIB, b'x', 32_768)),
        ("empty lines", bomb(WINDOW_8_MIB, b'\n', 32_768)),
        ("commas", bomb(WINDOW_8_MIB, b',', 32_768)),
        ("a window of two gibibytes", bomb(WINDOW_2_GIB, b'x', 32_768)),
    ];
    for (what, bytes) in cases {
        let data = tempfile::tempdir().unwrap();
        let file = data.path().join("orders.csv.zst");
        std::fs::write(&file, bytes).unwrap();
        let ran = import(data.path(), &file);
        assert_eq!((ran.code, ran.stdout.as_str()), (3, ""), "{what}: {}", ran.stderr);
        let told: Value = serde_json::from_str(&ran.stderr).unwrap();
        assert!(told["error"].as_str().unwrap().contains("orders.csv.zst"), "{what}: {told}");
        assert_bounded(&ran, usual, what);
    }
}
