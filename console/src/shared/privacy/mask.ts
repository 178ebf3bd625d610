/** What a value says about a person: the type of an identifier or the name of a trait, as the server names them. */
export type PersonalKind = string;

const COVER = '*';
const CJK = /^[\u3400-\u9fff\uf900-\ufaff·]+$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
/** A mobile number of China, or any number with its country; a plain number of some digits is more often an id. */
const PHONE = /^(?:(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}|\+\d[\d ()-]{6,})$/;

/** `a***@example.com` */
function maskEmail(value: string): string {
  const at = value.lastIndexOf('@');
  return at < 1 ? coverAll(value) : `${[...value][0]}${COVER.repeat(3)}${value.slice(at)}`;
}

/** `138****0000`: the last four digits stay, the four before them go, wherever spaces and dashes stand. */
function maskPhone(value: string): string {
  if (value.includes(COVER)) return value;
  const digits = value.replace(/\D/g, '').length;
  const shown = digits > 7 ? 4 : 2;
  const first = digits > 8 ? digits - 8 : 0;
  let index = 0;
  return value.replace(/\d/g, (digit) => {
    const covered = index >= first && index < digits - shown;
    index += 1;
    return covered ? COVER : digit;
  });
}

/** `林*满`, `林*`, `A** L**` */
function maskName(value: string): string {
  return value
    .split(/(\s+)/)
    .map((word) => (word.trim() === '' ? word : maskWord([...word], CJK.test(word))))
    .join('');
}

function maskWord(letters: string[], chinese: boolean): string {
  const [first = ''] = letters;
  if (!chinese) return first + COVER.repeat(2);
  if (letters.length < 3) return first + COVER;
  return first + COVER.repeat(letters.length - 2) + letters.at(-1);
}

function coverAll(value: string): string {
  return value.replace(/[\p{L}\p{N}]/gu, COVER);
}

/** Addresses and mobile numbers inside a text, such as the name of a page that was made from its address. */
const PERSONAL_WITHIN = /[^\s@/?&=:,;]+@[^\s@/?&=:,;]+\.[^\s@/?&=:,;]+|(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)/g;

function maskWithin(text: string): string {
  return text.replace(PERSONAL_WITHIN, (found) => (found.includes('@') ? maskEmail(found) : maskPhone(found)));
}

/** The value with what names the person covered; the value itself where it names nobody. */
export function mask(kind: PersonalKind, value: string): string {
  if (kind === 'text') return maskWithin(value);
  // Shops use numbers and addresses of people as customer numbers, so the shape of a value counts too.
  if (kind === 'email' || EMAIL.test(value)) return maskEmail(value);
  if (kind === 'phone' || PHONE.test(value.trim())) return maskPhone(value);
  if (kind === 'name') return maskName(value);
  if (kind === 'birthday') return coverAll(value);
  return value;
}
