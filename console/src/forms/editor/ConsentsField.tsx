import { Checkbox, NativeSelect } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Purpose } from '@/consent/types';
import { useT } from '@/shared/i18n';
import { OrderedFields } from '@/shared/ui/OrderedFields';
import type { Fields } from '@/shared/ui/useFields';
import css from './editor.module.css';
import { CONSENTS_MAX, type ConsentDraft, consentName, consentsOf, EMPTY_CONSENT, type FormForm } from './formForm';

interface Props {
  form: Fields<FormForm>;
  purposes: Purpose[];
}

/** Boxes that people tick to agree: what for, by which channels, and which texts they see. */
export function ConsentsField({ form, purposes }: Props) {
  const f = useT().formEditor;
  const consents = consentsOf(form.values);
  const errors = form.errors as Record<string, string | undefined>;
  if (purposes.length === 0 && consents.length === 0) return <p className={css.note}>{f.noPurposes}</p>;
  return (
    <>
      <p className={css.note}>{f.consentsAbout}</p>
      <OrderedFields
        isTitled
        legend={f.consents}
        error={errors.consents}
        words={{ up: f.consentUp, down: f.consentDown, remove: f.consentRemove }}
        items={consents}
        most={CONSENTS_MAX}
        add={f.addConsent}
        made={EMPTY_CONSENT}
        onChange={(next) => form.set('consents', JSON.stringify(next))}
      >
        {(consent, { place, number, tools, change }) => (
          <Consent
            consent={consent}
            number={number}
            tools={tools}
            purposes={purposes}
            taken={consents.filter((_, at) => at !== place).map(({ name }) => name)}
            errorOf={(of) => errors[`consents.${place}.${of}`]}
            onChange={change}
          />
        )}
      </OrderedFields>
    </>
  );
}

/** The newest text in that language; the newest of all where there is none. Texts come the newest first. */
function newestText({ texts }: Purpose, language: string): string {
  return (texts.find(({ locale }) => locale.startsWith(language)) ?? texts[0])?.version ?? '';
}

interface ConsentProps {
  consent: ConsentDraft;
  number: string;
  tools: ReactNode;
  purposes: Purpose[];
  /** Names of the other boxes. */
  taken: string[];
  errorOf: (part: string) => string | undefined;
  onChange: (next: ConsentDraft) => void;
}

function Consent({ consent, number, tools, purposes, taken, errorOf, onChange }: ConsentProps) {
  const f = useT().formEditor;
  const purpose = purposes.find(({ code }) => code === consent.purpose);
  const lost = consent.purpose !== '' && !purpose ? [{ value: consent.purpose, label: consent.purpose }] : [];
  const choose = (code: string) => {
    const next = purposes.find((one) => one.code === code);
    onChange({
      ...consent,
      purpose: code,
      name: code === '' ? '' : consentName(code, taken),
      channels: [],
      text_zh: next ? newestText(next, 'zh') : '',
      text_en: next ? newestText(next, 'en') : '',
    });
  };
  const text = (name: 'text_zh' | 'text_en', language: string) => {
    const version = consent[name];
    const locale = purpose?.texts.find((one) => one.version === version)?.locale;
    return (
      <NativeSelect
        label={f[name](number)}
        translate="no"
        description={locale && !locale.startsWith(language) ? f.otherLanguage(locale) : undefined}
        value={version}
        error={errorOf(name)}
        onChange={(event) => onChange({ ...consent, [name]: event.currentTarget.value })}
        data={[
          { value: '', label: f.chooseText },
          ...(purpose?.texts ?? []).map((one) => ({ value: one.version, label: `${one.version} · ${one.locale}` })),
          ...(version !== '' && !locale ? [{ value: version, label: version }] : []),
        ]}
      />
    );
  };
  return (
    <>
      <div className={css.head}>
        <NativeSelect
          label={f.purpose(number)}
          translate="no"
          value={consent.purpose}
          error={errorOf('purpose')}
          onChange={(event) => choose(event.currentTarget.value)}
          data={[
            { value: '', label: f.choosePurpose },
            ...purposes.map(({ code, name, texts }) => ({
              value: code,
              label: texts.length === 0 ? f.noTexts(name) : name,
              disabled: texts.length === 0,
            })),
            ...lost,
          ]}
        />
        {tools}
      </div>
      <div className={css.two}>
        {text('text_zh', 'zh')}
        {text('text_en', 'en')}
      </div>
      {purpose && purpose.channels.length > 0 && (
        <Checkbox.Group
          label={f.channels(number)}
          description={f.channelsHint}
          value={consent.channels}
          error={errorOf('channels')}
          onChange={(channels) => onChange({ ...consent, channels })}
        >
          <div className={css.inLine}>
            {purpose.channels.map((channel) => (
              <Checkbox key={channel} value={channel} label={<span translate="no">{channel}</span>} />
            ))}
          </div>
        </Checkbox.Group>
      )}
      <Checkbox
        label={f.consentRequiredShort}
        aria-label={f.consentRequired(number)}
        checked={consent.is_required}
        onChange={(event) => onChange({ ...consent, is_required: event.currentTarget.checked })}
      />
    </>
  );
}
