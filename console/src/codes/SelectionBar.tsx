import { Button } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import css from './codes.module.css';

/** They stand in the address, which has to stay short enough for every browser and proxy. */
export const PRINTED_MAX = 120;

interface Props {
  /** Those that are chosen and shown by the filter. */
  ids: string[];
  pageIds: string[];
  onChoose: (ids: string[]) => void;
  onClear: () => void;
}

/** What can be done with the codes that somebody has marked. */
export function SelectionBar({ ids, pageIds, onChoose, onClear }: Props) {
  const t = useT();
  const fmt = useFmt();
  const navigate = useNavigate();
  const s = t.codes.selection;
  const fits = ids.length > 0 && ids.length <= PRINTED_MAX;
  return (
    <div className={css.selection} data-testid="selection">
      <span aria-live="polite">{s.count(fmt.count(ids.length))}</span>
      <Button size="xs" variant="default" onClick={() => onChoose(pageIds)} disabled={pageIds.length === 0}>
        {s.page}
      </Button>
      {ids.length > 0 && (
        <Button size="xs" variant="default" onClick={onClear}>
          {s.clear}
        </Button>
      )}
      {fits && (
        <Button
          size="xs"
          leftSection={<IconPrinter size={14} />}
          onClick={() => navigate({ to: '/codes/print', search: { codes: ids.join(',') } })}
        >
          {s.print}
        </Button>
      )}
      {ids.length > PRINTED_MAX && <span className="muted">{s.most(fmt.count(PRINTED_MAX))}</span>}
    </div>
  );
}
