import { Button, NativeSelect, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { When } from '@/shared/ui/Values';
import css from '../plans.module.css';
import { type PlanCoverage, type PlanViolation, VIOLATIONS } from '../types';
import { allowedText, foundParts } from '../words';
import { Found } from './Found';

/** Rows at once; the rest is a click away. */
const SHOWN_STEP = 20;
/** All that have no row of their own. */
const REST = '…';

/** What is not as planned, those of most messages first. */
export function ViolationsPanel({ id, coverage }: { id: string; coverage: PlanCoverage }) {
  const t = useT();
  const v = t.plans.violations;
  const { kinds } = t.sources.violations;
  const [kind, setKind] = useState('');
  const [most, setMost] = useState(SHOWN_STEP);
  const { violations } = coverage;
  const matching = violations.filter((one) => kind === '' || one.kind === kind);
  return (
    <Panel
      flush
      title={v.title}
      explain={<Explain name={v.title} definition={v.about} />}
      testId="plan-violations"
      actions={
        violations.length > 0 && (
          <NativeSelect
            size="xs"
            aria-label={v.kind}
            value={kind}
            onChange={(event) => {
              setKind(event.currentTarget.value);
              setMost(SHOWN_STEP);
            }}
            data={[{ value: '', label: v.allKinds }, ...VIOLATIONS.map((value) => ({ value, label: kinds[value] }))]}
          />
        )
      }
    >
      {matching.length === 0 ? (
        <p className={css.none}>{violations.length === 0 ? v.none : v.noMatch}</p>
      ) : (
        <ul className={css.violations} aria-label={v.list}>
          {matching.slice(0, most).map((one) => (
            <ViolationRow
              key={`${one.kind} ${one.event_type} ${one.event} ${one.property}`}
              id={id}
              violation={one}
              isHeld={coverage.mode === 'quarantine'}
            />
          ))}
        </ul>
      )}
      {matching.length > most && (
        <div className={css.more}>
          <Button variant="default" onClick={() => setMost(most + SHOWN_STEP)}>
            {t.common.loadMore}
          </Button>
        </div>
      )}
    </Panel>
  );
}

interface RowProps {
  id: string;
  violation: PlanViolation;
  isHeld: boolean;
}

function ViolationRow({ id, violation, isHeld }: RowProps) {
  const t = useT();
  const fmt = useFmt();
  const v = t.plans.violations;
  const { kinds, fixes } = t.sources.violations;
  const [open, setOpen] = useState(false);
  const { kind, event, event_type: type, property } = violation;
  const isRest = event === REST;
  return (
    <li className={css.violation} data-kind={kind}>
      <UnstyledButton className={css.violationHead} aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconChevronRight size={14} className={css.chevron} data-open={open || undefined} aria-hidden="true" />
        <span className={css.violationKind}>{lookup(kinds, kind)}</span>
        <span className={css.violationWhere}>
          {isRest ? (
            <span className="muted">{v.rest}</span>
          ) : (
            <span translate="no">
              <span className="mono muted">{type}</span> {event}
            </span>
          )}
          {property && (
            <span className={`mono ${css.violationProperty}`} translate="no">
              {property}
            </span>
          )}
        </span>
        <span className={css.violationCount}>{v.count(fmt.count(violation.facts))}</span>
        <span className={css.violationLast}>
          <When at={violation.last.at} relative />
        </span>
      </UnstyledButton>
      {open && (
        <div className={css.violationBody}>
          <dl className={css.facts}>
            <dt>{v.allowed}</dt>
            <dd translate="no">{allowedText(t, kind, violation.allowed)}</dd>
            <dt>{v.fix}</dt>
            <dd>{lookup(fixes, kind)}</dd>
            <Example name={v.last} kind={kind} example={violation.last} />
            {violation.first.message_id !== violation.last.message_id && (
              <Example name={v.first} kind={kind} example={violation.first} />
            )}
          </dl>
          {isHeld && !isRest && (
            <Link to="/sources/$id/quarantine" params={{ id }} search={{ event_type: type, event, reason: kind }}>
              {v.held}
            </Link>
          )}
        </div>
      )}
    </li>
  );
}

interface ExampleProps {
  name: string;
  kind: string;
  example: PlanViolation['first'];
}

function Example({ name, kind, example }: ExampleProps) {
  const t = useT();
  const fmt = useFmt();
  const { type, mask } = foundParts(t, kind, example.found);
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <Found type={type} mask={mask} />{' '}
        <span className="muted">
          {fmt.fullTime(example.at)} · {t.plans.violations.messageId}{' '}
          <span className="mono" translate="no">
            {example.message_id}
          </span>
        </span>
      </dd>
    </>
  );
}
