import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { catalogueQuery } from '../api';
import type { Catalogue } from '../types';
import css from './editor.module.css';
import { found, type Offer, offersOf } from './offers';

/** Of one group at once: what has thousands of names is searched. */
const SHOWN_MAX = 60;

/** All that rules can name here; what is pressed is written at the cursor. */
export function CataloguePanel({ onInsert }: { onInsert: (offer: Offer) => void }) {
  const c = useT().segmentEditor.catalogue;
  const query = useQuery(catalogueQuery);
  return (
    <Panel title={c.title} explain={<Explain name={c.title} definition={c.about} />} testId="catalogue">
      <QueryView query={query} quiet loading={<LoadingBlock lines={6} height={32} />}>
        {(catalogue) => <Offers catalogue={catalogue} onInsert={onInsert} />}
      </QueryView>
    </Panel>
  );
}

function Offers({ catalogue, onInsert }: { catalogue: Catalogue; onInsert: (offer: Offer) => void }) {
  const t = useT();
  const c = t.segmentEditor.catalogue;
  const fmt = useFmt();
  const [search, setSearch] = useState('');
  const offers = useMemo(() => offersOf(t, catalogue), [t, catalogue]);
  const groups = found(t, offers, search);
  const isSearching = search.trim() !== '';
  return (
    <>
      <TextInput
        aria-label={c.search}
        placeholder={c.placeholder}
        leftSection={<IconSearch size={16} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        autoComplete="off"
        data-search-field
      />
      <p className={css.hint} role="status">
        {groups.length === 0 ? c.none : ''}
      </p>
      <div className={css.groups}>
        {groups.map(({ group, offers: all }) => (
          // Open again with another search, whatever was folded before.
          <details key={`${group} ${isSearching}`} className={css.group} open={isSearching || group === 'measures'}>
            <summary>
              {c.groups[group]} <span className="muted">{fmt.count(all.length)}</span>
            </summary>
            <ul>
              {all.slice(0, SHOWN_MAX).map((offer) => (
                <li key={`${offer.text} ${offer.note}`}>
                  <button
                    type="button"
                    className={css.offer}
                    title={c.insert(offer.text)}
                    onClick={() => onInsert(offer)}
                  >
                    <span className={css.offerName} translate={offer.isName ? 'no' : undefined}>
                      {offer.label}
                    </span>
                    {offer.note && <span className={css.offerNote}>{offer.note}</span>}
                  </button>
                </li>
              ))}
            </ul>
            {all.length > SHOWN_MAX && (
              <p className={css.hint}>{c.first(fmt.count(SHOWN_MAX), fmt.count(all.length))}</p>
            )}
          </details>
        ))}
      </div>
    </>
  );
}
