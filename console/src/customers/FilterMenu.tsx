import { Button, Popover } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFilterPlus } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import type { Search } from '@/app/search';
import { useT } from '@/shared/i18n';
import { LoadingBlock } from '@/shared/ui/StateView';

/** Its fields are heavy, and most visits to the list filter nothing by hand. */
const loadForm = () => import('./FilterForm');
const FilterForm = lazy(() => loadForm().then((module) => ({ default: module.FilterForm })));

export function FilterMenu({ onAdd }: { onAdd: (filters: Search) => void }) {
  const t = useT();
  const [opened, menu] = useDisclosure(false);
  return (
    <Popover
      opened={opened}
      onChange={(open) => !open && menu.close()}
      position="bottom-start"
      width={300}
      trapFocus
      returnFocus
      withinPortal
    >
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconFilterPlus size={16} />}
          onClick={menu.toggle}
          onPointerEnter={loadForm}
          onFocus={loadForm}
          data-testid="add-filter"
        >
          {t.customers.addFilter}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t.customers.addFilter}>
        <Suspense fallback={<LoadingBlock lines={3} height={36} />}>
          <FilterForm
            onAdd={(filters) => {
              onAdd(filters);
              menu.close();
            }}
          />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
