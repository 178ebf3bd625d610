import { useQuery } from '@tanstack/react-query';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { systemQuery } from './api';

const STORES: Record<string, string> = { sqlite: 'SQLite', postgres: 'PostgreSQL' };

export function SystemSection() {
  const t = useT();
  const fmt = useFmt();
  const s = t.system;
  const query = useQuery(systemQuery);
  return (
    <QueryView query={query} loading={<LoadingBlock lines={2} height={80} />}>
      {(system) => (
        <FigureStrip label={s.title}>
          <Figure name={s.version}>{system.version}</Figure>
          <Figure name={s.store}>{STORES[system.store] ?? system.store}</Figure>
          <Figure name={s.started}>{fmt.fullTime(system.started_at).slice(0, 16)}</Figure>
          <Figure name={s.dataSize} explain={<Explain name={s.dataSize} definition={s.about.dataSize} />}>
            {fmt.bytes(system.data_dir_bytes)}
          </Figure>
          <Figure name={s.facts} explain={<Explain name={s.facts} definition={s.about.facts} />}>
            {fmt.count(system.history.facts)}
          </Figure>
          <Figure name={s.files}>{fmt.count(system.history.files)}</Figure>
          <Figure name={s.historySize}>{fmt.bytes(system.history.bytes)}</Figure>
          <Figure name={s.historyVersion}>{String(system.history.version)}</Figure>
        </FigureStrip>
      )}
    </QueryView>
  );
}
