//! Encodings: which one a file is in, and a reader that makes UTF-8 of it.
//!
//! Invariants: what is stated decides, then a byte order mark, then what the lines show (`detect`). Bytes
//! that the encoding does not know are told by [`TextEncoding::lost`], and the row reader rejects their row.
//! Callers may rely on: the byte order mark never reaches the header.

use super::error::FileError;
use serde::{Deserialize, Serialize};
use std::io::{self, Read};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextEncoding {
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "gb18030")]
    Gb18030,
    #[serde(rename = "utf-16le")]
    Utf16Le,
    #[serde(rename = "utf-16be")]
    Utf16Be,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

impl TextEncoding {
    pub const ALL: [Self; 5] = [Self::Utf8, Self::Gb18030, Self::Utf16Le, Self::Utf16Be, Self::Windows1252];

    pub fn code(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Gb18030 => "gb18030",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
        }
    }

    /// Also reads `gbk` and `gb2312`, which GB18030 contains, and the names of Latin-1, which windows-1252 does.
    pub fn parse(code: &str) -> Option<Self> {
        let code = code.trim().to_ascii_lowercase();
        match code.as_str() {
            "utf8" => Some(Self::Utf8),
            "gbk" | "gb2312" => Some(Self::Gb18030),
            "utf-16" | "utf16" => Some(Self::Utf16Le),
            "latin1" | "latin-1" | "iso-8859-1" | "cp1252" => Some(Self::Windows1252),
            other => Self::ALL.into_iter().find(|encoding| encoding.code() == other),
        }
    }

    fn codec(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Gb18030 => encoding_rs::GB18030,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::Windows1252 => encoding_rs::WINDOWS_1252,
        }
    }

    /// Whether this decoded text stands for bytes that the encoding does not know. UTF-8 is not decoded but checked.
    pub(super) fn lost(self, text: &str) -> bool {
        match self {
            Self::Utf8 => false,
            Self::Gb18030 | Self::Utf16Le | Self::Utf16Be => text.contains('\u{fffd}'),
            // The five bytes without a character become controls that no text has.
            Self::Windows1252 => text.contains(['\u{81}', '\u{8d}', '\u{8f}', '\u{90}', '\u{9d}']),
        }
    }
}

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";
/// Pieces of the original that are decoded at a time.
const PIECE_BYTES: usize = 64 * 1024;
/// The beginning that delimiter and content are sniffed from.
const HEAD_TEXT_BYTES: usize = 64 * 1024;

/// The stated encoding, or the one that the first bytes show.
pub(super) fn decide(head: &[u8], stated: Option<TextEncoding>) -> Result<TextEncoding, FileError> {
    if let Some(stated) = stated {
        return Ok(stated);
    }
    if head.is_empty() {
        return Err(FileError::Empty);
    }
    if head.starts_with(UTF8_MARK) {
        return Ok(TextEncoding::Utf8);
    }
    if head.starts_with(b"\xff\xfe") {
        return Ok(TextEncoding::Utf16Le);
    }
    if head.starts_with(b"\xfe\xff") {
        return Ok(TextEncoding::Utf16Be);
    }
    super::sniff::refuse_binary(head)?;
    super::detect::detect(head).ok_or_else(|| FileError::UnknownEncoding {
        utf8_offset: std::str::from_utf8(head).err().map_or(0, |error| error.valid_up_to()),
    })
}

/// The beginning as text without its mark, for sniffing.
pub(super) fn decoded_head(head: &[u8], encoding: TextEncoding) -> String {
    let piece = &head[..head.len().min(HEAD_TEXT_BYTES)];
    let (text, _) = encoding.codec().decode_with_bom_removal(piece);
    text.into_owned()
}

/// A reader of UTF-8 without a mark. UTF-8 passes as it is; the row reader checks it.
pub(super) fn utf8(input: impl Read + Send + 'static, encoding: TextEncoding) -> Box<dyn Read + Send> {
    if encoding == TextEncoding::Utf8 {
        return Box::new(WithoutMark { input, start: Vec::new(), started: false });
    }
    Box::new(Decoded {
        input,
        decoder: encoding.codec().new_decoder_with_bom_removal(),
        piece: vec![0; PIECE_BYTES],
        from: 0,
        to: 0,
        ended: false,
    })
}

struct WithoutMark<R> {
    input: R,
    start: Vec<u8>,
    started: bool,
}

impl<R: Read> Read for WithoutMark<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.started {
            self.started = true;
            let mut mark = [0u8; 3];
            let mut filled = 0;
            while filled < mark.len() {
                match self.input.read(&mut mark[filled..])? {
                    0 => break,
                    count => filled += count,
                }
            }
            if &mark[..filled] != UTF8_MARK {
                self.start.extend_from_slice(&mark[..filled]);
            }
        }
        if !self.start.is_empty() {
            let count = self.start.len().min(buffer.len());
            buffer[..count].copy_from_slice(&self.start[..count]);
            self.start.drain(..count);
            return Ok(count);
        }
        self.input.read(buffer)
    }
}

struct Decoded<R> {
    input: R,
    decoder: encoding_rs::Decoder,
    piece: Vec<u8>,
    from: usize,
    to: usize,
    ended: bool,
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        /// The decoder wants room for one character; smaller buffers do not occur here.
        const ROOM_MIN: usize = 16;
        if buffer.len() < ROOM_MIN {
            return Err(io::Error::other("buffer too small for decoding"));
        }
        loop {
            if self.from == self.to && !self.ended {
                self.to = self.input.read(&mut self.piece)?;
                self.from = 0;
                self.ended = self.to == 0;
            }
            let last = self.ended;
            let (result, read, written, _) = self.decoder.decode_to_utf8(&self.piece[self.from..self.to], buffer, last);
            self.from += read;
            let finished = last && result == encoding_rs::CoderResult::InputEmpty;
            if written > 0 || finished {
                if finished {
                    // The decoder must not be asked again after its end.
                    self.decoder = encoding_rs::UTF_8.new_decoder_without_bom_handling();
                }
                return Ok(written);
            }
        }
    }
}
