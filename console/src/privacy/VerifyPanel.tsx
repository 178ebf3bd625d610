import { Button, FileButton, TextInput } from '@mantine/core';
import { IconFileSearch } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useT } from '@/shared/i18n';
import { CodeBlock } from '@/shared/ui/CodeBlock';
import { Explain } from '@/shared/ui/Explain';
import { Notice } from '@/shared/ui/Notice';
import { Panel } from '@/shared/ui/Panel';
import { errorText } from '@/shared/ui/StateView';
import { erasuresQuery, verifyReceipt } from './api';
import css from './privacy.module.css';
import { parseReceipt } from './receipt';
import type { Verdict } from './types';

/** Whether a receipt is whole and signed; and the key by which anybody can find that out without us. */
export function VerifyPanel() {
  const t = useT();
  const v = t.privacy.verify;
  const [key, setKey] = useState('');
  const erasures = useInfiniteQuery(erasuresQuery);
  const signed = erasures.data?.pages.flatMap(({ items }) => items).find(({ receipt }) => receipt !== null)?.receipt;
  const verify = useMutation({
    mutationFn: async (file: File) => {
      const receipt = parseReceipt(await file.text());
      return { name: file.name, verdict: receipt && (await verifyReceipt(receipt, key.trim() || null)) };
    },
  });
  return (
    <Panel title={v.title} explain={<Explain name={v.title} definition={v.about} />} testId="verify">
      <div className={css.stack}>
        <p className={css.about}>{v.text}</p>
        <TextInput
          label={v.otherKey}
          description={v.otherKeyHint}
          value={key}
          spellCheck={false}
          autoComplete="off"
          classNames={{ input: 'mono' }}
          className={css.key}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        <FileButton accept="application/json,.json" onChange={(file) => file && verify.mutate(file)}>
          {(props) => (
            <Button
              {...props}
              variant="default"
              className={css.start}
              leftSection={<IconFileSearch size={16} />}
              loading={verify.isPending}
            >
              {v.choose}
            </Button>
          )}
        </FileButton>
        <div role="status" className={css.said}>
          {verify.error && (
            <Notice tone="danger">
              <p>{errorText(t, verify.error)}</p>
            </Notice>
          )}
          {verify.data && <Result name={verify.data.name} verdict={verify.data.verdict} />}
        </div>
        {signed && (
          <div>
            <CodeBlock label={v.ownKey(signed.key_id)} code={signed.public_key} testId="public-key" />
            <p className={css.hint}>{v.ownKeyHint}</p>
          </div>
        )}
      </div>
    </Panel>
  );
}

function Result({ name, verdict }: { name: string; verdict: Verdict | null }) {
  const v = useT().privacy.verify;
  if (!verdict)
    return (
      <Notice tone="danger" title={v.noReceipt}>
        <p>{name}</p>
      </Notice>
    );
  const points = [
    verdict.is_hash_right ? v.hashRight : v.hashWrong,
    verdict.is_signature_right ? v.signatureRight : v.signatureWrong,
    verdict.is_key_known ? v.keyKnown(verdict.key_id) : v.keyUnknown(verdict.key_id),
  ];
  return (
    <div data-testid="verdict" data-valid={verdict.is_valid}>
      <Notice tone={verdict.is_valid ? 'success' : 'danger'} title={verdict.is_valid ? v.valid : v.invalid}>
        <p>
          {name}
          {verdict.erasure && (
            <>
              {' '}
              · <span className="mono">{verdict.erasure}</span>
            </>
          )}
          {verdict.customer && (
            <>
              {' '}
              · <span className="mono">{verdict.customer}</span>
            </>
          )}
        </p>
        <ul className={css.points}>
          {points.map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}
