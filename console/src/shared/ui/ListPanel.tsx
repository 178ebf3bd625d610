import { Button } from '@mantine/core';
import { IconPlus, type TablerIcon } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Panel } from './Panel';
import { LoadingList, QueryView, StateView } from './StateView';

interface Props<T> {
  title: string;
  testId: string;
  query: UseQueryResult<{ items: T[] }>;
  /** Said where nothing is there yet. */
  empty: { icon: TablerIcon; title: string; text: string };
  /** For whoever may add one. */
  add: { label: string; onPress: () => void } | null;
  children: (items: T[]) => ReactNode;
}

/** All of a short list that a brand keeps itself, with a button that adds one. */
export function ListPanel<T>({ title, testId, query, empty, add, children }: Props<T>) {
  return (
    <Panel
      flush
      title={title}
      testId={testId}
      actions={
        add && (
          <Button size="xs" leftSection={<IconPlus size={14} />} onClick={add.onPress}>
            {add.label}
          </Button>
        )
      }
    >
      <QueryView query={query} quiet loading={<LoadingList />}>
        {({ items }) =>
          items.length === 0 ? (
            <StateView
              testId="state-first-use"
              icon={<empty.icon size={28} stroke={1.5} />}
              title={empty.title}
              text={empty.text}
            />
          ) : (
            children(items)
          )
        }
      </QueryView>
    </Panel>
  );
}
