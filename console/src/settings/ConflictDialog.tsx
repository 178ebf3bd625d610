import { Button, Modal } from '@mantine/core';
import type { BrandSettings } from '@/shared/api/types';
import { type Fmt, MISSING, useFmt } from '@/shared/fmt';
import { type Messages, useT } from '@/shared/i18n';
import { RowTable } from '@/shared/ui/PlainTable';
import { FIELDS } from './brandForm';
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
          { key: 'field', header: b.field, render: (field) => nameOf(t, field) },
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

function nameOf(t: Messages, field: (typeof FIELDS)[number]): string {
  const b = t.settings.brand;
  return {
    brand_name: b.name,
    time_zone: b.timeZone,
    currency: b.currency,
    default_locale: b.locale,
    margin_basis_points: b.margin,
    discount_rate_annual_basis_points: b.discount,
    horizon_days: b.horizon,
    current_window_days: b.window,
  }[field];
}

function valueText(fmt: Fmt, settings: BrandSettings, field: (typeof FIELDS)[number]): string {
  const value = settings[field];
  if (value === null || value === '') return MISSING;
  if (typeof value === 'string') return value;
  return field.endsWith('_basis_points') ? fmt.percent(value / 10_000, 2) : fmt.count(value);
}
