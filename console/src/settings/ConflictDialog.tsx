import { Button, Modal } from '@mantine/core';
import type { BrandSettings } from '@/shared/api/types';
import { MISSING, useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import css from './settings.module.css';

interface Props {
  mine: BrandSettings;
  theirs: BrandSettings;
  onMine: () => void;
  onTheirs: () => void;
  onClose: () => void;
}

/** Two people changed the same settings: show what differs instead of letting the second overwrite the first. */
export function ConflictDialog({ mine, theirs, onMine, onTheirs, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const b = t.settings.brand;
  const percent = (points: number | null) => (points === null ? MISSING : fmt.percent(points / 10_000, 2));
  const rows: [string, string, string][] = [
    [b.name, mine.brand_name, theirs.brand_name],
    [b.timeZone, mine.time_zone, theirs.time_zone],
    [b.currency, mine.currency ?? MISSING, theirs.currency ?? MISSING],
    [b.locale, mine.default_locale, theirs.default_locale],
    [b.margin, percent(mine.margin_basis_points), percent(theirs.margin_basis_points)],
    [b.discount, percent(mine.discount_rate_annual_basis_points), percent(theirs.discount_rate_annual_basis_points)],
    [b.horizon, fmt.count(mine.horizon_days), fmt.count(theirs.horizon_days)],
    [b.window, fmt.count(mine.current_window_days), fmt.count(theirs.current_window_days)],
  ];
  return (
    <Modal
      opened
      onClose={onClose}
      title={b.conflictTitle}
      size="lg"
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <p className="muted">{b.conflictText}</p>
      <table className={css.table} data-testid="conflict-diff">
        <thead>
          <tr>
            <th scope="col">{b.field}</th>
            <th scope="col">{b.mine}</th>
            <th scope="col">{b.theirs}</th>
          </tr>
        </thead>
        <tbody>
          {rows
            .filter(([, a, other]) => a !== other)
            .map(([name, a, other]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{a}</td>
                <td>{other}</td>
              </tr>
            ))}
        </tbody>
      </table>
      <div className={css.dialogFoot}>
        <Button variant="default" onClick={onTheirs}>
          {b.takeTheirs}
        </Button>
        <Button onClick={onMine}>{b.keepMine}</Button>
      </div>
    </Modal>
  );
}
