import { Radio } from '@mantine/core';
import { useState } from 'react';
import { useT } from '@/shared/i18n';
import { usePersonal } from '@/shared/privacy/Privacy';
import css from './identity.module.css';
import type { MergePreview, MergeSide } from './types';

interface Props {
  preview: MergePreview;
  keep: string | null;
  onKeep: (id: string | null) => void;
}

/** By whose id the customer goes on. What the server would choose comes first, and is asked for by saying nothing. */
export function KeepChoice({ preview, keep, onKeep }: Props) {
  const p = useT().identity.merge.preview;
  const personal = usePersonal();
  // With a choice in the address, what the server would have chosen is not known.
  const [suggested] = useState(keep === null ? preview.survivor.id : null);
  const sides = [preview.survivor, preview.absorbed].sort((a, b) => (a.id < b.id ? -1 : 1));
  const nameOf = ({ id, sums }: MergeSide) =>
    sums.display_name ? `${personal('name', sums.display_name)} · ${id}` : id;
  return (
    <Radio.Group
      label={p.keep}
      description={p.keepHint}
      // The choice shows at once; the preview of it follows.
      value={keep ?? suggested ?? preview.survivor.id}
      onChange={(id) => onKeep(id === suggested ? null : id)}
      className={css.keep}
    >
      <div className={css.keeps}>
        {sides.map((side) => (
          <Radio
            key={side.id}
            value={side.id}
            label={side.id === suggested ? p.automatic(nameOf(side)) : <span translate="no">{nameOf(side)}</span>}
          />
        ))}
      </div>
    </Radio.Group>
  );
}
