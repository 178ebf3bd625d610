import { Button, Modal } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { PeopleList } from '@/segments/insight/PeopleList';
import { useT } from '@/shared/i18n';
import { useFocusBack } from '@/shared/ui/hooks';
import { KeepButton, KeepDialog } from '@/tags/keep/KeepButton';
import { type Between, movedPeopleQuery, readMoved } from './api';
import css from './layers.module.css';
import type { MovementCell } from './types';

interface Props {
  title: string;
  layer: { code: string; name: string };
  between: Between;
  cell: MovementCell;
  /** The day until which; of a movement until now, today. */
  until: string;
  /** Where they were at last. */
  stayedIn: { code: string; name: string } | null;
  onClose: () => void;
}

/** Who went from one stage to another, or stayed. No rule means them; the list of now can be kept. */
export function MovedDialog({ title, layer, between, cell, until, stayedIn, onClose }: Props) {
  const t = useT();
  const l = t.layers;
  useFocusBack();
  const query = useInfiniteQuery(movedPeopleQuery(layer.code, between, cell));
  const [isKeeping, setKeeping] = useState(false);
  if (isKeeping) {
    const list = {
      origin: `${layer.name} · ${title} · ${l.between(between.from, until)}`,
      count: query.data?.pages[0]?.count ?? null,
      read: readMoved(layer.code, between, cell),
    };
    return (
      <Suspense fallback={null}>
        <KeepDialog list={list} onClose={() => setKeeping(false)} />
      </Suspense>
    );
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={<span translate="no">{title}</span>}
      size="lg"
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <PeopleList query={query} />
      <div className={css.dialogFoot}>
        <KeepButton onPress={() => setKeeping(true)} />
        {stayedIn && (
          <Button
            variant="default"
            renderRoot={(props) => <Link {...props} to="/segments/$code" params={{ code: stayedIn.code }} />}
          >
            {l.allOf(stayedIn.name)}
          </Button>
        )}
      </div>
    </Modal>
  );
}
