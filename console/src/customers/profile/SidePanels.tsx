import { Link } from '@tanstack/react-router';
import type { CustomerProfile } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { mask } from '@/shared/privacy/mask';
import { Personal } from '@/shared/privacy/Personal';
import { usePersonal } from '@/shared/privacy/Privacy';
import { Panel } from '@/shared/ui/Panel';
import { DayOf, When } from '@/shared/ui/Values';
import css from './profile.module.css';

export function IdentityPanel({ profile }: { profile: CustomerProfile }) {
  const t = useT();
  return (
    <Panel title={t.customers.profile.identities}>
      <ul className={css.entries}>
        {profile.identities.map((identity) => (
          <li key={`${identity.type} ${identity.value}`}>
            <Identifier type={identity.type} value={identity.value} />
            <span className={css.entryMeta}>
              {identity.source} · {t.customers.profile.firstSeen} <DayOf at={identity.first_seen_at} />
            </span>
          </li>
        ))}
      </ul>
      <p className={css.further}>
        <Link to="/customers/$id/privacy" params={{ id: profile.row.id }}>
          {t.customers.profile.privacy}
        </Link>
      </p>
    </Panel>
  );
}

export function TraitPanel({ profile }: { profile: CustomerProfile }) {
  const t = useT();
  const fmt = useFmt();
  const personal = usePersonal();
  const p = t.customers.profile;
  return (
    <Panel title={p.traits}>
      {profile.traits.length === 0 && <p className="muted">{p.noTraits}</p>}
      <ul className={css.entries}>
        {profile.traits.map((trait) => (
          <li key={trait.name}>
            <span className={css.entryName}>{lookup(t.imports.fields, trait.name)}</span>
            <TraitText name={trait.name} value={trait.value} />
            <span className={css.entryMeta}>
              {trait.source} · <When at={trait.at} />
            </span>
            {trait.earlier.length > 0 && (
              <details className={css.earlier}>
                <summary>{p.earlier(fmt.count(trait.earlier.length))}</summary>
                <ul>
                  {trait.earlier.map((one) => (
                    <li key={`${one.at} ${one.value}`}>
                      {personal(trait.name, one.value)}
                      <span className={css.entryMeta}>
                        {' '}
                        {one.source} · <When at={one.at} />
                      </span>
                    </li>
                  ))}
                </ul>
              </details>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Identifier({ type, value }: { type: string; value: string }) {
  const name = lookup(useT().common.identifiers, type);
  return (
    <>
      <span className={css.entryName}>{name}</span>
      <span className={css.entryValue}>
        <Personal name={name} kind={type} value={value} />
      </span>
    </>
  );
}

/** Leads to everybody with the same trait; what names one person leads nowhere, and so stands in no address. */
function TraitText({ name, value }: { name: string; value: string }) {
  const t = useT();
  if (mask(name, value) !== value)
    return (
      <span className={css.entryValue}>
        <Personal name={lookup(t.imports.fields, name)} kind={name} value={value} />
      </span>
    );
  return (
    <Link to="/customers" search={{ [`trait.${name}`]: value }} className={css.entryValue}>
      {value}
    </Link>
  );
}
