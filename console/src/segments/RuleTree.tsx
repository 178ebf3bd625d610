import { IconCheck, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { usePersonal } from '@/shared/privacy/Privacy';
import { When } from '@/shared/ui/Values';
import { foundText } from './found';
import css from './segments.module.css';
import type { RulePart } from './types';

/** Each part of a rule, ticked or not, with what was found and the facts that decided. */
export function RuleTree({ part, label }: { part: RulePart; label: string }) {
  return (
    <ul className={css.tree} aria-label={label} data-testid="rule-tree">
      <Part part={part} />
    </ul>
  );
}

function Part({ part }: { part: RulePart }) {
  const { kinds } = useT().segments.why;
  return (
    <li className={css.part} data-holds={part.holds} data-kind={part.kind}>
      <div className={css.partHead}>
        <Tick holds={part.holds} />
        {part.kind === 'clause' ? (
          <code className={css.partText} translate="no">
            {part.text}
          </code>
        ) : (
          <span className={css.partKind}>{kinds[part.kind]}</span>
        )}
      </div>
      {part.kind === 'clause' && <Evidence part={part} />}
      {part.parts.length > 0 && (
        <ul className={css.parts}>
          {part.parts.map((one, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts have no names, and stay in their order
            <Part key={place} part={one} />
          ))}
        </ul>
      )}
    </li>
  );
}

/** By shape and by words, not by colour alone. */
function Tick({ holds }: { holds: boolean }) {
  const w = useT().segments.why;
  const Icon = holds ? IconCheck : IconX;
  return (
    <span className={css.tick} data-holds={holds}>
      <Icon size={14} stroke={2.5} aria-hidden="true" />
      <span className="visually-hidden">{holds ? w.yes : w.no}</span>
    </span>
  );
}

function Evidence({ part: { found, facts, facts_count, may_flip_at } }: { part: RulePart }) {
  const t = useT();
  const w = t.segments.why;
  const fmt = useFmt();
  const personal = usePersonal();
  const values = found.map((value) => foundText(fmt, (text) => personal('text', text), w, value));
  return (
    <div className={css.evidence}>
      <Fact name={w.found}>
        {values.length === 0 ? (
          <span className="muted">{w.nothing}</span>
        ) : (
          <span translate="no">{values.join(' · ')}</span>
        )}
      </Fact>
      {may_flip_at && <p className={css.hint}>{w.unchanged(fmt.listTime(may_flip_at))}</p>}
      {facts.length > 0 && (
        <details className={css.facts}>
          <summary>
            {w.facts(fmt.count(facts_count))}
            {facts_count > facts.length && <span className="muted"> · {w.newest(fmt.count(facts.length))}</span>}
          </summary>
          <ul>
            {facts.map((fact) => (
              <li key={fact.key}>
                <When at={fact.at} /> <span>{lookup(t.common.kinds, fact.kind)}</span>{' '}
                {fact.name && (
                  <span className="mono" translate="no">
                    {fact.name}
                  </span>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <p>
      <span className="muted">{name}</span> {children}
    </p>
  );
}
