import { Button, Modal } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { PeopleList } from '@/segments/insight/PeopleList';
import { useT } from '@/shared/i18n';
import { useFocusBack } from '@/shared/ui/hooks';
import { type Between, movedPeopleQuery } from './api';
import css from './layers.module.css';
import type { MovementCell } from './types';

interface Props {
  title: string;
  layer: string;
  between: Between;
  cell: MovementCell;
  /** Where they were at last. */
  stayedIn: { code: string; name: string } | null;
  onClose: () => void;
}

/** Who went from one stage to another, or stayed. */
export function MovedDialog({ title, layer, between, cell, stayedIn, onClose }: Props) {
  const t = useT();
  const l = t.layers;
  useFocusBack();
  const query = useInfiniteQuery(movedPeopleQuery(layer, between, cell));
  return (
    <Modal
      opened
      onClose={onClose}
      title={<span translate="no">{title}</span>}
      size="lg"
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <PeopleList query={query} />
      {stayedIn && (
        <div className={css.dialogFoot}>
          <Button
            variant="default"
            renderRoot={(props) => <Link {...props} to="/segments/$code" params={{ code: stayedIn.code }} />}
          >
            {l.allOf(stayedIn.name)}
          </Button>
        </div>
      )}
    </Modal>
  );
}
