import { Modal } from '@mantine/core';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import { useFocusBack } from '@/shared/ui/hooks';
import { RowTable } from '@/shared/ui/PlainTable';
import css from '@/shared/ui/registry.module.css';
import { When } from '@/shared/ui/Values';
import { SourceName } from './SourceName';
import type { FieldItem } from './types';

/** Which sources sent values that the field does not take. */
export function RefusedDialog({ item, onClose }: { item: FieldItem; onClose: () => void }) {
  const t = useT();
  const fmt = useFmt();
  const r = t.fieldRegistry.refused;
  useFocusBack();
  const title = r.title(useNameOf()(item.field));
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t.common.close }}>
      <div className={css.stack}>
        <p>{r.text}</p>
        <RowTable
          label={title}
          rows={item.refusals.by_source}
          rowKey={({ source }) => source}
          columns={[
            { key: 'source', header: r.source, render: ({ source }) => <SourceName source={source} /> },
            { key: 'refused', header: r.count, numeric: true, render: ({ refused }) => fmt.count(refused) },
          ]}
        />
        {item.refusals.last_at && (
          <p className="muted">
            {r.last} <When at={item.refusals.last_at} />
          </p>
        )}
      </div>
    </Modal>
  );
}
