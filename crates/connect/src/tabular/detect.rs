//! Which encoding the beginning of a table is in, where neither a person nor a mark says.
//!
//! Only lines beyond ASCII are evidence. In this order:
//!
//! | what is seen | taken for |
//! |---|---|
//! | no line that is not UTF-8, or more lines of UTF-8 than others | UTF-8 |
//! | a handful of odd lines in a large table | UTF-8 with damage |
//! | odd lines of common Chinese characters | GB18030 |
//! | odd lines of Latin words with accents | windows-1252 |
//! | few odd lines that are neither | UTF-8 with damage |
//! | anything else | `None` |
//!
//! Invariants: the same bytes give the same answer; damaged lines cost their rows, never the file.
//! Callers may rely on: the answer is about bytes without a byte order mark.

use super::TextEncoding;

/// So few odd lines are rather damage than another encoding.
const HANDFUL: usize = 5;
/// One odd line in so many leaves a table in UTF-8.
const LINES_PER_ODD_LINE: usize = 100;
/// One impossible or private character in so many leaves a text Chinese.
const CHARACTERS_PER_WRONG_ONE: usize = 50;
/// Latin words have an accent or two side by side, not four.
const ACCENTS_SIDE_BY_SIDE_MAX: usize = 3;

pub(super) fn detect(head: &[u8]) -> Option<TextEncoding> {
    let seen = Seen::of(head);
    let is_damage = !seen.is_header_odd && seen.odd * LINES_PER_ODD_LINE <= seen.lines;
    let is_chinese = seen.chinese.is_likely();
    if seen.odd == 0 || seen.surely_utf8 > seen.odd || is_damage && seen.odd <= HANDFUL {
        return Some(TextEncoding::Utf8);
    }
    // Two letters of Latin or Cyrillic in UTF-8 may be one character of GB18030, and the other way round.
    if !is_chinese && !seen.is_header_odd && seen.utf8 > seen.odd {
        return Some(TextEncoding::Utf8);
    }
    if is_chinese {
        return Some(TextEncoding::Gb18030);
    }
    if seen.latin.is_likely() && seen.utf8 * 10 <= seen.odd {
        return Some(TextEncoding::Windows1252);
    }
    let is_small_damage = !seen.is_header_odd && seen.odd <= HANDFUL && seen.odd * 2 <= seen.lines;
    (is_damage || is_small_damage).then_some(TextEncoding::Utf8)
}

/// What the lines of the beginning look like.
#[derive(Default)]
struct Seen {
    lines: usize,
    /// Lines beyond ASCII that are UTF-8.
    utf8: usize,
    /// Those with a character of three or four bytes, which another encoding hardly gives by chance.
    surely_utf8: usize,
    /// Lines that are not UTF-8.
    odd: usize,
    is_header_odd: bool,
    chinese: Chinese,
    latin: Latin,
}

impl Seen {
    fn of(head: &[u8]) -> Self {
        let mut seen = Self::default();
        let is_line_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
        let (lines, last) = head.split_at(head.iter().rposition(is_line_end).unwrap_or(0));
        for line in lines.split(is_line_end).filter(|line| !line.is_empty()) {
            seen.add(line, false);
        }
        seen.add(last.strip_prefix(b"\n").or(last.strip_prefix(b"\r")).unwrap_or(last), true);
        seen
    }

    /// The last line may end within a character.
    fn add(&mut self, line: &[u8], is_last: bool) {
        self.lines += usize::from(!line.is_empty());
        if line.is_ascii() {
            return;
        }
        match std::str::from_utf8(line) {
            Err(error) if !(is_last && error.error_len().is_none()) => {
                self.odd += 1;
                self.is_header_odd |= self.lines == 1;
                self.chinese.add(line, is_last);
                self.latin.add(line);
            }
            _ => {
                self.utf8 += 1;
                self.surely_utf8 += usize::from(line.iter().any(|byte| *byte >= 0xe0));
            }
        }
    }
}

/// The characters of odd lines, read as GB18030.
#[derive(Default)]
struct Chinese {
    characters: usize,
    /// Of GB2312: punctuation (rows 1 to 3) and the 3,755 common characters of its first level (rows 16 to 55).
    common: usize,
    /// Impossible, or for private use.
    wrong: usize,
}

impl Chinese {
    fn is_likely(&self) -> bool {
        self.common * 2 > self.characters && self.wrong * CHARACTERS_PER_WRONG_ONE <= self.characters
    }

    fn add(&mut self, line: &[u8], is_last: bool) {
        let mut rest = line;
        while let [first, after_first @ ..] = rest {
            if first.is_ascii() {
                rest = after_first;
                continue;
            }
            if is_last && matches!(rest, [_] | [_, 0x30..=0x39] | [_, 0x30..=0x39, 0x81..=0xfe]) {
                return;
            }
            self.characters += 1;
            rest = match rest {
                [0x81..=0xfe, 0x30..=0x39, 0x81..=0xfe, 0x30..=0x39, after @ ..] => after,
                [lead @ 0x81..=0xfe, trail @ (0x40..=0x7e | 0x80..=0xfe), after @ ..] => {
                    self.add_pair(*lead, *trail);
                    after
                }
                _ => {
                    self.wrong += 1;
                    after_first
                }
            };
        }
    }

    fn add_pair(&mut self, lead: u8, trail: u8) {
        let is_gb2312 = trail >= 0xa1;
        let is_private = match lead {
            0xa1..=0xa7 => !is_gb2312,
            0xaa..=0xaf | 0xf8..=0xfe => is_gb2312,
            _ => false,
        };
        self.common += usize::from(is_gb2312 && matches!(lead, 0xa1..=0xa3 | 0xb0..=0xd7));
        self.wrong += usize::from(is_private);
    }
}

/// The bytes of odd lines beyond ASCII, read as windows-1252.
#[derive(Default)]
struct Latin {
    bytes: usize,
    /// Accented letters in words, and signs beside them.
    likely: usize,
}

impl Latin {
    fn is_likely(&self) -> bool {
        self.likely * 10 >= self.bytes * 9 && self.bytes > 0
    }

    fn add(&mut self, line: &[u8]) {
        let (mut before, mut end) = (None, 0);
        for run in line.chunk_by(|left, right| left.is_ascii() == right.is_ascii()) {
            end += run.len();
            if !run[0].is_ascii() {
                self.add_run(run, before, line.get(end).copied());
            }
            before = run.last().copied();
        }
    }

    fn add_run(&mut self, run: &[u8], before: Option<u8>, after: Option<u8>) {
        let is_letter = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphabetic());
        let touches_word = is_letter(before) || is_letter(after);
        let within_word = is_letter(before) && is_letter(after);
        self.bytes += run.len();
        let is_likely = |byte: &&u8| {
            if is_accented(**byte) {
                touches_word && run.len() <= ACCENTS_SIDE_BY_SIDE_MAX
            } else {
                // Within a word stands an apostrophe, no superscript: those are other letters in other alphabets.
                is_sign(**byte) && (!within_word || **byte == 0x92)
            }
        };
        self.likely += run.iter().filter(is_likely).count();
    }
}

/// Letters of Western European languages; not those where Turkish and others have their own.
fn is_accented(byte: u8) -> bool {
    byte >= 0xc0 && !matches!(byte, 0xd0 | 0xd7 | 0xdd | 0xde | 0xf0 | 0xf7 | 0xfd..=0xff)
}

/// Currencies, quotes, dashes, fractions and the like.
fn is_sign(byte: u8) -> bool {
    matches!(
        byte,
        0x80 | 0x82
            | 0x84
            | 0x85
            | 0x8b
            | 0x91..=0x97
            | 0x99
            | 0x9b
            | 0xa0
            | 0xa1
            | 0xa3
            | 0xa7
            | 0xa9..=0xab
            | 0xae
            | 0xb0
            | 0xb2..=0xb4
            | 0xb7
            | 0xba..=0xbf
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latin(text: &str) -> Vec<u8> {
        encoding_rs::WINDOWS_1252.encode(text).0.into_owned()
    }

    fn gb18030(text: &str) -> Vec<u8> {
        encoding_rs::GB18030.encode(text).0.into_owned()
    }

    /// `rows` plain rows with these lines in between.
    fn among(rows: usize, plain: &str, lines: &[&[u8]]) -> Vec<u8> {
        let mut bytes = b"number,name\n".to_vec();
        for row in 0..rows {
            bytes.extend_from_slice(format!("{row},{plain}\n").as_bytes());
            if let Some(line) = lines.get(row) {
                bytes.extend_from_slice(line);
                bytes.push(b'\n');
            }
        }
        bytes
    }

    #[test]
    fn encodings_are_told_by_what_their_lines_say() {
        use TextEncoding::{Gb18030, Utf8, Windows1252};
        let polish: &[u8] = b"1,Pawe\xb3 Wo\xb3oszyn\n2,Ma\xb3gorzata\n3,Gra\xbfyna\n";
        let russian: &[u8] = b"1,\xcf\xf0\xe8\xe2\xe5\xf2\n2,\xcc\xee\xf1\xea\xe2\xe0\n";
        let cases: Vec<(&str, Vec<u8>, Option<TextEncoding>)> = vec![
            ("plain", b"a,b\n1,2\n".to_vec(), Some(Utf8)),
            ("two German names", latin("name,city\nMüller,Köln\n"), Some(Windows1252)),
            ("a German header", latin("Größe,Straße\n1,2\n"), Some(Windows1252)),
            ("French", latin("nom,ville\nFrançois,Orléans\nL’Isle,Évry\nZoé,Besançon\n"), Some(Windows1252)),
            ("Portuguese capitals", latin("nome,estado\nJOÃO,SÃO PAULO\nCONCEIÇÃO,PARÁ\n"), Some(Windows1252)),
            ("prices", latin("name,price\nTea,5 €\nCup,£7\n"), Some(Windows1252)),
            ("one Chinese name", gb18030("name,city\n张三,上海\n"), Some(Gb18030)),
            ("a Chinese header", gb18030("订单号,买家\n1,2\n"), Some(Gb18030)),
            // 女 in GB18030 is also a letter of UTF-8.
            ("one character a line", gb18030(&format!("name,sex\n{}", "a,女\n".repeat(7) + "b,男\n")), Some(Gb18030)),
            ("rare names", gb18030("name\n王喆\n李堃\n陈翀\n赵瑄\n刘洋\n"), Some(Gb18030)),
            ("Polish", polish.to_vec(), None),
            ("Russian", russian.to_vec(), None),
            ("noise", b"a,b\n\xff\xfe\xfd,1\n\xfa\xff,2\n".to_vec(), None),
        ];
        for (what, bytes, expected) in cases {
            assert_eq!(detect(&bytes), expected, "{what}");
        }
    }

    #[test]
    fn damage_does_not_change_the_encoding() {
        use TextEncoding::{Gb18030, Utf8, Windows1252};
        let odd: [&[u8]; 3] = [b"x,\xb0\xa1", b"x,M\xfcller", b"x,\xff"];
        let chinese = gb18030("x,张三");
        let german = latin("x,Köln");
        let cases: Vec<(&str, Vec<u8>, TextEncoding)> = vec![
            ("ASCII with three odd lines", among(1_000, "two", &odd), Utf8),
            ("UTF-8 with three odd lines", among(1_000, "红茶", &odd), Utf8),
            ("a little UTF-8 with one odd line", among(4, "红茶", &odd[2..]), Utf8),
            ("a little ASCII with one odd line", among(4, "two", &odd[2..]), Utf8),
            ("Western UTF-8 with a cut letter", among(50, "Café Müller", &[b"x,Caf\xc3"]), Utf8),
            ("half of the lines from another export", among(100, "红茶", &vec![chinese.as_slice(); 99]), Utf8),
            ("ASCII with Chinese rows", among(10_000, "two", &vec![chinese.as_slice(); 60]), Gb18030),
            ("ASCII with German rows", among(10_000, "two", &vec![german.as_slice(); 60]), Windows1252),
        ];
        for (what, bytes, expected) in cases {
            assert_eq!(detect(&bytes), Some(expected), "{what}");
        }
        let mut damaged = gb18030(&"1,红茶加奶\n".repeat(50));
        damaged.extend_from_slice(b"2,\xff\n");
        assert_eq!(detect(&damaged), Some(Gb18030));
    }

    #[test]
    fn a_sample_may_end_within_a_character() {
        for text in ["名,城\n张三,上海", "名,城\n张三,上海😀"] {
            for (bytes, encoding, cut) in
                [(text.as_bytes().to_vec(), TextEncoding::Utf8, 3), (gb18030(text), TextEncoding::Gb18030, 3)]
            {
                for less in 0..=cut {
                    assert_eq!(detect(&bytes[..bytes.len() - less]), Some(encoding), "{text} {less}");
                }
            }
        }
    }
}
