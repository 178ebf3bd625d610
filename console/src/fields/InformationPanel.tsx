import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import { Personal } from '@/shared/privacy/Personal';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { When } from '@/shared/ui/Values';
import css from './fields.module.css';
import { shown } from './shown';
import type { ClassInformation, FieldInformation, Information, Said } from './types';

/** For one in many visits. */
const WriteDialog = lazy(() => import('./WriteDialog').then((module) => ({ default: module.WriteDialog })));

/** The six classes of information: what is known and who says so, how complete it is, and what to ask next. */
export function InformationPanel({ id, information }: { id: string; information: Information }) {
  const i = useT().fields;
  const fmt = useFmt();
  const can = useCan();
  const nameOf = useNameOf();
  const [writing, write] = useDisclosure(false);
  const { completeness_percent, ask_next, classes } = information;
  return (
    <Panel title={i.title} explain={<Explain name={i.title} definition={i.about} />} testId="information">
      <p className={css.lead}>
        <span data-testid="completeness">{i.completeness(fmt.percent(completeness_percent / 100))}</span>
        {ask_next && (
          <>
            {' '}
            · {i.askNext} <span translate="no">{nameOf(ask_next)}</span>
          </>
        )}
      </p>
      {classes.map((one) => (
        <Class key={one.class} of={one} />
      ))}
      {can('customers.write') && (
        <Button variant="default" leftSection={<IconPencil size={16} />} className={css.write} onClick={write.open}>
          {i.write}
        </Button>
      )}
      <Suspense fallback={null}>
        {writing && <WriteDialog id={id} information={information} onClose={write.close} />}
      </Suspense>
    </Panel>
  );
}

function Class({ of }: { of: ClassInformation }) {
  const i = useT().fields;
  const fmt = useFmt();
  const name = useNameOf();
  const open = of.fields.filter(({ said }) => said === null);
  return (
    <section className={css.class} data-class={of.class} data-state={of.state}>
      <div className={css.classLine}>
        <span>{lookup(i.classes, of.class)}</span>
        {of.state !== 'known' && <Chip>{i.toBeCollected}</Chip>}
      </div>
      {of.fields.map((field) => (
        <Field key={field.name} of={field} />
      ))}
      {open.length > 0 && (
        <details className={css.others}>
          <summary>{i.open(fmt.count(open.length))}</summary>
          <ul>
            {open.map((field) => (
              <li key={field.name} translate="no">
                {name(field)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Field({ of }: { of: FieldInformation }) {
  const i = useT().fields;
  const fmt = useFmt();
  const name = useNameOf();
  if (!of.said) return null;
  return (
    <div className={css.field} data-field={of.name}>
      <span className={css.name} translate="no">
        {name(of)}
      </span>
      <Value of={of} said={of.said} />
      {of.others.length > 0 && (
        <details className={css.others}>
          <summary>{i.others(fmt.count(of.others.length))}</summary>
          <ul>
            {of.others.map((said) => (
              <li key={said.source}>
                <Value of={of} said={said} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** The value, then origin, source, time, who wrote it down, on which consent, and how far sources agree. */
function Value({ of, said }: { of: FieldInformation; said: Said }) {
  const i = useT().fields;
  const fmt = useFmt();
  const name = useNameOf();
  return (
    <>
      <span className={css.value}>
        <Personal name={name(of)} kind={of.name} value={shown(of, said.value)} />
      </span>
      <span className={css.meta}>
        {lookup(i.origins, said.origin)} · <span translate="no">{said.source}</span> · <When at={said.at} />
        {said.by && (
          <>
            {' '}
            · <span translate="no">{said.by.name}</span>
          </>
        )}
        {said.consent_id && <> · {i.consented}</>} · {i.confidence(fmt.percent(said.confidence))}
      </span>
    </>
  );
}
