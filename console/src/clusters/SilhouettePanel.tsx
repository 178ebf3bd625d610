import { ChartFrame } from '@/shared/charts/ChartFrame';
import { XyChart } from '@/shared/charts/XyChart';
import { MISSING, useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { chosenK } from './figures';
import type { Found } from './types';

/** How well each number of clusters separates. */
export function SilhouettePanel({ found }: { found: Found }) {
  const c = useT().clusters;
  const fmt = useFmt();
  const text = (value: number | null) => (value === null ? MISSING : fmt.decimal(value, 3));
  return (
    <ChartFrame
      title={c.silhouettes}
      explain={<Explain name={c.silhouettes} definition={c.silhouettesAbout} />}
      fileName="silhouettes"
      testId="silhouettes"
      note={c.chosenNote(fmt.count(chosenK(found)))}
      table={{
        columns: [c.numberOf, c.silhouette],
        rows: found.tried.map(({ k, silhouette }) => ({
          cells: [fmt.count(k), text(silhouette)],
          plain: [k, silhouette ?? ''],
        })),
      }}
    >
      <XyChart
        label={c.silhouettes}
        xLabels={found.tried.map(({ k }) => String(k))}
        series={[
          {
            key: 'silhouette',
            label: c.silhouette,
            kind: 'bar',
            color: 1,
            values: found.tried.map(({ silhouette }) => silhouette),
          },
        ]}
        formatAxis={(value) => fmt.number(value, 2)}
        formatValue={(value) => fmt.decimal(value, 3)}
        height={200}
      />
    </ChartFrame>
  );
}
