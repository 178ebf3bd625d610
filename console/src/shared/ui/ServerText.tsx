import { useT } from '../i18n';

/** The server's own English words. They stand beneath a sentence of the dictionary, never in its place. */
export function ServerText({ text }: { text: string }) {
  const t = useT();
  return (
    <>
      {t.common.serverText} <span lang="en">{text}</span>
    </>
  );
}
