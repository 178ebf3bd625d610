import { useMutation } from '@tanstack/react-query';
import { useT } from '@/shared/i18n';
import { downloadBlob } from '@/shared/ui/download';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';

interface Wanted {
  name: string;
  fetch: () => Promise<Blob>;
}

/** Fetches a file and saves it; says why where there is none. */
export function useDownload() {
  const t = useT();
  return useMutation({
    mutationFn: async ({ name, fetch }: Wanted) => downloadBlob(name, await fetch()),
    onError: (error) => notify(t.codes.sheet.failed(errorText(t, error)), 'danger'),
  });
}

/** A name that every system takes, from what people called it. */
export function fileNameOf(name: string, ending: string): string {
  const plain = name.replace(/[\\/:*?"<>|\s]+/g, '-').replace(/^[-.]+|[-.]+$/g, '');
  return `${plain.slice(0, 80) || 'code'}.${ending}`;
}
