import { Button } from '@mantine/core';
import { IconMessageQuestion } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import registry from '@/shared/ui/registry.module.css';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { trialsQuery } from './api';
import css from './insights.module.css';
import type { Trial } from './types';

/** Trials of contents with offers: who answers to price and who to content is worked out of them. */
export function TrialsTab() {
  const w = useT().insights.trials;
  const can = useCan();
  const query = useQuery(trialsQuery);
  return (
    <QueryView query={query} quiet loading={<LoadingBlock lines={4} height={60} />}>
      {({ items, as_of }) =>
        items.length === 0 ? (
          <StateView
            testId="state-first-use"
            icon={<IconMessageQuestion size={28} stroke={1.5} />}
            title={w.none}
            text={w.noneText}
          />
        ) : (
          <>
            <div className={css.above}>
              <p>
                {w.counted} <When at={as_of} />
              </p>
              {can('segments.manage') && (
                <span className={registry.rowTools}>
                  {(['price', 'content'] as const).map((to) => (
                    <Button
                      key={to}
                      size="xs"
                      variant="default"
                      renderRoot={(props) => (
                        <Link {...props} to="/segments/new" search={{ rule: `$sensitivity is "${to}"` }} />
                      )}
                    >
                      {w[to]}
                    </Button>
                  ))}
                </span>
              )}
            </div>
            {items.map((trial) => (
              <TrialPanel key={trial.code} trial={trial} />
            ))}
          </>
        )
      }
    </QueryView>
  );
}

function TrialPanel({ trial: { code, arms } }: { trial: Trial }) {
  const w = useT().insights.trials;
  const fmt = useFmt();
  return (
    <Panel title={code} explain={<Explain name={code} definition={w.about} />} testId={`trial-${code}`}>
      <RowTable
        label={code}
        rows={arms}
        rowKey={({ content, offer }) => `${content}/${offer}`}
        columns={[
          { key: 'content', header: w.contentOf, render: ({ content }) => content },
          { key: 'offer', header: w.offerOf, render: ({ offer }) => offer },
          { key: 'shown', header: w.shown, numeric: true, render: ({ shown }) => fmt.count(shown) },
          { key: 'responded', header: w.responded, numeric: true, render: ({ responded }) => fmt.count(responded) },
          {
            key: 'rate',
            header: w.rate,
            numeric: true,
            render: ({ shown, responded }) => fmt.percent(shown > 0 ? responded / shown : 0),
          },
        ]}
      />
    </Panel>
  );
}
