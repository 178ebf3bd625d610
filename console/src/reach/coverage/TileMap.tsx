import { type KeyboardEvent, useRef, useState } from 'react';
import { useFmt } from '@/shared/fmt';
import { useLocale, useT } from '@/shared/i18n';
import css from '../reach.module.css';
import type { ProvinceCoverage } from '../types';
import { shadeOf, shortName, TILES, tileBeside } from './tiles';

/** From this shade on the text has to be light. */
const DARK = 4;

interface Props {
  provinces: ProvinceCoverage[];
  onOpen: (province: ProvinceCoverage) => void;
}

/** Provinces as tiles where they lie. One of them is in the order of the tabulator, arrows go to the others. */
export function TileMap({ provinces, onOpen }: Props) {
  const c = useT().reach.coverage;
  const { locale } = useLocale();
  const fmt = useFmt();
  const [current, setCurrent] = useState('11');
  const tiles = useRef(new Map<string, HTMLButtonElement>());
  const most = Math.max(...provinces.map(({ members }) => members));
  const walk = (event: KeyboardEvent, code: string) => {
    const next = tileBeside(code, event.key);
    if (next === null) return;
    event.preventDefault();
    setCurrent(next);
    tiles.current.get(next)?.focus();
  };
  return (
    <ul className={css.map} aria-label={c.map} data-testid="coverage-map">
      {provinces.map((one) => {
        const [column, row] = TILES[one.code] ?? [1, 9];
        const shade = shadeOf(one.members, most);
        const [name, short] = locale === 'en' ? [one.name_en, one.iso] : [one.name_zh, shortName(one.name_zh)];
        return (
          <li key={one.code} style={{ gridColumn: column, gridRow: row }}>
            <button
              ref={(tile) => {
                if (tile) tiles.current.set(one.code, tile);
              }}
              type="button"
              className={css.tile}
              style={{ '--shade': shade } as React.CSSProperties}
              data-dark={shade >= DARK || undefined}
              data-covered={one.is_covered || undefined}
              data-province={one.code}
              tabIndex={one.code === current ? 0 : -1}
              aria-label={c.tile(short, fmt.count(one.members), name, one.is_covered)}
              title={name}
              onFocus={() => setCurrent(one.code)}
              onKeyDown={(event) => walk(event, one.code)}
              onClick={() => onOpen(one)}
            >
              <span translate="no">{short}</span> <span className={css.count}>{fmt.count(one.members)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
