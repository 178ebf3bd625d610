import { useBrand } from '@/customers/useBrand';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import { useTouchPoints } from '@/touchPoints/useTouchPoints';
import css from '../codes.module.css';
import { moneyIn } from '../money';
import { Parameters } from '../parts';
import type { Planned, Problem } from './newCodes';

const SHOWN_CODES = 20;
const SHOWN_PROBLEMS = 8;
const FOUND_MAX = 60;

interface Props {
  planned: Planned;
  /** Nobody has typed anything yet: what is missing need not be said. */
  untouched: boolean;
}

/** What will be made, or what has to be mended before. */
export function PreviewPanel({ planned, untouched }: Props) {
  const t = useT();
  const fmt = useFmt();
  const f = t.codes.form;
  const { codes, problems, alike } = planned;
  return (
    <Panel
      title={f.preview}
      testId="codes-preview"
      actions={codes.length > 0 && f.previewCount(fmt.count(codes.length))}
    >
      <div className={css.stack} aria-live="polite">
        {(untouched || (codes.length === 0 && problems.length === 0)) && <p className="muted">{f.nothing}</p>}
        {!untouched && problems.length > 0 && <Problems problems={problems} />}
        {alike > 0 && (
          <div className={css.notice}>
            <Notice tone="warning">{f.alike(fmt.count(alike))}</Notice>
          </div>
        )}
        {codes.length > SHOWN_CODES && <p className="muted">{f.previewFirst(fmt.count(SHOWN_CODES))}</p>}
        {codes.length > 0 && <Codes planned={planned} />}
      </div>
    </Panel>
  );
}

function Problems({ problems }: { problems: Problem[] }) {
  const t = useT();
  const fmt = useFmt();
  const f = t.codes.form;
  const say = ({ fault, line, found }: Problem) => {
    const short = found.length > FOUND_MAX ? `${found.slice(0, FOUND_MAX)}…` : found;
    const text = short === '' ? f.faults[fault] : f.found(f.faults[fault], short);
    return line === null ? text : f.line(fmt.count(line), text);
  };
  const more = problems.length - SHOWN_PROBLEMS;
  return (
    <div className={css.notice} data-testid="codes-problems">
      <Notice tone="warning" title={f.problems(fmt.count(problems.length))}>
        <ul className={css.problems}>
          {[...new Set(problems.slice(0, SHOWN_PROBLEMS).map(say))].map((line) => (
            <li key={line}>{line}</li>
          ))}
          {more > 0 && <li>{f.more(fmt.count(more))}</li>}
        </ul>
      </Notice>
    </div>
  );
}

function Codes({ planned: { codes } }: { planned: Planned }) {
  const t = useT();
  const fmt = useFmt();
  const brand = useBrand();
  const { form: f, column: c } = t.codes;
  const { nameOf } = useTouchPoints();
  return (
    <RowTable
      label={f.preview}
      rows={codes.slice(0, SHOWN_CODES)}
      rowKey={(_, index) => String(index)}
      columns={[
        { key: 'name', header: c.name, render: ({ name }) => <span translate="no">{name}</span> },
        { key: 'parameters', header: c.parameters, render: ({ parameters }) => <Parameters of={parameters} /> },
        {
          key: 'touch_point',
          header: c.touchPoint,
          render: (code) => <span translate="no">{nameOf(code.touch_point)}</span>,
        },
        {
          key: 'target',
          header: f.target,
          render: ({ target }) => (
            <span className={css.anywhere} translate="no">
              {target}
            </span>
          ),
        },
        {
          key: 'cost',
          header: c.cost,
          numeric: true,
          render: ({ cost_minor: minor }) => (minor === 0 ? '—' : fmt.money(moneyIn(brand, minor))),
        },
      ]}
    />
  );
}
