import { Button } from '@mantine/core';
import { IconFilterPlus } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import type { Search } from '@/app/search';
import { useT } from '@/shared/i18n';
import { Popover } from '@/shared/ui/overlay/Popover';
import { LoadingBlock } from '@/shared/ui/StateView';

/** Its fields are heavy, and most visits to the list filter nothing by hand. */
const loadForm = () => import('./FilterForm');
const FilterForm = lazy(() => loadForm().then((module) => ({ default: module.FilterForm })));

export function FilterMenu({ onAdd }: { onAdd: (filters: Search) => void }) {
  const t = useT();
  return (
    <Popover
      label={t.customers.addFilter}
      width={300}
      target={(props) => (
        <Button
          {...props}
          variant="default"
          leftSection={<IconFilterPlus size={16} />}
          onPointerEnter={loadForm}
          onFocus={loadForm}
          data-testid="add-filter"
        >
          {t.customers.addFilter}
        </Button>
      )}
    >
      {(close) => (
        <Suspense fallback={<LoadingBlock lines={3} height={36} />}>
          <FilterForm
            onAdd={(filters) => {
              onAdd(filters);
              close();
            }}
          />
        </Suspense>
      )}
    </Popover>
  );
}
