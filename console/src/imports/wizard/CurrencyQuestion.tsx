import { Button, Select } from '@mantine/core';
import { useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import { supportedValues } from '@/shared/ui/supportedValues';
import css from './wizard.module.css';

interface Props {
  assumed: string;
  onCurrency: (currency: string) => void;
}

/** The first amounts decide the currency of the workspace for good, so a guess has to be confirmed by somebody. */
export function CurrencyQuestion({ assumed, onCurrency }: Props) {
  const w = useT().wizard;
  return (
    <div data-testid="currency-question">
      <Notice tone="warning" title={w.currencyAsk}>
        <p>{w.currencyAskText(assumed)}</p>
        <div className={css.question}>
          <Button variant="default" onClick={() => onCurrency(assumed)} data-testid="confirm-currency">
            {w.currencyIs(assumed)}
          </Button>
          <Select
            aria-label={w.currencyOther}
            placeholder={w.currencyOther}
            data={supportedValues('currency', null)}
            value={null}
            onChange={(value) => value && onCurrency(value)}
            searchable
            limit={60}
          />
        </div>
      </Notice>
    </div>
  );
}
