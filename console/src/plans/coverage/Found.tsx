import css from '../plans.module.css';

/** A type, and of a text or a number its form. */
export function Found({ type, mask }: { type: string; mask: string | null }) {
  return (
    <span className={css.found}>
      {type}
      {mask && (
        <span className="mono" translate="no">
          {' '}
          {mask}
        </span>
      )}
    </span>
  );
}
