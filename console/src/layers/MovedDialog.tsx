import { Modal } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { PeopleList } from '@/segments/insight/PeopleList';
import { useT } from '@/shared/i18n';
import { useFocusBack } from '@/shared/ui/hooks';
import { type Between, movedPeopleQuery } from './api';
import type { MovementCell } from './types';

interface Props {
  title: string;
  layer: string;
  between: Between;
  cell: MovementCell;
  onClose: () => void;
}

/** Who went from one stage to another, or stayed. */
export function MovedDialog({ title, layer, between, cell, onClose }: Props) {
  const t = useT();
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
    </Modal>
  );
}
