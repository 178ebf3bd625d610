import { useEffect, useRef } from 'react';
import { useVersioned, type Versioned } from '@/app/forms/useVersioned';

/** A form on a page that stays when it is saved: then it shows what was saved, and what others save where nothing is typed. */
export function useEdited<Thing extends { version: number }, Form extends Record<keyof Form, string>>(
  of: Omit<Versioned<Thing, Form>, 'onClose' | 'thing'> & { thing: Thing },
) {
  const saved = useRef(-1);
  const edited = useVersioned<Thing, Form>({
    ...of,
    onSaved: (thing) => {
      saved.current = thing.version;
      of.onSaved(thing);
    },
    onClose: () => {},
  });
  const { base, changed, restart } = edited;
  const { version } = of.thing;
  const isOther = base !== null && base.version !== version;
  const isOwn = saved.current === version;
  useEffect(() => {
    if (isOther && (!changed || isOwn)) restart();
  }, [isOther, changed, isOwn, restart]);
  return edited;
}
