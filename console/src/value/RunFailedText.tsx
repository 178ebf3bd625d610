import { useT } from '@/shared/i18n';
import { ServerText } from '@/shared/ui/ServerText';

/** What a failed value run means and what to do; the interface has no code for the cause, so that is the server's text. */
export function RunFailedText({ error }: { error: string }) {
  const t = useT();
  return (
    <>
      {t.value.runFailedText}
      {error !== '' && (
        <>
          <br />
          <ServerText text={error} />
        </>
      )}
    </>
  );
}
