import { Button, Modal, NativeSelect } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useT } from '../i18n';
import css from './dialog.module.css';
import { notify } from './notify';
import { errorText } from './StateView';

interface Words<Grace extends string> {
  text: string;
  grace: string;
  graces: Record<Grace, string>;
  /** Where the earlier one ends at once, and where it ends later. */
  nowHint: string;
  laterHint: string;
  action: string;
}

interface Props<Rotated, Grace extends string> {
  title: string;
  words: Words<Grace>;
  /** Seconds, up to the most that the server allows. */
  graces: readonly Grace[];
  usual: Grace;
  /** What should be known first. */
  warning?: ReactNode;
  rotate: (grace: Grace) => Promise<Rotated>;
  onRotated: (rotated: Rotated) => void;
  onClose: () => void;
}

/** A secret is replaced by another one; the earlier one holds for a while, so that nothing stops. */
export function RotateDialog<Rotated, Grace extends string>(props: Props<Rotated, Grace>) {
  const { title, words, graces, usual, warning, onClose } = props;
  const t = useT();
  const [grace, setGrace] = useState(usual);
  const rotate = useMutation({
    mutationFn: () => props.rotate(grace),
    onSuccess: (rotated) => {
      onClose();
      props.onRotated(rotated);
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  const isNow = grace === '0';
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t.common.close }}>
      <div className={css.stack}>
        <p>{words.text}</p>
        <NativeSelect
          label={words.grace}
          description={isNow ? words.nowHint : words.laterHint}
          data={graces.map((value) => ({ value, label: words.graces[value] }))}
          value={grace}
          onChange={(event) => setGrace(event.currentTarget.value as Grace)}
        />
        {warning}
      </div>
      <div className={css.foot}>
        <Button variant="default" onClick={onClose}>
          {t.common.cancel}
        </Button>
        <Button color={isNow ? 'red.9' : undefined} onClick={() => rotate.mutate()} loading={rotate.isPending}>
          {words.action}
        </Button>
      </div>
    </Modal>
  );
}
