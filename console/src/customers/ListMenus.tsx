import { ActionIcon, Button, Checkbox, Menu, Popover, Tooltip } from '@mantine/core';
import { IconColumns3, IconDownload, IconFileSpreadsheet } from '@tabler/icons-react';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { type ExportKind, exportUrl } from './api';
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

const EXPORTS: ExportKind[] = ['csv', 'parquet', 'phones', 'masked'];

/** Whoever may not take customers out is offered the file that names nobody. */
export function ExportMenu({ filters, total }: { filters: Search; total: number }) {
  const t = useT();
  const fmt = useFmt();
  const mayName = useCan()('customers.export');
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />} disabled={total === 0} data-testid="export">
          {t.customers.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {EXPORTS.filter((kind) => mayName || kind === 'masked').map((kind) => (
          <Menu.Item
            key={kind}
            component="a"
            href={exportUrl(filters, kind)}
            download
            leftSection={<IconFileSpreadsheet size={16} />}
          >
            {t.customers.exportAs[kind]}
          </Menu.Item>
        ))}
        <p className={css.menuHint}>
          {t.customers.exportHint(fmt.count(total))}
          {!mayName && ` ${t.customers.exportMasked}`}
        </p>
      </Menu.Dropdown>
    </Menu>
  );
}
