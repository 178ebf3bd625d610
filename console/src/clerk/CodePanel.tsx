import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { CopyField } from '@/shared/ui/CopyField';
import { Panel } from '@/shared/ui/Panel';
import type { OwnClerk } from './api';
import css from './clerk.module.css';

/** To be scanned by whoever stands at the counter, with what to say: who fills in the form behind it is the clerk's. */
export function CodePanel({ code }: { code: OwnClerk['codes'][number] }) {
  const c = useT().clerk.scan;
  const fmt = useFmt();
  const words = (both: { zh: string; en: string }) => (fmt.locale === 'en' ? both.en : both.zh);
  const title = words(code.title);
  return (
    <Panel title={c.title(title)} testId="own-code">
      <div className={css.form}>
        <img
          className={css.scan}
          src={`data:image/svg+xml,${encodeURIComponent(code.picture)}`}
          alt={c.picture(title)}
        />
        <blockquote className={css.script}>{words(code.script)}</blockquote>
        <CopyField label={c.link} description={c.about} value={code.link} />
      </div>
    </Panel>
  );
}
