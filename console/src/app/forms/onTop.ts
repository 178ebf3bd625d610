// What somebody types into a form of plain texts, against what it began with and what others made of it meanwhile.

type Texts<Form> = Record<keyof Form, string>;

const namesOf = <Form extends Texts<Form>>(form: Form) => Object.keys(form) as (keyof Form)[];

export function trimmed<Form extends Texts<Form>>(form: Form): Form {
  return Object.fromEntries(namesOf(form).map((field) => [field, form[field].trim()])) as Form;
}

/** The fields that are not as they were; blanks around a text are no change. */
export function changedFields<Form extends Texts<Form>>(before: Form, after: Form): (keyof Form)[] {
  return namesOf(after).filter((field) => (before[field] ?? '').trim() !== after[field].trim());
}

/** Mine on top of theirs: what I did not touch is as they left it. */
export function onTop<Form extends Texts<Form>>(base: Form, mine: Form, theirs: Form): Form {
  const own = changedFields(base, mine).map((field) => [field, mine[field]]);
  return { ...theirs, ...Object.fromEntries(own) };
}
