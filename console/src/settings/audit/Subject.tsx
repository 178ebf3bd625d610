import { Link } from '@tanstack/react-router';
import { lookup, useT } from '@/shared/i18n';
import css from '../settings.module.css';

const PAGES = {
  imp: '/imports/$id',
  src: '/sources/$id',
  cus: '/customers/$id',
  whk: '/settings/webhooks/$id',
  cod: '/codes/$id',
  unb: '/codes/units/$id',
  plc: '/stores/$id',
  clk: '/clerks/$id',
} as const;

/** What was acted on: its kind in words, its name where there is one, and the id by which others find it. */
export function Subject({ id, nameOf }: { id: string | null; nameOf: (id: string) => string }) {
  const a = useT().audit;
  if (!id) return null;
  const kind = id.includes('_') ? id.slice(0, id.indexOf('_')) : id;
  const word = lookup(a.subjects, kind);
  if (kind === id) return <>{word}</>;
  const name = nameOf(id);
  return (
    <span className={css.wrap}>
      {word !== kind && `${word} `}
      {name !== id && `${name} `}
      {Object.hasOwn(PAGES, kind) ? (
        <Link to={PAGES[kind as keyof typeof PAGES]} params={{ id }} className="mono">
          {id}
        </Link>
      ) : (
        <span className="mono muted">{id}</span>
      )}
    </span>
  );
}
