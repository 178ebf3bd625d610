import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconTags } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useCan } from '@/access/me';
import { useT, withWords } from '@/shared/i18n';
import type { PeopleList } from './useKeeping';

/** For one in many visits. In a dialog it takes the place of the list: of two that are open, Escape would close both. */
export const KeepDialog = lazy(() =>
  withWords(['keep', 'tagRegistry'], import('./KeepDialog')).then((module) => ({ default: module.KeepDialog })),
);

interface Props {
  size?: 'xs';
  onPress: () => void;
}

/** For whoever may tag customers. */
export function KeepButton({ size, onPress }: Props) {
  const t = useT();
  const can = useCan();
  if (!can('customers.write')) return null;
  return (
    <Button variant="default" size={size} leftSection={<IconTags size={size ? 14 : 16} />} onClick={onPress}>
      {t.common.keepPeople}
    </Button>
  );
}

/** The button with its dialog, on a page. */
export function KeepPeople({ list, size }: { list: PeopleList; size?: 'xs' }) {
  const [isOpen, dialog] = useDisclosure(false);
  return (
    <>
      <KeepButton size={size} onPress={dialog.open} />
      <Suspense fallback={null}>{isOpen && <KeepDialog list={list} onClose={dialog.close} />}</Suspense>
    </>
  );
}
