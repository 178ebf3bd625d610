import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useT } from '@/shared/i18n';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { errorDetail, errorText } from '@/shared/ui/errorText';
import { notify } from '@/shared/ui/notify';
import css from './archiveActions.module.css';

interface Words {
  title: string;
  /** On the button, where that is shorter. */
  action?: string;
  done: string;
}

interface Props<T> {
  isArchived: boolean;
  setArchived: (isArchived: boolean) => Promise<T>;
  onChanged: (changed: T) => void;
  archive: Words & { text: string };
  restore: Words;
  /** What the question is asked with, such as what else stands on it. */
  more?: ReactNode;
  /** What else can be done with what is not archived. */
  children: ReactNode;
}

/** Archiving is asked about first, taking back is not. */
export function ArchiveActions<T>({ isArchived, setArchived, onChanged, archive, restore, more, children }: Props<T>) {
  const t = useT();
  const [asks, setAsks] = useState(false);
  const set = useMutation({
    mutationFn: setArchived,
    onSuccess: (changed, archived) => {
      onChanged(changed);
      notify(archived ? archive.done : restore.done);
      setAsks(false);
    },
    // Beside the question where that is open: it may name who stands on this one.
    onError: (error, archived) => {
      if (!archived) notify([errorText(t, error), errorDetail(error)].filter(Boolean).join(' '), 'danger');
    },
  });
  const named = ({ title, action }: Words) => ({ children: action ?? title, 'aria-label': action && title });
  if (isArchived) return <Button onClick={() => set.mutate(false)} loading={set.isPending} {...named(restore)} />;
  return (
    <>
      {children}
      <Button
        variant="default"
        onClick={() => {
          set.reset();
          setAsks(true);
        }}
        {...named(archive)}
      />
      {asks && (
        <ConfirmDialog
          danger
          title={archive.title}
          text={
            <>
              {archive.text}
              {set.error && (
                <span role="alert" className={css.refused}>
                  {errorText(t, set.error)} <span lang="en">{errorDetail(set.error)}</span>
                </span>
              )}
            </>
          }
          more={more}
          action={archive.title}
          working={set.isPending}
          onConfirm={() => set.mutate(true)}
          onClose={() => setAsks(false)}
        />
      )}
    </>
  );
}
