import { ActionIcon, Button, Checkbox } from '@mantine/core';
import { IconColumns3, IconDownload, IconFileSpreadsheet } from '@tabler/icons-react';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Menu, MenuItem } from '@/shared/ui/overlay/Menu';
import { Popover } from '@/shared/ui/overlay/Popover';
import { Tip } from '@/shared/ui/overlay/Tip';
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
    <Popover
      label={t.customers.columns}
      side="below-end"
      target={(props) => (
        <Tip label={t.customers.columns}>
          <ActionIcon
            {...props}
            size={36}
            variant="default"
            aria-label={t.customers.columns}
            data-testid="choose-columns"
          >
            <IconColumns3 size={16} />
          </ActionIcon>
        </Tip>
      )}
    >
      {() => (
        <Checkbox.Group value={chosen} onChange={onChange} label={t.customers.columns}>
          <div className={css.columnList}>
            {all.map((column) => (
              <Checkbox key={column.key} value={column.key} label={column.header} />
            ))}
          </div>
        </Checkbox.Group>
      )}
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
    <Menu
      width={280}
      target={(props) => (
        <Button
          {...props}
          variant="default"
          leftSection={<IconDownload size={16} />}
          disabled={total === 0}
          data-testid="export"
        >
          {t.customers.export}
        </Button>
      )}
    >
      {EXPORTS.filter((kind) => mayName || kind === 'masked').map((kind) => (
        <MenuItem key={kind} href={exportUrl(filters, kind)} icon={<IconFileSpreadsheet size={16} />}>
          {t.customers.exportAs[kind]}
        </MenuItem>
      ))}
      <p className={css.menuHint}>
        {t.customers.exportHint(fmt.count(total))}
        {!mayName && ` ${t.customers.exportMasked}`}
      </p>
    </Menu>
  );
}
