import { useBrand } from '@/customers/useBrand';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { CountCompact, Missing, MoneyCompact } from '@/shared/ui/Values';
import { costPerEach, type Sums } from './list';
import { moneyIn } from './money';

/** What became of the scans of one code, or of those that a list shows. */
export function Figures({ label, sums, days }: { label: string; sums: Sums; days: number }) {
  const t = useT();
  const fmt = useFmt();
  const brand = useBrand();
  const { column: c, figures: f, noCost } = t.codes;
  const each = (count: number, say: (money: string) => string) => {
    const minor = costPerEach(sums.costMinor, count);
    return minor === null ? undefined : say(fmt.money(moneyIn(brand, minor)));
  };
  const within = fmt.count(days);
  const repeated = sums.scans - sums.visitors;
  return (
    <FigureStrip label={label} dense>
      <Figure
        name={c.scans}
        explain={<Explain name={c.scans} definition={f.scans} />}
        note={repeated > 0 ? f.repeated(fmt.count(repeated)) : undefined}
        testId="codes-scans"
      >
        <CountCompact value={sums.scans} />
      </Figure>
      <Figure name={c.visitors} explain={<Explain name={c.visitors} definition={f.visitors} />} testId="codes-visitors">
        <CountCompact value={sums.visitors} />
      </Figure>
      <Figure
        name={c.followed}
        explain={<Explain name={c.followed} definition={f.followed(within)} />}
        testId="codes-followed"
      >
        <CountCompact value={sums.followed} />
      </Figure>
      <Figure
        name={c.followedBefore}
        explain={<Explain name={c.followedBefore} definition={f.followedBefore} />}
        testId="codes-followed-before"
      >
        <CountCompact value={sums.followedBefore} />
      </Figure>
      <Figure
        name={c.registered}
        explain={<Explain name={c.registered} definition={f.registered(within)} />}
        note={each(sums.registered, f.perRegistered)}
        testId="codes-registered"
      >
        <CountCompact value={sums.registered} />
      </Figure>
      <Figure
        name={c.ordered}
        explain={<Explain name={c.ordered} definition={f.ordered(within)} />}
        note={each(sums.ordered, f.perOrdered)}
        testId="codes-ordered"
      >
        <CountCompact value={sums.ordered} />
      </Figure>
      <Figure name={c.cost} explain={<Explain name={c.cost} definition={f.cost} />} testId="codes-cost">
        {sums.costMinor === 0 ? <Missing reason={noCost} /> : <MoneyCompact value={moneyIn(brand, sums.costMinor)} />}
      </Figure>
    </FigureStrip>
  );
}
