import { Button, Popover } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFilterPlus } from '@tabler/icons-react';
import type { Search } from '@/app/search';
import { useT } from '@/shared/i18n';
import { FilterForm } from './FilterForm';

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
          data-testid="add-filter"
        >
          {t.customers.addFilter}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t.customers.addFilter}>
        <FilterForm
          onAdd={(filters) => {
            onAdd(filters);
            menu.close();
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
