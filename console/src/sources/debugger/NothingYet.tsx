import { Button, Loader } from '@mantine/core';
import { IconPlayerPause } from '@tabler/icons-react';
import { useCan } from '@/access/me';
import type { Source } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { CodeBlock } from '@/shared/ui/CodeBlock';
import { StateView } from '@/shared/ui/StateView';
import { useResume } from '../SourceActions';
import { curlLine, KEY_PLACEHOLDER } from '../snippets';
import css from './debugger.module.css';

/** Nothing has arrived: how to send the first message, and what the server says when it does not come through. */
export function NothingYet({ source }: { source: Source }) {
  const t = useT();
  const d = t.sources.debugger;
  if (source.state === 'paused') return <Paused source={source} />;
  return (
    <div className={css.waiting} data-testid="state-first-use">
      <StateView icon={<Loader size="sm" />} title={d.waitTitle} text={d.waitText(KEY_PLACEHOLDER)} />
      <div className={css.waitingBody}>
        <CodeBlock label={d.waitCode} code={curlLine(window.location.origin, KEY_PLACEHOLDER)} />
        <details className={css.causes}>
          <summary>{d.notHere}</summary>
          <ul>
            {Object.values(d.causes).map((cause) => (
              <li key={cause}>{cause}</li>
            ))}
          </ul>
        </details>
      </div>
    </div>
  );
}

function Paused({ source }: { source: Source }) {
  const t = useT();
  const s = t.sources;
  const can = useCan();
  const resume = useResume(source.id);
  return (
    <StateView
      testId="state-paused"
      icon={<IconPlayerPause size={28} stroke={1.5} />}
      title={s.pausedTitle}
      text={s.pausedText}
    >
      {can('sources.manage') && (
        <Button onClick={() => resume.mutate()} loading={resume.isPending}>
          {s.resume.title}
        </Button>
      )}
    </StateView>
  );
}
