import { ActionIcon, Button, Checkbox, Menu, Popover, Tooltip } from '@mantine/core';
import { IconColumns3, IconDownload, IconFileSpreadsheet } from '@tabler/icons-react';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { exportUrl } from './api';
import css from './customers.module.css';

interface ColumnProps {
  all: { key: string; header: string }[];
  chosen: string[];
  onChange: (keys: string[]) => void;
}

export function ColumnMenu({ all, chosen, onChange }: ColumnProps) {
  const t = useT();
  return (
    // The focus goes in, because Escape closes only from there.
    <Popover position="bottom-end" withinPortal trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label={t.customers.columns}>
          <ActionIcon size={36} variant="default" aria-label={t.customers.columns} data-testid="choose-columns">
            <IconColumns3 size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={t.customers.columns}>
        <Checkbox.Group value={chosen} onChange={onChange} label={t.customers.columns}>
          <div className={css.columnList}>
            {all.map((column) => (
              <Checkbox key={column.key} value={column.key} label={column.header} />
            ))}
          </div>
        </Checkbox.Group>
      </Popover.Dropdown>
    </Popover>
  );
}

export function ExportMenu({ filters, total }: { filters: Search; total: number }) {
  const t = useT();
  const fmt = useFmt();
  const can = useCan();
  if (!can('customers.export')) return null;
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />} disabled={total === 0} data-testid="export">
          {t.customers.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(['csv', 'parquet'] as const).map((format) => (
          <Menu.Item
            key={format}
            component="a"
            href={exportUrl(filters, format)}
            download
            leftSection={<IconFileSpreadsheet size={16} />}
          >
            {t.customers.exportAs[format]}
          </Menu.Item>
        ))}
        <p className={css.menuHint}>{t.customers.exportHint(fmt.count(total))}</p>
      </Menu.Dropdown>
    </Menu>
  );
}
