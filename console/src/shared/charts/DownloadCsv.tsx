import { ActionIcon } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useT } from '../i18n';
import { downloadText } from '../ui/download';
import { Tip } from '../ui/overlay/Tip';
import { type CsvFile, csvText } from './csv';

/** Saves what the panel of this title shows. The file is made when it is asked for. */
export function DownloadCsv({ title, file }: { title: string; file: () => CsvFile }) {
  const t = useT();
  const save = () => {
    const made = file();
    downloadText(made.name, csvText(made, t.common.csv));
  };
  return (
    <Tip label={t.common.downloadCsv}>
      <ActionIcon size={28} aria-label={`${title}: ${t.common.downloadCsv}`} onClick={save}>
        <IconDownload size={16} />
      </ActionIcon>
    </Tip>
  );
}
