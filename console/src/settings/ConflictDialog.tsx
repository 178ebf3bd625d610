import { Button, Modal } from '@mantine/core';
import type { BrandSettings } from '@/shared/api/types';
import { type Fmt, MISSING, useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { RowTable } from '@/shared/ui/PlainTable';
import { FIELDS, settingNames } from './brandForm';
import css from './settings.module.css';

interface Props {
  /** What both began with. */
  base: BrandSettings;
  mine: BrandSettings;
  theirs: BrandSettings;
  onMine: () => void;
  onTheirs: () => void;
  onClose: () => void;
}

/** Two people changed the same settings: show who changed what instead of letting the second overwrite the first. */
export function ConflictDialog({ base, mine, theirs, onMine, onTheirs, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const b = t.settings.brand;
  const names = settingNames(t);
  const rows = FIELDS.filter((field) => mine[field] !== base[field] || theirs[field] !== base[field]);
  const shown = (side: BrandSettings, field: (typeof FIELDS)[number]) =>
    side[field] === base[field] ? <span className="muted">{b.unchanged}</span> : valueText(fmt, side, field);
  return (
    <Modal
      opened
      onClose={onClose}
      title={b.conflictTitle}
      size="lg"
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <p className="muted">{b.conflictText}</p>
      <RowTable
        label={b.conflictTitle}
        testId="conflict-diff"
        columns={[
          { key: 'field', header: b.field, render: (field) => names[field] },
          { key: 'mine', header: b.mine, render: (field) => shown(mine, field) },
          { key: 'theirs', header: b.theirs, render: (field) => shown(theirs, field) },
        ]}
        rows={rows}
        rowKey={(field) => field}
      />
      <div className={css.dialogFoot}>
        <Button variant="default" onClick={onTheirs}>
          {b.takeTheirs}
        </Button>
        <Button onClick={onMine}>{b.keepMine}</Button>
      </div>
    </Modal>
  );
}

function valueText(fmt: Fmt, settings: BrandSettings, field: (typeof FIELDS)[number]): string {
  const value = settings[field];
  if (value === null || value === '') return MISSING;
  if (typeof value === 'string') return value;
  return field.endsWith('_basis_points') ? fmt.percent(value / 10_000, 2) : fmt.count(value);
}
