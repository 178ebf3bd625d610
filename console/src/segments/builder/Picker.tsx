import { IconPlus } from '@tabler/icons-react';
import { type KeyboardEvent, useId, useState } from 'react';
import { useT } from '@/shared/i18n';
import { found, type Offer } from '../editor/offers';
import css from './builder.module.css';

/** Of what is found: the rest is found by typing on. */
const SHOWN_MAX = 40;

interface Props {
  label: string;
  offers: Offer[];
  onPick: (text: string) => void;
}

/** What can be asked is found by typing, and taken by Enter. */
export function Picker({ label, offers, onPick }: Props) {
  const t = useT();
  const { ruleBuilder: b, segmentEditor: e } = t;
  const id = useId();
  const [search, setSearch] = useState('');
  const [opened, setOpened] = useState(false);
  const [active, setActive] = useState(0);
  const groups = opened ? found(t, offers, search) : [];
  const hits = groups.flatMap((one) => one.offers);
  const shown = hits.slice(0, SHOWN_MAX);
  const at = Math.min(active, shown.length - 1);
  const pick = (offer: Offer | undefined) => {
    if (!offer) return;
    setSearch('');
    setOpened(false);
    setActive(0);
    onPick(offer.text);
  };
  const move = (to: number) => {
    setOpened(true);
    setActive(to);
    document.getElementById(`${id}-${to}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const last = shown.length - 1;
    const keys: Record<string, () => void> = {
      ArrowDown: () => move(opened ? (at >= last ? 0 : at + 1) : 0),
      ArrowUp: () => move(at <= 0 ? Math.max(0, last) : at - 1),
      Enter: () => (opened ? pick(shown[at]) : setOpened(true)),
    };
    if (event.key === 'Escape' && opened) {
      event.stopPropagation();
      setOpened(false);
      return;
    }
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  let place = -1;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the list goes when the focus leaves what is in here
    <div
      className={css.picker}
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setOpened(false)}
    >
      <span className={css.pickerField}>
        <IconPlus size={16} aria-hidden="true" />
        <input
          role="combobox"
          aria-label={label}
          aria-expanded={opened}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={opened && at >= 0 ? `${id}-${at}` : undefined}
          aria-describedby={`${id}-hint`}
          className={css.pickerInput}
          placeholder={b.addPlaceholder}
          autoComplete="off"
          spellCheck={false}
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            setOpened(true);
            setActive(0);
          }}
          onClick={() => setOpened(true)}
          onKeyDown={onKeyDown}
          data-picker
          data-testid="add-condition"
        />
      </span>
      <span id={`${id}-hint`} className="visually-hidden">
        {b.addHint}
      </span>
      {opened && (
        <div className={css.list}>
          <div id={`${id}-list`} role="listbox" aria-label={label}>
            {groups.map(({ group, offers: all }) => {
              const some = all.slice(0, Math.max(0, SHOWN_MAX - place - 1));
              if (some.length === 0) return null;
              return (
                // biome-ignore lint/a11y/useSemanticElements: a group of options within a list is no set of fields
                <div key={group} role="group" aria-label={e.catalogue.groups[group]}>
                  <div className={css.listHead} aria-hidden="true">
                    {e.catalogue.groups[group]}
                  </div>
                  {some.map((offer) => {
                    place += 1;
                    const own = place;
                    return (
                      // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the focus stays in the field above, which moves in the list
                      <div
                        key={`${offer.text} ${offer.note}`}
                        id={`${id}-${own}`}
                        role="option"
                        aria-selected={own === at}
                        className={css.option}
                        data-active={own === at || undefined}
                        onPointerDown={(event) => event.preventDefault()}
                        onPointerMove={() => own !== at && setActive(own)}
                        onClick={() => pick(offer)}
                      >
                        <span translate={offer.isName ? 'no' : undefined}>{offer.label}</span>
                        {offer.note && <span className={css.note}>{offer.note}</span>}
                      </div>
                    );
                  })}
                </div>
              );
            })}
          </div>
          {hits.length > SHOWN_MAX && <p className={css.listNote}>{b.more}</p>}
          {hits.length === 0 && (
            <p className={css.listNote} role="status">
              {b.none}
            </p>
          )}
        </div>
      )}
    </div>
  );
}
