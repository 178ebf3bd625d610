//! Where a property stands: `total`, `address.city`, `products[].price`.
//!
//! A name is written as it is sent; a dot, a bracket or a backslash in it has a backslash before it.

use super::PLAN_PATH_STEPS_MAX;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Step {
    Name(String),
    /// Each element of a list.
    Elements,
}

/// `None` where it is no path.
pub(super) fn parse(text: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut letters = text.chars().peekable();
    loop {
        let mut name = String::new();
        while let Some(letter) = letters.next_if(|letter| !matches!(letter, '.' | '[' | ']')) {
            name.push(if letter == '\\' { letters.next()? } else { letter });
        }
        if name.is_empty() {
            return None;
        }
        steps.push(Step::Name(name));
        while letters.next_if_eq(&'[').is_some() {
            letters.next_if_eq(&']')?;
            steps.push(Step::Elements);
        }
        match letters.next() {
            None => break,
            Some('.') => {}
            Some(_) => return None,
        }
    }
    (steps.len() <= PLAN_PATH_STEPS_MAX).then_some(steps)
}

/// The path of a member of the object at `path`; of the properties themselves where that is empty.
pub(super) fn member(path: &str, name: &str) -> String {
    let mut text = String::with_capacity(path.len() + name.len() + 1);
    text.push_str(path);
    if !path.is_empty() {
        text.push('.');
    }
    for letter in name.chars() {
        if matches!(letter, '.' | '[' | ']' | '\\') {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}

pub(super) fn elements(path: &str) -> String {
    format!("{path}[]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Step {
        Step::Name(text.to_owned())
    }

    #[test]
    fn a_path_leads_to_its_names_and_lists() {
        let cases = [
            ("total", Some(vec![name("total")])),
            ("products[].price", Some(vec![name("products"), Step::Elements, name("price")])),
            ("grid[][]", Some(vec![name("grid"), Step::Elements, Step::Elements])),
            (r"a\.b\[0\].c", Some(vec![name("a.b[0]"), name("c")])),
            ("单价 含税", Some(vec![name("单价 含税")])),
            ("", None),
            (".a", None),
            ("a.", None),
            ("a..b", None),
            ("[]", None),
            ("a[0]", None),
            ("a[", None),
            ("a[]b", None),
            ("a]", None),
            ("a\\", None),
            ("a.b.c.d.e.f.g.h.i", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn a_member_of_any_name_is_found_again() {
        for odd in ["a", "a.b", "[]", "\\", "a[].b\\"] {
            assert_eq!(parse(&member("", odd)), Some(vec![name(odd)]));
            assert_eq!(
                parse(&member(&elements("list"), odd)),
                Some(vec![name("list"), Step::Elements, name(odd)]),
                "{odd}"
            );
        }
    }
}
