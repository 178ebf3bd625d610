import { Link } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import type { Source, SourceCounts, SourceDetail } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { Later } from '@/shared/ui/Later';
import { Notice } from '@/shared/ui/Notice';
import { Panel } from '@/shared/ui/Panel';
import { CountCompact, When } from '@/shared/ui/Values';
import { DaysPanel } from './DaysPanel';
import { DebuggerPanel } from './debugger/DebuggerPanel';
import { heldOf } from './held';
import { Snippets } from './Snippets';
import { SourceActions } from './SourceActions';
import { SourceScreen } from './SourceScreen';
import { KEY_PLACEHOLDER } from './snippets';
import css from './sources.module.css';

export function SourcePage() {
  const can = useCan();
  return (
    <SourceScreen view="messages" actions={(source) => can('sources.manage') && <SourceActions source={source} />}>
      {(detail) => <Messages detail={detail} />}
    </SourceScreen>
  );
}

/** What arrives at a source, how to send to it, and how much came. */
function Messages({ detail }: { detail: SourceDetail }) {
  const t = useT();
  const fmt = useFmt();
  const s = t.sources;
  const { source, totals } = detail;
  return (
    <>
      {source.earlier_key_valid_until && (
        <div className={css.notice}>
          <Notice tone="info">{s.grace(fmt.listTime(source.earlier_key_valid_until), source.write_key_ending)}</Notice>
        </div>
      )}
      <Figures source={source} totals={totals} />
      <DebuggerPanel source={source} />
      <Later>
        <Panel title={s.connect.title}>
          <p className={css.intro}>{s.connect.replace(KEY_PLACEHOLDER, source.write_key_ending)}</p>
          <Snippets kind={source.kind} writeKey={KEY_PLACEHOLDER} />
        </Panel>
        {totals.last_at && <DaysPanel detail={detail} />}
      </Later>
    </>
  );
}

function Figures({ source, totals }: { source: Source; totals: SourceCounts }) {
  const t = useT();
  const held = heldOf(totals);
  const { page: p, column: c, nothingYet } = t.sources;
  const explain = (name: string, definition: string) => <Explain name={name} definition={definition} />;
  return (
    <FigureStrip label={p.figures} dense>
      <Figure name={c.accepted} explain={explain(c.accepted, p.accepted)} testId="source-accepted">
        <CountCompact value={totals.accepted} />
      </Figure>
      <Figure name={c.duplicates} explain={explain(c.duplicates, p.duplicates)}>
        <CountCompact value={totals.duplicates} />
      </Figure>
      <Figure name={c.refused} explain={explain(c.refused, p.refused)} testId="source-refused">
        <CountCompact value={totals.refused} />
      </Figure>
      {held > 0 && (
        <Figure name={c.held} explain={explain(c.held, p.held)} testId="source-held">
          <Link to="/sources/$id/quarantine" params={{ id: source.id }}>
            <CountCompact value={held} />
          </Link>
        </Figure>
      )}
      {totals.erased > 0 && (
        <Figure name={c.erased} explain={explain(c.erased, p.erased)} testId="source-erased">
          <CountCompact value={totals.erased} />
        </Figure>
      )}
      <Figure name={c.last} explain={explain(c.last, p.last)}>
        {totals.last_at ? <When at={totals.last_at} relative /> : <span className="muted">{nothingYet}</span>}
      </Figure>
    </FigureStrip>
  );
}
