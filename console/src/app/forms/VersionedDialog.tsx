import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useT } from '@/shared/i18n';
import { useFocusBack } from '@/shared/ui/hooks';
import type { Fields } from '@/shared/ui/useFields';
import css from './forms.module.css';
import { Unsaved } from './Unsaved';
import { useVersioned, type Versioned } from './useVersioned';

interface Props<Thing, Form extends Record<keyof Form, string>> extends Versioned<Thing, Form> {
  title: string;
  /** A verb with its object. */
  action: string;
  size?: 'lg';
  children: (form: Fields<Form>) => ReactNode;
}

/** Makes or changes one thing that others may change too. */
export function VersionedDialog<Thing, Form extends Record<keyof Form, string>>(props: Props<Thing, Form>) {
  const t = useT();
  useFocusBack();
  const { title, action, size, onClose, children } = props;
  const edited = useVersioned(props);
  const { form, base, changed, isSaving, submit } = edited;
  return (
    <Modal opened onClose={onClose} title={title} size={size} closeButtonProps={{ 'aria-label': t.common.close }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
        className={css.stack}
        noValidate
      >
        <Unsaved of={edited} />
        {children(form)}
        <Button type="submit" loading={isSaving} disabled={base !== null && !changed}>
          {action}
        </Button>
      </form>
    </Modal>
  );
}
