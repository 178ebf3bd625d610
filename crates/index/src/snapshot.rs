//! The index as bytes, so that a start need not look through all facts again.
//!
//! Integers are little-endian, sets in Roaring's portable format, rules as their canonical JSON. What follows from something else
//! is not written: trees, ranks, which leaves something moves, when next to look.
//!
//! Callers may rely on:
//! - what is read answers, follows and moves as what was written;
//! - nothing is written that is nobody's any more: no text that no customer has, nothing that was kept of a cleared profile;
//! - bytes that are no index are an error and take no more memory than they are long. Whether they are the bytes that were
//!   written the caller has to know: there is no checksum here.

use crate::index::{Index, Look};
use crate::leaf::Of;
use crate::{Place, Set};
use perennial_domain::money::Currency;
use perennial_domain::rules::calendar::Interval;
use perennial_domain::rules::json::{canonical, read_text};
use perennial_domain::rules::oracle::{Kind, Thresholds};
use perennial_domain::rules::value::{Money, Number, Type, Value};
use perennial_domain::rules::{Clause, Rule, Tree, reads};
use perennial_domain::time::{Day, Instant};
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::io::{Error, ErrorKind, Read, Result, Write};

/// Counts up with each change of the bytes, or of what they mean: of another number nothing is read.
pub const FORMAT: u32 = 1;

/// Elements of a list that are taken in at a time: a length that is not true costs no more.
const CHUNK: usize = 1 << 16;

/// What can be written and read.
pub(crate) trait Code: Sized {
    fn write_to(&self, out: &mut dyn Write) -> Result<()>;
    fn read_from(from: &mut dyn Read) -> Result<Self>;
}

/// An integer of a fixed width.
pub(crate) trait Plain: Copy {
    const BYTES: usize;
    fn write(self, bytes: &mut [u8]);
    fn read(bytes: &[u8]) -> Self;
}

macro_rules! plain {
    ($($kind:ty),+) => {$(
        impl Plain for $kind {
            const BYTES: usize = size_of::<Self>();
            fn write(self, bytes: &mut [u8]) {
                bytes.copy_from_slice(&self.to_le_bytes());
            }
            fn read(bytes: &[u8]) -> Self {
                let mut own = [0; size_of::<Self>()];
                own.copy_from_slice(bytes);
                Self::from_le_bytes(own)
            }
        }

        impl Code for $kind {
            fn write_to(&self, out: &mut dyn Write) -> Result<()> {
                out.write_all(&self.to_le_bytes())
            }
            fn read_from(from: &mut dyn Read) -> Result<Self> {
                let mut bytes = [0; size_of::<Self>()];
                from.read_exact(&mut bytes)?;
                Ok(Self::from_le_bytes(bytes))
            }
        }
    )+};
}

plain!(u8, u32, u64, i64, i128);

pub(crate) fn invalid(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, format!("no snapshot of an index: {what}"))
}

pub(crate) fn put_length(length: usize, out: &mut dyn Write) -> Result<()> {
    (length as u64).write_to(out)
}

pub(crate) fn take_length(from: &mut dyn Read) -> Result<usize> {
    usize::try_from(u64::read_from(from)?).map_err(|_| invalid("a length"))
}

/// Many integers at once.
pub(crate) fn put_plain<T: Plain>(list: &[T], out: &mut dyn Write) -> Result<()> {
    put_length(list.len(), out)?;
    let mut bytes = vec![0; CHUNK.min(list.len()) * T::BYTES];
    for some in list.chunks(CHUNK) {
        let bytes = &mut bytes[..some.len() * T::BYTES];
        bytes.chunks_exact_mut(T::BYTES).zip(some).for_each(|(place, one)| one.write(place));
        out.write_all(bytes)?;
    }
    Ok(())
}

pub(crate) fn take_plain<T: Plain>(from: &mut dyn Read) -> Result<Vec<T>> {
    let length = take_length(from)?;
    let mut list = Vec::new();
    let mut bytes = vec![0; CHUNK.min(length) * T::BYTES];
    while list.len() < length {
        let bytes = &mut bytes[..CHUNK.min(length - list.len()) * T::BYTES];
        from.read_exact(bytes)?;
        list.extend(bytes.chunks_exact(T::BYTES).map(T::read));
    }
    Ok(list)
}

/// One after the other.
pub(crate) fn put_each<'a, T: Code + 'a>(
    list: impl ExactSizeIterator<Item = &'a T>,
    out: &mut dyn Write,
) -> Result<()> {
    put_length(list.len(), out)?;
    list.into_iter().try_for_each(|one| one.write_to(out))
}

impl Code for bool {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        u8::from(*self).write_to(out)
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        match u8::read_from(from)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(invalid("yes or no")),
        }
    }
}

impl Code for String {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        put_plain(self.as_bytes(), out)
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        Self::from_utf8(take_plain(from)?).map_err(|_| invalid("a text"))
    }
}

impl<T: Code> Code for Option<T> {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        self.is_some().write_to(out)?;
        self.iter().try_for_each(|one| one.write_to(out))
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        Ok(if bool::read_from(from)? { Some(T::read_from(from)?) } else { None })
    }
}

impl<T: Code> Code for Vec<T> {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        put_each(self.iter(), out)
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        let length = take_length(from)?;
        let mut list = Self::with_capacity(length.min(CHUNK));
        for _ in 0..length {
            list.push(T::read_from(from)?);
        }
        Ok(list)
    }
}

impl<A: Code, B: Code> Code for (A, B) {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        self.0.write_to(out)?;
        self.1.write_to(out)
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        Ok((A::read_from(from)?, B::read_from(from)?))
    }
}

impl<K: Code + Ord, V: Code> Code for BTreeMap<K, V> {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        put_length(self.len(), out)?;
        self.iter().try_for_each(|(key, value)| {
            key.write_to(out)?;
            value.write_to(out)
        })
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        (0..take_length(from)?).map(|_| <(K, V)>::read_from(from)).collect()
    }
}

impl<K: Code + Eq + Hash, V: Code> Code for HashMap<K, V> {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        put_length(self.len(), out)?;
        self.iter().try_for_each(|(key, value)| {
            key.write_to(out)?;
            value.write_to(out)
        })
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        let length = take_length(from)?;
        let mut map = Self::with_capacity(length.min(CHUNK));
        for _ in 0..length {
            map.insert(K::read_from(from)?, V::read_from(from)?);
        }
        Ok(map)
    }
}

impl Code for Set {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        self.serialize_into(out)
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        Self::deserialize_from(from)
    }
}

impl Code for Instant {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        self.0.write_to(out)
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        i64::read_from(from).map(Self)
    }
}

impl Code for Interval {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        self.from.write_to(out)?;
        self.until.write_to(out)
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        Ok(Self::new(Instant::read_from(from)?, Option::read_from(from)?))
    }
}

impl Code for Currency {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        self.code().to_owned().write_to(out)
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        let code = String::read_from(from)?;
        let none = || (code == Self::NONE.code()).then_some(Self::NONE);
        Self::parse(&code).or_else(none).ok_or_else(|| invalid("a currency"))
    }
}

impl Code for Type {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        let number: u8 = match self {
            Self::Text => 0,
            Self::Number => 1,
            Self::Money => 2,
            Self::Boolean => 3,
            Self::Day => 4,
            Self::Instant => 5,
        };
        number.write_to(out)
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        let all = [Self::Text, Self::Number, Self::Money, Self::Boolean, Self::Day, Self::Instant];
        all.get(usize::from(u8::read_from(from)?)).copied().ok_or_else(|| invalid("a type"))
    }
}

impl Code for Value {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        self.kind().write_to(out)?;
        match self {
            Self::Text(text) => text.write_to(out),
            Self::Number(number) => number.0.write_to(out),
            Self::Money(money) => {
                money.minor.write_to(out)?;
                money.currency.write_to(out)
            }
            Self::Boolean(is) => is.write_to(out),
            Self::Day(day) => i64::from(day.0).write_to(out),
            Self::Instant(at) => at.write_to(out),
        }
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        Ok(match Type::read_from(from)? {
            Type::Text => Self::Text(String::read_from(from)?),
            Type::Number => Self::Number(Number(i64::read_from(from)?)),
            Type::Money => Self::Money(Money { minor: i64::read_from(from)?, currency: Currency::read_from(from)? }),
            Type::Boolean => Self::Boolean(bool::read_from(from)?),
            Type::Day => Self::Day(Day(i32::try_from(i64::read_from(from)?).map_err(|_| invalid("a day"))?)),
            Type::Instant => Self::Instant(Instant::read_from(from)?),
        })
    }
}

impl Code for Kind {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        let (kind, name): (u8, Option<&String>) = match self {
            Self::Order => (0, None),
            Self::Refund => (1, None),
            Self::Page => (2, None),
            Self::Screen => (3, None),
            Self::Event(name) => (4, Some(name)),
        };
        kind.write_to(out)?;
        name.into_iter().try_for_each(|name| name.write_to(out))
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        match u8::read_from(from)? {
            0 => Ok(Self::Order),
            1 => Ok(Self::Refund),
            2 => Ok(Self::Page),
            3 => Ok(Self::Screen),
            4 => Ok(Self::Event(String::read_from(from)?)),
            _ => Err(invalid("what happened")),
        }
    }
}

impl Code for Rule {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        canonical(self).write_to(out)
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        read_text(&String::read_from(from)?).map_err(|_| invalid("a rule"))
    }
}

impl Code for Clause {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        Tree::Leaf(self.clone()).write_to(out)
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        match Rule::read_from(from)? {
            Tree::Leaf(clause) => Ok(clause),
            Tree::All(_) | Tree::Any(_) | Tree::Not(_) => Err(invalid("a clause")),
        }
    }
}

impl Index {
    /// # Errors
    /// Of whatever is written to.
    pub fn write(&self, out: &mut dyn Write) -> Result<()> {
        FORMAT.write_to(out)?;
        self.now.write_to(out)?;
        self.people.write_to(out)?;
        self.columns.write_to(out)?;
        self.states.write_to(out)?;
        self.folds.write_to(out)?;
        let leaves: Vec<_> = self.leaves.iter().filter(|leaf| leaf.of != Of::Nothing).collect();
        put_length(leaves.len(), out)?;
        for leaf in leaves {
            leaf.clause.write_to(out)?;
            if leaf.keeps_own() {
                leaf.holds.write_to(out)?;
            }
            leaf.looks.write_to(out)?;
        }
        put_length(self.places.len(), out)?;
        for place in self.places.values() {
            let segment = &self.segments[*place];
            segment.name.to_string().write_to(out)?;
            segment.rule.write_to(out)?;
            segment.members.write_to(out)?;
        }
        put_length(self.thresholds.len(), out)?;
        self.thresholds.iter().try_for_each(|(key, value)| {
            key.as_str().to_owned().write_to(out)?;
            value.write_to(out)
        })
    }

    /// `place` is as it was for the index that was written.
    ///
    /// # Errors
    /// Of whatever is read from, and `InvalidData` where that is no index of this format.
    pub fn read(place: Place, from: &mut dyn Read) -> Result<Self> {
        if u32::read_from(from)? != FORMAT {
            return Err(invalid("another format"));
        }
        let mut index = Self::new(place, Instant::read_from(from)?);
        index.people = Code::read_from(from)?;
        index.columns = Code::read_from(from)?;
        index.states = Code::read_from(from)?;
        index.folds = Code::read_from(from)?;
        for _ in 0..take_length(from)? {
            let leaf = index.add_leaf(&Clause::read_from(from)?);
            if matches!(index.leaves[leaf].of, Of::Fold { number, .. } if number >= index.folds.len()) {
                return Err(invalid("a clause over facts that are not kept"));
            }
            if index.leaves[leaf].keeps_own() {
                index.leaves[leaf].holds = Set::read_from(from)?;
            }
            index.leaves[leaf].looks = HashMap::read_from(from)?;
        }
        for _ in 0..take_length(from)? {
            let (name, rule, members) = (String::read_from(from)?, Rule::read_from(from)?, Set::read_from(from)?);
            if !rule.leaves().into_iter().all(|clause| index.numbers.contains_key(clause)) {
                return Err(invalid("a segment over clauses that are not kept"));
            }
            index.add_segment(&name, rule, members);
        }
        let values: BTreeMap<String, Option<Value>> = BTreeMap::read_from(from)?;
        let wanted = index.segments.iter().flat_map(|segment| reads(&segment.rule).quantiles.into_keys());
        let known = wanted.filter_map(|key| Some((key.clone(), values.get(key.as_str())?.clone())));
        index.thresholds = known.collect::<Thresholds>();
        index.wire();
        Ok(index)
    }

    /// What follows from what was read.
    fn wire(&mut self) {
        self.rank();
        for leaf in 0..self.leaves.len() {
            let kept = match &self.leaves[leaf].of {
                Of::State(state) => self.states.who_by_number(*state).clone(),
                Of::Segment(name) => self.members(name).cloned().unwrap_or_default(),
                Of::Field(_) | Of::Fold { .. } | Of::Nothing => continue,
            };
            self.leaves[leaf].holds = kept;
        }
        for (leaf, one) in self.leaves.iter().enumerate() {
            let looks = one.looks.iter().map(|(customer, at)| (*at, Look::Leaf { leaf, customer: *customer }));
            looks.for_each(|(at, look)| self.looks.put(at, look));
        }
        for (state, customer, at) in self.states.next() {
            self.looks.put(at, Look::State { state, customer });
        }
    }
}
