import type { FieldSources } from './types';

/** As a form of texts: the order with commas, and the origin of each source by its name. */
export type OrderForm = Record<string, string>;

const SOURCE = 'source:';

export function formOf({ order, sources }: FieldSources): OrderForm {
  return {
    order: order.join(','),
    ...Object.fromEntries(sources.map(({ source, origin }) => [SOURCE + source, origin])),
  };
}

export const orderOf = (form: OrderForm) => (form.order ?? '').split(',');

/** The name of the source that a field of the form is about; null for the order itself. */
export const sourceOf = (field: string) => (field.startsWith(SOURCE) ? field.slice(SOURCE.length) : null);

export function settingsOf(form: OrderForm): Pick<FieldSources, 'order' | 'sources'> {
  const sources = Object.entries(form).flatMap(([field, origin]) => {
    const source = sourceOf(field);
    return source === null ? [] : [{ source, origin }];
  });
  return { order: orderOf(form), sources };
}
