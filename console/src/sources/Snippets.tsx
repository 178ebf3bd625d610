import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { SourceKind } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { CodeBlock } from '@/shared/ui/CodeBlock';
import { Notice } from '@/shared/ui/Notice';
import { isLocal, snippet, WAY_OF_KIND, WAYS, type Way } from './snippets';
import css from './sources.module.css';

/** Code to copy, with the address at which this console is open. */
export function Snippets({ kind, writeKey }: { kind: SourceKind; writeKey: string }) {
  const t = useT();
  const c = t.sources.connect;
  const [way, setWay] = useState<Way>(WAY_OF_KIND[kind] ?? 'curl');
  const { origin } = window.location;
  return (
    <div className={css.snippets}>
      <div className={css.ways}>
        <SegmentedControl
          size="xs"
          aria-label={c.way}
          value={way}
          onChange={(value) => setWay(value as Way)}
          data={WAYS.map((value) => ({ value, label: c.ways[value] }))}
        />
      </div>
      <CodeBlock label={c.code(c.ways[way])} code={snippet(way, origin, writeKey)} testId="snippet" />
      <p className="muted">{c.answer}</p>
      {isLocal(origin) && (
        <div className={css.notice}>
          <Notice tone="info">{c.localOnly(origin)}</Notice>
        </div>
      )}
    </div>
  );
}
